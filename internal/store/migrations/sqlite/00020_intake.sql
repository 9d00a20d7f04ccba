-- A file that a batch found belongs to a member of the batch. One constraint says
-- so, and takes one check for each file where the two before took two.

-- +goose Up
CREATE TABLE batch_instances_new (
    batch_id    TEXT NOT NULL,
    document_id TEXT NOT NULL,
    path        TEXT NOT NULL,
    PRIMARY KEY (document_id, batch_id, path),
    FOREIGN KEY (batch_id, document_id) REFERENCES batch_documents (batch_id, document_id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO batch_instances_new (batch_id, document_id, path) SELECT batch_id, document_id, path FROM batch_instances;
DROP TABLE batch_instances;
ALTER TABLE batch_instances_new RENAME TO batch_instances;
