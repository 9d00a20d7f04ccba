-- Batches that change while tasks of theirs are made, retries that make outputs
-- anew, and submissions that were interrupted.

-- +goose Up

-- Whether the open tasks of a batch follow from it as it is now. 0: they do; 1:
-- it was changed; more: they do when transactions of a lower number have ended.
-- Batches of before are looked through once.
ALTER TABLE batches ADD COLUMN unsettled BIGINT NOT NULL DEFAULT 0;
UPDATE batches SET unsettled = 1 WHERE status = 'processing';
CREATE INDEX batches_unsettled ON batches (id) WHERE unsettled > 0;

-- When the submission of a batch whose intake is open was last at work.
ALTER TABLE batches ADD COLUMN intake_at BIGINT NOT NULL DEFAULT 0;

-- 1: what the cache has for this task is of before a retry, and is not to be used.
ALTER TABLE processing_tasks ADD COLUMN renew INTEGER NOT NULL DEFAULT 0;
