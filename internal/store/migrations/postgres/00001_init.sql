-- Times are UTC microseconds since 1970 (BIGINT), so that they compare the
-- same on every engine. Ids are text UUIDs; rows made by a stage carry ids
-- derived from what they hold, so that doing a stage twice changes nothing.
-- Texts compare byte by byte, as they do on SQLite.

-- +goose Up
CREATE TABLE projects (
    id          TEXT COLLATE "C" PRIMARY KEY,
    name        TEXT COLLATE "C"   NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);

CREATE TABLE batches (
    id           TEXT COLLATE "C" PRIMARY KEY,
    project_id   TEXT COLLATE "C"   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    source_key   TEXT COLLATE "C"   NOT NULL, -- what was asked for: the same request resumes an open batch
    priority     TEXT COLLATE "C"   NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
    deadline     BIGINT NOT NULL DEFAULT 0, -- 0: none
    status       TEXT COLLATE "C"   NOT NULL CHECK (status IN ('processing', 'completed', 'cancelled')),
    intake_open  INTEGER NOT NULL DEFAULT 1, -- 1: files may still be added
    created_at   BIGINT NOT NULL,
    completed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX batches_source ON batches (project_id, source_key, status);

CREATE TABLE source_documents (
    id             TEXT COLLATE "C" PRIMARY KEY,
    project_id     TEXT COLLATE "C"    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    sha256         TEXT COLLATE "C"    NOT NULL,
    file_name      TEXT COLLATE "C"    NOT NULL,
    format         TEXT COLLATE "C"    NOT NULL,
    byte_size      BIGINT  NOT NULL,
    status         TEXT COLLATE "C"    NOT NULL CHECK (status IN
        ('pending', 'processing', 'completed', 'failed', 'cancelled', 'quarantined', 'unsupported')),
    version        BIGINT  NOT NULL DEFAULT 1, -- grows with every change of status
    generation     INTEGER NOT NULL DEFAULT 1, -- grows when the document is done anew
    recipe         TEXT COLLATE "C"    NOT NULL,           -- options and stage versions it is done with
    ocr_mode       TEXT COLLATE "C"    NOT NULL,
    error_code     TEXT COLLATE "C"    NOT NULL DEFAULT '',
    error_message  TEXT COLLATE "C"    NOT NULL DEFAULT '',
    failed_stage   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    warnings       TEXT COLLATE "C"    NOT NULL DEFAULT '[]',
    metadata       TEXT COLLATE "C"    NOT NULL DEFAULT '{}',
    page_count     INTEGER NOT NULL DEFAULT 0,
    word_count     INTEGER NOT NULL DEFAULT 0,
    chunk_count    INTEGER NOT NULL DEFAULT 0,
    mention_count  INTEGER NOT NULL DEFAULT 0,
    entity_count   INTEGER NOT NULL DEFAULT 0,
    relation_count INTEGER NOT NULL DEFAULT 0,
    created_at     BIGINT  NOT NULL,
    updated_at     BIGINT  NOT NULL,
    completed_at   BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (project_id, sha256)
);
CREATE INDEX source_documents_status ON source_documents (project_id, status);

-- The places where a document's bytes were found.
CREATE TABLE document_instances (
    document_id TEXT COLLATE "C"   NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    path        TEXT COLLATE "C"   NOT NULL,
    parent_id   TEXT COLLATE "C"   REFERENCES source_documents (id) ON DELETE CASCADE, -- the mail it was attached to
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (document_id, path)
);
CREATE INDEX document_instances_path ON document_instances (path);
CREATE INDEX document_instances_parent ON document_instances (parent_id);

CREATE TABLE batch_documents (
    batch_id    TEXT COLLATE "C"    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    status      TEXT COLLATE "C"    NOT NULL,
    reused      INTEGER NOT NULL DEFAULT 0, -- 1: its facts were on record already
    PRIMARY KEY (batch_id, document_id)
);
CREATE INDEX batch_documents_document ON batch_documents (document_id);
CREATE INDEX batch_documents_status ON batch_documents (batch_id, status);

-- The files that a batch found.
CREATE TABLE batch_instances (
    batch_id    TEXT COLLATE "C" NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    document_id TEXT COLLATE "C" NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    path        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (batch_id, document_id, path)
);

-- Files that could not even be registered: their bytes could not be read.
CREATE TABLE intake_problems (
    batch_id      TEXT COLLATE "C" NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    path          TEXT COLLATE "C" NOT NULL,
    error_code    TEXT COLLATE "C" NOT NULL,
    error_message TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (batch_id, path)
);

-- A chord fires its callback task when remaining reaches 0. Members that fail
-- for good count too.
CREATE TABLE chords (
    batch_id      TEXT COLLATE "C" PRIMARY KEY REFERENCES batches (id) ON DELETE CASCADE,
    remaining     BIGINT NOT NULL CHECK (remaining >= 0),
    failed        BIGINT NOT NULL DEFAULT 0,
    callback_type TEXT COLLATE "C"   NOT NULL,
    fired_at      BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE processing_tasks (
    id              TEXT COLLATE "C" PRIMARY KEY,
    batch_id        TEXT COLLATE "C"    NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
    project_id      TEXT COLLATE "C"    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    document_id     TEXT COLLATE "C"    REFERENCES source_documents (id) ON DELETE CASCADE,
    task_type       TEXT COLLATE "C"    NOT NULL,
    queue           TEXT COLLATE "C"    NOT NULL,
    status          TEXT COLLATE "C"    NOT NULL CHECK (status IN
        ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    generation      INTEGER NOT NULL,
    priority        TEXT COLLATE "C"    NOT NULL,
    deadline        BIGINT  NOT NULL DEFAULT 0,
    due             BIGINT  NOT NULL, -- order of work: creation time moved by priority and deadline
    not_before      BIGINT  NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    retry_count     INTEGER NOT NULL DEFAULT 0,
    fence           BIGINT  NOT NULL DEFAULT 0, -- grows with every claim; only its holder may commit
    published_epoch TEXT COLLATE "C"    NOT NULL DEFAULT '', -- the life of the broker in which it was handed out
    published_at    BIGINT  NOT NULL DEFAULT 0,
    queue_task_id   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    worker          TEXT COLLATE "C"    NOT NULL DEFAULT '',
    heartbeat_at    BIGINT  NOT NULL DEFAULT 0,
    error_code      TEXT COLLATE "C"    NOT NULL DEFAULT '',
    error_message   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    cache_key       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    cache_hit       INTEGER NOT NULL DEFAULT 0,
    yield           BIGINT  NOT NULL DEFAULT 0,  -- how many things the stage made
    note            TEXT COLLATE "C"    NOT NULL DEFAULT '', -- why it made none
    wait_us         BIGINT  NOT NULL DEFAULT 0,
    work_us         BIGINT  NOT NULL DEFAULT 0,
    ready_at        BIGINT  NOT NULL, -- since when it could have run: wait = start - ready
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    started_at      BIGINT  NOT NULL DEFAULT 0,
    completed_at    BIGINT  NOT NULL DEFAULT 0,
    UNIQUE (document_id, task_type, generation)
);
CREATE INDEX processing_tasks_backlog ON processing_tasks (queue, project_id, due, id) WHERE status = 'pending';
CREATE INDEX processing_tasks_running ON processing_tasks (queue, project_id) WHERE status = 'processing';
CREATE INDEX processing_tasks_published ON processing_tasks (queue, project_id) WHERE status = 'pending' AND published_epoch <> '';
CREATE INDEX processing_tasks_dead ON processing_tasks (completed_at) WHERE status = 'failed';
CREATE INDEX processing_tasks_batch ON processing_tasks (batch_id);

CREATE TABLE task_attempts (
    task_id       TEXT COLLATE "C"    NOT NULL REFERENCES processing_tasks (id) ON DELETE CASCADE,
    attempt       INTEGER NOT NULL,
    worker        TEXT COLLATE "C"    NOT NULL,
    outcome       TEXT COLLATE "C"    NOT NULL CHECK (outcome IN
        ('completed', 'retry', 'failed', 'lost', 'released')),
    error_code    TEXT COLLATE "C"    NOT NULL DEFAULT '',
    error_message TEXT COLLATE "C"    NOT NULL DEFAULT '',
    started_at    BIGINT  NOT NULL,
    ended_at      BIGINT  NOT NULL,
    PRIMARY KEY (task_id, attempt)
);

CREATE TABLE document_pages (
    row_id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    width       DOUBLE PRECISION    NOT NULL,
    height      DOUBLE PRECISION    NOT NULL,
    source      TEXT COLLATE "C"    NOT NULL CHECK (source IN ('layer', 'ocr')),
    reason      TEXT COLLATE "C"    NOT NULL,
    confidence  DOUBLE PRECISION    NOT NULL, -- mean of its words, 0 to 1
    word_count  INTEGER NOT NULL,
    text        TEXT COLLATE "C"    NOT NULL,
    words       BYTEA, -- dossier.PackWords, NULL if the format has no boxes
    UNIQUE (document_id, number)
);

CREATE TABLE document_chunks (
    id          TEXT COLLATE "C" PRIMARY KEY,
    document_id TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    chunk_index INTEGER NOT NULL,
    char_start  INTEGER NOT NULL, -- byte offsets into the document's text
    char_end    INTEGER NOT NULL,
    page_start  INTEGER NOT NULL,
    page_end    INTEGER NOT NULL,
    text        TEXT COLLATE "C"    NOT NULL,
    UNIQUE (document_id, chunk_index)
);

-- A distinct name in a project. Names that belong together share a canonical
-- entity; entity_judgements says why.
CREATE TABLE canonical_entities (
    id         TEXT COLLATE "C" PRIMARY KEY,
    project_id TEXT COLLATE "C"   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    type       TEXT COLLATE "C"   NOT NULL,
    name       TEXT COLLATE "C"   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX canonical_entities_project ON canonical_entities (project_id, type, name);

CREATE TABLE entity_names (
    id           TEXT COLLATE "C" PRIMARY KEY,
    project_id   TEXT COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    type         TEXT COLLATE "C" NOT NULL,
    norm         TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    canonical_id TEXT COLLATE "C" NOT NULL REFERENCES canonical_entities (id)
);
CREATE INDEX entity_names_canonical ON entity_names (canonical_id);

CREATE TABLE entity_name_keys (
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    key        TEXT COLLATE "C" NOT NULL,
    name_id    TEXT COLLATE "C" NOT NULL REFERENCES entity_names (id) ON DELETE CASCADE,
    PRIMARY KEY (project_id, key, name_id)
);
CREATE INDEX entity_name_keys_name ON entity_name_keys (name_id);

CREATE TABLE entity_judgements (
    name_a     TEXT COLLATE "C"   NOT NULL REFERENCES entity_names (id) ON DELETE CASCADE,
    name_b     TEXT COLLATE "C"   NOT NULL REFERENCES entity_names (id) ON DELETE CASCADE,
    decision   TEXT COLLATE "C"   NOT NULL CHECK (decision IN ('same', 'review', 'different')),
    score      DOUBLE PRECISION   NOT NULL,
    reasons    TEXT COLLATE "C"   NOT NULL,
    actor      TEXT COLLATE "C"   NOT NULL, -- 'machine:' and the version of its rules, or a user
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name_a, name_b),
    CHECK (name_a < name_b)
);
CREATE INDEX entity_judgements_b ON entity_judgements (name_b);

-- What happened to canonical entities, in order: the feed for whoever follows.
CREATE TABLE entity_events (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id TEXT COLLATE "C"   NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind       TEXT COLLATE "C"   NOT NULL CHECK (kind IN ('created', 'merged', 'removed')),
    entity_id  TEXT COLLATE "C"   NOT NULL,
    other_id   TEXT COLLATE "C"   NOT NULL DEFAULT '', -- merged: the entity that took it in
    name       TEXT COLLATE "C"   NOT NULL,
    reasons    TEXT COLLATE "C"   NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL
);
CREATE INDEX entity_events_entity ON entity_events (entity_id);

CREATE TABLE document_entities (
    id            TEXT COLLATE "C" PRIMARY KEY,
    document_id   TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    entity_key    TEXT COLLATE "C"    NOT NULL,
    type          TEXT COLLATE "C"    NOT NULL,
    name          TEXT COLLATE "C"    NOT NULL,
    norm          TEXT COLLATE "C"    NOT NULL,
    partial       INTEGER NOT NULL,
    aliases       TEXT COLLATE "C"    NOT NULL,
    reasons       TEXT COLLATE "C"    NOT NULL,
    mention_count INTEGER NOT NULL,
    name_id       TEXT COLLATE "C"    NOT NULL REFERENCES entity_names (id),
    UNIQUE (document_id, entity_key)
);
CREATE INDEX document_entities_name ON document_entities (name_id);

CREATE TABLE entity_mentions (
    id                 TEXT COLLATE "C" PRIMARY KEY,
    document_id        TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    mention_index      INTEGER NOT NULL,
    chunk_id           TEXT COLLATE "C"    NOT NULL REFERENCES document_chunks (id) ON DELETE CASCADE,
    chunk_start        INTEGER NOT NULL, -- byte offsets into the chunk's text
    chunk_end          INTEGER NOT NULL,
    page               INTEGER NOT NULL,
    char_start         INTEGER NOT NULL, -- byte offsets into the document's text
    char_end           INTEGER NOT NULL,
    type               TEXT COLLATE "C"    NOT NULL,
    text               TEXT COLLATE "C"    NOT NULL,
    norm               TEXT COLLATE "C"    NOT NULL,
    confidence         DOUBLE PRECISION    NOT NULL,
    method             TEXT COLLATE "C"    NOT NULL,
    role               TEXT COLLATE "C"    NOT NULL DEFAULT '',
    document_entity_id TEXT COLLATE "C"    REFERENCES document_entities (id) ON DELETE SET NULL,
    UNIQUE (document_id, mention_index)
);
CREATE INDEX entity_mentions_entity ON entity_mentions (document_entity_id);
CREATE INDEX entity_mentions_chunk ON entity_mentions (chunk_id);

CREATE TABLE relationships (
    id             TEXT COLLATE "C" PRIMARY KEY,
    document_id    TEXT COLLATE "C"    NOT NULL REFERENCES source_documents (id) ON DELETE CASCADE,
    relation_type  TEXT COLLATE "C"    NOT NULL,
    from_entity_id TEXT COLLATE "C"    NOT NULL REFERENCES document_entities (id) ON DELETE CASCADE,
    to_entity_id   TEXT COLLATE "C"    NOT NULL REFERENCES document_entities (id) ON DELETE CASCADE,
    case_entity_id TEXT COLLATE "C"    REFERENCES document_entities (id) ON DELETE CASCADE,
    role           TEXT COLLATE "C"    NOT NULL DEFAULT '',
    role_raw       TEXT COLLATE "C"    NOT NULL DEFAULT '',
    page           INTEGER NOT NULL,
    char_start     INTEGER NOT NULL,
    char_end       INTEGER NOT NULL,
    evidence       TEXT COLLATE "C"    NOT NULL CHECK (evidence <> ''),
    confidence     DOUBLE PRECISION    NOT NULL,
    weight         INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX relationships_document ON relationships (document_id);
CREATE INDEX relationships_from ON relationships (from_entity_id);
CREATE INDEX relationships_to ON relationships (to_entity_id);
CREATE INDEX relationships_case ON relationships (case_entity_id);

-- The full-text index: each page in one part, or in several that overlap by a
-- few words if it is long, because a tsvector holds no more than 16,383
-- positions. dossier makes the vectors, so that words are cut and folded as
-- they are on SQLite.
CREATE TABLE page_index (
    row_id BIGINT   NOT NULL REFERENCES document_pages (row_id) ON DELETE CASCADE,
    part   INTEGER  NOT NULL,
    vector TSVECTOR NOT NULL,
    PRIMARY KEY (row_id, part)
);
CREATE INDEX page_index_vector ON page_index USING gin (vector);
