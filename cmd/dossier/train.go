package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/tagger"
	"github.com/dossier-legal/dossier/internal/tagger/train"
)

type trainCmd struct {
	Tagger trainTaggerCmd `cmd:"" help:"Train the tagger of names on labelled documents."`
}

type trainTaggerCmd struct {
	Papers string `arg:"" type:"existingdir" help:"Folder of labelled documents: ner/*.conll and dockets/*.html with their *.json (docs/tagger.md)."`
	Pages  string `type:"existingfile" and:"pages" placeholder:"FILE" help:"List of names marked by hand on pages: internal/mention/testdata/pages.tsv."`
	Texts  string `type:"existingdir" and:"pages" placeholder:"DIR" help:"Folder of the texts that the list refers to."`
	Out    string `required:"" placeholder:"FILE" help:"Output file of the model."`
	Seed   uint64 `default:"1" help:"Random seed. The same input and seed produce the same model."`
	Epochs int    `default:"6" help:"Number of passes over the documents."`
}

// Run trains a model, writes it, and judges it by the papers that were held
// out.
func (c *trainTaggerCmd) Run(e *env) error {
	data, err := train.ReadData(c.Papers, mention.Mask)
	if err == nil && c.Pages != "" {
		err = data.ReadPages(c.Pages, c.Texts, mention.Mask)
	}
	if err != nil {
		return dossier.Errorf(dossier.CodeInvalidInput, "cannot train with these papers: %w", err).About(c.Papers).
			WithCure("docs/tagger.md says what the folder holds")
	}
	model := train.TrainOn(data, mention.Mask, train.Options{Seed: c.Seed, Epochs: c.Epochs})
	var file bytes.Buffer
	if err := model.Write(&file); err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, file.Bytes(), 0o644); err != nil { //nolint:gosec // a model is for everybody
		return dossier.Errorf(dossier.CodeStorage, "cannot write the model: %w", err).About(filepath.Clean(c.Out))
	}
	return c.judge(e, &data, model, file.Len())
}

// judged is how well a model finds one type of names in one source of papers.
type judged struct {
	Source    string  `json:"source"`
	Type      string  `json:"type"`
	Names     int     `json:"names"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

func (c *trainTaggerCmd) judge(e *env, data *train.Data, model *tagger.Model, size int) error {
	var rows []judged
	for _, source := range []struct {
		name      string
		documents []train.Document
	}{{"judgments", data.Judgments}, {"general", data.General}, {"dockets", data.Dockets}, {"pages", data.Pages}} {
		_, held := train.Split(source.documents)
		scores := train.Evaluate(model, held)
		for _, typ := range []tagger.Type{tagger.Person, tagger.Org, tagger.Location, tagger.Court} {
			if t := scores[typ]; t.Wanted > 0 {
				rows = append(rows, judged{source.name, typ.String(), t.Wanted, t.Precision(), t.Recall(), t.F1()})
			}
		}
	}
	if e.JSON {
		return e.printJSON(trainedShape{size, rows})
	}
	fmt.Fprintf(e.out, "%s: %d bytes\n\nOn papers held out, the tagger alone:\n\n", c.Out, size)
	fmt.Fprintf(e.out, "%-10s %-9s %6s %10s %7s %7s\n", "SOURCE", "TYPE", "NAMES", "PRECISION", "RECALL", "F1")
	for _, r := range rows {
		fmt.Fprintf(e.out, "%-10s %-9s %6d %10.3f %7.3f %7.3f\n", r.Source, r.Type, r.Names, r.Precision, r.Recall, r.F1)
	}
	return nil
}
