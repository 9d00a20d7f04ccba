// Package store keeps the record of truth: every SQL statement of dossier is
// here. Redis may lose everything at any moment; what this package has
// committed is what happened.
//
// One rule carries all guarantees: the outputs of a stage, the state of its
// task, the batch counts and the next task commit in one transaction
// ([DB.Write]). A task's effect is guarded by its fence: a worker that lost
// its claim changes zero rows and rolls back ([TxTasks.Finish]).
//
// The package runs on SQLite, in WAL mode with one writer connection and a pool
// of readers, and on PostgreSQL, with as many writers as there are. Statements
// are written once, with $1 placeholders and two macros for lists (see
// [dialect]); what else differs between the engines is in the dialect. Nothing
// depends on the state of a session, so that a pool of connections in front of
// PostgreSQL may deal transactions out as it likes. Times are stored as UTC
// microseconds.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dossier-legal/dossier"
)

// DB is an open database. It is safe for concurrent use.
type DB struct{ database }

// database is what every read of the record needs.
type database struct {
	dialect *dialect
	read    *sql.DB
	writer  *sql.DB // on PostgreSQL the same pool as read
	single  *writer // SQLite's one writing connection, nil on PostgreSQL
	id      string  // made by a migration
	name    string  // host:port/name of a server's, or the path of a file
	clock   clock
	lease   atomic.Int64 // of workers, see [DB.SetLease]; 0: defaultLease
	mu      sync.Mutex
	stmts   map[string]*sql.Stmt // of the readers, on SQLite
}

// clock is the time of the database's server, so that workers whose own clocks
// disagree still agree on what is due and who has fallen silent. It goes on
// from the last look at the server's clock, whatever becomes of the local one.
type clock struct {
	mu            sync.Mutex
	server, local time.Time        // of the last look; zero on SQLite
	here          func() time.Time // the local clock; nil: time.Now
	fixed         func() time.Time // in place of the server's, or nil
}

// wall is the time of the local clock.
func (c *clock) wall() time.Time {
	if c.here == nil {
		return time.Now()
	}
	return c.here()
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.fixed != nil:
		return c.fixed()
	case c.local.IsZero():
		return c.wall()
	}
	return c.server.Add(c.wall().Sub(c.local))
}

// Now is the time by which the record goes.
func (db *DB) Now() time.Time { return db.now() }

func (db *database) now() time.Time { return db.clock.now() }

// SyncClock looks at the clock of the database's server. On SQLite that is the
// local one. A clock that was set with [WithClock] stays.
func (db *DB) SyncClock(ctx context.Context) error {
	if db.single != nil || db.clock.fixed != nil {
		return nil
	}
	asked := db.clock.wall()
	var us int64
	if err := db.one(ctx, []any{&us}, `SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint`); err != nil {
		return err
	}
	local := db.clock.wall()
	db.clock.mu.Lock()
	defer db.clock.mu.Unlock()
	db.clock.server, db.clock.local = fromMicros(us).Add(local.Sub(asked)/2), local
	return nil
}

// writer is the one connection that writes, with its prepared statements:
// SQLite has one writer at a time, and queueing for it here is fairer and
// cheaper than in its busy loop.
type writer struct {
	mu    sync.Mutex
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// Option changes how a database is opened.
type Option func(*DB)

// WithClock makes now the time by which the record goes, in place of the
// server's: leases, delays and due times can then be made to pass.
func WithClock(now func() time.Time) Option {
	return func(db *DB) { db.clock.fixed = now }
}

// Open opens the database and migrates it to the current schema: PostgreSQL if
// where is a postgres:// address, and otherwise the SQLite file of that path,
// which is made if it is missing.
func Open(ctx context.Context, where string, options ...Option) (*DB, error) {
	open := openSQLite
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		open = openPostgres
	}
	db, err := open(ctx, where)
	if err != nil {
		return nil, err
	}
	for _, o := range options {
		o(db)
	}
	return db, nil
}

// ID is the random id of the database, by which it is told from others. A copy
// of a database has the id of the original.
func (db *DB) ID() string { return db.id }

// Name says where the database is, without the user: host:port/name, or the path
// of a file.
func (db *DB) Name() string { return db.name }

// identify reads the id of the database.
func (db *database) identify(ctx context.Context) error {
	return db.one(ctx, []any{&db.id}, `SELECT id FROM database_identity`)
}

// Shared reports whether other processes, on other machines too, may work on
// the database at the same time.
func (db *DB) Shared() bool { return db.single == nil }

// Close closes the database.
func (db *DB) Close() error {
	var errs []error
	// SQLite moves the log into the database file when the last connection
	// closes, and a connection with open statements does not.
	for _, s := range db.stmts {
		errs = append(errs, s.Close())
	}
	if db.single != nil {
		for _, s := range db.single.stmts {
			errs = append(errs, s.Close())
		}
		errs = append(errs, db.single.conn.Close())
	}
	if db.read != nil {
		errs = append(errs, db.read.Close())
	}
	if db.writer != nil && db.writer != db.read {
		errs = append(errs, db.writer.Close())
	}
	return errors.Join(errs...)
}

// Tx is a write transaction. It is valid inside [DB.Write] only.
//
// New tasks, news for webhooks and the countdowns of chords are gathered and
// written at the end, in one statement each: the row of a chord, which all members of its batch
// share, is locked for no longer than a commit takes.
type Tx struct{ transaction }

// transaction is what every statement of a [Tx] needs.
type transaction struct {
	dialect *dialect
	limits  limits
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt // nil on PostgreSQL
	now     int64
	tasks   []NewTask
	chords  map[string]countdown
	joined  []Member // documents that were under way when a batch joined them
	news    []news   // for webhooks
}

// Write runs f in one transaction and commits it; an error from f rolls it
// back. Its statements are not cut short when ctx ends: work that is done is
// worth recording.
//
// On PostgreSQL f runs again if the engine asked for that (a deadlock, a
// restart, a lock that was not free in time) and nothing was committed, so any
// side effects outside the transaction must be idempotent.
//
// There, too, a transaction ends when nothing happens in it for half a lease,
// and waits no longer than that for a lock: the locks of a process that is
// frozen are free before its lease is over. A statement may take as long as it
// needs. If the tries are used up, the error is [dossier.CodeBusy].
func (db *DB) Write(ctx context.Context, f func(tx *Tx) error) error { return db.update(ctx, f) }

func (db *database) update(ctx context.Context, f func(tx *Tx) error) error {
	half := db.halfLease()
	return db.write(ctx, limits{idle: half, lock: half}, f)
}

// WriteBrief is [DB.Write] for transactions that touch few rows, and that others
// wait for: each of its statements, too, ends after half a lease.
func (db *DB) WriteBrief(ctx context.Context, f func(tx *Tx) error) error {
	half := db.halfLease()
	return db.write(ctx, limits{idle: half, lock: half, statement: half}, f)
}

// WriteLong is [DB.Write] for what a person asks for and what may compute for
// minutes between two statements.
func (db *DB) WriteLong(ctx context.Context, f func(tx *Tx) error) error {
	return db.write(ctx, limits{idle: longIdle, lock: db.halfLease()}, f)
}

const (
	defaultLease = 30 * time.Second
	// longIdle ends a transaction of [DB.WriteLong] whose process is gone.
	longIdle = 15 * time.Minute
)

// SetLease says how long a worker may be silent before others take its work;
// without it that is 30 s. The limits of transactions follow from it.
func (db *DB) SetLease(lease time.Duration) { db.lease.Store(int64(lease)) }

func (db *database) halfLease() time.Duration {
	return cmp.Or(time.Duration(db.lease.Load()), defaultLease) / 2
}

func (db *database) write(ctx context.Context, l limits, f func(tx *Tx) error) error {
	if db.single != nil {
		db.single.mu.Lock()
		defer db.single.mu.Unlock()
		return db.inTransaction(ctx, &Tx{transaction{dialect: db.dialect, conn: db.single.conn, stmts: db.single.stmts}}, f)
	}
	for try := 0; ; try++ {
		err := db.writeOnce(ctx, l, f)
		if err == nil || !db.dialect.tryAgain(err) || try == writeTries || ctx.Err() != nil {
			return err
		}
		pause(ctx, try)
	}
}

// writeTries bounds how often a transaction is repeated: with [pause], for
// about twenty seconds, in which a server restarts.
const writeTries = 10

// pause waits before try+1: 10 ms, doubling to 4 s, give or take a half.
func pause(ctx context.Context, try int) {
	d := min(4*time.Second, 10*time.Millisecond<<try)
	select {
	case <-ctx.Done():
	case <-time.After(d/2 + rand.N(d)):
	}
}

func (db *database) writeOnce(ctx context.Context, l limits, f func(tx *Tx) error) (err error) {
	conn, err := db.writer.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return dbError("connect", err)
	}
	defer func() {
		if closeErr := conn.Close(); closeErr != nil && !errors.Is(closeErr, sql.ErrConnDone) {
			err = errors.Join(err, closeErr)
		}
	}()
	return db.inTransaction(ctx, &Tx{transaction{dialect: db.dialect, limits: l, conn: conn}}, f)
}

// inTransaction runs f between begin and commit.
func (db *database) inTransaction(ctx context.Context, tx *Tx, f func(tx *Tx) error) (err error) {
	tx.now = micros(db.now())
	if err := db.dialect.begin(ctx, &tx.transaction); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f failed or panicked
			_, rollbackErr := tx.exec(ctx, "ROLLBACK")
			if rollbackErr != nil && db.dialect.tryAgain(err) {
				rollbackErr = nil // the connection broke: there is nothing left to roll back
			}
			err = errors.Join(err, rollbackErr)
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.flush(ctx); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "COMMIT"); err != nil {
		return committing{err}
	}
	done = true
	return nil
}

// committing is an error of COMMIT itself: whether the transaction took place
// is not known.
type committing struct{ error }

func (c committing) Unwrap() error { return c.error }

// flush writes what was gathered. Chords come first: one that reaches zero
// makes a task.
func (tx *transaction) flush(ctx context.Context) error {
	if err := tx.flushDeliveries(ctx); err != nil {
		return err
	}
	if err := tx.flushChords(ctx); err != nil {
		return err
	}
	if err := tx.flushTasks(ctx); err != nil {
		return err
	}
	return tx.flushJoined(ctx)
}

func dbError(query string, err error) error {
	code := dossier.CodeDatabase
	if serverBusy(err) {
		code = dossier.CodeBusy
	}
	return dossier.Errorf(code, "%q: %w", strings.Join(strings.Fields(query), " "), err)
}

// exec runs a statement and returns how many rows it changed.
func (tx *transaction) exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx = context.WithoutCancel(ctx)
	var res sql.Result
	var err error
	if tx.stmts == nil {
		res, err = tx.conn.ExecContext(ctx, tx.dialect.text(query), tx.dialect.args(args)...)
	} else {
		var s *sql.Stmt
		if s, err = tx.stmt(ctx, query); err == nil {
			res, err = s.ExecContext(ctx, args...)
		}
	}
	if err != nil {
		return 0, dbError(query, err)
	}
	return res.RowsAffected()
}

// stmt returns query prepared on SQLite's writing connection.
func (tx *transaction) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := tx.stmts[query]; s != nil {
		return s, nil
	}
	s, err := tx.conn.PrepareContext(ctx, tx.dialect.text(query))
	if err == nil {
		tx.stmts[query] = s
	}
	return s, err
}

// rows runs a query and calls scan for every row.
func (tx *transaction) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	ctx = context.WithoutCancel(ctx)
	if tx.stmts == nil {
		rows, err := tx.conn.QueryContext(ctx, tx.dialect.text(query), tx.dialect.args(args)...)
		return scanAll(rows, err, scan, query)
	}
	s, err := tx.stmt(ctx, query)
	if err != nil {
		return dbError(query, err)
	}
	rows, err := s.QueryContext(ctx, args...)
	return scanAll(rows, err, scan, query)
}

// one scans the single row of a query; sql.ErrNoRows if there is none.
func (tx *transaction) one(ctx context.Context, dest []any, query string, args ...any) error {
	return first(dest, func(scan func(*sql.Rows) error) error { return tx.rows(ctx, scan, query, args...) })
}

// rows runs a query on the readers and calls scan for every row.
func (db *database) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	if db.single == nil {
		rows, err := db.read.QueryContext(ctx, db.dialect.text(query), db.dialect.args(args)...)
		return scanAll(rows, err, scan, query)
	}
	s, err := db.prepared(ctx, query)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, args...)
	return scanAll(rows, err, scan, query)
}

// prepared returns query prepared for SQLite's readers.
func (db *database) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if s := db.stmts[query]; s != nil {
		return s, nil
	}
	s, err := db.read.PrepareContext(ctx, db.dialect.text(query))
	if err != nil {
		return nil, dbError(query, err)
	}
	db.stmts[query] = s
	return s, nil
}

// one scans the single row of a query; sql.ErrNoRows if there is none.
func (db *database) one(ctx context.Context, dest []any, query string, args ...any) error {
	return first(dest, func(scan func(*sql.Rows) error) error { return db.rows(ctx, scan, query, args...) })
}

// first scans the first row of a query; sql.ErrNoRows if there is none.
func first(dest []any, query func(scan func(*sql.Rows) error) error) error {
	found := false
	err := query(func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(dest...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// texts collects rows of one text column.
func texts(list *[]string) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		*list = append(*list, s)
		return err
	}
}

func scanAll(rows *sql.Rows, err error, scan func(*sql.Rows) error, query string) error {
	if err != nil {
		return dbError(query, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return dbError(query, err)
	}
	return nil
}

// insertRows inserts many rows that are not there yet.
func (tx *transaction) insertRows(ctx context.Context, table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.dialect.insertRows(context.WithoutCancel(ctx), tx, table, columns, rows)
}

// micros is how times are stored: UTC microseconds, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// fromMicros is the inverse of micros.
func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// bit is how truth is stored.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// jsonText renders v for a JSON column. The types stored have no way to fail.
func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("store: " + err.Error())
	}
	return string(b)
}

// notFound turns sql.ErrNoRows into an error that names what is missing.
func notFound(err error, what, which, cure string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return dossier.Errorf(dossier.CodeNotFound, "no such %s", what).About(which).WithCure(cure)
	}
	return err
}
