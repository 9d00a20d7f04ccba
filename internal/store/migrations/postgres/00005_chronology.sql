-- The dates that documents state, with the words that state them.

-- +goose Up
CREATE TABLE chronology (
    id          TEXT COLLATE "C" PRIMARY KEY,
    project_id  TEXT COLLATE "C"    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    event_key   TEXT COLLATE "C"    NOT NULL, -- the same where the same date is stated in the same words
    kind        TEXT COLLATE "C"    NOT NULL CHECK (kind IN ('stated', 'dated', 'sent')),
    date        TEXT COLLATE "C"    NOT NULL, -- as exact as stated: 2019-05-03, 2019-05 or 2019
    date_end    TEXT COLLATE "C"    NOT NULL, -- of a range, else ''
    first_day   TEXT COLLATE "C"    NOT NULL, -- the days that date and date_end cover, for order and filters
    last_day    TEXT COLLATE "C"    NOT NULL,
    page        INTEGER NOT NULL,
    char_start  INTEGER NOT NULL, -- byte offsets into the document's text
    char_end    INTEGER NOT NULL,
    sentence    TEXT COLLATE "C"    NOT NULL CHECK (sentence <> ''),
    confidence  DOUBLE PRECISION    NOT NULL,
    method      TEXT COLLATE "C"    NOT NULL
);
CREATE INDEX chronology_days ON chronology (project_id, first_day, last_day);
CREATE INDEX chronology_document ON chronology (document_id);

-- The entities that the words of an event name.
CREATE TABLE chronology_entities (
    event_id  TEXT COLLATE "C" NOT NULL REFERENCES chronology (id) ON DELETE CASCADE,
    entity_id TEXT COLLATE "C" NOT NULL REFERENCES document_entities (id) ON DELETE CASCADE,
    PRIMARY KEY (event_id, entity_id)
);
CREATE INDEX chronology_entities_entity ON chronology_entities (entity_id);
