package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

func keys(m map[string]int) iter.Seq[string] { return maps.Keys(m) }

// batch sends texts to one `dossier extract --batch --as WHAT` and decodes the
// answers' lists, in the order of the texts.
func batch[T any](e *eval, what string, texts []string) ([][]T, error) {
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for i, s := range texts {
		if err := enc.Encode(map[string]any{"id": i, "text": strings.ToValidUTF8(s, " ")}); err != nil {
			return nil, err
		}
	}
	out, err := e.dossier.Output(e.ctx, in.Bytes(), "extract", "--batch", "--as", what)
	if err != nil {
		return nil, err
	}
	lists := make([][]T, len(texts))
	dec := json.NewDecoder(bytes.NewReader(out))
	for i := range lists {
		var line map[string]json.RawMessage
		if err := dec.Decode(&line); err != nil {
			return nil, fmt.Errorf("answer %d: %w", i, err)
		}
		if err := json.Unmarshal(line[what], &lists[i]); err != nil {
			return nil, fmt.Errorf("answer %d: %w", i, err)
		}
	}
	return lists, nil
}

// found is a mention as dossier prints it.
type found struct{ Type, Text string }

// docket is what is known of the names of a docket sheet.
type docket struct {
	Parties []struct {
		Name      string
		Attorneys []struct{ Name string }
	}
	AssignedTo string `json:"assigned_to_str"`
}

// dockets looks for the parties, attorneys and judges of docket sheets among
// the mentions of the sheet.
func (e *eval) dockets() (t lab.Table, err error) {
	if err := e.needData(); err != nil {
		return t, err
	}
	truths, err := filepath.Glob(filepath.Join(e.data, "dockets", "*.json"))
	if err != nil {
		return t, err
	}
	var sheets []docket
	var paths []string
	for _, path := range truths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return t, err
		}
		var d docket
		if err := json.Unmarshal(raw, &d); err != nil {
			if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
				continue // a page that is no docket sheet
			}
			return t, fmt.Errorf("%s: %w", path, err)
		}
		sheets, paths = append(sheets, d), append(paths, strings.TrimSuffix(path, ".json")+".html")
	}
	docs, err := e.read(paths, "")
	if err != nil {
		return t, err
	}
	texts := make([]string, len(docs))
	for i, d := range docs {
		texts[i] = text(d)
	}
	mentions, err := batch[found](e, "mentions", texts)
	if err != nil {
		return t, err
	}
	total := map[string]marked.Score{}
	for i, d := range sheets {
		for group, s := range scoreDocket(d, texts[i], mentions[i]) {
			total[group] = total[group].Plus(s)
		}
	}
	t.Head = []string{"names", "sheets", "in the text", "found", "recall"}
	for _, group := range []string{"party", "attorney", "judge"} {
		s := total[group]
		t.Add(group, count(len(sheets)), count(s.Wanted), count(s.Right), decimals(s.Recall()))
	}
	return t, nil
}

// scoreDocket counts the names that stand in the text of a sheet and those
// found there: parties as person, organisation or place, the others as person.
func scoreDocket(d docket, text string, mentions []found) map[string]marked.Score {
	have := map[string]string{}
	for _, m := range mentions {
		switch m.Type {
		case "PERSON", "ORG", "LOCATION":
			have[bareName(m.Text)] = m.Type
		}
	}
	scores := map[string]marked.Score{}
	hay := strings.ToLower(strings.Join(strings.Fields(text), " "))
	check := func(group, name string) {
		name = strings.TrimPrefix(bareName(name), "the ")
		// Offices ("U.S. Trustee") and names with the sheet's own marks are
		// no names; one that does not stand in the text cannot be found.
		if len(name) < 4 || strings.Contains(name, "trustee") || strings.ContainsAny(name, "0123456789#") || !strings.Contains(hay, name) {
			return
		}
		s := scores[group]
		s.Wanted++
		if kind, ok := have[name]; ok && (group == "party" || kind == "PERSON") {
			s.Right++
		}
		scores[group] = s
	}
	check("judge", d.AssignedTo)
	for _, p := range d.Parties {
		check("party", p.Name)
		for _, a := range p.Attorneys {
			check("attorney", a.Name)
		}
	}
	return scores
}

// bareName is a name without what follows its first comma ("Acme, Inc.").
func bareName(name string) string {
	name, _, _ = strings.Cut(strings.Join(strings.Fields(strings.ToLower(name)), " "), ",")
	return name
}

// cite is a citation as dossier prints it.
type cite struct {
	Kind   string
	Groups map[string]string
}

// example is a text with the citations a person found in it.
type example struct {
	Input   string
	Options struct {
		CleanSteps []string `json:"clean_steps"`
	}
	Expected []cite
}

// exampleKinds translates the kinds of the worked examples to ours.
var exampleKinds = map[string]string{
	"FullCaseCitation": "full", "ShortCaseCitation": "short", "SupraCitation": "supra", "IdCitation": "id",
	"ReferenceCitation": "reference", "FullLawCitation": "statute", "FullJournalCitation": "journal", "UnknownCitation": "unknown",
}

// citations compares the citations found with worked examples, by kind,
// volume, page and section.
func (e *eval) citations() (t lab.Table, err error) {
	if err := e.needData(); err != nil {
		return t, err
	}
	raw, err := os.ReadFile(filepath.Join(e.data, "citations", "examples.json"))
	if err != nil {
		return t, err
	}
	var examples []example
	if err := json.Unmarshal(raw, &examples); err != nil {
		return t, err
	}
	texts := make([]string, len(examples))
	for i, ex := range examples {
		texts[i] = ex.clean()
	}
	got, err := batch[cite](e, "citations", texts)
	if err != nil {
		return t, err
	}
	var s marked.Score
	for i, ex := range examples {
		s = s.Plus(compareCites(ex.Expected, got[i]))
	}
	t.Head = []string{"examples", "citations", "recall", "precision"}
	t.Add(count(len(examples)), count(s.Wanted), decimals(s.Recall()), decimals(s.Precision()))
	return t, nil
}

var tags = regexp.MustCompile(`<[^>]*>`)

// clean prepares the text of an example as its author did.
func (ex example) clean() string {
	text := ex.Input
	for _, step := range ex.Options.CleanSteps {
		switch step {
		case "html":
			text = tags.ReplaceAllString(text, " ")
		case "all_whitespace", "inline_whitespace":
			text = strings.Join(strings.Fields(text), " ")
		}
	}
	return text
}

// compareCites pairs each wanted citation with one found, at most once each.
func compareCites(want, got []cite) marked.Score {
	s := marked.Score{Wanted: len(want), Found: len(got)}
	taken := make([]bool, len(got))
	for _, w := range want {
		for i, g := range got {
			if !taken[i] && g.Kind == exampleKinds[w.Kind] && sameParts(w.Groups, g.Groups) {
				taken[i] = true
				s.Right++
				break
			}
		}
	}
	return s
}

// sameParts compares the parts that identify an authority, where given.
func sameParts(want, got map[string]string) bool {
	for _, part := range []string{"volume", "page", "section"} {
		if want[part] != "" && want[part] != got[part] {
			return false
		}
	}
	return true
}

// Names that a person marked on pages of the corpus: pages that rules and model
// were tuned on, and pages that nothing was tuned on.
const (
	markedPages  = "internal/mention/testdata/pages.tsv"
	heldOutPages = "internal/mention/testdata/heldout.tsv"
)

// names measures the mentions on pages that rules and model were tuned on.
func (e *eval) names() (lab.Table, error) { return e.compareNames(markedPages) }

// heldOutNames measures the mentions on pages that nothing was tuned on. Their
// errors are not listed: what is read is soon tuned on.
func (e *eval) heldOutNames() (lab.Table, error) {
	t, err := e.compareNames(heldOutPages)
	e.errors = nil
	return t, err
}

// compareNames compares mentions with names that a person marked, by exact place
// and type.
func (e *eval) compareNames(list string) (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	files, err := marked.Read(list, e.corpus.Path("truth/text"))
	if err != nil {
		return t, err
	}
	texts := make([]string, len(files))
	for i, f := range files {
		texts[i] = f.Text
	}
	mentions, err := batch[marked.Name](e, "mentions", texts)
	if err != nil {
		return t, err
	}
	scores := marked.Scores{}
	for i, f := range files {
		right, missed, wrong := f.Judge(mentions[i], []string{"PERSON", "ORG", "LOCATION", "COURT"})
		scores.Add(f.Kind(), right, missed, wrong)
		e.note("overlooked", &f, missed)
		e.note("no such name", &f, wrong)
	}
	t.Head, t.Rows = marked.Head(), scores.Rows()
	return t, nil
}

// note keeps errors for those who ask for them.
func (e *eval) note(what string, f *marked.File, names []marked.Name) {
	for _, n := range names {
		e.errors = append(e.errors, fmt.Sprintf("%s %s: %s (%s)", what, n.Type, f.Around(n), f.Name))
	}
}
