-- The dates that documents state, with the words that state them.

-- +goose Up
CREATE TABLE chronology (
    id          TEXT PRIMARY KEY,
    project_id  TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    document_id TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    event_key   TEXT    NOT NULL, -- the same where the same date is stated in the same words
    kind        TEXT    NOT NULL CHECK (kind IN ('stated', 'dated', 'sent')),
    date        TEXT    NOT NULL, -- as exact as stated: 2019-05-03, 2019-05 or 2019
    date_end    TEXT    NOT NULL, -- of a range, else ''
    first_day   TEXT    NOT NULL, -- the days that date and date_end cover, for order and filters
    last_day    TEXT    NOT NULL,
    page        INTEGER NOT NULL,
    char_start  INTEGER NOT NULL, -- byte offsets into the document's text
    char_end    INTEGER NOT NULL,
    sentence    TEXT    NOT NULL CHECK (sentence <> ''),
    confidence  REAL    NOT NULL,
    method      TEXT    NOT NULL
);
CREATE INDEX chronology_days ON chronology (project_id, first_day, last_day);
CREATE INDEX chronology_document ON chronology (document_id);

-- The entities that the words of an event name.
CREATE TABLE chronology_entities (
    event_id  TEXT NOT NULL REFERENCES chronology (id) ON DELETE CASCADE,
    entity_id TEXT NOT NULL REFERENCES document_entities (id) ON DELETE CASCADE,
    PRIMARY KEY (event_id, entity_id)
) WITHOUT ROWID;
CREATE INDEX chronology_entities_entity ON chronology_entities (entity_id);
