package main

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/pipeline"
)

type batchEstimateCmd struct {
	Paths []string `arg:"" name:"path" help:"Folders and files." type:"path"`
	OCR   string   `enum:"auto,off,force" default:"auto" help:"Recognise pages: auto (those without a text layer), off or force."`
}

// Run estimates what a batch would cost. It needs no case file.
func (c *batchEstimateCmd) Run(e *env) (err error) {
	if err := anyExists(c.Paths); err != nil {
		return err
	}
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
	p := pipeline.Pipeline{Extractor: pool, Recognition: recogniser, Model: model}
	est, err := p.Estimate(e.ctx, pipeline.Request{Paths: c.Paths, OCR: extract.OCRMode(c.OCR)}, runtime.NumCPU())
	if err != nil {
		return err
	}
	if e.JSON {
		return e.printJSON(est)
	}
	fmt.Fprintf(e.out, "files       %d, %d cannot be read\npages       %d, %d to recognise with %s\ncost        $%.2f\n",
		est.Files, len(est.Unread), est.Pages, est.Recognise, recogniser.Name(), float64(est.Micros)/million)
	if model != nil {
		fmt.Fprintf(e.out, "names       about $%.2f with %s\n", float64(est.NameMicros)/million, model.Client.Model())
	}
	if est.Attachments > 0 {
		fmt.Fprintf(e.out, "not counted %d files inside mails and archives\n", est.Attachments)
	}
	for _, u := range est.Unread {
		fmt.Fprintf(e.err, "dossier: %s: %s\n", u.Path, u.Error)
	}
	return nil
}
