package mention

import "dossier"

// The words that stand among the names of a panel of judges, and those that
// close it.
var (
	panelWords = setOf("chief senior circuit district appellate associate presiding united states u.s. hon honorable the and judge justice jj j c.j")
	panelEnds  = setOf("judges justices jj")
)

// panelMost bounds the tokens of a panel.
const panelMost = 60

// panels finds the judges of "Before Roe, Chief Judge, Poe and Lee, Circuit
// Judges": surnames that nothing else proves.
func (t *rules) panels() {
	for i := range t.tokens {
		if t.at(i).key == "before" && t.at(i).isName() && t.at(i).gap == parted {
			if end := t.panelEnd(i + 1); end > i {
				t.panel(i+1, end)
			}
		}
	}
}

// panelEnd returns the token that closes the panel whose names begin at token
// i, or 0 if what follows is none.
func (t *rules) panelEnd(i int) int {
	for k := i; k < i+panelMost && k < len(t.tokens); k++ {
		tok := t.at(k)
		switch {
		case panelEnds[tok.key] && tok.isName():
			return k
		case tok.class == masked, tok.class == number, tok.class == lower && !panelWords[tok.key] && !particles[tok.key]:
			return 0
		case tok.class == other && tok.mark != ',' && tok.mark != '.' && tok.mark != ':' && tok.mark != '*':
			return 0
		}
	}
	return 0
}

// panel records the names of tokens from up to end as judges.
func (t *rules) panel(from, end int) {
	for k := from; k < end; k++ {
		stop := k
		for stop < end && t.at(stop).isName() && !panelWords[t.at(stop).key] && (stop == k || t.at(stop).gap != parted || t.at(stop-1).class == initial) {
			stop++
		}
		if stop == k {
			continue
		}
		stop = min(t.withSuffix(stop), end)
		if t.add(dossier.Person, k, stop, 0.9) == stop {
			t.out[len(t.out)-1].Role = "judge"
		}
		k = stop - 1
	}
}
