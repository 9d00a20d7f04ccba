package resolve

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
)

// What stands right beside a mention.

// anyMention reports whether f holds of any mention of a form.
func (r *resolver) anyMention(form int, f func(m dossier.Mention) bool) bool {
	return slices.ContainsFunc(r.groups[form], func(i int) bool { return f(r.mentions[i]) })
}

// everyMention reports whether f holds of all mentions of a form.
func (r *resolver) everyMention(form int, f func(m dossier.Mention) bool) bool {
	return !r.anyMention(form, func(m dossier.Mention) bool { return !f(m) })
}

// manyBearers is from how many names on a part of them stands for none: asking
// each of them about each place of the part would take long for nothing.
const manyBearers = 64

// ifAny returns the candidates if f holds of any. The others stay among them:
// with two that a part of a name may stand for, it stands for neither.
func ifAny(candidates []int, f func(c int) bool) []int {
	if len(candidates) < manyBearers && slices.ContainsFunc(candidates, f) {
		return candidates
	}
	return nil
}

// titledAt reports whether a title stands right before a mention.
func (r *resolver) titledAt(m dossier.Mention) bool {
	w := r.titleBefore(m)
	return titles[w] && w != "the"
}

// titleBefore is the word before a mention as the lists of titles have it.
func (r *resolver) titleBefore(m dossier.Mention) string {
	return strings.ToLower(strings.TrimSuffix(r.wordBefore(m), "."))
}

// wordBefore is the word that nothing but a space or the end of a line parts
// from a mention, or "".
func (r *resolver) wordBefore(m dossier.Mention) string {
	if m.End > len(r.text) || m.Start == 0 || !isSpace(r.text[m.Start-1]) {
		return ""
	}
	before := r.text[max(0, m.Start-40) : m.Start-1]
	return before[strings.LastIndexFunc(before, func(c rune) bool { return unicode.IsSpace(c) || c == '(' })+1:]
}

// wordAfter is the word that nothing but a space or the end of a line parts from
// a mention, or "".
func (r *resolver) wordAfter(m dossier.Mention) string {
	if m.End >= len(r.text) || !isSpace(r.text[m.End]) {
		return ""
	}
	after := r.text[m.End+1 : min(len(r.text), m.End+40)]
	if at := strings.IndexFunc(after, unicode.IsSpace); at >= 0 {
		return after[:at]
	}
	return after
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' }

// afterComma is the text after a mention and a comma, or "".
func (r *resolver) afterComma(m dossier.Mention) string {
	after, found := strings.CutPrefix(r.text[min(m.End, len(r.text)):], ", ")
	if !found {
		return ""
	}
	return after
}

// bracketed reports whether a mention is all that parentheses hold.
func (r *resolver) bracketed(m dossier.Mention) bool {
	return m.Start > 0 && m.End < len(r.text) && r.text[m.Start-1] == '(' && r.text[m.End] == ')'
}
