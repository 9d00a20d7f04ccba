package tagger

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// briefs are the names that a model finds, as "TYPE text".
func briefs(m *Model, text string, mask ...Span) []string {
	var out []string
	for _, e := range m.Tag(text, mask) {
		out = append(out, e.Type.String()+" "+text[e.Start:e.End])
	}
	return out
}

func TestLoad(t *testing.T) {
	got := briefs(Load(), "Plaintiff Mary K. Hale filed this action against Halden Logistics, Inc. in the United States District Court for the District of Massachusetts. "+
		"Hale lives in Worcester, Massachusetts.\n\nBEFORE: SELWYN, TROTT, AND BARRELL, CIRCUIT JUDGES.")
	want := []string{
		"PERSON Mary K. Hale", "ORG Halden Logistics, Inc.", "COURT United States District Court for the District of Massachusetts",
		"PERSON Hale", "LOCATION Worcester", "LOCATION Massachusetts", "PERSON SELWYN", "PERSON TROTT", "PERSON BARRELL",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMaskedSpansHoldNoNames(t *testing.T) {
	text := "In Quill v. Hale, 528 U.S. 495, Mary Hale lost."
	end := strings.Index(text, ", Mary")
	for _, e := range Load().Tag(text, []Span{{3, end, Citation}}) {
		if e.Start < end {
			t.Errorf("%q is in the citation", text[e.Start:e.End])
		}
	}
}

// checkContract checks what Tag promises for any text.
func checkContract(t *testing.T, text string, mask []Span) {
	t.Helper()
	end := 0
	for _, e := range Load().Tag(text, mask) {
		if e.Start < end || e.End <= e.Start || e.End > len(text) || !e.Type.Given() || e.Score < 0 || e.Score > 1 {
			t.Fatalf("%+v after %d in %q", e, end, text)
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[e.Start:e.End]) {
			t.Fatalf("%q cuts a letter", text[e.Start:e.End])
		}
		end = e.End
	}
}

func FuzzTag(f *testing.F) {
	f.Add("JANE ROE,\nPlaintiff,\nv.\nHALDEN & CO., LTD., (“H”) J.P. O’Néil’s x.COM", 3, 9)
	f.Add("A. B.C. \xff\xfe 3M A\u0301 İI ſ", 0, 1)
	f.Fuzz(func(t *testing.T, text string, from, size int) {
		var mask []Span
		if from >= 0 && size > 0 && from < len(text) && size < len(text) {
			mask = []Span{{from, from + size, Date}}
		}
		checkContract(t, text, mask)
	})
}

// TestHostile feeds patterns that invite slow reading. Linear reading takes a
// second; quadratic takes minutes.
func TestHostile(t *testing.T) {
	for _, unit := range []string{"A", "A ", "A.", "A-", "Aa ", "Inc. ", "of ", "\n", "A\n", "é", "É ", "x.com", "\xff"} {
		checkContract(t, strings.Repeat(unit, (1<<20)/len(unit)), nil)
	}
}

// A long text is read in windows; names come out all the same, where they are.
func TestWindows(t *testing.T) {
	line := "The plaintiff, Mary Hale, was not heard by the clerk of the court on that day. "
	text := strings.Repeat(line, 3*maxWindow/len(line))
	last := 0
	for _, e := range Load().Tag(text, []Span{{maxWindow - 100, maxWindow + 100, Date}}) {
		if text[e.Start:e.End] != "Mary Hale" || e.Start < last {
			t.Fatalf("%q at %d after %d", text[e.Start:e.End], e.Start, last)
		}
		last = e.End
	}
	if last < len(text)-len(line) {
		t.Errorf("the last name ends at %d of %d", last, len(text))
	}
}

// TestFactTableGrows puts in more words than the first table holds.
func TestFactTableGrows(t *testing.T) {
	var f factTable
	f.reset()
	for i := range uint32(1000) {
		f.note(i * 7).small = uint8(i % 10)
	}
	for i := range uint32(1000) {
		if s := f.slot(i * 7); !s.used || s.small != uint8(i%10) {
			t.Fatalf("word %d is lost", i)
		}
	}
	if f.slot(5).used {
		t.Error("a word that was not put in is found")
	}
}

func TestTokens(t *testing.T) {
	text := "Mr. O’Neil-Roe's J.P. of CONSUMERINFO.COM, Inc. paid 1,250.50 to AT&T."
	var got []string
	for _, tok := range tokenize(text, 0, nil, nil) {
		if tok.class != edge {
			got = append(got, text[tok.start:tok.end])
		}
	}
	want := []string{"Mr.", "O’Neil-Roe", "'", "s", "J.P.", "of", "CONSUMERINFO.COM", ",", "Inc.", "paid", "1,250.50", "to", "AT&T", "."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// plainPath is the best path through scores by the book.
func plainPath(scores []emission, trans *[stride][stride]int32) []uint8 {
	type cell struct {
		score int32
		from  uint8
	}
	cells := make([][NumLabels]cell, len(scores))
	for i := range scores {
		for k := range NumLabels {
			best := cell{score: impossible}
			for j := range NumLabels {
				if IsInside(k) && j != k && j != k-1 || i == 0 && j != Outside {
					continue
				}
				s := trans[j][k] + scores[i][k]
				if i > 0 {
					s += cells[i-1][j].score
				}
				if s > best.score {
					best = cell{s, uint8(j)}
				}
			}
			cells[i][k] = best
		}
	}
	path := make([]uint8, len(scores))
	last := uint8(0)
	for k := range NumLabels {
		if cells[len(scores)-1][k].score > cells[len(scores)-1][last].score {
			last = uint8(k)
		}
	}
	for i := len(scores) - 1; i >= 0; i-- {
		path[i] = last
		last = cells[i][last].from
	}
	return path
}

func TestDecode(t *testing.T) {
	m := Load()
	for _, text := range []string{"Mary Hale and John Roe of Halden Inc. met in Boston, Texas", "JANE ROE, Plaintiff, v. HALDEN INC."} {
		r := &reader{}
		r.read(text, 0, len(text), nil)
		r.islands(func(from, to int) {
			n := to - from
			r.size(n)
			f := featureSet{shift: 32 - m.bits}
			for i := range n {
				f.of(r.tokens, from+i)
				m.emit(&f, &r.scores[i])
			}
			want := plainPath(slices.Clone(r.scores[:n]), &m.trans)
			m.forward(r.scores[:n], r.paths[:n])
			got := make([]uint8, n)
			for i, label := n-1, best(&r.scores[n-1]); i >= 0; i-- {
				got[i] = uint8(label)
				label = int(r.paths[i][label])
			}
			if !slices.Equal(want, got) {
				t.Errorf("%q: %v, want %v", text[r.tokens[from].start:r.tokens[to-1].end], got, want)
			}
		})
	}
}

// The lanes in which weights are added hold what adding them one by one gives.
func TestEmit(t *testing.T) {
	m := newModel(minBits)
	random := rand.New(rand.NewPCG(5, 5))
	var f featureSet
	var want emission
	weights := map[uint32][NumLabels]int8{}
	for ; f.n < maxFeatures; f.n++ {
		row := random.Uint32N(1 << minBits)
		f.rows[f.n] = row
		w, ok := weights[row]
		for k := range NumLabels {
			if !ok {
				w[k] = int8(random.IntN(256) - 128)
				m.set(row, k, w[k])
			}
			want[k] += int32(w[k])
		}
		weights[row] = w
	}
	var got emission
	m.emit(&f, &got)
	if got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

func BenchmarkTag(b *testing.B) {
	m := Load()
	text := strings.Repeat("On May 3, 2019, Plaintiff Mary Quillfeather met Robert K. Hale of Halden Logistics Inc. at the office in Boston, Massachusetts, "+
		"and asked for the payment of the money that the parties had agreed upon in the contract. The defendant did not answer, and the plaintiff "+
		"waited for several weeks before she wrote again. The motion was filed in the United States District Court for the District of Massachusetts, "+
		"and nothing in the record shows that it was ever opposed by Quillfeather or by anybody else.\n", 200)
	words := len(tokenize(text, 0, nil, nil))
	m.Tag(text, nil) // grow the reader
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Tag(text, nil)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(words), "ns/token")
}
