package mention

import (
	"cmp"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// Judges and lawyers are named in rows: "Before Roe, Chief Judge, Poe and Hale,
// Circuit Judges", "Jane Roe, with whom John Poe was on brief, for appellant".

// maxBench bounds the tokens of a row of judges.
const maxBench = 40

// findBench records the judges named in a row before "Judges" or "Justices".
func (t *rules) findBench() {
	for i := range t.tokens {
		tok := t.at(i)
		if tok.class != title && tok.class != caps || tok.key != "judges" && tok.key != "justices" && tok.key != "jj" {
			continue
		}
		k := i - 1
		for k >= 0 && t.at(k).isName() && benchTitles[t.at(k).key] {
			k--
		}
		if t.isMark(k, ',') {
			t.bench(k)
		}
	}
}

// benchTitles stand before "Judges" and "Judge".
var benchTitles = vocabulary.Set("circuit district chief senior associate presiding judge justice appellate superior court magistrate bankruptcy")

// bench reads a row of judges backwards from its last comma, at token end.
func (t *rules) bench(end int) {
	for k := end - 1; k > end-maxBench && k >= 0; k-- {
		from := k + 1
		for from > 0 && t.at(from-1).isName() && !notNames[t.at(from-1).key] && !benchTitles[t.at(from-1).key] && from > k-3 && (from == k+1 || t.joined(from)) {
			from--
		}
		if from <= k {
			t.addJudge(from, k+1)
			k = from
			continue
		}
		switch tok := t.at(k); {
		case tok.class == lower && tok.key == "and", t.isMark(k, ','), tok.isName() && benchTitles[tok.key]:
		default:
			return
		}
	}
}

func (t *rules) addJudge(from, end int) {
	if t.add(byBench, from, end) == end {
		t.out[len(t.out)-1].Role = "judge"
		t.memory.proved[t.at(end-1).key]++
	}
}

// noteCounsel gives the people of a sentence up to "on brief" the role of lawyers.
func (t *rules) noteCounsel() {
	var rows []span
	start := 0
	for i := range t.tokens {
		switch tok := t.at(i); {
		case t.isMark(i, '.'), tok.gap == parted && t.at(i-1).class == other && t.at(i-1).mark == '.':
			start = tok.start
		case (tok.key == "brief" || tok.key == "briefs") && t.onBrief(i):
			rows = append(rows, span{start, tok.start})
			start = tok.end
		}
	}
	for n := range t.out {
		m := &t.out[n]
		at, found := slices.BinarySearchFunc(rows, m.Start, func(r span, at int) int { return cmp.Compare(r.end, at) })
		if !found && at < len(rows) && m.Type == dossier.Person && m.Role == "" && rows[at].start <= m.Start {
			m.Role = "attorney"
		}
	}
}

// onBrief reports whether "on", or "on the", stands before token i.
func (t *rules) onBrief(i int) bool {
	return t.at(i-1).key == "on" || t.at(i-1).key == "the" && t.at(i-2).key == "on"
}

// counselLabel reports whether a label such as "Attorneys for Appellant:" stands
// before token i.
func (t *rules) counselLabel(i int) bool {
	if !t.isMark(i-1, ':') {
		return false
	}
	for k := i - 2; k > i-2-maxLabel; k-- {
		switch key := t.at(k).key; {
		case key == "attorney" || key == "attorneys" || key == "counsel":
			return t.at(k).isName()
		case !roleLinks[key] && !t.at(k).isName():
			return false
		}
	}
	return false
}

// maxLabel bounds the words of a label.
const maxLabel = 7
