package extract

import (
	"regexp"
	"strings"
)

// fromLine is the line that opens a mail in a mailbox: who sent it and when.
// Programs leave out the sender, or put a zone before or after the year.
var fromLine = regexp.MustCompile(`^From (\S.*?\s)?(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\b\d{1,2}:\d\d.*\r?\n?$`)

// fieldLine is what must follow: a header field, or a quoted "From " that some
// servers put first.
var fieldLine = regexp.MustCompile(`^(>From |[!-9;-~]+:)`)

// looksLikeMailbox recognises text that begins with a mail of a mailbox.
func looksLikeMailbox(text string) bool {
	first, rest, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n")
	return fromLine.MatchString(first) && fieldLine.MatchString(rest)
}
