package cache

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/klauspost/compress/zstd"
)

// packed is an entry as it is stored.
type packed struct {
	key  Key
	data []byte
}

// header marks an entry with its shape. The data of an entry is the header and
// the zstd (with checksum) of the value's JSON.
func header(key Key) []byte { return []byte("dossier/1 " + key.Stage + " " + key.Version + "\n") }

var (
	// The default window of 8 MiB would cost 32 MB of memory.
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(2))
)

func encode(key Key, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("cache %s: %w", key, err)
	}
	return encoder.EncodeAll(plain, header(key)), nil
}

// decode fills value, a pointer, if the data has its shape, and else leaves it
// alone.
func decode(key Key, data []byte, value any) error {
	zipped, ok := bytes.CutPrefix(data, header(key))
	if !ok {
		return fmt.Errorf("cache %s: a value of another shape", key)
	}
	plain, err := decoder.DecodeAll(zipped, nil)
	if err != nil {
		return fmt.Errorf("cache %s: %w", key, err)
	}
	target := reflect.ValueOf(value).Elem()
	fresh := reflect.New(target.Type())
	dec := json.NewDecoder(bytes.NewReader(plain))
	dec.DisallowUnknownFields() // a field that this type lacks means another shape
	if err := dec.Decode(fresh.Interface()); err != nil {
		return fmt.Errorf("cache %s: %w", key, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("cache %s: more than one value", key)
	}
	target.Set(fresh.Elem())
	return nil
}
