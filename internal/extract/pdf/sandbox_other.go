//go:build !unix

package pdf

import "context"

// sandboxMemory leaves the memory of sandboxes to their own means.
func sandboxMemory(ctx context.Context) context.Context { return ctx }
