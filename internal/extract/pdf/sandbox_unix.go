//go:build unix

package pdf

import (
	"context"
	"fmt"
	"syscall"

	"github.com/tetratelabs/wazero/experimental"
)

// sandboxMemory makes sandboxes take their memory from the system in one piece
// that grows in place. Otherwise each growth copies all of it, and a page
// picture costs three times its size.
func sandboxMemory(ctx context.Context) context.Context {
	return experimental.WithMemoryAllocator(ctx, experimental.MemoryAllocatorFunc(
		func(_, most uint64) experimental.LinearMemory {
			// Address space only: the system gives memory when it is touched.
			mem, err := syscall.Mmap(-1, 0, int(most), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
			if err != nil {
				panic(fmt.Errorf("reserve memory for PDFium: %w", err)) // reported by server.do
			}
			return &mappedMemory{mem}
		}))
}

type mappedMemory struct{ mem []byte }

// Reallocate implements experimental.LinearMemory.
func (m *mappedMemory) Reallocate(size uint64) []byte {
	if size > uint64(len(m.mem)) {
		return nil
	}
	return m.mem[:size]
}

// Free implements experimental.LinearMemory.
func (m *mappedMemory) Free() {
	if err := syscall.Munmap(m.mem); err != nil {
		panic(fmt.Errorf("release memory of PDFium: %w", err)) // reported by server.do
	}
}
