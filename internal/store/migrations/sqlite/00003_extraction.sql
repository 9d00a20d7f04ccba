-- Everything that can be read out of a file: what readers overlook, papers that
-- are nearly the same, files that need a password, and services that are paid.

-- +goose Up
-- A page may be read from an OCR layer that somebody hid in the file; SQLite
-- changes a check only with the whole table.
CREATE TABLE document_pages_new (
    row_id      INTEGER PRIMARY KEY,
    document_id TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    label       TEXT    NOT NULL DEFAULT '',
    zones       TEXT    NOT NULL DEFAULT 'null', -- JSON, dossier.Zone
    width       REAL    NOT NULL,
    height      REAL    NOT NULL,
    source      TEXT    NOT NULL CHECK (source IN ('layer', 'ocr', 'ocr-embedded')),
    reason      TEXT    NOT NULL,
    confidence  REAL    NOT NULL, -- mean of its words, 0 to 1
    word_count  INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    words       BLOB, -- dossier.PackWords, NULL if the format has no boxes
    UNIQUE (document_id, number)
);
INSERT INTO document_pages_new (row_id, document_id, number, width, height, source, reason, confidence, word_count, text, words)
    SELECT row_id, document_id, number, width, height, source, reason, confidence, word_count, text, words FROM document_pages;
DROP TRIGGER document_pages_unindex;
DROP TABLE document_pages;
ALTER TABLE document_pages_new RENAME TO document_pages;
-- +goose StatementBegin
CREATE TRIGGER document_pages_unindex AFTER DELETE ON document_pages
WHEN EXISTS (SELECT 1 FROM page_index_docsize WHERE id = old.row_id)
BEGIN
    INSERT INTO page_index (page_index, rowid, text) VALUES ('delete', old.row_id, old.text);
END;
-- +goose StatementEnd
CREATE INDEX processing_tasks_held ON processing_tasks (queue, priority) WHERE status = 'pending' AND held = 1;

-- What a reader of a document may overlook: dossier.Finding.
CREATE TABLE document_findings (
    document_id TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    seq         INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    page        INTEGER NOT NULL, -- 0: the file as a whole
    text        TEXT    NOT NULL,
    box         TEXT    NOT NULL, -- JSON, four numbers
    name        TEXT    NOT NULL,
    author      TEXT    NOT NULL,
    at          TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    PRIMARY KEY (document_id, seq)
);

-- How a document compares with others. One that has too few words has no
-- signature, one that is no mail no mail key.
CREATE TABLE document_signatures (
    document_id TEXT  PRIMARY KEY REFERENCES source_documents (id) ON DELETE CASCADE,
    signature   BLOB, -- similar.Signature
    mail_key    TEXT  NOT NULL DEFAULT '' -- the same for copies of one mail
);
CREATE INDEX document_signatures_mail ON document_signatures (mail_key) WHERE mail_key <> '';
CREATE TABLE document_bands (
    project_id  TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    band        BIGINT  NOT NULL, -- number and value of a part of the signature, hashed
    document_id TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, band, document_id)
);
CREATE INDEX document_bands_document ON document_bands (document_id);

-- Passwords to try on locked files of a project.
CREATE TABLE project_passwords (
    project_id TEXT   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    password   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, password)
);

-- Jobs at AWS Textract: one for each part of a file. A job is started once for
-- a call key, whichever worker asks.
CREATE TABLE textract_jobs (
    call_key    TEXT    NOT NULL, -- that of the result in the cache
    part        INTEGER NOT NULL, -- from 0, in the order of pages
    document_id TEXT    REFERENCES source_documents (id) ON DELETE SET NULL,
    job_id      TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    first_page  INTEGER NOT NULL, -- of the part in the file, from 1
    pages       INTEGER NOT NULL, -- 0: not known yet
    status      TEXT    NOT NULL CHECK (status IN ('IN_PROGRESS', 'SUCCEEDED', 'PARTIAL_SUCCESS', 'FAILED')),
    message     TEXT    NOT NULL DEFAULT '',
    polls       INTEGER NOT NULL DEFAULT 0,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (call_key, part)
);
CREATE INDEX textract_jobs_document ON textract_jobs (document_id);
CREATE INDEX spend_project ON spend (project_id, at);
