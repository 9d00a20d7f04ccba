package identity

import (
	"cmp"
	"context"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/store"
)

// settlement is a change of a project's names under way.
type settlement struct {
	projectID string
	names     map[string]store.Name // those in play, by id
	others    map[string]store.Name // those that share a key with them: what comparing needs of them
	changed   []string              // new, or not as they are on record
	judged    []string              // of these, those to be compared with all others
	anew      []string              // of these, those on record, whose judgements no longer hold
	around    []string              // others whose entities are to be settled
	gone      []store.Name          // dropped from the record
	verdicts  []store.Judgement     // to be recorded
	marks     marks                 // of the names in play, as far as they were asked for
	read      map[string]reading    // of names, by id: each is taken apart once
}

// reading is a name taken apart.
type reading struct {
	name  *names.Name
	typ   dossier.MentionType
	alone bool // identifies someone in one document only
	keys  []int64
}

func newSettlement(projectID string) *settlement {
	return &settlement{
		projectID: projectID, names: map[string]store.Name{}, others: map[string]store.Name{},
		marks: marks{}, read: map[string]reading{},
	}
}

// judgeAnew has a name on record compared with all others again.
func (s *settlement) judgeAnew(id string) {
	s.changed, s.judged, s.anew = append(s.changed, id), append(s.judged, id), append(s.anew, id)
}

// marks is what people said of single names, by id: the last of each kind. It
// has an entry for every name that was looked up, empty if no one decided anything.
type marks map[string]map[store.MarkKind]store.DecisionMark

// load looks up what was said of the names that were not looked up before.
func (m marks) load(ctx context.Context, tx *store.Tx, ids []string) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return m[id] != nil })
	if len(ids) == 0 {
		return nil
	}
	said, err := tx.Decisions().Marks(ctx, ids)
	if err == nil {
		m.add(ids, said)
	}
	return err
}

// add takes in what was said of names, the earliest first.
func (m marks) add(ids []string, said []store.DecisionMark) {
	for _, id := range ids {
		m[id] = map[store.MarkKind]store.DecisionMark{}
	}
	for _, mark := range said {
		m[mark.NameID][mark.Mark] = mark
	}
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
	before, _, err := s.connected(ctx, tx, s.anew)
	if err != nil {
		return err
	}
	if err := s.judge(ctx, tx); err != nil {
		return err
	}
	clusters, err := s.partition(ctx, tx, slices.Concat(s.around, before, s.changed))
	if err != nil || len(clusters)+len(s.gone) == 0 {
		return err
	}
	if err := s.record(ctx, tx, clusters); err != nil {
		return err
	}
	return tx.Judgements().Add(ctx, s.verdicts)
}

// judge compares names with all that share a blocking key. Types other than
// persons and organisations are equal by their norm alone.
func (s *settlement) judge(ctx context.Context, tx *store.Tx) error {
	if err := s.marks.load(ctx, tx, s.judged); err != nil {
		return err
	}
	if len(s.anew) > 0 {
		if err := tx.Judgements().Drop(ctx, s.anew); err != nil {
			return err
		}
	}
	keys := s.keysOf(s.judged)
	if len(keys) == 0 {
		return nil
	}
	if err := s.keyOld(ctx, tx); err != nil {
		return err
	}
	candidates, err := tx.Names().WithKeys(ctx, s.projectID, slices.Sorted(maps.Keys(keys)))
	if err != nil {
		return err
	}
	ids := slices.Clone(s.judged)
	for _, c := range candidates {
		ids = append(ids, c.ID)
		s.others[c.ID] = c
	}
	if err := s.marks.load(ctx, tx, ids); err != nil {
		return err
	}
	s.compareAll(keys, ids)
	return nil
}

// keyOld gives blocking keys to the names of the project that were on record
// before keys were kept as they are now.
func (s *settlement) keyOld(ctx context.Context, tx *store.Tx) error {
	old, err := tx.Names().Unkeyed(ctx, s.projectID)
	if err != nil {
		return err
	}
	for names := range slices.Chunk(old, 10_000) {
		before := newSettlement(s.projectID)
		ids := make([]string, len(names))
		for i, n := range names {
			ids[i], before.names[n.ID] = n.ID, n
		}
		if err := before.marks.load(ctx, tx, ids); err != nil {
			return err
		}
		keys := make(map[string][]int64, len(ids))
		for _, id := range ids {
			keys[id] = before.reading(id).keys
		}
		if err := tx.Names().Put(ctx, s.projectID, names, keys); err != nil {
			return err
		}
	}
	return nil
}

// keysOf returns the names that have each blocking key.
func (s *settlement) keysOf(ids []string) map[int64][]string {
	keys := map[int64][]string{}
	for _, id := range ids {
		for _, k := range s.reading(id).keys {
			keys[k] = append(keys[k], id)
		}
	}
	return keys
}

// compareAll compares each candidate with the names that share a key with it.
func (s *settlement) compareAll(keys map[int64][]string, candidates []string) {
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
	m := names.CompareNames(x.name, y.name)
	if m.Decision == names.Same && (x.alone || y.alone) { // "J. Roe" may be Jane Roe, and may not
		m.Decision = names.Review
	}
	if m.Decision != names.Different {
		s.verdicts = append(s.verdicts, store.Judgement{
			A: a, B: b, Decision: string(m.Decision), Score: m.Score, Reasons: m.Reasons, Actor: actor,
		})
	}
}

// reading takes a name apart, one in play or one to be compared with it. It has
// no keys if it cannot mean the same as one with another norm.
func (s *settlement) reading(id string) reading {
	r, ok := s.read[id]
	if ok {
		return r
	}
	n, ok := s.names[id]
	if !ok {
		n = s.others[id]
	}
	r = reading{typ: s.marks.typeOf(n), alone: n.Alone}
	r.name = names.Parse(n.Name, r.typ)
	if r.comparable() {
		for _, k := range r.name.Keys() {
			r.keys = append(r.keys, keyNumber(s.projectID, r.typ, k))
		}
		slices.Sort(r.keys)
		r.keys = slices.Compact(r.keys)
	}
	s.read[id] = r
	return r
}

// keyNumber makes a number of a blocking key of a project, for the record: two
// keys that meet by chance cost a comparison. Keys that begin alike get numbers
// that stand together, so that those of one name are written to few places.
func keyNumber(projectID string, t dossier.MentionType, key string) int64 {
	h := fnv.New64a()
	for _, part := range []string{projectID, string(t), key} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return int64(uint64(stem(key))<<48 | h.Sum64()>>16)
}

// stem is a number for the first letters of a key.
func stem(key string) uint16 {
	key = strings.TrimPrefix(key, "=")
	if end := strings.IndexAny(key, " |"); end >= 0 {
		key = key[:end]
	}
	h := fnv.New32a()
	h.Write([]byte(key[:min(len(key), 4)]))
	return uint16(h.Sum32())
}

// comparable reports whether a name is compared with others. Of those that
// identify someone in one document only, none joins another by itself, but a person
// should see an initial with a surname.
func (r reading) comparable() bool {
	switch r.typ {
	case dossier.Person:
		return !r.alone || strings.Contains(r.name.Norm, " ")
	case dossier.Org:
		return !r.alone
	}
	return false
}

// links is what the record says about the names of a settlement: the
// judgements "same" that touch them, and the decisions, the earliest first.
type links struct {
	judgements []store.Judgement
	decided    []store.DecisionEdge
}

// read adds what the record says about further names, and returns those at the
// other ends of "same".
func (l *links) read(ctx context.Context, tx *store.Tx, ids []string) (ends []string, err error) {
	recorded, err := tx.Judgements().List(ctx, string(names.Same), ids)
	if err != nil {
		return nil, err
	}
	decided, err := tx.Decisions().Edges(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, j := range recorded {
		ends = append(ends, j.A, j.B)
	}
	for _, e := range decided {
		if e.Verdict == store.VerdictSame {
			ends = append(ends, e.A, e.B)
		}
	}
	l.judgements, l.decided = append(l.judgements, recorded...), append(l.decided, decided...)
	return ends, nil
}

// order sorts what was read and drops what was read twice: from both ends.
func (l *links) order() {
	byNames := func(x, y store.Judgement) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) }
	slices.SortFunc(l.judgements, byNames)
	l.judgements = slices.CompactFunc(l.judgements, func(x, y store.Judgement) bool { return byNames(x, y) == 0 })
	slices.SortFunc(l.decided, func(x, y store.DecisionEdge) int {
		return cmp.Or(cmp.Compare(x.Seq, y.Seq), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	l.decided = slices.Compact(l.decided)
}

// connected returns the names that are connected with the given ones by
// "same", of the machine or of a person, on record or new, sorted, and what is
// on record about them; it loads the names into s.names.
func (s *settlement) connected(ctx context.Context, tx *store.Tx, from []string) ([]string, links, error) {
	neighbours := map[string][]string{}
	for _, v := range s.verdicts {
		if v.Decision == string(names.Same) {
			neighbours[v.A] = append(neighbours[v.A], v.B)
			neighbours[v.B] = append(neighbours[v.B], v.A)
		}
	}
	var found links
	seen := map[string]bool{}
	frontier := slices.Clone(from)
	for len(frontier) > 0 {
		next, err := found.read(ctx, tx, frontier)
		if err != nil {
			return nil, found, err
		}
		for _, id := range frontier {
			seen[id] = true
			next = append(next, neighbours[id]...)
		}
		slices.Sort(next)
		frontier = slices.DeleteFunc(slices.Compact(next), func(id string) bool { return seen[id] })
	}
	found.order()
	ids, err := s.load(ctx, tx, slices.Sorted(maps.Keys(seen)))
	return ids, found, err
}

// load brings names into play and returns those that exist: a decision may be
// about one that no document has at the time.
func (s *settlement) load(ctx context.Context, tx *store.Tx, ids []string) ([]string, error) {
	missing := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := s.names[id]; return ok })
	if len(missing) > 0 {
		loaded, err := tx.Names().Get(ctx, missing)
		if err != nil {
			return nil, err
		}
		maps.Copy(s.names, loaded)
	}
	return slices.DeleteFunc(ids, func(id string) bool { _, ok := s.names[id]; return !ok }), nil
}

// partition returns the clusters of the names that are connected with the given
// ones.
func (s *settlement) partition(ctx context.Context, tx *store.Tx, from []string) ([]cluster.Cluster, error) {
	around, found, err := s.connected(ctx, tx, from)
	if err != nil {
		return nil, err
	}
	if err := s.marks.load(ctx, tx, around); err != nil {
		return nil, err
	}
	return s.clusters(around, append(found.judgements, s.verdicts...), found.decided), nil
}

// clusters partitions names by judgements and verdicts, the earliest first.
func (s *settlement) clusters(ids []string, judgements []store.Judgement, decided []store.DecisionEdge) []cluster.Cluster {
	nodes := make([]cluster.Node, len(ids))
	for i, id := range ids {
		nodes[i] = cluster.Node{ID: id, Name: s.names[id].Name, Type: s.marks.typeOf(s.names[id])}
	}
	var edges []cluster.Edge
	for _, j := range judgements {
		if j.Decision == string(names.Same) && !s.marks.rejected(j.A) && !s.marks.rejected(j.B) {
			edges = append(edges, cluster.Edge{A: j.A, B: j.B, Match: names.Match{
				Score: j.Score, Decision: names.Same, Reasons: j.Reasons,
			}})
		}
	}
	var rulings []cluster.Ruling
	for _, e := range slices.Backward(decided) { // the last word first
		if e.Verdict != store.VerdictUnsure {
			rulings = append(rulings, cluster.Ruling{A: e.A, B: e.B, Same: e.Verdict == store.VerdictSame})
		}
	}
	return cluster.Partition(nodes, edges, rulings...)
}

// entity describes the canonical entity of a cluster.
func (s *settlement) entity(c cluster.Cluster) store.Canonical {
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
func (s *settlement) record(ctx context.Context, tx *store.Tx, clusters []cluster.Cluster) error {
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
	before, err := tx.Entities().Put(ctx, s.projectID, entities)
	if err != nil {
		return err
	}
	if err := s.put(ctx, tx, names); err != nil {
		return err
	}
	if err := tx.Entities().AddEvents(ctx, s.projectID, eventsOf(clusters, entities, before)); err != nil {
		return err
	}
	return s.retire(ctx, tx, moved)
}

// contains reports whether the sorted list has the id.
func contains(sorted []string, id string) bool {
	_, ok := slices.BinarySearch(sorted, id)
	return ok
}

// put writes names, with the blocking keys of those that were judged.
func (s *settlement) put(ctx context.Context, tx *store.Tx, names []store.Name) error {
	if len(s.anew) > 0 {
		if err := tx.Names().DropKeys(ctx, s.anew); err != nil {
			return err
		}
	}
	keys := make(map[string][]int64, len(s.judged))
	for _, id := range s.judged {
		keys[id] = s.reading(id).keys
	}
	return tx.Names().Put(ctx, s.projectID, names, keys)
}

// eventsOf returns the events of the entities that are new or changed.
func eventsOf(clusters []cluster.Cluster, entities []store.Canonical, before map[string]store.Canonical) []store.EntityEvent {
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
func joinReasons(c cluster.Cluster) []dossier.Reason {
	var reasons []dossier.Reason
	for _, e := range c.Edges {
		reasons = append(reasons, e.Match.Reasons...)
	}
	return reasons
}

// retire drops the canonical entities that have no names left, has their ids
// lead to what took them in, and says what became of them.
func (s *settlement) retire(ctx context.Context, tx *store.Tx, moved map[string]move) error {
	dropped, err := tx.Entities().Drop(ctx, slices.Sorted(maps.Keys(moved)))
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
		if err := tx.Entities().Redirect(ctx, s.projectID, id, m.into); err != nil {
			return err
		}
	}
	return tx.Entities().AddEvents(ctx, s.projectID, events)
}
