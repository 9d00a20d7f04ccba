package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
)

// OutputKey names an output: what made it, and the SHA-256, in hex, of all it
// was made from.
type OutputKey struct{ Stage, Version, SHA256 string }

// OutputInfo describes an output in [Outputs].
type OutputInfo struct {
	Key     OutputKey
	Size    int64     // bytes
	Written time.Time // by the local clock
}

// Outputs keeps the small outputs of stages in one database file beside the
// record's, for one machine. A file for each would take a block of the file
// system for a few hundred bytes, and a folder for every two or three of them.
// It is safe for concurrent use, also by several processes.
//
// The file is not part of the record: what it loses is made again. Like the
// record, it loses nothing when a process is killed and the last moments at most
// in a power cut. What is deleted is overwritten with zeros, and its pages leave the file.
type Outputs struct {
	path        string
	mu          sync.Mutex // of opening and closing
	read, write *sql.DB    // nil: not open yet
}

// outputsSchema is written once: another layout gets another file.
const outputsSchema = `
CREATE TABLE IF NOT EXISTS stages (
    no      INTEGER PRIMARY KEY,
    stage   TEXT NOT NULL,
    version TEXT NOT NULL,
    UNIQUE (stage, version)
);
CREATE TABLE IF NOT EXISTS outputs (
    no         INTEGER PRIMARY KEY,
    stage_no   INTEGER NOT NULL REFERENCES stages (no),
    digest     BLOB    NOT NULL,
    written_at INTEGER NOT NULL,
    data       BLOB    NOT NULL,
    UNIQUE (stage_no, digest)
)`

// NewOutputs returns the outputs in the file at path. The file is opened, or made,
// by the first call that needs it: most commands need no output.
func NewOutputs(path string) *Outputs { return &Outputs{path: path} }

// open opens the file if it is not open yet.
func (o *Outputs) open(ctx context.Context) (err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read != nil {
		return nil
	}
	if err := private(o.path); err != nil {
		return err
	}
	// The mode of vacuuming is set before anything is written.
	pragmas := []string{"auto_vacuum(FULL)", "secure_delete(ON)", "cache_size(-2000)"}
	write, err := sqlitePool(o.path, 1, pragmas...)
	if err != nil {
		return err
	}
	if _, err := write.ExecContext(context.WithoutCancel(ctx), outputsSchema); err != nil {
		return errors.Join(err, write.Close())
	}
	read, err := sqlitePool(o.path, 4, pragmas...)
	if err != nil {
		return errors.Join(err, write.Close())
	}
	o.read, o.write = read, write
	return nil
}

// Close closes the file.
func (o *Outputs) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.read == nil {
		return nil
	}
	return errors.Join(o.read.Close(), o.write.Close()) // the last to close moves the log into the file
}

// find opens the file and returns the digest of key.
func (o *Outputs) find(ctx context.Context, key OutputKey) (digest []byte, err error) {
	if err := o.open(ctx); err != nil {
		return nil, o.failed(err)
	}
	if digest, err = hex.DecodeString(key.SHA256); err != nil {
		return nil, fmt.Errorf("output %v: %w", key, err)
	}
	return digest, nil
}

// failed marks a failure of the file, as against one of the record.
func (o *Outputs) failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return dossier.Errorf(dossier.CodeStorage, "the file of cached outputs cannot be used: %w", err).About(o.path).
		WithCure("free space there; if the file is damaged, delete it with its -wal and -shm files while no dossier runs: outputs are made again when they are needed")
}

// Get returns the output of key; ok is false if there is none.
func (o *Outputs) Get(ctx context.Context, key OutputKey) (data []byte, ok bool, err error) {
	digest, err := o.find(ctx, key)
	if err != nil {
		return nil, false, err
	}
	err = o.read.QueryRowContext(ctx, `SELECT o.data FROM stages s JOIN outputs o ON o.stage_no = s.no
		WHERE s.stage = ? AND s.version = ? AND o.digest = ?`, key.Stage, key.Version, digest).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return data, err == nil, o.failed(err)
}

// Put keeps data under key, in place of what was there. It is not cut short when ctx
// ends: what was made, or paid for, is worth keeping.
func (o *Outputs) Put(ctx context.Context, key OutputKey, data []byte) error {
	ctx = context.WithoutCancel(ctx)
	digest, err := o.find(ctx, key)
	if err != nil {
		return err
	}
	n, err := o.insert(ctx, key, digest, data)
	if err != nil || n > 0 {
		return o.failed(err)
	}
	if _, err := o.write.ExecContext(ctx, `INSERT INTO stages (stage, version) VALUES (?, ?) ON CONFLICT DO NOTHING`, key.Stage, key.Version); err != nil {
		return o.failed(err)
	}
	_, err = o.insert(ctx, key, digest, data)
	return o.failed(err)
}

// insert returns how many rows it wrote: none if the stage has no row yet.
func (o *Outputs) insert(ctx context.Context, key OutputKey, digest, data []byte) (int64, error) {
	res, err := o.write.ExecContext(ctx, `INSERT INTO outputs (stage_no, digest, written_at, data) SELECT no, ?3, ?4, ?5 FROM stages
		WHERE stage = ?1 AND version = ?2 ON CONFLICT (stage_no, digest) DO UPDATE SET written_at = excluded.written_at, data = excluded.data`, key.Stage, key.Version, digest, micros(time.Now()), data)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Delete removes the output of key, if there is one.
func (o *Outputs) Delete(ctx context.Context, key OutputKey) error {
	digest, err := o.find(ctx, key)
	if err != nil {
		return err
	}
	_, err = o.write.ExecContext(ctx, `DELETE FROM outputs WHERE stage_no = (SELECT no FROM stages WHERE stage = ? AND version = ?) AND digest = ?`,
		key.Stage, key.Version, digest)
	return o.failed(err)
}

// List calls f for all outputs in the order in which they were written first. One
// that is written or removed meanwhile may be among them or not. An error of f ends it.
func (o *Outputs) List(ctx context.Context, f func(OutputInfo) error) error {
	if err := o.open(ctx); err != nil {
		return o.failed(err)
	}
	const group = 1000 // no transaction is open while f runs
	after := int64(0)
	for {
		list := make([]OutputInfo, 0, group)
		rows, err := o.read.QueryContext(ctx, `SELECT o.no, s.stage, s.version, lower(hex(o.digest)), length(o.data), o.written_at
			FROM outputs o JOIN stages s ON s.no = o.stage_no WHERE o.no > ? ORDER BY o.no LIMIT ?`, after, group)
		if err := scanAll(rows, err, func(rows *sql.Rows) error {
			var i OutputInfo
			var written int64
			err := rows.Scan(&after, &i.Key.Stage, &i.Key.Version, &i.Key.SHA256, &i.Size, &written)
			i.Written = fromMicros(written)
			list = append(list, i)
			return err
		}, "list outputs"); err != nil {
			return o.failed(err)
		}
		for _, i := range list {
			if err := f(i); err != nil {
				return err
			}
		}
		if len(list) < group {
			return nil
		}
	}
}
