package wire

import "strings"

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n")

// PlainNewlines makes every kind of line break a newline.
func PlainNewlines(s string) string { return newlines.Replace(s) }

// CleanText makes s safe to store and to search: valid UTF-8, newline and tab
// the only control characters, no line that ends in blanks, no blank lines at
// either end.
func CleanText(s string) string {
	s = PlainNewlines(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Map(Printable, s)
	var b strings.Builder
	b.Grow(len(s))
	for line := range strings.Lines(s) {
		body, ended := strings.CutSuffix(line, "\n")
		b.WriteString(strings.TrimRight(body, " \t\u00a0"))
		if ended {
			b.WriteByte('\n')
		}
	}
	return strings.Trim(b.String(), "\n")
}

// Printable drops control characters, non-characters and what has no width: a
// soft hyphen or a zero-width space inside a word would hide it from a search.
func Printable(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r < ' ', r >= 0x7f && r < 0xa0, r&0xfffe == 0xfffe:
		return -1
	case r == '\u00ad', r == '\u200b', r == '\u2060', r == '\ufeff':
		return -1
	}
	return r
}

// AddMeta stores a value on one clean line, if there is one.
func AddMeta(meta map[string]string, key, value string) {
	if value = strings.Join(strings.Fields(CleanText(value)), " "); value != "" {
		meta[key] = value
	}
}
