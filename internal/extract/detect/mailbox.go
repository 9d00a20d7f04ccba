package detect

import (
	"regexp"
	"strings"
)

// MailStart is the line that opens a mail in a mailbox: who sent it and when.
// Programs leave out the sender, or put a zone before or after the year.
var MailStart = regexp.MustCompile(`^From (\S.*?\s)?(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\b\d{1,2}:\d\d.*\r?\n?$`)

// FieldLine is what must follow: a header field, or a quoted "From " that some
// servers put first.
var FieldLine = regexp.MustCompile(`^(>From |[!-9;-~]+:)`)

// looksLikeMailbox recognises text that begins with a mail of a mailbox.
func looksLikeMailbox(text string) bool {
	first, rest, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	return MailStart.MatchString(first) && FieldLine.MatchString(rest)
}
