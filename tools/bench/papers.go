package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// papers are files to measure with, gathered in one folder.
type papers struct {
	dir   string
	files []string
	pages int
	// each holds the page count of every file.
	each []int
}

// add copies a file into the folder.
func (p *papers) add(path string, pages int) error {
	to := filepath.Join(p.dir, fmt.Sprintf("%04d-%s", len(p.files), filepath.Base(path)))
	if err := copyFile(to, path); err != nil {
		return err
	}
	p.files, p.each, p.pages = append(p.files, to), append(p.each, pages), p.pages+pages
	return nil
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// gather finds the files to measure with and says where they are from: the
// given folder, or the corpus, or the example case file.
func (b *bench) gather(dir string, scanPages int) (string, error) {
	for _, p := range []*papers{&b.texts, &b.scans} {
		var err error
		if p.dir, err = os.MkdirTemp(b.tmp, "papers-"); err != nil {
			return "", err
		}
	}
	if dir != "" {
		return "the folder given with -files", b.classify(dir, scanPages)
	}
	if corpusDir, err := lab.Folder("DOSSIER_CORPUS", "../shared/corpus"); err == nil {
		corpus, err := lab.OpenCorpus(corpusDir)
		if err != nil {
			return "", err
		}
		return "the corpus of real papers", b.take(corpus, scanPages)
	}
	example := filepath.Join(b.tmp, "example")
	out, err := exec.CommandContext(b.ctx, "go", "run", "./examples/lawsuit/generate", "-out", example).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("no corpus (DOSSIER_CORPUS), no -files, and no example case file: %w: %s", err, out)
	}
	return "the example case file", b.classify(filepath.Join(example, "papers"), scanPages)
}

// take gathers from a corpus: every text-layer PDF, and scans of all its kinds.
func (b *bench) take(c *lab.Corpus, scanPages int) error {
	for _, f := range c.Select(lab.TextPDF) {
		if err := b.texts.add(c.Path(f.Name), f.Pages); err != nil {
			return err
		}
	}
	for _, f := range spread(c.Select(lab.ScanPDF), scanPages) {
		if err := b.scans.add(c.Path(f.Name), f.Pages); err != nil {
			return err
		}
	}
	return nil
}

// spread picks files evenly from a list until they have the wanted number of
// pages, about: neighbours in the list are of one kind.
func spread(files []lab.File, pages int) []lab.File {
	total := 0
	for _, f := range files {
		total += f.Pages
	}
	step := max(1, total/max(1, pages))
	var picked []lab.File
	for i := 0; i < len(files) && pages > 0; i += step {
		picked = append(picked, files[i])
		pages -= files[i].Pages
	}
	return picked
}

// classify gathers from any folder: a PDF whose pages all have a text layer is
// a text, one whose pages all had to be recognised a scan.
func (b *bench) classify(dir string, scanPages int) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(path), ".pdf") {
			return err
		}
		pages, err := b.dossier.Pages(b.ctx, path, "")
		if errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench: left out:", err)
			return nil
		}
		layer := 0
		for _, p := range pages {
			if p.Source == "layer" {
				layer++
			}
		}
		switch {
		case layer == len(pages):
			return b.texts.add(path, len(pages))
		case layer == 0 && b.scans.pages < scanPages:
			return b.scans.add(path, len(pages))
		}
		return nil
	})
	if err == nil && len(b.texts.files)+len(b.scans.files) == 0 {
		err = fmt.Errorf("no PDF in %s", dir)
	}
	return err
}
