package gazetteer

import (
	"maps"
	"testing"
)

func TestWords(t *testing.T) {
	words := Words()
	for word, want := range map[string]Flags{
		"aaberg": NameWord, "aarika": FirstName | NameWord, "aaronsburg": PlaceName, "abandoned": CommonWord,
	} {
		if got := words[word]; got != want {
			t.Errorf("%s: %b, want %b", word, got, want)
		}
	}
	if len(words) < 30000 {
		t.Errorf("only %d words", len(words))
	}
}

func TestClusters(t *testing.T) {
	of := maps.Collect(Clusters())
	for _, pair := range [][2]string{{"sharma", "kumar"}, {"kinshasa", "goma"}, {"wilson", "anderson"}} {
		if a, b := of[pair[0]], of[pair[1]]; a != b || a == 0 {
			t.Errorf("%s is in cluster %d, %s in %d", pair[0], a, pair[1], b)
		}
	}
	if of["sharma"]/ClusterParts == of["bank"]/ClusterParts || len(of) < 40000 {
		t.Errorf("%d words, not divided well", len(of))
	}
}

func TestTowns(t *testing.T) {
	if towns := Towns(); !towns["san ramon"] || towns["bakersfield"] || len(towns) < 3000 {
		t.Errorf("%d towns of several words", len(towns))
	}
	if Words()["bakersfield"] != PlaceName {
		t.Error("a town of one word is no place")
	}
}

func TestGenders(t *testing.T) {
	of := Genders()
	for name, want := range map[string]string{"keith": "m", "maria": "f", "leslie": "", "roe": ""} {
		if got := of[name]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
