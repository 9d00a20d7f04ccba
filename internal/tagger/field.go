package tagger

import "math"

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
		scores: make([][stride]float32, maxIsland), ahead: make([][stride]float64, maxIsland), back: make([][stride]float64, maxIsland),
		emitted: make([][stride]float64, maxIsland), scale: make([]float64, maxIsland),
	}
}

// follows reports whether label k may come after label j.
func follows(j, k int) bool { return !isInside(k) || j == k || j == k-1 }

// probability returns that of label k at token i.
func (f *field) probability(i, k int) float64 { return f.ahead[i][k] * f.back[i][k] }

// spread computes the probabilities for the scores of an example's tokens.
func (f *field) spread(scores [][stride]float32, trans *matrix) {
	for j := range numLabels {
		for k := range numLabels {
			f.step[j][k] = 0
			if follows(j, k) {
				f.step[j][k] = math.Exp(float64(trans[j][k]))
			}
		}
	}
	for i := range scores {
		top := scores[i][0]
		for k := 1; k < numLabels; k++ {
			top = max(top, scores[i][k])
		}
		for k := range numLabels {
			f.emitted[i][k] = math.Exp(float64(scores[i][k] - top))
		}
	}
	f.forward(len(scores))
	f.backward(len(scores))
}

// forward starts outside of any name.
func (f *field) forward(n int) {
	before := [stride]float64{outside: 1}
	for i := range n {
		sum := 0.0
		for k := range numLabels {
			z := 0.0
			for j := range numLabels {
				z += before[j] * f.step[j][k]
			}
			f.ahead[i][k] = z * f.emitted[i][k]
			sum += f.ahead[i][k]
		}
		for k := range numLabels {
			f.ahead[i][k] /= sum
		}
		f.scale[i] = sum
		before = f.ahead[i]
	}
}

func (f *field) backward(n int) {
	for k := range numLabels {
		f.back[n-1][k] = 1
	}
	for i := n - 2; i >= 0; i-- {
		for j := range numLabels {
			z := 0.0
			for k := range numLabels {
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
	before := [stride]float64{outside: 1}
	last := int8(outside)
	for i, label := range labels {
		for j := range numLabels {
			for k := range numLabels {
				slopes[j][k] -= before[j] * f.step[j][k] * f.emitted[i][k] * f.back[i][k] / f.scale[i]
			}
		}
		slopes[last][label]++
		before, last = f.ahead[i], label
	}
	return slopes
}
