package llm

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sentence"
)

// Version changes when the same answers may be asked for or read in another
// way; what was kept under another version is to be asked again.
const Version = "1"

// Name is a name in a passage: passage[Start:End].
type Name struct {
	Type  dossier.MentionType `json:"type"`
	Start int                 `json:"start"`
	End   int                 `json:"end"`
}

// Answer is what a model said of one passage, for good.
type Answer struct {
	Names   []Name `json:"names,omitempty"` // in order of Start, not overlapping
	Dropped int    `json:"dropped,omitempty"`
	// Refused says that the model will not read the passage.
	Refused bool `json:"refused,omitempty"`
	// Split says that the passage has more names than fit into an answer: its
	// halves have answers of their own.
	Split bool `json:"split,omitempty"`
}

// Call makes one call, as [Client.Chat] does. Whoever pays puts books, limits
// and breakers into it.
type Call func(ctx context.Context, q Request) (Reply, error)

// Memory keeps answers by the passage, so that none is paid for twice.
type Memory interface {
	Recall(ctx context.Context, passages []string) map[string]Answer
	Keep(ctx context.Context, answers map[string]Answer)
}

// Found is what a model found in passages.
type Found struct {
	Names   [][]Name // by passage, in order of Start
	Refused int      // passages, or parts of them, that the model will not read
	Unread  int      // … for which it gave no proper answer, however often asked
	Dropped int      // names that are not in their passage, or are told twice
}

const (
	// maxTries bounds how often a passage is asked about by itself.
	maxTries = 3
	// hopeless is after how many passages without a single proper answer the
	// model is not asked any more.
	hopeless = 3
	// smallest is the length in bytes from which a passage can be halved.
	smallest = 200
)

// Find asks for the names in passages. Those that the memory knows are not asked
// about again; what is answered is kept there before anything else is asked. So
// after an error, which is one of call or has CodeBadAnswer, the same Find goes
// on where this one stopped.
//
// What is found in a passage does not depend on the passages it is packed with,
// as far as that is in the hands of this package: a pack that went wrong is
// halved until the passage at fault is alone.
func (c *Client) Find(ctx context.Context, passages []string, call Call, memory Memory) (Found, error) {
	s := search{c: c, call: call, memory: memory, answers: map[string]Answer{}, tries: map[string]int{}, unread: map[string]bool{}}
	for packs := c.pack(s.recall(ctx, passages)); len(packs) > 0; {
		more, err := s.ask(ctx, packs[0])
		if err != nil {
			return Found{}, err
		}
		packs = append(more, packs[1:]...)
	}
	return s.found(passages), nil
}

// search is a Find under way.
type search struct {
	c       *Client
	call    Call
	memory  Memory
	answers map[string]Answer // by passage
	tries   map[string]int    // how often a passage was asked about by itself
	unread  map[string]bool
	strays  int // names told of no passage that was asked about
}

// recall takes what the memory knows of passages, and of the halves of those
// that were split, and returns those to be asked about, each once.
func (s *search) recall(ctx context.Context, passages []string) []string {
	var unknown []string
	seen := map[string]bool{}
	for len(passages) > 0 {
		known := s.memory.Recall(ctx, passages)
		var halves []string
		for _, text := range passages {
			if seen[text] || strings.TrimSpace(text) == "" {
				continue
			}
			seen[text] = true
			a, ok := known[text]
			if !ok {
				unknown = append(unknown, text)
				continue
			}
			s.answers[text] = a
			if a.Split {
				left, right := halve(text)
				halves = append(halves, left, right)
			}
		}
		passages = halves
	}
	return unknown
}

// tokens is about how many tokens a text has: rather too many.
func tokens(text string) int { return (len(text) + 2) / 3 }

// pack puts passages into packs of about as many tokens as go into a call.
func (c *Client) pack(passages []string) [][]string {
	var packs [][]string
	size := 0
	for _, text := range passages {
		n := tokens(text)
		if last := len(packs) - 1; last >= 0 && size+n <= c.cfg.PackTokens {
			packs[last], size = append(packs[last], text), size+n
			continue
		}
		packs, size = append(packs, []string{text}), n
	}
	return packs
}

// ask asks about a pack, keeps what is answered and returns the packs in which
// the rest is to be asked about.
func (s *search) ask(ctx context.Context, pack []string) (more [][]string, err error) {
	said, finish, err := s.structured(ctx, pack)
	switch {
	case turnedDown(err, http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity):
		return s.unfit(ctx, pack, err)
	case err != nil:
		return nil, err
	case finish == Refused:
		return s.refused(ctx, pack), nil
	case finish == Truncated:
		return s.truncated(ctx, pack)
	case said == nil && s.c.proved.Load() == 0:
		return s.again(pack, maxTries) // it was asked in every format
	case said == nil:
		return s.again(pack, 1)
	}
	return s.take(ctx, pack, said)
}

// take keeps the answers for a pack. Passages that the model left out are asked
// about again.
func (s *search) take(ctx context.Context, pack []string, said *saying) ([][]string, error) {
	names, read := map[int][]saidName{}, map[int]bool{}
	for _, n := range *said.Mentions {
		if n.Chunk < 1 || n.Chunk > len(pack) {
			s.strays++
			continue
		}
		names[n.Chunk], read[n.Chunk] = append(names[n.Chunk], n), true
	}
	for _, id := range *said.Read {
		read[id] = true
	}
	answers := map[string]Answer{}
	var left []string
	for i, text := range pack {
		if !read[i+1] {
			left = append(left, text)
			continue
		}
		answers[text] = place(text, names[i+1])
	}
	s.keep(ctx, answers)
	switch len(left) {
	case 0:
		return nil, nil
	case len(pack):
		return s.again(left, 1)
	}
	return [][]string{left}, nil
}

func (s *search) keep(ctx context.Context, answers map[string]Answer) {
	maps.Copy(s.answers, answers)
	s.memory.Keep(ctx, answers)
}

// halves are the two packs of a pack of two or more.
func halves(pack []string) [][]string {
	return [][]string{pack[:len(pack)/2], pack[len(pack)/2:]}
}

// again asks anew after an answer that was none, which counts for so many tries.
func (s *search) again(pack []string, tries int) ([][]string, error) {
	if len(pack) > 1 {
		return halves(pack), nil
	}
	text := pack[0]
	if s.tries[text] += tries; s.tries[text] < maxTries {
		return [][]string{pack}, nil
	}
	return nil, s.giveUp(text, dossier.Errorf(dossier.CodeBadAnswer, "the model %s does not answer in the form it is asked for", s.c.cfg.Model).
		WithCure("choose another model"))
}

// giveUp leaves a passage unread, and the whole with cause if there is no hope.
func (s *search) giveUp(text string, cause error) error {
	s.unread[text] = true
	if len(s.unread) >= hopeless && len(s.answers) == 0 {
		return cause
	}
	return nil
}

// unfit finds the passage over which the endpoint turned a call down. If none
// was ever answered, the fault may as well lie with the settings: then nothing
// is held against the passage.
func (s *search) unfit(ctx context.Context, pack []string, cause error) ([][]string, error) {
	if len(pack) > 1 || s.c.proved.Load() != 0 {
		return s.refused(ctx, pack), nil
	}
	return nil, s.giveUp(pack[0], cause)
}

// refused finds the passage that the model will not read.
func (s *search) refused(ctx context.Context, pack []string) [][]string {
	if len(pack) > 1 {
		return halves(pack)
	}
	s.keep(ctx, map[string]Answer{pack[0]: {Refused: true}})
	return nil
}

// truncated asks for less after an answer that was cut off.
func (s *search) truncated(ctx context.Context, pack []string) ([][]string, error) {
	left, right := halve(pack[0])
	if len(pack) > 1 || right == "" {
		return s.again(pack, 1)
	}
	s.keep(ctx, map[string]Answer{pack[0]: {Split: true}})
	return s.c.pack(s.recall(ctx, []string{left, right})), nil
}

// halve cuts a passage between two sentences, or else between two words, as
// near to its middle as may be. One too short to be cut has no right half.
func halve(text string) (left, right string) {
	if len(text) < smallest {
		return text, ""
	}
	middle := len(text) / 2
	cut := 0
	for _, sen := range sentence.Split(text) {
		if sen.Start > 0 && (cut == 0 || abs(sen.Start-middle) < abs(cut-middle)) {
			cut = sen.Start
		}
	}
	if cut == 0 {
		cut = strings.LastIndexAny(text[:middle], " \n\t") + 1
	}
	if strings.TrimSpace(text[:cut]) == "" {
		return text, ""
	}
	return text[:cut], text[cut:]
}

func abs(n int) int { return max(n, -n) }

// found puts the answers together.
func (s *search) found(passages []string) Found {
	f := Found{Dropped: s.strays, Unread: len(s.unread), Names: make([][]Name, len(passages))}
	for _, a := range s.answers {
		f.Dropped += a.Dropped
		if a.Refused {
			f.Refused++
		}
	}
	for i, text := range passages {
		f.Names[i] = s.namesIn(text)
	}
	return f
}

// namesIn returns the names in a passage, out of those in its halves if it was
// split.
func (s *search) namesIn(text string) []Name {
	a := s.answers[text]
	left, right := halve(text)
	if !a.Split || right == "" {
		return a.Names
	}
	names := slices.Clone(s.namesIn(left))
	for _, n := range s.namesIn(right) {
		names = append(names, Name{n.Type, n.Start + len(left), n.End + len(left)})
	}
	return names
}

// turnedDown reports whether err is that of a call that the endpoint turned down
// with one of these.
func turnedDown(err error, statuses ...int) bool {
	turned, ok := errors.AsType[*HTTPError](err)
	return ok && slices.Contains(statuses, turned.Status)
}
