package paid

import (
	"context"
	"errors"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
)

// provider is a service: it has a name, may be down, and limits calls. An
// [Extractor] may be one.
type provider interface {
	Provider() string
	// Limits returns how many calls are allowed over all projects, and for one of
	// them; a limit of no calls is no limit.
	Limits() (all, project ratelimit.Limit)
}

// downError reports that the breaker of a service is open.
type downError struct {
	provider string
	wait     time.Duration // until the breaker lets a call through
}

func (d downError) Error() string { return d.provider + " is down" }

func isDown(err error) bool {
	_, ok := errors.AsType[downError](err)
	return ok
}

const askDownAfter = 30 * time.Second

// parkIfDown parks a task whose service is down.
func parkIfDown(err error) error {
	if d, ok := errors.AsType[downError](err); ok {
		return queue.Park{Until: time.Now().Add(askDownAfter), Why: d.Error()}
	}
	return err
}

// admit asks whether a service may be called for a project now. If its breaker
// is open, the error is a [downError]; if a limit is reached, the error parks the
// task. If the breaker cannot be asked, the call is made. report records how it
// ended.
func (s *Services) admit(ctx context.Context, service provider, projectID string) (report func(error), err error) {
	name := service.Provider()
	report = func(cause error) {
		if err := s.Breakers.Report(context.WithoutCancel(ctx), name, cause); err != nil {
			s.Log.Warn("the circuit breaker cannot record how a call ended", "provider", name, "err", err)
		}
	}
	wait, err := s.Breakers.Allow(ctx, name)
	if err != nil {
		s.Log.Warn("the circuit breaker cannot be asked; calling", "provider", name, "err", err)
	}
	if wait > 0 {
		return nil, downError{name, wait}
	}
	all, project := service.Limits()
	for _, bucket := range []struct {
		name  string
		limit ratelimit.Limit
	}{{name + ":" + projectID, project}, {name, all}} {
		if bucket.limit.Count == 0 {
			continue
		}
		wait, err := s.Limiter.Take(ctx, bucket.name, 1, bucket.limit)
		if err != nil { // without an answer the limit might be exceeded
			return nil, dossier.Errorf(dossier.CodeProviderDown, "the rate limit of %s cannot be asked: %w", name, err)
		}
		if wait > 0 {
			report(notCalled())
			return nil, queue.Park{Until: time.Now().Add(wait), Why: "the limit of " + name + " is reached"}
		}
	}
	return report, nil
}

// notCalled is what is reported of an admitted call that was not made, so that
// the breaker counts no try.
func notCalled() error { return dossier.Errorf(dossier.CodeRateLimited, "no call was made") }
