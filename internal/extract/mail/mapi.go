package mail

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding"

	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/text"
)

// The types of MAPI properties that matter here.
const (
	mapiInt16   = 0x0002
	mapiInt32   = 0x0003
	mapiBool    = 0x000b
	mapiObject  = 0x000d
	mapiString8 = 0x001e
	mapiUnicode = 0x001f
	mapiTime    = 0x0040
	mapiBinary  = 0x0102
)

// The ids of MAPI properties that matter here.
const (
	propMessageClass   = 0x001a
	propSubject        = 0x0037
	propSubmitTime     = 0x0039
	propOnBehalfName   = 0x0042
	propOnBehalfAddr   = 0x0065
	propHeaders        = 0x007d
	propRecipientType  = 0x0c15
	propSenderName     = 0x0c1a
	propSenderAddr     = 0x0c1f
	propDisplayBcc     = 0x0e02
	propDisplayCc      = 0x0e03
	propDisplayTo      = 0x0e04
	propDeliveryTime   = 0x0e06
	propBody           = 0x1000
	propRTF            = 0x1009
	propHTML           = 0x1013
	propMessageID      = 0x1035
	propReferences     = 0x1039
	propInReplyTo      = 0x1042
	propDisplayName    = 0x3001
	propAddress        = 0x3003
	propCreated        = 0x3007
	propModified       = 0x3008
	propAttachData     = 0x3701
	propAttachName     = 0x3704
	propAttachMethod   = 0x3705
	propAttachLongName = 0x3707
	propAttachPath     = 0x370d
	propAttachMIME     = 0x370e
	propSMTPAddress    = 0x39fe
	propCompany        = 0x3a16
	propBusinessPhone  = 0x3a08
	propMobilePhone    = 0x3a1c
	propInternetPage   = 0x3fde
	propMessagePage    = 0x3ffd
	propSenderSMTP     = 0x5d01
	propOnBehalfSMTP   = 0x5d02
)

// mapiProps are the properties of one object: a mail, a person it went to, a
// file attached to it. Outlook keeps them in files (MSG) and sends them along
// with mail (TNEF).
type mapiProps struct {
	fixed map[uint16]uint64    // numbers, times, yes or no
	vars  map[uint16]mapiValue // strings and bytes
	code  encoding.Encoding    // of strings that are not Unicode; nil if unknown
}

type mapiValue struct {
	kind uint16
	data []byte
}

func newMAPIProps() *mapiProps {
	return &mapiProps{fixed: map[uint16]uint64{}, vars: map[uint16]mapiValue{}}
}

// setCode takes the code page that the properties themselves name, or else
// that of the object around them.
func (p *mapiProps) setCode(around encoding.Encoding) {
	p.code = around
	for _, id := range []uint16{propMessagePage, propInternetPage} {
		if enc := text.CodePage(int(p.fixed[id])); enc != nil {
			p.code = enc
			return
		}
	}
}

// text returns a string property, "" if there is none.
func (p *mapiProps) text(id uint16) string {
	v := p.vars[id]
	switch v.kind {
	case mapiUnicode:
		return utf16Text(v.data)
	case mapiString8:
		return p.oldText(v.data)
	}
	return ""
}

// first returns the first of several properties that says something.
func (p *mapiProps) first(ids ...uint16) string {
	for _, id := range ids {
		if s := strings.TrimSpace(p.text(id)); s != "" {
			return s
		}
	}
	return ""
}

func (p *mapiProps) oldText(b []byte) string {
	b = bytes.TrimRight(b, "\x00")
	if p.code != nil {
		if text, err := p.code.NewDecoder().Bytes(b); err == nil {
			return string(text)
		}
	}
	text, err := text.Decode(b)
	if err != nil {
		return ""
	}
	return text
}

func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// time returns a time property; the zero time if there is none.
func (p *mapiProps) time(ids ...uint16) time.Time {
	for _, id := range ids {
		if t := compound.Time(p.fixed[id]); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// html returns the body as HTML, "" if there is none.
func (p *mapiProps) html() string {
	v := p.vars[propHTML]
	switch v.kind {
	case mapiBinary:
		if enc := text.CodePage(int(p.fixed[propInternetPage])); enc != nil {
			if text, err := enc.NewDecoder().Bytes(v.data); err == nil {
				return string(text)
			}
		}
		return p.oldText(v.data)
	case 0:
		return ""
	}
	return p.text(propHTML)
}

// bodies returns the body as plain text and as HTML. RTF stands in for what
// is missing.
func (p *mapiProps) bodies() (plain, rich string, err error) {
	plain, rich = p.text(propBody), p.html()
	packed := p.vars[propRTF].data
	if len(packed) == 0 || rich != "" {
		return plain, rich, nil
	}
	rtf, err := unpackRTF(packed)
	if err != nil {
		return plain, rich, fmt.Errorf("the RTF body cannot be unpacked: %w", err)
	}
	text, isHTML := mailRTF(rtf)
	switch {
	case isHTML:
		rich = text
	case strings.TrimSpace(plain) == "":
		plain = text
	}
	return plain, rich, nil
}

// mailbox is a person or list that a mail names.
type mailbox struct{ name, address string }

// String writes the mailbox for people. Outlook puts an address in quotes
// where a name is missing.
func (m mailbox) String() string {
	name := strings.Trim(m.name, "'")
	switch {
	case m.address == "":
		return m.name
	case name == "" || name == m.address:
		return m.address
	}
	if strings.ContainsAny(name, `,;<>()@"`) { // or the list could not be taken apart again
		name = `"` + strings.ReplaceAll(name, `"`, "'") + `"`
	}
	return name + " <" + m.address + ">"
}

func joinMailboxes(list []mailbox) string {
	parts := make([]string, len(list))
	for i, m := range list {
		parts[i] = m.String()
	}
	return strings.Join(parts, ", ")
}

// sender returns who sent the mail. Addresses inside an Exchange server are
// paths ("/O=FIRM/CN=…"), which say nothing outside.
func (p *mapiProps) sender() mailbox {
	m := mailbox{name: p.first(propOnBehalfName, propSenderName)}
	for _, id := range []uint16{propOnBehalfSMTP, propOnBehalfAddr, propSenderSMTP, propSenderAddr} {
		if s := p.first(id); strings.Contains(s, "@") {
			m.address = s
			return m
		}
	}
	if m.name == "" {
		m.name = p.first(propOnBehalfAddr, propSenderAddr)
	}
	return m
}

func (p *mapiProps) recipient() mailbox {
	m := mailbox{name: p.first(propDisplayName)}
	for _, id := range []uint16{propSMTPAddress, propAddress} {
		if s := p.first(id); strings.Contains(s, "@") {
			m.address = s
			return m
		}
	}
	if m.name == "" {
		m.name = p.first(propAddress)
	}
	return m
}
