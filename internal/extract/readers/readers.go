// Package readers is the other side of a pool: the process that parses files.
//
// A child serves one job at a time. It confines itself before it reads a byte, picks
// the reader of the job's format from a table ([ByFormat]; PDF has an engine that
// lives from job to job), and answers in frames of package wire. A panic of a reader
// is an answer like any other error: the file is at fault.
package readers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/extract/archive"
	"github.com/dossier-legal/dossier/internal/extract/image"
	"github.com/dossier-legal/dossier/internal/extract/legacy"
	"github.com/dossier-legal/dossier/internal/extract/mail"
	"github.com/dossier-legal/dossier/internal/extract/office"
	"github.com/dossier-legal/dossier/internal/extract/pdf"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Main is the main function of a child. The arguments are those that extract.Pool
// adds to extract.Config.Exe: the directory for compiled code and the memory cap in
// bytes. It serves jobs until stdin ends, which it notices even in the middle
// of a job, and returns the exit code of the process.
func Main(args []string, stdin io.Reader, stdout io.Writer) int {
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
	jobs := make(chan wire.Job)
	failed := make(chan error, 1)
	go func() { failed <- s.serve(jobs) }()
	in := bufio.NewReader(stdin)
	for {
		_, body, err := wire.ReadFrame(in)
		if err != nil {
			return 0 // the parent is gone or done with us
		}
		var j wire.Job
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
	pdf      *pdf.Engine // nil until a PDF comes
}

// serve answers jobs until the answer cannot be written.
func (s *server) serve(jobs <-chan wire.Job) error {
	for j := range jobs {
		if err := s.answer(j); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) answer(j wire.Job) error {
	err := s.do(j)
	if err == nil {
		err = wire.WriteFrame(s.out, wire.FrameDone)
	} else {
		err = wire.WriteJSON(s.out, wire.FrameError, wire.ErrorOf(err))
	}
	if err != nil {
		return err
	}
	return s.out.Flush()
}

// do does j. A panic of a library is an answer like any other: the file is at
// fault, and whatever state the panic left behind is dropped.
func (s *server) do(j wire.Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			s.pdf = nil
			err = dossier.Errorf(dossier.CodeDamaged, "the file cannot be read: %v", v)
		}
	}()
	out := wire.NewSender(s.out, j.Limits)
	if j.Format == wire.FormatPDF || j.Kind == wire.JobProbe {
		if s.pdf == nil {
			if s.pdf, err = pdf.New(s.cacheDir, s.memory); err != nil {
				return err
			}
		}
		if err := out.Ready(); err != nil {
			return err
		}
		return s.doPDF(j, out)
	}
	if err := out.Ready(); err != nil {
		return err
	}
	if j.Kind == wire.JobRender {
		return image.Render(j, out)
	}
	return read(j, out)
}

func (s *server) doPDF(j wire.Job, out *wire.Sender) error {
	var err error
	switch j.Kind {
	case wire.JobRead:
		err = s.pdf.Read(j, out)
	case wire.JobRender:
		err = s.pdf.Render(j, out)
	case wire.JobSubset:
		err = s.pdf.Subset(j, out)
	case wire.JobProbe:
		err = s.pdf.Probe()
	default:
		return dossier.Errorf(dossier.CodeInternal, "unknown job %q", j.Kind)
	}
	if s.pdf.Broken {
		s.pdf = nil
	}
	return err
}

// ByFormat has the readers of the formats that need no engine.
var ByFormat = map[wire.Format]wire.Reader{
	wire.FormatText:     text.Read,
	wire.FormatMarkdown: text.Read,
	wire.FormatHTML:     text.ReadHTML,
	wire.FormatCSV:      office.ReadCSV,
	wire.FormatTSV:      office.ReadCSV,
	wire.FormatPNG:      image.Read,
	wire.FormatJPEG:     image.Read,
	wire.FormatTIFF:     image.Read,
	wire.FormatEmail:    mail.ReadEmail,
	wire.FormatMSG:      mail.ReadMSG,
	wire.FormatMbox:     mail.ReadMbox,
	wire.FormatDOCX:     office.ReadDOCX,
	wire.FormatXLSX:     office.ReadXLSX,
	wire.FormatPPTX:     office.ReadPPTX,
	wire.FormatODT:      office.ReadODT,
	wire.FormatODS:      office.ReadODS,
	wire.FormatODP:      office.ReadODP,
	wire.FormatRTF:      legacy.ReadRTF,
	wire.FormatDOC:      legacy.ReadDOC,
	wire.FormatLocked:   func(wire.Job, *wire.Sender) error { return wire.PasswordNeeded() },
	wire.FormatZIP:      archive.ReadZIP,
	wire.FormatTAR:      archive.ReadTAR,
	wire.FormatGZIP:     archive.ReadGZIP,
}

func read(j wire.Job, out *wire.Sender) error {
	read, ok := ByFormat[j.Format]
	if !ok {
		return dossier.Errorf(dossier.CodeInternal, "no reader for format %q", j.Format)
	}
	return read(j, out)
}
