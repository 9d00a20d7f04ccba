package mail

import (
	"encoding/binary"
	"errors"
)

// lzfuPrimer fills the dictionary before the first byte: what RTF often says.
const lzfuPrimer = `{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0` +
	"\r\n" + `\par \pard\plain\f0\fs20\b\i\u\tab\tx`

const (
	lzfuPacked = 0x75465a4c // "LZFu"
	lzfuStored = 0x414c454d // "MELA"
	lzfuWindow = 4096
	lzfuHead   = 16
)

var errLZFu = errors.New("broken compressed text")

// unpackRTF unpacks the compressed RTF of a mail: a head of packed size, size,
// kind and checksum, then runs of eight items after a byte that tells which of
// them are references into the last 4096 bytes. An item of two bytes yields at
// most 17, so that the answer is bounded by the question.
func unpackRTF(b []byte) ([]byte, error) {
	if len(b) < lzfuHead {
		return nil, errLZFu
	}
	size := int(binary.LittleEndian.Uint32(b[4:]))
	kind := binary.LittleEndian.Uint32(b[8:])
	b = b[lzfuHead:]
	switch kind {
	case lzfuStored:
		return b[:min(size, len(b))], nil
	case lzfuPacked:
		return unpackLZFu(b, size), nil
	}
	return nil, errLZFu
}

// unpackLZFu returns what can be unpacked of b, at most size bytes.
func unpackLZFu(b []byte, size int) []byte {
	var window [lzfuWindow]byte
	at := copy(window[:], lzfuPrimer)
	out := make([]byte, 0, min(size, 9*len(b)))
	put := func(c byte) {
		out = append(out, c)
		window[at] = c
		at = (at + 1) % lzfuWindow
	}
	for len(b) > 0 {
		flags := b[0]
		b = b[1:]
		for bit := range 8 {
			if len(out) >= size {
				return out[:size]
			}
			if flags>>bit&1 == 0 {
				if len(b) == 0 {
					return out
				}
				put(b[0])
				b = b[1:]
				continue
			}
			if len(b) < 2 {
				return out
			}
			ref := int(binary.BigEndian.Uint16(b))
			b = b[2:]
			from, n := ref>>4, ref&15+2
			if from == at { // the mark of the end
				return out
			}
			for i := range n {
				put(window[(from+i)%lzfuWindow])
			}
		}
	}
	return out[:min(len(out), size)]
}
