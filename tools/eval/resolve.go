package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// planting is a document of the scale set and the names that were planted in
// it, canonical and as written there.
type planting struct {
	File, Org, Person string
	OrgAs             string `json:"org_as"`
	PersonAs          string `json:"person_as"`
}

// planted makes documents with planted organisations and persons, each in four
// written forms, finds and resolves all names, and compares what became of the
// planted ones: two documents with one planted entity are a pair to be joined.
func (e *eval) planted() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	dir, err := os.MkdirTemp("", "planted")
	if err != nil {
		return t, err
	}
	defer os.RemoveAll(dir)
	plantings, err := e.plant(dir)
	if err != nil {
		return t, err
	}
	mentions, err := e.mentionsOf(dir, plantings)
	if err != nil {
		return t, err
	}
	entities, err := e.resolved(mentions)
	if err != nil {
		return t, err
	}
	t.Head = []string{"planted", "documents", "entities", "found", "found in part", "pairs", "precision", "recall", "F1", "pairs of which both were found", "recall of these"}
	var all pairScore
	for _, kind := range []struct {
		name, typ string
		planted   func(planting) (canonical, written string)
	}{
		{"organisations", "ORG", func(p planting) (string, string) { return p.Org, p.OrgAs }},
		{"persons", "PERSON", func(p planting) (string, string) { return p.Person, p.PersonAs }},
	} {
		s := newPairScore()
		for i, p := range plantings {
			canonical, written := kind.planted(p)
			if canonical == "" {
				continue // a scan, in which nothing is planted
			}
			at, whole := locate(mentions[i], kind.typ, written)
			if at < 0 {
				s.add(canonical, "", false)
				continue
			}
			s.add(canonical, entities[i][at], whole)
		}
		s.row(&t, kind.name)
		all.join(s)
	}
	all.row(&t, "all")
	return t, nil
}

// plant makes the documents with the generator that comes with the corpus.
func (e *eval) plant(dir string) ([]planting, error) {
	cmd := exec.CommandContext(e.ctx, "go", "run", ".", "-src", "..", "-n", fmt.Sprint(e.plantings), "-out", dir)
	cmd.Dir = e.corpus.Path("scale")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the generator of the scale set: %w: %s", err, out)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.jsonl"))
	if err != nil {
		return nil, err
	}
	var list []planting
	for line := range bytes.Lines(raw) {
		var p planting
		if err := json.Unmarshal(line, &p); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// placed is a mention as dossier prints it, with its place.
type placed struct {
	Type, Text string
	Start      int
}

// mentionsOf reads the documents and finds the mentions of each; one that
// cannot be read has none.
func (e *eval) mentionsOf(dir string, plantings []planting) ([][]placed, error) {
	args := []string{"extract", "--as", "mentions", "--json", "--ocr", "off"}
	for _, p := range plantings {
		args = append(args, filepath.Join(dir, p.File))
	}
	out, err := e.dossier.OutputPartly(e.ctx, args...)
	if err != nil {
		return nil, err
	}
	lists := make([][]placed, len(plantings))
	dec := json.NewDecoder(bytes.NewReader(out))
	for i := range lists {
		var answer struct{ Mentions []placed }
		if err := dec.Decode(&answer); err != nil {
			return nil, fmt.Errorf("%s: %w", plantings[i].File, err)
		}
		lists[i] = answer.Mentions
	}
	return lists, nil
}

// resolved returns the entity over all of each mention of each document.
func (e *eval) resolved(documents [][]placed) ([][]string, error) {
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for d, list := range documents {
		for i, m := range list {
			if err := enc.Encode(map[string]any{"id": i, "document": fmt.Sprint(d), "type": m.Type, "text": m.Text, "start": m.Start}); err != nil {
				return nil, err
			}
		}
	}
	out, err := e.dossier.Output(e.ctx, in.Bytes(), "resolve", "--json")
	if err != nil {
		return nil, err
	}
	entities := make([][]string, len(documents))
	dec := json.NewDecoder(bytes.NewReader(out))
	for d, list := range documents {
		for range list {
			var answer struct{ Entity string }
			if err := dec.Decode(&answer); err != nil {
				return nil, err
			}
			entities[d] = append(entities[d], answer.Entity)
		}
	}
	return entities, nil
}

// locate finds the mention of a planted name: the whole of it, or else a part
// of two words or more, or the first of two that are the whole together.
func locate(mentions []placed, typ, written string) (at int, whole bool) {
	at = -1
	want := strings.Join(plainWords(written), " ")
	for i, m := range mentions {
		got := strings.Join(plainWords(m.Text), " ")
		switch {
		case m.Type != typ:
		case got == want:
			return i, true
		case at < 0 && strings.Contains(got, " ") && strings.Contains(want, got),
			at < 0 && i+1 < len(mentions) && want == got+" "+strings.Join(plainWords(mentions[i+1].Text), " "):
			at = i
		}
	}
	return at, false
}

// pairScore counts pairs of documents that name one entity.
type pairScore struct {
	documents, whole, part int
	truth, found           map[string]int    // documents by canonical name: all, and those where it was found
	entity                 map[string]int    // documents by entity
	both                   map[[2]string]int // by canonical name and entity
}

func newPairScore() pairScore {
	return pairScore{truth: map[string]int{}, found: map[string]int{}, entity: map[string]int{}, both: map[[2]string]int{}}
}

// add counts a document; entity is "" if the name was not found.
func (s *pairScore) add(canonical, entity string, whole bool) {
	s.documents++
	s.truth[canonical]++
	if entity == "" {
		return
	}
	if whole {
		s.whole++
	} else {
		s.part++
	}
	s.found[canonical]++
	s.entity[entity]++
	s.both[[2]string{canonical, entity}]++
}

// join adds the counts of names of another kind.
func (s *pairScore) join(o pairScore) {
	if s.truth == nil {
		*s = newPairScore()
	}
	s.documents, s.whole, s.part = s.documents+o.documents, s.whole+o.whole, s.part+o.part
	addAll(s.truth, o.truth)
	addAll(s.found, o.found)
	addAll(s.entity, o.entity)
	addAll(s.both, o.both)
}

func addAll[K comparable](to, from map[K]int) {
	for k, n := range from {
		to[k] += n
	}
}

func (s *pairScore) row(t *lab.Table, name string) {
	joined := marked.Score{Right: pairs(s.both), Wanted: pairs(s.truth), Found: pairs(s.entity)}
	findable := pairs(s.found)
	t.Add(name, count(s.documents), count(len(s.truth)), count(s.whole), count(s.part), count(joined.Wanted),
		decimals(joined.Precision()), decimals(joined.Recall()), decimals(joined.F1()), count(findable), decimals(marked.Ratio(joined.Right, findable)))
}

// pairs is the number of pairs within the groups.
func pairs[K comparable](groups map[K]int) int {
	sum := 0
	for _, n := range groups {
		sum += n * (n - 1) / 2
	}
	return sum
}

// lawyer is a name of docket sheets with its mail addresses, telephone numbers
// and sheets.
type lawyer struct {
	name                   string
	mails, phones, dockets map[string]bool
}

var (
	mailAddress = regexp.MustCompile(`[\w.+-]+@[\w.-]+\w`)
	phoneNumber = regexp.MustCompile(`\(?\d{3}\)?[- .]\d{3}[- .]\d{4}`)
)

// namesakes compares the names of lawyers on docket sheets. Two spellings with
// one surname and one mail address or telephone number are taken for one person
// (relatives in one office are wrongly so), two names of one sheet with
// different addresses for two.
func (e *eval) namesakes() (t lab.Table, err error) {
	if err := e.needData(); err != nil {
		return t, err
	}
	lawyers, err := e.lawyers()
	if err != nil {
		return t, err
	}
	bearers := map[string]int{}
	for _, l := range lawyers {
		for m := range l.mails {
			bearers[m]++
		}
	}
	var in bytes.Buffer
	var kindOf []string
	enc := json.NewEncoder(&in)
	for i, a := range lawyers {
		for _, b := range lawyers[i+1:] {
			kind := kindOfPair(a, b, bearers)
			if kind == "" {
				continue
			}
			kindOf = append(kindOf, kind)
			if err := enc.Encode(map[string]string{"a": a.name, "b": b.name, "type": "person"}); err != nil {
				return t, err
			}
		}
	}
	out, err := e.dossier.Output(e.ctx, in.Bytes(), "match", "--batch")
	if err != nil {
		return t, err
	}
	decided := map[string]map[string]int{}
	dec := json.NewDecoder(bytes.NewReader(out))
	for _, kind := range kindOf {
		var m struct{ Decision string }
		if err := dec.Decode(&m); err != nil {
			return t, err
		}
		if decided[kind] == nil {
			decided[kind] = map[string]int{}
		}
		decided[kind]["all"]++
		decided[kind][m.Decision]++
	}
	t.Head = []string{"pairs of lawyers' names", "pairs", "same", "review", "different"}
	for _, kind := range []string{oneContact, twoAddresses} {
		d := decided[kind]
		t.Add(kind, count(d["all"]), count(d["same"]), count(d["review"]), count(d["different"]))
	}
	return t, nil
}

// The kinds of pairs of lawyers' names.
const (
	oneContact   = "one surname and contact"
	twoAddresses = "one sheet, two addresses"
)

// kindOfPair returns the kind of two lawyers' names, "" if they prove nothing.
// Bearers counts the names beside each mail address.
func kindOfPair(a, b *lawyer, bearers map[string]int) string {
	reached := shared(a.mails, b.mails, bearers) || shared(a.phones, b.phones, nil)
	switch {
	case reached && surname(a.name) == surname(b.name):
		return oneContact
	case !reached && shared(a.dockets, b.dockets, nil) && len(a.mails) > 0 && len(b.mails) > 0 && !shared(a.mails, b.mails, nil):
		return twoAddresses
	}
	return ""
}

// office is the most names that a person's own mail address stands beside.
const office = 5

// shared reports whether two sets meet in something that few bear.
func shared(a, b map[string]bool, bearers map[string]int) bool {
	for k := range a {
		if b[k] && bearers[k] <= office {
			return true
		}
	}
	return false
}

// surname is the last word of a name that is no suffix.
func surname(name string) string {
	last := ""
	for _, w := range plainWords(name) {
		switch w {
		case "jr", "sr", "ii", "iii", "iv", "esq", "esquire":
		default:
			last = w
		}
	}
	return last
}

// lawyers reads the lawyers of all docket sheets, by name.
func (e *eval) lawyers() ([]*lawyer, error) {
	paths, err := filepath.Glob(filepath.Join(e.data, "dockets", "*.json"))
	if err != nil {
		return nil, err
	}
	byName := map[string]*lawyer{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
			continue // a page that is no docket sheet
		}
		var sheet struct {
			Parties []struct {
				Attorneys []struct{ Name, Contact string }
			}
		}
		if err := json.Unmarshal(raw, &sheet); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, p := range sheet.Parties {
			for _, a := range p.Attorneys {
				l := byName[a.Name]
				if l == nil {
					l = &lawyer{a.Name, map[string]bool{}, map[string]bool{}, map[string]bool{}}
					byName[a.Name] = l
				}
				l.dockets[path] = true
				for _, m := range mailAddress.FindAllString(strings.ToLower(a.Contact), -1) {
					l.mails[m] = true
				}
				for _, n := range phoneNumber.FindAllString(a.Contact, -1) {
					l.phones[strings.Join(plainWords(n), "")] = true
				}
			}
		}
	}
	list := slices.Collect(maps.Values(byName))
	slices.SortFunc(list, func(a, b *lawyer) int { return cmp.Compare(a.name, b.name) })
	return list, nil
}
