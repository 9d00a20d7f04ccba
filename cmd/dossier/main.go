// Command dossier turns a pile of legal papers into a case file that can be
// searched, questioned and trusted.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/dossier-legal/dossier/internal/extract/readers"
)

// childCommand is how this program starts itself to read one file after
// another in a process that can be killed.
const childCommand = "extract-child"

func main() {
	// The child comes before the command line is parsed: it starts often.
	if len(os.Args) > 1 && os.Args[1] == childCommand {
		os.Exit(readers.Main(os.Args[2:], os.Stdin, os.Stdout))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C kills
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}
