package pipeline

import (
	"context"
	"fmt"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/paid"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/store"
)

// modelled is the output of the third stage where a model is asked.
type modelled struct {
	Mentions []store.PlacedMention
	Warnings []string
	Passages int // that the model was asked about
	Names    int // that it returned, and that are there
	Dropped  int // that it returned, and that are not
	// Without says that the model was not asked, Partial that asking it later may
	// find more.
	Without, Partial bool
}

// findWithModel finds mentions here, has the model find names, and merges. A
// result that is partial is not kept in the cache, and leaves the document with
// another recipe than the one asked for: processing it again asks the model
// again, and pays only for passages that it was not asked about before.
func (p *Pipeline) findWithModel(ctx context.Context, s step, text string, spans []dossier.PageSpan, chunks []dossier.Chunk) (outcome, error) {
	recipe, model := p.Services.Recipe(p.Languages), p.Services.Model.Client.Model()
	key := s.cacheKey(text, jsonOf(spans), chunk.Version, "model="+recipe.Model)
	found, yield, err := output[modelled]{
		keys:  []cache.Key{key},
		whole: func(_ context.Context, m modelled) (bool, error) { return !m.Partial, nil },
		keep:  func(m modelled) (cache.Key, bool) { return key, !m.Partial },
		do: func() (modelled, error) {
			local := mention.Find(text)
			names, err := p.Services.Find(ctx, s.task, chunks)
			if err != nil {
				return modelled{}, err
			}
			return merged(text, spans, chunks, local, names)
		},
	}.get(ctx, p, s)
	if err != nil {
		return outcome{}, err
	}
	yield.Count, yield.Note = len(found.Mentions), whyNone(len(found.Mentions), len(chunks))
	if yield.Note == "" && !found.Without {
		yield.Note = fmt.Sprintf("%s told %d names in %d passages, and %d that are not there", model, found.Names, found.Passages, found.Dropped)
	}
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Documents().Warn(ctx, s.doc.ID, "names", found.Warnings); err != nil {
			return err
		}
		if found.Partial {
			if err := tx.Documents().SetRecipe(ctx, s.doc.ID, found.recipe(recipe, extract.OCRMode(s.doc.OCRMode))); err != nil {
				return err
			}
		}
		return tx.Contents().SaveMentions(ctx, s.doc.ID, found.Mentions)
	})}, nil
}

// merged merges the names of the model into the mentions found here.
func merged(text string, spans []dossier.PageSpan, chunks []dossier.Chunk, local []dossier.Mention, names paid.Names) (modelled, error) {
	mentions, err := Place(text, spans, chunks, mention.Merge(text, local, names.Mentions))
	return modelled{
		Mentions: mentions, Warnings: names.Warnings, Passages: names.Passages, Names: names.Found, Dropped: names.Dropped,
		Without: names.Without, Partial: names.Partial,
	}, err
}

// recipe is the recipe of a result to which the model did not contribute, or did
// so only in part.
func (m modelled) recipe(asked plan.Recipe, mode extract.OCRMode) string {
	if m.Without {
		return asked.WithoutModel().For(mode)
	}
	return asked.For(mode) + ";in part"
}
