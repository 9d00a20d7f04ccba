package chunk

import (
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the chunks of the papers, one by one and as one document of
// many pages, cut by options.
func versionCases(t *testing.T, options Options) []versiontest.Case {
	papers := papertest.Papers(t)
	cases := versiontest.Grouped(papers, func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		return Split(p.Text, p.Spans, options)
	})
	pages := []dossier.Page{{Number: 1, Text: papertest.Pleading(30_000)}}
	for i, p := range papers {
		pages = append(pages, dossier.Page{Number: i + 2, Text: p.Text})
	}
	text, spans := dossier.JoinPages(pages)
	return append(cases, versiontest.Case{Name: "all", Output: Split(text, spans, options)})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t, Options{})) }

func TestVersionNoticesAnotherSize(t *testing.T) {
	versiontest.Notices(t, Version, versionCases(t, Options{Size: DefaultSize - 1}))
}
