package llm_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/llm/llmtest"
)

// memory is a memory that is one.
type memory map[string]llm.Answer

func (m memory) Recall(_ context.Context, passages []string) map[string]llm.Answer {
	known := map[string]llm.Answer{}
	for _, text := range passages {
		if a, ok := m[text]; ok {
			known[text] = a
		}
	}
	return known
}

func (m memory) Keep(_ context.Context, answers map[string]llm.Answer) { maps.Copy(m, answers) }

// passages are about a page of a made-up matter; some share a part of it.
func passages() []string {
	list := []string{
		"Halden Logistics Inc. of Springfield sued Jane Roe in the Superior Court of Ostrava County.",
		"Counsel for Jane\nRoe, Mr. Tomasz Wilk, called Roe and then Jane Roe once more. Roe’s answer came late.",
		"No name stands in here, and no other thing either.",
		"Jane Roe and Janet Roeburn are two. The paper was served on O’Hara & Vance LLP at Springfield.",
	}
	for i := range 8 {
		list = append(list, fmt.Sprintf("Paragraph %d. On that day Tomasz Wilk wrote to Halden Logistics Inc. about lot %d.", i, i))
	}
	return list
}

var gold = map[string]dossier.MentionType{
	"Halden Logistics Inc.": dossier.Org, "Springfield": dossier.Location, "Jane Roe": dossier.Person, "Tomasz Wilk": dossier.Person,
	"Superior Court of Ostrava County": dossier.Court, "O’Hara & Vance LLP": dossier.Org,
}

func found(texts []string, f llm.Found) string {
	var b strings.Builder
	for i, names := range f.Names {
		for _, n := range names {
			fmt.Fprintf(&b, "%d %s %d %q\n", i, n.Type, n.Start, texts[i][n.Start:n.End])
		}
	}
	return b.String()
}

// want is what a flawless endpoint leads to.
func want(t *testing.T, texts []string) string {
	t.Helper()
	fake := llmtest.Start(t)
	fake.Names = gold
	c := newClient(t, fake.URL, 0)
	f, err := c.Find(t.Context(), texts, c.Chat, memory{})
	if err != nil || f.Dropped+f.Refused+f.Unread != 0 || fake.Calls() != 1 {
		t.Fatalf("%+v, %v after %d calls", f, err, fake.Calls())
	}
	return found(texts, f)
}

func TestFind(t *testing.T) {
	got := want(t, passages()[:4])
	if d := cmp.Diff(`0 ORG 0 "Halden Logistics Inc."
0 LOCATION 25 "Springfield"
0 PERSON 42 "Jane Roe"
0 COURT 58 "Superior Court of Ostrava County"
1 PERSON 12 "Jane\nRoe"
1 PERSON 26 "Tomasz Wilk"
1 PERSON 59 "Jane Roe"
3 PERSON 0 "Jane Roe"
3 ORG 60 "O’Hara & Vance LLP"
3 LOCATION 84 "Springfield"
`, got); d != "" {
		t.Error(d)
	}
}

// TestFaultsOfTheModel has endpoint and model do wrong in every way that can be
// made up for. What is found is the same each time, however the passages are
// packed, and a second Find pays for nothing.
func TestFaultsOfTheModel(t *testing.T) {
	texts := passages()
	want := want(t, texts)
	wrongID := func(a *llmtest.Answer) {
		for i := range a.Read {
			a.Read[i] += 1000
		}
		for i := range a.Mentions {
			a.Mentions[i].Chunk += 1000
		}
	}
	faults := map[string]func(*llmtest.Server){
		"none":                  func(*llmtest.Server) {},
		"no json_schema":        func(s *llmtest.Server) { s.Formats = []string{"json_object", ""} },
		"no format":             func(s *llmtest.Server) { s.Formats = []string{""} },
		"formats ignored":       func(s *llmtest.Server) { s.Prose = true },
		"fences":                func(s *llmtest.Server) { s.Fences = true },
		"fences, no format":     func(s *llmtest.Server) { s.Fences, s.Formats = true, []string{""} },
		"max_completion_tokens": func(s *llmtest.Server) { s.Newer = true },
		"no usage":              func(s *llmtest.Server) { s.NoUsage = true },
		"answers are cut off":   func(s *llmtest.Server) { s.MostTold = 4 },
		"left out of packs":     func(s *llmtest.Server) { s.Forgets = "Paragraph" },
		"truncated JSON, once": func(s *llmtest.Server) {
			s.Faults = []llmtest.Fault{{Write: func(a string) string { return a[:len(a)/2] }}}
		},
		"wrong schema, once": func(s *llmtest.Server) {
			s.Faults = []llmtest.Fault{{Write: func(string) string { return `{"read":"all","mentions":{}}` }}}
		},
		"no schema at all, once": func(s *llmtest.Server) { s.Faults = []llmtest.Fault{{Write: func(string) string { return `{}` }}} },
		"wrong ids, twice":       func(s *llmtest.Server) { s.Faults = []llmtest.Fault{{Change: wrongID}, {Change: wrongID}} },
		"cut off, once":          func(s *llmtest.Server) { s.Faults = []llmtest.Fault{{Finish: "length"}} },
		"duplicates": func(s *llmtest.Server) {
			s.Faults = []llmtest.Fault{{Change: func(a *llmtest.Answer) { a.Mentions = append(a.Mentions, a.Mentions...) }}}
		},
		"made up": func(s *llmtest.Server) {
			s.Faults = []llmtest.Fault{{Change: func(a *llmtest.Answer) {
				a.Mentions = append(a.Mentions, llmtest.Mention{Chunk: 1, Type: "PERSON", Text: "Barnaby Nobody", Occurrence: 1}, llmtest.Mention{Chunk: 1, Type: "PERSON", Text: "", Occurrence: 1},
					llmtest.Mention{Chunk: 1, Type: "PLANET", Text: "Springfield", Occurrence: 1}, llmtest.Mention{Chunk: 1, Type: "PERSON", Text: "uperior", Occurrence: 1}, llmtest.Mention{Chunk: 1, Type: "LOCATION", Text: "Springfield", Occurrence: 9})
			}}}
		},
	}
	for name, set := range faults {
		for _, pack := range []int{1, 70, 200, 3000} {
			fake := llmtest.Start(t)
			fake.Names = gold
			set(fake)
			c := newClient(t, fake.URL, pack)
			kept := memory{}
			f, err := c.Find(t.Context(), texts, c.Chat, kept)
			if d := cmp.Diff(want, found(texts, f)); err != nil || d != "" || f.Unread+f.Refused != 0 {
				t.Errorf("%s, packs of %d: %v, %+v\n%s", name, pack, err, f, d)
			}
			if wrong := name == "made up" || name == "duplicates"; wrong != (f.Dropped > 0) && !strings.Contains(name, "wrong ids") {
				t.Errorf("%s, packs of %d: %d dropped", name, pack, f.Dropped)
			}
			calls := fake.Calls()
			again, err := newClient(t, fake.URL, 500).Find(t.Context(), texts, c.Chat, kept)
			if d := cmp.Diff(want, found(texts, again)); err != nil || d != "" || fake.Calls() != calls {
				t.Errorf("%s, again: %v, %d calls more\n%s", name, err, fake.Calls()-calls, d)
			}
			for text, n := range fake.Read() {
				if n > 1 && !strings.Contains(name, "once") && !strings.Contains(name, "twice") {
					t.Errorf("%s, packs of %d: paid %d times for %q", name, pack, n, text)
				}
			}
		}
	}
}

// TestFormatIsRemembered counts what the way to the right format costs.
func TestFormatIsRemembered(t *testing.T) {
	fake := llmtest.Start(t)
	fake.Names, fake.Formats = gold, []string{""}
	c := newClient(t, fake.URL, 1)
	if _, err := c.Find(t.Context(), passages(), c.Chat, memory{}); err != nil || fake.Calls() != len(passages())+2 {
		t.Errorf("%v, %d calls for %d passages", err, fake.Calls(), len(passages()))
	}
}

// TestOnePassageAtFault has a passage that spoils every pack it is in. The others
// lose nothing by it.
func TestOnePassageAtFault(t *testing.T) {
	texts := passages()
	bad := 6
	faults := map[string]func(*llmtest.Server){
		"refused":     func(s *llmtest.Server) { s.Refuses = "Paragraph 2." },
		"turned down": func(s *llmtest.Server) { s.Rejects = "Paragraph 2." },
		"garbled":     func(s *llmtest.Server) { s.Garbles = "Paragraph 2." },
	}
	lines := []string{}
	for line := range strings.Lines(want(t, texts)) {
		if !strings.HasPrefix(line, fmt.Sprint(bad, " ")) {
			lines = append(lines, line)
		}
	}
	want := strings.Join(lines, "")
	for name, set := range faults {
		for _, pack := range []int{1, 100, 3000} {
			fake := llmtest.Start(t)
			fake.Names = gold
			set(fake)
			c := newClient(t, fake.URL, pack)
			kept := memory{}
			f, err := c.Find(t.Context(), texts, c.Chat, kept)
			if d := cmp.Diff(want, found(texts, f)); err != nil || d != "" || f.Unread+f.Refused != 1 {
				t.Errorf("%s, packs of %d: %v, %d unread, %d refused\n%s", name, pack, err, f.Unread, f.Refused, d)
			}
			if _, ok := kept[texts[bad]]; ok != (f.Refused == 1) {
				t.Errorf("%s, packs of %d: kept %v", name, pack, ok)
			}
		}
	}
}

// TestHopelessModel gives up on a model that never answers as it should, and
// on settings with which no call is taken.
func TestHopelessModel(t *testing.T) {
	for garbles, want := range map[string]dossier.Code{"a": dossier.CodeBadAnswer, "": dossier.CodeProviderRefuses} {
		fake := llmtest.Start(t)
		fake.Garbles = garbles
		if garbles == "" {
			fake.Rejects = "a"
		}
		c := newClient(t, fake.URL, 0)
		kept := memory{}
		_, err := c.Find(t.Context(), passages(), c.Chat, kept)
		if dossier.CodeOf(err) != want || len(kept) != 0 || fake.Calls() > 21 {
			t.Errorf("%v after %d calls, %d kept", err, fake.Calls(), len(kept))
		}
	}
}

// TestAfterAnError goes on where a Find was stopped.
func TestAfterAnError(t *testing.T) {
	texts := passages()
	fake := llmtest.Start(t)
	fake.Names, fake.Faults = gold, []llmtest.Fault{{}, {}, {}, {Status: 500}}
	c := newClient(t, fake.URL, 60)
	kept := memory{}
	if _, err := c.Find(t.Context(), texts, c.Chat, kept); dossier.CodeOf(err) != dossier.CodeProviderDown {
		t.Fatalf("the fourth call: %v", err)
	}
	f, err := c.Find(t.Context(), texts, c.Chat, kept)
	if d := cmp.Diff(want(t, texts), found(texts, f)); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
	for text, n := range fake.Read() {
		if n != 1 {
			t.Errorf("paid %d times for %q", n, text)
		}
	}
}

// TestLongPassage has one passage with more names than fit into an answer.
func TestLongPassage(t *testing.T) {
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "In year %d Jane Roe met Tomasz Wilk. ", i)
	}
	texts := []string{b.String(), "Jane Roe again."}
	want := want(t, texts)
	fake := llmtest.Start(t)
	fake.Names, fake.MostTold = gold, 12
	c := newClient(t, fake.URL, 0)
	kept := memory{}
	f, err := c.Find(t.Context(), texts, c.Chat, kept)
	if d := cmp.Diff(want, found(texts, f)); err != nil || d != "" || strings.Count(want, "\n") != 81 {
		t.Errorf("%v\n%s", err, d)
	}
	if calls := fake.Calls(); !kept[texts[0]].Split || calls > 32 {
		t.Errorf("%d calls", calls)
	}
}

func TestEstimateIsNearTheUsage(t *testing.T) {
	fake := llmtest.Start(t)
	fake.Names = gold
	c := newClient(t, fake.URL, 100)
	if _, err := c.Find(t.Context(), passages(), c.Chat, memory{}); err != nil {
		t.Fatal(err)
	}
	prompt := 0
	for _, u := range fake.Usages() {
		prompt += u.Prompt
	}
	if u, err := c.Estimate(passages()); err != nil || u.Prompt < prompt/2 || u.Prompt > 2*prompt {
		t.Errorf("%+v, %v; %d tokens were used", u, err, prompt)
	}
}

// TestWholeWords finds no name inside a word, and none across pages.
func TestWholeWords(t *testing.T) {
	texts := []string{"Janet Roeburn and McRoe met Roe, Roe2 and Élan\fRoe. Jane\fRoe was there; so was Jane\n  Roe."}
	fake := llmtest.Start(t)
	fake.Names = map[string]dossier.MentionType{"Roe": dossier.Person, "Jane Roe": dossier.Person, "lan": dossier.Org}
	c := newClient(t, fake.URL, 0)
	f, err := c.Find(t.Context(), texts, c.Chat, memory{})
	if d := cmp.Diff(`0 PERSON 28 "Roe"
0 PERSON 48 "Roe"
0 PERSON 58 "Roe"
0 PERSON 80 "Jane\n  Roe"
`, found(texts, f)); err != nil || d != "" || f.Dropped == 0 {
		t.Errorf("%v, %d dropped\n%s", err, f.Dropped, d)
	}
}
