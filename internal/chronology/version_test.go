package chronology

import (
	"regexp"
	"testing"

	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the events of the papers.
func versionCases(t *testing.T) []versiontest.Case {
	return versiontest.Grouped(papertest.Papers(t), func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		return Find(p.Text, p.Spans, nil, p.Mentions, p.Entities)
	})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }

func TestVersionNoticesARule(t *testing.T) {
	was := labelRE
	labelRE = regexp.MustCompile(`^$`)
	defer func() { labelRE = was }()
	versiontest.Notices(t, Version, versionCases(t))
}
