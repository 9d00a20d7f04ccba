package similar

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// draft makes n words; the same seed gives the same words.
func draft(r *rand.Rand, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("word%d", r.IntN(5000))
	}
	return words
}

// revise changes a share of the words.
func revise(r *rand.Rand, words []string, share float64) []string {
	out := append([]string(nil), words...)
	for i := range out {
		if r.Float64() < share {
			out[i] = fmt.Sprintf("new%d", r.IntN(5000))
		}
	}
	return out
}

func text(words []string) string { return strings.Join(words, " ") }

func mustSign(t testing.TB, s string) Signature {
	t.Helper()
	sig, ok := Sign(s)
	if !ok {
		t.Fatalf("no signature for %d bytes", len(s))
	}
	return sig
}

func TestSignIgnoresForm(t *testing.T) {
	const words = "It is hereby ORDERED that the Motion, filed by Défendant on 3 May, be denied. "
	a := mustSign(t, strings.Repeat(words, 2))
	b := mustSign(t, strings.Repeat("it is\nhereby “ordered” that -- the motion filed by défendant (on 3 May) be denied\t", 2))
	if a != b {
		t.Error("white space, case and marks change the signature")
	}
	if _, ok := Sign("only a few words here"); ok {
		t.Error("a text of five words has a signature")
	}
}

// TestEstimate compares estimates with the truth, over texts from one
// paragraph to many pages.
func TestEstimate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var sum, square float64
	const pairs = 600
	for range pairs {
		words := draft(r, 60+r.IntN(3000))
		a, b := text(words), text(revise(r, words, r.Float64()*0.3))
		diff := Estimate(mustSign(t, a), mustSign(t, b)) - Jaccard(a, b)
		sum += diff
		square += diff * diff
		if math.Abs(diff) > 0.2 {
			t.Errorf("estimate off by %.3f for %d words", diff, len(words))
		}
	}
	if mean := sum / pairs; math.Abs(mean) > 0.01 {
		t.Errorf("estimates are off by %.4f on average", mean)
	}
	if dev := math.Sqrt(square / pairs); dev > 0.05 {
		t.Errorf("standard error %.4f, want at most 0.05", dev)
	}
}

// TestBandRecall wants a common key for pairs that are as alike as 0.8, and
// seldom one for pairs that are hardly alike.
func TestBandRecall(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	found, all, chance, unlike := 0, 0, 0, 0
	for all < 400 || unlike < 400 {
		words := draft(r, 60+r.IntN(1000))
		share := 0.02
		if all >= 400 {
			share = 0.4
		}
		a, b := text(words), text(revise(r, words, share))
		hit := shareBand(mustSign(t, a), mustSign(t, b))
		switch j := Jaccard(a, b); {
		case j >= 0.78 && j <= 0.85:
			all++
			if hit {
				found++
			}
		case j < 0.1:
			unlike++
			if hit {
				chance++
			}
		}
	}
	if recall := float64(found) / float64(all); recall < 0.97 {
		t.Errorf("recall %.3f, want 0.97", recall)
	}
	if rate := float64(chance) / float64(unlike); rate > 0.02 {
		t.Errorf("%.3f of unlike pairs share a key", rate)
	}
}

func shareBand(a, b Signature) bool {
	other := b.Bands()
	for i, key := range a.Bands() {
		if key == other[i] {
			return true
		}
	}
	return false
}

func TestContainment(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	letter, rest := text(draft(r, 200)), text(draft(r, 5000))
	exhibit := rest + "\n\n" + letter + "\n\n" + rest
	if c := Containment(letter, exhibit); c != 1 {
		t.Errorf("containment of a letter in an exhibit %.3f, want 1", c)
	}
	if c := Containment(exhibit, letter); c > 0.1 {
		t.Errorf("containment of an exhibit in a letter %.3f", c)
	}
	if c := Containment("", letter); c != 0 {
		t.Errorf("containment of nothing %.3f", c)
	}
}

func TestJaccard(t *testing.T) {
	tests := []struct {
		a, b string
		want float64
	}{
		{"a b c d e f", "A, b; c d e f!", 1},
		{"a b c d e f", "b c d e f g", 1.0 / 3},
		{"a b c", "a b c", 1},
		{"a b c", "a b d", 0},
		{"契約書である", "契約書である。", 1},
		{"契約書である", "約書である", 0.5},
		{"", "", 0},
	}
	for _, tt := range tests {
		if got := Jaccard(tt.a, tt.b); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("Jaccard(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestPack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s Signature
		for i := range s {
			s[i] = rapid.Uint32().Draw(t, "number")
		}
		got, err := Unpack(s.Pack())
		if err != nil || got != s {
			t.Errorf("%v, %v; want %v", got, err, s)
		}
	})
	if _, err := Unpack(make([]byte, Size-1)); err == nil {
		t.Error("a short signature was unpacked")
	}
}

func FuzzSign(f *testing.F) {
	f.Add("It is ordered. \xff é 契約書")
	f.Fuzz(func(t *testing.T, s string) {
		sig, ok := Sign(s)
		framed, framedOK := Sign("-- " + s + " --")
		if framed != sig || framedOK != ok {
			t.Error("marks around a text change its signature")
		}
		if j := Jaccard(s, s); j != 0 && j != 1 {
			t.Errorf("a text is like itself by %v", j)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	s := text(draft(rand.New(rand.NewPCG(7, 8)), 100_000))
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		mustSign(b, s)
	}
}
