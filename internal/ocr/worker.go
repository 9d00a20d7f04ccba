package ocr

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/child"
)

// worker is a tesseract process that reads one picture after the other. Starting
// one takes 0.4 s of processor time, as much as a third of a page of print: the
// program builds tables of confusable letters that no setting turns off.
//
// It reads the names of files and prints the words of each. The row of a small
// blank picture that is asked for next ends an answer. Rows come as they are
// written because standard output is a terminal; where the system has none to
// give, the process reads a single picture and ends.
type worker struct {
	proc  *child.Process
	out   *bufio.Reader
	kind  string // its arguments
	asked int    // pictures, those that end answers included
	lasts bool   // it reads more than one picture
}

// The files that a worker is told to read, in its own directory.
const (
	pageFile = "page.tif"
	endFile  = "end.tif"
)

// pagesPerWorker is how many pages a worker reads before a fresh one takes its
// place, so that no leak of the program matters.
const pagesPerWorker = 50

// read has a process read pic and returns what it printed. args are those of
// tesseract after input and output. The process serves later pages too if they
// come with the same arguments and lasting is set.
func (t *Tesseract) read(ctx context.Context, args []string, pic *Picture, lasting bool) (out []byte, err error) {
	err = t.cfg.Room.Run(ctx, func(times int) error {
		out, err = t.readOnce(ctx, t.cfg.Budget.Times(times), args, pic, lasting)
		return err
	})
	return out, err
}

// readOnce reads pic. What fails in a process that has read other pages may be
// their fault: a fresh process decides.
func (t *Tesseract) readOnce(ctx context.Context, budget child.Budget, args []string, pic *Picture, lasting bool) ([]byte, error) {
	if w := t.idleWorker(strings.Join(args, " ")); w != nil {
		out, err := t.serve(ctx, w, budget, pic)
		if err == nil || tooLong(err) != nil || ctx.Err() != nil {
			return out, err
		}
	}
	w, err := t.startWorker(args, lasting)
	if err != nil {
		return nil, err
	}
	return t.serve(ctx, w, budget, pic)
}

// serve has w read pic under a budget. w is idle afterwards, or it has ended.
func (t *Tesseract) serve(ctx context.Context, w *worker, budget child.Budget, pic *Picture) ([]byte, error) {
	guard := w.proc.Watch(ctx, t.cfg.Memory)
	guard.Allow("recognition", budget)
	out, err := w.read(pic)
	if killed := guard.Stop(); killed != nil {
		err = killed
	}
	if err != nil {
		w.retire()
		return nil, err
	}
	t.release(w)
	return out, nil
}

func (t *Tesseract) startWorker(args []string, lasting bool) (*worker, error) {
	proc, err := t.start(append([]string{"stdin", "stdout", "-c", "stream_filelist=1"}, args...), lasting)
	if errors.Is(err, child.ErrNoTerminal) {
		lasting = false
		proc, err = t.start(append([]string{"stdin", "stdout", "-c", "stream_filelist=1"}, args...), lasting)
	}
	if err != nil {
		return nil, err
	}
	w := &worker{proc: proc, out: bufio.NewReaderSize(proc.Stdout, 64<<10), kind: strings.Join(args, " "), lasts: lasting}
	const side = 32 // pixels
	blank := (&Picture{Pix: make([]byte, side*side), Width: side, Height: side, DPI: 300}).blank()
	if err := blank.writeTIFF(filepath.Join(proc.Dir(), endFile)); err != nil {
		w.retire()
		return nil, err
	}
	return w, nil
}

// idleWorker takes a worker that waits for pages, nil if there is none.
func (t *Tesseract) idleWorker(kind string) *worker {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, w := range slices.Backward(t.idle) {
		if w.kind == kind {
			t.idle = slices.Delete(t.idle, i, i+1)
			return w
		}
	}
	return nil
}

// release keeps w for later pages, unless it is used up, or too many wait: then
// the one that has waited longest ends.
func (t *Tesseract) release(w *worker) {
	if !w.lasts || w.asked >= 2*pagesPerWorker || w.proc.RSS() > t.cfg.Memory*3/4 {
		w.retire()
		return
	}
	t.mu.Lock()
	t.idle = append(t.idle, w)
	var surplus []*worker
	if over := len(t.idle) - t.mostIdle(); over > 0 {
		surplus, t.idle = t.idle[:over:over], t.idle[over:]
	}
	t.mu.Unlock()
	for _, w := range surplus {
		w.retire()
	}
}

func (t *Tesseract) mostIdle() int {
	if t.closed {
		return 0
	}
	return t.cfg.Idle
}

// Close ends the processes that wait for pages. Pages that are being read are
// read to their end.
func (t *Tesseract) Close() {
	t.mu.Lock()
	idle := t.idle
	t.idle, t.closed = nil, true
	t.mu.Unlock()
	for _, w := range idle {
		w.retire()
	}
}

// retire ends w.
func (w *worker) retire() {
	w.proc.Kill()
	// It was killed: how it ended is known.
	_ = w.proc.Wait()
}

// read hands pic to the process and returns what it printed.
func (w *worker) read(pic *Picture) ([]byte, error) {
	path := filepath.Join(w.proc.Dir(), pageFile)
	if err := pic.writeTIFF(path); err != nil {
		return nil, err
	}
	// A program that ended early breaks the pipe; how it ended says why.
	w.asked++
	_, _ = io.WriteString(w.proc.Stdin, pageFile+"\n")
	if w.lasts {
		w.asked++
		_, _ = io.WriteString(w.proc.Stdin, endFile+"\n")
	} else {
		_ = w.proc.Stdin.Close()
	}
	out, err := w.answer()
	if err != nil || !w.lasts { // its directory went with the process
		return out, err
	}
	return out, os.Remove(path)
}

// answer reads up to the row of the picture that ends the answer, or to the end
// of a process that does not last.
func (w *worker) answer() ([]byte, error) {
	end := fmt.Appendf(nil, "%d\t%d\t", levelPage, w.asked)
	var out []byte
	whole := true // the last piece ended a row
	for len(out) <= maxOutput {
		piece, err := w.out.ReadSlice('\n')
		switch {
		case w.lasts && whole && bytes.HasPrefix(piece, end) && err == nil:
			return out, nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return w.ended(append(out, piece...), err)
		}
		out, whole = append(out, piece...), err == nil
	}
	return nil, tooMuch()
}

// ended returns the answer of a process whose output has ended, if that was to
// be and went well.
func (w *worker) ended(out []byte, readErr error) ([]byte, error) {
	waitErr := w.proc.Wait()
	switch {
	case waitErr != nil:
		return nil, fmt.Errorf("%w: %s", waitErr, lastLine(w.proc.Stderr()))
	case !errors.Is(readErr, io.EOF):
		return nil, readErr
	case w.lasts:
		return nil, errors.New("the program ended in the middle of its answer")
	}
	return out, nil
}
