package extract

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/jhillyerd/enmime/v2"

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
	env, err := mailParser.ReadEnvelope(bytes.NewReader(trimMail(b)))
	if err != nil {
		return sendRawMail(b, err, out)
	}
	l, err := envelopeLetter(env)
	if err != nil {
		return err
	}
	if err := out.page(l.page()); err != nil {
		return err
	}
	if err := sendAttachments(env, out); err != nil {
		return err
	}
	return out.meta(fileMeta{Meta: l.meta(), Warnings: mailWarnings(env)})
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
// in the text under a name of its own.
func sendAttachments(env *enmime.Envelope, out *sender) error {
	parts := append([]*enmime.Part(nil), env.Attachments...)
	for _, p := range append(append([]*enmime.Part(nil), env.Inlines...), env.OtherParts...) {
		if p.FileName != "" || p.ContentType == "message/rfc822" {
			parts = append(parts, p)
		}
	}
	if len(parts) > maxChildren {
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
