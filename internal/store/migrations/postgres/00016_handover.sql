-- What a task costs: every version of its row is entered into every index that
-- holds it.

-- +goose Up
-- What waits in a queue, in order of due time: a task that is made by the one
-- before it starts at once if nothing that waits goes first.
CREATE INDEX processing_tasks_due ON processing_tasks (queue, due) WHERE status = 'pending' AND held = 0;

-- Ids are derived from document, stage and generation, so that the primary key
-- says the same; entries of one document are found and kept together.
ALTER TABLE processing_tasks DROP CONSTRAINT processing_tasks_document_id_task_type_generation_key;
CREATE INDEX processing_tasks_document ON processing_tasks (document_id);

-- A project takes its tasks along with their batches.
ALTER TABLE processing_tasks DROP CONSTRAINT processing_tasks_project_id_fkey;

-- Rows that change all the time need room beside them, and a vacuum that comes
-- when a fiftieth is dead instead of a fifth.
ALTER TABLE processing_tasks SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE source_documents SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE batch_documents SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE chords SET (fillfactor = 50);
ALTER TABLE workers SET (fillfactor = 50);
