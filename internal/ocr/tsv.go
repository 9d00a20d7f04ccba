package ocr

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
)

// The columns of a TSV line, and the levels that matter.
const (
	colLevel, colBlock, colPar, colLine = 0, 2, 3, 4
	colLeft, colTop, colWidth           = 6, 7, 8
	colHeight, colConf, colText         = 9, 10, 11
	columns                             = 12

	levelPage, levelBlock, levelWord = 1, 2, 5
)

// reading is what one run of tesseract made of a picture.
type reading struct {
	words         []wordAt
	blocks        map[int]dossier.Box
	width, height float32
}

// wordAt is a word with its place in tesseract's order: block, paragraph, line.
type wordAt struct {
	dossier.Word
	at [3]int
}

// parseTSV reads tesseract's table.
func parseTSV(tsv []byte) (*reading, error) {
	r := &reading{blocks: map[int]dossier.Box{}}
	for line := range bytes.Lines(tsv) {
		fields := strings.SplitN(strings.TrimRight(string(line), "\r\n"), "\t", columns)
		if len(fields) < columns || fields[colLevel] == "level" {
			continue
		}
		n, err := numbers(fields[:colConf])
		if err != nil {
			return nil, dossier.Errorf(dossier.CodeOCRFailed, "text recognition printed a bad line: %w", err)
		}
		left, top := float32(n[colLeft]), float32(n[colTop])
		box := dossier.Box{left, top, left + float32(n[colWidth]), top + float32(n[colHeight])}
		switch n[colLevel] {
		case levelPage:
			r.width, r.height = box[2]-box[0], box[3]-box[1]
		case levelBlock:
			r.blocks[n[colBlock]] = box
		case levelWord:
			text := cleanWord(fields[colText])
			if text == "" {
				continue
			}
			conf, err := strconv.ParseFloat(fields[colConf], 64)
			if err != nil || math.IsNaN(conf) {
				return nil, dossier.Errorf(dossier.CodeOCRFailed, "text recognition printed a bad confidence: %q", fields[colConf])
			}
			r.words = append(r.words, wordAt{
				Word: dossier.Word{Text: text, Box: box, Confidence: float32(min(max(conf, 0), 100) / 100)},
				at:   [3]int{n[colBlock], n[colPar], n[colLine]},
			})
		}
	}
	return r, nil
}

// weight is how much was read with how much confidence.
func (r *reading) weight() float64 {
	sum := 0.0
	for _, w := range r.words {
		sum += float64(w.Confidence)
	}
	return sum
}

// mean is the mean confidence, 0 if nothing was read.
func (r *reading) mean() float64 { return r.weight() / float64(max(len(r.words), 1)) }

// result builds the page: one line of text per line of print, a blank line
// between paragraphs.
func (r *reading) result() *Result {
	res := &Result{Width: r.width, Height: r.height}
	var text strings.Builder
	for i, w := range r.words {
		if i > 0 {
			text.WriteString(separator(r.words[i-1].at, w.at))
		}
		w.Start = text.Len()
		text.WriteString(w.Text)
		w.End = text.Len()
		res.Words = append(res.Words, w.Word)
	}
	res.Text = text.String()
	return res
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
