package tagger

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Name is a labelled name: bytes Start to End of a document.
type Name struct {
	Start, End int
	Type       Type
}

// Document is a labelled text.
type Document struct {
	// ID tells documents apart; parts of one document share it.
	ID   string
	Text string
	Mask []Span // as given to Tag
	// Names are the names of the text, in order of Start and not overlapping.
	Names []Name
	// Doubt holds stretches whose labels are not known, in order. Nothing is
	// learned from the words around them.
	Doubt []Span
	// Hidden is the share of words, 0 to 1, that are read as if the word lists
	// did not have them, so that the model learns to do without.
	Hidden float64
	// Weight is how many times the document counts; 0 is 1.
	Weight int
}

// Options say how to learn.
type Options struct {
	Seed   uint64
	Epochs int     // passes over the examples; 0 is 12
	Bits   uint    // of row numbers: the model has 2^Bits rows; 0 is 18
	Cost   float32 // what a wrong label is given ahead while learning; 0 is 1
	// Prune is the weight, in bytes' units, below which weights are dropped; 0
	// is 2.
	Prune int
}

func (o Options) withDefaults() Options {
	o.Epochs = cmp.Or(o.Epochs, 12)
	o.Bits = cmp.Or(o.Bits, 18)
	o.Cost = cmp.Or(o.Cost, 1)
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

// Train learns a model from documents: an averaged structured perceptron whose
// wrong labels get a head start, so that right ones must win by a margin. The
// same documents and options give the same model.
func Train(documents []Document, opt Options) *Model {
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
	t.average()
	return t
}

// average makes the weights those of all steps together.
func (t *trainer) average() {
	for i := range t.weights {
		t.weights[i] -= t.sums[i] / t.step
	}
	for j := range t.trans {
		for k := range t.trans[j] {
			t.trans[j][k] -= t.transum[j][k] / t.step
		}
	}
}

// blend makes the weights the mean of those of several trainers: what chance put
// into each of them cancels out.
func blend(trainers []*trainer) *trainer {
	t := trainers[0]
	share := 1 / float32(len(trainers))
	for i := range t.weights {
		var sum float32
		for _, u := range trainers {
			sum += u.weights[i]
		}
		t.weights[i] = sum * share
	}
	for j := range t.trans {
		for k := range t.trans[j] {
			var sum float32
			for _, u := range trainers {
				sum += u.trans[j][k]
			}
			t.trans[j][k] = sum * share
		}
	}
	return t
}

// trainer holds weights as numbers of full precision.
type trainer struct {
	opt     Options
	random  *rand.Rand
	reader  reader
	weights []float32 // stride a row
	sums    []float32 // of changes times their step, for the average
	trans   [stride][stride]float32
	transum [stride][stride]float32
	step    float32
	paths   []trace
	scores  [][stride]float32
	guess   []int8
}

func newTrainer(opt Options) *trainer {
	return &trainer{
		opt:     opt,
		random:  rand.New(rand.NewPCG(opt.Seed, 0x6e616d6573)),
		weights: make([]float32, stride<<opt.Bits),
		sums:    make([]float32, stride<<opt.Bits),
		step:    1,
		paths:   make([]trace, maxIsland),
		scores:  make([][stride]float32, maxIsland),
		guess:   make([]int8, maxIsland),
	}
}

// prepare appends the islands of a document.
func (t *trainer) prepare(d *Document, examples []example) []example {
	r := &t.reader
	r.read(d.Text, d.Mask)
	if d.Hidden > 0 {
		r.hideWords(t.random.Uint32(), d.Hidden)
	}
	labels := labelsOf(r.tokens, d)
	f := featureSet{shift: 32 - t.opt.Bits}
	r.islands(func(from, to int) {
		if slices.Contains(labels[from:to], unknown) {
			return
		}
		e := example{labels: slices.Clone(labels[from:to])}
		for i := from; i < to; i++ {
			f.of(r.tokens, i)
			e.rows = append(e.rows, f.rows[:f.n]...)
		}
		// What begins before an island goes on with nothing in it.
		if first := int(e.labels[0]); first > 0 && isInside(first) {
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
func (r *reader) hideWords(salt uint32, share float64) {
	limit := uint32(share * math.MaxUint32)
	for i := range r.tokens {
		if t := &r.tokens[i]; t.capital() && mix(mix(t.hash, salt), 0x68696465) < limit {
			t.lexicon &^= firstName | surname | placeName
		}
	}
	r.gatherFacts()
	r.lookAround()
}

// labelsOf gives every token its label: that of the name it overlaps.
func labelsOf(tokens []token, d *Document) []int8 {
	labels := make([]int8, len(tokens))
	name, doubt := 0, 0
	for i := padding; i < len(tokens)-padding; i++ {
		tok := &tokens[i]
		for name < len(d.Names) && d.Names[name].End <= tok.start {
			name++
		}
		for doubt < len(d.Doubt) && d.Doubt[doubt].End <= tok.start {
			doubt++
		}
		switch {
		case tok.class == masked:
		case name < len(d.Names) && d.Names[name].Start < tok.end:
			n := d.Names[name]
			labels[i] = int8(insideOf(n.Type))
			if i == padding || tokens[i-1].end <= n.Start || labels[i-1] <= 0 {
				labels[i] = int8(beginOf(n.Type))
			}
		case doubt < len(d.Doubt) && d.Doubt[doubt].Start < tok.end:
			labels[i] = unknown
		}
	}
	return labels
}

// try tries an example and corrects the weights if it comes out wrong.
func (t *trainer) try(e *example) {
	gold := e.labels
	t.emit(e)
	for i, label := range gold {
		for k := range numLabels {
			if k != int(label) {
				t.scores[i][k] += t.opt.Cost
			}
		}
	}
	guess := t.guess[:len(gold)]
	t.decode(guess)
	if !slices.Equal(guess, gold) {
		t.correct(e, gold, guess)
	}
	t.step++
}

// emit fills in the scores of an example's tokens.
func (t *trainer) emit(e *example) {
	for i := range e.labels {
		var sum [stride]float32
		for _, row := range e.at(i) {
			w := (*[stride]float32)(t.weights[stride*int(row):])
			for k := range numLabels {
				sum[k] += w[k]
			}
		}
		t.scores[i] = sum
	}
}

// never is the score of a label that must not be.
const never = -1e9

// decode fills in the best path through the scores.
func (t *trainer) decode(path []int8) {
	n := len(path)
	for i := range n {
		now := &t.scores[i]
		for k := range numLabels {
			top, from := float32(2*never), 0
			for j := range numLabels {
				if i == 0 && j != outside || isInside(k) && j != k && j != k-1 {
					continue
				}
				s := t.trans[j][k]
				if i > 0 {
					s += t.scores[i-1][j]
				} else if isInside(k) {
					s = never
				}
				if s > top {
					top, from = s, j
				}
			}
			now[k] += top
			t.paths[i][k] = uint8(from)
		}
	}
	last := 0
	for k := range numLabels {
		if t.scores[n-1][k] > t.scores[n-1][last] {
			last = k
		}
	}
	for i := n - 1; i >= 0; i-- {
		path[i] = int8(last)
		last = int(t.paths[i][last])
	}
}

// correct moves weights from what was guessed to what is right.
func (t *trainer) correct(e *example, gold, guess []int8) {
	g, h := outside, outside
	for i := range gold {
		right, wrong := int(gold[i]), int(guess[i])
		if right != wrong || g != h {
			t.trans[g][right]++
			t.transum[g][right] += t.step
			t.trans[h][wrong]--
			t.transum[h][wrong] -= t.step
		}
		g, h = right, wrong
		if right == wrong {
			continue
		}
		for _, row := range e.at(i) {
			at := stride * int(row)
			t.weights[at+right]++
			t.sums[at+right] += t.step
			t.weights[at+wrong]--
			t.sums[at+wrong] -= t.step
		}
	}
}

// largest is the greatest weight that a byte holds, either way.
const largest = 127

// model returns the average of the weights over all steps, in bytes.
func (t *trainer) model() *Model {
	m := newModel(t.opt.Bits)
	size := make([]float64, 0, 1<<20)
	for i := range t.weights {
		if w := math.Abs(float64(t.weights[i])); w > 0 {
			size = append(size, w)
		}
	}
	scale := unit(size)
	for row := range uint32(1) << t.opt.Bits {
		for k := range numLabels {
			w := int(math.Round(float64(t.weights[stride*int(row)+k]) / scale))
			if w >= t.opt.Prune || w <= -t.opt.Prune {
				m.set(row, k, int8(max(-largest, min(w, largest))))
			}
		}
	}
	for j := range numLabels {
		for k := range numLabels {
			m.trans[j][k] = int32(math.Round(float64(t.trans[j][k]) / scale))
		}
	}
	m.slope = float32(scale) / 4
	m.index()
	return m
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
