package sentence_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/sentence"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"plain", "One. Two! Three? Four", []string{"One.", "Two!", "Three?", "Four"}},
		{"case name", "In Acme Corp. v. U.S. Dep't of Justice, No. 20-1507, the court agreed. It erred.", []string{
			"In Acme Corp. v. U.S. Dep't of Justice, No. 20-1507, the court agreed.", "It erred.",
		}},
		{"initials", "Jane A. Roe and J. R. Smith met Mr. Poe. They left.", []string{"Jane A. Roe and J. R. Smith met Mr. Poe.", "They left."}},
		{"quotes", "He said “stop.” She did (reluctantly.) Then", []string{"He said “stop.”", "She did (reluctantly.)", "Then"}},
		{"heading", "FACTS\n\nThe plaintiff fell.", []string{"FACTS", "The plaintiff fell."}},
		{"double spaced", "The plaintiff\n\nfell down.", []string{"The plaintiff\n\nfell down."}},
		{"page break in a sentence", "The plaintiff\ffell down.\fDefendant laughed.", []string{"The plaintiff\ffell down.", "Defendant laughed."}},
		{"lower case after a stop", "The approx. value of it", []string{"The approx. value of it"}},
		{"blank", " \n\f ", nil},
		{"spaces around", "  One.  \n", []string{"One."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range sentence.Split(tt.text) {
				got = append(got, tt.text[s.Start:s.End])
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitMarksParagraphs(t *testing.T) {
	got := []bool{}
	for _, s := range sentence.Split("One. Two.\n\nThree.\nFour.\n \nFive.") {
		got = append(got, s.Paragraph)
	}
	if diff := cmp.Diff([]bool{false, false, true, false, true}, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("Roe v. Doe.\n\nHeld\xff. \fNo. 3")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range sentence.Split(text) {
			if s.Start < at || s.End <= s.Start || strings.TrimSpace(text[at:s.Start]) != "" {
				t.Fatalf("%q: bad span %v after %d", text, s, at)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[s.Start:s.End]) {
				t.Fatalf("%q: %v cuts a character", text, s)
			}
			at = s.End
		}
		if strings.TrimSpace(text[at:]) != "" {
			t.Fatalf("%q: words after the last sentence", text)
		}
	})
}
