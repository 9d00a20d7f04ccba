package store

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"github.com/dossier-legal/dossier"
)

func postgresDialect() *dialect {
	return &dialect{
		name: "postgres", goose: goose.DialectPostgres,
		begin: beginPostgres, forUpdate: " FOR UPDATE", forNoKeyUpdate: " FOR NO KEY UPDATE",
		forKeyShare: " FOR KEY SHARE", forShare: " FOR SHARE OF b", skipLocked: " FOR UPDATE SKIP LOCKED",
		oldestTransaction: "txid_snapshot_xmin(txid_current_snapshot())", nextTransaction: "txid_snapshot_xmax(txid_current_snapshot())",
		in:       "= ANY (ARRAY(SELECT jsonb_array_elements_text(coalesce(nullif(%s::jsonb, 'null'), '[]'))))",
		list:     "(SELECT value FROM jsonb_array_elements_text(coalesce(nullif(%s::jsonb, 'null'), '[]')) AS l (value))",
		inSelect: func(query string) string { return "= ANY (ARRAY(" + query + "))" },
		rows: func(arg string, columns []string) string {
			return fmt.Sprintf("(SELECT * FROM jsonb_to_recordset(coalesce(nullif(%s::jsonb, 'null'), '[]')) AS r (%s))", arg, strings.Join(columns, ", "))
		},
		values:     "jsonb_array_elements_text(%s::jsonb)",
		args:       cleanTexts,
		tryAgain:   tryAgainPostgres,
		insertRows: copyRows, index: postgresIndex,
	}
}

// beginPostgres begins a transaction. Its statements touch a few rows each,
// found by their ids. Of tables whose rows change state all the time the
// planner knows little, and it would rather read them, or a whole partial index
// with all its dead entries; so only plain ways through an index are left to
// it. The transaction's limits are set here too, not when the connection is
// made: behind a pool of connections settings of a session would stay with
// connections that others use. All of them end with the transaction.
func beginPostgres(ctx context.Context, tx *transaction) error {
	_, err := tx.exec(ctx, `BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;
		SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off; SET LOCAL jit = off; `+tx.limits.settings(),
		pgx.QueryExecModeSimpleProtocol)
	return err
}

// limits bound how long a transaction may hold its locks while nothing happens,
// so that a process that is frozen, or was cut off, stops no other; zero is no
// limit.
type limits struct {
	idle      time.Duration // between two statements, or while the client takes no rows
	lock      time.Duration // for a lock that another transaction holds
	statement time.Duration
}

// settings are the statements that set the limits. tcp_user_timeout ends a
// connection whose client takes no more rows, which no other timeout does while
// the server waits to send.
func (l limits) settings() string {
	return fmt.Sprintf(`SET LOCAL idle_in_transaction_session_timeout = %d; SET LOCAL tcp_user_timeout = %[1]d;
		SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d`,
		l.idle.Milliseconds(), l.lock.Milliseconds(), l.statement.Milliseconds())
}

// openPostgres connects to the server at address.
func openPostgres(ctx context.Context, address string) (*DB, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "not a PostgreSQL address: %s", withoutPassword(err.Error(), address)).
			About("--database").WithCure("write it as postgres://user@host:5432/name; the password may come from PGPASSWORD or ~/.pgpass")
	}
	// No statement is prepared on the server: behind a pool of connections the
	// next transaction may run on another one.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 10 * time.Second
	}
	cfg.DialFunc = dialer().DialContext
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = fmt.Sprintf("dossier:%d", os.Getpid()) // to tell them apart in pg_stat_activity
	}
	pooled, err := behindPool(ctx, cfg)
	if err != nil {
		return nil, connectError(err, cfg, address)
	}
	if pooled {
		cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	pool := stdlib.OpenDB(*cfg)
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(8)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	db := &DB{database{dialect: postgresDialect(), read: pool, writer: pool, name: serverName(cfg)}}
	if err := db.migrateTogether(ctx); err != nil {
		return nil, errors.Join(connectError(err, cfg, address), pool.Close())
	}
	if err := cmp.Or(db.identify(ctx), db.SyncClock(ctx)); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// serverName names the database of a connection in errors.
func serverName(cfg *pgx.ConnConfig) string {
	return fmt.Sprintf("%s:%d/%s", cfg.Host, cfg.Port, cfg.Database)
}

// behindPool reports whether a pool of connections such as pgbouncer stands in
// front of the server: the process that it names when a client connects is not
// the one that answers. There the next transaction may run on another
// connection to the server, so no statement can stay prepared. Elsewhere
// prepared statements save the server parsing and planning, which take longer
// than most of our statements.
func behindPool(ctx context.Context, cfg *pgx.ConnConfig) (bool, error) {
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return false, err
	}
	var serving uint32
	err = conn.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&serving)
	return serving != conn.PgConn().PID(), errors.Join(err, conn.Close(ctx))
}

// migrationLock is the key of the advisory lock that migrations hold.
const migrationLock = 0x646f7373696572 // "dossier"

// migrateTogether migrates while other workers may start and do the same. The
// lock belongs to a transaction, not to a session. Without anything to migrate
// nobody takes it.
func (db *database) migrateTogether(ctx context.Context) error {
	if behind, err := db.behind(ctx, db.writer); err != nil || !behind {
		return err
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // releases the lock; nothing was written
	// The holder of the lock waits in its transaction while it migrates, however
	// the server is set up.
	if _, err := tx.ExecContext(ctx, `SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(migrationLock)); err != nil {
		return err
	}
	return db.migrate(ctx, db.writer)
}

// connectError says what is wrong with the server or its address.
func connectError(err error, cfg *pgx.ConnConfig, address string) error {
	if own, ok := errors.AsType[*dossier.Error](err); ok {
		return own.About(serverName(cfg)) // of a migration
	}
	cure := "check that PostgreSQL runs there and that --database names it"
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "28P01", "28000":
			cure = "check user and password in --database or PGPASSWORD"
		case "3D000":
			cure = "create the database: createdb " + cfg.Database
		case "42501":
			cure = "give the user the right to create tables in the schema"
		}
	}
	return dossier.Errorf(dossier.CodeDatabase, "cannot use the database: %s", withoutPassword(cause(err).Error(), address)).
		About(serverName(cfg)).WithCure(cure)
}

// cause returns the one reason for which no connection was made. The client
// tries several ways in turn, every address of a host and TLS before plain
// connections, and reports all of them; what the server said counts first, and
// then the last way.
func cause(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg
	}
	connect, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	if tried, ok := connect.Unwrap().(interface{ Unwrap() []error }); ok {
		list := tried.Unwrap()
		return list[len(list)-1]
	}
	return connect
}

// withoutPassword takes the password of an address out of a text.
func withoutPassword(text, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "it cannot be parsed" // and what cannot be parsed may hold a password anywhere
	}
	if password, ok := u.User.Password(); ok && password != "" {
		text = strings.ReplaceAll(text, password, "…")
		text = strings.ReplaceAll(text, url.QueryEscape(password), "…")
	}
	return text
}

// again are the failures after which a transaction may be run again: the
// server rolled it back, or went away before it was committed.
var again = []string{
	"40001", // serialization_failure
	"40P01", // deadlock_detected
	"57P01", // admin_shutdown
	"57P02", // crash_shutdown
	"57P03", // cannot_connect_now
	"53300", // too_many_connections
	"55P03", // lock_not_available
	"25P03", // idle_in_transaction_session_timeout
	"25P04", // transaction_timeout
	"0A000", // feature_not_supported: a newer version has changed a table of a prepared statement
}

// busy are the failures of a server that is there and has no time: somebody
// else holds a lock, or a limit ended the statement or the transaction. Nothing
// was committed.
var busy = []string{
	"55P03", // lock_not_available
	"57014", // query_canceled
	"25P03", // idle_in_transaction_session_timeout
	"25P04", // transaction_timeout
	"53300", // too_many_connections
}

// serverBusy reports whether an engine had no time for a statement.
func serverBusy(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.Contains(busy, pg.Code)
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code()&0xff == sqlitelib.SQLITE_BUSY
}

// tryAgainPostgres reports whether a transaction failed in a way that lets it
// be run again. If the connection broke while it was committed, nobody knows
// whether it was: that is left to the caller's fences.
func tryAgainPostgres(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.Contains(again, pg.Code)
	}
	if _, ok := errors.AsType[committing](err); ok || err == nil {
		return false
	}
	return brokenConnection(err)
}

// copyRows inserts with COPY, which is many times faster than statements.
func copyRows(ctx context.Context, tx *transaction, table string, columns []string, rows [][]any) error {
	for i, row := range rows {
		rows[i] = cleanTexts(row)
	}
	err := tx.conn.Raw(func(conn any) error {
		_, err := conn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
		return err
	})
	if err != nil {
		return dbError("COPY "+table, err)
	}
	return nil
}

// Check proves that the database can be used and returns its engine's version.
func (db *DB) Check(ctx context.Context) (version string, err error) {
	if db.single != nil {
		return db.checkSQLite(ctx)
	}
	err = db.one(ctx, []any{&version}, `SELECT 'PostgreSQL ' || current_setting('server_version')`)
	return version, err
}

// Lock keeps other transactions from changing the names and entities of
// a project until this one ends.
func (tx TxProjects) Lock(ctx context.Context, projectID string) error {
	if tx.dialect.forUpdate == "" {
		return nil // the one writer has it all
	}
	var id string
	return tx.one(ctx, []any{&id}, `SELECT id FROM projects WHERE id = $1`+tx.dialect.forNoKeyUpdate, projectID)
}

// lock waits for a lock by name and holds it until the transaction ends.
func (tx *transaction) lock(ctx context.Context, name string) error {
	if tx.dialect.forUpdate == "" {
		return nil // the one writer has it all
	}
	_, err := tx.exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, name)
	return err
}

// lockShared is [transaction.lock] for those who may hold the lock at the same time; one
// that waits for it alone goes before those that come later.
func (tx *transaction) lockShared(ctx context.Context, name string) error {
	if tx.dialect.forUpdate == "" {
		return nil
	}
	_, err := tx.exec(ctx, `SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, name)
	return err
}

// TryLock takes a lock by name until the transaction ends, and reports whether
// it was free.
func (tx *Tx) TryLock(ctx context.Context, name string) (ok bool, err error) {
	if tx.dialect.forUpdate == "" {
		return true, nil
	}
	err = tx.one(ctx, []any{&ok}, `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))`, "dossier:"+name)
	return ok, err
}

// cleanTexts takes out of texts what PostgreSQL does not store: zero bytes and
// what is not UTF-8. The texts of documents have none; what programs say when
// they fail may have.
func cleanTexts(args []any) []any {
	for i, a := range args {
		v := reflect.ValueOf(a)
		if v.Kind() != reflect.String {
			continue
		}
		s := v.String()
		if strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
			s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
		}
		args[i] = s
	}
	return args
}

// Reason says why the database failed in words that name no statement, user or
// server, for places that others read.
func Reason(err error) string {
	pg, reported := errors.AsType[*pgconn.PgError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "the database did not answer in time"
	case serverBusy(err):
		return "the database has no time: a lock or a limit ended the statement"
	case brokenConnection(err), reported && strings.HasPrefix(pg.Code, "57P"): // it shuts down, or starts
		return "the database does not answer"
	case reported:
		return "the database reports SQLSTATE " + pg.Code
	}
	return "the database failed"
}

// brokenConnection reports whether an error says that the server is not there,
// or not any more.
func brokenConnection(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || errors.Is(err, sql.ErrConnDone) || pgconn.SafeToRetry(err) {
		return true
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn)
}
