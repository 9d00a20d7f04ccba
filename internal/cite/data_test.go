package cite

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/internal/papertest"
)

func readJSON(t *testing.T, into any, file string) {
	t.Helper()
	raw, err := os.ReadFile(papertest.Data(t, "citations", file))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// exampleKinds translates the kinds of the worked examples to ours.
var exampleKinds = map[string]Kind{
	"FullCaseCitation": Full, "ShortCaseCitation": Short, "SupraCitation": Supra, "IdCitation": ID, "ReferenceCitation": Reference,
	"FullLawCitation": Statute, "FullJournalCitation": Journal, "UnknownCitation": Unknown,
}

// example is a text with the citations that a person found in it.
type example struct {
	Input   string
	Options struct {
		CleanSteps []string `json:"clean_steps"`
	}
	Expected []expected
}

type expected struct {
	Kind     string
	Groups   map[string]string
	Reporter string
	Metadata struct {
		Plaintiff, Defendant, Court string
		Pin                         string `json:"pin_cite"`
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// clean prepares the text as the author of the example did.
func (e example) clean() string {
	text := e.Input
	for _, step := range e.Options.CleanSteps {
		switch step {
		case "html":
			text = tags.ReplaceAllString(text, " ")
		case "all_whitespace", "inline_whitespace":
			text = strings.Join(strings.Fields(text), " ")
		}
	}
	return text
}

// isFound reports whether c is the citation w.
func (w expected) isFound(c Citation) bool {
	if c.Kind != exampleKinds[w.Kind] {
		return false
	}
	for _, part := range []string{"volume", "page", "section"} {
		if w.Groups[part] != "" && w.Groups[part] != c.Groups[part] {
			return false
		}
	}
	return true
}

// TestWorkedExamples compares Find with citations found by hand, by kind and
// parts, and the metadata of full citations.
func TestWorkedExamples(t *testing.T) {
	var examples []example
	readJSON(t, &examples, "examples.json")
	var hits, want, got, fields, right int
	for _, e := range examples {
		cites := Find(e.clean())
		got += len(cites)
		want += len(e.Expected)
		claimed := make([]bool, len(cites))
		for _, w := range e.Expected {
			i := 0
			for i < len(cites) && (claimed[i] || !w.isFound(cites[i])) {
				i++
			}
			if i == len(cites) {
				t.Logf("%q: no %s %v", e.Input, w.Kind, w.Groups)
				continue
			}
			claimed[i] = true
			hits++
			if w.Kind != "FullCaseCitation" {
				continue
			}
			c := cites[i]
			for _, f := range [][2]string{
				{w.Reporter, c.Reporter},
				{w.Metadata.Court, c.Court},
				{w.Metadata.Plaintiff, c.Plaintiff},
				{w.Metadata.Defendant, c.Defendant},
				{w.Metadata.Pin, c.PinCite},
			} {
				fields++
				if f[0] == f[1] {
					right++
				} else {
					t.Logf("%q: %s has %q, want %q", e.Input, c.Text, f[1], f[0])
				}
			}
		}
		for i, c := range cites {
			if !claimed[i] {
				t.Logf("%q: extra %s %q", e.Input, c.Kind, c.Text)
			}
		}
	}
	recall, precision := float64(hits)/float64(want), float64(hits)/float64(got)
	t.Logf("found with kind: recall %.4f, precision %.4f of %d; fields right %.4f of %d", recall, precision, want, float64(right)/float64(fields), fields)
	if recall < 0.98 || precision < 0.98 {
		t.Errorf("recall %.4f, precision %.4f: want 0.98", recall, precision)
	}
}

// TestListedForms cites every written form of the lists of reporters and
// journals once, "12 F.3d 34", and checks that it is found and taken for one of
// those that the lists give for the form. Forms that are not cited by volume and
// page are in TestListedExamples.
func TestListedForms(t *testing.T) {
	var reporters map[string][]struct {
		Editions   map[string]struct{ Regexes []string }
		Variations map[string]any
	}
	readJSON(t, &reporters, "reporters.json")
	names := map[string]map[string]bool{} // form → reporters of that form
	add := func(form, name string) {
		if names[form] == nil {
			names[form] = map[string]bool{}
		}
		names[form][name] = true
	}
	for _, list := range reporters {
		for _, r := range list {
			for name, e := range r.Editions {
				if len(e.Regexes) == 0 {
					add(name, name)
				}
			}
			for form, to := range r.Variations {
				if name, ok := to.(string); ok && len(r.Editions[name].Regexes) == 0 {
					add(form, name)
				}
			}
		}
	}
	var journals map[string][]struct{ Variations []string }
	readJSON(t, &journals, "journals.json")
	for name, list := range journals {
		add(name, name)
		for _, j := range list {
			for _, form := range j.Variations {
				add(form, name)
			}
		}
	}
	found, right := 0, 0
	for form, want := range names {
		text := "Smith v. Jones, 12 " + form + " 34 (1900)"
		cites := Find(text)
		if len(cites) != 1 || cites[0].Kind != Full && cites[0].Kind != Journal || cites[0].Groups["page"] != "34" {
			t.Logf("%q gives %s", text, strings.Join(briefs(text), "; "))
			continue
		}
		found++
		if want[cites[0].Reporter] {
			right++
		} else {
			t.Logf("%q is %q, not one of %v", text, cites[0].Reporter, want)
		}
	}
	total := len(names)
	t.Logf("found %.4f, right reporter %.4f of %d forms", float64(found)/float64(total), float64(right)/float64(total), total)
	if float64(right)/float64(total) < 0.98 {
		t.Error("want 0.98 of the forms found and right")
	}
}

// TestListedExamples finds the examples that the lists of reporters and laws
// give for their forms: one citation each, from the first byte on.
func TestListedExamples(t *testing.T) {
	for _, c := range []struct {
		file  string
		floor float64
	}{{"reporters.json", 0.98}, {"laws.json", 0.95}} {
		var list map[string][]struct{ Examples []string }
		readJSON(t, &list, c.file)
		found, whole, total := 0, 0, 0
		for name, entries := range list {
			for _, e := range entries {
				for _, text := range e.Examples {
					total++
					cites := Find(text)
					if len(cites) != 1 || !cites[0].isFull() || cites[0].Start != 0 {
						t.Logf("%s: %q gives %s", name, text, strings.Join(briefs(text), "; "))
						continue
					}
					found++
					if cites[0].PinEnd() == len(text) {
						whole++
					} else {
						t.Logf("%s: only %q of %q", name, cites[0].Text, text)
					}
				}
			}
		}
		rate := float64(found) / float64(total)
		t.Logf("%s: found with kind %.4f, to the end %.4f of %d", c.file, rate, float64(whole)/float64(total), total)
		if rate < c.floor {
			t.Errorf("%s: found %.4f, want %.2f", c.file, rate, c.floor)
		}
	}
}
