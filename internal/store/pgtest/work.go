package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Work is what a database and its server have done so far. The difference of
// two looks is the cost of what happened between them, whatever else the
// machine was doing: counts do not depend on its load.
type Work struct {
	Transactions int64         // committed, in the database
	Statements   int64         // executed, in the database; 0 without pg_stat_statements
	Inserted     int64         // rows
	Updated      int64         // rows
	HOT          int64         // of Updated, those that changed no index
	WAL          int64         // bytes, of the server
	CPU          time.Duration // of the server's processes
}

// Sub returns the work done since an earlier look.
func (w Work) Sub(earlier Work) Work {
	return Work{
		w.Transactions - earlier.Transactions, w.Statements - earlier.Statements, w.Inserted - earlier.Inserted,
		w.Updated - earlier.Updated, w.HOT - earlier.HOT, w.WAL - earlier.WAL, w.CPU - earlier.CPU,
	}
}

// CountStatements are settings with which a server counts statements.
var CountStatements = []string{"shared_preload_libraries='pg_stat_statements'", "pg_stat_statements.max=10000"}

// Work returns what the database at address and its server have done.
func (s *Server) Work(address string) (w Work, err error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return w, err
	}
	defer db.Close()
	ctx := context.Background()
	var preloaded string
	if err := db.QueryRowContext(ctx, `SHOW shared_preload_libraries`).Scan(&preloaded); err != nil {
		return w, err
	}
	if strings.Contains(preloaded, "pg_stat_statements") {
		if _, err := db.ExecContext(ctx, `CREATE EXTENSION IF NOT EXISTS pg_stat_statements`); err != nil {
			return w, err
		}
		if err := db.QueryRowContext(ctx, `SELECT coalesce(sum(calls), 0) FROM pg_stat_statements
			WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&w.Statements); err != nil {
			return w, err
		}
	}
	if err := db.QueryRowContext(ctx, `SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
		coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_hot_upd), 0),
		(pg_current_wal_insert_lsn() - '0/0')::bigint FROM pg_stat_user_tables`).
		Scan(&w.Transactions, &w.Inserted, &w.Updated, &w.HOT, &w.WAL); err != nil {
		return w, err
	}
	w.CPU, err = s.cpu()
	return w, err
}

// TopStatements lists the statements that took most time, with their calls.
func (s *Server) TopStatements(address string, n int) (list []string, err error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	rows, err := db.QueryContext(context.Background(), `SELECT round(total_exec_time), calls, round(mean_exec_time::numeric, 3),
		rows, wal_bytes, left(regexp_replace(query, '\s+', ' ', 'g'), 110) FROM pg_stat_statements
		WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time DESC LIMIT $1`, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ms, mean, wal float64
		var calls, count int64
		var query string
		if err := rows.Scan(&ms, &calls, &mean, &count, &wal, &query); err != nil {
			return nil, err
		}
		list = append(list, fmt.Sprintf("%8.0f ms %7d calls %8.3f ms %8d rows %9.0f KiB WAL  %s", ms, calls, mean, count, wal/1024, query))
	}
	return list, rows.Err()
}

// cpu is the CPU time of the server: of its processes that live, and of those
// that have ended.
func (s *Server) cpu() (time.Duration, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended meanwhile
		}
		_, after, _ := strings.Cut(string(raw), ") ")
		f := strings.Fields(after) // from the state, field 3 of proc(5)
		if len(f) < 15 || pid != s.cmd.Process.Pid && f[1] != strconv.Itoa(s.cmd.Process.Pid) {
			continue
		}
		for i := 11; i < 15; i++ { // utime, stime, and those of children waited for
			n, err := strconv.ParseInt(f[i], 10, 64)
			if err != nil {
				return 0, err
			}
			total += n
		}
	}
	const ticks = 100 // a second, on every Linux
	return time.Duration(total) * time.Second / ticks, nil
}
