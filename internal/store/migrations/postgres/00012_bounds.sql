-- Limits that hold for everything found inside one file, and totals of spend
-- that need no sum over all calls.

-- +goose Up
-- Where a document was found inside another: the outermost file, and how many
-- files are around it. NULL and 0: the file was found by itself.
ALTER TABLE document_instances ADD COLUMN root_id TEXT REFERENCES source_documents (id) ON DELETE CASCADE;
ALTER TABLE document_instances ADD COLUMN depth INTEGER NOT NULL DEFAULT 0;
CREATE INDEX document_instances_root ON document_instances (root_id) WHERE root_id IS NOT NULL;

-- A path says which instance of the parent is meant, except where the same
-- bytes lie at many paths: those keep one of them.
WITH RECURSIVE place (document_id, path, root_id, depth) AS (
    SELECT document_id, path, document_id, 0 FROM document_instances WHERE parent_id IS NULL
    UNION
    SELECT c.document_id, c.path, p.root_id, p.depth + 1 FROM place p JOIN document_instances c ON c.parent_id = p.document_id
        AND substr(c.path, 1, length(p.path) + 2) = p.path || '!/' WHERE p.depth < 64
)
UPDATE document_instances i SET root_id = p.root_id, depth = p.depth
    FROM place p WHERE p.document_id = i.document_id AND p.path = i.path AND p.depth > 0;

-- How much was found inside a file, in files inside it too. The same bytes count
-- once for each file that holds them.
CREATE TABLE contained_totals (
    document_id TEXT   PRIMARY KEY REFERENCES source_documents (id) ON DELETE CASCADE,
    files       BIGINT NOT NULL,
    bytes       BIGINT NOT NULL
);
INSERT INTO contained_totals (document_id, files, bytes)
    SELECT i.root_id, count(*), sum(d.byte_size)
    FROM (SELECT DISTINCT root_id, parent_id, document_id FROM document_instances WHERE root_id IS NOT NULL) i
    JOIN source_documents d ON d.id = i.document_id GROUP BY i.root_id;

-- Entries of a document that are not documents: why they were not followed.
CREATE TABLE refused_entries (
    document_id   TEXT    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    seq           INTEGER NOT NULL,
    path          TEXT    NOT NULL,
    error_code    TEXT    NOT NULL,
    error_message TEXT    NOT NULL,
    PRIMARY KEY (document_id, seq)
);

-- What was spent: by a project, by a batch, and by all in each five minutes.
-- Triggers keep it, so that whatever changes spend keeps it true.
CREATE TABLE spend_totals (
    scope  TEXT   NOT NULL CHECK (scope IN ('project', 'batch', 'all')),
    key    TEXT   NOT NULL, -- id of the project or batch; '' for all
    since  BIGINT NOT NULL, -- where the five minutes begin; 0 for projects and batches
    micros BIGINT NOT NULL,
    PRIMARY KEY (scope, key, since)
);
INSERT INTO spend_totals (scope, key, since, micros)
    SELECT 'project', project_id, 0, sum(cost_micros) FROM spend WHERE project_id IS NOT NULL GROUP BY project_id
    UNION ALL SELECT 'batch', batch_id, 0, sum(cost_micros) FROM spend WHERE batch_id IS NOT NULL GROUP BY batch_id
    UNION ALL SELECT 'all', '', at - at % 300000000, sum(cost_micros) FROM spend GROUP BY at - at % 300000000;
-- +goose StatementBegin
CREATE FUNCTION count_spend() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r     spend%ROWTYPE;
    delta BIGINT;
BEGIN
    IF TG_OP = 'INSERT' THEN
        r := NEW; delta := NEW.cost_micros;
    ELSIF TG_OP = 'DELETE' THEN
        r := OLD; delta := -OLD.cost_micros;
    ELSE
        r := OLD; delta := NEW.cost_micros - OLD.cost_micros;
    END IF;
    INSERT INTO spend_totals AS t (scope, key, since, micros)
        SELECT 'project', r.project_id, 0, delta WHERE r.project_id IS NOT NULL
        UNION ALL SELECT 'batch', r.batch_id, 0, delta WHERE r.batch_id IS NOT NULL
        UNION ALL SELECT 'all', '', r.at - r.at % 300000000, delta
        ON CONFLICT (scope, key, since) DO UPDATE SET micros = t.micros + excluded.micros;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER spend_insert_delete AFTER INSERT OR DELETE ON spend FOR EACH ROW EXECUTE FUNCTION count_spend();
CREATE TRIGGER spend_update AFTER UPDATE OF cost_micros ON spend FOR EACH ROW EXECUTE FUNCTION count_spend();
