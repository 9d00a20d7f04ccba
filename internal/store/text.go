package store

import (
	"database/sql/driver"
	"fmt"

	"github.com/klauspost/compress/zstd"
	"modernc.org/sqlite"
)

// SQLite keeps the text of a page as zstd where that is shorter: a BLOB in place
// of a TEXT. PostgreSQL compresses long values itself.

var (
	textEncoder = coder(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))) // there is one writer
	textDecoder = coder(zstd.NewReader(nil, zstd.WithDecoderConcurrency(0)))
)

// coder returns a coder whose options are constants: it cannot fail.
func coder[T any](c T, err error) T {
	if err != nil {
		panic("store: " + err.Error())
	}
	return c
}

func init() {
	// Views and triggers of the record call it by this name.
	sqlite.MustRegisterDeterministicScalarFunction("page_text", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		var text pageText
		err := text.Scan(args[0])
		return string(text), err
	})
}

// packText returns the text of a page as the engine keeps it.
func (d *dialect) packText(text string) any {
	if !d.packTexts {
		return text
	}
	if packed := textEncoder.EncodeAll([]byte(text), nil); len(packed) < len(text) {
		return packed
	}
	return text
}

// pageText scans the text of a page as either engine keeps it.
type pageText string

// Scan takes a TEXT as it is and unpacks a BLOB.
func (t *pageText) Scan(value any) error {
	switch v := value.(type) {
	case string:
		*t = pageText(v)
		return nil
	case []byte:
		text, err := textDecoder.DecodeAll(v, nil)
		if err != nil {
			return fmt.Errorf("the text of a page is damaged: %w", err)
		}
		*t = pageText(text)
		return nil
	}
	return fmt.Errorf("the text of a page is a %T", value)
}
