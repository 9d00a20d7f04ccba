-- What waits in a queue, in order of due time: a task that is made by the one
-- before it starts at once if nothing that waits goes first.

-- +goose Up
CREATE INDEX processing_tasks_due ON processing_tasks (queue, due) WHERE status = 'pending' AND held = 0;
