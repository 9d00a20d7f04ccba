package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// extraction compares the reading of text layers alone, no record kept.
func (b *bench) extraction() error {
	const what, goal = "text-layer PDFs, extraction alone", "≥ 1.5×"
	const command = "`dossier extract --as words --json --ocr off FILES`; `pdftotext -bbox FILE`, a file after the other"
	if why := b.unable(b.texts, "pdftotext"); why != "" {
		b.table.Add(what, why, "", "", goal, command)
		return nil
	}
	if err := b.warm(b.texts); err != nil {
		return err
	}
	args := append([]string{"--as", "words", "--json", "--ocr", "off"}, b.texts.files...)
	row, err := b.duel(b.texts.pages, func() (time.Duration, error) { return b.extract(b.texts.pages, args...) }, b.pdftotext)
	b.table.Add(what, row[0], row[1], row[2], goal, command)
	return err
}

// extract times the reading of files and checks that no page was lost.
func (b *bench) extract(pages int, args ...string) (time.Duration, error) {
	out, cost, err := b.dossier.Measured(b.ctx, append([]string{"extract"}, args...)...)
	if err != nil {
		return 0, err
	}
	got := 0
	dec := json.NewDecoder(bytes.NewReader(out))
	for dec.More() {
		var doc struct{ Pages []struct{ Number int } }
		if err := dec.Decode(&doc); err != nil {
			return 0, err
		}
		got += len(doc.Pages)
	}
	if got != pages {
		return 0, fmt.Errorf("dossier read %d of %d pages", got, pages)
	}
	return cost.Wall, nil
}

func (b *bench) pdftotext() (time.Duration, error) {
	start := time.Now()
	for _, f := range b.texts.files {
		if out, err := exec.CommandContext(b.ctx, "pdftotext", "-bbox", f, os.DevNull).CombinedOutput(); err != nil {
			return 0, fmt.Errorf("pdftotext %s: %w: %s", f, err, out)
		}
	}
	return time.Since(start), nil
}

// unite makes one file of many.
func (b *bench) unite(name string, files []string) (string, error) {
	to := filepath.Join(b.tmp, name)
	if out, err := exec.CommandContext(b.ctx, "pdfunite", append(files, to)...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("pdfunite: %w: %s", err, out)
	}
	return to, nil
}

// ocrmypdf compares recognition with OCRmyPDF, its text only, at the resolution
// of the scans: once as it comes, and once told to find the orientation and the
// lean of pages, which dossier always does.
func (b *bench) ocrmypdf() error {
	const goal = "≥ 1.6×"
	what := "scans in one file, extraction alone, against OCRmyPDF"
	command := "`dossier extract FILE --json`; `ocrmypdf --force-ocr --output-type none --sidecar TEXT --jobs 2`"
	if why := b.unable(b.scans, "ocrmypdf", "pdfunite", "tesseract"); why != "" {
		b.table.Add(what, why, "", "", goal, command)
		return nil
	}
	file, err := b.unite("scans.pdf", b.scans.files)
	if err != nil {
		return err
	}
	if err := b.warm(b.scans); err != nil {
		return err
	}
	for _, options := range [][]string{nil, {"--rotate-pages", "--deskew"}} {
		row, err := b.duel(b.scans.pages, func() (time.Duration, error) {
			return b.extract(b.scans.pages, file, "--json")
		}, func() (time.Duration, error) {
			args := append([]string{"-q", "--force-ocr", "--output-type", "none", "--sidecar", os.DevNull, "--jobs", "2"}, options...)
			cmd := exec.CommandContext(b.ctx, "ocrmypdf", append(args, file, "-")...)
			cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
			start := time.Now()
			if out, err := cmd.CombinedOutput(); err != nil {
				return 0, fmt.Errorf("ocrmypdf: %w: %s", err, out)
			}
			return time.Since(start), nil
		})
		if err != nil {
			return err
		}
		with := strings.Join(options, " ")
		b.table.Add(strings.TrimSpace(what+" "+with), row[0], row[1], row[2], goal, strings.TrimSpace(command+" "+with))
	}
	return nil
}

// thousand reads one file of a thousand pages: all cores are to work on it, and
// all processes together are to hold little.
func (b *bench) thousand() error {
	const pages = 1000
	const what, goal = "one PDF of a thousand pages with text", "all cores at work; ≤ 1 GiB in all"
	const command = "`dossier extract FILE --as words --json --ocr off`; the processes' VmRSS summed up every 50 ms, what they share counted for each"
	if why := b.unable(b.texts, "pdfunite", "pdfinfo"); why != "" {
		b.table.Add(what, why, "", "", goal, command)
		return nil
	}
	file, err := b.pages(pages)
	if err != nil {
		return err
	}
	if err := b.warm(b.texts); err != nil {
		return err
	}
	cmd := exec.CommandContext(b.ctx, b.dossier.Path, "extract", file, "--as", "words", "--json", "--ocr", "off")
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	peak, err := watchTree(cmd)
	if err != nil {
		return fmt.Errorf("dossier extract: %w", err)
	}
	wall := time.Since(start)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	b.table.Add(what, fmt.Sprintf("CPU %.2f× wall on %d cores; peak %d MiB in all", cpu.Seconds()/wall.Seconds(), runtime.NumCPU(), peak>>20), "", "", goal, command)
	return nil
}

// pages makes a file of exactly n pages of the text-layer PDFs, repeated if
// they are fewer.
func (b *bench) pages(n int) (string, error) {
	var files []string
	for i := 0; n > 0; i++ {
		f, has := b.texts.files[i%len(b.texts.files)], b.texts.each[i%len(b.texts.files)]
		if has > n {
			continue // a smaller one follows, or one page does in the end
		}
		if out, err := exec.CommandContext(b.ctx, "pdfinfo", f).Output(); err != nil || bytes.Contains(out, []byte("Encrypted:       yes")) {
			continue // pdfunite takes none that are locked
		}
		files, n = append(files, f), n-has
	}
	return b.unite("thousand.pdf", files)
}

// watchTree waits for a process and returns the peak of the memory that it and
// its descendants held at once, in bytes.
func watchTree(cmd *exec.Cmd) (peak int64, err error) {
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return peak, err
		case <-tick.C:
			peak = max(peak, treeMemory(cmd.Process.Pid))
		}
	}
}

// treeMemory is what a process and its descendants hold. One that has just
// ended counts for nothing.
func treeMemory(pid int) int64 {
	dir := fmt.Sprintf("/proc/%d", pid)
	raw, err := os.ReadFile(dir + "/status")
	if err != nil {
		return 0
	}
	sum := statusField(raw, "VmRSS:")
	lists, err := filepath.Glob(dir + "/task/*/children")
	if err != nil {
		return sum
	}
	for _, list := range lists {
		children, err := os.ReadFile(list)
		if err != nil {
			continue
		}
		for c := range strings.FieldsSeq(string(children)) {
			if child, err := strconv.Atoi(c); err == nil {
				sum += treeMemory(child)
			}
		}
	}
	return sum
}
