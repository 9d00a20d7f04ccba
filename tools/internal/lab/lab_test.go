package lab

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadManifest(t *testing.T) {
	const tsv = "kind\tfile\tlayer\tpages\n" +
		"filings\tfilings/a.PDF\ttext\t3\n" +
		"filings\tfilings/a \"b\".txt\ttext\t\n" +
		"hostile\thostile/c.pdf\ttext\t1\n" +
		"scans\tscans/d.pdf\tscan\t2\n"
	files, err := readManifest(strings.NewReader(tsv))
	if err != nil {
		t.Fatal(err)
	}
	c := Corpus{Files: files}
	if diff := cmp.Diff([]File{{Name: "filings/a.PDF", Kind: "filings", Pages: 3, Layer: "text"}}, c.Select(TextPDF)); diff != "" {
		t.Errorf("text PDFs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]File{{Name: "scans/d.pdf", Kind: "scans", Pages: 2, Layer: "scan"}}, c.Select(ScanPDF)); diff != "" {
		t.Errorf("scans (-want +got):\n%s", diff)
	}
}

func TestReadManifestRefuses(t *testing.T) {
	for name, tsv := range map[string]string{
		"an empty file":    "",
		"a missing column": "file\tkind\tpages\n",
		"odd pages":        "file\tkind\tpages\tlayer\na\tb\tmany\ttext\n",
	} {
		if _, err := readManifest(strings.NewReader(tsv)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestTable(t *testing.T) {
	table := Table{Head: []string{"what", "ours"}}
	table.Add("a|b", "1\n2")
	var b strings.Builder
	if err := table.Print(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("| what | ours |\n|---|---|\n| a\\|b | 1 2 |\n\n", b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEach(t *testing.T) {
	bad := errors.New("bad")
	var sum atomic.Int64
	err := Each(10, func(i int) error {
		sum.Add(int64(i))
		if i == 3 {
			return bad
		}
		return nil
	})
	if !errors.Is(err, bad) || sum.Load() != 45 {
		t.Errorf("got %v after a sum of %d", err, sum.Load())
	}
}
