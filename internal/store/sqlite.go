package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/dossier-legal/dossier"
)

func sqliteDialect() *dialect {
	return &dialect{
		name: "sqlite", goose: goose.DialectSQLite3,
		begin: func(ctx context.Context, tx *transaction) error { // there is one writer, so that rows need no locks
			_, err := tx.exec(ctx, "BEGIN IMMEDIATE")
			return err
		},
		oldestTransaction: "0", nextTransaction: "0", // there is only ever one
		list: "(SELECT value FROM json_each(%s))", in: "IN (SELECT value FROM json_each(%s))",
		inSelect: func(query string) string { return "IN (" + query + ")" },
		rows: func(arg string, columns []string) string {
			for i, c := range columns {
				name, _, _ := strings.Cut(c, " ")
				columns[i] = fmt.Sprintf("value ->> '%s' AS %s", name, name)
			}
			return fmt.Sprintf("(SELECT %s FROM jsonb_each(%s))", strings.Join(columns, ", "), arg)
		},
		values:     "json_each(%s)",
		tryAgain:   func(error) bool { return false },
		insertRows: insertOneByOne, packTexts: true, index: sqliteIndex,
	}
}

// openSQLite opens the database file at path.
func openSQLite(ctx context.Context, path string) (_ *DB, err error) {
	if err := private(path); err != nil {
		return nil, err
	}
	db := &DB{database{dialect: sqliteDialect(), name: path, stmts: map[string]*sql.Stmt{}}}
	if err := db.migrateSQLite(ctx, path); err != nil {
		return nil, err
	}
	if db.writer, err = sqlitePool(path, 1, withForeignKeys, writerCache, recordLog); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	if db.read, err = sqlitePool(path, 8, withForeignKeys, readerCache, recordLog); err != nil {
		return nil, err
	}
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeDatabase, "cannot open the database: %w", err).About(path)
	}
	db.single = &writer{conn: conn, stmts: map[string]*sql.Stmt{}}
	return db, db.identify(ctx)
}

// private makes the database file if it is missing, and has nobody but its owner
// read it: it holds the text of all documents. SQLite gives its log and its
// shared memory the same mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close())
	}
	if err != nil {
		return dossier.Errorf(dossier.CodeDatabase, "cannot open the database: %w", err).About(path).
			WithCure("check who owns the data directory and its files")
	}
	return nil
}

// migrateSQLite migrates on a connection without foreign keys: SQLite changes a
// table only by making it anew, and dropping the old one must not take along
// what refers to it.
func (db *database) migrateSQLite(ctx context.Context, path string) (err error) {
	pool, err := sqlitePool(path, 1, withoutForeignKeys, writerCache, recordLog)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	err = db.migrate(ctx, pool)
	if own, ok := errors.AsType[*dossier.Error](err); ok {
		return own.About(path)
	}
	return err
}

const (
	withForeignKeys    = "foreign_keys(1)"
	withoutForeignKeys = "foreign_keys(0)"

	// Pages that connections keep, in KiB. The writer changes the same pages again and again.
	// Readers are many, and what they lack comes from the memory of the operating system: with
	// 32 MB each they grew the process by a quarter of a gigabyte as the record grew.
	writerCache = "cache_size(-32000)"
	readerCache = "cache_size(-4000)"

	recordLog = "wal_autocheckpoint(4000)" // pages
)

// sqlitePool opens a pool of n connections. Every connection waits up to 20 s
// for a lock, and syncs at checkpoints only: a killed process loses nothing, a
// power cut at most the last moments. pragmas come before that, for what has to
// be set before anything is written.
func sqlitePool(path string, n int, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": slices.Concat([]string{"busy_timeout(20000)"}, pragmas,
		[]string{"journal_mode(WAL)", "synchronous(NORMAL)", "temp_store(MEMORY)"})}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}

// insertOneByOne inserts with a prepared statement: statements with many rows
// are ten times slower on SQLite.
func insertOneByOne(ctx context.Context, tx *transaction, table string, columns []string, rows [][]any) error {
	places := make([]string, len(columns))
	for i := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	query := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(columns, ", "), strings.Join(places, ", "))
	for _, row := range rows {
		if _, err := tx.exec(ctx, query, row...); err != nil {
			return err
		}
	}
	return nil
}

// checkSQLite reads through the database file.
func (db *database) checkSQLite(ctx context.Context) (version string, err error) {
	var verdict string
	if err := db.one(ctx, []any{&verdict}, `PRAGMA quick_check(1)`); err != nil {
		return "", err
	}
	if verdict != "ok" {
		return "", dossier.Errorf(dossier.CodeDatabase, "the database is damaged: %s", verdict).
			WithCure("restore it from a backup, or process the files again into a new data directory")
	}
	err = db.one(ctx, []any{&version}, `SELECT 'SQLite ' || sqlite_version()`)
	return version, err
}
