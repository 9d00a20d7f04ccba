package mail

import (
	"encoding/binary"
	"fmt"
	"maps"
	"time"

	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

// mapi makes the storage of a MAPI object out of properties by id: strings
// (Unicode), []byte, old strings, numbers and times. Head is what stands
// before the list of properties.
func mapi(head int, props map[uint16]any, more extracttest.Folder) extracttest.Folder {
	f := extracttest.Folder{}
	list := make([]byte, head)
	fixed := func(id, kind uint16, v uint64) {
		list = binary.LittleEndian.AppendUint16(list, kind)
		list = binary.LittleEndian.AppendUint16(list, id)
		list = binary.LittleEndian.AppendUint32(list, 6)
		list = binary.LittleEndian.AppendUint64(list, v)
	}
	for id, v := range props {
		switch v := v.(type) {
		case string:
			f[fmt.Sprintf("__substg1.0_%04X001F", id)] = compound.EncodeUTF16(v)
		case oldString:
			f[fmt.Sprintf("__substg1.0_%04X001E", id)] = []byte(v)
		case []byte:
			f[fmt.Sprintf("__substg1.0_%04X0102", id)] = v
		case int:
			fixed(id, mapiInt32, uint64(v))
		case time.Time:
			fixed(id, mapiTime, uint64(v.Unix()+11_644_473_600)*10_000_000)
		}
	}
	f[compound.StreamProps] = list
	maps.Copy(f, more)
	return f
}

// oldString is a string in the code page of its object.
type oldString string

// packRTF packs without references: every item is a byte of its own.
func packRTF(rtf string) []byte {
	var items []byte
	for i := 0; i < len(rtf); i += 8 {
		items = append(items, 0)
		items = append(items, rtf[i:min(i+8, len(rtf))]...)
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(items)+12))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(rtf)))
	b = binary.LittleEndian.AppendUint32(b, lzfuPacked)
	b = binary.LittleEndian.AppendUint32(b, 0)
	return append(b, items...)
}
