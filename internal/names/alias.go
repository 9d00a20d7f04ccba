package names

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
)

// alias is another name of the same bearer.
type alias struct {
	Name
	// trade marks a name that someone does business under: others may, too.
	trade bool
}

// otherName is the text of an alias.
type otherName struct {
	text  string
	trade bool
}

// aliasMarks stand between a name and another of the same bearer.
var (
	aliasMarks = []string{
		"a/k/a", "aka", "a.k.a.", "f/k/a", "fka", "f.k.a.", "n/k/a", "nka", "n.k.a.",
		"also known as", "formerly known as", "now known as", "previously known as",
	}
	tradeMarks = []string{
		"d/b/a", "dba", "d.b.a.", "f/d/b/a", "t/a", "doing business as", "trading as",
	}
)

// splitAliases splits a name from the other names that the text gives for its bearer.
func splitAliases(name string) (string, []otherName) {
	var others []otherName
	for {
		at, size, trade := lastMark(lex.LowerASCII(name))
		if at < 0 {
			slices.Reverse(others)
			return name, others
		}
		others = append(others, otherName{trimEnds(name[at+size:]), trade})
		name = trimEnds(name[:at])
	}
}

// lastMark finds the last mark of an alias in a name; at is -1 without one.
func lastMark(lower string) (at, size int, trade bool) {
	at = -1
	for _, m := range aliasMarks {
		if i := lastWord(lower, m); i > at {
			at, size, trade = i, len(m), false
		}
	}
	for _, m := range tradeMarks {
		if i := lastWord(lower, m); i > at {
			at, size, trade = i, len(m), true
		}
	}
	return at, size, trade
}

// lastWord is where the mark stands last in s as words of its own, after
// something; -1 if it does not.
func lastWord(s, mark string) int {
	i := strings.LastIndex(s, mark)
	if i < 2 || !isBreak(s[i-1]) || i+len(mark) >= len(s) || !isBreak(s[i+len(mark)]) {
		return -1
	}
	return i
}

func isBreak(c byte) bool {
	return c == ' ' || c == ',' || c == '(' || c == ')' || c == ':' || c == ';'
}

func trimEnds(s string) string { return strings.Trim(s, " ,;:()") }

// capacities begin what says in which capacity the bearer of a name acts, what
// kind of person it is, or who else is meant. The name ends before them.
var capacities = []string{
	" et al", " et ux", ", deceased", ", individually", " individually and", ", solely", " solely in",
	", in his", ", in her", ", in its", ", in their", " in his official", " in her official", " in his individual", " in her individual",
	" on behalf of", " by and through", " by its", " by his", " by her",
	" successor by merger", " successor in interest", " successor to",
	" pro se", " and all others", " and others similarly", " all others similarly",
	", an", ", a", ", as", ", not", ", trustee", ", debtor", ", plaintiff", ", defendant",
	" as trustee", " as the trustee", " as indenture", " as owner trustee", " as successor", " as executor", " as executrix",
	" as administrator", " as administratrix", " as personal", " as receiver", " as guardian", " as nominee",
	" as agent", " as administrative agent", " as collateral agent", " as attorney", " as next friend", " as assignee",
	" as parent", " as co-trustee", " as special", " as servicer", " as borrower", " as lender", " as issuer",
}

// withoutCapacity returns the part of a name that names its bearer.
func withoutCapacity(name string, t dossier.MentionType) string {
	lower := lex.LowerASCII(name)
	for _, c := range capacities {
		i := strings.Index(lower, c)
		end := i + len(c)
		if i <= 0 || end < len(lower) && lex.IsLower(lower[end]) {
			continue
		}
		// "Roe, A. Jane" and "Roe, As" are names.
		if t == dossier.Person && (c == ", a" || c == ", as") && (end == len(name) || name[end] != ' ' || name[end-1] != lower[end-1]) {
			continue
		}
		name, lower = name[:i], lower[:i]
	}
	if bare := strings.TrimRight(name, " ,;"); bare != "" {
		return bare
	}
	return name
}

// aliased compares two names that are not the same by themselves, if at least one
// has an alias. An alias that the text gives joins a name to the bearer of the alias
// in full. Several may bear a trade name, and a person has to look at two names that
// share an alias.
func (s *scorer) aliased(a, b *Name) {
	best := 0.0
	for _, x := range a.variants() {
		for _, y := range b.variants() {
			if x.Name == a && y.Name == b || x.Partial() || y.Partial() || Score(x.Name, y.Name, s.together) < SameAt {
				continue
			}
			weight := aliasFactor
			if x.trade || y.trade || x.Name != a && y.Name != b {
				weight = capped
			}
			best = max(best, weight)
		}
	}
	if best > s.score {
		s.score, s.vetoed, s.reasons = best, false, nil
		s.note("alias", a.Norm, b.Norm, best)
	}
}

// variant is a name, or one of its aliases.
type variant struct {
	*Name
	trade bool
}

func (n *Name) variants() []variant {
	list := []variant{{n, false}}
	for i := range n.aliases {
		list = append(list, variant{&n.aliases[i].Name, n.aliases[i].trade})
	}
	return list
}
