-- Everything that can be read out of a file: what readers overlook, papers that
-- are nearly the same, files that need a password, and services that are paid.

-- +goose Up
ALTER TABLE document_pages ADD COLUMN label TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE document_pages ADD COLUMN zones TEXT COLLATE "C" NOT NULL DEFAULT 'null'; -- JSON, dossier.Zone
ALTER TABLE document_pages DROP CONSTRAINT document_pages_source_check;
ALTER TABLE document_pages ADD CHECK (source IN ('layer', 'ocr', 'ocr-embedded'));
CREATE INDEX processing_tasks_held ON processing_tasks (queue, priority) WHERE status = 'pending' AND held = 1;

-- What a reader of a document may overlook: dossier.Finding.
CREATE TABLE document_findings (
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    seq         INTEGER NOT NULL,
    kind        TEXT COLLATE "C"    NOT NULL,
    page        INTEGER NOT NULL, -- 0: the file as a whole
    text        TEXT COLLATE "C"    NOT NULL,
    box         TEXT COLLATE "C"    NOT NULL, -- JSON, four numbers
    name        TEXT COLLATE "C"    NOT NULL,
    author      TEXT COLLATE "C"    NOT NULL,
    at          TEXT COLLATE "C"    NOT NULL,
    detail      TEXT COLLATE "C"    NOT NULL,
    PRIMARY KEY (document_id, seq)
);

-- How a document compares with others. One that has too few words has no
-- signature, one that is no mail no mail key.
CREATE TABLE document_signatures (
    document_id TEXT COLLATE "C"  PRIMARY KEY REFERENCES source_documents (id) ON DELETE CASCADE,
    signature   BYTEA, -- similar.Signature
    mail_key    TEXT COLLATE "C"  NOT NULL DEFAULT '' -- the same for copies of one mail
);
CREATE INDEX document_signatures_mail ON document_signatures (mail_key) WHERE mail_key <> '';
CREATE TABLE document_bands (
    project_id  TEXT COLLATE "C"    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    band        BIGINT  NOT NULL, -- number and value of a part of the signature, hashed
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, band, document_id)
);
CREATE INDEX document_bands_document ON document_bands (document_id);

-- Passwords to try on locked files of a project.
CREATE TABLE project_passwords (
    project_id TEXT COLLATE "C"   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    password   TEXT COLLATE "C"   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, password)
);

-- Jobs at AWS Textract: one for each part of a file. A job is started once for
-- a call key, whichever worker asks.
CREATE TABLE textract_jobs (
    call_key    TEXT COLLATE "C"    NOT NULL, -- that of the result in the cache
    part        INTEGER NOT NULL, -- from 0, in the order of pages
    document_id TEXT COLLATE "C"    REFERENCES source_documents (id) ON DELETE SET NULL,
    job_id      TEXT COLLATE "C"    NOT NULL,
    region      TEXT COLLATE "C"    NOT NULL,
    first_page  INTEGER NOT NULL, -- of the part in the file, from 1
    pages       INTEGER NOT NULL, -- 0: not known yet
    status      TEXT COLLATE "C"    NOT NULL CHECK (status IN ('IN_PROGRESS', 'SUCCEEDED', 'PARTIAL_SUCCESS', 'FAILED')),
    message     TEXT COLLATE "C"    NOT NULL DEFAULT '',
    polls       INTEGER NOT NULL DEFAULT 0,
    created_at  BIGINT  NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (call_key, part)
);
CREATE INDEX textract_jobs_document ON textract_jobs (document_id);
CREATE INDEX spend_project ON spend (project_id, at);
