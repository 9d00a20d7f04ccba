// Package train makes models of package tagger from labelled documents. It is
// apart so that a program that only reads names does not carry the sources of
// labels, the made-up documents and the arithmetic of learning.
//
// [ReadData] reads labelled sources and brings them to one convention. [TrainOn]
// learns from them in the variety that documents come in: with other names, in
// capitals, broken into lines, and with made-up documents of the forms that no
// source has (data/forms.txt). [Split] holds out a share, on which [Evaluate]
// measures. The same data and options give the same model.
package train

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// Name is a labelled name: bytes Start to End of a document.
type Name struct {
	Start, End int
	Type       tagger.Type
}

// Document is a labelled text.
type Document struct {
	// ID tells documents apart; parts of one document share it.
	ID   string
	Text string
	Mask []tagger.Span // as given to Tag
	// Names are the names of the text, in order of Start and not overlapping.
	Names []Name
	// Doubt holds stretches whose labels are not known, in order. Nothing is
	// learned from the words around them.
	Doubt []tagger.Span
	// Hidden is the share of words, 0 to 1, that are read as if the word lists
	// did not have them, so that the model learns to do without.
	Hidden float64
	// Weight is how many times the document counts; 0 is 1.
	Weight int
}

// Options say how to learn.
type Options struct {
	Seed   uint64
	Epochs int     // passes over the examples; 0 is 6
	Bits   uint    // of row numbers: the model has 2^Bits rows; 0 is 18
	Rate   float32 // how far a step goes; 0 is 0.05
	// Prune is the weight, of 48 at most, below which weights are dropped; 0 is
	// 2.
	Prune int
}

func (o Options) withDefaults() Options {
	o.Epochs = cmp.Or(o.Epochs, 6)
	o.Bits = cmp.Or(o.Bits, 18)
	o.Rate = cmp.Or(o.Rate, 0.05)
	o.Prune = cmp.Or(o.Prune, 2)
	return o
}

// unknown is the label of a token in doubt.
const unknown = -1

// example is an island: the features and labels of its tokens.
type example struct {
	rows   []uint32 // features of all tokens, equally many each
	labels []int8
}

func (e *example) at(i int) []uint32 {
	n := len(e.rows) / len(e.labels)
	return e.rows[i*n : (i+1)*n]
}

// Train learns a model from documents: a conditional random field, which raises
// the probability of the right labels of a whole stretch of words step by step.
// The same documents and options give the same model.
func Train(documents []Document, opt Options) *tagger.Model {
	return learn(func(int) []Document { return documents }, opt).model()
}

// learn learns from the documents that lessons gives for each epoch.
func learn(lessons func(epoch int) []Document, opt Options) *trainer {
	opt = opt.withDefaults()
	t := newTrainer(opt)
	for epoch := range opt.Epochs {
		var examples []example
		documents := lessons(epoch)
		for i := range documents {
			examples = t.prepare(&documents[i], examples)
		}
		t.random.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
		for i := range examples {
			t.try(&examples[i])
		}
	}
	return t
}

// blend makes the weights of the first trainer the mean of all: what chance put
// into each of them cancels out.
func blend(trainers []*trainer) *trainer {
	t := trainers[0]
	share := 1 / float32(len(trainers))
	for _, u := range trainers[1:] {
		for i, w := range u.weights {
			t.weights[i] += w
		}
		for j := range t.trans {
			for k, w := range u.trans[j] {
				t.trans[j][k] += w
			}
		}
	}
	for i := range t.weights {
		t.weights[i] *= share
	}
	for j := range t.trans {
		for k := range t.trans[j] {
			t.trans[j][k] *= share
		}
	}
	return t
}

// trainer holds weights as numbers of full precision. A step of a weight is the
// shorter, the more it was moved already (AdaGrad).
type trainer struct {
	opt        Options
	random     *rand.Rand
	reading    tagger.Reading
	weights    []float32 // stride a row
	moved      []float32 // sums of squares of their slopes
	trans      matrix
	transMoved matrix
	field      field
}

// stride is the labels of a row, with room to spare.
const stride = 16

// matrix holds a number for each pair of labels, by the first.
type matrix [stride][stride]float32

func newTrainer(opt Options) *trainer {
	return &trainer{
		opt:     opt,
		random:  rand.New(rand.NewPCG(opt.Seed, 0x6e616d6573)),
		weights: make([]float32, stride<<opt.Bits),
		moved:   make([]float32, stride<<opt.Bits),
		field:   newField(),
	}
}

// prepare appends the islands of a document.
func (t *trainer) prepare(d *Document, examples []example) []example {
	r := &t.reading
	r.Read(d.Text, d.Mask)
	if d.Hidden > 0 {
		hideWords(r, t.random.Uint32(), d.Hidden)
	}
	labels := labelsOf(r.Words(), d)
	r.Islands(func(from, to int) {
		if slices.Contains(labels[from:to], unknown) {
			return
		}
		e := example{labels: slices.Clone(labels[from:to])}
		for i := from; i < to; i++ {
			e.rows = r.AppendFeatures(e.rows, i, t.opt.Bits)
		}
		// What begins before an island goes on with nothing in it.
		if first := int(e.labels[0]); first > 0 && tagger.IsInside(first) {
			e.labels[0]--
		}
		for range max(d.Weight, 1) {
			examples = append(examples, e)
		}
	})
	return examples
}

// hideWords makes the lists forget a share of the words: of each the same ones
// all over the document.
func hideWords(r *tagger.Reading, salt uint32, share float64) {
	limit := uint32(share * math.MaxUint32)
	r.Hide(func(hash uint32) bool { return tagger.Mix(tagger.Mix(hash, salt), 0x68696465) < limit })
}

// labelsOf gives every word its label: that of the name it overlaps.
func labelsOf(words []tagger.Word, d *Document) []int8 {
	labels := make([]int8, len(words))
	name, doubt := 0, 0
	for i := range words {
		w := &words[i]
		for name < len(d.Names) && d.Names[name].End <= w.Start {
			name++
		}
		for doubt < len(d.Doubt) && d.Doubt[doubt].End <= w.Start {
			doubt++
		}
		switch {
		case w.Masked:
		case name < len(d.Names) && d.Names[name].Start < w.End:
			n := d.Names[name]
			labels[i] = int8(tagger.InsideOf(n.Type))
			if i == 0 || words[i-1].End <= n.Start || labels[i-1] <= 0 {
				labels[i] = int8(tagger.BeginOf(n.Type))
			}
		case doubt < len(d.Doubt) && d.Doubt[doubt].Start < w.End:
			labels[i] = unknown
		}
	}
	return labels
}

// try moves the weights towards the labels of an example.
func (t *trainer) try(e *example) {
	scores := t.field.scores[:len(e.labels)]
	for i := range scores {
		scores[i] = t.emit(e.at(i))
	}
	t.field.spread(scores, &t.trans)
	slopes := t.field.transitions(e.labels)
	for j := range tagger.NumLabels {
		for k := range tagger.NumLabels {
			if slopes[j][k] != 0 && follows(j, k) {
				t.move(&t.trans[j][k], &t.transMoved[j][k], float32(slopes[j][k]))
			}
		}
	}
	for i, right := range e.labels {
		t.correct(e.at(i), i, int(right))
	}
}

// emit adds up the weights of a token's features.
func (t *trainer) emit(rows []uint32) [stride]float32 {
	var sum [stride]float32
	for _, row := range rows {
		w := (*[stride]float32)(t.weights[stride*int(row):])
		for k := range tagger.NumLabels {
			sum[k] += w[k]
		}
	}
	return sum
}

// settled is how far from the truth a probability may be without a step.
const settled = 0.001

// correct moves the weights of token i's features.
func (t *trainer) correct(rows []uint32, i, right int) {
	for k := range tagger.NumLabels {
		slope := -t.field.probability(i, k)
		if k == right {
			slope++
		}
		if math.Abs(slope) < settled {
			continue
		}
		for _, row := range rows {
			at := stride*int(row) + k
			t.move(&t.weights[at], &t.moved[at], float32(slope))
		}
	}
}

// move takes a step of a weight along its slope.
func (t *trainer) move(weight, moved *float32, slope float32) {
	*moved += slope * slope
	*weight += t.opt.Rate * slope / (float32(math.Sqrt(float64(*moved))) + 1e-3)
}

// largest is the greatest weight, either way. A byte holds more, but coarser
// weights pack better and are as good.
const largest = 48

// model returns the weights in bytes.
func (t *trainer) model() *tagger.Model {
	size := make([]float64, 0, 1<<20)
	for _, w := range t.weights {
		if w != 0 {
			size = append(size, math.Abs(float64(w)))
		}
	}
	scale := unit(size)
	weight := func(row uint32, label int) int8 {
		w := int(math.Round(float64(t.weights[stride*int(row)+label]) / scale))
		if w < t.opt.Prune && w > -t.opt.Prune {
			return 0
		}
		return int8(max(-largest, min(w, largest)))
	}
	transition := func(from, to int) int32 { return int32(math.Round(float64(t.trans[from][to]) / scale)) }
	return tagger.NewModel(t.opt.Bits, float32(scale), weight, transition)
}

// clipped is the share of weights that may be too large for a byte.
const clipped = 0.0005

// unit is the weight that one step of a byte stands for.
func unit(sizes []float64) float64 {
	if len(sizes) == 0 {
		return 1
	}
	slices.Sort(sizes)
	return sizes[int(float64(len(sizes)-1)*(1-clipped))] / largest
}
