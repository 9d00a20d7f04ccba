package paid

import (
	"context"
	"errors"
	"fmt"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/store"
)

// vision has a model read the pages without text, one call a page.
func (r reading) vision(ctx context.Context) (*extract.Document, error) {
	doc, waiting, err := r.pool.Layers(ctx, r.req)
	if err != nil || len(waiting) == 0 {
		return doc, err
	}
	report, err := r.admit(ctx, r.Recognition, r.task.ProjectID)
	if isDown(err) && r.Recognition.Fallback {
		return r.fallback(ctx, doc, waiting)
	}
	if err != nil {
		return nil, parkIfDown(err)
	}
	err = r.pool.Recognise(ctx, r.req, doc, waiting, func(ctx context.Context, page *dossier.Page) (*ocr.Result, error) {
		return r.visionPage(ctx, doc.Format, page)
	})
	report(err)
	return doc, err
}

func (r reading) visionPage(ctx context.Context, format extract.Format, page *dossier.Page) (*ocr.Result, error) {
	pic, err := r.pool.Picture(ctx, r.req, format, page.Number)
	if err != nil || len(pic.Pix) == 0 {
		return &ocr.Result{}, err
	}
	// What a page may cost is booked before the call, what it cost after it. That
	// stays booked if nobody tells what it cost.
	charge := store.Charge{
		CallKey: fmt.Sprintf("%s:%d", r.req.Key, page.Number), Project: r.task.ProjectID, Batch: r.task.BatchID, Provider: Vision,
		Units: 1, Micros: r.Recognition.PageMicros,
	}
	if err := r.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, r.Recognition.Caps) }); err != nil {
		return nil, err
	}
	res, usage, err := r.Recognition.Vision.Read(ctx, pic)
	tokens := usage.Prompt + usage.Completion
	settleErr := r.DB.Write(ctx, func(tx *store.Tx) error {
		switch {
		case tokens > 0:
			return tx.Charges().Settle(ctx, charge.CallKey, tokens, int64(tokens)*r.Recognition.TokenMicros/1000)
		case llm.Unbilled(err):
			return tx.Charges().Unbook(ctx, charge.CallKey)
		}
		return nil
	})
	if err = errors.Join(err, settleErr); err != nil {
		return nil, err
	}
	res.Notes = append([]string{"read by " + r.Recognition.Vision.Model()}, res.Notes...)
	return res, nil
}
