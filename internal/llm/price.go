package llm

import (
	"math"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
)

// Price is what a million tokens of a model cost, in millionths of a dollar.
type Price struct{ Input, Output, Cached int64 }

// ParsePrice reads "0.15/0.60/0.075": dollars for a million tokens of input, of
// output and of input that the endpoint had in its cache. Without the last,
// such input costs what other input does.
func ParsePrice(s string) (Price, error) {
	parts := strings.Split(s, "/")
	if len(parts) == 2 {
		parts = append(parts, parts[0])
	}
	var sums [3]int64
	for i, part := range parts {
		dollars, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || len(parts) != len(sums) || !(dollars >= 0 && dollars < 1e6) {
			return Price{}, dossier.Errorf(dossier.CodeInvalidInput, "%q is no price", s).About("--llm-prices").
				WithCure("write dollars for a million tokens of input, output and, if that differs, cached input: 0.15/0.60/0.075")
		}
		sums[i] = int64(math.Round(dollars * 1e6))
	}
	return Price{sums[0], sums[1], sums[2]}, nil
}

// Cost is what a call costs, in millionths of a dollar, rounded up.
func (p Price) Cost(u Usage) int64 {
	const million = 1_000_000
	cost := int64(u.Prompt-u.Cached)*p.Input + int64(u.Cached)*p.Cached + int64(u.Completion)*p.Output
	return (cost + million - 1) / million
}
