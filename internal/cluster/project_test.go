package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names/namestest"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// gather resolves documents, each a list of names, and returns the names of the
// project and the id of each entity by document and key.
func gather(docs map[string][]string, order []string, typ dossier.MentionType) ([]cluster.Node, map[string]string) {
	var gathered cluster.Names
	ids := map[string]string{}
	for _, d := range order {
		var text strings.Builder
		var mentions []dossier.Mention
		for _, n := range docs[d] {
			m := dossier.Mention{Type: typ, Text: n, Start: text.Len(), Score: 0.95, Method: "tagger:learned"}
			text.WriteString(n)
			m.End = text.Len()
			mentions = append(mentions, m)
			text.WriteString(" said. ")
		}
		for _, e := range resolve.Document(text.String(), mentions) {
			ids[d+" "+e.Key] = gathered.Add(d, e)
		}
	}
	return gathered.Nodes(), ids
}

func TestProjectDoesNotDependOnTheOrderOfDocuments(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			docs := map[string][]string{}
			var order []string
			for i := range rapid.IntRange(2, 8).Draw(t, "documents") {
				d := fmt.Sprintf("d%d", i)
				order = append(order, d)
				docs[d] = rapid.SliceOfN(namestest.Any(typ), 1, 8).Draw(t, d)
			}
			nodes, ids := gather(docs, order, typ)
			want, _ := cluster.Project(nodes)
			rng := rand.New(rand.NewPCG(2, rapid.Uint64().Draw(t, "seed")))
			for range 5 {
				rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				nodes, again := gather(docs, order, typ)
				rng.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
				got, _ := cluster.Project(nodes)
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
			list := rapid.SliceOfNDistinct(namestest.Any(typ), 2, 25, rapid.ID).Draw(t, "names")
			all, edges := project(list, typ)
			var nodes []cluster.Node
			for i, n := range all {
				e := resolve.Document(n.Name, []dossier.Mention{{Type: typ, Text: n.Name, End: len(n.Name), Score: 0.95, Method: "tagger:learned"}})
				if len(e) == 1 && !e[0].Partial {
					nodes = append(nodes, all[i])
				}
			}
			want := cluster.Partition(nodes, edges)
			got, _ := cluster.Project(nodes)
			if diff := cmp.Diff(partitionOf(want), partitionOf(got)); diff != "" {
				t.Fatal(diff)
			}
		})
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
	nodes = []cluster.Node{{"1", "Acme", dossier.Org}, {"2", "Acme", dossier.Org}, {"3", "Acme Inc.", dossier.Org}}
	if clusters, _ := cluster.Project(nodes); len(clusters) != 3 {
		t.Errorf("one word was joined: %v", clusters)
	}
}

// TestPartingBlocksLosesNoPair parts all blocks of two names and more.
func TestPartingBlocksLosesNoPair(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			nodes, _ := project(rapid.SliceOfNDistinct(namestest.Any(typ), 2, 40, rapid.ID).Draw(t, "names"), typ)
			want, _ := cluster.Edges(nodes)
			got, _ := cluster.EdgesCapped(nodes, 1)
			if diff := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b cluster.Edge) bool { return a.A+" "+a.B < b.A+" "+b.B }), cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

// TestProjectPartsLargeBlocks makes blocks beyond the cap and looks whether
// what belongs together still meets.
func TestProjectPartsLargeBlocks(t *testing.T) {
	var nodes []cluster.Node
	add := func(typ dossier.MentionType, format string, args ...any) {
		name := fmt.Sprintf(format, args...)
		nodes = append(nodes, cluster.Node{ID: name, Name: name, Type: typ})
	}
	for i := range 600 {
		given := "Ja" + namestest.Letters(i) + "qq"
		add(dossier.Person, "%s Smith", given)                                    // one surname, one initial
		add(dossier.Person, "%sx Smith", given)                                   // and a slip
		add(dossier.Person, "Vandella Mo%sqqr", namestest.Letters(i))             // one given name
		add(dossier.Person, "Vandella Mo%sqqxr", namestest.Letters(i))            // and a slip in the surname
		add(dossier.Person, "John %[1]s%[1]s Smith", namestest.Letters(i))        // one name and many middle names
		add(dossier.Person, "John %[1]sx%[1]s Smith", namestest.Letters(i))       // and a slip there
		add(dossier.Person, "Smith, John %[1]s%[1]s, Jr.", namestest.Letters(i))  // review: no edge
		add(dossier.Org, "Halden %sqq Bank Inc.", namestest.Letters(i))           // one word open
		add(dossier.Org, "Halden %sqqx Bank, Incorporated", namestest.Letters(i)) // and a slip in it
	}
	add(dossier.Person, "John Smith")
	clusters, blocking := cluster.Project(nodes)
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
			a, b := fmt.Sprintf(pair[0], namestest.Letters(i)), fmt.Sprintf(pair[1], namestest.Letters(i))
			if cluster[a] != cluster[b] {
				t.Fatalf("%q and %q never met", a, b)
			}
		}
	}
}
