package pipeline

import (
	"context"
	"errors"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

// cached returns the stage's output for an input with the given hash parts: from
// the cache, or by making it. The yield says which, under which key.
func cached[T any](ctx context.Context, p *Pipeline, s step, parts []string, do func() (T, error)) (T, store.Yield, error) {
	key := s.cacheKey(parts...)
	return output[T]{keys: []cache.Key{key}, keep: func(T) (cache.Key, bool) { return key, true }, do: do}.get(ctx, p, s)
}

// cacheKey is the key of an output of the stage that depends on the parts.
func (s step) cacheKey(parts ...string) cache.Key {
	return cache.Key{Stage: string(s.stage.Name), Version: s.stage.Version, SHA256: cache.Hash(parts...)}
}

// output is an output of a stage that is looked up or made.
type output[T any] struct {
	keys  []cache.Key                            // where it may be; workers agree by the first who makes it
	whole func(context.Context, T) (bool, error) // whether what was found may be used; nil: it always may
	keep  func(T) (key cache.Key, ok bool)       // where a new one is kept, if it is
	do    func() (T, error)
}

// get returns the output and a yield with its key and whether it was found.
func (o output[T]) get(ctx context.Context, p *Pipeline, s step) (value T, y store.Yield, err error) {
	renew, err := p.toRenew(ctx, s)
	if err != nil {
		return value, y, err
	}
	if !renew {
		key, hit, lead, err := o.find(ctx, p, s.stage, &value)
		defer lead.Release(ctx)
		if err != nil {
			return value, y, err
		}
		if hit {
			return value, store.Yield{CacheKey: key.String(), CacheHit: true}, nil
		}
	}
	if value, err = o.do(); err != nil {
		return value, y, err
	}
	y, err = o.put(ctx, p, s.task, value, renew)
	return value, y, err
}

// find looks an output up. If it is expensive and missing, lead keeps other
// workers from making it too; if another one has the lead, the error parks the
// task.
func (o output[T]) find(ctx context.Context, p *Pipeline, stage plan.Stage, value *T) (key cache.Key, hit bool, lead *cache.Lead, err error) {
	for _, key = range o.keys {
		if hit, err = p.Cache.Get(ctx, key, value); err != nil {
			p.Log.Warn("the cache cannot be read; working without it", "key", key, "err", err)
		}
		if hit {
			break
		}
	}
	if !hit && p.expensive(stage) {
		key = o.keys[0]
		lead, hit, err = p.Cache.Lead(ctx, key, value)
		if busy, ok := errors.AsType[cache.Busy](err); ok {
			return key, false, lead, queue.Park{Until: busy.Until, Why: busy.Error()}
		}
		if err != nil {
			p.Log.Warn("whether another worker makes the same is not known; making it", "key", key, "err", err)
		}
	}
	if hit && o.whole != nil {
		hit, err = o.whole(ctx, *value)
		return key, hit, lead, err
	}
	return key, hit, lead, nil
}

// put keeps a new output in the cache. One that the cache cannot take is
// marked in the yield, and made again later.
func (o output[T]) put(ctx context.Context, p *Pipeline, t store.Task, value T, renew bool) (y store.Yield, err error) {
	key, ok := o.keep(value)
	if !ok {
		return y, nil
	}
	y.CacheKey = key.String()
	if err := p.Cache.Put(ctx, key, value); err != nil {
		y.Unkept = true
		p.Log.Warn("the cache cannot be written; the output is made again later", "key", key, "err", err)
		return y, nil
	}
	if renew {
		return y, p.DB.Tasks().Renewed(ctx, t)
	}
	return y, nil
}

// toRenew reports whether the stage is to make its output without looking into
// the cache: the task is of a retry, and no attempt at it, nor [Pipeline.Try],
// has put its output there yet.
func (p *Pipeline) toRenew(ctx context.Context, s step) (bool, error) {
	if !s.task.Renew {
		return false, nil
	}
	t, err := p.DB.Tasks().Get(ctx, s.task.ID)
	return t.Renew, err
}

// expensive reports whether a stage takes long, or is paid for, so that it is
// worth asking whether another worker makes the same.
func (p *Pipeline) expensive(s plan.Stage) bool {
	return s.Name == dossier.StageOCR || p.Services.Costs(s.Name)
}
