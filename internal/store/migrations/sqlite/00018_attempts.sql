-- An attempt that completed its task is the last one, and the task's own row
-- says all of it: only the others have rows of their own.

-- +goose Up
DELETE FROM task_attempts WHERE outcome = 'completed';
CREATE INDEX processing_tasks_ended ON processing_tasks (completed_at) WHERE status = 'completed';

-- Outputs of completed tasks that could not be kept, because the blobs did not
-- take them, are made again later.
ALTER TABLE processing_tasks ADD COLUMN unkept INTEGER NOT NULL DEFAULT 0;
CREATE INDEX processing_tasks_unkept ON processing_tasks (completed_at) WHERE unkept = 1;
