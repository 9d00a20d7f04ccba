package main

import "testing"

func TestPairScore(t *testing.T) {
	s := newPairScore()
	s.add("Roe", "e1", true)
	s.add("Roe", "e1", true)
	s.add("Roe", "e2", false) // not joined
	s.add("Poe", "e1", true)  // joined wrongly
	s.add("Poe", "", false)   // not found
	if p, f, b := pairs(s.truth), pairs(s.found), pairs(s.both); p != 4 || f != 3 || b != 1 {
		t.Errorf("%d pairs, %d found, %d joined", p, f, b)
	}
	if got := pairs(s.entity); got != 3 {
		t.Errorf("%d pairs of one entity", got)
	}
	if s.documents != 5 || s.whole != 3 || s.part != 1 {
		t.Errorf("%+v", s)
	}
	var all pairScore
	all.join(s)
	all.join(s)
	if all.documents != 10 || pairs(all.truth) != 6*5/2+4*3/2 {
		t.Errorf("%+v", all)
	}
}

func TestLocate(t *testing.T) {
	mentions := []placed{
		{Type: "ORG", Text: "Jane Roe"},
		{Type: "PERSON", Text: "Roe"},
		{Type: "PERSON", Text: "Jane"},
		{Type: "PERSON", Text: "MARK\nPOE"},
		{Type: "PERSON", Text: "Ann Zoe"},
	}
	for written, want := range map[string]struct {
		at    int
		whole bool
	}{
		"Roe, Jane": {1, false}, "Mark Poe": {3, true}, "Ann Zoe Moe": {4, false}, "Jan Noe": {-1, false},
	} {
		if at, whole := locate(mentions, "PERSON", written); at != want.at || whole != want.whole {
			t.Errorf("%q: %d %v", written, at, whole)
		}
	}
}

func TestSurname(t *testing.T) {
	for name, want := range map[string]string{"Jane A. Roe": "roe", "John Poe, Jr.": "poe", "ANN MOE III": "moe"} {
		if got := surname(name); got != want {
			t.Errorf("%q: %q", name, got)
		}
	}
}
