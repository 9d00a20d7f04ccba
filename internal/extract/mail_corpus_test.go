package extract

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/mail"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// TestCorpusMail compares the header fields and attachments of real mails with
// what another parser found. A few of its answers are the parser's own: a
// sender "Unknown" where there is none, the name of an attachment as encoded.
func TestCorpusMail(t *testing.T) {
	dir, got := readFolder(t, "mail", wire.OCROff)
	for name, o := range got {
		if o.err != nil && dossier.CodeOf(o.err) != dossier.CodeUnsupported {
			t.Errorf("%s: %v", name, o.err)
		}
	}
	least := map[string]float64{
		"mail_subject": 0.95, "mail_from": 0.95, "mail_to": 0.95, "mail_cc": 0.95, "mail_date": 0.95, "mail_message-id": 0.95, "mail_attachments": 0.9,
	}
	found, all := map[string]int{}, map[string]int{}
	for _, f := range facts(t, filepath.Join(dir, "truth", "mail.jsonl")) {
		o := got[f.File]
		if least[f.Field] == 0 || o.doc == nil {
			continue
		}
		all[f.Field]++
		if value, ok := holdsFact(t, o.doc, f); ok {
			found[f.Field]++
		} else {
			t.Logf("%s: %s is %q, want %q", f.File, f.Field, value, f.Value)
		}
	}
	for field, share := range least {
		t.Logf("%s: %d of %d", field, found[field], all[field])
		if float64(found[field]) < share*float64(all[field]) || all[field] == 0 {
			t.Errorf("%s: %d of %d found, want a share of %v", field, found[field], all[field], share)
		}
	}
}

// holdsFact reports whether doc says what f says: letters and digits of texts
// compared, and dates as times. Long values are cut off in f.
func holdsFact(t *testing.T, doc *Document, f fact) (any, bool) {
	key := strings.ReplaceAll(strings.TrimPrefix(f.Field, "mail_"), "-", "_")
	switch f.Field {
	case "mail_attachments":
		return holdsFiles(t, doc, f.Value.([]any))
	case "mail_date":
		return doc.Meta[key], mail.ParseDate(doc.Meta[key]).Equal(mail.ParseDate(f.Value.(string)))
	}
	got, want := squash(doc.Meta[key]), squash(f.Value.(string))
	return doc.Meta[key], got == want || len(f.Value.(string)) >= 400 && strings.HasPrefix(got, want)
}

// holdsFiles looks for the names of attachments, those of attached mails
// included. A signature of S/MIME is no document; a warning says that it was there.
func holdsFiles(t *testing.T, doc *Document, wanted []any) (names []string, ok bool) {
	children := held(t, doc)
	for i := 0; i < len(children); i++ {
		names = append(names, squash(children[i].Name))
		if strings.HasSuffix(children[i].Name, ".eml") {
			inner, err := extracttest.Read(t, mail.ReadEmail, children[i].Data)
			if err != nil {
				t.Error(err)
			}
			children = append(children, inner.Children...)
		}
	}
	if slices.ContainsFunc(doc.Warnings, func(w string) bool { return strings.Contains(w, "the mail is signed") }) {
		names = append(names, squash("smime.p7s"))
	}
	for _, want := range wanted {
		if !slices.Contains(names, squash(want.(string))) {
			return names, false
		}
	}
	return names, true
}
