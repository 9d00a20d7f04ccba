-- Deletion on purpose: what is held, what remains to be removed, and who cleans
-- up.

-- +goose Up
-- Legal holds. While one is in force nothing of its project, or of its document,
-- is deleted or cleaned up.
CREATE TABLE holds (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id  TEXT COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    document_id TEXT COLLATE "C" REFERENCES source_documents (id) ON DELETE CASCADE, -- NULL: the whole project
    reason      TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    released_at BIGINT NOT NULL DEFAULT 0, -- 0: in force
    released_by TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX holds_project ON holds (project_id);
CREATE INDEX holds_document ON holds (document_id);

-- The hold binds whoever deletes, also a statement that this program did not
-- write.
-- +goose StatementBegin
CREATE FUNCTION refuse_held_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM holds h WHERE h.released_at = 0 AND h.project_id = OLD.project_id
        AND (h.document_id IS NULL OR h.document_id = OLD.id)) THEN
        RAISE EXCEPTION 'legal hold';
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION refuse_held_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM holds h WHERE h.released_at = 0 AND h.project_id = OLD.id) THEN
        RAISE EXCEPTION 'legal hold';
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER source_documents_held BEFORE DELETE ON source_documents FOR EACH ROW EXECUTE FUNCTION refuse_held_document();
CREATE TRIGGER projects_held BEFORE DELETE ON projects FOR EACH ROW EXECUTE FUNCTION refuse_held_project();

ALTER TABLE projects ADD COLUMN deleting_at BIGINT NOT NULL DEFAULT 0; -- since when it is being deleted

-- What remains to be removed. A row is written in the transaction that decides
-- the removal, and goes when the removal is done, so that a crash forgets
-- nothing. The row of an original stays for a while after that: an intake that
-- found the bytes before they went learns from it that it must store them again.
CREATE TABLE removals (
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('project', 'record', 'original', 'output', 'document', 'result', 'batch')),
    target     TEXT COLLATE "C" NOT NULL, -- project, document, task or batch id, SHA-256, or cache key
    project_id TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'removing', 'removed')),
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, target)
);

-- Work that one of all workers does now and then.
CREATE TABLE chores (
    name       TEXT COLLATE "C" PRIMARY KEY,
    worker     TEXT COLLATE "C" NOT NULL DEFAULT '', -- who does it now
    lease      BIGINT NOT NULL DEFAULT 0,  -- until when it is theirs; 0: nobody does it
    started_at BIGINT NOT NULL DEFAULT 0,
    ended_at   BIGINT NOT NULL DEFAULT 0   -- of the last that was completed
);

-- The audit log outlives the project that it is about.
ALTER TABLE audit_log DROP CONSTRAINT audit_log_project_id_fkey;

-- Deleting a document finds its rows here by the document.
ALTER TABLE batch_instances DROP CONSTRAINT batch_instances_pkey;
ALTER TABLE batch_instances ADD PRIMARY KEY (document_id, batch_id, path);
