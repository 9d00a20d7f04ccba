package tagger

// Labels of words: 0 is outside, 2t-1 begins a name of type t, 2t goes on with it.
const (
	Outside   = 0
	NumLabels = 2*int(numTypes) - 1
	stride    = 16 // labels of a row, with room to spare
)

// BeginOf returns the label of the first word of a name.
func BeginOf(t Type) int { return 2*int(t) - 1 }

// InsideOf returns the label of the other words of a name.
func InsideOf(t Type) int { return 2 * int(t) }

// IsInside reports whether a label goes on with a name.
func IsInside(label int) bool { return label > 0 && label%2 == 0 }

func typeOf(label int) Type { return Type((label + 1) / 2) }
