-- The id of this database, made once: Redis remembers by it which database it
-- serves. And the versions of the stages of each worker, by which a submission
-- knows whether it will be worked on as it was asked for.

-- +goose Up
CREATE TABLE database_identity (
    id       TEXT PRIMARY KEY,
    only_row INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (only_row = 1)
);
INSERT INTO database_identity (id) VALUES (lower(hex(randomblob(16))));
ALTER TABLE workers ADD COLUMN stages TEXT NOT NULL DEFAULT ''; -- '': not known
