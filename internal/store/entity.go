package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"

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
}

// Judgement is a decision about two names, with its reasons.
type Judgement struct {
	A, B     string // name ids, A < B
	Decision string // same, review, different
	Score    float64
	Reasons  []dossier.Reason
	Actor    string
}

// Canonical is a canonical entity.
type Canonical struct {
	ID   string
	Type dossier.MentionType
	Name string
}

// Names returns the names of the ids that are on record.
func (tx *Tx) Names(ctx context.Context, ids []string) (map[string]Name, error) {
	names := make(map[string]Name, len(ids))
	return names, tx.rows(ctx, func(rows *sql.Rows) error {
		var n Name
		err := rows.Scan(&n.ID, &n.Type, &n.Norm, &n.Name, &n.CanonicalID)
		names[n.ID] = n
		return err
	}, `SELECT id, type, norm, name, canonical_id FROM entity_names
		WHERE id IN json_list($1)`, jsonText(ids))
}

// NamesWithKeys returns the names of a project that share a blocking key.
func (tx *Tx) NamesWithKeys(ctx context.Context, projectID string, keys []string) ([]Name, error) {
	var names []Name
	err := tx.rows(ctx, func(rows *sql.Rows) error {
		var n Name
		err := rows.Scan(&n.ID, &n.Type, &n.Norm, &n.Name, &n.CanonicalID)
		names = append(names, n)
		return err
	}, `SELECT id, type, norm, name, canonical_id FROM entity_names WHERE id IN (
			SELECT name_id FROM entity_name_keys WHERE project_id = $1 AND key IN json_list($2))
		ORDER BY id`, projectID, jsonText(keys))
	return names, err
}

// PutName records a name, or the better way to write it and its canonical
// entity.
func (tx *Tx) PutName(ctx context.Context, projectID string, n Name) error {
	_, err := tx.exec(ctx, `INSERT INTO entity_names (id, project_id, type, norm, name, canonical_id)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET name = excluded.name,
		canonical_id = excluded.canonical_id WHERE entity_names.name <> excluded.name
		OR entity_names.canonical_id <> excluded.canonical_id`,
		n.ID, projectID, n.Type, n.Norm, n.Name, n.CanonicalID)
	return err
}

// AddKeys records the blocking keys of a name.
func (tx *Tx) AddKeys(ctx context.Context, projectID, nameID string, keys []string) error {
	for _, k := range keys {
		if _, err := tx.exec(ctx, `INSERT INTO entity_name_keys (project_id, key, name_id) VALUES ($1, $2, $3)
			ON CONFLICT DO NOTHING`, projectID, k, nameID); err != nil {
			return err
		}
	}
	return nil
}

// DropJudgements deletes the machine's judgements of a name, before it is
// judged anew.
func (tx *Tx) DropJudgements(ctx context.Context, nameID string) error {
	for _, end := range []string{"name_a", "name_b"} {
		if _, err := tx.exec(ctx, `DELETE FROM entity_judgements
			WHERE `+end+` = $1 AND substr(actor, 1, 8) = 'machine:'`, nameID); err != nil {
			return err
		}
	}
	return nil
}

// AddJudgement records a decision about two names.
func (tx *Tx) AddJudgement(ctx context.Context, j Judgement) error {
	_, err := tx.exec(ctx, `INSERT INTO entity_judgements (name_a, name_b, decision, score, reasons, actor, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		j.A, j.B, j.Decision, j.Score, jsonText(j.Reasons), j.Actor, tx.now)
	return err
}

// Judgements returns the decisions of the kind that touch any of the names.
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

// PutCanonical records a canonical entity, or its new name; it reports whether
// the entity is new.
func (tx *Tx) PutCanonical(ctx context.Context, projectID string, c Canonical) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO canonical_entities (id, project_id, type, name, created_at)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, c.ID, projectID, c.Type, c.Name, tx.now)
	if err != nil || n > 0 {
		return n > 0, err
	}
	_, err = tx.exec(ctx, `UPDATE canonical_entities SET name = $2 WHERE id = $1 AND name <> $2`, c.ID, c.Name)
	return false, err
}

// DropCanonical deletes a canonical entity if it has no names left.
func (tx *Tx) DropCanonical(ctx context.Context, id string) (bool, error) {
	n, err := tx.exec(ctx, `DELETE FROM canonical_entities WHERE id = $1
		AND NOT EXISTS (SELECT 1 FROM entity_names WHERE canonical_id = $1)`, id)
	return n > 0, err
}

// DropUnusedNames deletes those of the names that no document uses any more,
// with their judgements, and returns the ids of the others.
func (tx *Tx) DropUnusedNames(ctx context.Context, ids []string) ([]string, error) {
	if _, err := tx.exec(ctx, `DELETE FROM entity_names WHERE id IN json_list($1)
		AND NOT EXISTS (SELECT 1 FROM document_entities e WHERE e.name_id = entity_names.id)`, jsonText(ids)); err != nil {
		return nil, err
	}
	left, err := tx.Names(ctx, ids)
	kept := make([]string, 0, len(left))
	for _, id := range ids {
		if _, ok := left[id]; ok {
			kept = append(kept, id)
		}
	}
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

// EntityEvent is something that happened to a canonical entity.
type EntityEvent struct {
	Kind     string // created, merged, removed
	EntityID string
	OtherID  string // merged: the entity that took it in
	Name     string
	Reasons  []dossier.Reason
}

// AddEntityEvent appends to the feed of a project's entity events.
func (tx *Tx) AddEntityEvent(ctx context.Context, projectID string, e EntityEvent) error {
	if e.Reasons == nil {
		e.Reasons = []dossier.Reason{}
	}
	_, err := tx.exec(ctx, `INSERT INTO entity_events (project_id, kind, entity_id, other_id, name, reasons, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, projectID, e.Kind, e.EntityID, e.OtherID, e.Name, jsonText(e.Reasons), tx.now)
	return err
}
