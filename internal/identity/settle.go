package identity

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"dossier"
	"dossier/internal/resolve"
	"dossier/internal/store"
)

// settlement is a change of a project's names under way.
type settlement struct {
	projectID string
	names     map[string]store.Name // those in play, by id
	changed   []string              // new, or not as they are on record
	judged    []string              // of these, those to be compared with all others
	anew      []string              // of these, those on record, whose judgements no longer hold
	around    []string              // others whose entities are to be settled
	gone      []store.Name          // dropped from the record
	verdicts  []store.Judgement     // to be recorded
	marks     marks                 // of the names in play
	read      map[string]reading    // of names, by id: each is taken apart once
}

// reading is a name taken apart.
type reading struct {
	name  resolve.Name
	typ   dossier.MentionType
	alone bool // stands for somebody in one document only
	keys  []string
}

func newSettlement(projectID string) *settlement {
	return &settlement{projectID: projectID, names: map[string]store.Name{}, read: map[string]reading{}}
}

// judgeAnew has a name on record compared with all others again.
func (s *settlement) judgeAnew(id string) {
	s.judged, s.anew = append(s.judged, id), append(s.anew, id)
}

// marks is what people said of single names: the last of each kind.
type marks map[string]map[store.MarkKind]store.DecisionMark

func loadMarks(ctx context.Context, tx *store.Tx, ids []string) (marks, error) {
	list, err := tx.Marks(ctx, ids)
	m := marks{}
	for _, mark := range list { // the earliest first
		if m[mark.NameID] == nil {
			m[mark.NameID] = map[store.MarkKind]store.DecisionMark{}
		}
		m[mark.NameID][mark.Mark] = mark
	}
	return m, err
}

// typeOf is what a name is the name of, as far as a person has not said
// otherwise.
func (m marks) typeOf(n store.Name) dossier.MentionType {
	if mark, ok := m[n.ID][store.MarkType]; ok {
		return dossier.MentionType(mark.Value)
	}
	return n.Type
}

func (m marks) rejected(id string) bool {
	_, ok := m[id][store.MarkRejected]
	return ok
}

// run judges what changed, and partitions anew everything that is connected
// with it.
func (s *settlement) run(ctx context.Context, tx *store.Tx) error {
	slices.Sort(s.changed)
	slices.Sort(s.judged)
	// What the changed names were connected with is settled too.
	before, err := s.connected(ctx, tx, s.anew)
	if err != nil {
		return err
	}
	if err := s.judge(ctx, tx); err != nil {
		return err
	}
	around, err := s.connected(ctx, tx, slices.Concat(s.around, before, s.changed))
	if err != nil || len(around)+len(s.gone) == 0 {
		return err
	}
	if s.marks, err = loadMarks(ctx, tx, around); err != nil {
		return err
	}
	clusters, err := s.partition(ctx, tx, around)
	if err != nil {
		return err
	}
	if err := s.record(ctx, tx, clusters); err != nil {
		return err
	}
	return tx.AddJudgements(ctx, s.verdicts)
}

// judge compares names with all that share a blocking key. Types other than
// persons and organisations are equal by their norm alone.
func (s *settlement) judge(ctx context.Context, tx *store.Tx) (err error) {
	if s.marks, err = loadMarks(ctx, tx, s.judged); err != nil {
		return err
	}
	if len(s.anew) > 0 {
		if err := tx.DropJudgements(ctx, s.anew); err != nil {
			return err
		}
	}
	keys := map[string][]string{} // key → names to be judged
	for _, id := range s.judged {
		for _, k := range s.reading(id).keys {
			keys[k] = append(keys[k], id)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	candidates, err := tx.NamesWithKeys(ctx, s.projectID, slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return err
	}
	ids := make([]string, len(candidates))
	for i, c := range candidates {
		ids[i] = c.ID
		if _, ok := s.names[c.ID]; !ok {
			s.names[c.ID] = c
		}
	}
	if s.marks, err = loadMarks(ctx, tx, append(ids, s.judged...)); err != nil {
		return err
	}
	s.compareAll(keys, append(ids, s.judged...))
	return nil
}

// compareAll compares each candidate with the names that share a key with it.
func (s *settlement) compareAll(keys map[string][]string, candidates []string) {
	compared := map[[2]string]bool{}
	for _, c := range candidates {
		for _, k := range s.reading(c).keys {
			for _, id := range keys[k] {
				pair := [2]string{min(id, c), max(id, c)}
				if id != c && !compared[pair] {
					compared[pair] = true
					s.compare(pair[0], pair[1])
				}
			}
		}
	}
}

func (s *settlement) compare(a, b string) {
	x, y := s.reading(a), s.reading(b)
	if x.typ != y.typ || x.alone && y.alone {
		return
	}
	m := resolve.CompareNames(x.name, y.name)
	if m.Decision == resolve.Same && (x.alone || y.alone) { // "J. Roe" may be Jane Roe, and may not
		m.Decision = resolve.Review
	}
	if m.Decision != resolve.Different {
		s.verdicts = append(s.verdicts, store.Judgement{
			A: a, B: b, Decision: string(m.Decision), Score: m.Score, Reasons: m.Reasons, Actor: actor,
		})
	}
}

// reading takes a name in play apart. It has no keys if it cannot mean the same
// as one with another norm.
func (s *settlement) reading(id string) reading {
	r, ok := s.read[id]
	if ok {
		return r
	}
	n := s.names[id]
	r = reading{typ: s.marks.typeOf(n), alone: n.Alone}
	r.name = resolve.Parse(n.Name, r.typ)
	if r.comparable() {
		r.keys = r.name.Keys()
		for i, k := range r.keys {
			r.keys[i] = string(r.typ) + ":" + k
		}
	}
	s.read[id] = r
	return r
}

// comparable reports whether a name is compared with others. Of those that
// stand for somebody in one document only, none joins anybody by itself, but
// an initial with a surname is worth a person's look.
func (r reading) comparable() bool {
	switch r.typ {
	case dossier.Person:
		return !r.alone || strings.Contains(r.name.Norm(), " ")
	case dossier.Org:
		return !r.alone
	}
	return false
}

// connected returns the names that are connected with the given ones by
// "same", of the machine or of a person, on record or new, sorted; it loads
// them into s.names.
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
			next = append(next, neighbours[id]...)
		}
		recorded, err := tx.Judgements(ctx, string(resolve.Same), frontier)
		if err != nil {
			return nil, err
		}
		for _, j := range recorded {
			next = append(next, j.A, j.B)
		}
		decided, err := tx.DecidedEdges(ctx, frontier)
		if err != nil {
			return nil, err
		}
		for _, e := range decided {
			if e.Verdict == store.VerdictSame {
				next = append(next, e.A, e.B)
			}
		}
		slices.Sort(next)
		frontier = slices.DeleteFunc(slices.Compact(next), func(id string) bool { return seen[id] })
	}
	return s.load(ctx, tx, slices.Sorted(maps.Keys(seen)))
}

// load brings names into play and returns those that exist: a decision may be
// about one that no paper has at the time.
func (s *settlement) load(ctx context.Context, tx *store.Tx, ids []string) ([]string, error) {
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := s.names[id]; return ok })
	if len(missing) > 0 {
		loaded, err := tx.Names(ctx, missing)
		if err != nil {
			return nil, err
		}
		maps.Copy(s.names, loaded)
	}
	return slices.DeleteFunc(ids, func(id string) bool { _, ok := s.names[id]; return !ok }), nil
}

// partition returns the clusters of names that are connected.
func (s *settlement) partition(ctx context.Context, tx *store.Tx, around []string) ([]resolve.Cluster, error) {
	recorded, err := tx.Judgements(ctx, string(resolve.Same), around)
	if err != nil {
		return nil, err
	}
	decided, err := tx.DecidedEdges(ctx, around)
	if err != nil {
		return nil, err
	}
	return s.clusters(around, append(recorded, s.verdicts...), decided), nil
}

// clusters partitions names by judgements and verdicts, the earliest first.
func (s *settlement) clusters(ids []string, judgements []store.Judgement, decided []store.DecisionEdge) []resolve.Cluster {
	nodes := make([]resolve.Node, len(ids))
	for i, id := range ids {
		nodes[i] = resolve.Node{ID: id, Name: s.names[id].Name, Type: s.marks.typeOf(s.names[id])}
	}
	var edges []resolve.Edge
	for _, j := range judgements {
		if j.Decision == string(resolve.Same) && !s.marks.rejected(j.A) && !s.marks.rejected(j.B) {
			edges = append(edges, resolve.Edge{A: j.A, B: j.B, Match: resolve.Match{
				Score: j.Score, Decision: resolve.Same, Reasons: j.Reasons,
			}})
		}
	}
	var rulings []resolve.Ruling
	for _, e := range slices.Backward(decided) { // the last word first
		if e.Verdict != store.VerdictUnsure {
			rulings = append(rulings, resolve.Ruling{A: e.A, B: e.B, Same: e.Verdict == store.VerdictSame})
		}
	}
	return resolve.Clusters(nodes, edges, rulings...)
}

// entity describes the canonical entity of a cluster.
func (s *settlement) entity(c resolve.Cluster) store.Canonical {
	founder := slices.MinFunc(c.Nodes, s.older)
	en := store.Canonical{ID: entityID(s.projectID, founder), Type: s.marks.typeOf(s.names[founder]), Name: c.Label, Rejected: true}
	var label int64
	for _, id := range c.Nodes {
		if mark, ok := s.marks[id][store.MarkLabel]; ok && mark.Seq > label {
			en.Name, label = mark.Value, mark.Seq
		}
		en.Rejected = en.Rejected && s.marks.rejected(id)
	}
	return en
}

// older orders names by their claim to give an entity its id: what a person
// last said is to keep it, the earlier batch, the id.
func (s *settlement) older(a, b string) int {
	return cmp.Or(
		cmp.Compare(s.marks[b][store.MarkKeepsID].Seq, s.marks[a][store.MarkKeepsID].Seq),
		s.names[a].Born.Compare(s.names[b].Born),
		cmp.Compare(a, b),
	)
}

// move is what became of a canonical entity that lost a name.
type move struct {
	name    string
	into    string
	reasons []dossier.Reason
}

// record writes the clusters: their canonical entities, their names pointing at
// them, and what became of the entities that lost their last name.
func (s *settlement) record(ctx context.Context, tx *store.Tx, clusters []resolve.Cluster) error {
	moved := map[string]move{}
	for _, n := range s.gone {
		moved[n.CanonicalID] = move{name: n.Name}
	}
	entities := make([]store.Canonical, len(clusters))
	var names []store.Name
	for i, c := range clusters {
		entities[i] = s.entity(c)
		for _, id := range c.Nodes {
			n := s.names[id]
			if n.CanonicalID != "" && n.CanonicalID != entities[i].ID {
				moved[n.CanonicalID] = move{name: n.Name, into: entities[i].ID, reasons: joinReasons(c)}
			}
			if n.CanonicalID != entities[i].ID || contains(s.changed, id) {
				n.CanonicalID = entities[i].ID
				names = append(names, n)
			}
		}
	}
	before, err := tx.PutCanonicals(ctx, s.projectID, entities)
	if err != nil {
		return err
	}
	if err := tx.PutNames(ctx, s.projectID, names); err != nil {
		return err
	}
	if err := s.recordKeys(ctx, tx); err != nil {
		return err
	}
	if err := tx.AddEntityEvents(ctx, s.projectID, news(clusters, entities, before)); err != nil {
		return err
	}
	return s.retire(ctx, tx, moved)
}

// contains reports whether the sorted list has the id.
func contains(sorted []string, id string) bool {
	_, ok := slices.BinarySearch(sorted, id)
	return ok
}

// recordKeys writes the blocking keys of what was judged.
func (s *settlement) recordKeys(ctx context.Context, tx *store.Tx) error {
	list := make([]store.Keyed, len(s.judged))
	for i, id := range s.judged {
		list[i] = store.Keyed{ID: id, Keys: s.reading(id).keys}
	}
	return tx.PutKeys(ctx, s.projectID, list)
}

// news tells of the entities that are new or not as they were.
func news(clusters []resolve.Cluster, entities []store.Canonical, before map[string]store.Canonical) []store.EntityEvent {
	var events []store.EntityEvent
	for i, en := range entities {
		e := store.EntityEvent{Kind: "created", EntityID: en.ID, Name: en.Name, Reasons: joinReasons(clusters[i])}
		if old, ok := before[en.ID]; ok {
			e.Kind = "changed"
			if old == en {
				continue
			}
		}
		events = append(events, e)
	}
	return events
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

// retire drops the canonical entities that have no names left, has their ids
// lead to what took them in, and says what became of them.
func (s *settlement) retire(ctx context.Context, tx *store.Tx, moved map[string]move) error {
	dropped, err := tx.DropCanonicals(ctx, slices.Sorted(maps.Keys(moved)))
	if err != nil {
		return err
	}
	events := make([]store.EntityEvent, len(dropped))
	for i, id := range dropped {
		m := moved[id]
		events[i] = store.EntityEvent{Kind: "removed", EntityID: id, Name: m.name}
		if m.into == "" {
			continue
		}
		events[i] = store.EntityEvent{Kind: "merged", EntityID: id, OtherID: m.into, Name: m.name, Reasons: m.reasons}
		if err := tx.Redirect(ctx, s.projectID, id, m.into); err != nil {
			return err
		}
	}
	return tx.AddEntityEvents(ctx, s.projectID, events)
}
