package legacy

import (
	"encoding/binary"
	"time"

	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// summaryMeta reads what an old office file says of itself: a list of numbered
// properties.
func summaryMeta(b []byte) map[string]string {
	const (
		sectionAt  = 44 // where the head says the properties begin
		codePageID = 1
		createdID  = 12
	)
	names := map[uint32]string{2: "title", 3: "subject", 4: "author"}
	meta := map[string]string{}
	at := u32At(b, sectionAt)
	if uint64(at) >= uint64(len(b)) {
		return meta
	}
	b = b[at:]
	page := 1252
	const entry, first = 8, 8
	for i := range min(u32At(b, 4), uint32(len(b)/entry)) {
		id, value := u32At(b, first+entry*uint64(i)), uint64(u32At(b, first+entry*uint64(i)+4))
		switch {
		case id == codePageID:
			page = int(uint16(u32At(b, value+4)))
		case id == createdID:
			wire.AddMeta(meta, "date", summaryTime(b, value))
		case names[id] != "":
			wire.AddMeta(meta, names[id], summaryText(b, value, page))
		}
	}
	return meta
}

// u32At returns the number at a place, 0 if there is none.
func u32At(b []byte, at uint64) uint32 {
	if at+4 > uint64(len(b)) {
		return 0
	}
	return binary.LittleEndian.Uint32(b[at:])
}

// summaryText returns a property that is text in a code page.
func summaryText(b []byte, at uint64, page int) string {
	const text = 30
	size := uint64(u32At(b, at+4))
	if u32At(b, at) != text || at+8+size > uint64(len(b)) {
		return ""
	}
	return fromCodePage(page, b[at+8:at+8+size])
}

// summaryTime returns a property that is a moment, and not a span of time.
func summaryTime(b []byte, at uint64) string {
	const moment = 64
	t := compound.Time(uint64(u32At(b, at+8))<<32 | uint64(u32At(b, at+4)))
	if u32At(b, at) != moment || t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
