package train

import (
	"math"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// field gives the probabilities of the labels of an example, by the forward-
// backward algorithm.
type field struct {
	scores      [][stride]float32 // of the tokens' features
	ahead, back [][stride]float64 // of paths up to and from a label, scaled
	emitted     [][stride]float64
	scale       []float64
	step        [stride][stride]float64 // of transitions
}

func newField() field {
	return field{
		scores: make([][stride]float32, tagger.MaxIsland), ahead: make([][stride]float64, tagger.MaxIsland), back: make([][stride]float64, tagger.MaxIsland),
		emitted: make([][stride]float64, tagger.MaxIsland), scale: make([]float64, tagger.MaxIsland),
	}
}

// follows reports whether label k may come after label j.
func follows(j, k int) bool { return !tagger.IsInside(k) || j == k || j == k-1 }

// probability returns that of label k at token i.
func (f *field) probability(i, k int) float64 { return f.ahead[i][k] * f.back[i][k] }

// spread computes the probabilities for the scores of an example's tokens.
func (f *field) spread(scores [][stride]float32, trans *matrix) {
	for j := range tagger.NumLabels {
		for k := range tagger.NumLabels {
			f.step[j][k] = 0
			if follows(j, k) {
				f.step[j][k] = math.Exp(float64(trans[j][k]))
			}
		}
	}
	for i := range scores {
		top := scores[i][0]
		for k := 1; k < tagger.NumLabels; k++ {
			top = max(top, scores[i][k])
		}
		for k := range tagger.NumLabels {
			f.emitted[i][k] = math.Exp(float64(scores[i][k] - top))
		}
	}
	f.forward(len(scores))
	f.backward(len(scores))
}

// forward starts outside of any name.
func (f *field) forward(n int) {
	before := [stride]float64{tagger.Outside: 1}
	for i := range n {
		sum := 0.0
		for k := range tagger.NumLabels {
			z := 0.0
			for j := range tagger.NumLabels {
				z += before[j] * f.step[j][k]
			}
			f.ahead[i][k] = z * f.emitted[i][k]
			sum += f.ahead[i][k]
		}
		for k := range tagger.NumLabels {
			f.ahead[i][k] /= sum
		}
		f.scale[i] = sum
		before = f.ahead[i]
	}
}

func (f *field) backward(n int) {
	for k := range tagger.NumLabels {
		f.back[n-1][k] = 1
	}
	for i := n - 2; i >= 0; i-- {
		for j := range tagger.NumLabels {
			z := 0.0
			for k := range tagger.NumLabels {
				z += f.step[j][k] * f.emitted[i+1][k] * f.back[i+1][k]
			}
			f.back[i][j] = z / f.scale[i+1]
		}
	}
}

// transitions returns the slopes of the transitions' weights: how often the
// labels have them, less how often they are to be expected.
func (f *field) transitions(labels []int8) [stride][stride]float64 {
	var slopes [stride][stride]float64
	before := [stride]float64{tagger.Outside: 1}
	last := int8(tagger.Outside)
	for i, label := range labels {
		for j := range tagger.NumLabels {
			for k := range tagger.NumLabels {
				slopes[j][k] -= before[j] * f.step[j][k] * f.emitted[i][k] * f.back[i][k] / f.scale[i]
			}
		}
		slopes[last][label]++
		before, last = f.ahead[i], label
	}
	return slopes
}
