package resolve_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// project of documents: each lists names.
func gather(docs map[string][]string, order []string, typ dossier.MentionType) ([]resolve.Node, map[string]string) {
	var names resolve.Names
	ids := map[string]string{}
	for _, d := range order {
		var text strings.Builder
		for _, n := range docs[d] {
			fmt.Fprintf(&text, "«%s:%s» said. ", letterOf(typ), n)
		}
		plain, mentions := marked(text.String())
		for _, e := range resolve.Document(plain, mentions) {
			ids[d+" "+e.Key] = names.Add(d, e)
		}
	}
	return names.Nodes(), ids
}

func letterOf(typ dossier.MentionType) string {
	if typ == dossier.Org {
		return "O"
	}
	return "P"
}

func TestProjectDoesNotDependOnTheOrderOfDocuments(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			docs := map[string][]string{}
			var order []string
			for i := range rapid.IntRange(2, 8).Draw(t, "documents") {
				d := fmt.Sprintf("d%d", i)
				order = append(order, d)
				docs[d] = rapid.SliceOfN(names(typ), 1, 8).Draw(t, d)
			}
			nodes, ids := gather(docs, order, typ)
			want, _ := resolve.Project(nodes)
			rng := rand.New(rand.NewPCG(2, rapid.Uint64().Draw(t, "seed")))
			for range 5 {
				rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				nodes, again := gather(docs, order, typ)
				rng.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
				got, _ := resolve.Project(nodes)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("in the order %v: %s", order, diff)
				}
				if diff := cmp.Diff(ids, again); diff != "" {
					t.Fatalf("in the order %v: %s", order, diff)
				}
			}
		})
	}
}

// TestProjectFindsAllPairs compares all with all.
func TestProjectFindsAllPairs(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			list := rapid.SliceOfNDistinct(names(typ), 2, 25, rapid.ID).Draw(t, "names")
			all, edges := project(list, typ)
			var nodes []resolve.Node
			for i, n := range all {
				e := resolve.Document(marked("«" + letterOf(typ) + ":" + n.Name + "»"))
				if len(e) == 1 && !e[0].Partial {
					nodes = append(nodes, all[i])
				}
			}
			want := resolve.Clusters(nodes, edges)
			got, _ := resolve.Project(nodes)
			if diff := cmp.Diff(partitionOf(want), partitionOf(got)); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

// TestDocumentsAreResolvedEachByItself looks for what one document leaves to the
// next in the memory that they share.
func TestDocumentsAreResolvedEachByItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var docs resolve.Documents
		for i := range rapid.IntRange(2, 6).Draw(t, "documents") {
			var text strings.Builder
			for range rapid.IntRange(0, 12).Draw(t, fmt.Sprint("names of ", i)) {
				typ := rapid.SampledFrom([]dossier.MentionType{dossier.Person, dossier.Org}).Draw(t, "type")
				fmt.Fprintf(&text, "«%s:%s»%s", letterOf(typ), names(typ).Draw(t, "name"), rapid.SampledFrom([]string{" said. ", " v. ", ", "}).Draw(t, "then"))
			}
			plain, mentions := marked(text.String())
			if rapid.Bool().Draw(t, "without the text") {
				plain = ""
			}
			if diff := cmp.Diff(resolve.Document(plain, mentions), docs.Resolve(plain, mentions), cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestDocumentsLeaveNoGarbage bounds what a document costs in allocations once
// its names are known: less than one for two mentions.
func TestDocumentsLeaveNoGarbage(t *testing.T) {
	var mentions []dossier.Mention
	for i := range 200 {
		name, typ := "Jane Q"+letters(i/2)+" Roe"+letters(i/2), dossier.Person
		if i%3 == 0 {
			name, typ = "Halden "+letters(i/2)+" Freight Inc.", dossier.Org
		}
		mentions = append(mentions, dossier.Mention{Type: typ, Text: name, Start: i * 100, End: i*100 + len(name)})
	}
	var docs resolve.Documents
	if n := len(docs.Resolve("", mentions)); n < 100 {
		t.Fatalf("%d entities", n)
	}
	if n := testing.AllocsPerRun(10, func() { docs.Resolve("", mentions) }); n > float64(len(mentions))/2 {
		t.Errorf("%.0f allocations for %d mentions", n, len(mentions))
	}
}

func TestPartialNamesStayInTheirDocument(t *testing.T) {
	docs := map[string][]string{"a": {"Roe", "J. Roe"}, "b": {"Roe", "J. Roe", "Jane Roe"}, "c": {"Jane Roe"}}
	nodes, ids := gather(docs, []string{"a", "b", "c"}, dossier.Person)
	want := map[string]string{
		"a PERSON:j roe":    "PERSON:j roe@a",
		"b PERSON:jane roe": "PERSON:jane roe", "c PERSON:jane roe": "PERSON:jane roe",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
	if len(nodes) != 1 {
		t.Errorf("nodes %v", nodes)
	}
	nodes = []resolve.Node{{"1", "Acme", dossier.Org}, {"2", "Acme", dossier.Org}, {"3", "Acme Inc.", dossier.Org}}
	if clusters, _ := resolve.Project(nodes); len(clusters) != 3 {
		t.Errorf("one word was joined: %v", clusters)
	}
}

// TestPartingBlocksLosesNoPair parts all blocks of two names and more.
func TestPartingBlocksLosesNoPair(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			nodes, _ := project(rapid.SliceOfNDistinct(names(typ), 2, 40, rapid.ID).Draw(t, "names"), typ)
			want, _ := resolve.Edges(nodes)
			got, _ := resolve.EdgesCapped(nodes, 1)
			if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b resolve.Edge) bool { return a.A+" "+a.B < b.A+" "+b.B }), cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

// TestProjectPartsLargeBlocks makes blocks beyond the cap and looks whether
// what belongs together still meets.
func TestProjectPartsLargeBlocks(t *testing.T) {
	var nodes []resolve.Node
	add := func(typ dossier.MentionType, format string, args ...any) {
		name := fmt.Sprintf(format, args...)
		nodes = append(nodes, resolve.Node{ID: name, Name: name, Type: typ})
	}
	for i := range 600 {
		given := "Ja" + letters(i) + "qq"
		add(dossier.Person, "%s Smith", given)                          // one surname, one initial
		add(dossier.Person, "%sx Smith", given)                         // and a slip
		add(dossier.Person, "Vandella Mo%sqqr", letters(i))             // one given name
		add(dossier.Person, "Vandella Mo%sqqxr", letters(i))            // and a slip in the surname
		add(dossier.Person, "John %[1]s%[1]s Smith", letters(i))        // one name and many middle names
		add(dossier.Person, "John %[1]sx%[1]s Smith", letters(i))       // and a slip there
		add(dossier.Person, "Smith, John %[1]s%[1]s, Jr.", letters(i))  // review: no edge
		add(dossier.Org, "Halden %sqq Bank Inc.", letters(i))           // one word open
		add(dossier.Org, "Halden %sqqx Bank, Incorporated", letters(i)) // and a slip in it
	}
	add(dossier.Person, "John Smith")
	clusters, blocking := resolve.Project(nodes)
	if blocking.Refined < 5 || blocking.Pairs > 60*len(nodes) {
		t.Errorf("blocking %+v of %d names", blocking, len(nodes))
	}
	cluster := map[string]int{}
	for i, c := range clusters {
		for _, id := range c.Nodes {
			cluster[id] = i
		}
	}
	for i := range 600 {
		for _, pair := range [][2]string{
			{"Ja%sqq Smith", "Ja%sqqx Smith"},
			{"John %[1]s%[1]s Smith", "John %[1]sx%[1]s Smith"},
			{"Vandella Mo%sqqr", "Vandella Mo%sqqxr"},
			{"Halden %sqq Bank Inc.", "Halden %sqqx Bank, Incorporated"},
		} {
			a, b := fmt.Sprintf(pair[0], letters(i)), fmt.Sprintf(pair[1], letters(i))
			if cluster[a] != cluster[b] {
				t.Fatalf("%q and %q never met", a, b)
			}
		}
	}
}

// letters writes a number in letters that differ in two places from those of
// its neighbours.
func letters(i int) string {
	a, b := byte('a'+i%26), byte('a'+i/26)
	return string([]byte{a, b, a, b})
}
