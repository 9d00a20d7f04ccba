package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// letter is a mail from any kind of file.
type letter struct {
	subject, from, to, cc, bcc string
	date                       string    // as written
	sent                       time.Time // zero if unknown
	messageID, inReplyTo       string
	references                 []string // message ids, oldest first
	extra                      [][2]string
	body                       string
}

// page returns the letter as text: its main header fields, a blank line, its
// body.
func (l *letter) page() wire.OutPage {
	var b strings.Builder
	heads := [][2]string{
		{"Subject", l.subject},
		{"From", l.from},
		{"To", l.to},
		{"Cc", l.cc},
		{"Bcc", l.bcc},
		{"Date", l.date},
	}
	for _, h := range append(heads, l.extra...) {
		if v := strings.Join(strings.Fields(wire.CleanText(h[1])), " "); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", h[0], v)
		}
	}
	return wire.TextPage(1, b.String()+"\n"+l.body)
}

// meta returns what the letter says of itself. Dates come twice: as written,
// and as "sent" in RFC 3339 and UTC, by which letters sort.
func (l *letter) meta() map[string]string {
	meta := map[string]string{}
	wire.AddMeta(meta, "subject", l.subject)
	wire.AddMeta(meta, "from", l.from)
	wire.AddMeta(meta, "to", l.to)
	wire.AddMeta(meta, "cc", l.cc)
	wire.AddMeta(meta, "bcc", l.bcc)
	wire.AddMeta(meta, "date", l.date)
	if !l.sent.IsZero() {
		wire.AddMeta(meta, "sent", l.sent.UTC().Format(time.RFC3339))
	}
	wire.AddMeta(meta, "message_id", l.messageID)
	wire.AddMeta(meta, "in_reply_to", l.inReplyTo)
	wire.AddMeta(meta, "references", strings.Join(l.references, " "))
	wire.AddMeta(meta, "thread_id", l.thread())
	for _, e := range l.extra {
		wire.AddMeta(meta, strings.ToLower(e[0]), e[1])
	}
	return meta
}

// thread names the conversation that the letter belongs to: the id of the
// letter that began it, as far as this one knows, or a digest of the subject.
func (l *letter) thread() string {
	switch {
	case len(l.references) > 0:
		return l.references[0]
	case l.inReplyTo != "":
		return l.inReplyTo
	case l.messageID != "":
		return l.messageID
	}
	subject := bareSubject(l.subject)
	if subject == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(subject))
	return "subject:" + hex.EncodeToString(sum[:8])
}

// replyMark is what programs put before the subject of answers and forwarded
// mail, in English, German, French, Spanish, Italian, Dutch and the Nordic
// languages.
var replyMark = regexp.MustCompile(`(?i)^\s*(re|r|fw|fwd|aw|wg|tr|rv|rif|i|antw|doorst|sv|vs|vb|vl)(\[\d+\])?\s*:\s*`)

// bareSubject returns a subject by which answers compare equal.
func bareSubject(s string) string {
	for {
		rest := s[len(replyMark.FindString(s)):]
		if len(rest) == len(s) {
			return strings.ToLower(strings.Join(strings.Fields(s), " "))
		}
		s = rest
	}
}

var messageIDs = regexp.MustCompile(`<[^<>\s]+>`)

// maxReferences bounds the references of a letter. The first is the one that
// counts.
const maxReferences = 200

func splitIDs(s string) []string { return messageIDs.FindAllString(s, maxReferences) }

// firstID returns the first message id in s, or s if it has none in brackets.
func firstID(s string) string {
	if id := messageIDs.FindString(s); id != "" {
		return id
	}
	return strings.TrimSpace(s)
}

// dateLayouts are dates that real mails carry and the standard does not know.
var dateLayouts = []string{
	"Mon, 2 Jan 06 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05",
	"Mon, 2 Jan 2006 15:04 -0700",
	"Mon Jan _2 15:04:05 2006",
	"Mon Jan _2 15:04:05 MST 2006",
	"Mon, Jan 2 2006 15:04:05 -0700",
	"2 Jan 2006 15:04:05 MST",
	"Mon, 2 Jan 2006 15:04:05 MST",
	time.RFC3339,
}

// ParseDate returns the zero time for what is no date.
func ParseDate(s string) time.Time {
	s = strings.Join(strings.Fields(s), " ")
	if t, err := mail.ParseDate(s); err == nil {
		return t
	}
	if i := strings.IndexByte(s, '('); i > 0 { // the name of the time zone
		s = strings.TrimSpace(s[:i])
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}
