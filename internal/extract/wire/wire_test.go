package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
)

func TestPageRoundTrip(t *testing.T) {
	page := OutPage{
		Page: dossier.Page{
			Number: 3, Width: 612, Height: 792, Source: dossier.SourceLayer, Reason: "text layer", Text: "é two",
			Words: []dossier.Word{
				{Text: "é", Box: dossier.Box{1, 2, 3, 4}, Confidence: 1, Start: 0, End: 2},
				{Text: "two", Box: dossier.Box{5, 6, 7, 8}, Confidence: 1, Start: 3, End: 6},
			},
		},
		NeedsOCR: true,
	}
	got, err := DecodePage(appendPage(nil, &page))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(page, got); diff != "" {
		t.Errorf("page (-sent +received):\n%s", diff)
	}
}

func TestCleanText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"\n\na \t\r\nb\rc\n", "a\nb\nc"},
		{"a\x00b\x1bc\u0081\ufeff\u00ad", "abc"},
		{"bad \xff byte", "bad \ufffd byte"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := CleanText(tt.in); got != tt.want {
			t.Errorf("cleanText(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzDecodePage(f *testing.F) {
	f.Add(appendPage(nil, &OutPage{Page: dossier.Page{Number: 1, Text: "a", Words: []dossier.Word{{End: 1}}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		page, err := DecodePage(b)
		if err != nil {
			return
		}
		for _, w := range page.Words {
			if page.Text[w.Start:w.End] != w.Text {
				t.Errorf("word %+v is not at its place", w)
			}
		}
	})
}
