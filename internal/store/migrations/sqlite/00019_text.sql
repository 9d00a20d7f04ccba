-- The text of a page is compressed: a BLOB in place of a TEXT, which page_text, a
-- function of this program, unpacks. Existing pages stay as they are, and both
-- kinds are read. The full-text index reads the text through a view.

-- +goose Up
CREATE VIEW page_texts (row_id, text) AS SELECT row_id, page_text(text) FROM document_pages;
DROP TRIGGER document_pages_unindex;
-- +goose StatementBegin
CREATE TRIGGER document_pages_unindex AFTER DELETE ON document_pages
WHEN EXISTS (SELECT 1 FROM page_index_docsize WHERE id = old.row_id)
BEGIN
    INSERT INTO page_index (page_index, rowid, text) VALUES ('delete', old.row_id, page_text(old.text));
END;
-- +goose StatementEnd
-- What the index holds stays the same, so that only its definition changes; making
-- the index again would read the text of all documents. The statements above
-- make other connections read the schema again.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'content = ''document_pages''', 'content = ''page_texts''')
    WHERE type = 'table' AND name = 'page_index';
PRAGMA writable_schema = RESET;
