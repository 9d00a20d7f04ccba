package mention

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dossier"
)

// page is a stretch of a file in which every name is marked.
type page struct{ start, end int }

// markedFile is a text and what a person marked in it.
type markedFile struct {
	name, text string
	pages      []page
	names      []dossier.Mention
}

// readMarked reads testdata/pages.tsv: file, page, start, end and type, offsets
// in bytes of the file, and a line of type PAGE for every page that was read.
// The texts are those of the corpus.
func readMarked(t *testing.T) []markedFile {
	t.Helper()
	raw, err := os.ReadFile("testdata/pages.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var files []markedFile
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(files) == 0 || files[len(files)-1].name != cells[0] {
			text, err := os.ReadFile(corpusPath(t, "truth", "text", cells[0]))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, markedFile{name: cells[0], text: string(text)})
		}
		f := &files[len(files)-1]
		if cells[4] == "PAGE" {
			f.pages = append(f.pages, pageOf(t, f.text, cells[1]))
			continue
		}
		start, errStart := strconv.Atoi(cells[2])
		end, errEnd := strconv.Atoi(cells[3])
		if err := cmp.Or(errStart, errEnd); err != nil {
			t.Fatal(err)
		}
		f.names = append(f.names, dossier.Mention{Type: dossier.MentionType(cells[4]), Start: start, End: end, Text: f.text[start:end]})
	}
	return files
}

func pageOf(t *testing.T, text, number string) page {
	t.Helper()
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	start := 0
	for range n - 1 {
		start += strings.IndexByte(text[start:], '\f') + 1
	}
	if end := strings.IndexByte(text[start:], '\f'); end >= 0 {
		return page{start, start + end}
	}
	return page{start, len(text)}
}

// TestMarkedPages compares Find with names that a person marked on pages of
// opinions and filings, by exact place and type. Town and state are marked in
// addresses too, which Find has as a whole: they are left out.
func TestMarkedPages(t *testing.T) {
	type counts struct{ right, known, found int }
	total := map[dossier.MentionType]*counts{dossier.Person: {}, dossier.Org: {}, dossier.Location: {}, dossier.Court: {}}
	for _, f := range readMarked(t) {
		known := map[dossier.Mention]bool{}
		found := Find(f.text)
		for _, n := range f.names {
			if slices.ContainsFunc(found, func(m dossier.Mention) bool { return m.Type == dossier.Address && n.Start >= m.Start && n.End <= m.End }) {
				continue
			}
			known[dossier.Mention{Type: n.Type, Start: n.Start, End: n.End}] = true
			total[n.Type].known++
		}
		for _, m := range found {
			onPage := slices.ContainsFunc(f.pages, func(p page) bool { return m.Start >= p.start && m.Start < p.end })
			if total[m.Type] == nil || !onPage {
				continue
			}
			total[m.Type].found++
			key := dossier.Mention{Type: m.Type, Start: m.Start, End: m.End}
			if known[key] {
				total[m.Type].right++
				delete(known, key)
				continue
			}
			t.Logf("+ %s %q in %q (%s)", m.Type, m.Text, around(f.text, m), m.Method)
		}
		for m := range known {
			t.Logf("- %s %q in %q", m.Type, f.text[m.Start:m.End], around(f.text, m))
		}
	}
	least := map[dossier.MentionType]float64{dossier.Person: 0.9, dossier.Org: 0.76, dossier.Location: 0.79, dossier.Court: 0.92}
	for typ, c := range total {
		precision, recall, f1 := ratio(c.right, c.found), ratio(c.right, c.known), ratio(2*c.right, c.known+c.found)
		t.Logf("%s: precision %.3f, recall %.3f, F1 %.3f of %d", typ, precision, recall, f1, c.known)
		if f1 < least[typ] {
			t.Errorf("%s: F1 %.3f, want %.2f", typ, f1, least[typ])
		}
	}
}

func around(text string, m dossier.Mention) string {
	return text[max(0, m.Start-30):min(len(text), m.End+40)]
}
