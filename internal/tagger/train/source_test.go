package train

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// spelled lists a document's names as "TYPE text".
func spelled(d *Document) []string {
	var out []string
	for _, n := range d.Names {
		out = append(out, n.Type.String()+" "+d.Text[n.Start:n.End])
	}
	return out
}

func TestReadCoNLL(t *testing.T) {
	file := "-DOCSTART-\tO\n\nShri\tB-PER\nRam\tI-PER\nLal\tI-PER\n's\tI-PER\nappeal\tO\n(\tO\nState\tB-ORG\nof\tI-ORG\nKerala\tI-ORG\n)\tO\n.\tO\n\n" +
		"Borrower\tB-PER\nasked\tO\nM\tB-ORG\n/\tI-ORG\ns\tI-ORG\n.\tI-ORG\nQuill\tI-ORG\nMills\tI-ORG\n.\tO\n\n-DOCSTART-\tO\n\nIn\tO\nRoe\tB-CASE\nv.\tI-CASE\nDoe\tI-CASE\n,\tO\nthe\tO\nHigh\tB-COURT\nCourt\tI-COURT\n"
	var got []string
	err := readCoNLL(strings.NewReader(file), func(s sentence, parted bool) {
		line := s.text
		for _, n := range s.names {
			line += " | " + n.Type.String() + " " + s.text[n.Start:n.End]
		}
		if parted {
			line = "new: " + line
		}
		got = append(got, line)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"new: Shri Ram Lal's appeal (State of Kerala). | PERSON Ram Lal | ORG State of Kerala",
		"Borrower asked M/s. Quill Mills. | ORG Quill Mills",
		"new: In Roe v. Doe, the High Court | CASE Roe v. Doe | COURT High Court",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSilver(t *testing.T) {
	page := `<html><head><title>no</title></head><body><center>U.S. Bankruptcy Court<br>Northern District of Alabama</center>
<table><tr><td>Debtor</td></tr><tr><td><b>Umber Logistics, Inc.</b><br>1 Main St.<br>Florence, AL 35630</td></tr></table>
<p>Motion filed by Jane Q. Hale for Umber Logistics, Inc. (Hale, Jane). Zeverin objects. Answer of the Ashby Committee, et al,
and of Ashby Forge LLC to the Order of Notice Corp. of Maine</p></body></html>`
	truth := `{"assigned_to_str": "Hon. Robert Smith", "parties": [{"name": "The Ashby Committee, et al"}, {"name": "Ashby Forge Co."}, {"name": "State of Maine"}, {"name": "Umber Logistics, Inc.",
		"attorneys": [{"name": "Jane Quincy Hale", "contact": ""}]}]}`
	d, err := silver("x", strings.NewReader(page), []byte(truth), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"COURT U.S. Bankruptcy Court\nNorthern District of Alabama", "ORG Umber Logistics, Inc.", "LOCATION Florence", "LOCATION AL",
		"PERSON Jane Q. Hale", "ORG Umber Logistics, Inc.", "PERSON Hale, Jane", "ORG Ashby Committee", "ORG Ashby Forge LLC",
	}
	if diff := cmp.Diff(want, spelled(&d)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"Zeverin", "Notice Corp."} {
		if at := strings.Index(d.Text, name); !touches(d.Doubt, at, at+1) {
			t.Errorf("%q, which the truth does not have, is not in doubt", name)
		}
	}
}

func testForeigner() *foreigner {
	return &foreigner{
		random: rand.New(rand.NewPCG(3, 3)), first: []string{"Jane", "Robert"}, last: []string{"Hale", "Quill"}, places: []string{"Umber"},
		states: []string{"Maine"}, courts: []string{"Ashby County Court"}, orgs: []string{"Umber Logistics, Inc."},
	}
}

// TestPapers fills every form and checks the labels.
func TestPapers(t *testing.T) {
	for _, d := range testForeigner().papers(60) {
		end := 0
		for _, n := range d.Names {
			if n.Start < end || n.End <= n.Start || n.End > len(d.Text) || n.Type == tagger.None {
				t.Fatalf("%+v after %d in %q", n, end, d.Text)
			}
			if s := d.Text[n.Start:n.End]; s != strings.TrimSpace(s) || strings.ContainsAny(s, "{}") {
				t.Errorf("name %q", s)
			}
			end = n.End
		}
		if strings.ContainsAny(d.Text, "{}|") {
			t.Errorf("an open blank in %q", d.Text)
		}
	}
}

// Other names, capitals and line breaks leave the labels where the names are.
func TestVaried(t *testing.T) {
	text := "Then Ram Lal of Delhi asked the High Court of Delhi and a clerk for leave to appeal from the order of the day before."
	d := Document{Text: text}
	for name, typ := range map[string]tagger.Type{"Ram Lal": tagger.Person, "Delhi": tagger.Location, "High Court of Delhi": tagger.Court} {
		at := strings.Index(text, name)
		d.Names = append(d.Names, Name{at, at + len(name), typ})
	}
	d.Names = sortNames(d.Names)
	d.Doubt = []tagger.Span{{Start: strings.Index(text, "clerk"), End: strings.Index(text, "clerk") + 5}}
	f := testForeigner()
	for range 40 {
		v := f.varied(d, func(string) []tagger.Span { return nil }, 1)
		if got := strings.ToLower(v.Text[v.Doubt[0].Start:v.Doubt[0].End]); got != "clerk" {
			t.Fatalf("the doubt has moved to %q", got)
		}
		for i, n := range v.Names {
			before := strings.ToLower(strings.Fields(v.Text[:n.Start])[len(strings.Fields(v.Text[:n.Start]))-1])
			if want := []string{"then", "of", "the"}[i]; before != want {
				t.Fatalf("%q is after %q, want %q, in %q", v.Text[n.Start:n.End], before, want, v.Text)
			}
		}
	}
}

func TestSplitKeepsDocumentsTogether(t *testing.T) {
	var documents []Document
	for i := range 400 {
		documents = append(documents, Document{ID: string(rune('a' + i%200)), Text: "x"})
	}
	learn, measure := Split(documents)
	seen := map[string]bool{}
	for _, d := range learn {
		seen[d.ID] = true
	}
	for _, d := range measure {
		if seen[d.ID] {
			t.Fatalf("document %q is on both sides", d.ID)
		}
	}
	if n := len(measure); n < 30 || n > 90 {
		t.Errorf("%d of 400 are held out", n)
	}
}

func TestReadPages(t *testing.T) {
	dir := t.TempDir()
	text := "A cover.\fJane Hale sued Umber Mills Inc.\fOn May 3, 2019, Hale left Ashby."
	list := "a.txt\t2\t-\t-\tPAGE\na.txt\t2\t9\t18\tPERSON\na.txt\t2\t24\t40\tORG\na.txt\t3\t-\t-\tPAGE\na.txt\t3\t57\t61\tPERSON\na.txt\t3\t67\t72\tLOCATION\n"
	for name, content := range map[string]string{"a.txt": text, "pages.tsv": list, "bad.tsv": strings.Replace(list, "ORG", "SHIP", 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	date := func(text string) []tagger.Span {
		if at := strings.Index(text, "May 3, 2019"); at >= 0 {
			return []tagger.Span{{Start: at, End: at + len("May 3, 2019"), Kind: tagger.Date}}
		}
		return nil
	}
	var d Data
	if err := d.ReadPages(filepath.Join(dir, "pages.tsv"), dir, date); err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for i := range d.Pages {
		got = append(got, append(spelled(&d.Pages[i]), fmt.Sprint(d.Pages[i].ID, " ", len(d.Pages[i].Mask))))
	}
	want := [][]string{{"PERSON Jane Hale", "ORG Umber Mills Inc.", "a.txt 0"}, {"PERSON Hale", "LOCATION Ashby", "a.txt 1"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := d.ReadPages(filepath.Join(dir, "bad.tsv"), dir, date); err == nil || !strings.Contains(err.Error(), `no type of names "SHIP"`) {
		t.Errorf("an unknown type: %v", err)
	}
}
