"""The design that dossier replaces, rebuilt on Celery 5: a chain of six tasks for
each document, all chains in one chord, and one row a task, written when it starts
and when it ends. Run by tools/bench, which passes the addresses in the environment.

    celery_peer.py worker           a worker of two processes
    celery_peer.py submit N         submit N documents, wait for the chord, print seconds
"""
import os
import sys
import time
import uuid

import psycopg2
from celery import Celery, chain, chord

REDIS = os.environ["BENCH_REDIS"]
app = Celery("peer", broker=REDIS + "/0", backend=REDIS + "/1")
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=4, task_serializer="json", result_serializer="json")
STAGES = ["ocr", "chunking", "entity_extraction", "entity_resolution", "relationship_building", "finalization"]
connection = None


def db():
    global connection
    if connection is None:
        connection = psycopg2.connect(os.environ["BENCH_DATABASE"])
    return connection


@app.task(name="peer.stage")
def stage(document, name):
    task = str(uuid.uuid4())
    with db() as c, c.cursor() as cur:
        cur.execute("INSERT INTO processing_tasks (id, document_id, task_type, status, started_at)"
                    " VALUES (%s, %s, %s, 'processing', now())", (task, document, name))
    with db() as c, c.cursor() as cur:
        cur.execute("UPDATE processing_tasks SET status = 'completed', completed_at = now() WHERE id = %s", (task,))
    return document


@app.task(name="peer.done")
def done(documents):
    return len(documents)


def submit(n):
    with db() as c, c.cursor() as cur:
        cur.execute("CREATE TABLE IF NOT EXISTS processing_tasks (id uuid PRIMARY KEY, document_id uuid NOT NULL,"
                    " task_type varchar(50) NOT NULL, status varchar(50) NOT NULL, started_at timestamptz, completed_at timestamptz)")
    start = time.time()
    chains = []
    for _ in range(n):
        document = str(uuid.uuid4())
        chains.append(chain(stage.s(document, STAGES[0]), *[stage.s(name) for name in STAGES[1:]]))
    count = chord(chains, done.s()).apply_async().get(timeout=3600)
    took = time.time() - start
    with db() as c, c.cursor() as cur:
        cur.execute("SELECT count(*) FROM processing_tasks WHERE status = 'completed'")
        rows = cur.fetchone()[0]
    if count != n or rows != 6 * n:
        sys.exit("%d documents and %d rows, not %d and %d" % (count, rows, n, 6 * n))
    print(took)


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        app.worker_main(["worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "ERROR", "--without-gossip",
                         "--without-mingle", "--without-heartbeat"])
    else:
        submit(int(sys.argv[2]))
