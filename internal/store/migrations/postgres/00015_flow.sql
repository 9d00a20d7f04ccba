-- The feeder reads what waits and what is under way, and nothing else. A task
-- is handed out only while it waits: its claim takes the mark.

-- +goose Up
UPDATE processing_tasks SET published_epoch = '' WHERE status <> 'pending' AND published_epoch <> '';
DROP INDEX processing_tasks_backlog;
CREATE INDEX processing_tasks_backlog ON processing_tasks (queue, project_id, due, id)
    WHERE status = 'pending' AND held = 0 AND published_epoch = '';
