// Package store keeps the record of truth: every SQL statement of dossier is
// here. Redis may lose everything at any moment; what this package has
// committed is what happened.
//
// One rule carries all guarantees: the outputs of a stage, the state of its
// task, the batch counts and the next task commit in one transaction
// ([DB.Write]). A task's effect is guarded by its fence: a worker that lost
// its claim changes zero rows and rolls back ([Tx.FinishTask]).
//
// The package runs on SQLite in WAL mode with one writer connection and a pool
// of readers. Statements are written with $1 placeholders and kept prepared.
// Times are stored as UTC microseconds.
package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"dossier"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// DB is an open database. It is safe for concurrent use.
type DB struct {
	writer *sql.DB
	w      writer
	read   *sql.DB
	mu     sync.Mutex
	stmts  map[string]*sql.Stmt // of the readers
}

// writer is the one connection that writes, with its prepared statements:
// SQLite has one writer at a time, and queueing for it here is fairer and
// cheaper than in its busy loop.
type writer struct {
	mu    sync.Mutex
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// Open opens the SQLite database file at path, makes it if it is missing and
// migrates it to the current schema.
func Open(ctx context.Context, path string) (_ *DB, err error) {
	db := &DB{stmts: map[string]*sql.Stmt{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db.writer, err = openSQLite(path, 1); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, err
	}
	if db.read, err = openSQLite(path, 8); err != nil {
		return nil, err
	}
	db.w.stmts = map[string]*sql.Stmt{}
	if db.w.conn, err = db.writer.Conn(ctx); err != nil {
		return nil, dossier.Errorf(dossier.CodeDatabase, "cannot open the database: %w", err).About(path)
	}
	return db, nil
}

// openSQLite opens a pool of n connections. Every connection waits up to 20 s
// for a lock, keeps foreign keys, and syncs at checkpoints only: a killed
// process loses nothing, a power cut at most the last moments.
func openSQLite(path string, n int) (*sql.DB, error) {
	q := url.Values{"_pragma": {
		"busy_timeout(20000)", "journal_mode(WAL)", "synchronous(NORMAL)",
		"foreign_keys(1)", "cache_size(-16000)", "temp_store(MEMORY)",
	}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// migrate brings the schema to the newest version.
func (db *DB) migrate(ctx context.Context) error {
	dir, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db.writer, dir)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return dossier.Errorf(dossier.CodeDatabase, "cannot migrate the database: %w", err)
	}
	return nil
}

// Close closes the database.
func (db *DB) Close() error {
	var errs []error
	// SQLite moves the log into the database file when the last connection
	// closes, and a connection with open statements does not.
	for _, stmts := range []map[string]*sql.Stmt{db.stmts, db.w.stmts} {
		for _, s := range stmts {
			errs = append(errs, s.Close())
		}
	}
	if db.w.conn != nil {
		errs = append(errs, db.w.conn.Close())
	}
	for _, pool := range []*sql.DB{db.read, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Tx is a write transaction. It is valid inside [DB.Write] only.
type Tx struct {
	w   *writer
	now int64
}

// Write runs f in one transaction and commits it; an error from f rolls it
// back. Its statements are not cut short when ctx ends: work that is done is
// worth recording.
func (db *DB) Write(ctx context.Context, f func(tx *Tx) error) (err error) {
	db.w.mu.Lock()
	defer db.w.mu.Unlock()
	tx := &Tx{w: &db.w, now: micros(time.Now())}
	if _, err := tx.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // f failed or panicked
			_, rollbackErr := tx.exec(ctx, "ROLLBACK")
			err = errors.Join(err, rollbackErr)
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// stmt returns query prepared on the writer's connection.
func (tx *Tx) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := tx.w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := tx.w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeDatabase, "prepare %q: %w", query, err)
	}
	tx.w.stmts[query] = s
	return s, nil
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := tx.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, dossier.Errorf(dossier.CodeDatabase, "%q: %w", query, err)
	}
	return res.RowsAffected()
}

// rows runs a query and calls scan for every row.
func (tx *Tx) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	ctx = context.WithoutCancel(ctx)
	s, err := tx.stmt(ctx, query)
	if err != nil {
		return err
	}
	return scanAll(ctx, s, scan, args)
}

// one scans the single row of a query; sql.ErrNoRows if there is none.
func (tx *Tx) one(ctx context.Context, dest []any, query string, args ...any) error {
	ctx = context.WithoutCancel(ctx)
	s, err := tx.stmt(ctx, query)
	if err != nil {
		return err
	}
	return oneRow(s.QueryRowContext(ctx, args...), dest)
}

// prepared returns query prepared for the readers.
func (db *DB) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if s := db.stmts[query]; s != nil {
		return s, nil
	}
	s, err := db.read.PrepareContext(ctx, query)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeDatabase, "prepare %q: %w", query, err)
	}
	db.stmts[query] = s
	return s, nil
}

// rows runs a query on the readers and calls scan for every row.
func (db *DB) rows(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	s, err := db.prepared(ctx, query)
	if err != nil {
		return err
	}
	return scanAll(ctx, s, scan, args)
}

// one scans the single row of a query; sql.ErrNoRows if there is none.
func (db *DB) one(ctx context.Context, dest []any, query string, args ...any) error {
	s, err := db.prepared(ctx, query)
	if err != nil {
		return err
	}
	return oneRow(s.QueryRowContext(ctx, args...), dest)
}

// oneRow scans a row; sql.ErrNoRows stays what it is.
func oneRow(row *sql.Row, dest []any) error {
	err := row.Scan(dest...)
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return dossier.Errorf(dossier.CodeDatabase, "query: %w", err)
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

func scanAll(ctx context.Context, s *sql.Stmt, scan func(*sql.Rows) error, args []any) error {
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return dossier.Errorf(dossier.CodeDatabase, "query: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return dossier.Errorf(dossier.CodeDatabase, "query: %w", err)
	}
	return nil
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

// Check proves that the database can be read and is whole, and returns the
// version of its engine.
func (db *DB) Check(ctx context.Context) (version string, err error) {
	var verdict string
	if err := db.one(ctx, []any{&verdict}, `PRAGMA quick_check(1)`); err != nil {
		return "", err
	}
	if verdict != "ok" {
		return "", dossier.Errorf(dossier.CodeDatabase, "the database is damaged: %s", verdict).
			WithCure("restore it from a backup, or process the files again into a new data directory")
	}
	err = db.one(ctx, []any{&version}, `SELECT sqlite_version()`)
	return version, err
}
