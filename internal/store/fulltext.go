package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/dossier-legal/dossier"
)

// IndexPages puts the pages of a document into the full-text index.
func (tx TxContents) IndexPages(ctx context.Context, documentID string) error {
	if tx.dialect.name == "sqlite" {
		_, err := tx.exec(ctx, `INSERT INTO page_index (rowid, text)
			SELECT row_id, page_text(text) FROM document_pages WHERE document_id = $1`, documentID)
		return err
	}
	type part struct {
		Row    int64  `json:"row_id"`
		Part   int    `json:"part"`
		Vector string `json:"vector"`
	}
	parts := []part{}
	if err := tx.rows(ctx, func(rows *sql.Rows) error {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		for i, v := range vectors(text) {
			parts = append(parts, part{id, i, v})
		}
		return nil
	}, `SELECT row_id, text FROM document_pages WHERE document_id = $1`, documentID); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO page_index (row_id, part, vector)
		SELECT row_id, part, vector::tsvector FROM json_rows($1, row_id bigint, part integer, vector text) v`, jsonText(parts))
	return err
}

// unindex takes the pages of a document out of the full-text index.
func (tx *transaction) unindex(ctx context.Context, documentID string) error {
	query := `DELETE FROM page_index WHERE row_id IN (SELECT row_id FROM document_pages WHERE document_id = $1)`
	if tx.dialect.name == "sqlite" {
		query = `INSERT INTO page_index (page_index, rowid, text) SELECT 'delete', row_id, page_text(text) FROM document_pages
			WHERE document_id = $1 AND row_id IN (SELECT id FROM page_index_docsize)`
	}
	_, err := tx.exec(ctx, query, documentID)
	return err
}

// Search returns the pages of a project that match an expression in the syntax
// of the full-text index, best first, and how many there are in all.
func (db Contents) Search(ctx context.Context, projectID, match string, limit, offset int) ([]Hit, int, error) {
	if db.single == nil {
		return db.searchPostgres(ctx, projectID, match, limit, offset)
	}
	var total int
	if err := db.one(ctx, []any{&total}, `SELECT count(*) FROM page_index x JOIN document_pages p ON p.row_id = x.rowid
		JOIN source_documents d ON d.id = p.document_id WHERE x.page_index MATCH $1 AND d.project_id = $2`,
		match, projectID); err != nil {
		return nil, 0, db.badQuery(err, match)
	}
	hits := []Hit{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var h Hit
		err := rows.Scan(&h.DocumentID, &h.FileName, &h.Page, &h.Snippet, &h.Rank)
		hits = append(hits, h)
		return err
	}, `SELECT d.id, d.file_name, p.number, snippet(page_index, 0, $3, $4, '…', 24), -bm25(page_index)
		FROM page_index x JOIN document_pages p ON p.row_id = x.rowid
		JOIN source_documents d ON d.id = p.document_id WHERE x.page_index MATCH $1 AND d.project_id = $2
		ORDER BY bm25(page_index), d.file_name, p.number LIMIT $5 OFFSET $6`,
		match, projectID, MarkStart, MarkEnd, limit, offset)
	return hits, total, db.badQuery(err, match)
}

// badQuery tells an expression the index cannot read from other failures.
func (db *database) badQuery(err error, match string) error {
	if !db.dialect.badSearch(err) {
		return err
	}
	return dossier.Errorf(dossier.CodeInvalidInput, "the search expression cannot be read: %w", err).
		About(match).WithCure("put phrases in double quotes and use AND, OR, NOT between them")
}

func (db *database) searchPostgres(ctx context.Context, projectID, match string, limit, offset int) ([]Hit, int, error) {
	query := tsquery(match)
	const from = ` FROM page_index x JOIN document_pages p ON p.row_id = x.row_id
		JOIN source_documents d ON d.id = p.document_id WHERE x.vector @@ $1::tsquery AND d.project_id = $2`
	var total int
	if err := db.one(ctx, []any{&total}, `SELECT count(DISTINCT x.row_id)`+from, query, projectID); err != nil {
		return nil, 0, db.badQuery(err, match)
	}
	hits := []Hit{}
	err := db.rows(ctx, func(rows *sql.Rows) error {
		var h Hit
		var text string
		err := rows.Scan(&h.DocumentID, &h.FileName, &h.Page, &text, &h.Rank)
		h.Snippet = snippet(text, match)
		hits = append(hits, h)
		return err
	}, `SELECT d.id, d.file_name, p.number, p.text, max(ts_rank_cd(x.vector, $1::tsquery))`+from+`
		GROUP BY d.id, d.file_name, p.row_id, p.number, p.text
		ORDER BY 5 DESC, d.file_name, p.number LIMIT $3 OFFSET $4`, query, projectID, limit, offset)
	return hits, total, db.badQuery(err, match)
}

// A tsvector knows 16,383 positions and one megabyte. Longer pages are indexed
// in parts of partWords words, which share overlapWords with their neighbour so
// that a phrase at the seam is found.
const (
	partWords    = 12_000
	overlapWords = 16
	longestWord  = 255 // bytes; nobody searches for more
)

// vectors returns the texts of the tsvectors of a page.
func vectors(text string) []string {
	words := words(text)
	var list []string
	for start := 0; start < len(words); start += partWords - overlapWords {
		part := words[start:min(start+partWords, len(words))]
		var b strings.Builder
		for i, w := range part {
			if len(w.folded) <= longestWord {
				fmt.Fprintf(&b, "'%s':%d ", w.folded, i+1)
			}
		}
		list = append(list, b.String())
		if start+partWords >= len(words) {
			break
		}
	}
	return list
}

// placedWord is a word of a text as it is compared, and where it stands.
type placedWord struct {
	folded     string
	start, end int // bytes
}

// words cuts a text into words as SQLite's unicode61 does: runs of letters and
// digits, in lower case and without accents.
func words(text string) []placedWord {
	var list []placedWord
	start := -1
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsNumber(r) || start >= 0 && unicode.Is(unicode.Mn, r)
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			list = append(list, placedWord{fold(text[start:i]), start, i})
			start = -1
		}
	}
	if start >= 0 {
		list = append(list, placedWord{fold(text[start:]), start, len(text)})
	}
	return list
}

func fold(word string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(word)))
}

// operand is a quoted phrase of a search expression, or what stands between
// two of them.
type operand struct {
	words    []placedWord
	prefix   bool   // its last word may go on
	operator string // as written, if it is no phrase
}

// operands cuts a search expression in the syntax of FTS5 into phrases and
// what stands between them.
func operands(match string) []operand {
	var list []operand
	for match != "" {
		before, rest, _ := strings.Cut(match, `"`)
		list = append(list, operand{operator: before})
		if rest == "" {
			break
		}
		phrase, after, _ := strings.Cut(rest, `"`)
		after, prefix := strings.CutPrefix(after, "*")
		list = append(list, operand{words: words(phrase), prefix: prefix})
		match = after
	}
	return list
}

var tsOperators = strings.NewReplacer("AND", "&", "OR", "|", "NOT", "& !")

// tsquery translates a search expression into PostgreSQL's. Precedence is the
// same on both sides: NOT, AND, OR.
func tsquery(match string) string {
	var b strings.Builder
	for _, o := range operands(match) {
		b.WriteString(tsOperators.Replace(o.operator))
		for i, w := range o.words {
			b.WriteString(map[bool]string{true: "(", false: " <-> "}[i == 0])
			fmt.Fprintf(&b, "'%s'", w.folded)
			if i == len(o.words)-1 {
				b.WriteString(map[bool]string{true: ":*)", false: ")"}[o.prefix])
			}
		}
	}
	return b.String()
}

// snippetWords is how many words a snippet shows.
const snippetWords = 24

// snippet cuts out of a text the place where a search expression first occurs,
// with all that it found there marked.
func snippet(text, match string) string {
	all := words(text)
	marked := make([]bool, len(all))
	first := len(all)
	for _, o := range operands(match) {
		for i := range all {
			if o.matches(all[i:]) {
				first = min(first, i)
				for k := range o.words {
					marked[i+k] = true
				}
			}
		}
	}
	if len(all) == 0 || first == len(all) {
		first = 0
	}
	from := max(0, min(first-snippetWords/4, len(all)-snippetWords))
	return render(text, all, marked, from, min(len(all), from+snippetWords))
}

// matches reports whether a text's words begin with the phrase.
func (o operand) matches(words []placedWord) bool {
	if len(o.words) == 0 || len(words) < len(o.words) {
		return false
	}
	for k, w := range o.words {
		last := k == len(o.words)-1
		if words[k].folded != w.folded && (!last || !o.prefix || !strings.HasPrefix(words[k].folded, w.folded)) {
			return false
		}
	}
	return true
}

// render writes words from to to of a text, as it writes them, with marks.
func render(text string, all []placedWord, marked []bool, from, to int) string {
	if from >= to {
		return ""
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("…")
	}
	for i := from; i < to; i++ {
		if marked[i] && (i == from || !marked[i-1]) {
			b.WriteString(MarkStart)
		}
		b.WriteString(text[all[i].start:all[i].end])
		if marked[i] && (i+1 == to || !marked[i+1]) {
			b.WriteString(MarkEnd)
		}
		if i+1 < to {
			b.WriteString(text[all[i].end:all[i+1].start])
		}
	}
	if to < len(all) {
		b.WriteString("…")
	}
	return b.String()
}
