package resolve

import (
	"os"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the entities of single papers, the names of all papers as one
// project, and pairs of names with what is decided about them.
func versionCases(t *testing.T) []versiontest.Case {
	papers := papertest.Papers(t)
	cases := versiontest.Grouped(papers, func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		return Document(p.Text, p.Mentions)
	})
	var gathered cluster.Names
	for _, p := range papers {
		for _, e := range p.Entities {
			gathered.Add(p.Name, e)
		}
	}
	clusters, _ := cluster.Project(gathered.Nodes())
	return append(cases, versiontest.Case{Name: "project", Output: clusters}, versiontest.Case{Name: "pairs", Output: pairs(t)})
}

// pairs are the names of the checklist: how they compare, and their keys.
func pairs(t *testing.T) []any {
	raw, err := os.ReadFile("../names/testdata/checklist.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	for line := range strings.Lines(string(raw)) {
		f := strings.Split(line, "\t")
		typ := dossier.MentionType(f[1])
		out = append(out, names.Compare(f[2], f[3], typ), names.Keys(f[2], typ), names.Norm(f[3], typ))
	}
	return out
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }

func TestVersionNoticesATable(t *testing.T) {
	was := generics
	generics = nil
	defer func() { generics = was }()
	versiontest.Notices(t, Version, versionCases(t))
}
