package pdf

import (
	"testing"

	"github.com/dossier-legal/dossier"
)

func TestPlace(t *testing.T) {
	// A page of 100 × 200 points whose lower left corner is at 10, 20.
	tests := []struct {
		turns int
		want  dossier.Box
	}{
		{0, dossier.Box{5, 180, 15, 190}},
		{1, dossier.Box{10, 5, 20, 15}},
		{2, dossier.Box{85, 10, 95, 20}},
		{3, dossier.Box{180, 85, 190, 95}},
	}
	for _, tt := range tests {
		g := geometry{left: 10, bottom: 20, right: 110, top: 220, turns: tt.turns}
		if got := g.place(15, 30, 25, 40); got != tt.want {
			t.Errorf("%d turns: %v, want %v", tt.turns, got, tt.want)
		}
	}
}
