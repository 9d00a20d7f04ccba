// Package wire is the conversation between the pool of readers and its children:
// the jobs that the pool sends, the pages, findings and files that come back,
// and the words both use for formats, limits and errors.
//
// Parent and child exchange frames: one byte of kind, four of length, a body.
// The parent sends a [Job]; the child answers with any number of frames and at
// last [FrameDone] or [FrameError]. Pages have a binary form because a large
// document has millions of words; everything else is JSON.
//
// A child reads hostile bytes, so the parent trusts none of its frames: sizes,
// offsets and order are checked, and a frame that breaks a rule is
// [ErrBadFrame]. All text that a [Sender] sends is clean (see [CleanText]).
package wire

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

// Kinds of frames.
const (
	FrameReady   byte = iota + 1 // the reader for this file is up; its work begins
	FrameMeta                    // FileMeta
	FramePage                    // OutPage
	FrameChild                   // a file inside the file begins: its name
	FrameImage                   // a page picture: dpi, width, height, grey bytes
	FrameFinding                 // dossier.Finding
	FrameDone                    // end of job
	FrameError                   // Error, end of job
	FrameData                    // the next bytes of that file, at most ChunkSize
	FrameKeep                    // that file is whole
	FrameDrop                    // that file is damaged: its bytes count for nothing
	FrameSubset                  // a document made of pages of the file
)

// MaxFrame bounds what either side accepts, so that a broken length cannot
// make it ask for absurd memory.
const MaxFrame = 256 << 20

// ChunkSize is how much of a file inside the file is in memory at a time, here
// and in the child.
const ChunkSize = 256 << 10

// The jobs.
const (
	JobRead   = "read"
	JobRender = "render"
	JobSubset = "subset"
	JobProbe  = "probe"
)

// Job is what the parent asks of a child.
type Job struct {
	Kind   string
	Path   string  `json:",omitempty"`
	Format Format  `json:",omitempty"`
	OCR    OCRMode `json:",omitempty"`
	Page   int     `json:",omitempty"` // from 1, to render
	Pages  []int   `json:",omitempty"` // from 1, of a subset
	// First and Last are the pages to read of a PDF; 0 stands for the ends.
	First, Last int      `json:",omitempty"`
	Passwords   []string `json:",omitempty"` // to try on a locked file
	Limits      Limits
}

// Limits bound the answer to a job.
type Limits struct {
	Pages, PageText, Text int
}

// FileMeta is what the child learned of a file besides its pages.
type FileMeta struct {
	Meta     map[string]string
	Warnings []string
	Losses   []dossier.Loss
	Locked   bool // it was opened with a password
	// PageCount is how many pages the file has and Unread how many of those
	// asked for could not be read, for PDF.
	PageCount, Unread int
}

// OutPage is a page on its way to the parent.
type OutPage struct {
	dossier.Page
	NeedsOCR bool
}

// WriteFrame writes one frame; its body is the concatenation of the parts.
func WriteFrame(w *bufio.Writer, kind byte, body ...[]byte) error {
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
	if size > MaxFrame {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "one part of the file has %d MiB", size>>20)
	}
	head := [5]byte{kind}
	binary.LittleEndian.PutUint32(head[1:], uint32(size))
	_, err := w.Write(head[:])
	return err
}

// WriteJSON writes one frame whose body is v as JSON.
func WriteJSON(w *bufio.Writer, kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return WriteFrame(w, kind, b)
}

// ReadFrame returns the next frame. io.EOF means that the other side closed
// the connection between frames.
func ReadFrame(r *bufio.Reader) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	size := binary.LittleEndian.Uint32(head[1:])
	if size > MaxFrame {
		return 0, nil, fmt.Errorf("frame of %d bytes", size)
	}
	body = make([]byte, size)
	_, err = io.ReadFull(r, body)
	return head[0], body, err
}

// appendPage encodes p. Words carry their offsets only: their text is part of
// the text of the page.
func appendPage(b []byte, p *OutPage) []byte {
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

// DecodePage is the inverse of appendPage. It trusts nothing: the child that
// wrote b was reading a hostile file.
func DecodePage(b []byte) (OutPage, error) {
	d := decoder{rest: b}
	var p OutPage
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
		return p, ErrBadFrame
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
			return p, ErrBadFrame
		}
		w.Confidence = 1
		w.Text = p.Text[w.Start:w.End]
	}
	return p, nil
}

// ErrBadFrame says that a frame breaks the rules: the child is damaged or hostile.
var ErrBadFrame = errors.New("the reader sent a damaged frame")

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

// Reader reads the file of a job in one format and sends what it holds. Its error,
// a *dossier.Error or that of a library, ends the job.
type Reader func(Job, *Sender) error

// Sender is the child's end of an answer. It counts what it sends and refuses
// more than the limits allow.
type Sender struct {
	w      *bufio.Writer
	Limits Limits
	Pages  int
	text   int
	found  int
	buf    []byte
	chunk  []byte // of a file inside the file
}

// NewSender returns the sender of one answer, which the caller flushes.
func NewSender(w *bufio.Writer, limits Limits) *Sender { return &Sender{w: w, Limits: limits} }

// Ready says to the parent that its clock for the file may start.
func (s *Sender) Ready() error {
	if err := WriteFrame(s.w, FrameReady); err != nil {
		return err
	}
	return s.w.Flush()
}

// Page sends a page. The error has code CodeOutputTooLarge if the answer exceeds the
// limits of the job.
func (s *Sender) Page(p OutPage) error {
	s.Pages++
	s.text += len(p.Text)
	switch {
	case s.Pages > s.Limits.Pages:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d pages", s.Limits.Pages).
			WithCure("split the file")
	case len(p.Text) > s.Limits.PageText:
		return TooMuchText(s.Limits.PageText)
	case s.text > s.Limits.Text:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has more than %d MiB of text", s.Limits.Text>>20).
			WithCure("split the file")
	}
	s.buf = appendPage(s.buf[:0], &p)
	if err := WriteFrame(s.w, FramePage, s.buf); err != nil {
		return err
	}
	return s.w.Flush()
}

// maxFindings bounds the findings of a file: beyond it they are noise.
const maxFindings = 100_000

// Finding sends a finding with clean text. Findings count as text.
func (s *Sender) Finding(f dossier.Finding) error {
	f.Text, f.Name, f.Author = CleanText(f.Text), CleanText(f.Name), CleanText(f.Author)
	s.text += len(f.Text)
	s.found++
	if s.found > maxFindings || s.text > s.Limits.Text {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the file has too many notes and changes").WithCure("split the file")
	}
	return WriteJSON(s.w, FrameFinding, f)
}

// Child sends a file inside the file.
func (s *Sender) Child(name string, data []byte) error {
	_, _, err := s.ChildFrom(name, bytes.NewReader(data))
	return err
}

// ChildFrom sends a file inside the file and keeps at most a chunk of it in
// memory. damage is why r could not be read to its end; then nothing of it is
// kept. n is how many bytes it had.
func (s *Sender) ChildFrom(name string, r io.Reader) (n int64, damage, err error) {
	name = strings.ToValidUTF8(name[:min(len(name), MaxEntryName)], "")
	if err := WriteFrame(s.w, FrameChild, []byte(name)); err != nil {
		return 0, nil, err
	}
	if s.chunk == nil {
		s.chunk = make([]byte, ChunkSize)
	}
	for {
		m, damage := r.Read(s.chunk)
		if n += int64(m); m > 0 {
			if err := WriteFrame(s.w, FrameData, s.chunk[:m]); err != nil {
				return n, nil, err
			}
		}
		switch {
		case errors.Is(damage, io.EOF):
			return n, nil, WriteFrame(s.w, FrameKeep)
		case damage != nil:
			return n, damage, WriteFrame(s.w, FrameDrop)
		}
	}
}

// Subset sends a document made of pages of the file.
func (s *Sender) Subset(b []byte) error { return WriteFrame(s.w, FrameSubset, b) }

// Meta sends what was learned of the file besides its pages.
func (s *Sender) Meta(m FileMeta) error { return WriteJSON(s.w, FrameMeta, m) }

// Child is a file inside another, in the process that reads that one.
type Child struct {
	Name string
	Data []byte
}
