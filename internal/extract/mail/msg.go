package mail

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"net/textproto"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// maxMSGDepth bounds mails inside mails.
const maxMSGDepth = 8

// maxProperty bounds a property other than an attachment: no text of a mail is
// longer.
const maxProperty = 64 << 20

// embeddedValue is the storage of an attached mail or object.
const embeddedValue = compound.PrefixValue + "3701000D"

// How a file is attached.
const (
	attachEmbedded = 5
	attachOLE      = 6
)

// ReadMSG sends a mail that Outlook saved: a page as of any other mail, its
// attachments as children. Mails attached to it become mails in the common
// form, built from their properties.
func ReadMSG(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	r, err := mscfb.New(f)
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable Outlook message: %w", err).
			WithCure("open it in Outlook and save it again")
	}
	m := &msgReader{budget: info.Size()}
	root, err := storageTree(r)
	if err != nil {
		return err
	}
	mail := m.mail(root, nil, headTop)
	shown, err := htmlText(mail.rich)
	if err != nil {
		return err
	}
	mail.body = joinAlternatives(mail.body, shown, &m.Remarks)
	files := mail.takeFiles(&m.Remarks)
	if err := out.Page(mail.page()); err != nil {
		return err
	}
	for _, a := range mail.attachments {
		if err := m.sendAttachment(a, mail.props.code, out); err != nil {
			return err
		}
	}
	for _, c := range files {
		if err := out.Child(c.Name, c.Data); err != nil {
			return err
		}
	}
	return out.Meta(m.Into(wire.FileMeta{Meta: mail.meta()}))
}

// storage is a folder inside a compound file.
type storage struct {
	streams map[string]*mscfb.File
	folders map[string]*storage
}

func newStorage() *storage {
	return &storage{streams: map[string]*mscfb.File{}, folders: map[string]*storage{}}
}

// storageTree puts the flat list of r back into folders.
func storageTree(r *mscfb.Reader) (*storage, error) {
	root := newStorage()
	if len(r.File) == 0 {
		return nil, dossier.Errorf(dossier.CodeDamaged, "the Outlook message is empty")
	}
	for _, f := range r.File[1:] {
		if len(f.Path) > 4*maxMSGDepth {
			continue
		}
		at := root
		for _, name := range f.Path {
			at = at.folder(name)
		}
		if f.FileInfo().IsDir() {
			at.folder(f.Name)
		} else {
			at.streams[f.Name] = f
		}
	}
	return root, nil
}

func (s *storage) folder(name string) *storage {
	sub := s.folders[name]
	if sub == nil {
		sub = newStorage()
		s.folders[name] = sub
	}
	return sub
}

// with returns the folders whose names begin with prefix, in order.
func (s *storage) with(prefix string) []*storage {
	var list []*storage
	for _, name := range slices.Sorted(maps.Keys(s.folders)) {
		if strings.HasPrefix(name, prefix) {
			list = append(list, s.folders[name])
		}
	}
	return list
}

// msgReader reads the storages of one MSG file. Streams may overlap in a
// hostile file, so all that is read together may not exceed the file.
type msgReader struct {
	budget int64
	dates  calendarIDs
	wire.Remarks
}

// stream returns the content of f.
func (m *msgReader) stream(f *mscfb.File) ([]byte, error) { return compound.ReadStream(f, &m.budget) }

// The sizes of what stands before the list of properties.
const (
	headTop      = 32
	headEmbedded = 24
	headPart     = 8 // of a person or an attachment
)

// props reads the properties of s, except the data of an attachment.
func (m *msgReader) props(s *storage, head int, around encoding.Encoding) *mapiProps {
	p := newMAPIProps()
	if f := s.streams[compound.StreamProps]; f != nil && f.Size <= maxProperty {
		b, err := m.stream(f)
		if err != nil {
			m.Lose(dossier.CodeDamaged, "the list of properties is damaged: %v", err)
		}
		p.addFixed(b, head)
	}
	for _, name := range slices.Sorted(maps.Keys(s.streams)) {
		id, kind, ok := propertyName(name)
		if !ok || id == propAttachData || kind != mapiUnicode && kind != mapiString8 && kind != mapiBinary {
			continue
		}
		if !m.wants(id) || s.streams[name].Size > maxProperty {
			continue
		}
		b, err := m.stream(s.streams[name])
		if err != nil {
			m.Lose(dossier.CodeDamaged, "property %04x is damaged: %v", id, err)
			continue
		}
		if p.vars[id].kind != mapiUnicode { // of two forms of a string the Unicode one is better
			p.vars[id] = mapiValue{kind, b}
		}
	}
	p.setCode(around)
	return p
}

var wantedProps = map[uint16]bool{
	propMessageClass: true, propSubject: true, propOnBehalfName: true, propOnBehalfAddr: true, propHeaders: true,
	propSenderName: true, propSenderAddr: true, propDisplayBcc: true, propDisplayCc: true, propDisplayTo: true,
	propBody: true, propRTF: true, propHTML: true, propMessageID: true, propReferences: true, propInReplyTo: true,
	propDisplayName: true, propAddress: true, propAttachName: true, propAttachLongName: true, propAttachPath: true,
	propAttachMIME: true, propSMTPAddress: true, propCompany: true, propBusinessPhone: true, propMobilePhone: true,
	propSenderSMTP: true, propOnBehalfSMTP: true,
}

func (m *msgReader) wants(id uint16) bool { return wantedProps[id] || id == m.dates.place && id != 0 }

// propertyName takes apart the name of a stream that holds a property.
func propertyName(name string) (id, kind uint16, ok bool) {
	digits, found := strings.CutPrefix(name, compound.PrefixValue)
	v, err := strconv.ParseUint(digits, 16, 32)
	return uint16(v >> 16), uint16(v), found && err == nil && len(digits) == 8
}

// addFixed takes the values in a list of properties: 16 bytes each, of which
// the last eight hold the value if it is short.
func (p *mapiProps) addFixed(b []byte, head int) {
	const entry = 16
	for b = b[min(head, len(b)):]; len(b) >= entry; b = b[entry:] {
		kind, id := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		v := binary.LittleEndian.Uint64(b[8:])
		switch kind {
		case mapiInt16, mapiBool:
			p.fixed[id] = v & 0xffff
		case mapiInt32:
			p.fixed[id] = v & 0xffffffff
		case mapiTime:
			p.fixed[id] = v
		}
	}
}

// msgMail is a mail read from a storage.
type msgMail struct {
	letter
	props       *mapiProps
	rich        string // the body as HTML, if it came so
	fromBox     mailbox
	toBoxes     []mailbox
	ccBoxes     []mailbox
	bccBoxes    []mailbox
	attachments []*storage
}

// mail reads the mail in s. head is what stands before its properties.
func (m *msgReader) mail(s *storage, around encoding.Encoding, head int) *msgMail {
	if names := s.folders[compound.StorageNames]; names != nil {
		m.dates = m.findCalendarIDs(names)
	}
	mail := &msgMail{props: m.props(s, head, around), attachments: s.with(compound.PrefixAttach)}
	if len(mail.attachments) > wire.MaxAttachments {
		m.Lose(dossier.CodeTooLarge, "only the first %d of %d attachments are read", wire.MaxAttachments, len(mail.attachments))
		mail.attachments = mail.attachments[:wire.MaxAttachments]
	}
	mail.fillHeads(m.people(s, mail.props.code))
	m.fillBody(mail)
	mail.extra = m.extra(mail.props)
	return mail
}

// The kinds of recipients.
const (
	recipientTo  = 1
	recipientCc  = 2
	recipientBcc = 3
)

// people returns the recipients by kind.
func (m *msgReader) people(s *storage, around encoding.Encoding) map[uint64][]mailbox {
	people := map[uint64][]mailbox{}
	for _, r := range s.with(compound.PrefixPerson) {
		p := m.props(r, headPart, around)
		kind := p.fixed[propRecipientType] & 0xf // marks of delivery stand above
		if box := p.recipient(); box != (mailbox{}) {
			people[kind] = append(people[kind], box)
		}
	}
	return people
}

// fillHeads fills the header fields from properties, and from the header that
// came with the mail where they are silent. The date is better there: it has
// the zone of the sender. A draft has a
// date but was not sent.
func (mail *msgMail) fillHeads(people map[uint64][]mailbox) {
	p := mail.props
	head := parseHeader(p.text(propHeaders))
	mail.subject = cmp.Or(p.first(propSubject), head.Get("Subject"))
	mail.fromBox = p.sender()
	mail.from = mail.fromBox.String()
	if mail.fromBox.address == "" {
		mail.from = cmp.Or(decodeHeader(head.Get("From")), mail.from)
	}
	mail.toBoxes, mail.ccBoxes, mail.bccBoxes = people[recipientTo], people[recipientCc], people[recipientBcc]
	mail.to = cmp.Or(joinMailboxes(mail.toBoxes), p.first(propDisplayTo), decodeHeader(head.Get("To")))
	mail.cc = cmp.Or(joinMailboxes(mail.ccBoxes), p.first(propDisplayCc), decodeHeader(head.Get("Cc")))
	mail.bcc = cmp.Or(joinMailboxes(mail.bccBoxes), p.first(propDisplayBcc))
	mail.sent = p.time(propSubmitTime, propDeliveryTime)
	mail.date = strings.TrimSpace(head.Get("Date"))
	if t := ParseDate(mail.date); !t.IsZero() {
		mail.sent = t
	}
	if t := p.time(propSubmitTime, propDeliveryTime, propModified, propCreated); mail.date == "" && !t.IsZero() {
		mail.date = t.Format(time.RFC1123Z)
	}
	mail.messageID = cmp.Or(p.first(propMessageID), firstID(head.Get("Message-Id")))
	mail.inReplyTo = firstID(cmp.Or(p.first(propInReplyTo), head.Get("In-Reply-To")))
	mail.references = splitIDs(cmp.Or(p.first(propReferences), head.Get("References")))
}

// parseHeader reads the header of the mail as it travelled, as far as it can
// be read.
func parseHeader(text string) textproto.MIMEHeader {
	r := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimSpace(text) + "\r\n\r\n")))
	// What comes before an error is of use.
	head, _ := r.ReadMIMEHeader()
	return head
}

func (m *msgReader) fillBody(mail *msgMail) {
	plain, rich, err := mail.props.bodies()
	if err != nil {
		m.LoseBy(0, "", err)
	}
	mail.rich = rich
	mail.body, err = plainOrHTML(plain, rich)
	if err != nil {
		m.Lose(dossier.CodeDamaged, "the HTML body is damaged: %v", err)
		mail.body = strings.TrimSpace(plain)
	}
}

// extra returns what items other than mails say of themselves: appointments
// their time and place, contacts their numbers.
func (m *msgReader) extra(p *mapiProps) [][2]string {
	class := strings.ToLower(p.text(propMessageClass))
	var extra [][2]string
	add := func(name, value string) {
		if value != "" {
			extra = append(extra, [2]string{name, value})
		}
	}
	switch {
	case strings.HasPrefix(class, "ipm.appointment"), strings.HasPrefix(class, "ipm.schedule"):
		for _, d := range []struct {
			name string
			id   uint16
		}{{"Start", m.dates.start}, {"End", m.dates.end}} {
			if t := p.time(d.id); !t.IsZero() {
				add(d.name, t.Format(time.RFC1123Z))
			}
		}
		if m.dates.place != 0 {
			add("Location", p.first(m.dates.place))
		}
	case strings.HasPrefix(class, "ipm.contact"):
		add("Name", p.first(propDisplayName))
		add("Company", p.first(propCompany))
		add("Phone", p.first(propBusinessPhone))
		add("Mobile", p.first(propMobilePhone))
	}
	return extra
}

// calendarIDs are the ids under which a file keeps when and where an
// appointment is. They differ from file to file.
type calendarIDs struct{ start, end, place uint16 }

// findCalendarIDs reads the table of named properties: 8 bytes each, a number,
// a set, and the position that makes the id.
func (m *msgReader) findCalendarIDs(names *storage) calendarIDs {
	const entries, firstNamed = compound.PrefixValue + "00030102", 0x8000
	var ids calendarIDs
	f := names.streams[entries]
	if f == nil || f.Size > maxProperty {
		return ids
	}
	b, err := m.stream(f)
	if err != nil {
		return ids // no file needs these names
	}
	for ; len(b) >= 8; b = b[8:] {
		const isString = 1
		if binary.LittleEndian.Uint16(b[4:])&isString != 0 {
			continue
		}
		id := firstNamed + binary.LittleEndian.Uint16(b[6:])
		switch binary.LittleEndian.Uint32(b) {
		case 0x8208:
			ids.place = id
		case 0x820d:
			ids.start = id
		case 0x820e:
			ids.end = id
		}
	}
	return ids
}

// sendAttachment sends the file that s holds.
func (m *msgReader) sendAttachment(s *storage, around encoding.Encoding, out *wire.Sender) error {
	name, data := m.attachment(s, around, 1)
	if data == nil {
		return nil
	}
	return out.Child(name, data)
}

// attachment returns the name and the content of the file that s holds, nil
// if there is none.
func (m *msgReader) attachment(s *storage, around encoding.Encoding, depth int) (name string, data []byte) {
	p := m.props(s, headPart, around)
	name = baseName(cmp.Or(p.first(propAttachLongName), p.first(propAttachName), p.first(propDisplayName)))
	if sub := s.folders[embeddedValue]; sub != nil {
		if p.fixed[propAttachMethod] == attachOLE || sub.streams[compound.StreamProps] == nil {
			m.Lose(dossier.CodeUnsupported, "the embedded object %s cannot be read; save it from Outlook", cmp.Or(name, "without a name"))
			return "", nil
		}
		return m.embedded(sub, name, p.code, depth)
	}
	name = cmp.Or(name, "attachment")
	f := s.streams[compound.PrefixValue+"37010102"]
	if f == nil {
		if target := p.first(propAttachPath); target != "" {
			m.Warn("%s is not in the mail but at %s", name, wire.CleanText(target))
		}
		return "", nil
	}
	data, err := m.stream(f)
	if err != nil {
		m.Lose(dossier.CodeDamaged, "the attachment %s is damaged: %v", name, err)
		return "", nil
	}
	if len(data) == 0 {
		return "", nil
	}
	return name, data
}

// embedded returns the mail in s in the common form.
func (m *msgReader) embedded(s *storage, name string, around encoding.Encoding, depth int) (string, []byte) {
	if depth > maxMSGDepth {
		m.Lose(dossier.CodeTooLarge, "mails inside mails beyond %d levels are not read", maxMSGDepth)
		return "", nil
	}
	outer := m.dates
	mail := m.mail(s, around, headEmbedded)
	m.dates = outer
	var files []wire.Child
	for _, a := range mail.attachments {
		if name, data := m.attachment(a, mail.props.code, depth+1); data != nil {
			files = append(files, wire.Child{Name: name, Data: data})
		}
	}
	var b bytes.Buffer
	if err := writeMail(&b, mail, files); err != nil {
		m.Lose(dossier.CodeDamaged, "the mail %s cannot be written: %v", name, err)
		return "", nil
	}
	return cmp.Or(baseName(mail.subject), name, "message") + ".eml", b.Bytes()
}

// baseName returns a name without folders and control characters, on one line.
func baseName(name string) string {
	name = wire.CleanText(name)
	name = strings.Join(strings.Fields(name[strings.LastIndexAny(name, `/\`)+1:]), " ")
	if name == "." || name == ".." {
		return ""
	}
	return name
}
