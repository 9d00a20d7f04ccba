// Package ocr turns the picture of a page into words.
//
// The recogniser is the tesseract program, one process per page. A process of
// its own costs little beside the recognition and buys much: a page that
// crashes it, hangs it or eats its memory fails alone. Each process runs on
// one thread, because tesseract's own threads cost several times the work
// they save; pages in parallel are the caller's business.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"dossier"
	"dossier/internal/child"
)

// Config says how to run tesseract. Zero fields get the defaults.
type Config struct {
	Path     string        // the program; default "tesseract", looked up in PATH
	Deadline time.Duration // per page; default 60 s
	Memory   int64         // cap on the resident memory of one process, in bytes; default 1 GiB
}

// Tesseract recognises pages. It is safe for concurrent use.
type Tesseract struct {
	cfg Config

	mu   sync.Mutex
	info *Info // of the installed program, once it is known
}

// Info describes the installed program.
type Info struct {
	Version   string   // "5.3.0"
	Languages []string // sorted: "eng", "osd"
}

// Image is the picture of one page: a file or the bytes of one.
type Image struct {
	Data  []byte // PGM, PNG, JPEG or TIFF; nil if Path is set
	Path  string // an absolute path
	Frame int    // which picture of a TIFF file, from 0
	DPI   int    // 0 if the file says it or nobody knows
}

// Result is what was read from a page. Boxes are pixels of the image.
type Result struct {
	Text   string
	Words  []dossier.Word // Text[w.Start:w.End] is w.Text
	Width  float32
	Height float32
}

// maxOutput bounds what is accepted for one page. A dense page of print is
// about 100 kB of TSV.
const maxOutput = 32 << 20

const installCure = "install Tesseract, on Debian or Ubuntu: apt-get install tesseract-ocr"

// languageName is what tesseract calls a language or script model.
var languageName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_/]*$`)

// New returns a recogniser. It starts nothing; see Probe.
func New(cfg Config) *Tesseract {
	if cfg.Path == "" {
		cfg.Path = "tesseract"
	}
	if cfg.Deadline <= 0 {
		cfg.Deadline = time.Minute
	}
	if cfg.Memory <= 0 {
		cfg.Memory = 1 << 30
	}
	return &Tesseract{cfg: cfg}
}

// Probe tells which tesseract is installed. If there is none, the error has
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
	ctx, cancel := context.WithTimeout(ctx, t.cfg.Deadline)
	defer cancel()
	out, err := t.run(ctx, []string{flag}, nil)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", missing(t.cfg.Path, err)
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
				WithCure("install it, on Debian or Ubuntu: apt-get install tesseract-ocr-" + strings.ReplaceAll(l, "_", "-"))
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
	page, cancel := context.WithTimeout(ctx, t.cfg.Deadline)
	defer cancel()
	upright, err := t.pass(page, ctx, img, languages, asItLies)
	if err != nil || !t.orients() || upright.trusted() {
		return upright, err
	}
	turned, err := t.pass(page, ctx, img, languages, turnedRight)
	if err != nil {
		return nil, err
	}
	if turned.weight() > upright.weight() {
		return turned, nil
	}
	return upright, nil
}

// The page segmentation modes: the second finds pages that lie on their side
// or upside down. Looking for that costs about half as much again on every
// page, so it is left to pages that read badly as they lie.
const (
	asItLies    = "3"
	turnedRight = "1"
)

// trustedMean is the mean confidence from which on a page was plainly the right
// way up. Of 44 scans, those that lay on their side or upside down and were not
// noticed read at 0.27 to 0.44, the worst upright copies at 0.58, print at 0.9.
const trustedMean = 0.5

// trusted reports whether the words leave no doubt how the page lies.
func (r *Result) trusted() bool {
	return len(r.Words) > 0 && r.weight() >= trustedMean*float64(len(r.Words))
}

// weight is how much was read with how much confidence.
func (r *Result) weight() float64 {
	sum := 0.0
	for _, w := range r.Words {
		sum += float64(w.Confidence)
	}
	return sum
}

// pass reads a page once. page ends with the page's deadline, ctx with the
// caller's patience.
func (t *Tesseract) pass(page, ctx context.Context, img Image, languages []string, mode string) (*Result, error) {
	out, err := t.run(page, t.arguments(img, languages, mode), img.Data)
	switch {
	case err == nil:
		return parseTSV(out)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, dossier.Errorf(dossier.CodeTimeout, "text recognition took longer than %v", t.cfg.Deadline)
	case errors.Is(err, child.ErrMemory):
		return nil, dossier.Errorf(dossier.CodeMemory, "text recognition used more than %d MiB", t.cfg.Memory>>20)
	case dossier.CodeOf(err) != dossier.CodeInternal:
		return nil, err
	}
	return nil, dossier.Errorf(dossier.CodeOCRFailed, "text recognition failed: %w", err)
}

func (t *Tesseract) arguments(img Image, languages []string, mode string) []string {
	input := "stdin"
	if img.Data == nil {
		input = img.Path
	}
	args := []string{input, "stdout", "-l", strings.Join(languages, "+"), "--psm", mode}
	if img.DPI > 0 {
		args = append(args, "--dpi", strconv.Itoa(img.DPI))
	}
	if img.Frame > 0 || img.Data == nil {
		args = append(args, "-c", "tessedit_page_number="+strconv.Itoa(img.Frame))
	}
	return append(args, "-c", "tessedit_create_tsv=1")
}

// orients reports whether the data for finding the orientation is installed.
func (t *Tesseract) orients() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.info != nil && slices.Contains(t.info.Languages, "osd")
}

// run starts the program, feeds it input and returns what it printed.
func (t *Tesseract) run(ctx context.Context, args []string, input []byte) ([]byte, error) {
	p, err := child.Start(append([]string{t.cfg.Path}, args...), "OMP_THREAD_LIMIT=1")
	if err != nil {
		return nil, err
	}
	stop := p.Watch(ctx, t.cfg.Memory)
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		// A program that dies early breaks the pipe; its exit says why.
		_, _ = p.Stdin.Write(input)
		_ = p.Stdin.Close()
	}()
	out, readErr := io.ReadAll(io.LimitReader(p.Stdout, maxOutput+1))
	if len(out) > maxOutput {
		p.Kill()
	}
	<-fed
	waitErr := p.Wait()
	if err := stop(); err != nil {
		return nil, err
	}
	switch {
	case len(out) > maxOutput:
		return nil, dossier.Errorf(dossier.CodeOutputTooLarge, "text recognition printed more than %d MiB", maxOutput>>20)
	case waitErr != nil:
		return nil, fmt.Errorf("%w: %s", waitErr, lastLine(p.Stderr()))
	case readErr != nil:
		return nil, readErr
	}
	return out, nil
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

// The columns of a TSV line, and the levels that matter.
const (
	colLevel, colBlock, colPar, colLine = 0, 2, 3, 4
	colLeft, colTop, colWidth           = 6, 7, 8
	colHeight, colConf, colText         = 9, 10, 11
	columns                             = 12

	levelPage, levelWord = 1, 5
)

// parseTSV builds the page from tesseract's table: one line of text per line
// of print, a blank line between paragraphs.
func parseTSV(tsv []byte) (*Result, error) {
	var (
		res  Result
		text strings.Builder
		last [3]int // block, paragraph, line of the word before
	)
	for line := range bytes.Lines(tsv) {
		fields := strings.SplitN(strings.TrimRight(string(line), "\r\n"), "\t", columns)
		if len(fields) < columns || fields[colLevel] == "level" {
			continue
		}
		n, err := numbers(fields[:colConf])
		if err != nil {
			return nil, dossier.Errorf(dossier.CodeOCRFailed, "text recognition printed a bad line: %w", err)
		}
		if n[colLevel] == levelPage {
			res.Width, res.Height = float32(n[colWidth]), float32(n[colHeight])
		}
		word := cleanWord(fields[colText])
		if n[colLevel] != levelWord || word == "" {
			continue
		}
		conf, err := strconv.ParseFloat(fields[colConf], 64)
		if err != nil || math.IsNaN(conf) {
			return nil, dossier.Errorf(dossier.CodeOCRFailed, "text recognition printed a bad confidence: %q", fields[colConf])
		}
		at := [3]int{n[colBlock], n[colPar], n[colLine]}
		if text.Len() > 0 {
			text.WriteString(separator(last, at))
		}
		last = at
		start := text.Len()
		text.WriteString(word)
		left, top := float32(n[colLeft]), float32(n[colTop])
		res.Words = append(res.Words, dossier.Word{
			Text:       word,
			Box:        dossier.Box{left, top, left + float32(n[colWidth]), top + float32(n[colHeight])},
			Confidence: float32(min(max(conf, 0), 100) / 100),
			Start:      start,
			End:        text.Len(),
		})
	}
	res.Text = text.String()
	return &res, nil
}

func numbers(fields []string) ([]int, error) {
	n := make([]int, len(fields))
	for i, f := range fields {
		var err error
		if n[i], err = strconv.Atoi(f); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func separator(a, b [3]int) string {
	switch {
	case a == b:
		return " "
	case a[0] == b[0] && a[1] == b[1]:
		return "\n"
	}
	return "\n\n"
}

// cleanWord drops white space, control characters and broken bytes.
func cleanWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f && r <= 0xa0 || r == '\ufffd' {
			return -1
		}
		return r
	}, s)
}
