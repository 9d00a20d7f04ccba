package relate

import (
	"regexp"
	"testing"

	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the relations of the papers, and the cases that their titles
// name.
func versionCases(t *testing.T) []versiontest.Case {
	return versiontest.Grouped(papertest.Papers(t), func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		return []any{Find(p.Text, p.Spans, p.Mentions, p.Entities, p.Metadata), WithCase(p.Text, p.Mentions, p.Entities)}
	})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }

func TestVersionNoticesARule(t *testing.T) {
	was := versusRE
	versusRE = regexp.MustCompile(`(versus)`)
	defer func() { versusRE = was }()
	versiontest.Notices(t, Version, versionCases(t))
}
