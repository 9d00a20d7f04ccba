-- What many workers need: batches that can be held, workers that announce
-- themselves, files that kill their workers, and news that must arrive.

-- +goose Up
ALTER TABLE batches ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE batches ADD COLUMN options TEXT NOT NULL DEFAULT '{}'; -- versioned; see pipeline.Options
ALTER TABLE batches ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;  -- 1: nothing of it starts
CREATE INDEX batches_open ON batches (created_at) WHERE status = 'processing';

-- A batch that is worked on again fires its chord once more a round.
ALTER TABLE chords ADD COLUMN round INTEGER NOT NULL DEFAULT 1;

ALTER TABLE processing_tasks ADD COLUMN held INTEGER NOT NULL DEFAULT 0;  -- 1: its batch is paused
ALTER TABLE processing_tasks ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;  -- how often its worker fell silent
ALTER TABLE processing_tasks ADD COLUMN trace TEXT NOT NULL DEFAULT '';   -- W3C traceparent of the submission
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
    id           TEXT PRIMARY KEY, -- host:pid:random
    host         TEXT    NOT NULL,
    pid          INTEGER NOT NULL,
    build        TEXT    NOT NULL, -- version of the program: all workers should have one
    queues       TEXT    NOT NULL, -- JSON: queue to concurrency
    active       TEXT    NOT NULL, -- JSON: ids of the tasks it works on
    jobs         BIGINT  NOT NULL, -- tasks completed since it started
    failed       BIGINT  NOT NULL, -- tasks failed for good since it started
    rss          BIGINT  NOT NULL, -- resident bytes, its children included; 0 if not known
    started_at   BIGINT  NOT NULL,
    heartbeat_at BIGINT  NOT NULL
);

-- Where news is sent, and what is still to be sent. Deliveries are written in
-- the transaction that makes the news.
CREATE TABLE webhooks (
    id         TEXT PRIMARY KEY,
    project_id TEXT   REFERENCES projects (id) ON DELETE CASCADE, -- NULL: every project
    url        TEXT   NOT NULL,
    secret     TEXT   NOT NULL, -- signs the body
    events     TEXT   NOT NULL, -- JSON list of kinds, [] for all
    disabled   TEXT   NOT NULL DEFAULT '', -- why nothing is sent any more
    leased     INTEGER NOT NULL DEFAULT 0, -- 1: a sender has it, until not_before
    not_before BIGINT NOT NULL DEFAULT 0,  -- of the next look for what is due
    created_at BIGINT NOT NULL
);
CREATE TABLE webhook_deliveries (
    id           TEXT PRIMARY KEY,
    webhook_id   TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event        TEXT    NOT NULL, -- kind
    body         TEXT    NOT NULL, -- JSON
    status       TEXT    NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts     INTEGER NOT NULL DEFAULT 0,
    not_before   BIGINT  NOT NULL,
    last_error   TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT  NOT NULL, -- grows within a transaction too: the order of sending
    delivered_at BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX webhook_deliveries_open ON webhook_deliveries (webhook_id, created_at, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_created ON webhook_deliveries (created_at, id);

-- Who changed what: decisions of people, and of the machine where a person
-- would ask.
CREATE TABLE audit_log (
    seq        INTEGER PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL, -- user@host, or 'machine'
    action     TEXT   NOT NULL, -- batch.submit, batch.cancel, …
    subject    TEXT   NOT NULL, -- id of what it was done to
    project_id TEXT   REFERENCES projects (id) ON DELETE CASCADE,
    detail     TEXT   NOT NULL DEFAULT '{}' -- JSON
);
CREATE INDEX audit_log_subject ON audit_log (subject, seq);

-- What paid calls cost. The key is that of the result in the cache, so that a
-- call that is repeated is booked once.
CREATE TABLE spend (
    call_key    TEXT PRIMARY KEY,
    project_id  TEXT   REFERENCES projects (id) ON DELETE CASCADE,
    provider    TEXT   NOT NULL,
    requests    BIGINT NOT NULL,
    units       BIGINT NOT NULL, -- pages or tokens
    cost_micros BIGINT NOT NULL, -- millionths of a US dollar
    at          BIGINT NOT NULL
);
CREATE INDEX spend_at ON spend (at);
