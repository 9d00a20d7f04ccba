package rdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// move is a key of an earlier layout and where it belongs now.
type move struct{ from, to string }

// moveGroup is how many keys go over at once: entries of the cache are large.
const moveGroup = 50

// Migrate moves keys of an earlier layout to where they belong now, with what
// is left of their time to live, and returns how many it moved by purpose; a
// dry run only counts. It knows three earlier layouts: plain names all in
// database 0, prefixed names, and numbered databases on another server that is
// still in use for some purpose. Names that are not dossier's stay.
//
// A key that is there already wins over its earlier self. Migrate may be
// interrupted and run again at any time; what other programs write under an
// earlier name while it runs may be lost. The broker's memory is not moved but
// forgotten, except for what is asynq's: it belongs to a life of the broker
// that has ended, and the feeder hands out from SQL what was in it.
func (r *Redis) Migrate(ctx context.Context, dryRun bool) (map[Purpose]int, error) {
	moved := map[Purpose]int{}
	if r.Embedded() {
		return moved, nil // it began with this process
	}
	for _, s := range r.servers {
		databases := 1
		if s.numbered {
			databases = purposeCount
		}
		for db := range databases {
			if err := r.migrate(ctx, s, db, dryRun, moved); err != nil {
				return moved, fmt.Errorf("%s, database %d: %w", s.address, db, err)
			}
		}
	}
	return moved, nil
}

// migrate moves away what does not belong into the server's database.
func (r *Redis) migrate(ctx context.Context, s *server, db int, dryRun bool, moved map[Purpose]int) (err error) {
	o := s.address.options("migrate", db)
	o.PoolSize = 1
	src := client(o)
	defer func() { err = errors.Join(err, src.Close()) }()
	for page, err := range pages(ctx, src, "") {
		if err != nil {
			return err
		}
		for p, moves := range r.misplaced(s, db, page) {
			for group := range slices.Chunk(moves, moveGroup) {
				if !dryRun {
					if err := r.transfer(ctx, src, p, group); err != nil {
						return err
					}
				}
				moved[p] += len(group)
			}
		}
	}
	return nil
}

// misplaced picks the keys that belong elsewhere, by purpose.
func (r *Redis) misplaced(s *server, db int, keys []string) map[Purpose][]move {
	found := map[Purpose][]move{}
	for _, k := range keys {
		p, library, name, ok := place(db, k)
		if !ok {
			continue
		}
		home := 0
		if r.homes[p].numbered {
			home = int(p)
		}
		to := library + r.key(p, name)
		if r.homes[p] != s || home != db || to != k {
			found[p] = append(found[p], move{k, to})
		}
	}
	return found
}

// place says whose a key found in database db is, what a library put before it,
// and its name without either. Prefixed names are at home in database 0 only,
// plain names there and in the database of their purpose.
func place(db int, key string) (p Purpose, library, name string, ok bool) {
	name = key
	if rest, cut := strings.CutPrefix(key, "rate:"); cut {
		library, name = "rate:", rest
	}
	for _, p := range Purposes() {
		if rest, cut := strings.CutPrefix(name, prefix(p)); cut {
			return p, library, rest, db == 0
		}
	}
	p, ok = RateLimit, true
	if library == "" {
		p, ok = families[strings.SplitN(name, ":", 2)[0]]
	}
	return p, library, name, ok && (db == 0 || db == int(p))
}

// transfer copies a group of keys to their home and then deletes them: three
// round trips. A copy that is there already stays as it is.
func (r *Redis) transfer(ctx context.Context, src *redis.Client, p Purpose, group []move) error {
	if p != Broker {
		if err := copyKeys(ctx, src, r.For(p), group); err != nil {
			return err
		}
	}
	_, err := src.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, m := range group {
			pipe.Unlink(ctx, m.from)
		}
		return nil
	})
	return err
}

// copyKeys copies values and what is left of their time to live.
func copyKeys(ctx context.Context, src, dst *redis.Client, group []move) error {
	dumps := make([]*redis.StringCmd, len(group))
	ttls := make([]*redis.DurationCmd, len(group))
	read := src.Pipeline()
	for i, m := range group {
		dumps[i], ttls[i] = read.Dump(ctx, m.from), read.PTTL(ctx, m.from)
	}
	if err := run(ctx, read); err != nil {
		return err
	}
	write := dst.Pipeline()
	var copies []*redis.StatusCmd
	for i, m := range group {
		if err := dumps[i].Err(); errors.Is(err, redis.Nil) {
			continue // it has expired
		} else if err := errors.Join(err, ttls[i].Err()); err != nil {
			return err
		}
		copies = append(copies, write.Restore(ctx, m.to, restoreTTL(ttls[i].Val()), dumps[i].Val()))
	}
	if err := run(ctx, write); err != nil {
		return err
	}
	for _, c := range copies {
		if err := c.Err(); err != nil && !redis.HasErrorPrefix(err, "BUSYKEY") {
			return err
		}
	}
	return nil
}

// restoreTTL turns the answer of PTTL, -1 for a key that stays, into what
// RESTORE wants, 0 for such a key.
func restoreTTL(ttl time.Duration) time.Duration {
	if ttl == -1 {
		return 0
	}
	return max(time.Millisecond, ttl)
}
