package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/ratelimit"
)

// provider is a service: it has a name, may be down, and rations calls. An
// [Extractor] may be one.
type provider interface {
	Provider() string
	// Limits says how many calls are allowed for all, and for one project; a
	// limit of no calls is none.
	Limits() (all, project ratelimit.Limit)
}

// errDown says that the breaker of a service is open.
var errDown = errors.New("the service is down")

const askDownAfter = 30 * time.Second

// parkIfDown parks a task whose service is down.
func parkIfDown(service provider, err error) error {
	if errors.Is(err, errDown) {
		return queue.Park{Until: time.Now().Add(askDownAfter), Why: service.Provider() + " is down"}
	}
	return err
}

// admitNow is admit for those who can do without the service: an open breaker
// is errDown.
func (p *Pipeline) admitNow(ctx context.Context, service provider, projectID string) (report func(error), err error) {
	report, err = p.admit(ctx, service, projectID)
	if park, ok := errors.AsType[queue.Park](err); ok && park.Why == service.Provider()+" is down" {
		return nil, errDown
	}
	return report, err
}

// admit asks whether a service may be called now. If not, the task is parked. Without Redis there is nobody to ask, and the call is
// made. report tells how it ended.
func (p *Pipeline) admit(ctx context.Context, service provider, projectID string) (report func(error), err error) {
	name := service.Provider()
	report = func(cause error) {
		if err := p.Breakers.Report(context.WithoutCancel(ctx), name, cause); err != nil {
			p.Log.Warn("the circuit breaker does not learn how a call ended", "provider", name, "err", err)
		}
	}
	wait, err := p.Breakers.Allow(ctx, name)
	if err != nil {
		p.Log.Warn("the circuit breaker cannot be asked; calling", "provider", name, "err", err)
	}
	if wait > 0 {
		return nil, queue.Park{Until: time.Now().Add(wait), Why: name + " is down"}
	}
	all, project := service.Limits()
	for _, bucket := range []struct {
		name  string
		limit ratelimit.Limit
	}{{name + ":" + projectID, project}, {name, all}} {
		if bucket.limit.Count == 0 {
			continue
		}
		wait, err := p.Limiter.Take(ctx, bucket.name, 1, bucket.limit)
		if err != nil { // a limit that cannot be asked is kept
			return nil, dossier.Errorf(dossier.CodeProviderDown, "the rate limit of %s cannot be asked: %w", name, err)
		}
		if wait > 0 {
			report(dossier.Errorf(dossier.CodeRateLimited, "no call was made")) // gives a try back
			return nil, queue.Park{Until: time.Now().Add(wait), Why: "the limit of " + name + " is reached"}
		}
	}
	return report, nil
}
