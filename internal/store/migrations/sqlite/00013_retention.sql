-- Deletion on purpose: what is held, what remains to be removed, and who cleans
-- up.

-- +goose Up
-- Legal holds. While one is in force nothing of its project, or of its document,
-- is deleted or cleaned up.
CREATE TABLE holds (
    seq         INTEGER PRIMARY KEY,
    project_id  TEXT   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    document_id TEXT   REFERENCES source_documents (id) ON DELETE CASCADE, -- NULL: the whole project
    reason      TEXT   NOT NULL,
    actor       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    released_at BIGINT NOT NULL DEFAULT 0, -- 0: in force
    released_by TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX holds_project ON holds (project_id);
CREATE INDEX holds_document ON holds (document_id);

-- The hold binds whoever deletes, also a statement that this program did not
-- write.
-- +goose StatementBegin
CREATE TRIGGER source_documents_held BEFORE DELETE ON source_documents
WHEN EXISTS (SELECT 1 FROM holds h WHERE h.released_at = 0 AND h.project_id = old.project_id
    AND (h.document_id IS NULL OR h.document_id = old.id))
BEGIN
    SELECT RAISE(ABORT, 'legal hold');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER projects_held BEFORE DELETE ON projects
WHEN EXISTS (SELECT 1 FROM holds h WHERE h.released_at = 0 AND h.project_id = old.id)
BEGIN
    SELECT RAISE(ABORT, 'legal hold');
END;
-- +goose StatementEnd

ALTER TABLE projects ADD COLUMN deleting_at BIGINT NOT NULL DEFAULT 0; -- since when it is being deleted

-- What remains to be removed. A row is written in the transaction that decides
-- the removal, and goes when the removal is done, so that a crash forgets
-- nothing. The row of an original stays for a while after that: an intake that
-- found the bytes before they went learns from it that it must store them again.
CREATE TABLE removals (
    kind       TEXT   NOT NULL CHECK (kind IN ('project', 'record', 'original', 'output', 'document', 'result', 'batch')),
    target     TEXT   NOT NULL, -- project, document, task or batch id, SHA-256, or cache key
    project_id TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('waiting', 'removing', 'removed')),
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, target)
) WITHOUT ROWID;

-- Work that one of all workers does now and then.
CREATE TABLE chores (
    name       TEXT PRIMARY KEY,
    worker     TEXT   NOT NULL DEFAULT '', -- who does it now
    lease      BIGINT NOT NULL DEFAULT 0,  -- until when it is theirs; 0: nobody does it
    started_at BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0   -- of the last that was completed
);

-- The audit log outlives the project that it is about.
CREATE TABLE audit_log_new (
    seq        INTEGER PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL, -- user@host, or 'machine'
    action     TEXT   NOT NULL, -- batch.submit, batch.cancel, …
    subject    TEXT   NOT NULL, -- id of what it was done to
    project_id TEXT,            -- may be gone
    detail     TEXT   NOT NULL DEFAULT '{}' -- JSON
);
INSERT INTO audit_log_new SELECT seq, at, actor, action, subject, project_id, detail FROM audit_log;
DROP TABLE audit_log;
ALTER TABLE audit_log_new RENAME TO audit_log;
CREATE INDEX audit_log_subject ON audit_log (subject, seq);

-- Deleting a document finds its rows here by the document.
CREATE TABLE batch_instances_new (
    batch_id    TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    PRIMARY KEY (document_id, batch_id, path)
) WITHOUT ROWID;
INSERT INTO batch_instances_new (batch_id, document_id, path) SELECT batch_id, document_id, path FROM batch_instances;
DROP TABLE batch_instances;
ALTER TABLE batch_instances_new RENAME TO batch_instances;
