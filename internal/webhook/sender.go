package webhook

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/dossier-legal/dossier/internal/store"
)

// Sender sends what is due. Any number of them, in any number of processes,
// work concurrently.
type Sender struct {
	DB     *store.DB
	Client *http.Client // see [NewClient]
	Log    *slog.Logger

	lease    sync.Mutex // one look for work at a time
	failures int        // looks in a row that failed; guarded by lease

	once  sync.Once
	wakes chan struct{}
}

const (
	parallel  = 4  // webhooks served at once
	groupSize = 50 // deliveries of a lease
	// A lease is given back long before it ends: the last attempt in it is begun
	// while there is time for it and for recording it.
	leaseTime  = 40 * time.Second
	leaseUse   = leaseTime - timeout - 10*time.Second
	pollEvery  = time.Second
	slowestAsk = 30 * time.Second // between looks while the database is away
	maxTries   = 12
	firstWait  = 10 * time.Second
	longestGap = time.Hour
)

// Wake has the senders look for due deliveries at once.
func (s *Sender) Wake() {
	select {
	case s.woken() <- struct{}{}:
	default:
	}
}

func (s *Sender) woken() chan struct{} {
	s.once.Do(func() { s.wakes = make(chan struct{}, 1) })
	return s.wakes
}

// Run sends until ctx ends. What it then has not sent stays due; an attempt
// under way is broken off and does not count.
func (s *Sender) Run(ctx context.Context) {
	var senders sync.WaitGroup
	for range parallel {
		senders.Go(func() {
			for ctx.Err() == nil {
				served, failures := s.serve(ctx)
				if served {
					continue
				}
				wait := min(slowestAsk, pollEvery<<min(failures, 5))
				select {
				case <-ctx.Done():
				case <-s.woken():
				case <-time.After(wait/2 + rand.N(wait)): // senders of all workers do not ask together
				}
			}
		})
	}
	senders.Wait()
}

// Flush sends what is due and returns when nothing is, or when ctx ends.
func (s *Sender) Flush(ctx context.Context) {
	for ctx.Err() == nil {
		if served, _ := s.serve(ctx); !served {
			return
		}
	}
}

// serve serves one webhook and reports whether there was one, and else how
// often the record could not be read.
func (s *Sender) serve(ctx context.Context) (served bool, failures int) {
	start := time.Now()
	lease, failures := s.take(ctx)
	if lease.Webhook.ID == "" {
		return false, failures
	}
	gone := false
	var rest time.Duration
	var outcomes []store.DeliveryOutcome
	for _, d := range lease.Deliveries {
		if ctx.Err() != nil || time.Since(start) > leaseUse {
			break
		}
		err := Send(ctx, s.Client, lease.Webhook, d, s.DB.Now())
		if err != nil && ctx.Err() != nil {
			break // broken off
		}
		o := outcome(d, err)
		outcomes = append(outcomes, o)
		if err != nil {
			s.Log.Warn("news was not delivered", "webhook", d.WebhookID, "delivery", d.ID, "attempt", d.Attempts+1, "err", err)
		}
		if refused, ok := errors.AsType[answer](err); ok {
			gone = refused == http.StatusGone
		} else if err != nil {
			rest = o.Wait
		}
		if gone || rest > 0 {
			break
		}
	}
	// What was sent is recorded, also when ctx ends.
	err := s.DB.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err := tx.Webhooks().Settle(ctx, lease, outcomes, rest); err != nil || !gone {
			return err
		}
		why := answer(http.StatusGone).Error()
		if err := tx.Webhooks().Disable(ctx, lease.Webhook.ID, why); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, "machine", "webhook.disable", lease.Webhook.ID, "", map[string]string{"why": why})
	})
	if err != nil {
		s.Log.Warn("the outcome of deliveries cannot be recorded; they are sent again", "webhook", lease.Webhook.ID, "err", err)
		return false, 1
	}
	return true, 0
}

// take leases the webhook that is due first. It returns how many looks in a row
// have failed; the first of them is logged, and so is their end.
func (s *Sender) take(ctx context.Context) (lease store.WebhookLease, failures int) {
	s.lease.Lock()
	defer s.lease.Unlock()
	due, err := s.DB.Webhooks().Due(ctx)
	if err == nil && due {
		err = s.DB.Write(ctx, func(tx *store.Tx) error {
			lease, err = tx.Webhooks().Lease(ctx, leaseTime, groupSize)
			return err
		})
	}
	switch {
	case err != nil && ctx.Err() != nil: // broken off: it says nothing about the record
		return store.WebhookLease{}, 0
	case err != nil:
		if s.failures++; s.failures == 1 {
			s.Log.Warn("looking for deliveries to send failed; trying again, less often", "err", err)
		}
		return store.WebhookLease{}, s.failures
	case s.failures > 0:
		s.Log.Info("deliveries are sent again", "failed_looks", s.failures)
		s.failures = 0
	}
	return lease, 0
}

// outcome says what an attempt leads to.
func outcome(d store.Delivery, err error) store.DeliveryOutcome {
	switch {
	case err == nil:
		return store.DeliveryOutcome{ID: d.ID, Status: store.DeliveryDelivered}
	case d.Attempts+1 >= maxTries || errors.Is(err, answer(http.StatusGone)):
		return store.DeliveryOutcome{ID: d.ID, Status: store.DeliveryFailed, Error: err.Error()}
	}
	return store.DeliveryOutcome{ID: d.ID, Status: store.DeliveryPending, Error: err.Error(), Wait: backoff(d.Attempts)}
}

// backoff is the wait after an attempt that failed, with so many before it:
// 10 s, doubling to an hour, give or take a tenth.
func backoff(before int) time.Duration {
	d := min(longestGap, firstWait<<before)
	return d - d/10 + rand.N(d/5)
}
