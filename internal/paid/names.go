package paid

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/llm"
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

// Provider names the model as a service.
func (m *Model) Provider() string { return "llm:" + m.Client.Model() }

// Limits returns the limit of the model.
func (m *Model) Limits() (all, project ratelimit.Limit) {
	return ratelimit.Limit{Count: m.PerSecond, Per: time.Second}, ratelimit.Limit{}
}

// version names the model and the version of how it is asked, for recipes.
func (m *Model) version() string { return m.Client.Model() + ":" + llm.Version }

// Names are the names that a model found in a document.
type Names struct {
	Mentions []dossier.Mention
	Warnings []string
	Passages int // that the model was asked about
	Found    int // names that it returned, and that are there
	Dropped  int // names that it returned, and that are not
	// Without says that the model was not asked, Partial that asking it later may
	// find more.
	Without, Partial bool
}

// Find has the model find names in the chunks of a document. Answers are cached
// by passage, so that none is paid twice. If the model cannot be asked and the
// document may go on without it, the result says so; if the document has to wait,
// the error is a [queue.Park].
func (s *Services) Find(ctx context.Context, t store.Task, chunks []dossier.Chunk) (Names, error) {
	return asking{s, t}.ask(ctx, chunks)
}

// asking asks the model about one document.
type asking struct {
	*Services
	task store.Task
}

// ask has the model find names in the chunks.
func (a asking) ask(ctx context.Context, chunks []dossier.Chunk) (Names, error) {
	passages := make([]string, len(chunks))
	for i, c := range chunks {
		passages[i] = c.Text
	}
	found, err := a.Model.Client.Find(ctx, passages, a.call, a)
	if err != nil {
		return a.without(err)
	}
	n := Names{Passages: len(passages), Dropped: found.Dropped, Partial: found.Unread > 0}
	model := a.Model.Client.Model()
	if found.Refused > 0 {
		n.Warnings = append(n.Warnings, fmt.Sprintf("the model %s will not read %d of %d passages", model, found.Refused, len(passages)))
	}
	if found.Unread > 0 {
		n.Warnings = append(n.Warnings, fmt.Sprintf("the model %s gave no proper answer for %d of %d passages", model, found.Unread, len(passages)))
	}
	for i, c := range chunks {
		for _, name := range found.Names[i] {
			n.Mentions = append(n.Mentions, dossier.Mention{Type: name.Type, Start: c.Start + name.Start, End: c.Start + name.End, Method: a.Model.Provider()})
		}
	}
	n.Found = len(n.Mentions)
	return n, nil
}

// without decides what an error of asking means for the document: it goes on
// without the model, waits, or fails.
func (a asking) without(cause error) (Names, error) {
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
	case a.Model.Fallback && (isDown(cause) || code == dossier.CodeProviderDown && queue.LastTry(a.task)):
		why = "it is down"
	default:
		return Names{}, parkIfDown(patience(cause))
	}
	a.Log.Warn("a document goes on without the model", "model", a.Model.Client.Model(), "document", a.task.DocumentID, "err", cause)
	return Names{
		Without: true, Partial: true,
		Warnings: []string{fmt.Sprintf("found without the model %s: %s", a.Model.Client.Model(), why)},
	}, nil
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
		CallKey: a.task.ID + ":" + rand.Text(),
		Project: a.task.ProjectID, Batch: a.task.BatchID, Provider: "llm",
		Units: most.Prompt + most.Completion, Micros: a.Model.Price.Cost(most),
	}
	if err := a.DB.Write(ctx, func(tx *store.Tx) error { return tx.Charges().Book(ctx, charge, a.Model.Caps) }); err != nil {
		report(notCalled())
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
		report, err = a.admit(ctx, a.Model, a.task.ProjectID)
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
	return cache.Key{Stage: "llm", Version: llm.Version, SHA256: cache.Hash(a.Model.Client.Model(), passage)}
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
