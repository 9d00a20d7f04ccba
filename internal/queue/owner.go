package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/store"
)

// A broker serves one database. The value of its epoch key is
//
//	ID of the database . epoch . name of the database
//
// so that workers of another database, which would take the ids of these tasks
// from the broker, find nothing under them and drop them, are refused.

// newLife is the value of the epoch key for a new life of the broker.
func newLife(db *store.DB) string {
	return db.ID() + "." + rand.Text() + "." + db.Name()
}

// adoptLife replaces the value of a life that names no database, as earlier
// versions wrote it, unless another process was faster.
//
//	KEYS: epoch key · ARGV: the value seen, the new value
var adoptLife = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])`)

// epochOf returns the epoch of a life, and an error if it is that of another
// database.
func epochOf(ctx context.Context, r *rdb.Redis, db *store.DB, life string) (string, error) {
	if !strings.Contains(life, ".") {
		var err error
		if life, err = adoptLife.Eval(ctx, r.For(rdb.Broker), []string{r.EpochKey()}, life, newLife(db)).Text(); err != nil {
			return "", fmt.Errorf("broker: %w", err)
		}
	}
	id, rest, _ := strings.Cut(life, ".")
	epoch, name, _ := strings.Cut(rest, ".")
	if id == db.ID() {
		return epoch, nil
	}
	server, flag := r.Where(rdb.Broker)
	return "", dossier.Errorf(dossier.CodeWrongRedis, "this Redis carries the work of the database %s (%.8s), not of %s (%.8s)",
		name, id, db.Name(), db.ID()).About(fmt.Sprintf("%s (%s)", flag, server)).
		WithCure(fmt.Sprintf("give each database a Redis of its own with %s; if the other database is gone, delete the key %s", flag, r.EpochKey()))
}

// CheckOwner fails with [dossier.CodeWrongRedis] if the broker is the one of
// another database. It changes nothing.
func CheckOwner(ctx context.Context, r *rdb.Redis, db *store.DB) error {
	life, err := r.For(rdb.Broker).Get(ctx, r.EpochKey()).Result()
	if errors.Is(err, redis.Nil) || err == nil && !strings.Contains(life, ".") {
		return nil // not bound yet
	}
	if err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	_, err = epochOf(ctx, r, db, life)
	return err
}

// Bind makes the broker the one of the database, and fails with
// [dossier.CodeWrongRedis] if it is the one of another.
func Bind(ctx context.Context, r *rdb.Redis, db *store.DB) error {
	e := &Engine{Config: Config{Redis: r, DB: db}}
	_, err := e.brokerEpoch(ctx)
	return err
}
