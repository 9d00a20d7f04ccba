-- The id of this database, made once: Redis remembers by it which database it
-- serves. And the versions of the stages of each worker, by which a submission
-- knows whether it will be worked on as it was asked for.

-- +goose Up
CREATE TABLE database_identity (
    id       TEXT COLLATE "C" PRIMARY KEY,
    only_row INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (only_row = 1)
);
INSERT INTO database_identity (id) VALUES (replace(gen_random_uuid()::text, '-', ''));
ALTER TABLE workers ADD COLUMN stages TEXT COLLATE "C" NOT NULL DEFAULT ''; -- '': not known
