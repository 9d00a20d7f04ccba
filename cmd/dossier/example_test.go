package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/examples/lawsuit"
	"github.com/dossier-legal/dossier/internal/search"
	"github.com/dossier-legal/dossier/internal/store"
)

var rewrite = flag.Bool("rewrite", false, "rewrite golden files")

// The example case file against its truth. What is found is a golden file, so
// that every change shows; what must never happen fails the test.
func TestExampleCaseFile(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("no tesseract here; `make test` installs it")
	}
	papers, data := t.TempDir(), t.TempDir()
	if err := lawsuit.Write(papers); err != nil {
		t.Fatal(err)
	}
	if out, err := dossierCommand(data, "process", filepath.Join(papers, "papers")).CombinedOutput(); exitCode(err) != exitPartly {
		t.Fatalf("%v: %s", err, out)
	}
	checkRows(t, filepath.Join(data, "dossier.db"))
	x := openExample(t, data)
	x.documents()
	x.named("people", dossier.Person, x.truth.People)
	x.named("organisations", dossier.Org, x.truth.Organisations)
	x.values("docket and court", map[dossier.MentionType][]string{dossier.Docket: {x.truth.Docket}, dossier.Court: {x.truth.Court}})
	x.values("dates", map[dossier.MentionType][]string{dossier.Date: x.truth.Dates})
	x.values("citations", map[dossier.MentionType][]string{dossier.Citation: x.truth.Citations})
	x.values("statutes", map[dossier.MentionType][]string{dossier.Statute: x.truth.Statutes})
	x.chronology()
	x.roles()
	x.phrases()
	x.apart()
	const golden = "testdata/example.golden"
	if *rewrite {
		if err := os.WriteFile(golden, []byte(x.report.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), x.report.String()); diff != "" {
		t.Errorf("what is found has changed (-rewrite accepts it):\n%s", diff)
	}
}

// example scores a record of the example case file.
type example struct {
	*testing.T
	db      *store.DB
	project store.Project
	truth   lawsuit.TruthFile
	forms   map[string]string // type and name in lower case → canonical id
	norms   map[string]bool   // type and norm of every mention
	report  strings.Builder
}

func openExample(t *testing.T, dir string) *example {
	t.Helper()
	ctx := context.Background()
	x := &example{T: t, truth: lawsuit.Truth(), forms: map[string]string{}, norms: map[string]bool{}}
	var err error
	if x.db, err = store.Open(ctx, filepath.Join(dir, "dossier.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.db.Close(); err != nil {
			t.Error(err)
		}
	})
	if x.project, err = x.db.Projects().Get(ctx, "default"); err != nil {
		t.Fatal(err)
	}
	const all = math.MaxInt32
	entities, err := x.db.Entities().List(ctx, x.project.ID, "", all)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entities {
		names, err := x.db.Entities().Names(ctx, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			for _, form := range append(n.Aliases, n.Name) {
				x.forms[formKey(e.Type, form)] = e.ID
			}
		}
	}
	for _, d := range x.list() {
		mentions, err := x.db.Contents().Mentions(ctx, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mentions {
			x.norms[string(m.Type)+" "+m.Norm] = true
		}
	}
	return x
}

func formKey(t dossier.MentionType, form string) string {
	return string(t) + " " + strings.ToLower(form)
}

func (x *example) list() []store.Document {
	list, err := x.db.Documents().List(context.Background(), x.project.ID, "")
	if err != nil {
		x.Fatal(err)
	}
	return list
}

// score writes a line of the report, with what is missing.
func (x *example) score(what string, of int, missing []string) {
	fmt.Fprintf(&x.report, "%s: %d of %d\n", what, of-len(missing), of)
	slices.Sort(missing)
	for _, m := range missing {
		fmt.Fprintf(&x.report, "  missing: %s\n", m)
	}
}

func (x *example) documents() {
	instances, unsupported := 0, []string{}
	list := x.list()
	for _, d := range list {
		full, err := x.db.Documents().Get(context.Background(), d.ID)
		if err != nil {
			x.Fatal(err)
		}
		instances += len(full.Paths)
		if d.Status == dossier.StatusUnsupported {
			unsupported = append(unsupported, d.FileName)
		} else if d.Status != dossier.StatusCompleted {
			x.Errorf("%s is %s: %s", d.FileName, d.Status, d.ErrorMessage)
		}
	}
	if len(list) != x.truth.Documents || instances != x.truth.Instances {
		x.Errorf("%d documents and %d instances, the truth is %d and %d", len(list), instances, x.truth.Documents, x.truth.Instances)
	}
	if diff := cmp.Diff(x.truth.Unsupported, unsupported); diff != "" {
		x.Error(diff)
	}
}

// named looks for each name under its forms; forms that were found under two
// entities are missing a join.
func (x *example) named(what string, t dossier.MentionType, list []lawsuit.Named) {
	var missing []string
	for _, n := range list {
		ids := map[string]bool{}
		for _, form := range n.Forms {
			if id := x.forms[formKey(t, form)]; id != "" {
				ids[id] = true
			}
		}
		switch len(ids) {
		case 0:
			missing = append(missing, n.Forms[0])
		case 1:
		default:
			missing = append(missing, n.Forms[0]+": its forms are apart")
		}
	}
	x.score(what, len(list), missing)
}

func (x *example) values(what string, wanted map[dossier.MentionType][]string) {
	var missing []string
	of := 0
	for t, norms := range wanted {
		of += len(norms)
		for _, norm := range norms {
			if !x.norms[string(t)+" "+norm] {
				missing = append(missing, norm)
			}
		}
	}
	x.score(what, of, missing)
}

// chronology looks for the dates of the truth among the events.
func (x *example) chronology() {
	found := map[string]bool{}
	if err := x.db.Contents().Chronology(context.Background(), x.project.ID, store.EventFilter{}, func(r store.EventRow) error {
		found[r.Date], found[r.DateEnd] = true, true
		return nil
	}); err != nil {
		x.Fatal(err)
	}
	var missing []string
	for _, date := range x.truth.Dates {
		if !found[date] {
			missing = append(missing, date)
		}
	}
	x.score("chronology", len(x.truth.Dates), missing)
}

func (x *example) roles() {
	found := map[string]bool{}
	if err := x.db.Entities().Relations(context.Background(), x.project.ID, "", func(r store.RelationRow) error {
		found[strings.Join([]string{string(r.Kind), r.FromID, r.ToID}, " ")] = true
		if r.Role != "" {
			found[strings.Join([]string{string(r.Kind), r.FromID, r.ToID, r.Role}, " ")] = true
		}
		return nil
	}); err != nil {
		x.Fatal(err)
	}
	var missing []string
	for _, r := range x.truth.Roles {
		key := []string{r.Kind, x.find(r.From), x.find(r.To)}
		if r.Role != "" {
			key = append(key, r.Role)
		}
		if !found[strings.Join(key, " ")] {
			missing = append(missing, strings.TrimSpace(strings.Join([]string{r.From, r.Kind, r.To, r.Role}, " ")))
		}
	}
	x.score("roles", len(x.truth.Roles), missing)
}

// find is the entity of a name of any type, or of the docket number.
func (x *example) find(name string) string {
	for _, t := range []dossier.MentionType{dossier.Person, dossier.Org} {
		if id := x.forms[formKey(t, name)]; id != "" {
			return id
		}
	}
	for form, id := range x.forms {
		if strings.HasPrefix(form, string(dossier.Docket)) && strings.Contains(form, name) {
			return id
		}
	}
	return ""
}

func (x *example) phrases() {
	var missing []string
	for _, p := range x.truth.Phrases {
		expr, err := search.Parse(`"` + p.Phrase + `"`)
		if err != nil {
			x.Fatal(err)
		}
		hits, _, err := x.db.Contents().Search(context.Background(), x.project.ID, expr, 50, 0)
		if err != nil {
			x.Fatal(err)
		}
		named, err := x.db.Documents().Find(context.Background(), x.project.ID, p.File)
		if err != nil || len(named) != 1 {
			x.Fatalf("%s: %d documents, %v", p.File, len(named), err)
		}
		if !slices.ContainsFunc(hits, func(h store.Hit) bool { return h.DocumentID == named[0].ID }) {
			missing = append(missing, p.File+": "+p.Phrase)
		}
	}
	x.score("phrases", len(x.truth.Phrases), missing)
}

// apart checks that different people and companies are different entities: a
// wrong merge is never a matter of degree.
func (x *example) apart() {
	for _, pair := range x.truth.Apart {
		if a, b := x.find(pair[0]), x.find(pair[1]); a == b {
			x.Errorf("%s and %s are one entity, or neither was found", pair[0], pair[1])
		}
	}
}
