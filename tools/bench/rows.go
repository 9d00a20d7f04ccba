package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// duel lets two sides take turns over the same pages and returns their pages
// per second and ratio, over all rounds and as the range of the rounds, and what
// they took of processor time, which a busy machine changes less.
func (b *bench) duel(pages int, ours, peer func() (time.Duration, error)) (row [3]string, err error) {
	var sums [2]lab.Cost
	ratios := make([]float64, b.rounds)
	for i := range ratios {
		var took [2]time.Duration
		for side, f := range []func() (time.Duration, error){ours, peer} {
			before := childrenCPU()
			if took[side], err = f(); err != nil {
				return row, err
			}
			sums[side].Wall += took[side]
			sums[side].CPU += childrenCPU() - before
		}
		ratios[i] = took[1].Seconds() / took[0].Seconds()
	}
	read := float64(pages * b.rounds)
	for side, sum := range sums {
		row[side] = fmt.Sprintf("%.1f pages/s, %.2f CPU-s a page", read/sum.Wall.Seconds(), sum.CPU.Seconds()/read)
	}
	row[2] = fmt.Sprintf("%.2f× (rounds %.2f–%.2f)", sums[1].Wall.Seconds()/sums[0].Wall.Seconds(), slices.Min(ratios), slices.Max(ratios))
	if sums[0].CPU > 0 {
		row[2] += fmt.Sprintf("; by CPU %.2f×", sums[1].CPU.Seconds()/sums[0].CPU.Seconds())
	}
	return row, nil
}

// childrenCPU is the processor time of all processes that this one and its
// descendants have waited for.
func childrenCPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &used); err != nil {
		panic(err) // only a wrong argument makes it fail
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// process times a whole run over a folder with a new data directory and checks
// that no page was lost, as a side that reads less would look fast.
func (b *bench) process(p papers) (time.Duration, error) {
	data, err := b.fresh("data")
	if err != nil {
		return 0, err
	}
	s, cost, err := b.dossier.Process(b.ctx, p.dir, data)
	if err == nil && s.Pages != p.pages {
		err = fmt.Errorf("dossier read %d of %d pages", s.Pages, p.pages)
	}
	return cost.Wall, err
}

// warm fills the compile cache: its cost has a row of its own.
func (b *bench) warm(p papers) error {
	_, err := b.dossier.Pages(b.ctx, p.files[0], "off")
	return err
}

func (b *bench) textLayer() error {
	const what, goal = "text-layer PDFs, end to end (all six stages)", "≥ 0.5×"
	const command = "`dossier process` with a new data directory; `pdftotext -bbox FILE`, a file after the other"
	if why := b.unable(b.texts, "pdftotext"); why != "" {
		b.table.Add(what, why, "", "", goal, command)
		return nil
	}
	if err := b.warm(b.texts); err != nil {
		return err
	}
	row, err := b.duel(b.texts.pages, func() (time.Duration, error) { return b.process(b.texts) }, b.pdftotext)
	b.table.Add(what, row[0], row[1], row[2], goal, command)
	return err
}

func (b *bench) recognition() error {
	const what, goal = "scans, end to end (all six stages)", "≥ 0.9×"
	const command = "`dossier process` with a new data directory; `pdftoppm -r 300 -gray -f N -l N FILE` piped into `OMP_THREAD_LIMIT=1 tesseract stdin stdout tsv`, as many pages at once as cores"
	if why := b.unable(b.scans, "pdftoppm", "tesseract"); why != "" {
		b.table.Add(what, why, "", "", goal, command)
		return nil
	}
	if err := b.warm(b.scans); err != nil {
		return err
	}
	row, err := b.duel(b.scans.pages, func() (time.Duration, error) { return b.process(b.scans) }, b.pipe)
	b.table.Add(what, row[0], row[1], row[2], goal, command)
	return err
}

// pipe recognises every page of the scans with pdftoppm and tesseract alone.
func (b *bench) pipe() (time.Duration, error) {
	type page struct {
		file   string
		number string
	}
	var pages []page
	for i, f := range b.scans.files {
		for n := range b.scans.each[i] {
			pages = append(pages, page{f, strconv.Itoa(n + 1)})
		}
	}
	start := time.Now()
	err := lab.Each(len(pages), func(i int) error { return b.recognise(pages[i].file, pages[i].number) })
	return time.Since(start), err
}

func (b *bench) recognise(file, page string) error {
	draw := exec.CommandContext(b.ctx, "pdftoppm", "-r", "300", "-gray", "-f", page, "-l", page, file)
	read := exec.CommandContext(b.ctx, "tesseract", "stdin", "stdout", "tsv")
	read.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	var err error
	if read.Stdin, err = draw.StdoutPipe(); err != nil {
		return err
	}
	read.Stdout = io.Discard
	if err := draw.Start(); err != nil {
		return err
	}
	readErr, drawErr := read.Run(), draw.Wait()
	if readErr != nil || drawErr != nil {
		return fmt.Errorf("%s page %s: tesseract: %w, pdftoppm: %w", filepath.Base(file), page, readErr, drawErr)
	}
	return nil
}

// unable says why a row cannot be measured, or "".
func (b *bench) unable(p papers, tools ...string) string {
	if tool := missing(tools...); tool != "" {
		return "n/a: " + tool + " is not installed"
	}
	if len(p.files) == 0 {
		return "n/a: there are no such files"
	}
	return ""
}

// secondRun processes a folder twice. What the first run has done is on record
// and must not be done again.
func (b *bench) secondRun() error {
	const what, goal = "second run over an unchanged folder, CPU time", "< 0.1×, no page read anew"
	const command = "`dossier process` twice with one data directory; rusage of the process and its children"
	p := b.texts
	if len(b.scans.files) > 0 && missing("tesseract") == "" {
		p = b.scans // recognition is the work that must not be paid twice
	}
	if len(p.files) == 0 {
		b.table.Add(what, "n/a: there are no files", "", "", goal, command)
		return nil
	}
	data, err := b.fresh("data")
	if err != nil {
		return err
	}
	_, first, err := b.dossier.Process(b.ctx, p.dir, data)
	if err != nil {
		return err
	}
	s, second, err := b.dossier.Process(b.ctx, p.dir, data)
	if err != nil {
		return err
	}
	anew := "no page read anew"
	if s.PagesPerSecond > 0 {
		anew = "PAGES WERE READ ANEW"
	}
	b.table.Add(what, fmt.Sprintf("%.2f s; %d of %d documents unchanged, cache hits %.0f %%, %s", second.CPU.Seconds(), s.Reused, s.Total, 100*s.CacheHitRate, anew),
		fmt.Sprintf("%.2f s (first run)", first.CPU.Seconds()), fmt.Sprintf("%.3f×", second.CPU.Seconds()/first.CPU.Seconds()), goal, command)
	return nil
}

// firstStart reads one page with an empty compile cache, then again.
func (b *bench) firstStart() error {
	const command = "`dossier extract FILE --ocr off` with XDG_CACHE_HOME set to an empty directory, then again (median of 5)"
	const what, goal = "first start with an empty compile cache (absolute, as the goal is)", "≤ 6 s; later ≤ 0.5 s"
	file := filepath.Join(b.tmp, "one-page.pdf")
	if err := os.WriteFile(file, onePage(), 0o600); err != nil {
		return err
	}
	cache, err := os.MkdirTemp(b.tmp, "cache-")
	if err != nil {
		return err
	}
	start := func() (time.Duration, error) {
		return b.wall([]string{"XDG_CACHE_HOME=" + cache}, "extract", file, "--ocr", "off")
	}
	first, err := start()
	if err != nil {
		return err
	}
	later, err := median(5, start)
	b.table.Add(what, fmt.Sprintf("%.2f s; later %.2f s", first.Seconds(), later.Seconds()), "", "", goal, command)
	return err
}

func (b *bench) help() error {
	took, err := median(10, func() (time.Duration, error) { return b.wall(nil, "--help") })
	b.table.Add("start of the program (absolute, as the goal is)", fmt.Sprintf("%.0f ms", float64(took.Microseconds())/1000), "", "", "≤ 50 ms", "`dossier --help`, median of 10")
	return err
}

// wall runs dossier and returns how long it took.
func (b *bench) wall(environ []string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(b.ctx, b.dossier.Path, args...)
	cmd.Env = append(os.Environ(), environ...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("dossier %s: %w: %s", args[0], err, out.String())
	}
	return time.Since(start), nil
}

func median(n int, f func() (time.Duration, error)) (time.Duration, error) {
	var all []time.Duration
	for range n {
		took, err := f()
		if err != nil {
			return 0, err
		}
		all = append(all, took)
	}
	slices.Sort(all)
	return all[n/2], nil
}
