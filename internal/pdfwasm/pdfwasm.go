// Package pdfwasm embeds PDFium, compiled to WebAssembly and compressed.
//
// The module is the one of the library go-pdfium at the version in go.mod. The
// library embeds it uncompressed, which would add 3.6 MB to the program. Only a
// process that reads PDF files decompresses it, in about 10 ms.
package pdfwasm

import (
	_ "embed"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

//go:generate sh -c "zstd -19 -q -f -o pdfium.wasm.zst \"$(go list -m -f '{{.Dir}}' github.com/klippa-app/go-pdfium)/webassembly/pdfium.wasm\""

//go:embed pdfium.wasm.zst
var compressed []byte

// Module returns the WebAssembly module of PDFium. The caller owns the bytes.
func Module() ([]byte, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("cannot start the decoder of PDFium: %w", err)
	}
	defer decoder.Close()
	module, err := decoder.DecodeAll(compressed, nil)
	if err != nil {
		return nil, fmt.Errorf("cannot decompress PDFium: %w", err)
	}
	return module, nil
}
