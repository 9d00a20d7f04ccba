package cache

import (
	"context"
	"errors"
	"strings"

	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/store"
)

// smallEntry is how many bytes an entry may have to go into the file of small
// ones. A larger one wastes little as a file of its own.
const smallEntry = 64 << 10

// local keeps small entries in one file and large ones among the blobs.
type local struct {
	small *store.Outputs
	large Durable
}

// Local returns a durable store for one machine that keeps entries of up to 64
// KiB in small and larger ones in large. An entry that large has is found
// whatever its size: it may be older than the file of small ones.
func Local(small *store.Outputs, large Durable) Durable { return local{small, large} }

// outputKey returns what the file of small entries calls an entry.
func outputKey(name string) (store.OutputKey, bool) {
	k, ok := ParseDurable(name)
	return store.OutputKey(k), ok
}

func (l local) Get(ctx context.Context, name string) ([]byte, bool, error) {
	var smallErr error
	if key, ok := outputKey(name); ok {
		data, ok, err := l.small.Get(ctx, key)
		if ok {
			return data, true, nil
		}
		smallErr = err
	}
	data, ok, err := l.large.Get(ctx, name)
	return data, ok, errors.Join(smallErr, err)
}

// Put removes the small entry that would hide a large one.
func (l local) Put(ctx context.Context, name string, data []byte) error {
	key, ok := outputKey(name)
	if ok && len(data) <= smallEntry {
		return l.small.Put(ctx, key, data)
	}
	if err := l.large.Put(ctx, name, data); err != nil || !ok {
		return err
	}
	return l.small.Delete(ctx, key)
}

func (l local) Delete(ctx context.Context, name string) error {
	err := l.large.Delete(ctx, name)
	if key, ok := outputKey(name); ok {
		err = errors.Join(err, l.small.Delete(ctx, key))
	}
	return err
}

// List may call f twice for an entry that was kept among the blobs before.
func (l local) List(ctx context.Context, prefix string, f func(blob.Info) error) error {
	if err := l.small.List(ctx, func(o store.OutputInfo) error {
		name := Key(o.Key).durable()
		if !strings.HasPrefix(name, prefix) {
			return nil
		}
		return f(blob.Info{Key: name, Size: o.Size, Written: o.Written})
	}); err != nil {
		return err
	}
	return l.large.List(ctx, prefix, f)
}
