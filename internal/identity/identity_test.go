package identity

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

// each runs f on every engine.
func each(t *testing.T, f func(r *record)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(newRecord(t, ""))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(newRecord(t, storetest.Database(t)))
	})
}

// record is a case file to put papers into.
type record struct {
	testing.TB
	Book
	batch store.Batch
}

func newRecord(t testing.TB, where string) *record {
	db := storetest.Open(t, where)
	b := storetest.Batch(t, db, "first")
	return &record{t, Book{DB: db, ProjectID: b.ProjectID, Actor: "somebody@here"}, b}
}

// papers list the names that various documents use: the same people and organisations under
// several forms, and some that must stay apart.
var papers = []string{
	"Halden Logistics Inc.|Jane A. Roe",
	"HALDEN LOGISTICS INC.|Roe, Jane A.",
	"Halden Logistics, Incorporated|Jane Roe",
	"Halden Logistics|Jane B. Roe",
	"Halden Logistics LLC|John Roe Jr.",
	"Northgate Insurance Company|John Roe Sr.",
	"Northgate Insurance Co.|Jane A. Roe",
	"NORTHGATE INSURANCE COMPANY|Roe",
}

// arrive puts a paper on record that names organisations and persons in turn, and
// returns its id. recipe says how it is done: another one does it anew.
func (r *record) arrive(paper, recipe string) string {
	r.Helper()
	id, sha := "", fmt.Sprintf("%x", sha256.Sum256([]byte(paper)))
	if err := r.DB.Write(r.Context(), func(tx *store.Tx) error {
		reg, err := tx.Documents().Register(r.Context(), r.batch.ID, store.NewDocument{
			ProjectID: r.ProjectID, SHA256: sha, Path: "/" + sha, Recipe: recipe,
		})
		if err != nil {
			return err
		}
		id = reg.DocumentID
		if err := Release(r.Context(), tx, r.ProjectID, reg.FreedNames); err != nil {
			return err
		}
		entities := entitiesOf(paper)
		rows, err := Attach(r.Context(), tx, r.ProjectID, id, entities)
		if err != nil {
			return err
		}
		if err := tx.Contents().SaveEntities(r.Context(), id, entities, rows); err != nil {
			return err
		}
		_, err = tx.Documents().End(r.Context(), id, dossier.StatusCompleted, "", nil)
		return err
	}); err != nil {
		r.Fatal(err)
	}
	return id
}

func entitiesOf(paper string) []dossier.DocumentEntity {
	var list []dossier.DocumentEntity
	for i, n := range strings.Split(paper, "|") {
		typ := []dossier.MentionType{dossier.Org, dossier.Person}[i%2]
		norm := names.Norm(n, typ)
		list = append(list, dossier.DocumentEntity{
			Key: string(typ) + ":" + norm, Type: typ, Name: n, Norm: norm, Partial: typ == dossier.Person && !strings.Contains(n, " "),
		})
	}
	return list
}

// state is what is on record: a line for each entity, with its id and names.
func (r *record) state() []string {
	r.Helper()
	const all = 1000
	entities, err := r.DB.Entities().List(r.Context(), r.ProjectID, "", all)
	if err != nil {
		r.Fatal(err)
	}
	var lines []string
	for _, e := range entities {
		list, err := r.DB.Entities().Names(r.Context(), e.ID)
		if err != nil {
			r.Fatal(err)
		}
		var forms []string
		for _, n := range list {
			forms = append(forms, n.Name)
		}
		lines = append(lines, fmt.Sprintf("%s %s %q in %d documents: %q", e.ID, e.Type, e.Name, e.Documents, forms))
	}
	slices.Sort(lines)
	return lines
}

// id returns the id of the one entity of a name.
func (r *record) id(name string) string {
	r.Helper()
	found, err := r.DB.Entities().Find(r.Context(), r.ProjectID, name)
	if err != nil || len(found) != 1 {
		r.Fatalf("%q: %d entities, %v", name, len(found), err)
	}
	return found[0].ID
}

// check resolves everything anew and compares.
func (r *record) check() {
	r.Helper()
	c, err := r.Check(r.Context(), false)
	if err != nil {
		r.Fatal(err)
	}
	if len(c.Differences) > 0 {
		r.Errorf("the record is not what a resolution from scratch finds: %+v", c.Differences)
	}
}

func (r *record) same(what string, want []string) {
	r.Helper()
	if diff := cmp.Diff(want, r.state()); diff != "" {
		r.Errorf("%s: %s", what, diff)
	}
	r.check()
}

// must returns a decision's number.
func (r *record) must(seq int64, err error) int64 {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	return seq
}

func (r *record) undo(seq int64) {
	r.Helper()
	if err := r.Undo(r.Context(), seq); err != nil {
		r.Fatal(err)
	}
}

// The order in which papers arrive does not change who is who, nor which
// id anybody has.
func TestOrderOfArrivalDoesNotMatter(t *testing.T) {
	order := slices.Clone(papers)
	arrive := func() *record {
		r := newRecord(t, "")
		for _, paper := range order {
			r.arrive(paper, "recipe")
		}
		return r
	}
	want := arrive().state()
	if len(want) < 6 || len(want) > 12 {
		t.Fatalf("%d entities: %v", len(want), want)
	}
	for range 8 {
		rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		arrive().same(fmt.Sprintf("order %q", order), want)
	}
}

// A document done anew leaves nothing behind of what it said before, and
// nothing of what the others say changes.
func TestDoneAnew(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range papers {
			r.arrive(paper, "recipe")
		}
		want := r.state()
		for _, i := range []int{3, 0, 5} {
			r.arrive(papers[i], "another recipe")
		}
		r.same("done anew", want)
	})
}

// An entity keeps its id when later batches bring other names of it, better
// ones included.
func TestIDsStay(t *testing.T) {
	each(t, func(r *record) {
		r.arrive("HALDEN LOGISTICS INC|Jane Quillmark", "recipe")
		org, person := r.id("HALDEN LOGISTICS INC"), r.id("Jane Quillmark")
		r.batch = storetest.Batch(r, r.DB, "second")
		r.arrive("Halden Logistics, Incorporated|Jane Anne Quillmark", "recipe")
		r.arrive("Halden Logistics Inc.|Quillmark, Jane A.", "recipe")
		if got := r.id("Halden Logistics Inc."); got != org {
			r.Errorf("the organisation was %s and is %s", org, got)
		}
		if got := r.id("Jane Anne Quillmark"); got != person {
			r.Errorf("the person was %s and is %s", person, got)
		}
		r.check()
	})
}

// A merge keeps the id of the one that was to stay; ids that went lead to it;
// undone, all is as it was.
func TestMergeAndUndo(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range papers {
			r.arrive(paper, "recipe")
		}
		before := r.state()
		keep, gone := r.id("John Roe Sr."), r.id("John Roe Jr.")
		seq := r.must(r.Merge(r.Context(), keep, []string{gone}))
		if got := r.id(gone); got != keep {
			r.Errorf("%s leads to %s, want %s", gone, got, keep)
		}
		if got := r.id("John Roe Jr."); got != keep {
			r.Errorf("John Roe Jr. is %s, want %s", got, keep)
		}
		r.check()
		chain := r.must(r.Merge(r.Context(), r.id("Jane B. Roe"), []string{keep}))
		if got := r.id(gone); got != r.id("Jane B. Roe") {
			r.Errorf("%s leads to %s", gone, got)
		}
		r.undo(chain)
		r.undo(seq)
		r.same("merged and undone", before)
		if err := r.Undo(r.Context(), seq); dossier.CodeOf(err) != dossier.CodeNotFound {
			r.Errorf("undone twice: %v", err)
		}
		if _, err := r.Merge(r.Context(), keep, []string{keep}); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			r.Errorf("merged with itself: %v", err)
		}
		if _, err := r.Merge(r.Context(), keep, []string{"nobody"}); dossier.CodeOf(err) != dossier.CodeNotFound {
			r.Errorf("merged with nobody: %v", err)
		}
		r.same("refused", before)
	})
}

// Names taken out of an entity stay out, whatever arrives; a later merge takes
// that back.
func TestSplitNames(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range papers {
			r.arrive(paper, "recipe")
		}
		r.arrive("Northgate Insurances Company|Jane Roe", "recipe") // a slip of the pen
		whole := r.id("Northgate Insurance Company")
		if r.id("Northgate Insurances Company") != whole {
			r.Fatal("the two are not one to begin with")
		}
		r.must(r.SplitNames(r.Context(), whole, []string{"Northgate Insurances Company"}))
		if r.id("Northgate Insurances Company") == r.id("Northgate Insurance Company") {
			r.Error("nothing was split")
		}
		r.check()
		r.arrive("Northgate Insurances Company|Someone Else", "recipe")
		if r.id("Northgate Insurances Company") == r.id("Northgate Insurance Company") {
			r.Error("another paper joined what was split")
		}
		r.must(r.Merge(r.Context(), r.id("Northgate Insurance Company"), []string{r.id("Northgate Insurances Company")}))
		if r.id("Northgate Insurances Company") != r.id("Northgate Insurance Company") {
			r.Error("a later merge does not outrank the split")
		}
		r.check()
		for _, bad := range [][]string{{"Nobody"}, {"Northgate Insurance Company", "Northgate Insurances Company"}} {
			if _, err := r.SplitNames(r.Context(), r.id("Northgate Insurance Company"), bad); dossier.CodeOf(err) != dossier.CodeInvalidInput {
				r.Errorf("split %q: %v", bad, err)
			}
		}
	})
}

// Two people of one name are told apart by document, for as long as nobody
// undoes it, also when the papers are done anew.
func TestSplitDocuments(t *testing.T) {
	each(t, func(r *record) {
		first := r.arrive("Halden Logistics Inc.|Jane A. Roe", "recipe")
		second := r.arrive("Northgate Insurance Company|Jane A. Roe", "recipe")
		third := r.arrive("Third Harbor Bank|Jane A. Roe", "recipe")
		before, roe := r.state(), r.id("Jane A. Roe")
		seq := r.must(r.SplitDocuments(r.Context(), roe, []string{second, third}))
		found, err := r.DB.Entities().Find(r.Context(), r.ProjectID, "Jane A. Roe")
		if err != nil || len(found) != 2 {
			r.Fatalf("%d people, %v", len(found), err)
		}
		for _, f := range found {
			if want := map[bool]int{true: 1, false: 2}[f.ID == roe]; f.Documents != want {
				r.Errorf("%s is named in %d documents, want %d", f.ID, f.Documents, want)
			}
		}
		r.check()
		apart := r.state()
		r.arrive("Northgate Insurance Company|Jane A. Roe", "another recipe")
		r.same("done anew", apart)
		r.undo(seq)
		r.same("undone", before)
		if _, err := r.SplitDocuments(r.Context(), roe, []string{first, second, third}); dossier.CodeOf(err) != dossier.CodeInvalidInput {
			r.Errorf("all documents: %v", err)
		}
	})
}

// What people say of an entity holds, and goes when it is undone.
func TestRenameRetypeReject(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range papers {
			r.arrive(paper, "recipe")
		}
		before := r.state()
		id := r.id("Halden Logistics LLC")
		renamed := r.must(r.Rename(r.Context(), id, " The  Carrier "))
		if got := r.state(); !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, id+` ORG "The Carrier"`) }) {
			r.Errorf("renamed: %q", got)
		}
		retyped := r.must(r.Retype(r.Context(), id, dossier.Person))
		if got := r.state(); !slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, id+" PERSON") }) {
			r.Errorf("retyped: %q", got)
		}
		r.arrive("Halden Logistics LLC|Jane Roe", "another recipe")
		r.check()
		rejected := r.must(r.Reject(r.Context(), id))
		if got := r.state(); slices.ContainsFunc(got, func(l string) bool { return strings.Contains(l, id) }) {
			r.Errorf("rejected: %q", got)
		}
		r.check()
		r.undo(renamed) // in any order
		r.undo(rejected)
		r.undo(retyped)
		after := slices.DeleteFunc(r.state(), func(l string) bool {
			return strings.Contains(l, "Halden Logistics LLC") || strings.Contains(l, "Jane Roe")
		})
		want := slices.DeleteFunc(before, func(l string) bool {
			return strings.Contains(l, "Halden Logistics LLC") || strings.Contains(l, "Jane Roe")
		})
		if diff := cmp.Diff(want, after); diff != "" {
			r.Error(diff)
		}
		for _, bad := range []dossier.MentionType{"", "THING", dossier.Date} {
			if _, err := r.Retype(r.Context(), id, bad); dossier.CodeOf(err) != dossier.CodeInvalidInput {
				r.Errorf("type %q: %v", bad, err)
			}
		}
	})
}

// What is of another type than it was taken for is found by later names of that
// type, and by those of the old one no more.
func TestRetypedIsFound(t *testing.T) {
	each(t, func(r *record) {
		r.arrive("Jane Quillmark|Third Harbor", "recipe")
		person, org := r.id("Jane Quillmark"), r.id("Third Harbor")
		retyped := r.must(r.Retype(r.Context(), person, dossier.Person))
		r.must(r.Retype(r.Context(), org, dossier.Org))
		r.batch = storetest.Batch(r, r.DB, "second")
		r.arrive("Third Harbor Inc.|Jane Anne Quillmark", "recipe")
		if got := r.id("Jane Anne Quillmark"); got != person {
			r.Errorf("the person is %s, want %s", got, person)
		}
		if got := r.id("Third Harbor Inc."); got != org {
			r.Errorf("the organisation is %s, want %s", got, org)
		}
		r.check()
		r.undo(retyped)
		r.arrive("Fourth Harbor Inc.|Jane A. Quillmark", "recipe")
		if got := r.id("Jane A. Quillmark"); got == person {
			r.Error("a person is what is an organisation again")
		}
		r.check()
	})
}

// The queue shows pairs in doubt once; a class is decided at once, but never
// against a contradiction; and the whole is undone at once.
func TestReview(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range []string{
			"Halden Logistics Inc.|Mary Quillfeather", "Halden Logistics|M. Quillfeather",
			"Northgate Insurance Company|Peter Vane", "Northgate Insurance|P. Vane", "Third Harbor Bank|Paul Vane",
		} {
			r.arrive(paper, "recipe")
		}
		before := r.state()
		items, err := r.Queue(r.Context(), "")
		if err != nil {
			r.Fatal(err)
		}
		var initials []Item
		for _, it := range items {
			if strings.Contains(it.Class, "initial") {
				initials = append(initials, it)
			}
		}
		if len(initials) != 3 {
			r.Fatalf("%d items with initials: %+v", len(initials), items)
		}
		out, err := r.Review(r.Context(), initials, store.VerdictSame)
		if err != nil {
			r.Fatal(err)
		}
		if out.Items != 1 || len(out.Refused) != 2 { // P. Vane is Peter or Paul
			r.Errorf("decided %d, refused %+v", out.Items, out.Refused)
		}
		if r.id("M. Quillfeather") != r.id("Mary Quillfeather") {
			r.Error("what was accepted was not joined")
		}
		r.check()
		if left, err := r.Queue(r.Context(), ""); err != nil || len(left) != len(items)-1 {
			r.Errorf("%d items left of %d, %v", len(left), len(items), err)
		}
		one, err := r.Review(r.Context(), out.Refused[:1], store.VerdictUnsure)
		if err != nil || one.Items != 1 {
			r.Fatalf("%+v, %v", one, err)
		}
		if left, err := r.Queue(r.Context(), ""); err != nil || len(left) != len(items)-2 {
			r.Errorf("%d items left of %d after one was put off, %v", len(left), len(items), err)
		}
		r.undo(one.Decision)
		r.undo(out.Decision)
		r.same("undone", before)
		if left, err := r.Queue(r.Context(), ""); err != nil || len(left) != len(items) {
			r.Errorf("%d items again of %d, %v", len(left), len(items), err)
		}
		log, err := r.DB.Audit().List(r.Context(), "", 100)
		if err != nil || len(log) < 4 {
			r.Errorf("the audit log has %d entries, %v", len(log), err)
		}
	})
}

// Check finds what is wrong, and repairs it.
func TestCheckRepairs(t *testing.T) {
	each(t, func(r *record) {
		for _, paper := range papers {
			r.arrive(paper, "recipe")
		}
		want, moved := r.state(), r.id("John Roe Sr.")
		if err := r.DB.Write(r.Context(), func(tx *store.Tx) error {
			id := nameID(r.ProjectID, dossier.Person, names.Norm("John Roe Jr.", dossier.Person))
			list, err := tx.Names().Get(r.Context(), []string{id})
			if err != nil {
				return err
			}
			n := list[id]
			n.CanonicalID = moved
			return tx.Names().Put(r.Context(), r.ProjectID, []store.Name{n}, nil)
		}); err != nil {
			r.Fatal(err)
		}
		c, err := r.Check(r.Context(), true)
		if err != nil || len(c.Differences) != 1 || c.Differences[0].Recorded != moved {
			r.Errorf("found %+v, %v", c.Differences, err)
		}
		r.same("repaired", want)
	})
}
