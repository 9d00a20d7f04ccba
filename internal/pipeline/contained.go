package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

// inside separates the path of a file from that of what was found in it.
const inside = "!/"

// Inside limits what is followed inside one file that was found by itself,
// however deep it lies there. Zero fields get the defaults. What is beyond a
// limit is a warning of the document that holds it, and a file that the batch
// could not read.
type Inside struct {
	Depth int   // files around a file. Default: 8
	Files int64 // files in all; copies in the same file count once. Default: 500,000
	Bytes int64 // bytes of all files together. Default: 16 GiB
}

// maxRefusals is how many refused entries of one document are named; the rest
// is counted.
const maxRefusals = 100

// refusal is why the entry d of c is not followed, or nil. An entry that is on
// record as one of c takes no room again.
func (in Inside) refusal(c store.Container, d store.NewDocument) *dossier.Error {
	depth, files, size := cmp.Or(in.Depth, 8), cmp.Or(in.Files, 500_000), cmp.Or(in.Bytes, 16<<30)
	switch {
	case c.Around[d.ID()]:
		return dossier.Errorf(dossier.CodeContainsItself, "the file contains itself: a file around it has the same bytes").
			WithCure("nothing needs to be done: these bytes are on record once")
	case d.Depth > depth:
		return dossier.Errorf(dossier.CodeTooLarge, "it is packed into more than %d files, one in the other", depth).
			WithCure("take it out of its archive and process it by itself")
	case c.Known[d.ID()]:
		return nil
	case c.Files+1 > files:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "more than %d files lie in the file around it", files).
			WithCure("extract that file and process the folder")
	case c.Bytes+d.Size > size:
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the files in the file around it have more than %d MiB", size>>20).
			WithCure("extract that file and process the folder")
	}
	return nil
}

// children describes the files found in a document as documents of their own.
func (p *Pipeline) children(ctx context.Context, parent store.Document, attachments []attachment) ([]store.NewDocument, error) {
	children, recipe := make([]store.NewDocument, 0, len(attachments)), p.Services.Recipe(p.Languages)
	for _, a := range attachments {
		d := store.NewDocument{
			ProjectID: parent.ProjectID, SHA256: a.SHA256, Size: a.Size, ParentID: parent.ID,
			Path: parent.Paths[0] + inside + strings.ReplaceAll(a.Name, inside, "!_"),
		}
		if err := batch.Describe(ctx, p.Blobs, recipe, &d, extract.OCRMode(parent.OCRMode), a.Name); err != nil {
			return nil, err
		}
		children = append(children, d)
	}
	return children, nil
}

// follow says which children of a document become documents, and records the
// room that they take and the entries that are refused. warnings are of those,
// for the document.
func (p *Pipeline) follow(ctx context.Context, tx *store.Tx, doc store.Document, children []store.NewDocument) (admitted []store.NewDocument, warnings []string, err error) {
	if len(children) == 0 {
		return nil, nil, nil
	}
	c, err := tx.Containers().Get(ctx, doc.ID, doc.Paths[0])
	if err != nil {
		return nil, nil, err
	}
	var refused []store.Refusal
	for _, d := range children {
		d.RootID, d.Depth = c.Root, c.Depth+1
		if cause := p.Inside.refusal(c, d); cause != nil {
			refused = append(refused, store.Refusal{Path: d.Path, Cause: cause})
			continue
		}
		c.Add(d)
		admitted = append(admitted, d)
	}
	refused, warnings = nameRefusals(doc.Paths[0], refused)
	if err := tx.Containers().Refuse(ctx, doc.ID, refused); err != nil {
		return nil, nil, err
	}
	return admitted, warnings, tx.Containers().SaveTotals(ctx, c)
}

// nameRefusals names the first refusals in a container at path and counts the
// rest.
func nameRefusals(path string, refused []store.Refusal) (list []store.Refusal, warnings []string) {
	if more := len(refused) - maxRefusals; more > 0 {
		last := *refused[len(refused)-1].Cause
		last.Message = fmt.Sprintf("%d more files in it were not followed, the last of them because %s", more, last.Message)
		refused = append(refused[:maxRefusals:maxRefusals], store.Refusal{Path: path, Cause: &last})
	}
	for _, r := range refused {
		warnings = append(warnings, filepath.Base(r.Path)+": "+r.Cause.Text())
	}
	return refused, warnings
}

// registerChildren makes the files found in a document members of every open
// batch of their parent and starts them. It returns the new members.
func registerChildren(ctx context.Context, tx *store.Tx, s step, children []store.NewDocument) (added []store.Member, err error) {
	if err := claimChildren(ctx, tx, s, children); err != nil {
		return nil, err
	}
	batches, err := tx.Batches().OpenOf(ctx, s.doc.ID)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		if err := tx.Containers().ReportRefusals(ctx, b.ID, s.doc.ID); err != nil {
			return nil, err
		}
		members, err := batch.Register(ctx, tx, b, children)
		if err != nil {
			return nil, err
		}
		added = append(added, members...)
	}
	return added, nil
}

// claimChildren keeps the bytes of children from being removed with other
// documents that had them. If they may be gone the task is to wait: the next
// attempt sees that they are, and reads them out of the parent again.
func claimChildren(ctx context.Context, tx *store.Tx, s step, children []store.NewDocument) error {
	if len(children) == 0 {
		return nil
	}
	shas := make([]string, len(children))
	for i, c := range children {
		shas[i] = c.SHA256
	}
	going, err := tx.Removals().ClaimOriginals(ctx, s.doc.ProjectID, shas, nil)
	if err == nil && len(going) > 0 && going.Before(s.task.StartedAt) { // this attempt stored the bytes, or saw them
		going, err = tx.Removals().ClaimOriginals(ctx, s.doc.ProjectID, shas, going)
	}
	if err == nil && len(going) > 0 {
		err = queue.Park{Until: time.Now().Add(store.RemovalSilence), Why: "an attachment of the same content is being deleted"}
	}
	return err
}
