package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"time"

	"github.com/dossier-legal/dossier"
)

// Verdict is what a person decided about two names.
type Verdict string

// The verdicts. Unsure has no effect but that nobody is asked again.
const (
	VerdictSame      Verdict = "same"
	VerdictDifferent Verdict = "different"
	VerdictUnsure    Verdict = "unsure"
)

// MarkKind is what a person decided about one name.
type MarkKind string

// The marks.
const (
	MarkLabel    MarkKind = "label"    // what its entity is called
	MarkType     MarkKind = "type"     // what it is the name of
	MarkRejected MarkKind = "rejected" // it is no entity
	MarkKeepsID  MarkKind = "keeps-id" // its entity takes in others, not they it
	MarkApart    MarkKind = "apart"    // in a document it stands for somebody else
)

// Decision is what somebody decided about entities. It holds until it is
// undone; of two about the same names the later holds.
type Decision struct {
	Seq      int64           `json:"seq"`
	Kind     string          `json:"kind"` // merge, split, rename, retype, reject, review
	EntityID string          `json:"entity,omitempty"`
	Detail   json.RawMessage `json:"detail"` // for people
	Actor    string          `json:"actor"`
	At       time.Time       `json:"at"`
	UndoneAt time.Time       `json:"undone_at,omitzero"`
	UndoneBy string          `json:"undone_by,omitempty"`

	Edges []DecisionEdge `json:"-"`
	Marks []DecisionMark `json:"-"`
}

// DecisionEdge is a verdict about two names.
type DecisionEdge struct {
	Seq     int64   `json:"-"`
	A       string  `json:"a"` // name ids, A < B
	B       string  `json:"b"`
	Verdict Verdict `json:"verdict"`
}

// DecisionMark is a decision about one name.
type DecisionMark struct {
	Seq    int64    `json:"-"`
	NameID string   `json:"name"`
	Mark   MarkKind `json:"mark"`
	Value  string   `json:"value"` // the label, the type, the document
}

// Add records a decision with its edges and marks, and returns its
// number.
func (tx TxDecisions) Add(ctx context.Context, projectID string, d Decision) (seq int64, err error) {
	if err := tx.one(ctx, []any{&seq}, `INSERT INTO entity_decisions (project_id, kind, entity_id, detail, actor, created_at)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq`, projectID, d.Kind, d.EntityID, string(d.Detail), d.Actor, tx.now); err != nil {
		return 0, err
	}
	if len(d.Edges) > 0 {
		if _, err := tx.exec(ctx, `INSERT INTO decision_edges (seq, name_a, name_b, verdict)
			SELECT $2, a, b, verdict FROM json_rows($1, a text, b text, verdict text) v`, jsonText(d.Edges), seq); err != nil {
			return 0, err
		}
	}
	if len(d.Marks) > 0 {
		if _, err := tx.exec(ctx, `INSERT INTO decision_marks (seq, name_id, mark, value)
			SELECT $2, name, mark, value FROM json_rows($1, name text, mark text, value text) v`, jsonText(d.Marks), seq); err != nil {
			return 0, err
		}
	}
	return seq, nil
}

// Undo ends a decision of a project and returns it with its edges and
// marks.
func (tx TxDecisions) Undo(ctx context.Context, projectID string, seq int64, actor string) (d Decision, err error) {
	d.Seq = seq
	var detail string
	if err := tx.one(ctx, []any{&d.Kind, &d.EntityID, &detail}, `UPDATE entity_decisions SET undone_at = $3, undone_by = $4
		WHERE project_id = $1 AND seq = $2 AND undone_at = 0 RETURNING kind, entity_id, detail`, projectID, seq, tx.now, actor); err != nil {
		return d, notFound(err, "decision, or it is undone already", strconv.FormatInt(seq, 10), "`dossier entity decisions` lists them")
	}
	d.Detail = json.RawMessage(detail)
	if d.Edges, err = tx.edges(ctx, `WHERE e.seq = $1`, seq); err != nil {
		return d, err
	}
	d.Marks, err = tx.marks(ctx, `WHERE m.seq = $1`, seq)
	return d, err
}

// Edges returns the verdicts that hold and touch any of the names, the
// earliest first.
func (tx TxDecisions) Edges(ctx context.Context, nameIDs []string) ([]DecisionEdge, error) {
	return tx.edges(ctx, `JOIN entity_decisions d ON d.seq = e.seq WHERE d.undone_at = 0
		AND (e.name_a IN json_list($1) OR e.name_b IN json_list($1))`, jsonText(nameIDs))
}

// AllEdges returns the verdicts that hold in a project, the earliest
// first.
func (tx TxDecisions) AllEdges(ctx context.Context, projectID string) ([]DecisionEdge, error) {
	return tx.edges(ctx, `JOIN entity_decisions d ON d.seq = e.seq WHERE d.undone_at = 0 AND d.project_id = $1`, projectID)
}

func (tx *transaction) edges(ctx context.Context, where string, args ...any) (list []DecisionEdge, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var e DecisionEdge
		err := rows.Scan(&e.Seq, &e.A, &e.B, &e.Verdict)
		list = append(list, e)
		return err
	}, `SELECT e.seq, e.name_a, e.name_b, e.verdict FROM decision_edges e `+where+` ORDER BY e.seq, e.name_a, e.name_b`, args...)
	return list, err
}

// Marks returns the marks of names that hold, the earliest first.
func (tx TxDecisions) Marks(ctx context.Context, nameIDs []string) ([]DecisionMark, error) {
	return tx.marks(ctx, `JOIN entity_decisions d ON d.seq = m.seq WHERE d.undone_at = 0
		AND m.name_id IN json_list($1)`, jsonText(nameIDs))
}

func (tx *transaction) marks(ctx context.Context, where string, args ...any) (list []DecisionMark, err error) {
	err = tx.rows(ctx, func(rows *sql.Rows) error {
		var m DecisionMark
		err := rows.Scan(&m.Seq, &m.NameID, &m.Mark, &m.Value)
		list = append(list, m)
		return err
	}, `SELECT m.seq, m.name_id, m.mark, m.value FROM decision_marks m `+where+` ORDER BY m.seq, m.name_id, m.mark, m.value`, args...)
	return list, err
}

// List returns the decisions of a project, the newest first; entityID
// narrows them unless it is "".
func (db Decisions) List(ctx context.Context, projectID, entityID string, limit int) ([]Decision, error) {
	list := []Decision{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var d Decision
		var detail string
		var at, undone int64
		err := rows.Scan(&d.Seq, &d.Kind, &d.EntityID, &detail, &d.Actor, &at, &undone, &d.UndoneBy)
		d.Detail, d.At, d.UndoneAt = json.RawMessage(detail), fromMicros(at), fromMicros(undone)
		list = append(list, d)
		return err
	}, `SELECT seq, kind, entity_id, detail, actor, created_at, undone_at, undone_by FROM entity_decisions
		WHERE project_id = $1 AND ($2 = '' OR entity_id = $2) ORDER BY seq DESC LIMIT $3`, projectID, entityID, limit)
	return list, err
}

// Doubt is a pair of names of two entities of which the machine does not know
// whether they are one, and no person has said so.
type Doubt struct {
	A, B     DoubtSide
	Decision string // same: nothing but a contradiction elsewhere keeps them apart; review
	Score    float64
	Reasons  []dossier.Reason
}

// DoubtSide is one side of a doubt.
type DoubtSide struct {
	NameID    string
	Name      string
	EntityID  string
	Entity    string
	Type      dossier.MentionType
	Documents int // that name the entity
}

// Doubts calls f for the open doubts of a project, in the order of their names'
// ids.
func (db Decisions) Doubts(ctx context.Context, projectID string, f func(Doubt) error) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		var d Doubt
		var reasons string
		if err := rows.Scan(&d.A.NameID, &d.A.Name, &d.A.EntityID, &d.A.Entity, &d.A.Type, &d.A.Documents,
			&d.B.NameID, &d.B.Name, &d.B.EntityID, &d.B.Entity, &d.B.Type, &d.B.Documents, &d.Decision, &d.Score, &reasons); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(reasons), &d.Reasons); err != nil {
			return err
		}
		return f(d)
	}, `WITH uses AS (SELECT n.canonical_no AS no, count(DISTINCT e.document_id) AS documents
			FROM entity_names n JOIN document_entities e ON e.name_no = n.no WHERE n.project_id = $1 GROUP BY n.canonical_no),
		said AS (SELECT DISTINCT a.canonical_no AS a, b.canonical_no AS b FROM decision_edges e
			JOIN entity_decisions d ON d.seq = e.seq JOIN entity_names a ON a.id = e.name_a JOIN entity_names b ON b.id = e.name_b
			WHERE d.project_id = $1 AND d.undone_at = 0)
		SELECT a.id, a.name, ca.id, ca.name, ca.type, ua.documents, b.id, b.name, cb.id, cb.name, cb.type, ub.documents,
			j.decision, j.score, j.reasons
		FROM entity_judgements j JOIN entity_names a ON a.id = j.name_a JOIN entity_names b ON b.id = j.name_b
		JOIN canonical_entities ca ON ca.no = a.canonical_no JOIN canonical_entities cb ON cb.no = b.canonical_no
		JOIN uses ua ON ua.no = ca.no JOIN uses ub ON ub.no = cb.no
		WHERE a.project_id = $1 AND ca.no <> cb.no AND ca.rejected = 0 AND cb.rejected = 0 AND j.decision <> 'different'
		AND NOT EXISTS (SELECT 1 FROM said s WHERE (s.a = ca.no AND s.b = cb.no) OR (s.a = cb.no AND s.b = ca.no))
		ORDER BY a.id, b.id`, projectID)
}
