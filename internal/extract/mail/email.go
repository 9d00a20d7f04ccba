// Package mail reads mails: files of one mail (EML, MSG), mailboxes (MBOX), and what
// Outlook packs into a mail (winmail.dat, RTF bodies, signed parts).
//
// A mail becomes one page, its main header fields above its body; attachments and
// the mails of a mailbox become children. Mails lie about their character sets, nest
// parts without end and lack what the standard demands: what can be repaired is, and
// what cannot be taken apart is kept as plain text with a loss on record.
package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net/textproto"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// mailParser takes broken mail as it comes. The plain text of a mail that has
// only HTML is made by us, not by it.
var mailParser = enmime.NewParser(
	enmime.DisableTextConversion(true),
	enmime.MultipartWOBoundaryAsSinglePart(true),
	enmime.SkipMalformedParts(true),
)

// trimMail drops what stands before the header: blank lines and the "From "
// line that mailboxes put between mails.
func trimMail(b []byte) []byte {
	b = bytes.TrimLeft(b, " \t\r\n")
	if line, rest, ok := bytes.Cut(b, []byte("\n")); ok && bytes.HasPrefix(line, []byte("From ")) {
		return rest
	}
	return b
}

// eightBits returns a mail that was saved in UTF-16, or with the mark of Unicode, as
// mails travel.
func eightBits(b []byte) []byte {
	const aHead = 64
	if bytes.IndexByte(b[:min(len(b), aHead)], 0) >= 0 {
		if decoded, err := text.Decode(b); err == nil {
			b = []byte(decoded)
		}
	}
	return bytes.TrimPrefix(b, []byte("\ufeff"))
}

// sendRawMail sends a mail that cannot be taken apart as the text it is, so that
// its words can still be found.
func sendRawMail(b []byte, cause error, out *wire.Sender) error {
	text, err := text.Decode(b)
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable mail: %w", cause).WithCure("get the original again")
	}
	if err := out.Page(wire.TextPage(1, text)); err != nil {
		return err
	}
	return out.Meta(wire.FileMeta{Losses: []dossier.Loss{{
		Code: dossier.CodeDamaged, Text: "the mail is damaged and kept as plain text: " + cause.Error(),
	}}})
}

// ReadEmail sends a mail: its main header fields and its body as one page, its
// attachments as children.
func ReadEmail(j wire.Job, out *wire.Sender) error {
	b, err := text.ReadFile(j.Path)
	if err != nil {
		return err
	}
	var notes wire.Remarks
	env, err := openMail(trimMail(eightBits(b)), &notes, 0)
	if err != nil {
		return sendRawMail(b, err, out)
	}
	packed := unpackTNEF(env, &notes)
	l := envelopeLetter(env)
	shown, err := htmlText(packed.rich)
	if err != nil {
		return err
	}
	if outlook := joinAlternatives(packed.plain, shown, &notes); outlook != "" {
		l.body = joinAlternatives(l.body, outlook, &notes)
	}
	files := append(packed.files, l.takeFiles(&notes)...)
	if err := out.Page(l.page()); err != nil {
		return err
	}
	if err := sendAttachments(env, files, &notes, out); err != nil {
		return err
	}
	partsRepaired(env.Envelope, &notes)
	return out.Meta(notes.Into(wire.FileMeta{Meta: l.meta()}))
}

// openedMail is a mail taken apart, and its text.
type openedMail struct {
	*enmime.Envelope
	head textproto.MIMEHeader // of the mail itself, not of one inside its signature
	body string
	used map[*enmime.Part]bool // the parts that are in the text or among the files
}

// openMail takes a mail apart. A mail inside a signature gives its content to
// the mail around it.
func openMail(b []byte, notes *wire.Remarks, depth int) (*openedMail, error) {
	if nestsTooDeep(b) {
		return nil, errNested
	}
	root, err := mailParser.ReadParts(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	root.DepthMatchAll(func(p *enmime.Part) bool {
		repairText(p)
		return false
	})
	env, err := mailParser.EnvelopeFromPart(root)
	if err != nil {
		return nil, err
	}
	mail := &openedMail{Envelope: env, head: root.Header}
	if mail.body, mail.used, err = bodyOf(env, notes); err != nil {
		return nil, err
	}
	restoreText(env, b)
	mail.setSignatureAside(notes)
	if isEncryptedPGP(root) {
		notes.Lose(dossier.CodePassword, "%v", errEncrypted)
	}
	if isSMIME(root) && depth < maxSigned {
		mail.openSigned(root.Content, notes, depth)
	}
	inner := root.DepthMatchAll(func(p *enmime.Part) bool { return p != root && isSMIME(p) })
	for _, p := range inner {
		openInner(p, notes)
	}
	return mail, nil
}

// isEncryptedPGP looks for the part that says that the next one is encrypted with PGP.
// It holds no more than a version.
func isEncryptedPGP(root *enmime.Part) bool {
	return root.DepthMatchFirst(func(p *enmime.Part) bool {
		return p.ContentType == "multipart/encrypted" || p.ContentType == wire.TypePGP
	}) != nil
}

// rawParser leaves the content of parts as it travelled.
var rawParser = enmime.NewParser(enmime.RawContent(true), enmime.MultipartWOBoundaryAsSinglePart(true), enmime.SkipMalformedParts(true))

// restoreText gives text files in a mail the bytes they were attached with: the
// parser has converted them to UTF-8, and by their bytes files are known.
func restoreText(env *enmime.Envelope, mail []byte) {
	var files []*enmime.Part
	for _, p := range slices.Concat(env.Attachments, env.Inlines, env.OtherParts) {
		if strings.HasPrefix(p.ContentType, "text/") && p.FileName != "" {
			files = append(files, p)
		}
	}
	if len(files) == 0 {
		return
	}
	root, err := rawParser.ReadParts(bytes.NewReader(mail))
	if err != nil {
		return // it was parsed before; what that made of the files stays
	}
	raw := map[string]*enmime.Part{}
	root.DepthMatchAll(func(p *enmime.Part) bool {
		raw[p.PartID] = p
		return false
	})
	for _, file := range files {
		if p := raw[file.PartID]; p != nil {
			if content, err := transferDecoded(p); err == nil {
				file.Content = content
			}
		}
	}
}

// transferDecoded undoes the encoding in which a part travelled.
func transferDecoded(p *enmime.Part) ([]byte, error) {
	r := io.Reader(bytes.NewReader(p.Content))
	switch strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	return io.ReadAll(r)
}

// repairText decodes text again whose label cannot be right.
func repairText(p *enmime.Part) {
	if !strings.HasPrefix(p.ContentType, "text/") && p.ContentType != "" {
		return
	}
	if !utf8.Valid(p.Content) {
		if text, err := decodePart(p); err == nil {
			p.Content = []byte(text)
		}
		return
	}
	switch strings.ToLower(p.Charset) {
	case "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252":
	default:
		return
	}
	// Latin labels are what programs write that know no better. Such text turns
	// back into its bytes without loss.
	raw, err := charmap.ISO8859_1.NewEncoder().Bytes(p.Content)
	if err != nil {
		raw, err = charmap.Windows1252.NewEncoder().Bytes(p.Content)
	}
	if err != nil || !text.HighBytesGroup(raw) {
		return
	}
	if utf8.Valid(raw) {
		if provesUTF8(string(raw)) {
			p.Content = raw
		}
	} else if enc := text.EvidentEncoding(raw); enc != nil {
		if text, err := enc.NewDecoder().Bytes(raw); err == nil {
			p.Content = text
		}
	}
}

// decodePart returns the text of a part whose label is missing or wrong: as HTML says
// itself, or as the bytes look.
func decodePart(p *enmime.Part) (string, error) {
	if p.ContentType == typeHTML {
		// Without a word in the HTML the answer is one of these two.
		if enc, name, _ := charset.DetermineEncoding(p.Content, ""); name != "utf-8" && name != "windows-1252" {
			decoded, err := enc.NewDecoder().Bytes(p.Content)
			return string(decoded), err
		}
	}
	return text.Decode(p.Content)
}

// provesUTF8 reports whether text, decoded as UTF-8 against its label, makes
// sense of a character. A lone Â or Ã does not: it is what is left of text that
// somebody decoded wrongly before, and nonsense under any label.
func provesUTF8(text string) bool {
	before := ' '
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if r >= utf8.RuneSelf && (r != 'Â' && r != 'Ã' || unicode.IsLetter(before) || unicode.IsLetter(after)) {
			return true
		}
		before = r
	}
	return false
}

// unpacked is what the parts held that Outlook made for itself.
type unpacked struct {
	plain, rich string
	files       []wire.Child
}

// unpackTNEF takes apart the parts named winmail.dat and removes them from env.
// What cannot be taken apart stays.
func unpackTNEF(env *openedMail, notes *wire.Remarks) (u unpacked) {
	open := func(p *enmime.Part) bool {
		if !isTNEF(p.Content) {
			return false
		}
		m, err := readTNEF(p.Content, 0)
		if err == nil {
			u.plain, u.rich, err = m.letterBody()
		}
		if err != nil {
			notes.LoseBy(0, "", err)
			return false
		}
		u.files = append(u.files, m.files...)
		env.used[p] = true
		return true
	}
	env.Attachments = slices.DeleteFunc(env.Attachments, open)
	env.Inlines = slices.DeleteFunc(env.Inlines, open)
	env.OtherParts = slices.DeleteFunc(env.OtherParts, open)
	return u
}

// envelopeLetter returns what a mail in the common form says. Reports of mail
// servers follow the body.
func envelopeLetter(env *openedMail) *letter {
	one := func(name string) string { return decodeHeader(env.head.Get(name)) }
	all := func(name string) string {
		values := slices.Clone(env.head.Values(name))
		for i := range values {
			values[i] = decodeHeader(values[i])
		}
		return strings.Join(values, ", ")
	}
	l := &letter{
		subject: all("Subject"), from: all("From"), to: all("To"), cc: all("Cc"), bcc: all("Bcc"), date: all("Date"),
		sent:      ParseDate(one("Date")),
		messageID: one("Message-Id"), inReplyTo: firstID(one("In-Reply-To")),
		references: splitIDs(one("References")),
		body:       env.body,
	}
	for _, p := range env.OtherParts {
		if isLooseText(p) {
			env.used[p] = true
			l.body += "\n\n" + string(p.Content)
		}
	}
	return l
}

// takeFiles takes out of the text of a mail the files that stand in it.
func (l *letter) takeFiles(notes *wire.Remarks) []wire.Child {
	body, encrypted := takePGP(l.body, notes)
	body, files := takeUU(body, notes)
	l.body = body
	return append(encrypted, files...)
}

// isLooseText recognises nameless text that the parser put aside.
func isLooseText(p *enmime.Part) bool {
	return p.FileName == "" && (p.ContentType == "" || p.ContentType == "message/delivery-status" ||
		strings.HasPrefix(p.ContentType, "text/"))
}

// sendAttachments sends the files in a mail: what is attached, what stands
// in the text under a name of its own, every other part with bytes, and more.
func sendAttachments(env *openedMail, more []wire.Child, notes *wire.Remarks, out *wire.Sender) error {
	parts := slices.Clone(env.Attachments)
	for _, p := range slices.Concat(env.Inlines, env.OtherParts) {
		if p.FileName != "" || p.ContentType == typeMail {
			parts = append(parts, p)
		}
	}
	for _, p := range parts {
		env.used[p] = true
	}
	parts = append(parts, env.nameless(notes)...)
	if len(parts)+len(more) > wire.MaxAttachments {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the mail has more than %d attachments", wire.MaxAttachments)
	}
	for i, p := range parts {
		if len(p.Content) == 0 {
			continue
		}
		if err := out.Child(attachmentName(p, i+1), p.Content); err != nil {
			return err
		}
	}
	for _, c := range more {
		if err := out.Child(c.Name, c.Data); err != nil {
			return err
		}
	}
	return nil
}

// maxDecoration is the size in bytes up to which a nameless picture that belongs to
// HTML is taken for a logo or a line.
const maxDecoration = 16 << 10

// nameless returns the parts with bytes that nothing has used so far. Small pictures of the HTML are noted instead: each would be a document.
func (m *openedMail) nameless(notes *wire.Remarks) []*enmime.Part {
	decorations := 0
	rest := m.Root.DepthMatchAll(func(p *enmime.Part) bool {
		switch {
		case p.FirstChild != nil, len(p.Content) == 0, m.used[p], p.ContentType == wire.TypePGP:
			return false
		case p.ContentID != "" && strings.HasPrefix(p.ContentType, "image/") && len(p.Content) <= maxDecoration:
			decorations++
			return false
		}
		return true
	})
	if decorations > 0 {
		notes.Warn("small pictures without a name inside the HTML, which are not kept as documents: %d", decorations)
	}
	return rest
}

// attachmentName returns a name without folders.
func attachmentName(p *enmime.Part, number int) string {
	name := baseName(p.FileName)
	switch {
	case name != "":
		return name
	case p.ContentType == typeMail:
		return fmt.Sprintf("message-%d.eml", number)
	}
	return fmt.Sprintf("attachment-%d%s", number, extensions[p.ContentType])
}

// extensions are those of nameless files, for people to see what they are.
var extensions = map[string]string{
	"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/tiff": ".tif", "text/calendar": ".ics",
}

// partsRepaired passes on what the parser could not read. A mark of a boundary
// inside of text is odd, but nothing is missing.
func partsRepaired(env *enmime.Envelope, notes *wire.Remarks) {
	for _, e := range env.Errors {
		switch {
		case e.Severe && e.Name == enmime.ErrorDataHasBoundary:
			notes.Warn("%s: %s", e.Name, e.Detail)
		case e.Severe:
			notes.Lose(dossier.CodeDamaged, "%s: %s", e.Name, e.Detail)
		}
	}
}
