package chunk_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
)

// rejoin drops the overlaps and joins the chunks.
func rejoin(text string, chunks []dossier.Chunk) string {
	var b strings.Builder
	at := 0
	for _, c := range chunks {
		b.WriteString(text[max(at, c.Start):c.End])
		at = c.End
	}
	return b.String()
}

// check fails the test unless the chunks keep every guarantee of the package.
func check(t interface {
	Helper()
	Fatalf(string, ...any)
}, text string, opt chunk.Options, chunks []dossier.Chunk,
) {
	t.Helper()
	if got := rejoin(text, chunks); got != text {
		t.Fatalf("joined chunks differ from the text: %s", cmp.Diff(text, got))
	}
	size := opt.Size
	if size == 0 {
		size = chunk.DefaultSize
	}
	for i, c := range chunks {
		if c.Index != i {
			t.Fatalf("chunk %d has index %d", i, c.Index)
		}
		if c.Text != text[c.Start:c.End] || c.Text == "" {
			t.Fatalf("chunk %d: text is not text[%d:%d]", i, c.Start, c.End)
		}
		if n := utf8.RuneCountInString(c.Text); n > size {
			t.Fatalf("chunk %d has %d characters, more than %d", i, n, size)
		}
		if i > 0 && (c.Start <= chunks[i-1].Start || c.Start > chunks[i-1].End || c.End <= chunks[i-1].End) {
			t.Fatalf("chunk %d [%d,%d) does not follow [%d,%d)", i, c.Start, c.End, chunks[i-1].Start, chunks[i-1].End)
		}
		for _, cut := range []int{c.Start, c.End} {
			if insideWord(text, cut, size) {
				t.Fatalf("chunk %d: cut at %d is inside a word: %q", i, cut, text[max(0, cut-20):min(len(text), cut+20)])
			}
		}
	}
}

// insideWord reports whether a cut falls inside a word of at most size characters.
func insideWord(text string, cut, size int) bool {
	left := text[:cut]
	before := left[strings.LastIndexFunc(left, unicode.IsSpace)+1:]
	after := text[cut:]
	if i := strings.IndexFunc(after, unicode.IsSpace); i >= 0 {
		after = after[:i]
	}
	return before != "" && after != "" && utf8.RuneCountInString(before+after) <= size
}

func TestSplitKeepsItsGuarantees(t *testing.T) {
	words := rapid.OneOf(
		rapid.StringMatching(`[A-Z]?[a-zé漢\x{1F600}]{1,9}[.,;]?`),
		rapid.SampledFrom([]string{"v.", "Corp.", "No.", "20-1507", "\n\n", "\n", "\f", "  ", strings.Repeat("x", 40), strings.Repeat("é", 150)}),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(words, 0, 200).Draw(t, "words"), rapid.SampledFrom([]string{" ", "", "\r\n"}).Draw(t, "glue"))
		opt := chunk.Options{
			Size:    rapid.IntRange(1, 120).Draw(t, "size"),
			Overlap: rapid.IntRange(-1, 60).Draw(t, "overlap"),
		}
		chunks := chunk.Split(text, nil, opt)
		if strings.TrimSpace(text) == "" {
			if len(chunks) != 0 {
				t.Fatalf("blank text has chunks: %v", chunks)
			}
			return
		}
		check(t, text, opt, chunks)
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("Smith v. Jones. The court\xff held.\f\n\nIt is so ordered.", 12, 4)
	f.Add(strings.Repeat("a", 300), 7, 2)
	f.Fuzz(func(t *testing.T, text string, size, overlap int) {
		size = min(max(size, 1), 2000)
		chunks := chunk.Split(text, nil, chunk.Options{Size: size, Overlap: overlap})
		if len(chunks) == 0 {
			if strings.TrimSpace(text) != "" {
				t.Fatal("text without chunks")
			}
			return
		}
		if rejoin(text, chunks) != text {
			t.Fatal("joined chunks differ from the text")
		}
	})
}

func TestSplitCutsAtTheEndOfSentences(t *testing.T) {
	sentence := func(i int) string {
		return fmt.Sprintf("Sentence %d cites Acme Corp. v. Doe, No. 20-%d, and ends here.", i, 1000+i)
	}
	var all []string
	for i := range 60 {
		all = append(all, sentence(i))
	}
	text := strings.Join(all, " ")
	chunks := chunk.Split(text, nil, chunk.Options{Size: 400, Overlap: 80})
	if len(chunks) < 8 {
		t.Fatalf("only %d chunks", len(chunks))
	}
	for _, c := range chunks {
		if !strings.HasPrefix(c.Text, "Sentence") || !strings.HasSuffix(strings.TrimSpace(c.Text), "ends here.") {
			t.Errorf("chunk %d is cut inside a sentence: %q", c.Index, c.Text)
		}
	}
}

func TestSplitPrefersParagraphs(t *testing.T) {
	first := strings.Repeat("One two three. ", 20) // 300 characters
	text := strings.TrimSpace(first) + "\n\n" + strings.Repeat("Four five six. ", 40)
	chunks := chunk.Split(text, nil, chunk.Options{Size: 400, Overlap: -1})
	if got, want := chunks[0].Text, strings.TrimSpace(first)+"\n\n"; got != want {
		t.Errorf("first chunk: %s", cmp.Diff(want, got))
	}
}

func TestSplitOverlapsByAboutTheOverlap(t *testing.T) {
	text := strings.Repeat("lorem ipsum dolor sit amet ", 2000)
	chunks := chunk.Split(text, nil, chunk.Options{})
	for i := 1; i < len(chunks); i++ {
		shared := chunks[i-1].End - chunks[i].Start
		if shared < chunk.DefaultOverlap/2 || shared > 2*chunk.DefaultOverlap {
			t.Errorf("chunks %d and %d share %d characters", i-1, i, shared)
		}
	}
}

func TestSplitKnowsThePages(t *testing.T) {
	text, spans := dossier.JoinPages([]dossier.Page{
		{Number: 1, Text: strings.Repeat("a ", 30)},
		{Number: 2, Text: strings.Repeat("b ", 30)},
		{Number: 4, Text: strings.Repeat("c ", 30)},
	})
	got := [][2]int{}
	for _, c := range chunk.Split(text, spans, chunk.Options{Size: 70, Overlap: -1}) {
		got = append(got, [2]int{c.PageStart, c.PageEnd})
		for page, letter := range map[int]string{1: "a", 2: "b", 4: "c"} {
			if strings.Contains(c.Text, letter) != (c.PageStart <= page && page <= c.PageEnd) {
				t.Errorf("chunk %d says pages %d-%d: %q", c.Index, c.PageStart, c.PageEnd, c.Text)
			}
		}
	}
	if len(got) < 3 {
		t.Errorf("chunks: %v", got)
	}
}

func TestSplitTinyOptions(t *testing.T) {
	text := "Ünïcode tëxt in a tiny window."
	for size := 1; size < 40; size++ {
		opt := chunk.Options{Size: size, Overlap: size}
		check(t, text, opt, chunk.Split(text, nil, opt))
	}
}

func BenchmarkSplit(b *testing.B) {
	texts := map[string]string{
		"prose":   strings.Repeat("The motion of Acme Corp. is denied. Plaintiff's claims, see No. 20-1507,\nmay proceed to trial. ", 10_000),
		"oneline": strings.Repeat("x", 10<<20),
		"spaces":  "a" + strings.Repeat(" ", 10<<20),
	}
	for name, text := range texts {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				chunk.Split(text, nil, chunk.Options{})
			}
		})
	}
}
