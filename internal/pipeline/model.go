package pipeline

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/llm"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
	"github.com/dossier-legal/dossier/internal/store"
)

// Model is a language model that finds names, and what it may cost.
type Model struct {
	Client    *llm.Client
	Price     llm.Price
	Caps      store.Caps
	PerSecond int // calls a second; 0: no limit
	// Fallback has documents go on without a model that is down.
	Fallback bool
}

// Provider implements provider.
func (m *Model) Provider() string { return "llm:" + m.Client.Model() }

// Limits implements provider.
func (m *Model) Limits() (all, project ratelimit.Limit) {
	return ratelimit.Limit{Count: m.PerSecond, Per: time.Second}, ratelimit.Limit{}
}

// recipe is the part of a recipe that the model is.
func (m *Model) recipe() string { return "model=" + m.Client.Model() + ":" + llm.Version }

// modelled is the output of the third stage where a model is asked.
type modelled struct {
	Mentions []store.PlacedMention
	Warnings []string
	Passages int // that the model was asked about
	Names    int // that it told, and that are there
	Dropped  int // … and that are not
	// Without says that the model had no part in it, Partial that there may be
	// more to be had from it.
	Without, Partial bool
}

// findWithModel finds mentions here, has the model find names, and merges. A
// result that the model had no full part in is not kept, and leaves the document
// with a recipe that is not the one asked for: asking again asks the model
// again, and pays only for what it was not asked before.
func (p *Pipeline) findWithModel(ctx context.Context, s *step, text string, spans []dossier.PageSpan, chunks []dossier.Chunk) error {
	parts := []string{text, jsonOf(spans), chunk.Version, p.Model.recipe()}
	key := s.cacheKey(parts...)
	found, err := output[modelled]{
		keys:  []cache.Key{key},
		whole: func(_ context.Context, m modelled) (bool, error) { return !m.Partial, nil },
		keep:  func(m modelled) (cache.Key, bool) { return key, !m.Partial },
		do: func() (modelled, error) {
			local := mention.Find(text)
			a := asking{p, s}
			m, names, err := a.ask(ctx, chunks)
			if err != nil {
				return m, err
			}
			m.Mentions, err = Place(text, spans, chunks, mention.Merge(text, local, names))
			return m, err
		},
	}.get(ctx, p, s)
	if err != nil {
		return err
	}
	s.noteMentions(len(found.Mentions), len(chunks))
	if s.yield.Note == "" && !found.Without {
		s.yield.Note = fmt.Sprintf("%s told %d names in %d passages, and %d that are not there", p.Model.Client.Model(), found.Names, found.Passages, found.Dropped)
	}
	s.commit = func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Documents().Warn(ctx, s.doc.ID, "names", found.Warnings); err != nil {
			return err
		}
		if found.Partial {
			if err := tx.Documents().SetRecipe(ctx, s.doc.ID, p.lesserRecipe(extract.OCRMode(s.doc.OCRMode), found)); err != nil {
				return err
			}
		}
		return tx.Contents().SaveMentions(ctx, s.doc.ID, found.Mentions)
	}
	return nil
}

// lesserRecipe is the recipe of what was done without the model, or with less of
// it than there may be.
func (p *Pipeline) lesserRecipe(mode extract.OCRMode, m modelled) string {
	if m.Without {
		return strings.TrimSuffix(p.recipe(mode), ";"+p.Model.recipe())
	}
	return p.recipe(mode) + ";in part"
}

// asking asks the model about one document.
type asking struct {
	*Pipeline
	s *step
}

// ask has the model find names in the chunks. If there is no asking it now, and
// the document may go on without it, the result says so.
func (a asking) ask(ctx context.Context, chunks []dossier.Chunk) (modelled, []dossier.Mention, error) {
	passages := make([]string, len(chunks))
	for i, c := range chunks {
		passages[i] = c.Text
	}
	found, err := a.Model.Client.Find(ctx, passages, a.call, a)
	if err != nil {
		m, err := a.without(err)
		return m, nil, err
	}
	m := modelled{Passages: len(passages), Dropped: found.Dropped, Partial: found.Unread > 0}
	model := a.Model.Client.Model()
	if found.Refused > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("the model %s will not read %d of %d passages", model, found.Refused, len(passages)))
	}
	if found.Unread > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("the model %s gave no proper answer for %d of %d passages", model, found.Unread, len(passages)))
	}
	var names []dossier.Mention
	for i, c := range chunks {
		for _, n := range found.Names[i] {
			names = append(names, dossier.Mention{Type: n.Type, Start: c.Start + n.Start, End: c.Start + n.End, Method: a.Model.Provider()})
		}
	}
	m.Names = len(names)
	return m, names, nil
}

// without decides what an error of asking means for the document: it goes on
// without the model, waits, or fails.
func (a asking) without(cause error) (modelled, error) {
	code := dossier.CodeOf(cause)
	why := ""
	switch {
	case code == dossier.CodeBudget:
		why = "the budget is spent"
		if e, ok := errors.AsType[*dossier.Error](cause); ok {
			why += ", " + e.Subject
		}
	case code == dossier.CodeBadAnswer:
		why = dossier.TextOf(cause)
	case a.Model.Fallback && (errors.Is(cause, errDown) || code == dossier.CodeProviderDown && queue.LastTry(a.s.task)):
		why = "it is down"
	default:
		return modelled{}, parkIfDown(a.Model, patience(cause))
	}
	a.Log.Warn("a document goes on without the model", "model", a.Model.Client.Model(), "document", a.s.doc.ID, "err", cause)
	m := modelled{Without: true, Partial: true}
	m.Warnings = []string{fmt.Sprintf("found without the model %s: %s", a.Model.Client.Model(), why)}
	return m, nil
}

// patience parks a task for as long as the endpoint asks.
func patience(err error) error {
	if turned, ok := errors.AsType[*llm.HTTPError](err); ok && turned.RetryAfter > 0 && dossier.CodeOf(err) == dossier.CodeRateLimited {
		return queue.Park{Until: time.Now().Add(turned.RetryAfter), Why: err.Error()}
	}
	return err
}

// call makes one call. The most that it may cost is booked before, what it cost
// after it. That most stays booked where nobody tells what it cost, or the
// answer was lost on the way.
func (a asking) call(ctx context.Context, q llm.Request) (llm.Reply, error) {
	report, err := a.admitSoon(ctx)
	if err != nil {
		return llm.Reply{}, err
	}
	most := q.Most()
	charge := store.Charge{
		// Each call is paid for, also one that is like another: what is to be paid
		// once is seen to by the memory.
		CallKey: a.s.task.ID + ":" + rand.Text(),
		Project: a.s.doc.ProjectID, Batch: a.s.task.BatchID, Provider: "llm",
		Units: most.Prompt + most.Completion, Micros: a.Model.Price.Cost(most),
	}
	if err := a.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, a.Model.Caps) }); err != nil {
		report(dossier.Errorf(dossier.CodeRateLimited, "no call was made")) // gives a try back
		return llm.Reply{}, err
	}
	reply, err := a.Model.Client.Chat(ctx, q)
	report(err)
	if settleErr := a.settle(ctx, charge.CallKey, reply, err); settleErr != nil { // no reason to lose an answer that is paid
		a.Log.Warn("what a call cost cannot be recorded; the most that it may have cost stays booked", "err", settleErr)
	}
	return reply, err
}

func (a asking) settle(ctx context.Context, key string, reply llm.Reply, cause error) error {
	return a.DB.Write(ctx, func(tx *store.Tx) error {
		switch u := reply.Usage; {
		case cause == nil && u != nil:
			return tx.Charges().Settle(ctx, key, u.Prompt+u.Completion, a.Model.Price.Cost(*u))
		case llm.Unbilled(cause):
			return tx.Charges().Unbook(ctx, key)
		}
		return nil
	})
}

// shortWait is how long a slot is held for a call whose turn has not come. To
// park costs finding all that is found here once more.
const shortWait = time.Second

// admitSoon asks breaker and limits, and waits a moment for its turn.
func (a asking) admitSoon(ctx context.Context) (report func(error), err error) {
	for {
		report, err = a.admitNow(ctx, a.Model, a.s.doc.ProjectID)
		park, parked := errors.AsType[queue.Park](err)
		if !parked || time.Until(park.Until) > shortWait {
			return report, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Until(park.Until)):
		}
	}
}

// answerKey is the key of what the model says of a passage.
func (a asking) answerKey(passage string) cache.Key {
	return cache.Key{Stage: "llm", Version: llm.Version, SHA256: hashOf([]string{a.Model.Client.Model(), passage})}
}

// Recall implements llm.Memory.
func (a asking) Recall(ctx context.Context, passages []string) map[string]llm.Answer {
	entries, answers := make([]cache.Entry, len(passages)), make([]llm.Answer, len(passages))
	for i, text := range passages {
		entries[i] = cache.Entry{Key: a.answerKey(text), Value: &answers[i]}
	}
	if err := a.Cache.GetMany(ctx, entries); err != nil {
		a.Log.Warn("the cache cannot be read; what is there is asked again", "err", err)
	}
	known := map[string]llm.Answer{}
	for i, e := range entries {
		if e.Found {
			known[passages[i]] = answers[i]
		}
	}
	return known
}

// Keep implements llm.Memory. An answer is kept even when its task has to stop.
func (a asking) Keep(ctx context.Context, answers map[string]llm.Answer) {
	var entries []cache.Entry
	for text, answer := range answers {
		entries = append(entries, cache.Entry{Key: a.answerKey(text), Value: answer})
	}
	if err := a.Cache.PutMany(context.WithoutCancel(ctx), entries); err != nil {
		a.Log.Warn("the cache cannot be written; what was answered may be paid for again", "err", err)
	}
}
