package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/dossier-legal/dossier"
)

// Hit is a page that matches a search.
type Hit struct {
	DocumentID string
	FileName   string
	Page       int
	Snippet    string
	Marks      [][2]int // byte ranges of the snippet that the query found
	Rank       float64  // greater is better
}

// EntityRow is a canonical entity with its figures.
type EntityRow struct {
	ID        string              `json:"id"`
	Type      dossier.MentionType `json:"type"`
	Name      string              `json:"name"`
	Mentions  int                 `json:"mentions"`
	Documents int                 `json:"documents"`
	Rejected  bool                `json:"rejected,omitempty"` // somebody said that it is no entity
}

const entityRows = `SELECT c.id, c.type, c.name, c.rejected, coalesce(sum(e.mention_count), 0), count(DISTINCT e.document_id)
	FROM canonical_entities c JOIN entity_names n ON n.canonical_no = c.no JOIN document_entities e ON e.name_no = n.no
	WHERE c.project_id = $1 `

// List lists the canonical entities of a project that nobody rejected, those named most first;
// entityType narrows the list unless it is "".
func (db Entities) List(ctx context.Context, projectID string, entityType dossier.MentionType, limit int) ([]EntityRow, error) {
	return db.entities(ctx, entityRows+`AND c.rejected = 0 AND ($2 = '' OR c.type = $2)
		GROUP BY c.id ORDER BY 5 DESC, c.name, c.id LIMIT $3`, projectID, entityType, limit)
}

// Find resolves what a person typed for an entity: its id or the
// beginning of it, or one of its names in a document, whatever the case. Ids of entities
// that were merged lead to the one that took them in.
func (db Entities) Find(ctx context.Context, projectID, what string) ([]EntityRow, error) {
	for seen := map[string]bool{}; !seen[what]; { // merges of merges
		seen[what] = true
		rows, err := db.entities(ctx, entityRows+`AND (c.id = $2 OR (length($2) >= 6 AND substr(c.id, 1, length($2)) = $2)
			OR c.no IN (SELECT n.canonical_no FROM entity_names n JOIN document_entities e ON e.name_no = n.no
				WHERE n.project_id = $1 AND (lower(e.name) = lower($2)
					OR EXISTS (SELECT 1 FROM json_list(e.aliases) AS a WHERE lower(a.value) = lower($2)))))
			GROUP BY c.id ORDER BY 5 DESC, c.id LIMIT 20`, projectID, what)
		if err != nil || len(rows) > 0 {
			return rows, err
		}
		err = db.one(ctx, []any{&what}, `SELECT entity_id FROM entity_redirects
			WHERE project_id = $1 AND id = $2`, projectID, what)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (db *database) entities(ctx context.Context, query string, args ...any) ([]EntityRow, error) {
	list := []EntityRow{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var e EntityRow
		err := rows.Scan(&e.ID, &e.Type, &e.Name, &e.Rejected, &e.Mentions, &e.Documents)
		list = append(list, e)
		return err
	}, query, args...)
	return list, err
}

// EntityName is a name of a canonical entity, with where it is used.
type EntityName struct {
	Name      string           `json:"name"`
	Documents int              `json:"documents"`
	Aliases   []string         `json:"aliases,omitempty"`
	Reasons   []dossier.Reason `json:"reasons,omitempty"` // why forms were joined inside documents
}

// Names returns the names of a canonical entity with the aliases and
// reasons from its documents.
func (db Entities) Names(ctx context.Context, canonicalID string) ([]EntityName, error) {
	names := []EntityName{}
	last := ""
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var id, name, form, aliases, reasons string
		if err := rows.Scan(&id, &name, &form, &aliases, &reasons); err != nil {
			return err
		}
		if id != last {
			names, last = append(names, EntityName{Name: name}), id
		}
		n := &names[len(names)-1]
		n.Documents++
		var more []string
		var why []dossier.Reason
		if err := errors.Join(json.Unmarshal([]byte(aliases), &more), json.Unmarshal([]byte(reasons), &why)); err != nil {
			return err
		}
		n.Aliases = slices.DeleteFunc(appendNew(n.Aliases, append([]string{form}, more...)),
			func(a string) bool { return a == n.Name })
		n.Reasons = appendNew(n.Reasons, why)
		return nil
	}, `SELECT n.id, n.name, e.name, e.aliases, e.reasons FROM canonical_entities c
		JOIN entity_names n ON n.canonical_no = c.no JOIN document_entities e ON e.name_no = n.no WHERE c.id = $1 ORDER BY n.name, n.id, e.document_id`, canonicalID)
	return names, err
}

// appendNew appends what is not in the list yet.
func appendNew[T comparable](list, more []T) []T {
	seen := make(map[T]bool, len(list))
	for _, v := range list {
		seen[v] = true
	}
	for _, v := range more {
		if !seen[v] {
			list, seen[v] = append(list, v), true
		}
	}
	return list
}

// NamePair is a judgement about two names of an entity, for a person to read.
type NamePair struct {
	A        string           `json:"a"`
	B        string           `json:"b"`
	Decision string           `json:"decision"`
	Score    float64          `json:"score"`
	Reasons  []dossier.Reason `json:"reasons"`
	Actor    string           `json:"actor"`
}

// Judgements returns the judgements that touch the names of a canonical
// entity, best first.
func (db Entities) Judgements(ctx context.Context, canonicalID string) ([]NamePair, error) {
	list := []NamePair{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var j NamePair
		var reasons string
		if err := rows.Scan(&j.A, &j.B, &j.Decision, &j.Score, &reasons, &j.Actor); err != nil {
			return err
		}
		list = append(list, j)
		return json.Unmarshal([]byte(reasons), &list[len(list)-1].Reasons)
	}, `SELECT a.name, b.name, j.decision, j.score, j.reasons, j.actor FROM entity_judgements j
		JOIN entity_names a ON a.id = j.name_a JOIN entity_names b ON b.id = j.name_b
		JOIN canonical_entities c ON c.no IN (a.canonical_no, b.canonical_no) WHERE c.id = $1 ORDER BY j.score DESC, a.name, b.name`, canonicalID)
	return list, err
}

// EntityMention is a place where an entity is named.
type EntityMention struct {
	DocumentID string `json:"document"`
	FileName   string `json:"file_name"`
	Page       int    `json:"page"`
	Start      int    `json:"start"`
	End        int    `json:"end"`
	Text       string `json:"text"`
}

// Mentions returns the first places where a canonical entity is named.
func (db Entities) Mentions(ctx context.Context, canonicalID string, limit int) ([]EntityMention, error) {
	list := []EntityMention{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var m EntityMention
		err := rows.Scan(&m.DocumentID, &m.FileName, &m.Page, &m.Start, &m.End, &m.Text)
		list = append(list, m)
		return err
	}, `SELECT d.id, d.file_name, m.page, m.char_start, m.char_end, m.text FROM canonical_entities c
		JOIN entity_names n ON n.canonical_no = c.no JOIN document_entities e ON e.name_no = n.no JOIN entity_mentions m ON m.entity_no = e.no
		JOIN source_documents d ON d.id = e.document_id WHERE c.id = $1
		ORDER BY d.file_name, d.id, m.char_start LIMIT $2`, canonicalID, limit)
	return list, err
}

// RelationRow is a relation with the canonical entities at its ends.
type RelationRow struct {
	Kind       dossier.RelationKind `json:"kind"`
	FromID     string               `json:"from_id"`
	FromType   dossier.MentionType  `json:"from_type"`
	From       string               `json:"from"`
	ToID       string               `json:"to_id"`
	ToType     dossier.MentionType  `json:"to_type"`
	To         string               `json:"to"`
	CaseID     string               `json:"case_id,omitempty"`
	Case       string               `json:"case,omitempty"`
	Role       string               `json:"role,omitempty"`
	RoleRaw    string               `json:"role_raw,omitempty"`
	DocumentID string               `json:"document"`
	FileName   string               `json:"file_name"`
	Page       int                  `json:"page"`
	Start      int                  `json:"start"`
	End        int                  `json:"end"`
	Evidence   string               `json:"evidence"`
	Confidence float64              `json:"confidence"`
	Method     string               `json:"method"`
	Weight     int                  `json:"weight,omitempty"`
}

// Relations calls f for the relations of a project, in a stable order;
// canonicalID narrows them to one entity unless it is "".
func (db Entities) Relations(ctx context.Context, projectID, canonicalID string, f func(RelationRow) error) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		var r RelationRow
		if err := rows.Scan(&r.Kind, &r.FromID, &r.FromType, &r.From, &r.ToID, &r.ToType, &r.To, &r.CaseID, &r.Case,
			&r.Role, &r.RoleRaw, &r.DocumentID, &r.FileName, &r.Page, &r.Start, &r.End, &r.Evidence, &r.Confidence, &r.Method, &r.Weight); err != nil {
			return err
		}
		return f(r)
	}, `SELECT r.relation_type, a.id, a.type, a.name, b.id, b.type, b.name, coalesce(c.id, ''), coalesce(c.name, ''),
		r.role, r.role_raw, d.id, d.file_name, r.page, r.char_start, r.char_end, r.evidence, r.confidence, r.method, r.weight
		FROM relationships r JOIN source_documents d ON d.no = r.document_no
		JOIN document_entities fe ON fe.no = r.from_no JOIN entity_names fn ON fn.no = fe.name_no
		JOIN canonical_entities a ON a.no = fn.canonical_no
		JOIN document_entities te ON te.no = r.to_no JOIN entity_names tn ON tn.no = te.name_no
		JOIN canonical_entities b ON b.no = tn.canonical_no
		LEFT JOIN document_entities ce ON ce.no = r.case_no LEFT JOIN entity_names cn ON cn.no = ce.name_no
		LEFT JOIN canonical_entities c ON c.no = cn.canonical_no
		WHERE d.project_id = $1 AND a.rejected = 0 AND b.rejected = 0 AND ($2 = '' OR a.id = $2 OR b.id = $2)
		ORDER BY r.relation_type, a.name, b.name, d.file_name, d.id, r.char_start, r.relation_index`, projectID, canonicalID)
}

// Link is the canonical entity of an entity of a document.
type Link struct {
	ID       string
	Rejected bool // somebody said that it is no entity
}

// Links returns the entities of a document, by key, with their canonical ones.
func (db Entities) Links(ctx context.Context, documentID string) (map[string]Link, error) {
	links := map[string]Link{}
	return links, db.rows(ctx, func(rows *sql.Rows) error {
		var key string
		var l Link
		err := rows.Scan(&key, &l.ID, &l.Rejected)
		links[key] = l
		return err
	}, `SELECT e.entity_key, c.id, c.rejected FROM document_entities e JOIN entity_names n ON n.no = e.name_no
		JOIN canonical_entities c ON c.no = n.canonical_no WHERE e.document_id = $1`, documentID)
}
