package casefile

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/mention/caption"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// FindRequest names what to find in a document that is in no case file.
type FindRequest struct {
	As      string // text, words, findings, chunks, mentions, citations, blocks or relations
	Explain bool   // name the rules of mentions
}

// Find returns what the document has, and its name in JSON: "pages" with the text,
// or with words too, "findings" or the name that was asked for. The value is a
// list that is never nil: of [dossier.Page], [dossier.Finding], [dossier.Chunk],
// [dossier.Mention], [ExplainedMention], [cite.Citation], [caption.Block] or
// [FoundRelation].
func (q FindRequest) Find(doc *extract.Document) (name string, found any) {
	switch q.As {
	case "text":
		for i := range doc.Pages {
			doc.Pages[i].Words = nil
		}
		return "pages", doc.Pages
	case "words":
		return "pages", doc.Pages
	case "findings":
		return q.As, append([]dossier.Finding{}, doc.Findings...)
	}
	return q.As, q.inText(doc.Pages, doc.Meta)
}

// inText finds what stands in the text of pages. Meta is what the file states about
// itself.
func (q FindRequest) inText(pages []dossier.Page, meta map[string]string) any {
	text, spans := dossier.JoinPages(pages)
	switch q.As {
	case "chunks":
		return append([]dossier.Chunk{}, chunk.Split(text, spans, chunk.Options{})...)
	case "citations":
		return append([]cite.Citation{}, cite.Find(text)...)
	}
	mentions := append([]dossier.Mention{}, mention.Find(text)...)
	switch q.As {
	case "blocks":
		return append([]caption.Block{}, caption.Blocks(text, mentions)...)
	case "relations":
		entities := relate.WithCase(text, mentions, resolve.Document(text, mentions))
		return relationsOf(entities, relate.Find(text, spans, mentions, entities, meta))
	}
	for i := range mentions {
		mentions[i].Page = dossier.PageAt(spans, mentions[i].Start)
	}
	if q.Explain {
		return explain(mentions)
	}
	return mentions
}

// ExplainedMention is a mention with the names of its rules: the one that found it, then
// those that changed its bounds or its type.
type ExplainedMention struct {
	dossier.Mention
	Rules []string `json:"rules"`
}

func explain(mentions []dossier.Mention) []ExplainedMention {
	list := make([]ExplainedMention, len(mentions))
	for i, m := range mentions {
		list[i] = ExplainedMention{m, strings.Fields(m.Rule)}
	}
	return list
}

// FoundRelation is a relation with the names of its ends.
type FoundRelation struct {
	Kind       dossier.RelationKind `json:"kind"`
	Role       string               `json:"role"`
	RoleRaw    string               `json:"role_raw"`
	From       string               `json:"from"`
	FromType   dossier.MentionType  `json:"from_type"`
	To         string               `json:"to"`
	ToType     dossier.MentionType  `json:"to_type"`
	Case       string               `json:"case"`
	Evidence   Evidence             `json:"evidence"`
	Confidence float64              `json:"confidence"`
	Method     string               `json:"method"`
}

// Evidence is the words that prove a relation, and where they stand.
type Evidence struct {
	Page  int    `json:"page"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// relationsOf names the ends of relations. Co-mentions, which have no evidence of
// their own, are left out.
func relationsOf(entities []dossier.DocumentEntity, relations []dossier.Relation) []FoundRelation {
	byKey := make(map[string]dossier.DocumentEntity, len(entities))
	for _, e := range entities {
		byKey[e.Key] = e
	}
	out := []FoundRelation{}
	for _, r := range relations {
		if r.Kind == dossier.CoMention {
			continue
		}
		from, to := byKey[r.From], byKey[r.To]
		out = append(out, FoundRelation{
			Kind: r.Kind, Role: r.Role, RoleRaw: r.RoleRaw, From: nameOf(from), FromType: from.Type, To: nameOf(to), ToType: to.Type,
			Case: nameOf(byKey[r.Case]), Evidence: Evidence{r.Page, r.Start, r.End, r.Evidence}, Confidence: r.Confidence, Method: r.Method,
		})
	}
	return out
}

// nameOf returns the name of an entity: of a case, its title, or its number
// without the "Case No." that stands before it.
func nameOf(e dossier.DocumentEntity) string {
	digit := strings.IndexAny(e.Name, "0123456789")
	if e.Type != dossier.Docket || relate.Titled(e) || digit < 0 {
		return e.Name
	}
	return e.Name[strings.LastIndexAny(e.Name[:digit], " #")+1:]
}
