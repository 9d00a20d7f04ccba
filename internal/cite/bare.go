package cite

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// known are the authorities cited so far that bare words can refer to.
type known struct {
	names map[string][]string // last word of a party's name → names
	items map[Kind]map[string]int
}

// addBare turns "Bivens at 122", "Section 1983" and "Rule 12(b)(6)" into
// citations where an earlier citation names that case, law or rule in full,
// and puts all in order.
func (s *scanner) addBare() {
	k := known{names: map[string][]string{}, items: map[Kind]map[string]int{Statute: {}, Regulation: {}, Rule: {}}}
	found := make([]Citation, 0, len(s.cites))
	next, reach := 0, 0
	take := func(until int) {
		for next < len(s.cites) && s.cites[next].Start < until {
			c := s.cites[next]
			if c.Kind == Unknown {
				c = s.sectionOf(c, &k)
			}
			if c.Start >= reach {
				found = append(found, c)
				reach = c.End
			}
			k.remember(s.names, s.cites, next)
			next++
		}
	}
	for _, ref := range s.bare {
		take(ref.at)
		var c Citation
		ok := false
		switch ref.kind {
		case bareName:
			c, ok = s.reference(ref.at, k.names)
		case bareSection:
			c, ok = s.bareItem(ref.at, len("section"), &k, Statute, Regulation)
		case bareRule:
			c, ok = s.bareItem(ref.at, len("Rule"), &k, Rule)
		}
		if ok && c.Start >= reach && (next == 0 || s.cites[next-1].pinEnd <= c.Start) && (next == len(s.cites) || c.End <= s.cites[next].Start) {
			found = append(found, c)
			reach = c.End
		}
	}
	take(len(s.text) + 1)
	slices.SortStableFunc(found, func(a, b Citation) int { return cmp.Compare(a.Start, b.Start) })
	s.cites = found
}

// remember takes in the citation with index i. Of two laws with a section of
// one number neither is meant by the number alone.
func (k *known) remember(keys nameKeys, cites []Citation, i int) {
	c := &cites[i]
	if c.isCase() {
		for _, name := range []string{c.Plaintiff, c.Defendant} {
			if !keys.referable(name) || !startsName(name) {
				continue
			}
			last := name[strings.LastIndexByte(name, ' ')+1:]
			if list := k.names[last]; len(list) < maxNamed && !slices.Contains(list, name) {
				k.names[last] = append(list, name)
			}
		}
	}
	items, ok := k.items[c.Kind]
	if !ok {
		return
	}
	item := c.Groups["section"] + c.Groups["rule"]
	if item == "" {
		return
	}
	if have, seen := items[item]; seen && (have < 0 || cites[have].key != c.key) {
		items[item] = -1
		return
	}
	items[item] = i
}

// sectionOf reads the number after a section mark and makes c a citation of the
// law that was cited with that section.
func (s *scanner) sectionOf(c Citation, k *known) Citation {
	p := c.Start
	for strings.HasPrefix(s.text[p:], "§") {
		p += len("§")
	}
	if law, ok := s.item(c.Start, lex.SkipSpace(s.text, p), k, Statute, Regulation); ok {
		law.Signal = c.Signal
		return law
	}
	return c
}

// bareItem reads "Section 1983" or "Rule 12(b)(6)" at i, whose first word has
// the given length.
func (s *scanner) bareItem(i, word int, k *known, kinds ...Kind) (Citation, bool) {
	p := lex.SkipSpace(s.text, i+word)
	if p == i+word {
		return Citation{}, false
	}
	return s.item(i, p, k, kinds...)
}

// item makes the number at p, with the word before it from start, a citation
// of the authority that has it.
func (s *scanner) item(start, p int, k *known, kinds ...Kind) (Citation, bool) {
	t := s.text
	end := sectionEnd(t, p)
	if end == p {
		return Citation{}, false
	}
	for _, kind := range kinds {
		at, ok := k.items[kind][t[p:end]]
		if !ok || at < 0 {
			continue
		}
		law := &s.cites[at]
		reach := subsectionsEnd(t, end)
		c := Citation{
			Kind: kind, Start: start, End: end, Text: t[start:end], Groups: maps.Clone(law.Groups), Reporter: law.Reporter,
			PinCite: t[end:reach], Norm: law.key + t[end:reach], key: law.key, nameStart: -1, begin: start, pinEnd: reach, reach: reach,
		}
		return c, true
	}
	return Citation{}, false
}

// reference reads a bare case name before the "at" at offset at.
func (s *scanner) reference(at int, names map[string][]string) (Citation, bool) {
	t := s.text
	end := lex.TrimSpaceBefore(t, at)
	_, last := wordBefore(t[max(0, end-maxCaption):end], min(end, maxCaption))
	for _, name := range names[last] {
		start := end - len(name)
		if start < 0 || t[start:end] != name || lex.IsAlnumBefore(t, start) {
			continue
		}
		pinEnd := s.pin(end)
		if pinEnd <= at {
			continue
		}
		return Citation{
			Kind: Reference, Start: start, End: pinEnd, Text: t[start:pinEnd], begin: start, pinEnd: pinEnd, reach: pinEnd, nameStart: -1,
			Groups: map[string]string{}, PinCite: lex.OneLine(t[at:pinEnd]), Plaintiff: name,
		}, true
	}
	return Citation{}, false
}
