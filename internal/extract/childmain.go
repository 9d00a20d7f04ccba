package extract

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
)

// ChildMain is the main function of a child. The arguments are the ones a Pool
// adds to Config.Exe: the directory for compiled code and the memory cap in
// bytes. It serves jobs until stdin ends, which it notices even in the middle
// of a job, and returns the exit code of the process.
func ChildMain(args []string, stdin io.Reader, stdout io.Writer) int {
	if len(args) != 2 {
		fmt.Fprintln(os.Stderr, "this command is started by dossier itself")
		return 2
	}
	memory, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil || memory <= 0 {
		fmt.Fprintf(os.Stderr, "bad memory cap %q\n", args[1])
		return 2
	}
	if child.Confined() {
		if err := child.ForbidPrograms(); err != nil {
			fmt.Fprintln(os.Stderr, "reading without a part of the confinement:", err)
		}
	}
	// The parent kills at the cap; collect garbage well before.
	debug.SetMemoryLimit(memory / 2)

	s := &server{cacheDir: args[0], memory: memory, out: bufio.NewWriterSize(stdout, 64<<10)}
	jobs := make(chan job)
	failed := make(chan error, 1)
	go func() { failed <- s.serve(jobs) }()
	in := bufio.NewReader(stdin)
	for {
		_, body, err := readFrame(in)
		if err != nil {
			return 0 // the parent is gone or done with us
		}
		var j job
		if err := json.Unmarshal(body, &j); err != nil {
			fmt.Fprintln(os.Stderr, "bad job:", err)
			return 2
		}
		select {
		case jobs <- j:
		case err := <-failed:
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
}

// server does jobs, one after the other.
type server struct {
	cacheDir string
	memory   int64
	out      *bufio.Writer
	pdf      *pdfEngine // nil until a PDF comes
}

// serve answers jobs until the answer cannot be written.
func (s *server) serve(jobs <-chan job) error {
	for j := range jobs {
		if err := s.answer(j); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) answer(j job) error {
	err := s.do(j)
	if err == nil {
		err = writeFrame(s.out, frameDone)
	} else {
		err = writeJSON(s.out, frameError, toWire(err))
	}
	if err != nil {
		return err
	}
	return s.out.Flush()
}

func toWire(err error) wireError {
	var e *dossier.Error
	if !errors.As(err, &e) {
		e = dossier.Errorf(dossier.CodeDamaged, "cannot read the file: %w", err)
	}
	return wireError{Code: e.Code, Subject: e.Subject, Message: e.Message, Cure: e.Cure}
}

// do does j. A panic of a library is an answer like any other: the file is at
// fault, and whatever state the panic left behind is dropped.
func (s *server) do(j job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.pdf = nil
			err = dossier.Errorf(dossier.CodeDamaged, "the file cannot be read: %v", v)
		}
	}()
	out := &sender{w: s.out, limits: j.Limits}
	if j.Format == FormatPDF || j.Kind == jobProbe {
		if s.pdf == nil {
			if s.pdf, err = newPDFEngine(s.cacheDir, s.memory); err != nil {
				return err
			}
		}
		if err := out.ready(); err != nil {
			return err
		}
		return s.doPDF(j, out)
	}
	if err := out.ready(); err != nil {
		return err
	}
	if j.Kind == jobRender {
		return renderImage(j, out)
	}
	return readFormat(j, out)
}

func (s *server) doPDF(j job, out *sender) error {
	var err error
	switch j.Kind {
	case jobRead:
		err = s.pdf.read(j, out)
	case jobRender:
		err = s.pdf.render(j, out)
	case jobSubset:
		err = s.pdf.subset(j, out)
	case jobProbe:
		err = s.pdf.probe()
	default:
		return dossier.Errorf(dossier.CodeInternal, "unknown job %q", j.Kind)
	}
	if s.pdf.broken {
		s.pdf = nil
	}
	return err
}

// readers read the formats that need no engine.
var readers = map[Format]func(job, *sender) error{
	FormatText:     byPath(readText),
	FormatMarkdown: byPath(readText),
	FormatHTML:     byPath(readHTML),
	FormatCSV:      func(j job, out *sender) error { return readCSV(j.Path, j.Format, out) },
	FormatTSV:      func(j job, out *sender) error { return readCSV(j.Path, j.Format, out) },
	FormatPNG:      readImage,
	FormatJPEG:     readImage,
	FormatTIFF:     readImage,
	FormatEmail:    byPath(readEmail),
	FormatMSG:      byPath(readMSG),
	FormatMbox:     byPath(readMbox),
	FormatDOCX:     byPath(readDOCX),
	FormatXLSX:     byPath(readXLSX),
	FormatPPTX:     byPath(readPPTX),
	FormatODT:      byPath(readODT),
	FormatODS:      byPath(readODS),
	FormatODP:      byPath(readODP),
	FormatRTF:      byPath(readRTF),
	FormatDOC:      byPath(readDOC),
	FormatLocked:   func(job, *sender) error { return passwordNeeded() },
	FormatZIP:      byPath(readZIP),
	FormatTAR:      byPath(readTAR),
	FormatGZIP:     byPath(readGZIP),
}

// byPath is a reader that looks at nothing but the file.
func byPath(read func(path string, out *sender) error) func(job, *sender) error {
	return func(j job, out *sender) error { return read(j.Path, out) }
}

func readFormat(j job, out *sender) error {
	read, ok := readers[j.Format]
	if !ok {
		return dossier.Errorf(dossier.CodeInternal, "no reader for format %q", j.Format)
	}
	return read(j, out)
}
