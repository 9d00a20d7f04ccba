package mention

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/lex"
)

// An opinion calls the cases it relies on by a party: "In Strickland, the Court
// held". Such a name is an authority's, not a person's of this matter, unless
// the document proves a person of the name.

// maxCitedWords bounds the words of a party by which a case goes.
const maxCitedWords = 3

// noteCited remembers the parties of cited cases: those of citations, and of
// cases that prose names without one.
func (t *rules) noteCited(cites []cite.Citation) {
	for i := range cites {
		t.memory.cite(cites[i].Plaintiff)
		t.memory.cite(cites[i].Defendant)
	}
	for i := range t.tokens {
		if t.versusAfter(i) && t.joined(i) {
			t.noteCase(i)
		}
	}
}

func (m *memory) cite(party string) {
	key := strings.ToLower(lex.OneLine(party))
	if key != "" && strings.Count(key, " ") < maxCitedWords && !isPlaceName(key) {
		m.cited[key] = true
	}
}

// noteCase remembers the parties around the "v." of token i, if prose leads to
// them: "pending a decision in Roe, et al. v. Doe".
func (t *rules) noteCase(i int) {
	end := t.beforeOthers(i)
	from := end
	for from > 0 && t.at(from-1).isName() && t.joined(from) {
		from--
	}
	lead := t.at(from - 1)
	if from == end || !t.joined(from) || lead.class != lower || lead.key != "in" && lead.key != "see" && lead.key != "of" && lead.key != "to" {
		return
	}
	t.memory.cite(t.phrase(from, end))
	k := i + 1
	if t.isMark(k, '.') {
		k++
	}
	stop := k
	for stop < len(t.tokens) && t.at(stop).isName() && (stop == k || t.joined(stop)) {
		stop++
	}
	if stop > k {
		t.memory.cite(t.phrase(k, stop))
	}
}

// beforeOthers returns where a party's name ends before token i, without ", et
// al.".
func (t *rules) beforeOthers(i int) int {
	if t.isMark(i-1, ',') {
		i--
	}
	if t.isMark(i-1, '.') {
		i--
	}
	if t.at(i-1).key == "al" && t.at(i-2).key == "et" {
		i -= 2
		if t.isMark(i-1, ',') {
			i--
		}
	}
	return i
}

// dropCited drops the names that stand for cited cases.
func (t *rules) dropCited() {
	t.out = slices.DeleteFunc(t.out, func(m dossier.Mention) bool {
		key := strings.ToLower(m.Norm)
		_, defined := t.memory.defined[key]
		return t.memory.cited[key] && t.memory.proved[key] == 0 && !defined && (m.Type == dossier.Person || m.Method != "tagger:rules")
	})
}
