package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// writeMail writes a mail in the common form (RFC 5322): its header fields,
// its body as text and, if it came so, as HTML, its files.
func writeMail(w *bytes.Buffer, m *msgMail, files []wire.Child) error {
	head := func(name, value string) {
		if value = strings.Join(strings.Fields(wire.CleanText(value)), " "); value != "" {
			fmt.Fprintf(w, "%s: %s\r\n", name, value)
		}
	}
	head("Subject", mime.QEncoding.Encode("utf-8", wire.CleanText(m.subject)))
	if m.fromBox.address != "" {
		head("From", mailHeader([]mailbox{m.fromBox}, ""))
	} else {
		head("From", mime.QEncoding.Encode("utf-8", m.from))
	}
	head("To", mailHeader(m.toBoxes, m.to))
	head("Cc", mailHeader(m.ccBoxes, m.cc))
	head("Bcc", mailHeader(m.bccBoxes, m.bcc))
	head("Date", m.date)
	head("Message-ID", m.messageID)
	head("In-Reply-To", m.inReplyTo)
	head("References", strings.Join(m.references, " "))
	head("MIME-Version", "1.0")
	parts, err := newParts(w, "mixed")
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", parts.Boundary())
	if err := writeBodies(parts, m); err != nil {
		return err
	}
	for _, f := range files {
		kind := "application/octet-stream"
		disposition := mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})
		if err := writePart(parts, kind, disposition, f.Data); err != nil {
			return err
		}
	}
	return parts.Close()
}

// newParts returns a writer of parts whose boundary is always the same: a mail
// written twice has the same bytes, by which it is known. All parts are in base64
// or parts themselves, so that no boundary stands in one.
func newParts(w io.Writer, kind string) (*multipart.Writer, error) {
	parts := multipart.NewWriter(w)
	return parts, parts.SetBoundary("=_dossier-" + kind)
}

// writeBodies writes the body, in two forms if there are two.
func writeBodies(parts *multipart.Writer, m *msgMail) error {
	text := m.body
	for _, e := range m.extra {
		text = e[0] + ": " + e[1] + "\n" + text
	}
	if m.rich == "" {
		return writePart(parts, "text/plain; charset=utf-8", "", []byte(text))
	}
	var both bytes.Buffer
	inner, err := newParts(&both, "alternative")
	if err != nil {
		return err
	}
	if err := writePart(inner, "text/plain; charset=utf-8", "", []byte(text)); err != nil {
		return err
	}
	if err := writePart(inner, "text/html; charset=utf-8", "", []byte(m.rich)); err != nil {
		return err
	}
	if err := inner.Close(); err != nil {
		return err
	}
	w, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {fmt.Sprintf("multipart/alternative; boundary=%q", inner.Boundary())}})
	if err != nil {
		return err
	}
	_, err = both.WriteTo(w)
	return err
}

func writePart(parts *multipart.Writer, kind, disposition string, data []byte) error {
	head := textproto.MIMEHeader{"Content-Type": {kind}, "Content-Transfer-Encoding": {"base64"}}
	if disposition != "" {
		head.Set("Content-Disposition", disposition)
	}
	w, err := parts.CreatePart(head)
	if err != nil {
		return err
	}
	lines := base64.NewEncoder(base64.StdEncoding, &lineWriter{w: w})
	if _, err := lines.Write(data); err != nil {
		return err
	}
	return lines.Close()
}

// lineWriter breaks what is written into lines of 76 bytes.
type lineWriter struct {
	w  io.Writer
	at int
}

func (l *lineWriter) Write(b []byte) (int, error) {
	const width = 76
	for rest := b; len(rest) > 0; {
		if l.at == width {
			if _, err := io.WriteString(l.w, "\r\n"); err != nil {
				return 0, err
			}
			l.at = 0
		}
		n := min(width-l.at, len(rest))
		if _, err := l.w.Write(rest[:n]); err != nil {
			return 0, err
		}
		l.at += n
		rest = rest[n:]
	}
	return len(b), nil
}

// mailHeader writes mailboxes as a header field, or else what is known of them.
func mailHeader(list []mailbox, otherwise string) string {
	if len(list) == 0 {
		return mime.QEncoding.Encode("utf-8", otherwise)
	}
	parts := make([]string, len(list))
	for i, m := range list {
		if m.address == "" {
			parts[i] = mime.QEncoding.Encode("utf-8", m.name)
			continue
		}
		parts[i] = (&mail.Address{Name: m.name, Address: m.address}).String()
	}
	return strings.Join(parts, ", ")
}

// headerWords decodes the encoded words of a header. Words in a character set that no
// one knows are decoded as they look.
var headerWords = mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if known, err := text.CharsetReader(name, bytes.NewReader(b)); err == nil {
		return known, nil
	}
	decoded, err := decodeShort(b)
	return strings.NewReader(decoded), err
}}

// decodeShort returns the text of bytes too few for statistics: Western, unless most
// letters are beyond ASCII.
func decodeShort(b []byte) (string, error) {
	if utf8.Valid(b) {
		return string(b), nil
	}
	ascii, beyond := 0, 0
	for _, c := range b {
		switch {
		case c >= utf8.RuneSelf:
			beyond++
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			ascii++
		}
	}
	if beyond > ascii {
		return text.Decode(b)
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(decoded), err
}

// encodedWord is a word in the encoding Q, with bytes of any kind.
var encodedWord = regexp.MustCompile(`(?i)=\?[^?\s]+\?q\?[^?]*\?=`)

// decodeHeader returns a header field as Unicode. Mail programs put bytes of their own
// character set into fields, and even into encoded words.
func decodeHeader(s string) string {
	if !utf8.ValidString(s) {
		s = encodedWord.ReplaceAllStringFunc(s, encodeBytes)
		if decoded, err := decodeShort([]byte(s)); err == nil {
			s = decoded
		}
	}
	decoded, err := headerWords.DecodeHeader(s)
	if err != nil {
		return s
	}
	return decoded
}

// encodeBytes encodes the bytes of an encoded word that are not ASCII.
func encodeBytes(word string) string {
	var b strings.Builder
	for _, c := range []byte(word) {
		if c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}
