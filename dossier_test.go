package dossier_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
)

func TestJoinPagesAndPageAt(t *testing.T) {
	text, spans := dossier.JoinPages([]dossier.Page{{Number: 1, Text: "one"}, {Number: 2}, {Number: 3, Text: "three"}})
	if text != "one\f\fthree" {
		t.Errorf("text = %q", text)
	}
	for _, s := range spans {
		if strings.Contains(text[s.Start:s.End], dossier.PageBreak) {
			t.Errorf("page %d holds a break", s.Number)
		}
	}
	for offset, want := range []int{1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3} {
		if got := dossier.PageAt(spans, offset); got != want {
			t.Errorf("PageAt(%d) = %d, want %d", offset, got, want)
		}
	}
	if got := dossier.PageAt(nil, 0); got != 0 {
		t.Errorf("PageAt without pages = %d", got)
	}
}

func TestDeriveID(t *testing.T) {
	a := dossier.DeriveID("document", "chunk", "1")
	if a != dossier.DeriveID("document", "chunk", "1") {
		t.Error("the same parts gave two ids")
	}
	if len(a) != 36 || a[14] != '8' || !strings.ContainsRune("89ab", rune(a[19])) {
		t.Errorf("%s is no UUID of version 8", a)
	}
	seen := map[string]bool{a: true}
	for _, parts := range [][]string{{"document", "chunk", "2"}, {"document", "chunk1"}, {"document", "chunk", "", "1"}, {"other", "chunk", "1"}} {
		id := dossier.DeriveID(parts...)
		if seen[id] {
			t.Errorf("%q has the id of other parts", parts)
		}
		seen[id] = true
	}
	if b := dossier.DeriveID("document", "mention", "1"); a[:12] != b[:12] {
		t.Error("rows of one document do not lie together")
	}
}

func TestErrors(t *testing.T) {
	err := error(dossier.Errorf(dossier.CodeUnreadable, "cannot be read: %w", fs.ErrPermission).About("a.pdf").WithCure("chmod"))
	if want := "a.pdf: cannot be read: permission denied (chmod)"; err.Error() != want {
		t.Errorf("Error() = %q, want %q", err, want)
	}
	if !errors.Is(err, fs.ErrPermission) || dossier.CodeOf(err) != dossier.CodeUnreadable || dossier.CategoryOf(err) != dossier.Data {
		t.Errorf("cause, code or category of %v", err)
	}
	if dossier.CodeOf(nil) != "" || dossier.CodeOf(fs.ErrExist) != dossier.CodeInternal {
		t.Error("codes of nil and of an error without a code")
	}
}

// Words survive packing; their boxes to a twentieth of the unit.
func TestPackWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var words []dossier.Word
		for range rapid.IntRange(0, 20).Draw(t, "words") {
			text.WriteString(rapid.StringMatching(`[ \n]{0,3}`).Draw(t, "space"))
			w := dossier.Word{Text: rapid.StringMatching(`[a-zé§]{1,9}`).Draw(t, "word"), Start: text.Len()}
			text.WriteString(w.Text)
			w.End = text.Len()
			for i := range w.Box {
				w.Box[i] = float32(rapid.IntRange(-2000, 200000).Draw(t, "box")) / 20
			}
			w.Confidence = float32(rapid.IntRange(0, 100).Draw(t, "confidence")) / 100
			words = append(words, w)
		}
		got, err := dossier.UnpackWords(text.String(), dossier.PackWords(words))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(words, got); diff != "" {
			t.Error(diff)
		}
	})
}

// What the first version of PackWords wrote is still read.
func TestUnpackWordsOfTheFirstVersion(t *testing.T) {
	const text = "Halden Logistics"
	packed := []byte{
		0, 6, 0x90, 0x03, 0xa0, 0x06, 0xc0, 0x09, 0xf0, 0x07, 97, // start, length, box, confidence
		2, 9, 0xe8, 0x09, 0xa0, 0x06, 0xd0, 0x0f, 0xf0, 0x07, 100,
	}
	got, err := dossier.UnpackWords(text, packed)
	want := []dossier.Word{
		{Text: "Halden", End: 6, Box: dossier.Box{10, 20, 30.4, 25.2}, Confidence: 0.97},
		{Text: "Logistics", Start: 7, End: 16, Box: dossier.Box{31.4, 20, 50, 25.2}, Confidence: 1},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func FuzzUnpackWords(f *testing.F) {
	f.Add("some words", dossier.PackWords([]dossier.Word{{Text: "some", End: 4}, {Text: "words", Start: 5, End: 10}}))
	f.Fuzz(func(t *testing.T, text string, packed []byte) {
		words, err := dossier.UnpackWords(text, packed)
		for _, w := range words {
			if err == nil && text[w.Start:w.End] != w.Text {
				t.Errorf("word %q is not at %d–%d", w.Text, w.Start, w.End)
			}
		}
	})
}
