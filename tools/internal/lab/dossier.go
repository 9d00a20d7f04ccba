package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Dossier is the program under measure.
type Dossier struct {
	Path string // the binary
}

// NewDossier finds the binary.
func NewDossier(path string) (Dossier, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return Dossier{}, err
	}
	if _, err := os.Stat(abs); err != nil {
		return Dossier{}, fmt.Errorf("no dossier here (make build makes it): %w", err)
	}
	return Dossier{Path: abs}, nil
}

// partly is the exit code of a run in which some documents failed.
const partly = 3

// Summary is the part of the summary of a run that the programs look at.
type Summary struct {
	Documents      map[string]int `json:"documents"` // by final status
	Total          int            `json:"total"`
	Reused         int            `json:"reused"`
	Pages          int            `json:"pages"`
	OCRPages       int            `json:"ocr_pages"`
	PagesPerSecond float64        `json:"pages_per_second"` // of pages read in this run
	CacheHitRate   float64        `json:"cache_hit_rate"`
	Failures       []Failure      `json:"failures"`
}

// Failure is a file that a run could not make part of the case file.
type Failure struct {
	Path    string `json:"path"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Cost is what a finished command took.
type Cost struct {
	Wall time.Duration
	CPU  time.Duration // of the process and all children it waited for
	// Memory is the most that one of these processes held at once, in bytes.
	Memory int64
}

func costOf(cmd *exec.Cmd, start time.Time) Cost {
	cost := Cost{Wall: time.Since(start)}
	if state := cmd.ProcessState; state != nil {
		cost.CPU = state.UserTime() + state.SystemTime()
		if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
			cost.Memory = usage.Maxrss << 10
		}
	}
	return cost
}

// Process runs `dossier process` over path with a data directory. Documents
// that fail are in the summary, not an error.
func (d Dossier) Process(ctx context.Context, path, data string, args ...string) (Summary, Cost, error) {
	var out, log bytes.Buffer
	cmd := exec.CommandContext(ctx, d.Path, append([]string{"process", path, "--data", data, "--json"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &log
	start := time.Now()
	err := cmd.Run()
	cost := costOf(cmd, start)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != partly) {
		return Summary{}, cost, fmt.Errorf("dossier process: %w: %s", err, log.String())
	}
	var s Summary
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		return s, cost, fmt.Errorf("dossier process: summary: %w", err)
	}
	return s, cost, nil
}

// Output runs a command of dossier with the given standard input and returns
// what it printed.
func (d Dossier) Output(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, d.Path, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("dossier %s: %w: %s", args[0], err, strings.TrimSpace(string(exit.Stderr)))
	}
	return out, err
}

// OutputPartly is Output of a command that may fail for some of its files.
func (d Dossier) OutputPartly(ctx context.Context, args ...string) ([]byte, error) {
	var log bytes.Buffer
	cmd := exec.CommandContext(ctx, d.Path, args...)
	cmd.Stderr = &log
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != partly) {
		return nil, fmt.Errorf("dossier %s: %w: %s", args[0], err, strings.TrimSpace(log.String()))
	}
	return out, nil
}

// Measured runs a command of dossier and returns what it printed and what it
// took.
func (d Dossier) Measured(ctx context.Context, args ...string) ([]byte, Cost, error) {
	var out, log bytes.Buffer
	cmd := exec.CommandContext(ctx, d.Path, args...)
	cmd.Stdout, cmd.Stderr = &out, &log
	start := time.Now()
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("dossier %s: %w: %s", args[0], err, strings.TrimSpace(log.String()))
	}
	return out.Bytes(), costOf(cmd, start), err
}

// Page is a page as `dossier extract --as words --json` prints it.
type Page struct {
	Number int    `json:"number"`
	Source string `json:"source"` // "layer" or "ocr"
	Text   string `json:"text"`
	Words  []struct {
		Text string `json:"text"`
	} `json:"words"` // none for formats without pages
}

// Pages reads one file. An ocr of "" is dossier's own choice.
func (d Dossier) Pages(ctx context.Context, path, ocr string) ([]Page, error) {
	args := []string{"extract", path, "--as", "words", "--json"}
	if ocr != "" {
		args = append(args, "--ocr", ocr)
	}
	out, err := d.Output(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Pages []Page `json:"pages"`
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		return nil, fmt.Errorf("dossier extract: %w", err)
	}
	return doc.Pages, nil
}

// Each calls f for every index below n, as many at once as there are cores,
// and returns all errors.
func Each(n int, f func(i int) error) error {
	errs := make([]error, n)
	slots := make(chan struct{}, runtime.NumCPU())
	var wg sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = f(i)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
