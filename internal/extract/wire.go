package extract

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/dossier-legal/dossier"
)

// Parent and child talk in frames: one byte of kind, four of length, a body.
// The parent sends a job; the child answers with any number of frames and at
// last frameDone or frameError. Pages have a binary form because a large
// document has millions of words; all else is JSON.
const (
	frameReady   byte = iota + 1 // the reader for this file is up; its work begins
	frameMeta                    // fileMeta
	framePage                    // outPage
	frameChild                   // a file inside the file begins: its name
	frameImage                   // a page picture: dpi, width, height, grey bytes
	frameFinding                 // dossier.Finding
	frameDone                    // end of job
	frameError                   // wireError, end of job
	frameData                    // the next bytes of that file, at most chunkSize
	frameKeep                    // that file is whole
	frameDrop                    // that file is damaged: its bytes count for nothing
	frameSubset                  // a document made of pages of the file
)

// maxFrame bounds what either side accepts, so that a broken length cannot
// make it ask for absurd memory.
const maxFrame = 256 << 20

// chunkSize is how much of a file inside the file is in memory at a time, here
// and in the child.
const chunkSize = 256 << 10

// The jobs.
const (
	jobRead   = "read"
	jobRender = "render"
	jobSubset = "subset"
	jobProbe  = "probe"
)

// job is what the parent asks of a child.
type job struct {
	Kind   string
	Path   string  `json:",omitempty"`
	Format Format  `json:",omitempty"`
	OCR    OCRMode `json:",omitempty"`
	Page   int     `json:",omitempty"` // from 1, to render
	Pages  []int   `json:",omitempty"` // from 1, of a subset
	// First and Last are the pages to read of a PDF; 0 stands for the ends.
	First, Last int      `json:",omitempty"`
	Passwords   []string `json:",omitempty"` // to try on a locked file
	Limits      limits
}

// limits bound the answer to a job.
type limits struct {
	Pages, PageText, Text int
}

// fileMeta is what the child learned of a file besides its pages.
type fileMeta struct {
	Meta     map[string]string
	Warnings []string
	Losses   []dossier.Loss
	Locked   bool // it was opened with a password
	// PageCount is how many pages the file has and Unread how many of those
	// asked for could not be read, for PDF.
	PageCount, Unread int
}

// outPage is a page on its way to the parent.
type outPage struct {
	dossier.Page
	NeedsOCR bool
}

// wireError is a *dossier.Error on its way to the parent.
type wireError struct {
	Code                   dossier.Code
	Subject, Message, Cure string
}

func (e wireError) err() *dossier.Error {
	return &dossier.Error{Code: e.Code, Subject: e.Subject, Message: e.Message, Cure: e.Cure}
}

func writeFrame(w *bufio.Writer, kind byte, body ...[]byte) error {
	size := 0
	for _, b := range body {
		size += len(b)
	}
	if err := startFrame(w, kind, size); err != nil {
		return err
	}
	for _, b := range body {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// startFrame announces a body of size bytes, which the caller must write.
func startFrame(w *bufio.Writer, kind byte, size int) error {
	if size > maxFrame {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "one part of the file has %d MiB", size>>20)
	}
	head := [5]byte{kind}
	binary.LittleEndian.PutUint32(head[1:], uint32(size))
	_, err := w.Write(head[:])
	return err
}

func writeJSON(w *bufio.Writer, kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeFrame(w, kind, b)
}

// readFrame returns the next frame. io.EOF means that the other side closed
// the connection between frames.
func readFrame(r *bufio.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.LittleEndian.Uint32(head[1:])
	if size > maxFrame {
		return 0, nil, fmt.Errorf("frame of %d bytes", size)
	}
	body = make([]byte, size)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}

// appendPage encodes p. Words carry their offsets only: their text is part of
// the text of the page.
func appendPage(b []byte, p *outPage) []byte {
	b = binary.AppendUvarint(b, uint64(p.Number))
	b = appendFloat(b, p.Width)
	b = appendFloat(b, p.Height)
	flag := byte(0)
	if p.NeedsOCR {
		flag = 1
	}
	b = append(b, flag)
	b = appendString(b, string(p.Source))
	b = appendString(b, p.Reason)
	b = appendString(b, string(p.Error))
	b = appendString(b, p.Label)
	b = appendString(b, p.Text)
	b = binary.AppendUvarint(b, uint64(len(p.Zones)))
	for _, z := range p.Zones {
		b = appendString(b, string(z.Kind))
		b = binary.AppendUvarint(b, uint64(z.Start))
		b = binary.AppendUvarint(b, uint64(z.End))
	}
	b = binary.AppendUvarint(b, uint64(len(p.Words)))
	for i := range p.Words {
		w := &p.Words[i]
		b = binary.AppendUvarint(b, uint64(w.Start))
		b = binary.AppendUvarint(b, uint64(w.End))
		for _, v := range w.Box {
			b = appendFloat(b, v)
		}
	}
	return b
}

func appendFloat(b []byte, f float32) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodePage is the inverse of appendPage. It trusts nothing: the child that
// wrote b was reading a hostile file.
func decodePage(b []byte) (outPage, error) {
	d := decoder{rest: b}
	var p outPage
	p.Number = d.int()
	p.Width, p.Height = d.float(), d.float()
	p.NeedsOCR = d.byte() == 1
	p.Source = dossier.Source(d.string())
	p.Reason = d.string()
	p.Error = dossier.Code(d.string())
	p.Label = d.string()
	p.Text = d.string()
	p.Zones = d.zones(len(p.Text))
	n := d.int()
	const smallestWord = 2 + 4*4
	if n > len(d.rest)/smallestWord {
		d.failed = true
	}
	if d.failed {
		return p, errBadFrame
	}
	if n > 0 {
		p.Words = make([]dossier.Word, n)
	}
	for i := range p.Words {
		w := &p.Words[i]
		w.Start, w.End = d.int(), d.int()
		for j := range w.Box {
			w.Box[j] = d.float()
		}
		if d.failed || w.Start > w.End || w.End > len(p.Text) {
			return p, errBadFrame
		}
		w.Confidence = 1
		w.Text = p.Text[w.Start:w.End]
	}
	return p, nil
}

var errBadFrame = fmt.Errorf("the reader sent a broken page")

func (d *decoder) zones(text int) []dossier.Zone {
	const smallest = 3
	n := d.int()
	if n > len(d.rest)/smallest {
		d.failed = true
	}
	var zones []dossier.Zone
	for range n {
		z := dossier.Zone{Kind: dossier.ZoneKind(d.string()), Start: d.int(), End: d.int()}
		if d.failed || z.Start > z.End || z.End > text {
			d.failed = true
			return nil
		}
		zones = append(zones, z)
	}
	return zones
}

// decoder takes values off the front of rest until something does not fit.
type decoder struct {
	rest   []byte
	failed bool
}

func (d *decoder) take(n int) []byte {
	if d.failed || n > len(d.rest) {
		d.failed = true
		return nil
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

func (d *decoder) int() int {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 || v > math.MaxInt32 {
		d.failed = true
		return 0
	}
	d.take(n)
	return int(v)
}

func (d *decoder) float() float32 {
	b := d.take(4)
	if b == nil {
		return 0
	}
	return math.Float32frombits(binary.LittleEndian.Uint32(b))
}

func (d *decoder) byte() byte {
	b := d.take(1)
	if b == nil {
		return 0
	}
	return b[0]
}

func (d *decoder) string() string { return string(d.take(d.int())) }

// sender is the child's end of an answer. It counts what it sends and refuses
// more than the limits allow.
type sender struct {
	w      *bufio.Writer
	limits limits
	pages  int
	text   int
	found  int
	buf    []byte
	chunk  []byte // of a file inside the file
}

// ready tells the parent that its clock for the file may start.
func (s *sender) ready() error {
	if err := writeFrame(s.w, frameReady); err != nil {
		return err
	}
	return s.w.Flush()
}

func (s *sender) page(p outPage) error {
	s.pages++
	s.text += len(p.Text)
	switch {
	case s.pages > s.limits.Pages:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d pages", s.limits.Pages).
			WithCure("split the file")
	case len(p.Text) > s.limits.PageText:
		return tooMuchText(s.limits.PageText)
	case s.text > s.limits.Text:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d MiB of text", s.limits.Text>>20).
			WithCure("split the file")
	}
	s.buf = appendPage(s.buf[:0], &p)
	if err := writeFrame(s.w, framePage, s.buf); err != nil {
		return err
	}
	return s.w.Flush()
}

// maxFindings bounds the findings of a file: beyond it they are noise.
const maxFindings = 100_000

// finding sends a finding with clean text. Findings count as text.
func (s *sender) finding(f dossier.Finding) error {
	f.Text, f.Name, f.Author = cleanText(f.Text), cleanText(f.Name), cleanText(f.Author)
	s.text += len(f.Text)
	s.found++
	if s.found > maxFindings || s.text > s.limits.Text {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has too many notes and changes").WithCure("split the file")
	}
	return writeJSON(s.w, frameFinding, f)
}

func tooMuchText(limit int) *dossier.Error {
	return dossier.Errorf(dossier.CodeOutputTooLarge, "one page has more than %d KiB of text", limit>>10).
		WithCure("split the file")
}

// child sends a file inside the file.
func (s *sender) child(name string, data []byte) error {
	_, _, err := s.childFrom(name, bytes.NewReader(data))
	return err
}

// childFrom sends a file inside the file, of which no more than a chunk is in
// memory. damage is why r could not be read to its end; then nothing of it is
// kept. n is how many bytes it had.
func (s *sender) childFrom(name string, r io.Reader) (n int64, damage, err error) {
	name = strings.ToValidUTF8(name[:min(len(name), maxEntryName)], "")
	if err := writeFrame(s.w, frameChild, []byte(name)); err != nil {
		return 0, nil, err
	}
	if s.chunk == nil {
		s.chunk = make([]byte, chunkSize)
	}
	for {
		m, damage := r.Read(s.chunk)
		if n += int64(m); m > 0 {
			if err := writeFrame(s.w, frameData, s.chunk[:m]); err != nil {
				return n, nil, err
			}
		}
		switch {
		case errors.Is(damage, io.EOF):
			return n, nil, writeFrame(s.w, frameKeep)
		case damage != nil:
			return n, damage, writeFrame(s.w, frameDrop)
		}
	}
}

func (s *sender) meta(m fileMeta) error { return writeJSON(s.w, frameMeta, m) }
