-- Text is stored once, and facts refer to their document and its entities by
-- number. Chunks repeated the text of their pages, and ids of 36 letters were
-- most of what a mention, a relation or a band of a signature took, in their
-- rows and again in every index.

-- +goose Up
ALTER TABLE source_documents ADD COLUMN no INTEGER; -- what facts refer to; set by the trigger
UPDATE source_documents SET no = rowid;
CREATE UNIQUE INDEX source_documents_no ON source_documents (no);
-- +goose StatementBegin
CREATE TRIGGER source_documents_number AFTER INSERT ON source_documents WHEN new.no IS NULL
BEGIN
    UPDATE source_documents SET no = (SELECT coalesce(max(no), 0) + 1 FROM source_documents) WHERE id = new.id;
END;
-- +goose StatementEnd

CREATE TABLE document_chunks_new (
    document_id TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    char_start  INTEGER NOT NULL, -- byte offsets into the document's text, which has the chunk's
    char_end    INTEGER NOT NULL,
    page_start  INTEGER NOT NULL,
    page_end    INTEGER NOT NULL,
    PRIMARY KEY (document_id, chunk_index)
) WITHOUT ROWID;
INSERT INTO document_chunks_new SELECT document_id, chunk_index, char_start, char_end, page_start, page_end FROM document_chunks;

CREATE TABLE document_entities_new (
    no            INTEGER PRIMARY KEY,
    document_id   TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    entity_key    TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    norm          TEXT    NOT NULL,
    partial       INTEGER NOT NULL,
    aliases       TEXT    NOT NULL,
    reasons       TEXT    NOT NULL,
    mention_count INTEGER NOT NULL,
    name_no       INTEGER NOT NULL REFERENCES entity_names (no),
    UNIQUE (document_id, entity_key)
);
INSERT INTO document_entities_new SELECT rowid, document_id, entity_key, type, name, norm, partial, aliases, reasons, mention_count, name_no
    FROM document_entities;

CREATE TABLE entity_mentions_new (
    document_no   INTEGER NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    mention_index INTEGER NOT NULL,
    chunk_index   INTEGER NOT NULL, -- of the chunk that holds it
    page          INTEGER NOT NULL,
    char_start    INTEGER NOT NULL, -- byte offsets into the document's text
    char_end      INTEGER NOT NULL,
    type          TEXT    NOT NULL,
    text          TEXT    NOT NULL,
    norm          TEXT, -- NULL: the same as text
    confidence    REAL    NOT NULL,
    method        TEXT    NOT NULL,
    role          TEXT    NOT NULL DEFAULT '',
    entity_no     INTEGER REFERENCES document_entities (no) ON DELETE SET NULL,
    PRIMARY KEY (document_no, mention_index)
) WITHOUT ROWID;
INSERT INTO entity_mentions_new SELECT d.no, m.mention_index, c.chunk_index, m.page, m.char_start, m.char_end, m.type, m.text,
    nullif(m.norm, m.text), m.confidence, m.method, m.role, e.rowid
    FROM entity_mentions m JOIN source_documents d ON d.id = m.document_id JOIN document_chunks c ON c.id = m.chunk_id
    LEFT JOIN document_entities e ON e.id = m.document_entity_id;

CREATE TABLE relationships_new (
    document_no    INTEGER NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    relation_index INTEGER NOT NULL,
    relation_type  TEXT    NOT NULL,
    from_no        INTEGER NOT NULL REFERENCES document_entities (no) ON DELETE CASCADE,
    to_no          INTEGER NOT NULL REFERENCES document_entities (no) ON DELETE CASCADE,
    case_no        INTEGER REFERENCES document_entities (no) ON DELETE CASCADE,
    role           TEXT    NOT NULL DEFAULT '',
    role_raw       TEXT    NOT NULL DEFAULT '',
    page           INTEGER NOT NULL,
    char_start     INTEGER NOT NULL,
    char_end       INTEGER NOT NULL,
    evidence       TEXT    NOT NULL CHECK (evidence <> ''),
    confidence     REAL    NOT NULL,
    weight         INTEGER NOT NULL DEFAULT 0,
    method         TEXT    NOT NULL DEFAULT '', -- the rule that found it
    PRIMARY KEY (document_no, relation_index)
) WITHOUT ROWID;
INSERT INTO relationships_new SELECT d.no, row_number() OVER (PARTITION BY d.no ORDER BY r.rowid) - 1, r.relation_type, f.rowid, t.rowid, c.rowid,
    r.role, r.role_raw, r.page, r.char_start, r.char_end, r.evidence, r.confidence, r.weight, r.method
    FROM relationships r JOIN source_documents d ON d.id = r.document_id
    JOIN document_entities f ON f.id = r.from_entity_id JOIN document_entities t ON t.id = r.to_entity_id
    LEFT JOIN document_entities c ON c.id = r.case_entity_id;

CREATE TABLE chronology_entities_new (
    event_id  TEXT    NOT NULL REFERENCES chronology (id) ON DELETE CASCADE,
    entity_no INTEGER NOT NULL REFERENCES document_entities (no) ON DELETE CASCADE,
    PRIMARY KEY (event_id, entity_no)
) WITHOUT ROWID;
INSERT INTO chronology_entities_new SELECT l.event_id, e.rowid FROM chronology_entities l JOIN document_entities e ON e.id = l.entity_id;

CREATE TABLE document_bands_new (
    band        BIGINT  NOT NULL, -- number and value of a part of the signature, hashed
    document_no INTEGER NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    PRIMARY KEY (band, document_no)
) WITHOUT ROWID;
INSERT INTO document_bands_new SELECT b.band, d.no FROM document_bands b JOIN source_documents d ON d.id = b.document_id;

-- Migrations run without foreign keys: dropping what others refer to takes
-- nothing with it.
DROP TABLE document_bands;
DROP TABLE chronology_entities;
DROP TABLE relationships;
DROP TABLE entity_mentions;
DROP TABLE document_entities;
DROP TABLE document_chunks;
ALTER TABLE document_chunks_new RENAME TO document_chunks;
ALTER TABLE document_entities_new RENAME TO document_entities;
ALTER TABLE entity_mentions_new RENAME TO entity_mentions;
ALTER TABLE relationships_new RENAME TO relationships;
ALTER TABLE chronology_entities_new RENAME TO chronology_entities;
ALTER TABLE document_bands_new RENAME TO document_bands;
CREATE INDEX document_entities_name ON document_entities (name_no);
CREATE INDEX entity_mentions_entity ON entity_mentions (entity_no);
CREATE INDEX relationships_from ON relationships (from_no);
CREATE INDEX relationships_to ON relationships (to_no);
CREATE INDEX relationships_case ON relationships (case_no) WHERE case_no IS NOT NULL;
CREATE INDEX chronology_entities_entity ON chronology_entities (entity_no);
CREATE INDEX document_bands_document ON document_bands (document_no);
