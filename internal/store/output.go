package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// SavePages records the pages of a document, with what the file says of itself,
// what its reader warns of and what could not be read.
func (tx TxContents) SavePages(ctx context.Context, documentID string, pages []dossier.Page, findings []dossier.Finding, metadata map[string]string, warnings []string, losses []dossier.Loss) error {
	words := 0
	rows := make([][]any, len(pages))
	for i, p := range pages {
		rows[i] = []any{
			documentID, p.Number, p.Label, zonesText(p.Zones), float64(p.Width), float64(p.Height), p.Source, p.Reason, p.Error,
			p.Confidence(), p.WordCount(), tx.dialect.packText(p.Text), dossier.PackWords(p.Words),
		}
		words += p.WordCount()
	}
	if err := tx.insertRows(ctx, "document_pages", []string{
		"document_id", "number", "label", "zones", "width", "height", "source", "reason", "error_code",
		"confidence", "word_count", "text", "words",
	}, rows); err != nil {
		return err
	}
	if err := tx.saveFindings(ctx, documentID, findings); err != nil {
		return err
	}
	if metadata == nil {
		metadata = map[string]string{}
	}
	if warnings == nil {
		warnings = []string{}
	}
	if losses == nil {
		losses = []dossier.Loss{}
	}
	_, err := tx.exec(ctx, `UPDATE source_documents SET page_count = $2, word_count = $3, metadata = $4, warnings = $5, losses = $6
		WHERE id = $1`, documentID, len(pages), words, jsonText(metadata), jsonText(warnings), jsonText(losses))
	return err
}

// Warn replaces the warnings of one part of a document.
func (tx TxDocuments) Warn(ctx context.Context, documentID, part string, warnings []string) error {
	var text string
	if err := tx.one(ctx, []any{&text}, `SELECT warnings FROM source_documents WHERE id = $1`, documentID); err != nil {
		return err
	}
	list := []string{}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(w string) bool { return strings.HasPrefix(w, part+": ") })
	for _, w := range warnings {
		list = append(list, part+": "+w)
	}
	_, err := tx.exec(ctx, `UPDATE source_documents SET warnings = $2 WHERE id = $1`, documentID, jsonText(list))
	return err
}

// SetRecipe says with what options and stages a document was done, where that
// is not what it was registered for: it is done anew when it is asked for again.
func (tx TxDocuments) SetRecipe(ctx context.Context, documentID, recipe string) error {
	_, err := tx.exec(ctx, `UPDATE source_documents SET recipe = $2 WHERE id = $1`, documentID, recipe)
	return err
}

func zonesText(zones []dossier.Zone) string {
	if zones == nil {
		return "null"
	}
	return jsonText(zones)
}

func (tx *transaction) saveFindings(ctx context.Context, documentID string, findings []dossier.Finding) error {
	rows := make([][]any, len(findings))
	for i, f := range findings {
		rows[i] = []any{documentID, i, f.Kind, f.Page, f.Text, jsonText(f.Box), f.Name, f.Author, f.At, f.Detail}
	}
	return tx.insertRows(ctx, "document_findings", []string{
		"document_id", "seq", "kind", "page", "text", "box", "name", "author", "at", "detail",
	}, rows)
}

// Findings returns what a reader of a document may overlook, in order.
func (db Contents) Findings(ctx context.Context, documentID string) ([]dossier.Finding, error) {
	list := []dossier.Finding{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var f dossier.Finding
		var box string
		if err := rows.Scan(&f.Kind, &f.Page, &f.Text, &box, &f.Name, &f.Author, &f.At, &f.Detail); err != nil {
			return err
		}
		err := json.Unmarshal([]byte(box), &f.Box)
		list = append(list, f)
		return err
	}, `SELECT kind, page, text, box, name, author, at, detail FROM document_findings WHERE document_id = $1 ORDER BY seq`, documentID)
	return list, err
}

// Pages returns the pages of a document in order, with their words.
func (db Contents) Pages(ctx context.Context, documentID string) ([]dossier.Page, error) {
	var pages []dossier.Page
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var p dossier.Page
		var packed []byte
		var zones string
		if err := rows.Scan(&p.Number, &p.Label, &zones, &p.Width, &p.Height, &p.Source, &p.Reason, &p.Error, (*pageText)(&p.Text), &packed); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(zones), &p.Zones); err != nil {
			return err
		}
		var err error
		p.Words, err = dossier.UnpackWords(p.Text, packed)
		pages = append(pages, p)
		return err
	}, `SELECT number, label, zones, width, height, source, reason, error_code, text, words FROM document_pages
		WHERE document_id = $1 ORDER BY number`, documentID)
	return pages, err
}

// Text returns the text of a document and the place of each page in it.
func (db Contents) Text(ctx context.Context, documentID string) (string, []dossier.PageSpan, error) {
	var pages []dossier.Page
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var p dossier.Page
		err := rows.Scan(&p.Number, (*pageText)(&p.Text))
		pages = append(pages, p)
		return err
	}, `SELECT number, text FROM document_pages WHERE document_id = $1 ORDER BY number`, documentID)
	text, spans := dossier.JoinPages(pages)
	return text, spans, err
}

// documentNumber returns the number of a document, by which its facts refer to
// it.
func (tx *transaction) documentNumber(ctx context.Context, documentID string) (no int64, err error) {
	err = tx.one(ctx, []any{&no}, `SELECT no FROM source_documents WHERE id = $1`, documentID)
	return no, err
}

// SaveChunks records where the chunks of a document begin and end; their text
// is that of its pages.
func (tx TxContents) SaveChunks(ctx context.Context, documentID string, chunks []dossier.Chunk) error {
	rows := make([][]any, len(chunks))
	for i, c := range chunks {
		rows[i] = []any{documentID, c.Index, c.Start, c.End, c.PageStart, c.PageEnd}
	}
	if err := tx.insertRows(ctx, "document_chunks", []string{
		"document_id", "chunk_index", "char_start", "char_end", "page_start", "page_end",
	}, rows); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `UPDATE source_documents SET chunk_count = $2 WHERE id = $1`, documentID, len(chunks))
	return err
}

// Chunks returns the chunks of a document in order. text is the document's, as
// [Contents.Text] returns it; a chunk whose offsets lie outside it has no text.
func (db Contents) Chunks(ctx context.Context, documentID, text string) ([]dossier.Chunk, error) {
	var chunks []dossier.Chunk
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var c dossier.Chunk
		err := rows.Scan(&c.Index, &c.Start, &c.End, &c.PageStart, &c.PageEnd)
		if 0 <= c.Start && c.Start <= c.End && c.End <= len(text) {
			c.Text = text[c.Start:c.End]
		}
		chunks = append(chunks, c)
		return err
	}, `SELECT chunk_index, char_start, char_end, page_start, page_end FROM document_chunks
		WHERE document_id = $1 ORDER BY chunk_index`, documentID)
	return chunks, err
}

// PlacedMention is a mention with the chunk that holds it; ChunkStart and
// ChunkEnd are its byte offsets in the chunk's text. A mention that no chunk holds
// in full ends with the chunk in which it starts.
type PlacedMention struct {
	dossier.Mention
	ChunkIndex int `json:"chunk"`
	ChunkStart int `json:"chunk_start"`
	ChunkEnd   int `json:"chunk_end"`
}

// SaveMentions records the mentions of a document in their order.
func (tx TxContents) SaveMentions(ctx context.Context, documentID string, mentions []PlacedMention) error {
	document, err := tx.documentNumber(ctx, documentID)
	if err != nil {
		return err
	}
	rows := make([][]any, len(mentions))
	for i, m := range mentions {
		var norm any // NULL: the same as the text
		if m.Norm != m.Text {
			norm = m.Norm
		}
		rows[i] = []any{document, i, m.ChunkIndex, m.Page, m.Start, m.End, m.Type, m.Text, norm, m.Score, m.Method, m.Role}
	}
	if err := tx.insertRows(ctx, "entity_mentions", []string{
		"document_no", "mention_index", "chunk_index", "page", "char_start", "char_end",
		"type", "text", "norm", "confidence", "method", "role",
	}, rows); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE source_documents SET mention_count = $2 WHERE id = $1`, documentID, len(mentions))
	return err
}

// Mentions returns the mentions of a document in their order.
func (db Contents) Mentions(ctx context.Context, documentID string) ([]PlacedMention, error) {
	var mentions []PlacedMention
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var m PlacedMention
		err := rows.Scan(&m.ChunkIndex, &m.ChunkStart, &m.ChunkEnd, &m.Page, &m.Start, &m.End,
			&m.Type, &m.Text, &m.Norm, &m.Score, &m.Method, &m.Role)
		mentions = append(mentions, m)
		return err
	}, `SELECT m.chunk_index, m.char_start - c.char_start, m.char_end - c.char_start, m.page, m.char_start, m.char_end,
		m.type, m.text, coalesce(m.norm, m.text), m.confidence, m.method, m.role
		FROM source_documents d JOIN entity_mentions m ON m.document_no = d.no
		JOIN document_chunks c ON c.document_id = d.id AND c.chunk_index = m.chunk_index
		WHERE d.id = $1 ORDER BY m.mention_index`, documentID)
	return mentions, err
}

// entityNumbers returns the numbers of a document's entities by their keys.
func (tx *transaction) entityNumbers(ctx context.Context, documentID string) (map[string]int64, error) {
	numbers := map[string]int64{}
	return numbers, tx.rows(ctx, func(rows *sql.Rows) error {
		var key string
		var no int64
		err := rows.Scan(&key, &no)
		numbers[key] = no
		return err
	}, `SELECT entity_key, no FROM document_entities WHERE document_id = $1`, documentID)
}

// SaveEntities records the entities of a document and links its mentions to
// them. names gives the project's name row for each entity, by its key.
func (tx TxContents) SaveEntities(ctx context.Context, documentID string, entities []dossier.DocumentEntity, names map[string]string) error {
	numbers, err := tx.nameNumbers(ctx, slices.Collect(maps.Values(names)))
	if err != nil {
		return err
	}
	rows := make([][]any, len(entities))
	for i, e := range entities {
		rows[i] = []any{
			documentID, e.Key, e.Type, e.Name, e.Norm, bit(e.Partial),
			jsonText(e.Aliases), jsonText(e.Reasons), len(e.Mentions), numbers[names[e.Key]],
		}
	}
	if err := tx.insertRows(ctx, "document_entities", []string{
		"document_id", "entity_key", "type", "name", "norm", "partial",
		"aliases", "reasons", "mention_count", "name_no",
	}, rows); err != nil {
		return err
	}
	if err := tx.linkMentions(ctx, documentID, entities); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE source_documents SET entity_count = $2 WHERE id = $1`, documentID, len(entities))
	return err
}

// linkMentions has the mentions of a document point at its entities.
func (tx *transaction) linkMentions(ctx context.Context, documentID string, entities []dossier.DocumentEntity) error {
	type link struct {
		Mention int   `json:"mention"`
		Entity  int64 `json:"entity"`
	}
	document, err := tx.documentNumber(ctx, documentID)
	if err != nil {
		return err
	}
	numbers, err := tx.entityNumbers(ctx, documentID)
	if err != nil {
		return err
	}
	links := []link{}
	for _, e := range entities {
		for _, index := range e.Mentions {
			links = append(links, link{index, numbers[e.Key]})
		}
	}
	_, err = tx.exec(ctx, `UPDATE entity_mentions SET entity_no = v.entity
		FROM json_rows($1, mention integer, entity bigint) v
		WHERE document_no = $2 AND mention_index = v.mention`, jsonText(links), document)
	return err
}

// Entities returns the entities of a document by key, with the indexes
// of their mentions.
func (db Contents) Entities(ctx context.Context, documentID string) ([]dossier.DocumentEntity, error) {
	var entities []dossier.DocumentEntity
	at := map[int64]int{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var e dossier.DocumentEntity
		var no int64
		var aliases, reasons string
		if err := rows.Scan(&no, &e.Key, &e.Type, &e.Name, &e.Norm, &e.Partial, &aliases, &reasons); err != nil {
			return err
		}
		at[no] = len(entities)
		err := errors.Join(json.Unmarshal([]byte(aliases), &e.Aliases), json.Unmarshal([]byte(reasons), &e.Reasons))
		entities = append(entities, e)
		return err
	}, `SELECT no, entity_key, type, name, norm, partial, aliases, reasons FROM document_entities
		WHERE document_id = $1 ORDER BY entity_key`, documentID)
	if err != nil {
		return nil, err
	}
	return entities, db.rows(ctx, func(rows *sql.Rows) error {
		var no int64
		var index int
		if err := rows.Scan(&no, &index); err != nil {
			return err
		}
		e := &entities[at[no]]
		e.Mentions = append(e.Mentions, index)
		return nil
	}, `SELECT m.entity_no, m.mention_index FROM source_documents d JOIN entity_mentions m ON m.document_no = d.no
		WHERE d.id = $1 AND m.entity_no IS NOT NULL ORDER BY m.mention_index`, documentID)
}

// SaveRelations records the relations of a document.
func (tx TxContents) SaveRelations(ctx context.Context, documentID string, relations []dossier.Relation) error {
	document, err := tx.documentNumber(ctx, documentID)
	if err != nil {
		return err
	}
	numbers, err := tx.entityNumbers(ctx, documentID)
	if err != nil {
		return err
	}
	rows := make([][]any, len(relations))
	for i, r := range relations {
		var inCase any
		if r.Case != "" {
			inCase = numbers[r.Case]
		}
		rows[i] = []any{
			document, i, r.Kind, numbers[r.From], numbers[r.To], inCase, r.Role, r.RoleRaw, r.Page, r.Start, r.End, r.Evidence, r.Confidence, r.Method, r.Weight,
		}
	}
	if err := tx.insertRows(ctx, "relationships", []string{
		"document_no", "relation_index", "relation_type", "from_no", "to_no", "case_no", "role", "role_raw", "page", "char_start", "char_end", "evidence", "confidence", "method", "weight",
	}, rows); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE source_documents SET relation_count = $2 WHERE id = $1`, documentID, len(relations))
	return err
}

// Relations returns the relations of a document; their ends are keys of its
// entities.
func (db Contents) Relations(ctx context.Context, documentID string) ([]dossier.Relation, error) {
	var relations []dossier.Relation
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var r dossier.Relation
		err := rows.Scan(&r.Kind, &r.From, &r.To, &r.Case, &r.Role, &r.RoleRaw, &r.Page, &r.Start, &r.End,
			&r.Evidence, &r.Confidence, &r.Method, &r.Weight)
		relations = append(relations, r)
		return err
	}, `SELECT r.relation_type, f.entity_key, t.entity_key, coalesce(c.entity_key, ''), r.role, r.role_raw, r.page,
		r.char_start, r.char_end, r.evidence, r.confidence, r.method, r.weight
		FROM source_documents d JOIN relationships r ON r.document_no = d.no
		JOIN document_entities f ON f.no = r.from_no JOIN document_entities t ON t.no = r.to_no
		LEFT JOIN document_entities c ON c.no = r.case_no
		WHERE d.id = $1 ORDER BY r.relation_type, f.entity_key, t.entity_key, r.char_start, r.role`, documentID)
	return relations, err
}
