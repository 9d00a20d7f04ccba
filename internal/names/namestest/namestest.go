// Package namestest gives tests names, many of which resemble each other.
package namestest

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
)

// Any draws names that resemble each other, so that all rules apply.
func Any(typ dossier.MentionType) *rapid.Generator[string] {
	word := func(list string) *rapid.Generator[string] { return rapid.SampledFrom(strings.Split(list, "|")) }
	return rapid.Custom(func(t *rapid.T) string {
		if typ == dossier.Org {
			return strings.Join([]string{
				word("|The |U.S. |First |Second ").Draw(t, "head"),
				word("Halden|Ha1den|Haldan|Acme|Acuity|FBI|Bank|Penn|Hal den").Draw(t, "word"),
				word("|| Logistics| Logistcs| Systems| System| Bank| of Iowa| & Sons| Federal Bureau of Investigation").Draw(t, "rest"),
				word("|| II| III| 2| Holdings").Draw(t, "number"),
				word("|| Inc.|, Incorporated| LLC|, L.L.C.| Co.| Company, Ltd.| Inc.'s").Draw(t, "form"),
				word("||||, a Delaware corporation|, as Trustee| f/k/a Acuity Corp.| d/b/a Acme Systems| d/b/a Halden").Draw(t, "more"),
			}, "")
		}
		name := strings.Join([]string{
			word("Jane|J.|Robert \"Mary\"|William (Bob)|Mary|Mark|Bill|William|Will|Robert|Bob|Bert|Joann|Jo Ann|Mirzan|Mirzen").Draw(t, "given"),
			word("|| A.| B.| Ann| Ann B.| Scott").Draw(t, "middle"),
			word(" Smith| Roe| Katzmann| Katzmannx| Katzmenn| Chen| Cheng| St. Pierre| van Berg| Bamestone| Barnestone").Draw(t, "surname"),
		}, "")
		if rapid.Bool().Draw(t, "comma") {
			i := strings.LastIndexByte(name, ' ')
			name = name[i+1:] + ", " + name[:i]
		}
		return word("|||Mr. |Ms. |U.S. District Judge ").Draw(t, "title") + name + word("|||, Jr.| Sr.| III|, Esq.").Draw(t, "suffix") +
			word("|||||, as Trustee| a/k/a Bob Roe| n/k/a Mary A. Chen|, deceased").Draw(t, "more")
	})
}

// NoVeto fails if any two of the names, which are together, contradict each other.
func NoVeto(t *rapid.T, typ dossier.MentionType, together []string) {
	for i, a := range together {
		for _, b := range together[i+1:] {
			if m := names.Compare(a, b, typ); m.Vetoed() {
				t.Fatalf("%q and %q are together against %v", a, b, m.Reasons)
			}
		}
	}
}

// Letters writes a number in letters that differ in two places from those of
// its neighbours.
func Letters(i int) string {
	a, b := byte('a'+i%26), byte('a'+i/26)
	return string([]byte{a, b, a, b})
}
