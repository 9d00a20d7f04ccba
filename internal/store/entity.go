package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/dossier-legal/dossier"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Name is a distinct name in a project: the unit that resolution across
// documents works on.
type Name struct {
	ID          string
	Type        dossier.MentionType
	Norm        string
	Name        string
	CanonicalID string
	Born        time.Time // start of the first batch that has the name
	Alone       bool      // stands for somebody in one document only
	Version     string    // of the rules it was judged by
}

// Judgement is what the machine found of two names, with its reasons.
type Judgement struct {
	A, B     string // name ids, A < B
	Decision string // same, review
	Score    float64
	Reasons  []dossier.Reason
	Actor    string
}

// Canonical is a canonical entity.
type Canonical struct {
	ID       string
	Type     dossier.MentionType
	Name     string
	Rejected bool // somebody said that it is no entity
}

const selectNames = `SELECT n.id, n.type, n.norm, n.name, c.id, n.born, n.alone, n.version
	FROM entity_names n JOIN canonical_entities c ON c.no = n.canonical_no `

func scanName(rows *sql.Rows) (n Name, err error) {
	var born int64
	err = rows.Scan(&n.ID, &n.Type, &n.Norm, &n.Name, &n.CanonicalID, &born, &n.Alone, &n.Version)
	n.Born = fromMicros(born)
	return n, err
}

// Get returns the names of the ids that are on record.
func (tx TxNames) Get(ctx context.Context, ids []string) (map[string]Name, error) {
	names := make(map[string]Name, len(ids))
	return names, tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		names[n.ID] = n
		return err
	}, selectNames+`WHERE n.id IN json_list($1)`, jsonText(ids))
}

// Each calls f for the names of a project in the order of their ids.
func (tx TxNames) Each(ctx context.Context, projectID string, f func(Name)) error {
	return tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		f(n)
		return err
	}, selectNames+`WHERE n.project_id = $1 ORDER BY n.id`, projectID)
}

// Of returns the ids of the names of canonical entities, in order.
func (tx TxNames) Of(ctx context.Context, canonicalIDs []string) (ids []string, err error) {
	err = tx.rows(ctx, texts(&ids), `SELECT n.id FROM canonical_entities c JOIN entity_names n ON n.canonical_no = c.no
		WHERE c.id IN json_list($1) ORDER BY n.id`, jsonText(canonicalIDs))
	return ids, err
}

// nameNumbers returns the numbers of names: what refers to a name does so by its
// number.
func (tx *transaction) nameNumbers(ctx context.Context, ids []string) (map[string]int64, error) {
	numbers := make(map[string]int64, len(ids))
	return numbers, tx.rows(ctx, func(rows *sql.Rows) error {
		var id string
		var no int64
		err := rows.Scan(&id, &no)
		numbers[id] = no
		return err
	}, `SELECT id, no FROM entity_names WHERE id IN json_list($1)`, jsonText(ids))
}

// Link has the entities of a document point at other names: entity key to
// name id.
func (tx TxNames) Link(ctx context.Context, documentID string, names map[string]string) error {
	for key, name := range names {
		if _, err := tx.exec(ctx, `UPDATE document_entities SET name_no = n.no FROM entity_names n
			WHERE document_id = $1 AND entity_key = $2 AND n.id = $3 AND name_no <> n.no`, documentID, key, name); err != nil {
			return err
		}
	}
	return nil
}

// Documents returns the documents that use each of the names, in order.
func (tx TxNames) Documents(ctx context.Context, nameIDs []string) (map[string][]string, error) {
	of := map[string][]string{}
	return of, tx.rows(ctx, func(rows *sql.Rows) error {
		var name, document string
		err := rows.Scan(&name, &document)
		of[name] = append(of[name], document)
		return err
	}, `SELECT DISTINCT n.id, e.document_id FROM entity_names n JOIN document_entities e ON e.name_no = n.no
		WHERE n.id IN json_list($1) ORDER BY n.id, e.document_id`, jsonText(nameIDs))
}

// WithKeys returns the names of a project that have one of the blocking
// keys, in no order. There may be many, so that it returns what comparing needs
// and no more: id, type, name, and whether they stand alone.
func (tx TxNames) WithKeys(ctx context.Context, projectID string, keys []int64) (names []Name, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var n Name
		err := rows.Scan(&n.ID, &n.Type, &n.Name, &n.Alone)
		names = append(names, n)
		return err
	}, `SELECT id, type, name, alone FROM entity_names WHERE project_id = $2 AND no IN (
		SELECT k.name_no FROM json_list($1) v JOIN entity_name_keys k ON k.key = CAST(v.value AS bigint))`, jsonText(keys), projectID)
	return names, err
}

// Unkeyed returns the names of a project that have yet to get their
// blocking keys.
func (tx TxNames) Unkeyed(ctx context.Context, projectID string) (names []Name, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		names = append(names, n)
		return err
	}, selectNames+`WHERE n.project_id = $1 AND n.keys IS NULL`, projectID)
	return names, err
}

// Put records names, or what is new of them. Those in keys get these
// blocking keys; they have none so far, or not any more.
func (tx TxNames) Put(ctx context.Context, projectID string, names []Name, keys map[string][]int64) error {
	type row struct {
		ID      string              `json:"id"`
		Type    dossier.MentionType `json:"type"`
		Norm    string              `json:"norm"`
		Name    string              `json:"name"`
		Entity  string              `json:"entity"`
		Born    int64               `json:"born"`
		Alone   int                 `json:"alone"`
		Version string              `json:"version"`
		Keys    *string             `json:"keys"`
	}
	rows := make([]row, len(names))
	for i, n := range names {
		rows[i] = row{n.ID, n.Type, n.Norm, n.Name, n.CanonicalID, micros(n.Born), bit(n.Alone), n.Version, nil}
		if list, ok := keys[n.ID]; ok {
			text := jsonText(append([]int64{}, list...)) // never null
			rows[i].Keys = &text
		}
	}
	if _, err := tx.exec(ctx, `INSERT INTO entity_names (id, project_id, type, norm, name, canonical_no, born, alone, version, keys)
		SELECT v.id, $2, v.type, v.norm, v.name, (SELECT c.no FROM canonical_entities c WHERE c.id = v.entity), v.born, v.alone, v.version, v.keys
		FROM json_rows($1, id text, type text, norm text, name text, entity text, born bigint, alone integer, version text, keys text) v
		WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name, canonical_no = excluded.canonical_no,
		born = excluded.born, version = excluded.version, keys = coalesce(excluded.keys, entity_names.keys)`, jsonText(rows), projectID); err != nil {
		return err
	}
	if len(keys) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO entity_name_keys (key, name_no) SELECT CAST(k.value AS bigint), n.no
		FROM entity_names n, json_values(n.keys) k WHERE n.id IN json_list($1) ORDER BY 1, 2`,
		jsonText(slices.Sorted(maps.Keys(keys))))
	return err
}

// DropKeys takes the blocking keys of names away.
func (tx TxNames) DropKeys(ctx context.Context, nameIDs []string) error {
	_, err := tx.exec(ctx, `DELETE FROM entity_name_keys WHERE (key, name_no) IN (SELECT CAST(k.value AS bigint), n.no
		FROM entity_names n, json_values(n.keys) k WHERE n.id IN json_list($1))`, jsonText(nameIDs))
	return err
}

// Drop deletes the judgements of names, before they are judged anew.
func (tx TxJudgements) Drop(ctx context.Context, nameIDs []string) error {
	for _, end := range []string{"name_a", "name_b"} {
		if _, err := tx.exec(ctx, `DELETE FROM entity_judgements WHERE `+end+` IN json_list($1)`, jsonText(nameIDs)); err != nil {
			return err
		}
	}
	return nil
}

// Add records what the machine found.
func (tx TxJudgements) Add(ctx context.Context, list []Judgement) error {
	rows := make([][]any, len(list))
	for i, j := range list {
		rows[i] = []any{j.A, j.B, j.Decision, j.Score, jsonText(j.Reasons), j.Actor, tx.now}
	}
	return tx.insertRows(ctx, "entity_judgements",
		[]string{"name_a", "name_b", "decision", "score", "reasons", "actor", "created_at"}, rows)
}

// List returns the judgements of a kind that touch any of the names.
func (tx TxJudgements) List(ctx context.Context, decision string, nameIDs []string) ([]Judgement, error) {
	var list []Judgement
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		j := Judgement{Decision: decision}
		var reasons string
		if err := rows.Scan(&j.A, &j.B, &j.Score, &reasons, &j.Actor); err != nil {
			return err
		}
		list = append(list, j)
		return json.Unmarshal([]byte(reasons), &list[len(list)-1].Reasons)
	}, `SELECT name_a, name_b, score, reasons, actor FROM entity_judgements WHERE decision = $1
			AND name_a IN json_list($2)
		UNION
		SELECT name_a, name_b, score, reasons, actor FROM entity_judgements WHERE decision = $1
			AND name_b IN json_list($2)
		ORDER BY 1, 2`, decision, jsonText(nameIDs))
	return list, err
}

// Put records canonical entities, or what is new of them, and
// returns how those among them that were on record looked before, by id.
func (tx TxEntities) Put(ctx context.Context, projectID string, list []Canonical) (map[string]Canonical, error) {
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.ID
	}
	before := map[string]Canonical{}
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var c Canonical
		err := rows.Scan(&c.ID, &c.Type, &c.Name, &c.Rejected)
		before[c.ID] = c
		return err
	}, `SELECT id, type, name, rejected FROM canonical_entities WHERE id IN json_list($1)`, jsonText(ids)); err != nil {
		return nil, err
	}
	type row struct {
		ID       string              `json:"id"`
		Type     dossier.MentionType `json:"type"`
		Name     string              `json:"name"`
		Rejected int                 `json:"rejected"`
	}
	var changed []row
	for _, c := range list {
		if old, ok := before[c.ID]; !ok || old != c {
			changed = append(changed, row{c.ID, c.Type, c.Name, bit(c.Rejected)})
		}
	}
	if len(changed) == 0 {
		return before, nil
	}
	if _, err := tx.exec(ctx, `DELETE FROM entity_redirects WHERE id IN json_list($1)`, jsonText(ids)); err != nil {
		return nil, err
	}
	_, err := tx.exec(ctx, `INSERT INTO canonical_entities (id, project_id, type, name, rejected, created_at)
		SELECT id, $2, type, name, rejected, $3 FROM json_rows($1, id text, type text, name text, rejected integer) v
		WHERE true ON CONFLICT (id) DO UPDATE SET type = excluded.type, name = excluded.name, rejected = excluded.rejected`,
		jsonText(changed), projectID, tx.now)
	return before, err
}

// Drop deletes those of the canonical entities that have no names
// left, and returns their ids.
func (tx TxEntities) Drop(ctx context.Context, ids []string) (dropped []string, err error) {
	if err := tx.rows(ctx, texts(&dropped), `SELECT id FROM canonical_entities c WHERE id IN json_list($1)
		AND NOT EXISTS (SELECT 1 FROM entity_names n WHERE n.canonical_no = c.no) ORDER BY id`, jsonText(ids)); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM canonical_entities WHERE id IN json_list($1)`, jsonText(dropped))
	return dropped, err
}

// Redirect has the id of an entity that is gone lead to the one that took it
// in.
func (tx TxEntities) Redirect(ctx context.Context, projectID, id, into string) error {
	_, err := tx.exec(ctx, `INSERT INTO entity_redirects (id, project_id, entity_id) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET entity_id = excluded.entity_id`, id, projectID, into)
	return err
}

// DropUnused deletes those of the names that no document uses any more,
// with their judgements, and returns the ids of the others.
func (tx TxNames) DropUnused(ctx context.Context, ids []string) (kept []string, err error) {
	if err := tx.rows(ctx, texts(&kept), `SELECT id FROM entity_names n WHERE id IN json_list($1)
		AND EXISTS (SELECT 1 FROM document_entities e WHERE e.name_no = n.no) ORDER BY id`, jsonText(ids)); err != nil {
		return nil, err
	}
	unused := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(kept, id) })
	if err := tx.DropKeys(ctx, unused); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM entity_names WHERE id IN json_list($1)`, jsonText(unused))
	return kept, err
}

// Spellings returns the ways in which documents write a name.
func (tx TxNames) Spellings(ctx context.Context, nameID string) (list []string, err error) {
	err = tx.rows(ctx, texts(&list), `SELECT DISTINCT e.name FROM entity_names n JOIN document_entities e ON e.name_no = n.no
		WHERE n.id = $1 ORDER BY e.name`, nameID)
	return list, err
}

// OfDocument returns the ids of the names that a document uses, in order.
func (tx TxNames) OfDocument(ctx context.Context, documentID string) (ids []string, err error) {
	err = tx.rows(ctx, texts(&ids), `SELECT DISTINCT n.id FROM document_entities e JOIN entity_names n ON n.no = e.name_no
		WHERE e.document_id = $1 ORDER BY n.id`, documentID)
	return ids, err
}

// Arrival returns when the first batch of a document began.
func (tx TxDocuments) Arrival(ctx context.Context, documentID string) (time.Time, error) {
	var us int64
	err := tx.one(ctx, []any{&us}, `SELECT coalesce(min(b.created_at), 0) FROM batch_documents m JOIN batches b ON b.id = m.batch_id
		WHERE m.document_id = $1`, documentID)
	return fromMicros(us), err
}

// Births returns, for names, when the first batch of those documents began that
// use them.
func (tx TxNames) Births(ctx context.Context, nameIDs []string) (map[string]time.Time, error) {
	births := make(map[string]time.Time, len(nameIDs))
	return births, tx.rows(ctx, func(rows *sql.Rows) error {
		var id string
		var us int64
		err := rows.Scan(&id, &us)
		births[id] = fromMicros(us)
		return err
	}, `SELECT n.id, min(b.created_at) FROM entity_names n JOIN document_entities e ON e.name_no = n.no
		JOIN batch_documents m ON m.document_id = e.document_id JOIN batches b ON b.id = m.batch_id
		WHERE n.id IN json_list($1) GROUP BY n.id`, jsonText(nameIDs))
}

// EntityEvent is something that happened to a canonical entity.
type EntityEvent struct {
	Kind     string // created, merged, removed, changed
	EntityID string
	OtherID  string // merged: the entity that took it in
	Name     string
	Reasons  []dossier.Reason
}

// AddEvents appends to the feed of a project's entity events.
func (tx TxEntities) AddEvents(ctx context.Context, projectID string, events []EntityEvent) error {
	rows := make([][]any, len(events))
	for i, e := range events {
		if e.Reasons == nil {
			e.Reasons = []dossier.Reason{}
		}
		rows[i] = []any{projectID, e.Kind, e.EntityID, e.OtherID, e.Name, jsonText(e.Reasons), tx.now}
	}
	return tx.insertRows(ctx, "entity_events",
		[]string{"project_id", "kind", "entity_id", "other_id", "name", "reasons", "created_at"}, rows)
}
