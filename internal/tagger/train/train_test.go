package train

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/tagger"
)

// lessons are papers about made-up people in which the words around a name say
// what it is.
func lessons(n int) []Document {
	r := rand.New(rand.NewPCG(7, 7))
	word := func() string {
		var b strings.Builder
		for range 2 + r.IntN(2) {
			b.WriteString([]string{"bra", "quin", "tol", "ves", "mar", "dup", "kel", "ron"}[r.IntN(8)])
		}
		return strings.ToUpper(b.String()[:1]) + b.String()[1:]
	}
	out := make([]Document, n)
	for i := range out {
		d := Document{ID: fmt.Sprint(i)}
		add := func(text string, t tagger.Type) {
			if t != tagger.None {
				d.Names = append(d.Names, Name{len(d.Text), len(d.Text) + len(text), t})
			}
			d.Text += text
		}
		for range 5 {
			add("The clerk told Mr. ", tagger.None)
			add(word(), tagger.Person)
			add(" that ", tagger.None)
			add(word()+" Logistics Inc.", tagger.Org)
			add(" had moved to ", tagger.None)
			add(word(), tagger.Location)
			add(" before the trial. ", tagger.None)
		}
		out[i] = d
	}
	return out
}

// briefs are the names that a model finds, as "TYPE text".
func briefs(m *tagger.Model, text string, mask ...tagger.Span) []string {
	var out []string
	for _, e := range m.Tag(text, mask) {
		out = append(out, e.Type.String()+" "+text[e.Start:e.End])
	}
	return out
}

func TestLearn(t *testing.T) {
	m := Train(lessons(60), Options{Seed: 1, Bits: 14, Epochs: 10})
	got := briefs(m, "The clerk told Mr. Zeverin’s aunt that Ablong Logistics Inc. had moved to Umber before noon.")
	want := []string{"PERSON Zeverin", "ORG Ablong Logistics Inc.", "LOCATION Umber"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSameSeedSameModel(t *testing.T) {
	write := func(seed uint64) string {
		var b strings.Builder
		if err := Train(lessons(8), Options{Seed: seed, Bits: 10}).Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if again := write(1); again != write(1) {
		t.Error("the same seed gave two models")
	}
	if write(1) == write(2) {
		t.Error("the seed changes nothing")
	}
}

func TestDoubtTeachesNothing(t *testing.T) {
	d := Document{Text: "the Umber of the Plaintiff", Doubt: []tagger.Span{{Start: 4, End: 9}}}
	tr := newTrainer(Options{}.withDefaults())
	if got := tr.prepare(&d, nil); len(got) != 0 {
		t.Errorf("%d examples", len(got))
	}
	d.Doubt = nil
	if got := tr.prepare(&d, nil); len(got) != 1 {
		t.Errorf("%d examples, want 1: the capitals and their neighbours", len(got))
	}
}

// The probabilities of a token's labels add up to one and favour what the
// scores favour.
func TestProbabilities(t *testing.T) {
	f := newField()
	scores := make([][stride]float32, 3)
	scores[1][tagger.BeginOf(tagger.Org)] = 5
	scores[2][tagger.InsideOf(tagger.Org)] = 4
	f.spread(scores, &matrix{})
	for i := range scores {
		sum := 0.0
		for k := range tagger.NumLabels {
			sum += f.probability(i, k)
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("token %d: the probabilities add up to %f", i, sum)
		}
	}
	if p := f.probability(2, tagger.InsideOf(tagger.Org)); p < 0.8 {
		t.Errorf("the name goes on with probability %f", p)
	}
	if p := f.probability(0, tagger.InsideOf(tagger.Org)); p != 0 {
		t.Errorf("a name begins in its middle with probability %f", p)
	}
}

// TestEvaluate prints how well the model of this build does on documents that
// it did not learn from.
func TestEvaluate(t *testing.T) {
	data, err := ReadData(papertest.Data(t), func(string) []tagger.Span { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range []struct {
		name      string
		documents []Document
		least     float64 // of F1, over all types
	}{
		{"judgments", data.Judgments, 0.78},
		{"dockets", data.Dockets, 0.88},
		{"general", data.General, 0.55},
	} {
		_, heldOut := Split(source.documents)
		scores := Evaluate(tagger.Load(), heldOut)
		var all marked.Score
		for typ := tagger.Person; typ.Given(); typ++ {
			t.Logf("%s: %-8s F1 %.3f, %d names", source.name, typ, scores[typ].F1(), scores[typ].Wanted)
			all = all.Plus(scores[typ])
		}
		t.Logf("%s: %-8s F1 %.3f, %d names, %d documents", source.name, "all", all.F1(), all.Wanted, len(heldOut))
		if all.F1() < source.least {
			t.Errorf("%s: F1 %.3f, want %.2f", source.name, all.F1(), source.least)
		}
	}
}
