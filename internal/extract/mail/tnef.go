package mail

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Outlook may send what a mail holds as one file in a form of its own (TNEF,
// winmail.dat): a list of attributes, some of which hold MAPI properties.

// The attributes that matter, and the level at which each stands.
const (
	tnefSignature   = 0x223e9f78
	tnefBody        = 0x0002800c
	tnefMessage     = 0x00069003 // properties of the mail
	tnefCodePage    = 0x00069007
	tnefNewFile     = 0x00069002 // opens an attachment
	tnefFileTitle   = 0x00018010
	tnefFileData    = 0x0006800f
	tnefFileProps   = 0x00069005
	mapiMultiple    = 0x1000 // flag of a type: several values
	mapiFirstNamed  = 0x8000
	maxTNEFProperty = 100_000
)

var errTNEF = errors.New("broken winmail.dat")

func isTNEF(b []byte) bool {
	return len(b) >= 6 && binary.LittleEndian.Uint32(b) == tnefSignature
}

// tnefMail is what winmail.dat holds.
type tnefMail struct {
	props *mapiProps
	body  string
	files []wire.Child
	depth int
}

// readTNEF takes winmail.dat apart; depth counts the mails around it. After the head, each attribute has a level,
// a number, a size, data and a checksum. A file that ends early gives what it
// has and an error.
func readTNEF(b []byte, depth int) (*tnefMail, error) {
	if !isTNEF(b) || depth > maxMSGDepth {
		return nil, errTNEF
	}
	m := &tnefMail{props: newMAPIProps(), depth: depth}
	var code encoding.Encoding
	var file *tnefFile
	const head, tail = 9, 2
	for b = b[6:]; len(b) >= head; {
		id, size := binary.LittleEndian.Uint32(b[1:]), int64(binary.LittleEndian.Uint32(b[5:]))
		if b = b[head:]; size+tail > int64(len(b)) {
			m.addFile(file)
			return m, errTNEF
		}
		data := b[:size]
		b = b[size+tail:]
		switch id {
		case tnefCodePage:
			if len(data) >= 4 {
				code = text.CodePage(int(binary.LittleEndian.Uint32(data)))
			}
		case tnefBody:
			m.body = (&mapiProps{code: code}).oldText(data)
		case tnefMessage:
			m.props = tnefProps(data, code)
		case tnefNewFile:
			m.addFile(file)
			if len(m.files) >= wire.MaxAttachments {
				return m, errTNEF
			}
			file = &tnefFile{props: newMAPIProps()}
		}
		if file != nil {
			file.take(id, data, code)
		}
	}
	m.addFile(file)
	return m, nil
}

// tnefFile is an attachment that is being read.
type tnefFile struct {
	title string
	data  []byte
	props *mapiProps
}

func (f *tnefFile) take(id uint32, data []byte, code encoding.Encoding) {
	switch id {
	case tnefFileTitle:
		f.title = (&mapiProps{code: code}).oldText(data)
	case tnefFileData:
		f.data = data
	case tnefFileProps:
		f.props = tnefProps(data, code)
	}
}

// addFile keeps an attachment. A mail inside the mail is winmail.dat again,
// after the name of its kind; it becomes a mail in the common form.
func (m *tnefMail) addFile(f *tnefFile) {
	if f == nil {
		return
	}
	name := baseName(cmp.Or(f.props.first(propAttachLongName), f.title, f.props.first(propAttachName), f.props.first(propDisplayName)))
	data := f.data
	if object := f.props.vars[propAttachData]; len(data) == 0 && len(object.data) > 16 {
		data = object.data
		if object.kind == mapiObject {
			data = data[16:] // what kind of object it is
		}
	}
	if inner, ok := innerMail(data, m.depth+1); ok {
		m.files = append(m.files, inner)
	} else if len(data) > 0 {
		m.files = append(m.files, wire.Child{Name: cmp.Or(name, "attachment"), Data: data})
	}
}

// innerMail turns a mail inside winmail.dat into one in the common form.
func innerMail(data []byte, depth int) (wire.Child, bool) {
	t, err := readTNEF(data, depth)
	if err != nil {
		return wire.Child{}, false
	}
	m := &msgMail{props: t.props}
	m.fillHeads(nil)
	plain, rich, err := t.letterBody()
	if err != nil {
		return wire.Child{}, false
	}
	m.rich = rich
	if m.body, err = plainOrHTML(plain, rich); err != nil {
		return wire.Child{}, false
	}
	var b bytes.Buffer
	if err := writeMail(&b, m, t.files); err != nil {
		return wire.Child{}, false
	}
	return wire.Child{Name: cmp.Or(baseName(m.subject), "message") + ".eml", Data: b.Bytes()}, true
}

// letterBody returns the body, as plain text and as HTML.
func (m *tnefMail) letterBody() (plain, rich string, err error) {
	plain, rich, err = m.props.bodies()
	if strings.TrimSpace(plain) == "" {
		plain = m.body
	}
	return plain, rich, err
}

// tnefProps reads a list of MAPI properties, as far as it can be read.
func tnefProps(b []byte, code encoding.Encoding) *mapiProps {
	p := newMAPIProps()
	r := &tnefReader{b: b}
	for n := min(r.uint32(), maxTNEFProperty); n > 0 && !r.failed; n-- {
		kind, id := r.uint16(), r.uint16()
		if id >= mapiFirstNamed {
			r.skipName()
		}
		r.values(p, kind, id)
	}
	p.setCode(code)
	return p
}

// tnefReader takes values off the front of b until something does not fit.
type tnefReader struct {
	b      []byte
	failed bool
}

// take returns n bytes.
func (r *tnefReader) take(n uint32) []byte {
	if r.failed || uint64(n) > uint64(len(r.b)) {
		r.failed = true
		return nil
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *tnefReader) uint16() uint16 {
	if b := r.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (r *tnefReader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// padded returns n bytes that are followed by up to three to fill a word.
func (r *tnefReader) padded(n uint32) []byte {
	v := r.take(n)
	if n%4 != 0 && len(r.b) > 0 { // the last one may lack them
		r.take(min(4-n%4, uint32(len(r.b))))
	}
	return v
}

// skipName passes over the name of a property: its set, and a number or text.
func (r *tnefReader) skipName() {
	const set, byText = 16, 1
	r.take(set)
	if r.uint32() == byText {
		r.padded(r.uint32())
		return
	}
	r.uint32()
}

// values reads the values of a property and keeps the first.
func (r *tnefReader) values(p *mapiProps, kind, id uint16) {
	multiple := kind&mapiMultiple != 0
	kind &^= mapiMultiple
	size, fixed := tnefSizes[kind]
	n := uint32(1)
	if multiple || !fixed {
		n = r.uint32()
	}
	for i := uint32(0); i < n && !r.failed; i++ {
		var v []byte
		if fixed {
			v = r.take(size)
		} else {
			v = r.padded(r.uint32())
		}
		if i > 0 || v == nil {
			continue
		}
		if fixed {
			p.fixed[id] = littleEndian(v)
		} else {
			p.vars[id] = mapiValue{kind, bytes.Clone(v)}
		}
	}
}

// tnefSizes are the sizes of values that need not say their size.
var tnefSizes = map[uint16]uint32{
	0x0001: 4, mapiInt16: 4, mapiInt32: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000a: 4, mapiBool: 4, 0x0014: 8, mapiTime: 8, 0x0048: 16,
}

// littleEndian returns the number in the first eight bytes of b.
func littleEndian(b []byte) uint64 {
	var word [8]byte
	copy(word[:], b)
	return binary.LittleEndian.Uint64(word[:])
}
