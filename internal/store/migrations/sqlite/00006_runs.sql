-- What a run may spend.

-- +goose Up
ALTER TABLE spend ADD COLUMN batch_id TEXT; -- the run that the call was made for, if there is one
CREATE INDEX spend_batch ON spend (batch_id);
