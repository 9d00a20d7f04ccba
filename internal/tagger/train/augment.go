package train

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/tagger"
)

// foreigner gives labelled sentences from elsewhere American names, so that
// what is learned is how names are used, not which names India has.
type foreigner struct {
	random                                    *rand.Rand
	first, last, places, states, courts, orgs []string
}

// newForeigner makes the lists that names are drawn from. Organisations are
// those of the given documents.
func newForeigner(courts []string, documents []Document, random *rand.Rand) *foreigner {
	f := &foreigner{random: random, courts: courts}
	words := gazetteer.Words()
	for _, w := range slices.Sorted(maps.Keys(words)) {
		flags := words[w]
		name := strings.ToUpper(w[:1]) + w[1:]
		switch {
		case len(w) < 3 || strings.ContainsAny(w, "'-"):
		case flags&gazetteer.FirstName != 0:
			f.first = append(f.first, name)
			if flags&gazetteer.NameWord != 0 {
				f.last = append(f.last, name)
			}
		case flags&gazetteer.PlaceName != 0 && flags&gazetteer.CommonWord == 0:
			f.places = append(f.places, name)
		case flags&gazetteer.NameWord != 0:
			f.last = append(f.last, name)
		}
	}
	f.states = strings.Split(strings.Trim(statePattern, "(?:)"), "|")
	for i := range documents {
		for _, n := range documents[i].Names {
			if s := documents[i].Text[n.Start:n.End]; n.Type == tagger.Org && !strings.Contains(s, "\n") {
				f.orgs = append(f.orgs, s)
			}
		}
	}
	slices.Sort(f.orgs)
	f.orgs = slices.Compact(f.orgs)
	return f
}

// readCourts reads the names of courts.
func readCourts(path string) ([]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var courts []struct{ Name string }
	if err := json.Unmarshal(raw, &courts); err != nil {
		return nil, fmt.Errorf("courts: %w", err)
	}
	var names []string
	for _, c := range courts {
		if namesCourt(c.Name) && !strings.HasSuffix(c.Name, "Courts") {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

func (f *foreigner) pick(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[f.random.IntN(len(list))]
}

// moved returns the sentence with a share of its names replaced.
func (f *foreigner) moved(s sentence, share float64) sentence {
	var b strings.Builder
	out := sentence{}
	done := 0
	loose := s.loose
	for _, n := range s.names {
		for len(loose) > 0 && loose[0].Start < n.Start {
			shift := b.Len() - done
			out.loose = append(out.loose, tagger.Span{Start: loose[0].Start + shift, End: loose[0].End + shift})
			loose = loose[1:]
		}
		b.WriteString(s.text[done:n.Start])
		have := s.text[n.Start:n.End]
		start := b.Len()
		name := ""
		if f.random.Float64() < share {
			name = f.name(n.Type, have)
		}
		if name == "" {
			name = have
		}
		b.WriteString(name)
		done = n.End
		out.names = append(out.names, Name{start, b.Len(), n.Type})
	}
	shift := b.Len() - done
	for _, x := range loose {
		out.loose = append(out.loose, tagger.Span{Start: x.Start + shift, End: x.End + shift})
	}
	b.WriteString(s.text[done:])
	out.text = b.String()
	return out
}

// name draws a name of the type that is about as long as the one there is.
func (f *foreigner) name(t tagger.Type, have string) string {
	words := strings.Count(have, " ") + 1
	switch t {
	case tagger.Person:
		switch {
		case words == 1:
			return f.pick(f.last)
		case words > 2 && f.random.IntN(2) == 0:
			return f.pick(f.first) + " " + string(rune('A'+f.random.IntN(26))) + ". " + f.pick(f.last)
		}
		return f.pick(f.first) + " " + f.pick(f.last)
	case tagger.Location:
		if f.random.IntN(3) == 0 {
			return f.pick(f.states)
		}
		return f.pick(f.places)
	case tagger.Court:
		if words > 1 && have != "Supreme Court" {
			return f.pick(f.courts)
		}
	case tagger.Org:
		return f.org(words)
	}
	return ""
}

func (f *foreigner) org(words int) string {
	switch f.random.IntN(5) {
	case 0:
		return f.pick(f.last) + " & " + f.pick(f.last)
	case 1:
		if words > 1 {
			return f.pick(f.last) + " " + f.pick([]string{"Corp.", "Inc.", "LLC", "Industries", "Group", "Systems", "Bank", "Company", "Partners, L.P.", "Holdings, Inc."})
		}
		return f.pick(f.last)
	}
	if words == 1 {
		return ""
	}
	return f.pick(f.orgs)
}

// upper turns ASCII letters from start to end into capitals.
func upper(d *Document, start, end int) {
	b := []byte(d.Text)
	for i := start; i < end; i++ {
		if 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	d.Text = string(b)
}

// wrap breaks the lines of a document at blanks, as a page of the width does.
func wrap(d *Document, width int) {
	b := []byte(d.Text)
	line, last := 0, -1
	for i, c := range b {
		switch c {
		case '\n':
			line, last = i+1, -1
		case ' ':
			last = i
		}
		if i-line >= width && last >= 0 {
			b[last] = '\n'
			line, last = last+1, -1
		}
	}
	d.Text = string(b)
}
