package resolve

// Decide is the score of two names for those who compare many.
func Decide(a, b Name, together bool) float64 { return decide(a.f, b.f, together) }

// CompareTogether is CompareNames for two names of one document.
func CompareTogether(a, b Name) Match { return compareTogether(a.f, b.f) }

// EdgesCapped is Edges with blocks parted beyond the given number of names.
var EdgesCapped = edgesOf
