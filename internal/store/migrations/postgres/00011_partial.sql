-- Documents of which a part could not be read.

-- +goose Up
ALTER TABLE document_pages ADD COLUMN error_code TEXT COLLATE "C" NOT NULL DEFAULT ''; -- why it could not be read
ALTER TABLE source_documents ADD COLUMN losses TEXT COLLATE "C" NOT NULL DEFAULT '[]'; -- JSON, dossier.Loss
ALTER TABLE source_documents DROP CONSTRAINT source_documents_status_check;
ALTER TABLE source_documents ADD CONSTRAINT source_documents_status_check CHECK (status IN
    ('pending', 'processing', 'completed', 'failed', 'cancelled', 'quarantined', 'unsupported', 'partial'));
