-- Documents of which a part could not be read.

-- +goose Up
ALTER TABLE document_pages ADD COLUMN error_code TEXT NOT NULL DEFAULT ''; -- why it could not be read
ALTER TABLE source_documents ADD COLUMN losses TEXT NOT NULL DEFAULT '[]'; -- JSON, dossier.Loss
-- SQLite has no statement that changes a CHECK. Its documentation allows to edit
-- the text of the table as long as no row is stored differently; the columns
-- added above make other connections read the schema again. Rebuilding the table
-- that most others refer to would be the greater risk.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''quarantined'', ''unsupported''', '''quarantined'', ''unsupported'', ''partial''')
    WHERE type = 'table' AND name = 'source_documents';
PRAGMA writable_schema = RESET;
