package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
)

// The full-text index holds the terms of pages, as package search cuts them: as they
// are, under other ways to write them, and their stems. On SQLite these are three
// columns; on PostgreSQL the marks below tell them apart in one vector.
const (
	joinedMark = "="
	stemMark   = "~"
)

// pageIndex is how an engine keeps the full-text index.
type pageIndex struct {
	rows       func(id int64, text string) []any // of a page, for insert
	insert     string                            // of a JSON list of rows
	key        string                            // the column with the page's row
	renewal    []string                          // statements that empty the index, in its newest form
	expression func(q *search.Query) string
	// matches begins with FROM: the pages x of the project $2 that match the
	// expression $1; ranked selects what a [Hit] shows of them, best first.
	matches, ranked string
}

var sqliteIndex = pageIndex{
	rows: sqliteIndexRows, expression: ftsExpression, key: "rowid",
	insert: `INSERT INTO page_index (rowid, text, joined, stems)
		SELECT id, text, joined, stems FROM json_rows($1, id bigint, text text, joined text, stems text) v`,
	renewal: []string{
		`DROP TRIGGER document_pages_unindex`, `DROP TABLE page_index`, `DROP VIEW page_texts`,
		// Words come folded, and parted by blanks.
		`CREATE VIRTUAL TABLE page_index USING fts5 (text, joined, stems, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0')`,
		`CREATE VIRTUAL TABLE page_terms USING fts5vocab ('page_index', 'col')`,
		// Deleting a page always takes it out of the index.
		`CREATE TRIGGER document_pages_unindex AFTER DELETE ON document_pages
			WHEN EXISTS (SELECT 1 FROM page_index_docsize WHERE id = old.row_id)
			BEGIN DELETE FROM page_index WHERE rowid = old.row_id; END`,
	},
	matches: sqliteMatches,
	ranked:  `SELECT d.id, d.file_name, p.number, p.text, -` + sqliteRank + sqliteMatches + ` ORDER BY ` + sqliteRank + `, d.file_name, p.number`,
}

const (
	sqliteMatches = ` FROM page_index x JOIN document_pages p ON p.row_id = x.rowid
		JOIN source_documents d ON d.id = p.document_id WHERE x.page_index MATCH $1 AND d.project_id = $2`
	sqliteRank = `bm25(page_index, 1.0, 1.0, 0.6)` // a stem is less than the word itself

	postgresMatches = ` FROM page_index x JOIN document_pages p ON p.row_id = x.row_id
		JOIN source_documents d ON d.id = p.document_id WHERE x.vector @@ $1::tsquery AND d.project_id = $2`
)

var postgresIndex = pageIndex{
	rows: postgresIndexRows, expression: tsExpression, key: "row_id",
	insert: `INSERT INTO page_index (row_id, part, vector)
		SELECT id, part, vector::tsvector FROM json_rows($1, id bigint, part integer, vector text) v`,
	renewal: []string{`DELETE FROM page_index`},
	matches: postgresMatches,
	ranked: `SELECT d.id, d.file_name, p.number, p.text, max(ts_rank_cd(x.vector, $1::tsquery))` + postgresMatches + `
		GROUP BY d.id, d.file_name, p.row_id, p.number, p.text ORDER BY 5 DESC, d.file_name, p.number`,
}

// pageTerms are the terms of a page as the index keeps them.
type pageTerms struct{ text, joined, stems []string }

func termsOf(text string) (p pageTerms) {
	for _, t := range search.Terms(text) {
		if len(t.Text) > search.MaxTerm {
			t.Text = t.Text[:0]
		}
		p.text = append(p.text, t.Text)
		p.joined = append(p.joined, t.Joined...)
		if t.Stem != "" {
			p.stems = append(p.stems, t.Stem)
		}
	}
	return p
}

// IndexPages puts the pages of a document into the full-text index.
func (tx TxContents) IndexPages(ctx context.Context, documentID string) error {
	var rows []any
	if err := tx.rows(ctx, func(r *sql.Rows) error {
		var id int64
		var text pageText
		err := r.Scan(&id, &text)
		rows = append(rows, tx.dialect.index.rows(id, string(text))...)
		return err
	}, `SELECT row_id, text FROM document_pages WHERE document_id = $1`, documentID); err != nil || len(rows) == 0 {
		return err
	}
	_, err := tx.exec(ctx, tx.dialect.index.insert, jsonText(rows))
	return err
}

// sqliteIndexRows returns the row of a page in the index of SQLite.
func sqliteIndexRows(id int64, text string) []any {
	type row struct {
		ID     int64  `json:"id"`
		Text   string `json:"text"`
		Joined string `json:"joined"`
		Stems  string `json:"stems"`
	}
	p := termsOf(text)
	return []any{row{id, strings.Join(p.text, " "), strings.Join(p.joined, " "), strings.Join(p.stems, " ")}}
}

// A tsvector knows 16,383 positions and one megabyte. Longer pages are indexed
// in parts of partWords words, which share overlapWords with their neighbour so
// that a phrase at the seam is found.
const (
	partWords    = 12_000
	overlapWords = 16
)

// postgresIndexRows returns the rows of a page in the index of PostgreSQL.
func postgresIndexRows(id int64, text string) (rows []any) {
	type row struct {
		ID     int64  `json:"id"`
		Part   int    `json:"part"`
		Vector string `json:"vector"`
	}
	p := termsOf(text)
	for start := 0; start < len(p.text) || start == 0; start += partWords - overlapWords {
		var b strings.Builder
		for i, w := range p.text[start:min(start+partWords, len(p.text))] {
			if w != "" {
				fmt.Fprintf(&b, "'%s':%d ", w, i+1)
			}
		}
		if start == 0 {
			marked(&b, joinedMark, p.joined)
			marked(&b, stemMark, p.stems)
		}
		rows = append(rows, row{id, len(rows), b.String()})
		if start+partWords >= len(p.text) {
			break
		}
	}
	return rows
}

// marked writes each of the words once, with a mark.
func marked(b *strings.Builder, mark string, words []string) {
	seen := map[string]bool{}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			fmt.Fprintf(b, "'%s%s' ", mark, w)
		}
	}
}

// unindex takes the pages of a document out of the full-text index.
func (tx *transaction) unindex(ctx context.Context, documentID string) error {
	_, err := tx.exec(ctx, `DELETE FROM page_index WHERE `+tx.dialect.index.key+` IN (SELECT row_id FROM document_pages WHERE document_id = $1)`, documentID)
	return err
}

// Search returns the pages of a project that a query asks for, best first, and how
// many there are in all. The words that the patterns of the query stand for are
// filled in.
func (db Contents) Search(ctx context.Context, projectID string, q *search.Query, limit, offset int) ([]Hit, int, error) {
	if err := db.expand(ctx, projectID, q); err != nil {
		return nil, 0, err
	}
	if q.NeedsText() {
		return db.searchTexts(ctx, projectID, q, limit, offset)
	}
	total := 0
	if err := db.one(ctx, []any{&total}, `SELECT count(DISTINCT x.`+db.dialect.index.key+`)`+db.dialect.index.matches, db.dialect.index.expression(q), projectID); err != nil {
		return nil, 0, err
	}
	hits := []Hit{}
	err := db.candidates(ctx, projectID, q, limit, offset, func(h Hit, p *search.Page) {
		h.Snippet, h.Marks = p.Snippet(q)
		hits = append(hits, h)
	})
	return hits, total, err
}

// searchTexts is Search for a query that the index alone cannot answer: the texts of
// all pages that may match are read.
func (db *database) searchTexts(ctx context.Context, projectID string, q *search.Query, limit, offset int) ([]Hit, int, error) {
	total, hits := 0, []Hit{}
	err := db.candidates(ctx, projectID, q.Asked(), -1, 0, func(h Hit, p *search.Page) {
		if !p.Matches(q) {
			return
		}
		if total++; total > offset && len(hits) < limit {
			h.Snippet, h.Marks = p.Snippet(q)
			hits = append(hits, h)
		}
	})
	return hits, total, err
}

// candidates calls f for the pages that the index finds, best first; a negative limit
// means all.
func (db *database) candidates(ctx context.Context, projectID string, q *search.Query, limit, offset int, f func(Hit, *search.Page)) error {
	expression := db.dialect.index.expression(q)
	if boost := q.Boost(); boost != nil && db.single != nil { // PostgreSQL's rank knows what is close
		expression += " OR " + db.dialect.index.expression(boost)
	}
	var bound any
	if limit >= 0 {
		bound = limit
	} else if db.single != nil {
		bound = -1
	}
	return db.rows(ctx, func(rows *sql.Rows) error {
		var h Hit
		var text pageText
		if err := rows.Scan(&h.DocumentID, &h.FileName, &h.Page, &text, &h.Rank); err != nil {
			return err
		}
		f(h, search.NewPage(string(text)))
		return nil
	}, db.dialect.index.ranked+` LIMIT $3 OFFSET $4`, expression, projectID, bound, offset)
}

// maxExpanded bounds the words that a pattern may stand for.
const maxExpanded = 500

// expand fills in the words of the index that the patterns of a query stand for.
func (db *database) expand(ctx context.Context, projectID string, q *search.Query) error {
	var patterns []*search.Query
	q.Walk(func(q *search.Query) {
		if q.Op == search.Wildcard {
			patterns = append(patterns, q)
		}
	})
	for _, p := range patterns {
		words, err := db.words(ctx, projectID, p.Text, maxExpanded+1)
		if err != nil {
			return err
		}
		if len(words) > maxExpanded {
			return dossier.Errorf(dossier.CodeInvalidInput, "more than %d words fit the pattern", maxExpanded).About(p.Text).WithCure("write more of its letters")
		}
		p.Found = words
	}
	return nil
}

// maxAlike bounds the words among which those are looked for that somebody may have
// meant.
const maxAlike = 50_000

// Alike returns words of the index that begin with the letter with which a word
// begins. On SQLite they may be those of other projects.
func (db Contents) Alike(ctx context.Context, projectID, word string) ([]string, error) {
	_, size := utf8.DecodeRuneInString(word)
	return db.words(ctx, projectID, word[:size]+"*", maxAlike)
}

// words returns the words of the index that fit a pattern, at most limit.
func (db *database) words(ctx context.Context, projectID, pattern string, limit int) (words []string, err error) {
	query, args := `SELECT DISTINCT term FROM page_terms WHERE col IN ('text', 'joined') AND term GLOB $1 LIMIT $2`, []any{pattern, limit}
	if db.single == nil {
		like := strings.NewReplacer("*", "%", "?", "_").Replace(pattern)
		query, args = `SELECT DISTINCT ltrim(word, '`+joinedMark+`') FROM ts_stat(format('SELECT x.vector FROM page_index x
			JOIN document_pages p ON p.row_id = x.row_id JOIN source_documents d ON d.id = p.document_id WHERE d.project_id = %L', $3::text))
			WHERE ltrim(word, '`+joinedMark+`') LIKE $1 LIMIT $2`, []any{like, limit, projectID}
	}
	return words, db.rows(ctx, func(rows *sql.Rows) error {
		var w string
		err := rows.Scan(&w)
		words = append(words, w)
		return err
	}, query, args...)
}

// noWord stands for a word that no page has: it is longer than terms are.
var noWord = strings.Repeat("0", search.MaxTerm+1)

// ftsExpression writes a query in the syntax of FTS5.
func ftsExpression(q *search.Query) string {
	const written = `{text joined} : `
	switch q.Op {
	case search.Word:
		return `(` + written + `"` + q.Text + `" OR {text stems} : "` + search.Stem(q.Text) + `")`
	case search.Exact:
		return `(` + written + `"` + q.Text + `")`
	case search.Prefix:
		return `(` + written + `"` + q.Text + `" *)`
	case search.Wildcard:
		return `(` + written + `("` + strings.Join(append([]string{noWord}, q.Found...), `" OR "`) + `"))`
	case search.Phrase:
		return `(text : "` + strings.Join(textsOf(q.Of), " ") + `")`
	case search.Or:
		return `(` + strings.Join(expressions(q.Of, ftsExpression), " OR ") + `)`
	}
	wanted, unwanted := sides(q)
	expression := `(` + strings.Join(expressions(wanted, ftsExpression), " AND ") + `)`
	for _, not := range unwanted {
		expression = `(` + expression + ` NOT ` + ftsExpression(not) + `)`
	}
	return expression
}

// tsExpression writes a query in the syntax of PostgreSQL's tsquery.
func tsExpression(q *search.Query) string {
	switch q.Op {
	case search.Word:
		stem := search.Stem(q.Text)
		return fmt.Sprintf(`('%s' | '%s%s' | '%s' | '%s%s')`, q.Text, joinedMark, q.Text, stem, stemMark, stem)
	case search.Exact:
		return fmt.Sprintf(`('%s' | '%s%s')`, q.Text, joinedMark, q.Text)
	case search.Prefix:
		return fmt.Sprintf(`('%s':* | '%s%s':*)`, q.Text, joinedMark, q.Text)
	case search.Wildcard:
		var each []string
		for _, w := range append([]string{noWord}, q.Found...) {
			each = append(each, fmt.Sprintf(`'%s' | '%s%s'`, w, joinedMark, w))
		}
		return `(` + strings.Join(each, " | ") + `)`
	case search.Phrase:
		return `('` + strings.Join(textsOf(q.Of), `' <-> '`) + `')`
	case search.Or:
		return `(` + strings.Join(expressions(q.Of, tsExpression), " | ") + `)`
	}
	wanted, unwanted := sides(q)
	parts := expressions(wanted, tsExpression)
	for _, not := range unwanted {
		parts = append(parts, `!`+tsExpression(not))
	}
	return `(` + strings.Join(parts, " & ") + `)`
}

// sides returns what an And wants, and what it does not.
func sides(q *search.Query) (wanted, unwanted []*search.Query) {
	for _, part := range q.Of {
		if part.Op == search.Not {
			unwanted = append(unwanted, part.Of[0])
		} else {
			wanted = append(wanted, part)
		}
	}
	return wanted, unwanted
}

func textsOf(words []*search.Query) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return texts
}

func expressions(list []*search.Query, write func(*search.Query) string) []string {
	written := make([]string, len(list))
	for i, q := range list {
		written[i] = write(q)
	}
	return written
}

// renewIndex is the migration that makes the full-text index anew: it held words as
// SQLite's tokenizer cuts them.
func renewIndex(d *dialect) func(ctx context.Context, tx *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		for _, statement := range d.index.renewal {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		for last := int64(0); ; {
			rows, next, err := indexedAfter(ctx, tx, d, last)
			if err != nil || next == last {
				return err
			}
			if _, err := tx.ExecContext(ctx, d.text(d.index.insert), jsonText(rows)); err != nil {
				return err
			}
			last = next
		}
	}
}

// renewedTogether is how many pages are read at a time when the index is made anew.
const renewedTogether = 200

// indexedAfter returns the index rows of some pages that the old index had, and the
// last of these pages.
func indexedAfter(ctx context.Context, tx *sql.Tx, d *dialect, after int64) (list []any, last int64, err error) {
	last = after
	rows, err := tx.QueryContext(ctx, `SELECT p.row_id, p.text FROM document_pages p JOIN source_documents d ON d.id = p.document_id
		WHERE d.status IN ('completed', 'partial') AND p.row_id > $1 ORDER BY p.row_id LIMIT $2`, after, renewedTogether)
	if err != nil {
		return nil, last, err
	}
	defer rows.Close()
	for rows.Next() {
		var text pageText
		if err := rows.Scan(&last, &text); err != nil {
			return nil, last, err
		}
		list = append(list, d.index.rows(last, string(text))...)
	}
	return list, last, rows.Err()
}
