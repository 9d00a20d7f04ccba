package main

import (
	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

type documentCmd struct {
	List    documentListCmd    `cmd:"" help:"List the documents of a project."`
	Show    documentShowCmd    `cmd:"" help:"Show one document with its pages, findings, entities and relations."`
	Text    documentTextCmd    `cmd:"" help:"Print the text of one document."`
	Similar documentSimilarCmd `cmd:"" help:"List documents that are nearly the same as one."`
	Hold    documentHoldCmd    `cmd:"" help:"Place a legal hold on one document. It cannot be deleted until the hold is released."`
	Release documentReleaseCmd `cmd:"" help:"End the legal holds on one document."`
	Delete  documentDeleteCmd  `cmd:"" help:"Delete documents with their attachments, originals included."`
}

type documentListCmd struct {
	inProject
	Status string `enum:",pending,processing,completed,partial,failed,cancelled,quarantined,unsupported" default:"" help:"Only documents with this status: pending, processing, completed, partial, failed, cancelled, quarantined or unsupported." placeholder:"STATUS"`
}

// Run lists documents.
func (c *documentListCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]casefile.ListedDocument, error) {
		return f.Documents(e.ctx, dossier.Status(c.Status))
	}, each(show.Documents))
}

type documentShowCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run shows a document.
func (c *documentShowCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.DocumentView, error) {
		return f.ShowDocument(e.ctx, c.Document)
	}, one(show.Document))
}

type documentTextCmd struct {
	inProject
	Document string `arg:"" help:"Id, SHA-256, file name or path of the document."`
}

// Run prints the text of a document, pages separated by form feeds.
func (c *documentTextCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) (casefile.DocumentText, error) {
		return f.Text(e.ctx, c.Document)
	}, one(show.Text))
}

type documentSimilarCmd struct {
	inProject
	Document string  `arg:"" help:"Id, SHA-256, file name or path of the document."`
	Min      float64 `default:"0.7" help:"Minimum fraction of five-word sequences in common, 0.3 to 1." placeholder:"SHARE"`
}

// Run lists documents that are nearly the same.
func (c *documentSimilarCmd) Run(e *env) error {
	return inFile(e, c.inProject, func(f *casefile.CaseFile) ([]casefile.Similar, error) {
		return f.Similar(e.ctx, c.Document, c.Min)
	}, one(show.Similar))
}
