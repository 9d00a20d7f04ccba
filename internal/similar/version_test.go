package similar

import (
	"testing"

	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the signatures, bands and mail keys of the papers.
func versionCases(t *testing.T) []versiontest.Case {
	cases := versiontest.Grouped(papertest.Papers(t), func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		s, long := Sign(p.Text)
		return []any{long, s.Pack(), s.Bands(), MailKey(p.Metadata, p.Text, []string{p.Name})}
	})
	s, _ := Sign(papertest.Pleading(20_000))
	return append(cases, versiontest.Case{Name: "pleading", Output: []any{s.Pack(), s.Bands()}})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }
