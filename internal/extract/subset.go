package extract

import (
	"context"
	"os"

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
