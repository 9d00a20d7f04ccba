package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/names/namestest"
)

// project makes nodes and all their edges.
func project(list []string, typ dossier.MentionType) ([]cluster.Node, []cluster.Edge) {
	var nodes []cluster.Node
	var edges []cluster.Edge
	for i, n := range list {
		nodes = append(nodes, cluster.Node{ID: fmt.Sprintf("n%02d", i), Name: n, Type: typ})
		for j := range i {
			edges = append(edges, cluster.Edge{A: nodes[j].ID, B: nodes[i].ID, Match: names.Compare(list[j], n, typ)})
		}
	}
	return nodes, edges
}

func TestClustersDoNotDependOnOrder(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			list := rapid.SliceOfNDistinct(namestest.Any(typ), 2, 25, rapid.ID).Draw(t, "names")
			nodes, edges := project(list, typ)
			want := cluster.Partition(nodes, edges)
			name := map[string]string{}
			for _, n := range nodes {
				name[n.ID] = n.Name
			}
			for _, c := range want {
				var members []string
				for _, id := range c.Nodes {
					members = append(members, name[id])
				}
				namestest.NoVeto(t, typ, members)
				if len(c.Edges) != len(c.Nodes)-1 {
					t.Fatalf("%d edges join %d nodes", len(c.Edges), len(c.Nodes))
				}
			}
			rng := rand.New(rand.NewPCG(1, rapid.Uint64().Draw(t, "seed")))
			for range 5 {
				rng.Shuffle(len(nodes), func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
				rng.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
				for i := range edges {
					if rng.IntN(2) == 0 {
						edges[i].A, edges[i].B = edges[i].B, edges[i].A
					}
				}
				if diff := cmp.Diff(partitionOf(want), partitionOf(cluster.Partition(nodes, edges))); diff != "" {
					t.Fatalf("another order, another outcome: %s", diff)
				}
			}
		})
	}
}

// partitionOf renders clusters without the direction of their edges.
func partitionOf(clusters []cluster.Cluster) []string {
	var out []string
	for _, c := range clusters {
		var edges []string
		for _, e := range c.Edges {
			edges = append(edges, min(e.A, e.B)+"-"+max(e.A, e.B))
		}
		out = append(out, c.Label+": "+strings.Join(c.Nodes, " ")+" by "+strings.Join(edges, " "))
	}
	return out
}

func TestClusters(t *testing.T) {
	tests := []struct {
		name  string
		typ   dossier.MentionType
		names []string
		want  []string
	}{
		{
			"one person", dossier.Person,
			[]string{"Jane Quillmark", "QUILLMARK, JANE A.", "Jane Ann Quillmark"},
			[]string{"Jane Ann Quillmark: n00 n01 n02"},
		},
		{
			"common names, with a middle name and without", dossier.Person,
			[]string{"Jane Baker", "BAKER, JANE A.", "Jane Ann Baker"},
			[]string{"Jane Baker: n00", "Jane Ann Baker: n01 n02"},
		},
		{
			"two people and a name that fits both", dossier.Person,
			[]string{"Jane Roe", "Jane A. Roe", "Jane B. Roe"},
			[]string{"Jane Roe: n00", "Jane A. Roe: n01", "Jane B. Roe: n02"},
		},
		{
			"a chain of nicknames", dossier.Person,
			[]string{"Albert Poe", "Bert Poe", "Robert Poe"},
			[]string{"Albert Poe: n00", "Bert Poe: n01", "Robert Poe: n02"},
		},
		{
			"a company and its namesake", dossier.Org,
			[]string{"Halden Lines Inc.", "Halden Lines, Incorporated", "Halden Lines LLC", "Halden Lines"},
			[]string{"Halden Lines, Incorporated: n00 n01", "Halden Lines LLC: n02", "Halden Lines: n03"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, c := range cluster.Partition(project(tt.names, tt.typ)) {
				got = append(got, c.Label+": "+strings.Join(c.Nodes, " "))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestClustersIgnoresWhatItCannotUse(t *testing.T) {
	match := names.Match{Score: 1, Decision: names.Same}
	nodes := []cluster.Node{{"a", "Acme", dossier.Org}, {"b", "Acme", dossier.Person}}
	edges := []cluster.Edge{{"a", "b", match}, {"a", "a", match}, {"a", "gone", match}}
	if got := cluster.Partition(nodes, edges); len(got) != 2 {
		t.Errorf("clusters: %v", got)
	}
}
