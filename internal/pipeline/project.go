package pipeline

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"dossier"
	"dossier/internal/resolve"
	"dossier/internal/store"
)

// Resolution across documents works on the distinct names of a project. Names
// that share a blocking key are compared; every verdict but "different" is
// kept as a judgement. The canonical entities are derived from the judgements:
// each set of names connected by "same" is partitioned anew, as a whole,
// whenever one of its names or judgements changes. Because nothing in it
// depends on what came before, the partition is the same whatever the order in
// which the documents arrive.

// actor signs the judgements made here.
const actor = "machine:" + resolve.Version

// attach records the names of a document's entities in the project and settles
// what they change. It returns the name row of each entity, by its key.
func attach(ctx context.Context, tx *store.Tx, projectID, documentID string, entities []dossier.DocumentEntity) (map[string]string, error) {
	if err := tx.LockProject(ctx, projectID); err != nil { // one writer of a project's names at a time
		return nil, err
	}
	rows := make(map[string]string, len(entities))
	wanted := map[string]store.Name{}
	for _, e := range entities {
		n := store.Name{Type: e.Type, Norm: e.Norm, Name: e.Name}
		n.ID = dossier.DeriveID(projectID, "name", string(e.Type), e.Norm)
		if e.Partial { // stands for somebody in this document only
			n.ID = dossier.DeriveID(projectID, "name", string(e.Type), e.Norm, documentID)
		}
		rows[e.Key] = n.ID
		if seen, ok := wanted[n.ID]; !ok || better(n.Name, seen.Name) {
			wanted[n.ID] = n
		}
	}
	known, err := tx.Names(ctx, slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return nil, err
	}
	s := settlement{projectID: projectID, names: known, partial: map[string]bool{}}
	for _, e := range entities {
		s.partial[rows[e.Key]] = e.Partial
	}
	var improved []string
	for _, id := range slices.Sorted(maps.Keys(wanted)) {
		old, ok := known[id]
		if ok && !better(wanted[id].Name, old.Name) {
			continue
		}
		s.changed = append(s.changed, id)
		if ok {
			improved = append(improved, id)
		}
	}
	// A name written in a better way is judged anew, and what it was connected
	// with is settled too.
	around, err := s.connected(ctx, tx, improved)
	if err != nil {
		return nil, err
	}
	for _, id := range improved {
		if err := tx.DropJudgements(ctx, id); err != nil {
			return nil, err
		}
	}
	for _, id := range s.changed {
		n := wanted[id]
		n.CanonicalID = known[id].CanonicalID
		s.names[id] = n
	}
	if err := s.judge(ctx, tx); err != nil {
		return nil, err
	}
	return rows, s.settle(ctx, tx, append(around, s.changed...))
}

// release settles what it changes that a document no longer uses the names.
func release(ctx context.Context, tx *store.Tx, projectID string, names []string) error {
	if len(names) == 0 {
		return nil
	}
	if err := tx.LockProject(ctx, projectID); err != nil {
		return err
	}
	s := settlement{projectID: projectID}
	var err error
	if s.names, err = tx.Names(ctx, names); err != nil {
		return err
	}
	around, err := s.connected(ctx, tx, names)
	if err != nil {
		return err
	}
	kept, err := tx.DropUnusedNames(ctx, names)
	if err != nil {
		return err
	}
	dropped := map[string]bool{}
	for _, id := range names {
		dropped[id] = !slices.Contains(kept, id)
	}
	for id := range dropped {
		if dropped[id] {
			s.gone = append(s.gone, s.names[id])
			delete(s.names, id)
		}
	}
	around = slices.DeleteFunc(around, func(id string) bool { return dropped[id] })
	if err := s.respell(ctx, tx, kept); err != nil {
		return err
	}
	return s.settle(ctx, tx, around)
}

// respell writes names that documents still use in the best way that those
// documents write them, and judges anew those that changed.
func (s *settlement) respell(ctx context.Context, tx *store.Tx, kept []string) error {
	for _, id := range kept {
		spellings, err := tx.Spellings(ctx, id)
		if err != nil {
			return err
		}
		best := spellings[0]
		for _, sp := range spellings {
			if better(sp, best) {
				best = sp
			}
		}
		if n := s.names[id]; n.Name != best {
			n.Name = best
			s.names[id] = n
			s.changed = append(s.changed, id)
			if err := tx.DropJudgements(ctx, id); err != nil {
				return err
			}
		}
	}
	return s.judge(ctx, tx)
}

// better reports whether a is a better way to write a name than b: mixed case
// before capitals, then longer, then earlier in the alphabet. It is a total
// order, so that the best of several does not depend on their order.
func better(a, b string) bool {
	if sa, sb := shouts(a), shouts(b); sa != sb {
		return sb
	}
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a < b
}

func shouts(s string) bool {
	return !strings.ContainsFunc(s, unicode.IsLower)
}

// settlement is a change of a project's names under way.
type settlement struct {
	projectID string
	names     map[string]store.Name // those in play, by id
	partial   map[string]bool       // those that stand for nobody outside their document
	changed   []string              // new, or written in a better way
	gone      []store.Name          // dropped from the record
	verdicts  []store.Judgement     // to be recorded
}

// judge compares the changed names with all that share a blocking key. Partial
// names are nobody's equal, and types other than persons and organisations are
// equal by their norm alone.
func (s *settlement) judge(ctx context.Context, tx *store.Tx) error {
	keys := map[string][]string{} // key → names
	for _, id := range s.changed {
		if n := s.names[id]; s.matchable(n) {
			for _, k := range blockingKeys(n) {
				keys[k] = append(keys[k], id)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	candidates, err := tx.NamesWithKeys(ctx, s.projectID, slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return err
	}
	for _, c := range candidates {
		if _, ok := s.names[c.ID]; !ok {
			s.names[c.ID] = c
		}
	}
	for _, id := range s.changed { // changed names are candidates for each other
		if s.matchable(s.names[id]) {
			candidates = append(candidates, s.names[id])
		}
	}
	compared := map[[2]string]bool{}
	for _, c := range candidates {
		for _, k := range blockingKeys(s.names[c.ID]) {
			for _, id := range keys[k] {
				s.compare(min(id, c.ID), max(id, c.ID), compared)
			}
		}
	}
	return nil
}

func (s *settlement) compare(a, b string, compared map[[2]string]bool) {
	if a == b || compared[[2]string{a, b}] || s.names[a].Type != s.names[b].Type {
		return
	}
	compared[[2]string{a, b}] = true
	m := resolve.Compare(s.names[a].Name, s.names[b].Name, s.names[a].Type)
	if m.Decision != resolve.Different {
		s.verdicts = append(s.verdicts, store.Judgement{
			A: a, B: b, Decision: string(m.Decision), Score: m.Score, Reasons: m.Reasons, Actor: actor,
		})
	}
}

// matchable reports whether a name can mean the same as one with another norm.
func (s *settlement) matchable(n store.Name) bool {
	return (n.Type == dossier.Person || n.Type == dossier.Org) && !s.partial[n.ID]
}

func blockingKeys(n store.Name) []string {
	keys := resolve.Keys(n.Name, n.Type)
	for i, k := range keys {
		keys[i] = string(n.Type) + ":" + k
	}
	return keys
}

// settle partitions everything that is connected with the given names and
// records the outcome.
func (s *settlement) settle(ctx context.Context, tx *store.Tx, changed []string) error {
	around, err := s.connected(ctx, tx, changed)
	if err != nil {
		return err
	}
	edges, err := s.edges(ctx, tx, around)
	if err != nil {
		return err
	}
	nodes := make([]resolve.Node, len(around))
	for i, id := range around {
		nodes[i] = resolve.Node{ID: id, Name: s.names[id].Name, Type: s.names[id].Type}
	}
	moved := map[string]move{}
	for _, n := range s.gone {
		moved[n.CanonicalID] = move{name: n.Name}
	}
	for _, c := range resolve.Clusters(nodes, edges) {
		if err := s.record(ctx, tx, c, moved); err != nil {
			return err
		}
	}
	for _, j := range s.verdicts {
		if err := tx.AddJudgement(ctx, j); err != nil {
			return err
		}
	}
	return s.retire(ctx, tx, moved)
}

// connected returns the names that are connected with the given ones by
// judgements "same", recorded or new, sorted; it loads them into s.names.
func (s *settlement) connected(ctx context.Context, tx *store.Tx, from []string) ([]string, error) {
	neighbours := map[string][]string{}
	for _, v := range s.verdicts {
		if v.Decision == string(resolve.Same) {
			neighbours[v.A] = append(neighbours[v.A], v.B)
			neighbours[v.B] = append(neighbours[v.B], v.A)
		}
	}
	seen := map[string]bool{}
	frontier := slices.Clone(from)
	for len(frontier) > 0 {
		var next []string
		for _, id := range frontier {
			seen[id] = true
		}
		recorded, err := tx.Judgements(ctx, string(resolve.Same), frontier)
		if err != nil {
			return nil, err
		}
		for _, j := range recorded {
			next = append(next, j.A, j.B)
		}
		for _, id := range frontier {
			next = append(next, neighbours[id]...)
		}
		slices.Sort(next)
		frontier = slices.DeleteFunc(slices.Compact(next), func(id string) bool { return seen[id] })
	}
	around := slices.Sorted(maps.Keys(seen))
	missing := slices.DeleteFunc(slices.Clone(around), func(id string) bool { _, ok := s.names[id]; return ok })
	if len(missing) > 0 {
		loaded, err := tx.Names(ctx, missing)
		if err != nil {
			return nil, err
		}
		maps.Copy(s.names, loaded)
	}
	return around, nil
}

// edges returns the judgements "same" among the names.
func (s *settlement) edges(ctx context.Context, tx *store.Tx, around []string) ([]resolve.Edge, error) {
	recorded, err := tx.Judgements(ctx, string(resolve.Same), around)
	if err != nil {
		return nil, err
	}
	var edges []resolve.Edge
	for _, j := range append(recorded, s.verdicts...) {
		if j.Decision == string(resolve.Same) {
			edges = append(edges, resolve.Edge{A: j.A, B: j.B, Match: resolve.Match{
				Score: j.Score, Decision: resolve.Same, Reasons: j.Reasons,
			}})
		}
	}
	return edges, nil
}

// move is what became of a canonical entity that lost a name.
type move struct {
	name    string
	into    string
	reasons []dossier.Reason
}

// record writes one cluster: its canonical entity, and its names pointing at it.
// The entity's id follows from its label, not from the order of arrival.
func (s *settlement) record(ctx context.Context, tx *store.Tx, c resolve.Cluster, moved map[string]move) error {
	id := s.canonicalID(c)
	created, err := tx.PutCanonical(ctx, s.projectID, store.Canonical{ID: id, Type: s.names[c.Nodes[0]].Type, Name: c.Label})
	if err != nil {
		return err
	}
	if created {
		if err := tx.AddEntityEvent(ctx, s.projectID, store.EntityEvent{
			Kind: "created", EntityID: id, Name: c.Label, Reasons: joinReasons(c),
		}); err != nil {
			return err
		}
	}
	for _, nameID := range c.Nodes {
		n := s.names[nameID]
		if n.CanonicalID != id && n.CanonicalID != "" {
			moved[n.CanonicalID] = move{name: n.Name, into: id, reasons: joinReasons(c)}
		}
		n.CanonicalID = id
		if err := tx.PutName(ctx, s.projectID, n); err != nil {
			return err
		}
		if slices.Contains(s.changed, nameID) && s.matchable(n) {
			if err := tx.AddKeys(ctx, s.projectID, nameID, blockingKeys(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// canonicalID derives the id of a cluster from the name that is its label, or
// the first such name for labels that several names share.
func (s *settlement) canonicalID(c resolve.Cluster) string {
	for _, id := range c.Nodes {
		if s.names[id].Name == c.Label {
			return dossier.DeriveID(s.projectID, "canonical", id)
		}
	}
	return dossier.DeriveID(s.projectID, "canonical", c.Nodes[0])
}

// joinReasons is the explanation of a cluster: the reasons of the edges that
// joined it.
func joinReasons(c resolve.Cluster) []dossier.Reason {
	var reasons []dossier.Reason
	for _, e := range c.Edges {
		reasons = append(reasons, e.Match.Reasons...)
	}
	return reasons
}

// retire drops the canonical entities that have no names left and says what
// became of them.
func (s *settlement) retire(ctx context.Context, tx *store.Tx, moved map[string]move) error {
	ids := slices.SortedFunc(maps.Keys(moved), cmp.Compare)
	for _, id := range ids {
		dropped, err := tx.DropCanonical(ctx, id)
		if err != nil {
			return err
		}
		if !dropped {
			continue
		}
		m := moved[id]
		e := store.EntityEvent{Kind: "merged", EntityID: id, OtherID: m.into, Name: m.name, Reasons: m.reasons}
		if m.into == "" {
			e.Kind = "removed"
		}
		if err := tx.AddEntityEvent(ctx, s.projectID, e); err != nil {
			return err
		}
	}
	return nil
}
