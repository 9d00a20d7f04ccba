package names

import (
	"strings"

	"github.com/dossier-legal/dossier"
)

// sketch tells most pairs of names apart without comparing them: two names that
// compare as the same agree in one of its hashes, because the score allows for one
// slip only. Of people with two surnames,
// the given name has to be the same; of organisations, the first word or all
// that follow it, as [wordKey] has them.
type sketch struct {
	run, head, rest uint32
	open            bool // it has aliases, so it may be the same as any
}

func sketchOf(n *Name) sketch {
	s := sketch{run: hash32(n.run)}
	switch {
	case n.Type == dossier.Person:
		s.head, s.rest = hash32(scanFold(n.Surname)), hash32(n.Given)
	case n.Type == dossier.Org && len(n.Words) > 0:
		keys := make([]string, len(n.Words))
		for i, w := range n.Words {
			keys[i] = wordKey(w)
		}
		s.head, s.rest = hash32(keys[0]), hash32(strings.Join(keys[1:], " "))
	}
	return s
}

func hash32(s string) uint32 { return uint32(hashOf("", s)) }

func (s *sketch) near(t *sketch) bool {
	return s.run == t.run || s.head == t.head || s.rest == t.rest || s.open || t.open
}
