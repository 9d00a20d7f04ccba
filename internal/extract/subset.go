package extract

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/klippa-app/go-pdfium/requests"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Subset returns a PDF of some pages of a PDF, in the order given (from 1), for
// a service that reads files.
func (p *Pool) Subset(ctx context.Context, req Request, pages []int) ([]byte, error) {
	info, err := os.Stat(req.Path)
	if err != nil {
		return nil, wire.Unreadable(req.Path, err)
	}
	var data []byte
	j := wire.Job{Kind: wire.JobSubset, Path: req.Path, Format: wire.FormatPDF, Pages: pages, Passwords: req.Passwords, Limits: p.limits()}
	err = p.run(ctx, j, info.Size(), func(kind byte, body []byte) error {
		if kind == wire.FrameSubset {
			data = body
		}
		return nil
	})
	if err == nil && len(data) == 0 {
		err = dossier.Errorf(dossier.CodeChildDied, "the reader sent no file")
	}
	return data, about(err, req.Path)
}

// subset sends a new document with the pages of the job.
func (e *pdfEngine) subset(j wire.Job, out *wire.Sender) error {
	if err := e.use(j); err != nil {
		return err
	}
	doc, err := e.lib.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
	if err != nil {
		return e.check(err)
	}
	list := make([]string, len(j.Pages))
	for i, n := range j.Pages {
		list[i] = strconv.Itoa(n)
	}
	pages := strings.Join(list, ",")
	if _, err := e.lib.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: e.open.ref, Destination: doc.Document, PageRange: &pages}); err != nil {
		return e.check(err)
	}
	var b bytes.Buffer
	if _, err := e.lib.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Document: doc.Document, FileWriter: &b}); err != nil {
		return e.check(err)
	}
	if _, err := e.lib.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: doc.Document}); err != nil {
		return e.check(err)
	}
	return out.Subset(b.Bytes())
}
