// Package ocr turns the picture of a page into words.
//
// The recogniser is the tesseract program, in processes that can be killed: a
// page that crashes one, hangs it or eats its memory fails alone. A process reads
// one page at a time, and up to 50 of them, because starting it is dear (see
// worker). A page that fails in a process that has read others is read again by a
// fresh one. Each process runs on one thread, because tesseract's own threads
// cost several times the work they save; pages in parallel are the caller's
// business.
//
// What is bounded is the processor time of a process, not how long it takes: a
// busy machine or a frozen process does not cost a page. See [child.Budget] and
// [child.Room].
package ocr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
)

// Config says how to run tesseract. Zero fields get the defaults.
type Config struct {
	Path    string       // the program; default "tesseract", looked up in PATH
	Budget  child.Budget // of one process; a page takes up to five of them. Default: 60 s of processor time
	Room    *child.Room  // where the processes work; default: one of their own, of any number
	TempDir string       // scratch space; default: the system's
	Memory  int64        // cap on the resident memory of one process, in bytes; default 1 GiB
	Idle    int          // processes that are kept while they wait for pages; default 2
}

// Tesseract recognises pages. It is safe for concurrent use.
type Tesseract struct {
	cfg Config

	mu     sync.Mutex
	info   *Info     // of the installed program, once it is known
	idle   []*worker // those that wait for pages, the longest waiting first
	closed bool
}

// Info describes the installed program.
type Info struct {
	Version   string   // "5.3.0"
	Languages []string // sorted: "eng", "osd"
}

// Image is a page to read: a picture, or a file that the program opens itself.
type Image struct {
	Picture *Picture // nil if Path is set
	Path    string   // an absolute path
	Frame   int      // which picture of a TIFF file, from 0
}

// Result is what was read from a page. Boxes are pixels of the image as it was
// given, however it had to be turned to be read.
type Result struct {
	Text   string
	Words  []dossier.Word // Text[w.Start:w.End] is w.Text
	Zones  []dossier.Zone
	Width  float32
	Height float32
	// Notes say what was done to the picture so that it could be read: "turned
	// by 90°", "straightened by 1.4°", "thickened".
	Notes []string
}

// maxOutput bounds what is accepted for one page. A dense page of print is
// about 100 kB of TSV.
const maxOutput = 32 << 20

const installCure = "install Tesseract, on Debian or Ubuntu: apt-get install tesseract-ocr"

// languageName is what tesseract calls a language or script model.
var languageName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/]*$`)

// New returns a recogniser. It starts nothing; see Probe. The caller closes it in
// the end.
func New(cfg Config) *Tesseract {
	if cfg.Path == "" {
		cfg.Path = "tesseract"
	}
	if cfg.Budget == (child.Budget{}) {
		cfg.Budget = child.Work(time.Minute)
	}
	if cfg.Room == nil {
		cfg.Room = child.NewRoom(math.MaxInt32)
	}
	if cfg.Memory <= 0 {
		cfg.Memory = 1 << 30
	}
	if cfg.Idle <= 0 {
		cfg.Idle = 2
	}
	return &Tesseract{cfg: cfg}
}

// Probe returns which tesseract is installed. If there is none, the error has
// code CodeOCRMissing and says how to get it.
func (t *Tesseract) Probe(ctx context.Context) (Info, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.info != nil {
		return *t.info, nil
	}
	version, err := t.ask(ctx, "--version")
	if err != nil {
		return Info{}, err
	}
	languages, err := t.ask(ctx, "--list-langs")
	if err != nil {
		return Info{}, err
	}
	t.info = &Info{Version: parseVersion(version), Languages: parseLanguages(languages)}
	return *t.info, nil
}

func (t *Tesseract) ask(ctx context.Context, flag string) (string, error) {
	out, err := t.run(ctx, []string{flag})
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", missing(t.cfg.Path, err)
	case ctx.Err() != nil:
		return "", ctx.Err()
	case tooLong(err) != nil:
		return "", tooLong(err)
	case err != nil:
		return "", dossier.Errorf(dossier.CodeOCRMissing, "tesseract does not run: %w", err).
			About(t.cfg.Path).WithCure(installCure)
	}
	return string(out), nil
}

func missing(path string, err error) error {
	return dossier.Errorf(dossier.CodeOCRMissing, "tesseract is not installed: %w", err).
		About(path).WithCure(installCure)
}

// parseVersion takes "5.3.0" from "tesseract 5.3.0\n leptonica-1.82.0 …".
func parseVersion(out string) string {
	if f := strings.Fields(out); len(f) > 1 && f[0] == "tesseract" {
		return f[1]
	}
	return strings.TrimSpace(out)
}

// parseLanguages reads the names below the headline of --list-langs.
func parseLanguages(out string) []string {
	var names []string
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); languageName.MatchString(line) {
			names = append(names, line)
		}
	}
	slices.Sort(names)
	return names
}

// Check reports whether pages in the languages can be read here: nil, or an
// error with code CodeOCRMissing or CodeOCRLanguage that says what to install.
func (t *Tesseract) Check(ctx context.Context, languages []string) error {
	info, err := t.Probe(ctx)
	if err != nil {
		return err
	}
	for _, l := range languages {
		if !slices.Contains(info.Languages, l) {
			return dossier.Errorf(dossier.CodeOCRLanguage, "tesseract has no data for the language %q", l).
				About(l).
				WithCure(fmt.Sprintf("installed are %s; on Debian or Ubuntu: apt-get install tesseract-ocr-%s",
					strings.Join(info.Languages, ", "), strings.ReplaceAll(l, "_", "-")))
		}
	}
	return nil
}

// Recognise reads the words of img, in reading order. A page without words is
// an empty Result and no error. Errors have codes CodeOCRMissing,
// CodeOCRLanguage, CodeTimeout, CodeMemory, CodeOutputTooLarge or
// CodeOCRFailed; when ctx ends, its error is returned.
func (t *Tesseract) Recognise(ctx context.Context, img Image, languages []string) (*Result, error) {
	if err := t.Check(ctx, languages); err != nil {
		return nil, err
	}
	p := page{t: t, ctx: ctx, languages: languages}
	if img.Picture == nil {
		return p.readFile(img)
	}
	return p.readPicture(img.Picture)
}

// orients reports whether the data for finding the orientation is installed.
func (t *Tesseract) orients() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.info != nil && slices.Contains(t.info.Languages, "osd")
}

// tooLong names the error of a program that exceeded its budget; nil for others.
func tooLong(err error) error {
	if over, ok := errors.AsType[*child.OverBudget](err); ok {
		return dossier.Errorf(dossier.CodeTimeout, "text recognition %w", over).
			WithCure("the picture may be noise; look at the page, and retry the document with `dossier batch retry`")
	}
	return nil
}

// run runs the program without input and returns what it printed.
func (t *Tesseract) run(ctx context.Context, args []string) (out []byte, err error) {
	err = t.cfg.Room.Run(ctx, func(times int) error {
		out, err = t.once(ctx, t.cfg.Budget.Times(times), args)
		return err
	})
	return out, err
}

// start starts the program, with a terminal for its output or a pipe.
func (t *Tesseract) start(args []string, onTerminal bool) (*child.Process, error) {
	confined := child.Confinement{TempDir: t.cfg.TempDir, MaxFile: maxOutput, Terminal: onTerminal}
	return child.StartConfined(append([]string{t.cfg.Path}, args...), confined, "OMP_THREAD_LIMIT=1")
}

func (t *Tesseract) once(ctx context.Context, budget child.Budget, args []string) ([]byte, error) {
	p, err := t.start(args, false)
	if err != nil {
		return nil, err
	}
	guard := p.Watch(ctx, t.cfg.Memory)
	guard.Allow("recognition", budget)
	_ = p.Stdin.Close() // it reads nothing
	out, readErr := io.ReadAll(io.LimitReader(p.Stdout, maxOutput+1))
	if len(out) > maxOutput {
		p.Kill()
	}
	waitErr := p.Wait()
	if err := guard.Stop(); err != nil {
		return nil, err
	}
	switch {
	case len(out) > maxOutput:
		return nil, tooMuch()
	case waitErr != nil:
		return nil, fmt.Errorf("%w: %s", waitErr, lastLine(p.Stderr()))
	case readErr != nil:
		return nil, readErr
	}
	return out, nil
}

func tooMuch() error {
	return dossier.Errorf(dossier.CodeOutputTooLarge, "text recognition printed more than %d MiB", maxOutput>>20)
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }
