-- An attempt that completed its task is the last one, and the task's own row
-- says all of it: only the others have rows of their own.

-- +goose Up
DELETE FROM task_attempts WHERE outcome = 'completed';
CREATE INDEX processing_tasks_ended ON processing_tasks (completed_at) WHERE status = 'completed';

-- A task is made in a statement that has just read its batch, beside a document
-- that is locked or was made by the transaction, and both are deleted with their
-- tasks. Checking that for every task locks the same few rows over and over. On
-- SQLite the constraints stay.
ALTER TABLE processing_tasks DROP CONSTRAINT processing_tasks_batch_id_fkey, DROP CONSTRAINT processing_tasks_document_id_fkey;

-- Outputs of completed tasks that could not be kept, because the blobs did not
-- take them, are made again later.
ALTER TABLE processing_tasks ADD COLUMN unkept INTEGER NOT NULL DEFAULT 0;
CREATE INDEX processing_tasks_unkept ON processing_tasks (completed_at) WHERE unkept = 1;
