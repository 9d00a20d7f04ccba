package show

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/store"
)

// Names of files are text in the page, whatever they hold, and the page needs
// no other file.
func TestReportEscapesHostileNames(t *testing.T) {
	const hostile = `<script src="http://x/y.js">alert(1)</script>"'&.pdf`
	s := casefile.Summary{
		Project: hostile, Batch: "0198a2c4", Status: "completed", Finished: true, Total: 3, ExitCode: casefile.OutcomePartial,
		Report: store.Report{
			Documents: map[dossier.Status]int{dossier.StatusCompleted: 1, dossier.StatusFailed: 1, dossier.StatusPartial: 1},
			Mentions:  map[dossier.MentionType]int{dossier.Person: 2},
			Failures: []store.Failure{
				{Path: "z/" + hostile, Status: dossier.StatusFailed, Code: dossier.CodeDamaged, Message: "damaged\x1b[2J </td><img src=x onerror=alert(2)>"},
				{Path: "a.pdf", Status: dossier.StatusFailed, Code: dossier.CodeEmptyFile, Message: "it is empty"},
				{Path: "p.pdf", Status: dossier.StatusPartial, Code: dossier.CodeTimeout, Message: "page 3"},
			},
		},
	}
	var b strings.Builder
	if err := ReportHTML(&b, s); err != nil {
		t.Fatal(err)
	}
	page, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for n := range page.Descendants() {
		switch n.Type {
		case html.TextNode:
			texts = append(texts, strings.TrimSpace(n.Data))
		case html.ElementNode:
			if n.Data == "script" || n.Data == "img" || n.Data == "link" {
				t.Errorf("the page has an element %s", n.Data)
			}
			for _, a := range n.Attr {
				if a.Key == "src" || a.Key == "href" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s has the attribute %s", n.Data, a.Key)
				}
			}
		}
	}
	text := strings.Join(texts, "\n")
	for _, want := range []string{
		"Batch report: " + hostile, "z/" + hostile, "2 files are not part of the case file. 1 file was not read in full.",
		"1 completed, 1 partial, 1 failed", "2: person 2", "damaged\uFFFD[2J </td><img src=x onerror=alert(2)>", "Not read in full\n", "page 3",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing:\n%s", want, text)
		}
	}
	if strings.Index(text, "a.pdf") > strings.Index(text, "z/") {
		t.Error("files are not in the order of their paths")
	}
}
