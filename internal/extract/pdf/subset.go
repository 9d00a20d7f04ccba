package pdf

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/klippa-app/go-pdfium/requests"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Subset sends a new document with the pages of the job.
func (e *Engine) Subset(j wire.Job, out *wire.Sender) error {
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
