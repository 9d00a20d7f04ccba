// Command bench measures dossier against the tools people would use instead
// and prints one Markdown table. Both sides of a ratio read the same files in
// the same run, taking turns, so that the load of the machine falls on both;
// only where the goal itself is an absolute time is a time given alone.
//
// It works in a temporary directory and writes nothing anywhere else.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dossier-legal/dossier/tools/internal/lab"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == workerCommand {
		if err := work(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench worker:", err)
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of the program.
type bench struct {
	ctx     context.Context
	dossier lab.Dossier
	tmp     string
	rounds  int
	texts   papers // PDFs with a text layer
	scans   papers // PDFs that are pictures
	many    int    // documents of the memory row
	table   lab.Table
}

func run(ctx context.Context) (err error) {
	binary := flag.String("dossier", "bin/dossier", "the program under measure")
	files := flag.String("files", "", "folder of PDFs to measure with, instead of a corpus (default: the corpus, else the example case file)")
	rounds := flag.Int("rounds", 2, "how often each side takes its turn")
	scanPages := flag.Int("scan-pages", 12, "pages of scans, about")
	documents := flag.Int("documents", 1000, "documents of the memory row")
	only := flag.String("only", "", "rows to measure: text,extract,scans,ocrmypdf,thousand,again,start,help,memory,work,overhead,scale (default: all)")
	flag.Parse()

	b := bench{ctx: ctx, rounds: max(*rounds, 1), many: *documents}
	if b.dossier, err = lab.NewDossier(*binary); err != nil {
		return err
	}
	if b.tmp, err = os.MkdirTemp("", "dossier-bench-"); err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(b.tmp)) }()
	source, err := b.gather(*files, *scanPages)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n\nFiles: %s; text layer: %d files, %d pages; scans: %d files, %d pages.\n\n",
		machine(ctx), source, len(b.texts.files), b.texts.pages, len(b.scans.files), b.scans.pages)
	b.table.Head = []string{"what", "ours", "peer", "ratio", "goal", "command"}
	for _, row := range []struct {
		name    string
		measure func() error
	}{
		{"text", b.textLayer},
		{"extract", b.extraction},
		{"scans", b.recognition},
		{"ocrmypdf", b.ocrmypdf},
		{"thousand", b.thousand},
		{"again", b.secondRun},
		{"start", b.firstStart},
		{"help", b.help},
		{"memory", b.memory},
		{"work", b.work},
		{"overhead", b.overhead},
		{"scale", b.scale},
	} {
		if *only != "" && !strings.Contains(","+*only+",", ","+row.name+",") {
			continue
		}
		fmt.Fprintln(os.Stderr, "bench:", row.name)
		if err := row.measure(); err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
	}
	return b.table.Print(os.Stdout)
}

// machine describes what the figures were measured on.
func machine(ctx context.Context) string {
	parts := []string{fmt.Sprintf("Machine: %d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())}
	for _, tool := range [][]string{{"pdftotext", "-v"}, {"tesseract", "--version"}} {
		parts = append(parts, version(ctx, tool[0], tool[1]))
	}
	return strings.Join(parts, "; ") + "."
}

// version is the first line of what a tool says of itself.
func version(ctx context.Context, tool, flag string) string {
	out, err := exec.CommandContext(ctx, tool, flag).CombinedOutput()
	if err != nil {
		return tool + " is not installed"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// missing names the first tool that is not there, or "".
func missing(tools ...string) string {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			return tool
		}
	}
	return ""
}

// fresh returns the path of a directory that does not exist yet.
func (b *bench) fresh(name string) (string, error) {
	dir, err := os.MkdirTemp(b.tmp, name+"-")
	return filepath.Join(dir, name), err
}
