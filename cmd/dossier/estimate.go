package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/show"
)

type batchEstimateCmd struct {
	Paths []string `arg:"" name:"path" help:"Folders and files." type:"path"`
	OCR   string   `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto (those without a text layer), off or force."`
}

// Run estimates what a batch would cost. It needs no case file.
func (c *batchEstimateCmd) Run(e *env) (err error) {
	recogniser, err := e.configure()
	if err != nil {
		return err
	}
	model, err := e.configureModel()
	if err != nil {
		return err
	}
	pool, err := e.newPool(runtime.NumCPU(), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	estimate, err := casefile.Record{}.Estimate(e.ctx, casefile.EstimateRequest{
		Paths: c.Paths, OCR: extract.OCRMode(c.OCR), Workers: runtime.NumCPU(), Layers: pool, Recognition: recogniser, Model: model,
	})
	if err != nil {
		return err
	}
	modelName := ""
	if model != nil {
		modelName = model.Client.Model()
	}
	if err := one(show.Estimate(recogniser.Name(), modelName))(e, estimate); err != nil || e.JSON {
		return err
	}
	for _, u := range estimate.Unread {
		fmt.Fprintf(e.err, "dossier: %s: %s\n", u.Path, u.Error)
	}
	return nil
}
