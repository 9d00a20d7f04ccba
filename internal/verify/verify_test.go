package verify

import "testing"

// Offsets on record may be anything; verify says so and does not fall over.
func TestSays(t *testing.T) {
	for _, tt := range []struct {
		start, end int
		want       bool
	}{{1, 3, true}, {-1, 3, false}, {3, 1, false}, {1, 99, false}, {0, 2, false}} {
		if got := says("abcd", tt.start, tt.end, "bc"); got != tt.want {
			t.Errorf("says(%d, %d) = %v", tt.start, tt.end, got)
		}
	}
}
