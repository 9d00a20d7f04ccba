package show

import (
	_ "embed"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

//go:embed report.css
var reportCSS string

// page is a page of HTML in the making. It does without html/template, which calls
// methods by name and so makes the linker keep every exported method of the program
// (see third_party/kong/README.md).
type page struct{ strings.Builder }

// add appends a part. The values go where the format has %s, escaped; they may only
// stand in the text of elements.
func (p *page) add(format string, values ...any) {
	escaped := make([]any, len(values))
	for i, v := range values {
		escaped[i] = html.EscapeString(fmt.Sprint(v))
	}
	fmt.Fprintf(p, format, escaped...)
}

// ReportHTML writes the result of a batch as one page of HTML that needs no other
// file, with every failure.
func ReportHTML(w io.Writer, s casefile.Summary) error {
	var failed, partial []store.Failure // not part of the case file, not read in full
	for _, f := range s.Failures {
		f.Path, f.Message = Visible(f.Path), Visible(f.Message)
		if f.Status == dossier.StatusPartial {
			partial = append(partial, f)
		} else {
			failed = append(failed, f)
		}
	}
	var p page
	p.head(s)
	p.outcome(s, len(failed), len(partial))
	p.figures(s)
	p.files("Not part of the case file", failed)
	p.files("Not read in full", partial)
	p.add("</body>\n</html>\n")
	_, err := io.WriteString(w, p.String())
	return err
}

// head begins the page and says which batch it is about.
func (p *page) head(s casefile.Summary) {
	name := Visible(s.Project)
	p.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	p.add("<title>Batch report: %s</title>\n", name)
	p.WriteString("<style>\n" + reportCSS + "</style>\n</head>\n<body>\n")
	p.add("<h1>Batch report: %s</h1>\n", name)
	p.add("<p class=\"about\">Batch %s · %s · %s documents · %s s · report of %s</p>\n",
		s.Batch, s.Status, s.Total, fmt.Sprintf("%.1f", s.Seconds), moment(time.Now()))
}

// outcome sums the batch up in a sentence or two.
func (p *page) outcome(s casefile.Summary, failed, partial int) {
	class, text := "incomplete", ""
	switch {
	case s.ExitCode == 0:
		class, text = "complete", "Every document is part of the case file and was read in full."
	case !s.Finished:
		text = "The batch has not ended."
	case s.ExitCode == 1:
		class, text = "failed", "No document could be read."
	default:
		var parts []string
		if failed > 0 {
			parts = append(parts, counted(failed, "file is", "files are")+" not part of the case file.")
		}
		if partial > 0 {
			parts = append(parts, counted(partial, "file was", "files were")+" not read in full.")
		}
		text = strings.Join(parts, " ")
	}
	p.add("<p class=\"outcome "+class+"\">%s</p>\n", text)
}

// counted says how many there are, in the singular or the plural.
func counted(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// figures adds the table of figures.
func (p *page) figures(s casefile.Summary) {
	p.add("<h2>Figures</h2>\n<table class=\"figures\"><tbody>\n")
	for l := range strings.Lines(figures(s)) {
		label, value, _ := strings.Cut(strings.TrimSpace(l), " ")
		p.add("<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", label, strings.TrimSpace(value))
	}
	p.add("</tbody></table>\n")
}

// files adds a table of files in the order of their paths, or nothing if there are
// none.
func (p *page) files(title string, list []store.Failure) {
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b store.Failure) int { return strings.Compare(a.Path, b.Path) })
	p.add("<h2>%s</h2>\n<table class=\"files\">\n", title)
	p.add("<thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"status\">Status</th><th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n")
	for _, f := range list {
		p.add("<tr><td>%s</td><td class=\"status\">%s</td><td>%s <code>%s</code></td></tr>\n", f.Path, f.Status, f.Message, f.Code)
	}
	p.add("</tbody></table>\n")
}
