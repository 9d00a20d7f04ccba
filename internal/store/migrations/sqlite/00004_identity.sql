-- Who is who for good: ids that stay, redirects of those that went, and the
-- decisions of people, which outrank those of the machine.

-- +goose Up
ALTER TABLE entity_names ADD COLUMN born BIGINT NOT NULL DEFAULT 0;     -- start of the first batch that has it: the oldest name of an entity gives it its id
ALTER TABLE entity_names ADD COLUMN alone INTEGER NOT NULL DEFAULT 0;   -- 1: stands for somebody in one document only
ALTER TABLE entity_names ADD COLUMN version TEXT NOT NULL DEFAULT '';   -- of the rules it was judged by
ALTER TABLE entity_names ADD COLUMN keys TEXT NOT NULL DEFAULT '[]'; -- its blocking keys, hashed
ALTER TABLE canonical_entities ADD COLUMN rejected INTEGER NOT NULL DEFAULT 0; -- 1: somebody said that it is no entity

-- Blocking keys, hashed with their project: two that meet by chance bring a
-- candidate more. A name has the list of its own, in place of an index by name:
-- keys are most of what a new name costs. Names that were there get theirs when
-- they are judged again, as the rules are new.
DROP TABLE entity_name_keys;
CREATE TABLE entity_name_keys (
    key     BIGINT NOT NULL,
    name_id TEXT NOT NULL,
    PRIMARY KEY (key, name_id)
) WITHOUT ROWID;

-- The ids of entities that went into others, one step a row.
CREATE TABLE entity_redirects (
    id         TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    entity_id  TEXT NOT NULL
);

CREATE TABLE entity_events_new (
    seq        INTEGER PRIMARY KEY,
    project_id TEXT   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL CHECK (kind IN ('created', 'merged', 'removed', 'changed')),
    entity_id  TEXT   NOT NULL,
    other_id   TEXT   NOT NULL DEFAULT '', -- merged: the entity that took it in
    name       TEXT   NOT NULL,
    reasons    TEXT   NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL
);
INSERT INTO entity_events_new SELECT seq, project_id, kind, entity_id, other_id, name, reasons, created_at FROM entity_events;
DROP TABLE entity_events;
ALTER TABLE entity_events_new RENAME TO entity_events;
CREATE INDEX entity_events_entity ON entity_events (entity_id);

-- What people decided. A decision holds until it is undone; of two about the
-- same names the later holds.
CREATE TABLE entity_decisions (
    seq        INTEGER PRIMARY KEY,
    project_id TEXT   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind       TEXT   NOT NULL CHECK (kind IN ('merge', 'split', 'rename', 'retype', 'reject', 'review')),
    entity_id  TEXT   NOT NULL, -- what it was about; '' if about many
    detail     TEXT   NOT NULL, -- JSON, for people
    actor      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    undone_at  BIGINT NOT NULL DEFAULT 0,
    undone_by  TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX entity_decisions_project ON entity_decisions (project_id, seq);

-- What decisions say of pairs of names, and of single ones. Names are not
-- referenced: a decision outlives a name that no paper has for a while.
CREATE TABLE decision_edges (
    seq     BIGINT NOT NULL REFERENCES entity_decisions (seq) ON DELETE CASCADE,
    name_a  TEXT   NOT NULL,
    name_b  TEXT   NOT NULL,
    verdict TEXT   NOT NULL CHECK (verdict IN ('same', 'different', 'unsure')),
    PRIMARY KEY (seq, name_a, name_b),
    CHECK (name_a < name_b)
) WITHOUT ROWID;
CREATE INDEX decision_edges_a ON decision_edges (name_a);
CREATE INDEX decision_edges_b ON decision_edges (name_b);
CREATE TABLE decision_marks (
    seq     BIGINT NOT NULL REFERENCES entity_decisions (seq) ON DELETE CASCADE,
    name_id TEXT   NOT NULL,
    mark    TEXT   NOT NULL CHECK (mark IN ('label', 'type', 'rejected', 'keeps-id', 'apart')),
    value   TEXT   NOT NULL, -- the label, the type, the document in which the name is set apart
    PRIMARY KEY (seq, name_id, mark, value)
) WITHOUT ROWID;
CREATE INDEX decision_marks_name ON decision_marks (name_id);
