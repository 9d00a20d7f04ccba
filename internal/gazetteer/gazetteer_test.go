package gazetteer

import "testing"

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
