-- What many workers need: batches that can be held, workers that announce
-- themselves, files that kill their workers, and news that must arrive.

-- +goose Up
ALTER TABLE batches ADD COLUMN name TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE batches ADD COLUMN options TEXT COLLATE "C" NOT NULL DEFAULT '{}'; -- versioned; see pipeline.Options
ALTER TABLE batches ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;  -- 1: nothing of it starts
CREATE INDEX batches_open ON batches (created_at) WHERE status = 'processing';

-- A batch that is worked on again fires its chord once more a round.
ALTER TABLE chords ADD COLUMN round INTEGER NOT NULL DEFAULT 1;

ALTER TABLE processing_tasks ADD COLUMN held INTEGER NOT NULL DEFAULT 0;  -- 1: its batch is paused
ALTER TABLE processing_tasks ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;  -- how often its worker fell silent
ALTER TABLE processing_tasks ADD COLUMN trace TEXT COLLATE "C" NOT NULL DEFAULT '';   -- W3C traceparent of the submission
DROP INDEX processing_tasks_backlog;
CREATE INDEX processing_tasks_backlog ON processing_tasks (queue, project_id, due, id) WHERE status = 'pending' AND held = 0;
DROP INDEX processing_tasks_published;
CREATE INDEX processing_tasks_published ON processing_tasks (queue, project_id) WHERE status = 'pending' AND published_epoch <> '';
DROP INDEX processing_tasks_dead;
CREATE INDEX processing_tasks_dead ON processing_tasks (completed_at, id) WHERE status = 'failed';
DROP INDEX processing_tasks_batch;
CREATE INDEX processing_tasks_batch ON processing_tasks (batch_id) WHERE status IN ('pending', 'processing');
CREATE INDEX task_attempts_ended ON task_attempts (ended_at);

-- Workers say every few seconds that they live. A row that is old is a worker
-- that is gone.
CREATE TABLE workers (
    id           TEXT COLLATE "C" PRIMARY KEY, -- host:pid:random
    host         TEXT COLLATE "C"    NOT NULL,
    pid          INTEGER NOT NULL,
    build        TEXT COLLATE "C"    NOT NULL, -- version of the program: all workers should have one
    queues       TEXT COLLATE "C"    NOT NULL, -- JSON: queue to concurrency
    active       TEXT COLLATE "C"    NOT NULL, -- JSON: ids of the tasks it works on
    jobs         BIGINT  NOT NULL, -- tasks completed since it started
    failed       BIGINT  NOT NULL, -- tasks failed for good since it started
    rss          BIGINT  NOT NULL, -- resident bytes, its children included; 0 if not known
    started_at   BIGINT  NOT NULL,
    heartbeat_at BIGINT  NOT NULL
);

-- Where news is sent, and what is still to be sent. Deliveries are written in
-- the transaction that makes the news.
CREATE TABLE webhooks (
    id         TEXT COLLATE "C" PRIMARY KEY,
    project_id TEXT COLLATE "C"   REFERENCES projects (id) ON DELETE CASCADE, -- NULL: every project
    url        TEXT COLLATE "C"   NOT NULL,
    secret     TEXT COLLATE "C"   NOT NULL, -- signs the body
    events     TEXT COLLATE "C"   NOT NULL, -- JSON list of kinds, [] for all
    disabled   TEXT COLLATE "C"   NOT NULL DEFAULT '', -- why nothing is sent any more
    leased     INTEGER NOT NULL DEFAULT 0, -- 1: a sender has it, until not_before
    not_before BIGINT NOT NULL DEFAULT 0,  -- of the next look for what is due
    created_at BIGINT NOT NULL
);
CREATE TABLE webhook_deliveries (
    id           TEXT COLLATE "C" PRIMARY KEY,
    webhook_id   TEXT COLLATE "C"    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event        TEXT COLLATE "C"    NOT NULL, -- kind
    body         TEXT COLLATE "C"    NOT NULL, -- JSON
    status       TEXT COLLATE "C"    NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    not_before   BIGINT  NOT NULL,
    last_error   TEXT COLLATE "C"    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL, -- grows within a transaction too: the order of sending
    delivered_at BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, created_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at, id);

-- Who changed what: decisions of people, and of the machine where a person
-- would ask.
CREATE TABLE audit_log (
    seq        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C"   NOT NULL, -- user@host, or 'machine'
    action     TEXT COLLATE "C"   NOT NULL, -- batch.submit, batch.cancel, …
    subject    TEXT COLLATE "C"   NOT NULL, -- id of what it was done to
    project_id TEXT COLLATE "C"   REFERENCES projects (id) ON DELETE CASCADE,
    detail     TEXT COLLATE "C"   NOT NULL DEFAULT '{}' -- JSON
);
CREATE INDEX audit_log_subject ON audit_log (subject, seq);

-- What paid calls cost. The key is that of the result in the cache, so that a
-- call that is repeated is booked once.
CREATE TABLE spend (
    call_key    TEXT COLLATE "C" PRIMARY KEY,
    project_id  TEXT COLLATE "C"   REFERENCES projects (id) ON DELETE CASCADE,
    provider    TEXT COLLATE "C"   NOT NULL,
    requests    BIGINT NOT NULL,
    units       BIGINT NOT NULL, -- pages or tokens
    cost_micros BIGINT NOT NULL, -- millionths of a US dollar
    at          BIGINT NOT NULL
);
CREATE INDEX spend_at ON spend (at);
