-- Names and entities by number. Their ids are hashes: an index by id is written
-- all over, one page a row. What refers to them does so by a number that grows,
-- so that what is new stands together; blocking keys are numbers that stand
-- together where keys begin alike. Most of what a paper with new names costs are
-- the pages that its rows touch.

-- +goose Up
CREATE TABLE canonical_entities_new (
    no         INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    project_id TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    type       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    rejected   INTEGER NOT NULL DEFAULT 0, -- 1: somebody said that it is no entity
    created_at BIGINT  NOT NULL
);
INSERT INTO canonical_entities_new (id, project_id, type, name, rejected, created_at)
    SELECT id, project_id, type, name, rejected, created_at FROM canonical_entities ORDER BY rowid;

CREATE TABLE entity_names_new (
    no           INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    project_id   TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    type         TEXT    NOT NULL,
    norm         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    canonical_no INTEGER NOT NULL REFERENCES canonical_entities (no),
    born         BIGINT  NOT NULL DEFAULT 0,  -- start of the first batch that has it: the oldest name of an entity gives it its id
    alone        INTEGER NOT NULL DEFAULT 0,  -- 1: stands for somebody in one document only
    version      TEXT    NOT NULL DEFAULT '', -- of the rules it was judged by
    keys         TEXT -- its blocking keys, a JSON list; NULL: it has yet to get them
);
INSERT INTO entity_names_new (id, project_id, type, norm, name, canonical_no, born, alone, version)
    SELECT n.id, n.project_id, n.type, n.norm, n.name, c.no, n.born, n.alone, n.version
    FROM entity_names n JOIN canonical_entities_new c ON c.id = n.canonical_id ORDER BY n.rowid;

CREATE TABLE document_entities_new (
    id            TEXT PRIMARY KEY,
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
INSERT INTO document_entities_new
    SELECT e.id, e.document_id, e.entity_key, e.type, e.name, e.norm, e.partial, e.aliases, e.reasons, e.mention_count, n.no
    FROM document_entities e JOIN entity_names_new n ON n.id = e.name_id ORDER BY e.rowid;

-- Migrations run without foreign keys: dropping what others refer to takes
-- nothing with it.
DROP TABLE document_entities;
DROP TABLE entity_names;
DROP TABLE canonical_entities;
ALTER TABLE canonical_entities_new RENAME TO canonical_entities;
ALTER TABLE entity_names_new RENAME TO entity_names;
ALTER TABLE document_entities_new RENAME TO document_entities;
CREATE INDEX canonical_entities_project ON canonical_entities (project_id);
CREATE INDEX entity_names_canonical ON entity_names (canonical_no);
CREATE INDEX entity_names_unkeyed ON entity_names (project_id) WHERE keys IS NULL;
CREATE INDEX document_entities_name ON document_entities (name_no);

-- Only the rules know the keys of the names that were there: they get them
-- before the next name of their project is compared with them.
DROP TABLE entity_name_keys;
CREATE TABLE entity_name_keys (
    key     BIGINT  NOT NULL,
    name_no INTEGER NOT NULL,
    PRIMARY KEY (key, name_no)
) WITHOUT ROWID;

DROP INDEX entity_events_entity; -- the feed is read in its order
