package main

import (
	"encoding/json"
	"errors"
	"net/mail"
	"os/exec"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// decisions counts the PDF files of which every page was read the right way:
// from the text layer, or by recognition where the layer is thin. A thin layer
// whose page has no picture of the size of a page, and more than a court's
// stamp, is all there is: two title pages of the corpus are named as such.
func (e *eval) decisions() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	if _, err := exec.LookPath("tesseract"); err != nil {
		return t, errAbsent("tesseract is not installed")
	}
	titlePages := []string{"filings/plumber__issue-842-example.pdf", "filings/plumber__pr-88-example.pdf"}
	t.Head = []string{"layer", "files", "read as they should be", "not"}
	for _, layer := range []string{"thin", "text", "scan"} {
		files := e.corpus.Select(func(f lab.File) bool { return f.Layer == layer && f.IsPDF() && f.Kind != "hostile" })
		docs, err := e.read(e.paths(files), "")
		if err != nil {
			return t, err
		}
		right := 0
		var wrong []string
		for i, f := range files {
			want := "ocr"
			if layer == "text" || slices.Contains(titlePages, f.Name) {
				want = "layer"
			}
			if readAs(docs[i], want) {
				right++
			} else {
				wrong = append(wrong, f.Name)
			}
		}
		t.Add(layer, count(len(files)), count(right), strings.Join(wrong, ", "))
	}
	return t, nil
}

// readAs reports whether all pages were read from the layer, or by recognition.
// Text behind a scan is a layer, and a blank page was never read.
func readAs(pages []lab.Page, want string) bool {
	for _, p := range pages {
		if p.Text != "" && (p.Source == "ocr") != (want == "ocr") {
			return false
		}
	}
	return len(pages) > 0
}

// redactions counts files with text under bars that were found out, and files
// that have none and were left alone. The names of the files tell which is
// which: what they call bad or hidden is.
func (e *eval) redactions() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	files := e.corpus.Select(func(f lab.File) bool { return strings.HasPrefix(f.Name, "filings/xray__") })
	found := make([]bool, len(files))
	err = lab.Each(len(files), func(i int) error {
		out, err := e.dossier.Output(e.ctx, nil, "extract", e.corpus.Path(files[i].Name), "--as", "findings", "--json")
		if err != nil {
			return err
		}
		var list []struct{ Kind string }
		if err := json.Unmarshal(out, &list); err != nil {
			return err
		}
		for _, f := range list {
			found[i] = found[i] || f.Kind == "hidden_text"
		}
		return nil
	})
	if err != nil {
		return t, err
	}
	t.Head = []string{"files", "number", "told right", "wrong"}
	for _, hides := range []bool{true, false} {
		n, right := 0, 0
		var wrong []string
		for i, f := range files {
			if hidesText(f.Name) != hides {
				continue
			}
			n++
			if found[i] == hides {
				right++
			} else {
				wrong = append(wrong, f.Name)
			}
		}
		what := map[bool]string{true: "with text under a bar", false: "without"}[hides]
		t.Add(what, count(n), count(right), strings.Join(wrong, ", "))
	}
	return t, nil
}

func hidesText(name string) bool {
	name = strings.TrimPrefix(name, "filings/xray__")
	return strings.HasPrefix(name, "bad_") || strings.HasPrefix(name, "hidden_")
}

// mailFields are the facts of a mail's truth and where an export has them.
var mailFields = []struct{ fact, key string }{
	{"mail_subject", "subject"},
	{"mail_from", "from"},
	{"mail_to", "to"},
	{"mail_cc", "cc"},
	{"mail_date", "date"},
	{"mail_message-id", "message_id"},
}

// mails compares the fields of mails in an export with those another parser
// found.
func (e *eval) mails() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	exported, _, err := e.caseFile("mail", "--ocr", "off")
	if err != nil {
		return t, err
	}
	metadata, err := mailMetadata(exported)
	if err != nil {
		return t, err
	}
	facts, err := readFacts(e.corpus.Path("truth/mail.jsonl"))
	if err != nil {
		return t, err
	}
	t.Head = []string{"field", "known", "found", "rate"}
	for _, field := range mailFields {
		var s marked.Score
		for _, f := range facts {
			if f.Field != field.fact {
				continue
			}
			s.Wanted++
			if sameField(field.key, metadata[e.corpus.Path(f.File)][field.key], f.Value) {
				s.Right++
			}
		}
		t.Add(field.key, count(s.Wanted), count(s.Right), decimals(s.Recall()))
	}
	return t, nil
}

// mailMetadata returns what an export says of each file.
func mailMetadata(exported []byte) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	dec := json.NewDecoder(strings.NewReader(string(exported)))
	for dec.More() {
		var d struct {
			Kind     string
			Paths    []string
			Metadata map[string]string
		}
		if err := dec.Decode(&d); err != nil {
			return nil, err
		}
		for _, p := range d.Paths {
			out[p] = d.Metadata
		}
	}
	return out, nil
}

// sameField compares the letters and digits of two values, dates as times.
// Values of 400 bytes and more are cut off in the truth.
func sameField(key, got string, want any) bool {
	wanted, ok := want.(string)
	if !ok {
		return false
	}
	if key == "date" {
		a, errA := mail.ParseDate(got)
		b, errB := mail.ParseDate(wanted)
		return errors.Join(errA, errB) == nil && a.Equal(b)
	}
	got, short := squash(got), squash(wanted)
	return got == short || len(wanted) >= 400 && strings.HasPrefix(got, short)
}

func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// hostileCosts reads every hostile file by itself and reports what the worst cost.
func (e *eval) hostileCosts() (slowest time.Duration, most int64, err error) {
	files := e.corpus.Select(func(f lab.File) bool { return f.Kind == "hostile" })
	for _, f := range files {
		_, cost, err := e.dossier.Measured(e.ctx, "extract", e.corpus.Path(f.Name), "--as", "words", "--json")
		var refused *exec.ExitError
		if err != nil && (e.ctx.Err() != nil || !errors.As(err, &refused)) {
			return 0, 0, err
		}
		slowest, most = max(slowest, cost.Wall), max(most, cost.Memory)
	}
	return slowest, most, nil
}
