package extract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jhillyerd/enmime/v2"
	"golang.org/x/text/encoding/charmap"

	"dossier"
)

// maxChildren bounds the attachments of one mail.
const maxChildren = 1000

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
func sendRawMail(b []byte, cause error, out *sender) error {
	text, err := decodeText(b)
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable mail: %w", cause).WithCure("get the original again")
	}
	if err := out.page(textPage(1, text)); err != nil {
		return err
	}
	return out.meta(fileMeta{Warnings: []string{"the mail is damaged and kept as plain text: " + cause.Error()}})
}

// readEmail sends a mail: its main header fields and its body as one page, its
// attachments as children.
func readEmail(path string, out *sender) error {
	b, err := readWhole(path)
	if err != nil {
		return err
	}
	env, warnings, err := openMail(trimMail(b), 0)
	if err != nil {
		return sendRawMail(b, err, out)
	}
	packed, more := unpackTNEF(env)
	warnings = append(warnings, more...)
	l, err := envelopeLetter(env)
	if err != nil {
		return err
	}
	if l.body == "" {
		if l.body, err = chooseBody(packed.plain, packed.rich); err != nil {
			return err
		}
	}
	if err := out.page(l.page()); err != nil {
		return err
	}
	if err := sendAttachments(env, packed.files, out); err != nil {
		return err
	}
	return out.meta(fileMeta{Meta: l.meta(), Warnings: append(warnings, mailWarnings(env)...)})
}

// maxSigned bounds signed mails inside signed mails.
const maxSigned = 4

// openMail takes a mail apart. A mail inside a signature gives its content to
// the mail around it.
func openMail(b []byte, depth int) (env *enmime.Envelope, warnings []string, err error) {
	root, err := mailParser.ReadParts(bytes.NewReader(b))
	if err != nil {
		return nil, nil, err
	}
	root.DepthMatchAll(func(p *enmime.Part) bool {
		repairText(p)
		return false
	})
	if env, err = mailParser.EnvelopeFromPart(root); err != nil {
		return nil, nil, err
	}
	if root.ContentType != "application/pkcs7-mime" && root.ContentType != "application/x-pkcs7-mime" || depth == maxSigned {
		return env, nil, nil
	}
	content, err := signedContent(root.Content)
	if err != nil {
		return env, []string{err.Error()}, nil
	}
	inner, warnings, err := openMail(content, depth+1)
	if err != nil {
		return env, []string{errSMIME.Error()}, nil
	}
	env.Text, env.HTML = inner.Text, inner.HTML
	env.Attachments, env.Inlines, env.OtherParts = inner.Attachments, inner.Inlines, inner.OtherParts
	env.Errors = append(env.Errors, inner.Errors...)
	return env, warnings, nil
}

// repairText decodes text again whose label cannot be right.
func repairText(p *enmime.Part) {
	if !strings.HasPrefix(p.ContentType, "text/") && p.ContentType != "" {
		return
	}
	if !utf8.Valid(p.Content) {
		if text, err := decodeText(p.Content); err == nil {
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
	if err != nil || !highBytesGroup(raw) {
		return
	}
	if utf8.Valid(raw) {
		if provesUTF8(string(raw)) {
			p.Content = raw
		}
	} else if enc := evidentEncoding(raw); enc != nil {
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
	files       []Child
}

// unpackTNEF takes apart the parts named winmail.dat and removes them from env.
// What cannot be taken apart stays.
func unpackTNEF(env *enmime.Envelope) (u unpacked, warnings []string) {
	open := func(p *enmime.Part) bool {
		if !isTNEF(p.Content) {
			return false
		}
		m, err := readTNEF(p.Content, 0)
		if err == nil {
			u.plain, u.rich, err = m.letterBody()
		}
		if err != nil {
			warnings = append(warnings, err.Error())
			return false
		}
		u.files = append(u.files, m.files...)
		return true
	}
	env.Attachments = slices.DeleteFunc(env.Attachments, open)
	env.Inlines = slices.DeleteFunc(env.Inlines, open)
	env.OtherParts = slices.DeleteFunc(env.OtherParts, open)
	return u, warnings
}

// envelopeLetter returns what a mail in the common form says.
func envelopeLetter(env *enmime.Envelope) (*letter, error) {
	all := func(name string) string { return strings.Join(env.GetHeaderValues(name), ", ") }
	l := &letter{
		subject: all("Subject"), from: all("From"), to: all("To"), cc: all("Cc"), bcc: all("Bcc"), date: all("Date"),
		sent:      parseMailDate(env.GetHeader("Date")),
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
	shown, _, err := htmlText([]byte(rich), "text/html; charset=utf-8")
	if err != nil {
		return "", err
	}
	const hint = 20 // so many times shorter than the HTML
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
func sendAttachments(env *enmime.Envelope, more []Child, out *sender) error {
	parts := append([]*enmime.Part(nil), env.Attachments...)
	for _, p := range append(append([]*enmime.Part(nil), env.Inlines...), env.OtherParts...) {
		if p.FileName != "" || p.ContentType == "message/rfc822" {
			parts = append(parts, p)
		}
	}
	if len(parts)+len(more) > maxChildren {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the mail has more than %d attachments", maxChildren)
	}
	for i, p := range parts {
		if len(p.Content) == 0 {
			continue
		}
		if err := out.child(attachmentName(p, i+1), p.Content); err != nil {
			return err
		}
	}
	for _, c := range more {
		if err := out.child(c.Name, c.Data); err != nil {
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

// mailWarnings passes on what the parser had to repair badly.
func mailWarnings(env *enmime.Envelope) []string {
	var out []string
	for _, e := range env.Errors {
		if e.Severe {
			out = append(out, e.Name+": "+e.Detail)
		}
	}
	return out
}
