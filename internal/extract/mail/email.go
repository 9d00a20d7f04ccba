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
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
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
	env, err := openMail(trimMail(b), &notes, 0)
	if err != nil {
		return sendRawMail(b, err, out)
	}
	packed := unpackTNEF(env, &notes)
	l, err := envelopeLetter(env)
	if err != nil {
		return err
	}
	if l.body == "" {
		if l.body, err = chooseBody(packed.plain, packed.rich); err != nil {
			return err
		}
	}
	if err := out.Page(l.page()); err != nil {
		return err
	}
	if err := sendAttachments(env, packed.files, out); err != nil {
		return err
	}
	partsRepaired(env, &notes)
	return out.Meta(notes.Into(wire.FileMeta{Meta: l.meta()}))
}

// maxSigned bounds signed mails inside signed mails.
const maxSigned = 4

// openMail takes a mail apart. A mail inside a signature gives its content to
// the mail around it.
func openMail(b []byte, notes *wire.Remarks, depth int) (env *enmime.Envelope, err error) {
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
	if env, err = mailParser.EnvelopeFromPart(root); err != nil {
		return nil, err
	}
	restoreText(env, b)
	if root.ContentType != "application/pkcs7-mime" && root.ContentType != "application/x-pkcs7-mime" || depth == maxSigned {
		return env, nil
	}
	content, err := signedContent(root.Content)
	if errors.Is(err, errEncrypted) {
		notes.Lose(dossier.CodePassword, "%v", err)
		return env, nil
	}
	if err != nil {
		notes.LoseBy(0, "", err)
		return env, nil
	}
	inner, err := openMail(content, notes, depth+1)
	if err != nil {
		notes.LoseBy(0, "", errSMIME)
		return env, nil
	}
	env.Text, env.HTML = inner.Text, inner.HTML
	env.Attachments, env.Inlines, env.OtherParts = inner.Attachments, inner.Inlines, inner.OtherParts
	env.Errors = append(env.Errors, inner.Errors...)
	return env, nil
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
		if text, err := text.Decode(p.Content); err == nil {
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
func unpackTNEF(env *enmime.Envelope, notes *wire.Remarks) (u unpacked) {
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
		return true
	}
	env.Attachments = slices.DeleteFunc(env.Attachments, open)
	env.Inlines = slices.DeleteFunc(env.Inlines, open)
	env.OtherParts = slices.DeleteFunc(env.OtherParts, open)
	return u
}

// envelopeLetter returns what a mail in the common form says.
func envelopeLetter(env *enmime.Envelope) (*letter, error) {
	all := func(name string) string { return strings.Join(env.GetHeaderValues(name), ", ") }
	l := &letter{
		subject: all("Subject"), from: all("From"), to: all("To"), cc: all("Cc"), bcc: all("Bcc"), date: all("Date"),
		sent:      ParseDate(env.GetHeader("Date")),
		messageID: env.GetHeader("Message-Id"), inReplyTo: firstID(env.GetHeader("In-Reply-To")),
		references: splitIDs(env.GetHeader("References")),
	}
	var err error
	l.body, err = mailBody(env)
	return l, err
}

// chooseBody returns the plain text of a mail, or that of its HTML if the plain
// text is missing or a mere hint that there is HTML.
func chooseBody(plain, rich string) (string, error) {
	plain = strings.TrimSpace(plain)
	if rich == "" {
		return plain, nil
	}
	shown, _, err := text.HTML([]byte(rich), "text/html; charset=utf-8")
	if err != nil {
		return "", err
	}
	const hint = 20 // times shorter than the HTML
	if plain == "" || len(plain) < len(shown)/hint {
		return shown, nil
	}
	return plain, nil
}

// mailBody returns the body of a mail. Reports of mail servers follow.
func mailBody(env *enmime.Envelope) (string, error) {
	body, err := chooseBody(env.Text, env.HTML)
	if err != nil {
		return "", err
	}
	for _, p := range env.OtherParts {
		if isLooseText(p) {
			body += "\n\n" + string(p.Content)
		}
	}
	return body, nil
}

// isLooseText recognises nameless text that the parser put aside.
func isLooseText(p *enmime.Part) bool {
	return p.FileName == "" && (p.ContentType == "" || p.ContentType == "message/delivery-status" ||
		strings.HasPrefix(p.ContentType, "text/"))
}

// sendAttachments sends the files in a mail: what is attached, and what stands
// in the text under a name of its own, and more.
func sendAttachments(env *enmime.Envelope, more []wire.Child, out *wire.Sender) error {
	parts := append([]*enmime.Part(nil), env.Attachments...)
	for _, p := range append(append([]*enmime.Part(nil), env.Inlines...), env.OtherParts...) {
		if p.FileName != "" || p.ContentType == "message/rfc822" {
			parts = append(parts, p)
		}
	}
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

// attachmentName returns a name without folders.
func attachmentName(p *enmime.Part, number int) string {
	name := baseName(p.FileName)
	switch {
	case name != "":
		return name
	case p.ContentType == "message/rfc822":
		return fmt.Sprintf("message-%d.eml", number)
	}
	return fmt.Sprintf("attachment-%d", number)
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
