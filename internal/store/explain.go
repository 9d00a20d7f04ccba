package store

import (
	"context"
	"database/sql"

	"github.com/dossier-legal/dossier"
)

// Example is a place where a document uses a name.
type Example struct {
	NameID     string `json:"-"`
	DocumentID string `json:"document"`
	FileName   string `json:"file_name"`
	Page       int    `json:"page"`
	Start      int    `json:"start"` // byte offsets in the document's text
	End        int    `json:"end"`
	Text       string `json:"text"`
	// Boxes are those of its words on the page, one a line of print, in the page's
	// unit; none if the format has no boxes.
	Boxes []dossier.Box `json:"boxes,omitempty"`
}

// Examples returns for each of the names the first place that has it written
// so, and so has its boxes.
func (db Names) Examples(ctx context.Context, nameIDs []string) (map[string]Example, error) {
	found := map[string]Example{}
	if err := db.rows(ctx, func(rows *sql.Rows) error {
		var e Example
		err := rows.Scan(&e.NameID, &e.DocumentID, &e.FileName, &e.Page, &e.Start, &e.End, &e.Text)
		if _, ok := found[e.NameID]; !ok {
			found[e.NameID] = e
		}
		return err
	}, `SELECT n.id, d.id, d.file_name, m.page, m.char_start, m.char_end, m.text FROM entity_names n
		JOIN document_entities e ON e.name_no = n.no JOIN entity_mentions m ON m.entity_no = e.no JOIN source_documents d ON d.id = e.document_id
		WHERE n.id IN json_list($1) ORDER BY n.id, CASE WHEN m.text = e.name THEN 0 ELSE 1 END, d.file_name, d.id, m.char_start`,
		jsonText(nameIDs)); err != nil {
		return nil, err
	}
	for id, e := range found {
		if err := db.addBoxes(ctx, &e); err != nil {
			return nil, err
		}
		found[id] = e
	}
	return found, nil
}

// addBoxes finds the words of an example on its page.
func (db *database) addBoxes(ctx context.Context, e *Example) error {
	_, spans, err := Contents{db}.Text(ctx, e.DocumentID)
	if err != nil {
		return err
	}
	for _, s := range spans {
		if s.Number == e.Page {
			e.Boxes, err = db.boxes(ctx, e.DocumentID, e.Page, e.Start-s.Start, e.End-s.Start)
		}
	}
	return err
}

// boxes returns the boxes of the words in bytes start to end of a page.
func (db *database) boxes(ctx context.Context, documentID string, page, start, end int) ([]dossier.Box, error) {
	var text string
	var packed []byte
	if err := db.one(ctx, []any{(*pageText)(&text), &packed}, `SELECT text, words FROM document_pages WHERE document_id = $1 AND number = $2`,
		documentID, page); err != nil {
		return nil, err
	}
	words, err := dossier.UnpackWords(text, packed)
	var boxes []dossier.Box
	for _, w := range words {
		if w.Start < end && w.End > start {
			boxes = extend(boxes, w.Box)
		}
	}
	return boxes, err
}

// extend adds a word's box to the last one if both stand on one line.
func extend(boxes []dossier.Box, b dossier.Box) []dossier.Box {
	if n := len(boxes); n > 0 {
		last := &boxes[n-1]
		if middle := (b[1] + b[3]) / 2; middle > last[1] && middle < last[3] && b[0] >= last[0] {
			*last = dossier.Box{last[0], min(last[1], b[1]), max(last[2], b[2]), max(last[3], b[3])}
			return boxes
		}
	}
	return append(boxes, b)
}
