package mention

import (
	"testing"

	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the papers with the mentions found in them, and with those
// that are left when the answer of a model is merged in.
func versionCases(t *testing.T) []versiontest.Case {
	papers := papertest.Papers(t)
	name := func(p papertest.Paper) string { return p.Name }
	cases := versiontest.Grouped(papers, name, func(p papertest.Paper) any { return Find(p.Text) })
	merged := versiontest.Grouped(papers, name, func(p papertest.Paper) any {
		half := len(p.Mentions) / 2
		return Merge(p.Text, p.Mentions[:half], p.Mentions[half:])
	})
	for _, c := range merged {
		cases = append(cases, versiontest.Case{Name: "merged/" + c.Name, Output: c.Output})
	}
	return append(cases, versiontest.Case{Name: "pleading", Output: Find(papertest.Pleading(20_000))})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }

func TestVersionNoticesATable(t *testing.T) {
	delete(hardSuffixes, "inc")
	defer func() { hardSuffixes["inc"] = true }()
	versiontest.Notices(t, Version, versionCases(t))
}
