package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"dossier"
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

// Keyed is a name with its blocking keys.
type Keyed struct {
	ID   string
	Keys []string
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

const nameColumns = `id, type, norm, name, canonical_id, born, alone, version`

func scanName(rows *sql.Rows) (n Name, err error) {
	var born int64
	err = rows.Scan(&n.ID, &n.Type, &n.Norm, &n.Name, &n.CanonicalID, &born, &n.Alone, &n.Version)
	n.Born = fromMicros(born)
	return n, err
}

// Names returns the names of the ids that are on record.
func (tx *Tx) Names(ctx context.Context, ids []string) (map[string]Name, error) {
	names := make(map[string]Name, len(ids))
	return names, tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		names[n.ID] = n
		return err
	}, `SELECT `+nameColumns+` FROM entity_names WHERE id IN json_list($1)`, jsonText(ids))
}

// AllNames calls f for the names of a project in the order of their ids.
func (tx *Tx) AllNames(ctx context.Context, projectID string, f func(Name)) error {
	return tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		f(n)
		return err
	}, `SELECT `+nameColumns+` FROM entity_names WHERE project_id = $1 ORDER BY id`, projectID)
}

// NamesOf returns the ids of the names of canonical entities, in order.
func (tx *Tx) NamesOf(ctx context.Context, canonicalIDs []string) (ids []string, err error) {
	err = tx.rows(ctx, texts(&ids), `SELECT id FROM entity_names WHERE canonical_id IN json_list($1) ORDER BY id`, jsonText(canonicalIDs))
	return ids, err
}

// LinkNames has the entities of a document point at other names: entity key to
// name id.
func (tx *Tx) LinkNames(ctx context.Context, documentID string, names map[string]string) error {
	for key, name := range names {
		if _, err := tx.exec(ctx, `UPDATE document_entities SET name_id = $3 WHERE document_id = $1 AND entity_key = $2
			AND name_id <> $3`, documentID, key, name); err != nil {
			return err
		}
	}
	return nil
}

// DocumentsOf returns the documents that use each of the names, in order.
func (tx *Tx) DocumentsOf(ctx context.Context, nameIDs []string) (map[string][]string, error) {
	of := map[string][]string{}
	return of, tx.rows(ctx, func(rows *sql.Rows) error {
		var name, document string
		err := rows.Scan(&name, &document)
		of[name] = append(of[name], document)
		return err
	}, `SELECT DISTINCT name_id, document_id FROM document_entities WHERE name_id IN json_list($1)
		ORDER BY name_id, document_id`, jsonText(nameIDs))
}

// NamesWithKeys returns the names of a project that share a blocking key.
func (tx *Tx) NamesWithKeys(ctx context.Context, projectID string, keys []string) ([]Name, error) {
	hashes := make([]hashedKey, len(keys))
	for i, k := range keys {
		hashes[i] = hashedKey{Key: hashKey(projectID, k)}
	}
	var names []Name
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		n, err := scanName(rows)
		names = append(names, n)
		return err
	}, `SELECT `+nameColumns+` FROM entity_names WHERE project_id = $2 AND id IN (
			SELECT k.name_id FROM json_rows($1, key bigint) v JOIN entity_name_keys k ON k.key = v.key)
		ORDER BY id`, jsonText(hashes), projectID)
	return names, err
}

// PutNames records names, or what is new of them.
func (tx *Tx) PutNames(ctx context.Context, projectID string, names []Name) error {
	type row struct {
		ID      string              `json:"id"`
		Type    dossier.MentionType `json:"type"`
		Norm    string              `json:"norm"`
		Name    string              `json:"name"`
		Entity  string              `json:"entity"`
		Born    int64               `json:"born"`
		Alone   int                 `json:"alone"`
		Version string              `json:"version"`
	}
	rows := make([]row, len(names))
	for i, n := range names {
		rows[i] = row{n.ID, n.Type, n.Norm, n.Name, n.CanonicalID, micros(n.Born), bit(n.Alone), n.Version}
	}
	_, err := tx.exec(ctx, `INSERT INTO entity_names (id, project_id, type, norm, name, canonical_id, born, alone, version)
		SELECT id, $2, type, norm, name, entity, born, alone, version
		FROM json_rows($1, id text, type text, norm text, name text, entity text, born bigint, alone integer, version text) v
		WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name, canonical_id = excluded.canonical_id,
		born = excluded.born, version = excluded.version`, jsonText(rows), projectID)
	return err
}

// PutKeys records the blocking keys of names in place of those they had.
func (tx *Tx) PutKeys(ctx context.Context, projectID string, names []Keyed) error {
	ids := make([]string, len(names))
	lists := make([]keyList, len(names))
	var rows []hashedKey
	for i, n := range names {
		ids[i] = n.ID
		hashes := make([]int64, len(n.Keys))
		for j, k := range n.Keys {
			hashes[j] = hashKey(projectID, k)
			rows = append(rows, hashedKey{hashes[j], n.ID})
		}
		lists[i] = keyList{n.ID, jsonText(hashes)}
	}
	if err := tx.dropKeys(ctx, ids); err != nil || len(rows) == 0 {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE entity_names SET keys = v.list FROM json_rows($1, name text, list text) v
		WHERE id = v.name`, jsonText(lists)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO entity_name_keys (key, name_id)
		SELECT key, name FROM json_rows($1, key bigint, name text) v WHERE true ON CONFLICT DO NOTHING`, jsonText(rows))
	return err
}

// dropKeys deletes the blocking keys of names.
func (tx *Tx) dropKeys(ctx context.Context, nameIDs []string) error {
	var rows []hashedKey
	if err := tx.rows(ctx, func(r *sql.Rows) error {
		var id, list string
		var keys []int64
		if err := r.Scan(&id, &list); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(list), &keys)
		for _, k := range keys {
			rows = append(rows, hashedKey{k, id})
		}
		return err
	}, `SELECT id, keys FROM entity_names WHERE id IN json_list($1) AND keys <> '[]'`, jsonText(nameIDs)); err != nil || len(rows) == 0 {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM entity_name_keys WHERE (key, name_id) IN (
		SELECT key, name FROM json_rows($1, key bigint, name text) v)`, jsonText(rows))
	return err
}

// hashedKey is a blocking key as it is stored, keyList those of a name.
type (
	hashedKey struct {
		Key    int64  `json:"key"`
		NameID string `json:"name,omitempty"`
	}
	keyList struct {
		NameID string `json:"name"`
		List   string `json:"list"`
	}
)

// hashKey makes a number of a key and its project.
func hashKey(projectID, key string) int64 {
	h := fnv.New64a()
	h.Write([]byte(projectID))
	h.Write([]byte(key))
	return int64(h.Sum64())
}

// DropJudgements deletes the judgements of names, before they are judged anew.
func (tx *Tx) DropJudgements(ctx context.Context, nameIDs []string) error {
	for _, end := range []string{"name_a", "name_b"} {
		if _, err := tx.exec(ctx, `DELETE FROM entity_judgements WHERE `+end+` IN json_list($1)`, jsonText(nameIDs)); err != nil {
			return err
		}
	}
	return nil
}

// AddJudgements records what the machine found.
func (tx *Tx) AddJudgements(ctx context.Context, list []Judgement) error {
	rows := make([][]any, len(list))
	for i, j := range list {
		rows[i] = []any{j.A, j.B, j.Decision, j.Score, jsonText(j.Reasons), j.Actor, tx.now}
	}
	return tx.insertRows(ctx, "entity_judgements",
		[]string{"name_a", "name_b", "decision", "score", "reasons", "actor", "created_at"}, rows)
}

// Judgements returns the judgements of a kind that touch any of the names.
func (tx *Tx) Judgements(ctx context.Context, decision string, nameIDs []string) ([]Judgement, error) {
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

// PutCanonicals records canonical entities, or what is new of them, and
// returns how those among them that were on record looked before, by id.
func (tx *Tx) PutCanonicals(ctx context.Context, projectID string, list []Canonical) (map[string]Canonical, error) {
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

// DropCanonicals deletes those of the canonical entities that have no names
// left, and returns their ids.
func (tx *Tx) DropCanonicals(ctx context.Context, ids []string) (dropped []string, err error) {
	if err := tx.rows(ctx, texts(&dropped), `SELECT id FROM canonical_entities c WHERE id IN json_list($1)
		AND NOT EXISTS (SELECT 1 FROM entity_names n WHERE n.canonical_id = c.id) ORDER BY id`, jsonText(ids)); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM canonical_entities WHERE id IN json_list($1)`, jsonText(dropped))
	return dropped, err
}

// Redirect has the id of an entity that is gone lead to the one that took it
// in.
func (tx *Tx) Redirect(ctx context.Context, projectID, id, into string) error {
	_, err := tx.exec(ctx, `INSERT INTO entity_redirects (id, project_id, entity_id) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET entity_id = excluded.entity_id`, id, projectID, into)
	return err
}

// DropUnusedNames deletes those of the names that no document uses any more,
// with their judgements, and returns the ids of the others.
func (tx *Tx) DropUnusedNames(ctx context.Context, ids []string) (kept []string, err error) {
	if err := tx.rows(ctx, texts(&kept), `SELECT id FROM entity_names n WHERE id IN json_list($1)
		AND EXISTS (SELECT 1 FROM document_entities e WHERE e.name_id = n.id) ORDER BY id`, jsonText(ids)); err != nil {
		return nil, err
	}
	unused := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(kept, id) })
	if err := tx.dropKeys(ctx, unused); err != nil {
		return nil, err
	}
	_, err = tx.exec(ctx, `DELETE FROM entity_names WHERE id IN json_list($1)`, jsonText(unused))
	return kept, err
}

// Spellings returns the ways in which documents write a name.
func (tx *Tx) Spellings(ctx context.Context, nameID string) (list []string, err error) {
	err = tx.rows(ctx, texts(&list), `SELECT DISTINCT name FROM document_entities WHERE name_id = $1 ORDER BY name`, nameID)
	return list, err
}

// DocumentNames returns the ids of the names that a document uses, in order.
func (tx *Tx) DocumentNames(ctx context.Context, documentID string) (ids []string, err error) {
	err = tx.rows(ctx, texts(&ids), `SELECT DISTINCT name_id FROM document_entities WHERE document_id = $1 ORDER BY name_id`, documentID)
	return ids, err
}

// Arrival returns when the first batch of a document began.
func (tx *Tx) Arrival(ctx context.Context, documentID string) (time.Time, error) {
	var us int64
	err := tx.one(ctx, []any{&us}, `SELECT coalesce(min(b.created_at), 0) FROM batch_documents m JOIN batches b ON b.id = m.batch_id
		WHERE m.document_id = $1`, documentID)
	return fromMicros(us), err
}

// EntityEvent is something that happened to a canonical entity.
type EntityEvent struct {
	Kind     string // created, merged, removed, changed
	EntityID string
	OtherID  string // merged: the entity that took it in
	Name     string
	Reasons  []dossier.Reason
}

// AddEntityEvents appends to the feed of a project's entity events.
func (tx *Tx) AddEntityEvents(ctx context.Context, projectID string, events []EntityEvent) error {
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
