package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/graph"
)

// build returns the graph of the links.
func build(nodes []graph.Node, links []graph.Link, pages graph.Pages) *graph.Graph {
	b := graph.NewBuilder(nodes)
	for _, l := range links {
		b.Add(l)
	}
	return b.Graph(pages)
}

// people returns nodes whose ids and names are the letters.
func people(letters string) []graph.Node {
	var nodes []graph.Node
	for _, r := range letters {
		nodes = append(nodes, graph.Node{ID: string(r), Type: dossier.Person, Name: strings.ToUpper(string(r))})
	}
	return nodes
}

// link is a typed relation between two letters.
func link(pair string, confidence float64) graph.Link {
	return graph.Link{
		Kind: dossier.EmployedBy, From: pair[:1], To: pair[1:], DocumentID: "d", FileName: pair + ".txt", Page: 1,
		Evidence: pair, Confidence: confidence,
	}
}

// together is a co-mention of two letters in so many sentences of a document.
func together(pair string, sentences int, document string) graph.Link {
	return graph.Link{
		Kind: dossier.CoMention, From: pair[:1], To: pair[1:], DocumentID: document, FileName: document, Page: 2,
		Evidence: pair, Confidence: 0.5, Weight: sentences,
	}
}

// walk renders a path as the letters it leads through.
func walk(path []graph.Step) string {
	if path == nil {
		return ""
	}
	way := path[0].From.ID
	for _, s := range path {
		way += s.To.ID
	}
	return way
}

func TestPath(t *testing.T) {
	for _, tt := range []struct {
		name  string
		links []graph.Link
		want  string
	}{
		{"direct", []graph.Link{link("ab", 0.5)}, "ab"},
		{"against the direction", []graph.Link{link("ba", 0.9)}, "ab"},
		{"none", []graph.Link{link("ac", 0.9), link("bd", 0.9)}, ""},
		// 1/0.9 + 1/0.9 is less than 1/0.4, and more than 1/0.5.
		{"two strong steps before one weak", []graph.Link{link("ac", 0.9), link("cb", 0.9), link("ab", 0.4)}, "acb"},
		{"one fair step before two strong ones", []graph.Link{link("ac", 0.9), link("cb", 0.9), link("ab", 0.5)}, "ab"},
		{"three typed steps before a co-mention", []graph.Link{
			link("ac", 0.95), link("cd", 0.95), link("db", 0.95), together("ab", 99, "d"),
		}, "acdb"},
		// Of two ways of one length the one over the smaller id.
		{"a tie", []graph.Link{link("ad", 0.9), link("db", 0.9), link("ac", 0.9), link("cb", 0.9)}, "acb"},
		// Two proofs of 0.5 leave a doubt of 0.25: 1/0.75 is less than 2/0.9.
		{"proofs add up", []graph.Link{link("ab", 0.3), link("ab", 0.5), link("ac", 0.9), link("cb", 0.9)}, "ab"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := build(people("abcd"), tt.links, graph.Pages{})
			if got := walk(g.Path("a", "b")); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	g := build(people("ab"), []graph.Link{link("ab", 1)}, graph.Pages{})
	if g.Path("a", "a") != nil || g.Path("a", "z") != nil {
		t.Error("a path to itself, or to nobody")
	}
}

func TestPathProof(t *testing.T) {
	weak, strong := link("ab", 0.5), link("ab", 0.8)
	g := build(people("ab"), []graph.Link{together("ab", 5, "d"), weak, strong}, graph.Pages{})
	path := g.Path("b", "a")
	if len(path) != 1 {
		t.Fatalf("%+v", path)
	}
	if diff := cmp.Diff(strong, path[0].Link); diff != "" {
		t.Error("not the best proof:", diff)
	}
	if math.Abs(path[0].Strength-0.9) > 1e-9 { // 1 - 0.5·0.2
		t.Errorf("strength %v", path[0].Strength)
	}
}

// A court ties all its parties together and so says little of any two.
func TestPathAroundHubs(t *testing.T) {
	nodes := append(people("abc"), graph.Node{ID: "x", Type: dossier.Court, Name: "Court"})
	g := build(nodes, []graph.Link{link("ax", 0.9), link("bx", 0.9), link("ac", 0.5), link("cb", 0.5)}, graph.Pages{})
	if got := walk(g.Path("a", "b")); got != "acb" {
		t.Error(got)
	}
}

// Two cases of one judge have nothing to do with each other: a longer way over
// counsel who act in both says more.
func TestPathAroundJudges(t *testing.T) {
	judge := func(pair string) graph.Link {
		l := link(pair, 0.9)
		l.Kind = dossier.JudgeOf
		return l
	}
	counsel := []graph.Link{link("ac", 0.9), link("cd", 0.9), link("db", 0.9)}
	g := build(people("abcdj"), append(counsel, judge("ja"), judge("jb")), graph.Pages{})
	if got := walk(g.Path("a", "b")); got != "acdb" {
		t.Error(got)
	}
}

// strength is that of the tie between a and b.
func strength(t *testing.T, nodes []graph.Node, links []graph.Link, pages graph.Pages) float64 {
	t.Helper()
	list := build(nodes, links, pages).Neighbours("a", 1, nil, 0)
	for _, n := range list {
		if n.ID == "b" {
			return n.Strength
		}
	}
	t.Fatalf("%+v", list)
	return 0
}

func TestCoMention(t *testing.T) {
	// Both are named on 10 of 100 pages. By chance they would share one; they
	// share five: a lift of 5.
	often := graph.Pages{Total: 100, Of: map[string][]int{
		"a": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "b": {6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	}}
	// On every page, sharing all: a lift of 1.
	all := graph.Pages{Total: 2, Of: map[string][]int{"a": {1, 2}, "b": {1, 2}}}
	three := []graph.Link{together("ab", 3, "d")}
	court := []graph.Node{{ID: "a", Type: dossier.Person}, {ID: "b", Type: dossier.Court}}
	for _, tt := range []struct {
		name  string
		nodes []graph.Node
		links []graph.Link
		pages graph.Pages
		want  float64
	}{
		{"three sentences", people("ab"), three, often, 0.3 * 3 / 6 * 5 / 6},
		{"as by chance", people("ab"), three, all, 0.3 * 3 / 6 * 1 / 2},
		{"pages not known", people("ab"), three, graph.Pages{}, 0.3 * 3 / 6 * 1 / 2},
		{"one document counts three times at most", people("ab"), []graph.Link{together("ab", 50, "d")}, often, 0.3 * 3 / 6 * 5 / 6},
		{"two documents", people("ab"), []graph.Link{together("ab", 50, "d"), together("ab", 3, "e")}, often, 0.3 * 6 / 9 * 5 / 6},
		{"a court", court, three, often, 0.3 * 3 / 6 * 5 / 6 * 0.25},
		{"counsel", people("abc"), append([]graph.Link{{
			Kind: dossier.CounselFor, From: "a", To: "c", Confidence: 0.8,
		}}, three...), often, 0.3 * 3 / 6 * 5 / 6 * 0.5},
		{"a typed relation stands by itself", people("ab"), append([]graph.Link{link("ab", 0.4)}, three...), often, 0.4},
	} {
		if got := strength(t, tt.nodes, tt.links, tt.pages); math.Abs(got-tt.want) > 1e-5 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestNeighbours(t *testing.T) {
	links := []graph.Link{
		link("ab", 0.9), link("ac", 0.5), link("bd", 0.8), link("cd", 0.9), link("de", 0.9), together("af", 3, "d"),
	}
	g := build(people("abcdefg"), links, graph.Pages{})
	render := func(list []graph.Neighbour) string {
		var all []string
		for _, n := range list {
			all = append(all, fmt.Sprintf("%d%s<%s %s", n.Depth, n.ID, n.Via, n.Link.Kind))
		}
		return strings.Join(all, " ")
	}
	for _, tt := range []struct {
		depth int
		kinds []dossier.RelationKind
		min   float64
		want  string
	}{
		{1, nil, 0, "1b<A employed_by 1c<A employed_by 1f<A co_mention"},
		{1, nil, 0.6, "1b<A employed_by"},
		{1, []dossier.RelationKind{dossier.CoMention}, 0, "1f<A co_mention"},
		{2, []dossier.RelationKind{dossier.EmployedBy}, 0, "1b<A employed_by 1c<A employed_by 2d<C employed_by"},
		{9, nil, 0, "1b<A employed_by 1c<A employed_by 1f<A co_mention 2d<C employed_by 3e<D employed_by"},
	} {
		if got := render(g.Neighbours("a", tt.depth, tt.kinds, tt.min)); got != tt.want {
			t.Errorf("depth %d, %v, %v: %s, want %s", tt.depth, tt.kinds, tt.min, got, tt.want)
		}
	}
	if len(g.Neighbours("g", 3, nil, 0)) != 0 || g.Neighbours("z", 1, nil, 0) != nil {
		t.Error("somebody is near who is not connected")
	}
}

// star is b to e around a.
func star() *graph.Graph {
	return build(people("abcdef"), []graph.Link{link("ab", 0.9), link("ac", 0.9), link("ad", 0.9), link("ae", 0.9)}, graph.Pages{})
}

func TestCentralOfAStar(t *testing.T) {
	list, sampled := star().Central(1 << 30)
	if sampled != 0 || len(list) != 5 {
		t.Fatalf("%d, sampled %d: f is not connected", len(list), sampled)
	}
	// All paths between others lead through the middle. Its rank m and that of
	// a leaf l hold: m = .15/5 + .85·4l and l = .15/5 + .85·m/4.
	m := (0.03 + 0.85*4*0.03) / (1 - 0.85*0.85)
	for i, c := range list {
		want := graph.Centrality{Node: c.Node, PageRank: (1 - m) / 4, Betweenness: 0, Degree: 1}
		if i == 0 {
			want = graph.Centrality{Node: people("a")[0], PageRank: m, Betweenness: 1, Degree: 4}
		}
		if c.ID != want.ID || math.Abs(c.PageRank-want.PageRank) > 1e-5 || math.Abs(c.Betweenness-want.Betweenness) > 1e-9 || c.Degree != want.Degree {
			t.Errorf("%+v, want %+v", c, want)
		}
	}
}

func TestBetweenness(t *testing.T) {
	// A square: each of the two ways between opposite corners has half of the
	// one pair that is not adjacent, of the three pairs of others.
	g := build(people("abcd"), []graph.Link{link("ab", 0.9), link("bc", 0.9), link("cd", 0.9), link("da", 0.9)}, graph.Pages{})
	list, _ := g.Central(1 << 30)
	for _, c := range list {
		if math.Abs(c.Betweenness-0.5/3) > 1e-5 {
			t.Errorf("%s: %v", c.ID, c.Betweenness)
		}
	}
	// A chain: of the three pairs of others, b is between a and c and a and d.
	g = build(people("abcd"), []graph.Link{link("ab", 0.9), link("bc", 0.9), link("cd", 0.9)}, graph.Pages{})
	list, _ = g.Central(1 << 30)
	for _, c := range list {
		want := map[string]float64{"b": 2.0 / 3, "c": 2.0 / 3}[c.ID]
		if math.Abs(c.Betweenness-want) > 1e-5 {
			t.Errorf("%s: %v, want %v", c.ID, c.Betweenness, want)
		}
	}
}

// A sample of the sources finds the bridge between two halves too, and is told
// apart from an exact answer.
func TestBetweennessSampled(t *testing.T) {
	nodes, links := halves(40)
	g := build(nodes, links, graph.Pages{})
	exact, sampled := g.Central(1 << 30)
	if sampled != 0 {
		t.Fatal("not exact")
	}
	some, sampled := g.Central(len(links) * 2 * 20)
	if sampled != 20 {
		t.Errorf("%d sources", sampled)
	}
	of := func(list []graph.Centrality, id string) float64 {
		i := slices.IndexFunc(list, func(c graph.Centrality) bool { return c.ID == id })
		return list[i].Betweenness
	}
	if e, s := of(exact, "l00"), of(some, "l00"); e < 0.4 || math.Abs(e-s) > 0.1 {
		t.Errorf("exact %v, sampled %v", e, s)
	}
}

// halves are two sets of n nodes, each tied all to all, and one tie between
// them.
func halves(n int) ([]graph.Node, []graph.Link) {
	var nodes []graph.Node
	var links []graph.Link
	for _, side := range []string{"l", "r"} {
		for i := range n {
			id := fmt.Sprintf("%s%02d", side, i)
			nodes = append(nodes, graph.Node{ID: id, Type: dossier.Org, Name: id})
			for j := range i {
				links = append(links, graph.Link{Kind: dossier.PartyToContract, From: id, To: fmt.Sprintf("%s%02d", side, j), Confidence: 0.9})
			}
		}
	}
	return nodes, append(links, graph.Link{Kind: dossier.SentTo, From: "l00", To: "r00", Confidence: 0.9})
}

func TestCommunities(t *testing.T) {
	nodes, links := halves(6)
	nodes = append(nodes, people("z")...)
	list, modularity := build(nodes, links, graph.Pages{}).Communities()
	if len(list) != 2 || list[0].Size != 6 || list[1].Size != 6 {
		t.Fatalf("%+v", list)
	}
	for _, c := range list {
		for _, m := range c.Members {
			if m.ID[0] != c.Members[0].ID[0] {
				t.Errorf("%s is with %s", m.ID, c.Members[0].ID)
			}
		}
	}
	// 30 of 31 ties of one strength lie inside, half of all ends on each side.
	if want := 30.0/31 - 0.5; math.Abs(modularity-want) > 1e-4 {
		t.Errorf("modularity %v, want %v", modularity, want)
	}
	if list, _ := build(people("ab"), nil, graph.Pages{}).Communities(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

// The order of the input changes nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	nodes, links := halves(12)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		a, b := nodes[rnd.IntN(len(nodes))].ID, nodes[rnd.IntN(len(nodes))].ID
		links = append(links, graph.Link{
			Kind: dossier.CoMention, From: a, To: b, DocumentID: fmt.Sprint(rnd.IntN(5)), Weight: 1 + rnd.IntN(4), Confidence: 0.3,
		})
	}
	answers := func() string {
		g := build(nodes, links, graph.Pages{})
		central, _ := g.Central(1 << 30)
		sets, q := g.Communities()
		return fmt.Sprint(g.Path("l05", "r07"), g.Neighbours("l03", 3, nil, 0), central, sets, q)
	}
	want := answers()
	for range 5 {
		rnd.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		rnd.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
		if got := answers(); got != want {
			t.Fatal("another order, other answers:", cmp.Diff(want, got))
		}
	}
}
