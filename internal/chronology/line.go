package chronology

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

// lineMost is how far the ends of a line are looked for, in bytes: a text may
// have none.
const lineMost = 4000

// line returns the line that holds the offset, without its end.
func (f *finder) line(at int) span {
	low, high := max(0, at-lineMost), min(len(f.text), at+lineMost)
	start := low + strings.LastIndexAny(f.text[low:at], "\n\f") + 1
	end := high
	if i := strings.IndexAny(f.text[at:high], "\n\f"); i >= 0 {
		end = at + i
	}
	return span{runeStart(f.text, start), runeStart(f.text, end)}
}

var (
	// stampRE matches what filing systems and printers put on a page.
	stampRE = regexp.MustCompile(`(?i)\bcase\b.{0,60}\bdoc(?:ument|\.)?\b.{0,60}\bfiled\b.{0,40}\bpage\b|` +
		`\bdate\s+filed:?.{0,30}\bpage:?\s*\d|\bfiled\s+\d[\d/]+\s+page\s+\d|\bUSCA\d?\b.{0,40}\bcase\b|NYSCEF DOC|\bRECEIVED NYSCEF\b|` +
		`\bgmail\b.{0,3}-|https?://\S+.{0,40}\b\d+\s*(?:/|of)\s*\d+\s*$|^\s*(?:printed|print date|page printed|downloaded|generated|last (?:updated|modified|saved))\b|` +
		`\bprinted\s+(?:on|at|from)\b|©|\bcopyright\b`)
	// beforeRE matches, just before a date, words that make it one of an edition
	// or of a visit to a page of the web.
	beforeRE = regexp.MustCompile(`(?i)(?:\brev(?:ised|\.)?|\b(?:last\s+)?(?:visited|accessed|retrieved|updated|modified)(?:\s+on)?|\bver(?:sion|\.)?|\beff\.|\bentered:)[\s:(]*$`)
	// courtRE matches, just before a date, the court of a decision cited.
	courtRE = regexp.MustCompile(`\((?:\p{Lu}[\p{L}.’']*\.|\d[a-z]{1,2}|of|the|\s)+$`)
)

// stampMost is how long the line of a stamp is at most, in bytes.
const stampMost = 300

// beforeReach is how far back such words are looked for, in bytes.
const beforeReach = 24

// boilerplate reports whether a date is one of the page, not of what it says.
func (f *finder) boilerplate(m dossier.Mention) bool {
	line := f.line(m.Start)
	if line.end-line.start <= stampMost && stampRE.MatchString(f.text[line.start:line.end]) {
		return true
	}
	if courtRE.MatchString(f.text[max(0, m.Start-beforeReach):m.Start]) && strings.HasPrefix(f.text[m.End:], ")") {
		return true
	}
	before := f.text[max(line.start, m.Start-beforeReach):m.Start]
	if !beforeRE.MatchString(before) {
		return false
	}
	alone := strings.Trim(f.text[min(m.End, line.end):line.end], " \t.)|") == "" && !f.runsOn(line.start) &&
		strings.TrimSpace(f.text[line.start:m.Start]) == strings.TrimSpace(before)
	return alone || strings.Contains(before, "(") || strings.Contains(strings.ToLower(before), "last ")
}

var rangeRE = regexp.MustCompile(`(?i)^\s*,?\s*(?:-|–|—|to|through|thru|until|till|and|and ending(?:\s+on)?|and ended)\s+?(?:the\s+)?\s*$|^\s*[-–—]\s*$`)

// isRange reports whether two dates that follow one another are the ends of a
// range. "And" joins them only after "between".
func (f *finder) isRange(from int, a, b dossier.Mention) bool {
	joint := f.text[a.End:b.Start]
	if a.Norm >= b.Norm || len(joint) > 30 || !rangeRE.MatchString(joint) {
		return false
	}
	if !strings.Contains(strings.ToLower(joint), "and") || strings.Contains(joint, "end") {
		return true
	}
	before := strings.Fields(strings.ToLower(f.text[max(from, a.Start-beforeReach):a.Start]))
	return slices.Contains(before, "between")
}

// manyRows lines that begin with a date are a table, whatever stands before.
const manyRows = 3

// rows returns where rows begin that begin with a date, if a sentence is a
// table of such: rows of tables have no stops between them.
func (f *finder) rows(s span, dates []dossier.Mention) []int {
	var starts, rows []int
	cells := false
	for _, d := range dates {
		line := f.line(d.Start)
		if strings.Trim(f.text[line.start:d.Start], " \t|>*-") != "" {
			continue
		}
		start := max(line.start, s.start)
		starts = append(starts, start)
		cell := strings.HasPrefix(f.text[d.End:], "\t")
		if cell || !f.runsOn(line.start) {
			rows = append(rows, start)
			cells = cells || cell
		}
	}
	switch {
	case len(starts) >= manyRows:
		return starts
	case len(rows) == 1 && !cells:
		return nil
	}
	return rows
}

// rowAt returns the part of a sentence that holds the offset and ends where the
// next row begins.
func rowAt(rows []int, s span, at int) span {
	i, found := slices.BinarySearch(rows, at)
	if found {
		i++
	}
	if i < len(rows) {
		s.end = rows[i]
	}
	if i > 0 {
		s.start = max(s.start, rows[i-1])
	}
	return s
}

// runsOn reports whether the line before the offset goes on after it: it is
// prose that was wrapped.
func (f *finder) runsOn(lineStart int) bool {
	before := strings.TrimRight(f.text[:max(0, lineStart-1)], " \t")
	if before == "" {
		return false
	}
	last := rune(before[len(before)-1])
	return last == ',' || unicode.IsLower(last) && !f.label(f.line(len(before)-1))
}

var labelRE = regexp.MustCompile(`^[>\s|*]*(?:\p{Lu}[\w'’.#&/-]*(?:\s+[\w'’.#&/()-]+){0,4}):\s`)

// label reports whether a line is a label and its value.
func (f *finder) label(line span) bool {
	return labelRE.MatchString(f.text[line.start:min(line.end, line.start+80)])
}

// standsAlone reports whether a line says by itself of what its date is: it is
// a label and its value, or the date alone.
func (f *finder) standsAlone(line, whole span, first, last dossier.Mention) bool {
	if line.start <= whole.start && line.end >= whole.end {
		return false // it is the sentence
	}
	if f.label(line) && line.end-line.start <= 120 {
		return true
	}
	rest := f.text[line.start:first.Start] + f.text[last.End:line.end]
	return strings.Trim(rest, " \t|>*_.,") == "" && !f.runsOn(line.start)
}

// datedRE matches what is left of a line by which a paper dates itself when the
// date is taken out.
var datedRE = regexp.MustCompile(`(?is)^[\W_]*$|^[\W_]*(?:so\s+ordered[\W_]*)?(?:date[ds]?|date\s+(?:filed|signed|issued|of\s+(?:this\s+)?(?:letter|report|invoice))|` +
	`filed|entered|signed|executed|issued|decided|argued|submitted|as\s+of|effective(?:\s+date)?)(?:\s+(?:this|on|at|as\s+of|and\s+(?:entered|filed|effective)))?[\W_]*` +
	`(?:(?:the|this)[\W_]*)?(?:[:,]\s*(?-i:\p{Lu}[\p{L}.]+,?\s*){1,4})?[\W_]*$`)

// speaks reports whether words say something: at least two of letters.
func speaks(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if strings.ContainsFunc(w, unicode.IsLetter) && len(w) > 1 {
			n++
		}
	}
	return n >= 2
}

// The notes in which a text names its sources.

var (
	noteMarkRE = regexp.MustCompile(`^\d{1,4}\s`)
	pinRE      = regexp.MustCompile(`\bat\s+\d+(?:[–-]\d+)?(?:[.;,)]|$)|¶|§`)
)

// least is how many words of prose say something.
const least = 2

// source reports whether words only name where something is said, as notes do
// ("420 Poe 8/10/17 302, at 2."): they have no prose.
func (f *finder) source(at int, words, rest string) bool {
	_, note := slices.BinarySearchFunc(f.footnotes, at, compareSpan)
	if !note && !noteMarkRE.MatchString(words) && !pinRE.MatchString(words) {
		return false
	}
	n := 0
	for w := range strings.FieldsSeq(rest) {
		w = strings.TrimRight(w, ".,;:)”\"’")
		if len(w) > 2 && strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLower(r) }) < 0 && !slices.Contains(smallWords, w) {
			n++
		}
	}
	return n < least
}

var smallWords = strings.Fields("the and for with from see also pdf email message text supra note vol via noting stating says")

// Headers of mails.

var (
	headerRE  = regexp.MustCompile(`(?i)^[>\s|*]*(?:from|to|cc|bcc|sent|date|subject|reply-to|importance|attachments?|von|an|gesendet|betreff|datum)\s*\**:`)
	whenRE    = regexp.MustCompile(`(?i)^[>\s|*]*(?:sent|date|gesendet|datum)\s*\**:`)
	fromRE    = regexp.MustCompile(`(?im)^[>\s|*]*(?:from|von)\s*\**:\s*(.*)$`)
	subjectRE = regexp.MustCompile(`(?im)^[>\s|*]*(?:subject|betreff)\s*\**:\s*(.*)$`)
	// wroteRE matches "On Tue, May 3, 2022 at 9:00 AM Jane Roe <jane@roe.example> wrote:",
	// on one line or two.
	wroteRE = regexp.MustCompile(`(?i)^[>\s]*on\s[^\n]{4,40}\d{4},?(?:\s+at)?(?:\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)?(?:\s*[ap]\.?m\.?)?(?:\s*[-+]\d{4})?,?\s+([^\n]{0,80}\n?[^\n]{0,80}?)\s*\bwrote:`)
)

// headerLines bounds a header.
const headerLines = 12

// header returns the header of a mail whose date stands in the line: the lines
// around it that are fields, one of which says who sent it, or the line that
// introduces a quoted mail.
func (f *finder) header(line span) (span, bool) {
	if m := wroteRE.FindStringIndex(f.text[line.start:min(len(f.text), line.start+stampMost)]); m != nil {
		return span{line.start, line.start + m[1]}, true
	}
	if !whenRE.MatchString(f.text[line.start:line.end]) {
		return span{}, false
	}
	block := line
	for n := 0; n < headerLines && block.start > 0; n++ {
		above := f.line(block.start - 1)
		if !headerRE.MatchString(f.text[above.start:above.end]) {
			break
		}
		block.start = above.start
	}
	for n := 0; n < headerLines && block.end+1 < len(f.text); n++ {
		below := f.line(block.end + 1)
		if !headerRE.MatchString(f.text[below.start:below.end]) {
			break
		}
		block.end = below.end
	}
	if !fromRE.MatchString(f.text[block.start:block.end]) {
		return span{}, false
	}
	return block, true
}

// afterHeader returns where the words at an offset begin if the header of a mail
// stands a few lines before them: nothing parts it from its first sentence.
func (f *finder) afterHeader(start, at int) int {
	line := f.line(at)
	for n := 0; n < headerLines && line.start > start; n++ {
		line = f.line(line.start - 1)
		text := f.text[line.start:line.end]
		if headerRE.MatchString(text) || strings.HasSuffix(strings.TrimRight(text, " \t"), "wrote:") {
			return min(line.end+1, at)
		}
	}
	return start
}

// words returns what makes an event the same in other words: those of its
// sentence, in lower case, without the number of its paragraph. Of a header, who
// wrote about what: a quoted header has fewer fields, and the date in another
// form.
func (f *finder) words(where span, kind dossier.EventKind) string {
	text := f.text[where.start:where.end]
	if kind == dossier.EventSent {
		if from := fromRE.FindStringSubmatch(text); from != nil {
			return plain(sender(from[1])) + "|" + plain(subjectOf(text))
		}
		if m := wroteRE.FindStringSubmatch(text); m != nil {
			// The mail quoted is on the subject of the one that quotes it.
			return plain(sender(m[1])) + "|" + plain(subjectOf(f.lastSubject(where.start)))
		}
	}
	return plain(numberRE.ReplaceAllString(text, ""))
}

var (
	answerRE = regexp.MustCompile(`(?i)^\s*(?:(?:re|fwd?|aw|wg)\s*:\s*)+`)
	numberRE = regexp.MustCompile(`^\s*(?:\(?[0-9]{1,3}[.)]|\([a-z]{1,4}\)|[•·*-])\s+`)
)

// subjectOf returns the subject of a header without the marks of answers.
func subjectOf(header string) string {
	m := subjectRE.FindStringSubmatch(header)
	if m == nil {
		return ""
	}
	return answerRE.ReplaceAllString(m[1], "")
}

// lastSubject returns the line of a subject that comes last before the offset,
// or "".
func (f *finder) lastSubject(at int) string {
	i, _ := slices.BinarySearchFunc(f.subjects, at, func(s []int, at int) int { return s[1] - at })
	if i == 0 {
		return ""
	}
	return f.text[f.subjects[i-1][0]:f.subjects[i-1][1]]
}

// sender returns the name of who sent a mail, or the address if there is none.
func sender(field string) string {
	if name, _, ok := strings.Cut(field, "<"); ok && speaks(name+" x") {
		return name
	}
	if name, _, ok := strings.Cut(field, "["); ok && speaks(name+" x") {
		return name
	}
	return field
}

// plain returns the words of a text in lower case, one blank apart.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// runeStart moves an offset back to the start of a character.
func runeStart(text string, at int) int {
	for at > 0 && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	return at
}
