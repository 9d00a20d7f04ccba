package casefile

import (
	"context"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/verify"
)

// ListedDocument is a document in a list.
type ListedDocument struct {
	store.Document
	Held bool `json:"held,omitempty"` // a legal hold is in force on it
}

// Documents lists the documents in a status, or all of them if it is "".
func (c *CaseFile) Documents(ctx context.Context, status dossier.Status) ([]ListedDocument, error) {
	list, err := c.DB.Documents().List(ctx, c.Project.ID, status)
	if err != nil {
		return nil, err
	}
	holds, err := c.DB.Holds().List(ctx, c.Project.ID)
	if err != nil {
		return nil, err
	}
	held := map[string]bool{} // "" stands for all
	for _, h := range holds {
		held[h.DocumentID] = true
	}
	rows := make([]ListedDocument, len(list))
	for i, d := range list {
		rows[i] = ListedDocument{d, held[""] || held[d.ID]}
	}
	return rows, nil
}

// DocumentView is a document with all that is known of it.
type DocumentView struct {
	store.Document
	PageList     []PageView               `json:"page_list"`
	Findings     []dossier.Finding        `json:"findings"`
	Parents      []store.Relative         `json:"parents,omitempty"`
	Children     []store.Relative         `json:"children,omitempty"`
	EntityList   []dossier.DocumentEntity `json:"entity_list"`
	RelationList []dossier.Relation       `json:"relation_list"`
	Holds        []store.Hold             `json:"holds,omitempty"`
}

// PageView is a page without its text.
type PageView struct {
	Number     int            `json:"number"`
	Label      string         `json:"label,omitempty"`
	Source     dossier.Source `json:"source"`
	Reason     string         `json:"reason"`
	Error      dossier.Code   `json:"error,omitempty"` // why it could not be read
	Words      int            `json:"words"`
	Confidence float64        `json:"confidence"`
	Zones      []dossier.Zone `json:"zones,omitempty"`
}

// ShowDocument describes a document.
func (c *CaseFile) ShowDocument(ctx context.Context, what string) (v DocumentView, err error) {
	if v.Document, err = c.Document(ctx, what); err != nil {
		return v, err
	}
	if v.Holds, err = c.holdsOn(ctx, v.ID); err != nil {
		return v, err
	}
	pages, err := c.DB.Contents().Pages(ctx, v.ID)
	if err != nil {
		return v, err
	}
	for _, p := range pages {
		v.PageList = append(v.PageList, PageView{p.Number, p.Label, p.Source, p.Reason, p.Error, p.WordCount(), p.Confidence(), p.Zones})
	}
	if v.Findings, err = c.DB.Contents().Findings(ctx, v.ID); err != nil {
		return v, err
	}
	if v.Parents, v.Children, err = c.DB.Documents().Family(ctx, v.ID); err != nil {
		return v, err
	}
	if v.EntityList, err = c.DB.Contents().Entities(ctx, v.ID); err != nil {
		return v, err
	}
	v.RelationList, err = c.DB.Contents().Relations(ctx, v.ID)
	return v, err
}

// holdsOn returns the holds that keep a document from being deleted.
func (c *CaseFile) holdsOn(ctx context.Context, documentID string) ([]store.Hold, error) {
	all, err := c.DB.Holds().List(ctx, c.Project.ID)
	var on []store.Hold
	for _, h := range all {
		if h.DocumentID == "" || h.DocumentID == documentID {
			on = append(on, h)
		}
	}
	return on, err
}

// DocumentText is the text of a document: its pages, joined by form feeds.
type DocumentText struct {
	Document string             `json:"document"`
	Pages    []dossier.PageSpan `json:"pages"`
	Text     string             `json:"text"`
}

// Text returns the text of a document.
func (c *CaseFile) Text(ctx context.Context, what string) (t DocumentText, err error) {
	d, err := c.Document(ctx, what)
	if err != nil {
		return t, err
	}
	t.Document = d.ID
	t.Text, t.Pages, err = c.DB.Contents().Text(ctx, d.ID)
	return t, err
}

// Similar lists the documents that have at least the fraction min of their text
// in common with a document, the most similar first. Copies of the same mail are
// always among them.
func (c *CaseFile) Similar(ctx context.Context, what string, min float64) ([]Similar, error) {
	if min < 0.3 || min > 1 {
		return nil, invalid("min", "documents less alike are not searched for", "%g is not between 0.3 and 1", min)
	}
	d, err := c.Document(ctx, what)
	if err != nil {
		return nil, err
	}
	return similarTo(ctx, c.DB, d, min)
}

// Verify traces a document through all stages and checks its record again.
func (c *CaseFile) Verify(ctx context.Context, what string) (verify.Trace, error) {
	d, err := c.Document(ctx, what)
	if err != nil {
		return verify.Trace{}, err
	}
	return verify.Document(ctx, c.DB, c.Cache, d)
}

// DocumentDeletion is what the deletion of documents would delete.
type DocumentDeletion struct {
	DryRun bool `json:"dry_run"` // always: nothing is deleted yet
	store.Deletion
}

// PlanDeletion lists what the deletion of documents would delete: they and their
// attachments, but for attachments that are found elsewhere too.
func (c *CaseFile) PlanDeletion(ctx context.Context, documents []string) (DocumentDeletion, error) {
	ids, err := c.documents(ctx, documents)
	if err != nil {
		return DocumentDeletion{}, err
	}
	plan, err := c.DB.Documents().PlanDeletion(ctx, c.Project.ID, ids)
	return DocumentDeletion{true, plan}, err
}
