package show

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

//go:embed report.html
var reportHTML string

// reportPage escapes what it gets by where it stands.
var reportPage = template.Must(template.New("report").Parse(reportHTML))

// reported is what a page about a batch shows.
type reported struct {
	casefile.Summary
	Name      string // of the project
	Figures   []figure
	Failed    []store.Failure // not part of the case file
	Partial   []store.Failure // not read in full
	CreatedAt string
}

// figure is a line of the table of figures.
type figure struct{ Label, Value string }

// ReportHTML writes the result of a batch as one page of HTML that needs no other
// file, with every failure.
func ReportHTML(w io.Writer, s casefile.Summary) error {
	isPartial := func(f store.Failure) bool { return f.Status == dossier.StatusPartial }
	r := reported{Summary: s, Name: Visible(s.Project), CreatedAt: moment(time.Now())}
	for l := range strings.Lines(figures(s)) {
		label, value, _ := strings.Cut(strings.TrimSpace(l), " ")
		r.Figures = append(r.Figures, figure{label, strings.TrimSpace(value)})
	}
	for _, f := range s.Failures {
		f.Path, f.Message = Visible(f.Path), Visible(f.Message)
		if isPartial(f) {
			r.Partial = append(r.Partial, f)
		} else {
			r.Failed = append(r.Failed, f)
		}
	}
	byPath := func(a, b store.Failure) int { return strings.Compare(a.Path, b.Path) }
	slices.SortStableFunc(r.Failed, byPath)
	slices.SortStableFunc(r.Partial, byPath)
	return reportPage.Execute(w, r)
}
