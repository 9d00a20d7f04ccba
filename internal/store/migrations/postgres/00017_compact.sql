-- Text is stored once, and facts refer to their document and its entities by
-- number. Chunks repeated the text of their pages, and ids of 36 letters were
-- most of what a mention, a relation or a band of a signature took, in their
-- rows and again in every index.

-- +goose Up
ALTER TABLE source_documents ADD COLUMN no BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE; -- what facts refer to

CREATE TABLE document_chunks_new (
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    char_start  INTEGER NOT NULL, -- byte offsets into the document's text, which has the chunk's
    char_end    INTEGER NOT NULL,
    page_start  INTEGER NOT NULL,
    page_end    INTEGER NOT NULL,
    PRIMARY KEY (document_id, chunk_index)
);
INSERT INTO document_chunks_new SELECT document_id, chunk_index, char_start, char_end, page_start, page_end FROM document_chunks;

CREATE TABLE document_entities_new (
    no            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id   TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    entity_key    TEXT COLLATE "C"    NOT NULL,
    type          TEXT COLLATE "C"    NOT NULL,
    name          TEXT COLLATE "C"    NOT NULL,
    norm          TEXT COLLATE "C"    NOT NULL,
    partial       INTEGER NOT NULL,
    aliases       TEXT COLLATE "C"    NOT NULL,
    reasons       TEXT COLLATE "C"    NOT NULL,
    mention_count INTEGER NOT NULL,
    name_no       BIGINT NOT NULL REFERENCES entity_names (no),
    UNIQUE (document_id, entity_key)
);
INSERT INTO document_entities_new (document_id, entity_key, type, name, norm, partial, aliases, reasons, mention_count, name_no)
    SELECT document_id, entity_key, type, name, norm, partial, aliases, reasons, mention_count, name_no FROM document_entities;
-- The numbers of the entities by their former ids.
CREATE TEMPORARY TABLE numbers ON COMMIT DROP AS SELECT e.id, n.no FROM document_entities e
    JOIN document_entities_new n ON n.document_id = e.document_id AND n.entity_key = e.entity_key;

CREATE TABLE entity_mentions_new (
    document_no   BIGINT NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    mention_index INTEGER NOT NULL,
    chunk_index   INTEGER NOT NULL, -- of the chunk that holds it
    page          INTEGER NOT NULL,
    char_start    INTEGER NOT NULL, -- byte offsets into the document's text
    char_end      INTEGER NOT NULL,
    type          TEXT COLLATE "C"    NOT NULL,
    text          TEXT COLLATE "C"    NOT NULL,
    norm          TEXT COLLATE "C", -- NULL: the same as text
    confidence    DOUBLE PRECISION NOT NULL,
    method        TEXT COLLATE "C"    NOT NULL,
    role          TEXT COLLATE "C"    NOT NULL DEFAULT '',
    entity_no     BIGINT REFERENCES document_entities_new (no) ON DELETE SET NULL,
    PRIMARY KEY (document_no, mention_index)
);
INSERT INTO entity_mentions_new SELECT d.no, m.mention_index, c.chunk_index, m.page, m.char_start, m.char_end, m.type, m.text,
    nullif(m.norm, m.text), m.confidence, m.method, m.role, e.no
    FROM entity_mentions m JOIN source_documents d ON d.id = m.document_id JOIN document_chunks c ON c.id = m.chunk_id
    LEFT JOIN numbers e ON e.id = m.document_entity_id;

CREATE TABLE relationships_new (
    document_no    BIGINT NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    relation_index INTEGER NOT NULL,
    relation_type  TEXT COLLATE "C"    NOT NULL,
    from_no        BIGINT NOT NULL REFERENCES document_entities_new (no) ON DELETE CASCADE,
    to_no          BIGINT NOT NULL REFERENCES document_entities_new (no) ON DELETE CASCADE,
    case_no        BIGINT REFERENCES document_entities_new (no) ON DELETE CASCADE,
    role           TEXT COLLATE "C"    NOT NULL DEFAULT '',
    role_raw       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    page           INTEGER NOT NULL,
    char_start     INTEGER NOT NULL,
    char_end       INTEGER NOT NULL,
    evidence       TEXT COLLATE "C"    NOT NULL CHECK (evidence <> ''),
    confidence     DOUBLE PRECISION NOT NULL,
    weight         INTEGER NOT NULL DEFAULT 0,
    method         TEXT COLLATE "C"    NOT NULL DEFAULT '', -- the rule that found it
    PRIMARY KEY (document_no, relation_index)
);
INSERT INTO relationships_new SELECT d.no, row_number() OVER (PARTITION BY d.no ORDER BY r.id) - 1, r.relation_type, f.no, t.no, c.no,
    r.role, r.role_raw, r.page, r.char_start, r.char_end, r.evidence, r.confidence, r.weight, r.method
    FROM relationships r JOIN source_documents d ON d.id = r.document_id
    JOIN numbers f ON f.id = r.from_entity_id JOIN numbers t ON t.id = r.to_entity_id
    LEFT JOIN numbers c ON c.id = r.case_entity_id;

CREATE TABLE chronology_entities_new (
    event_id  TEXT COLLATE "C"    NOT NULL REFERENCES chronology (id) ON DELETE CASCADE,
    entity_no BIGINT NOT NULL REFERENCES document_entities_new (no) ON DELETE CASCADE,
    PRIMARY KEY (event_id, entity_no)
);
INSERT INTO chronology_entities_new SELECT l.event_id, e.no FROM chronology_entities l JOIN numbers e ON e.id = l.entity_id;

CREATE TABLE document_bands_new (
    band        BIGINT  NOT NULL, -- number and value of a part of the signature, hashed
    document_no BIGINT NOT NULL REFERENCES source_documents (no) ON DELETE CASCADE,
    PRIMARY KEY (band, document_no)
);
INSERT INTO document_bands_new SELECT b.band, d.no FROM document_bands b JOIN source_documents d ON d.id = b.document_id;

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
