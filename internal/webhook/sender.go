package webhook

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"dossier/internal/store"
)

// Sender sends what is due. Any number of them, in any number of processes,
// work side by side.
type Sender struct {
	DB     *store.DB
	Client *http.Client // see [NewClient]
	Log    *slog.Logger

	lease sync.Mutex // one look for work at a time
}

const (
	parallel  = 4  // webhooks served at once
	groupSize = 50 // deliveries of a lease
	// A lease is given back long before it ends: the last attempt in it is begun
	// while there is time for it and for recording it.
	leaseTime  = 40 * time.Second
	leaseUse   = leaseTime - timeout - 10*time.Second
	pollEvery  = time.Second
	maxTries   = 12
	firstWait  = 10 * time.Second
	longestGap = time.Hour
)

// Run sends until ctx ends. What it then has not sent stays due; an attempt
// under way is broken off and does not count.
func (s *Sender) Run(ctx context.Context) {
	var senders sync.WaitGroup
	for range parallel {
		senders.Go(func() {
			for ctx.Err() == nil {
				if s.serve(ctx) {
					continue
				}
				select {
				case <-ctx.Done():
				case <-time.After(pollEvery/2 + rand.N(pollEvery)):
				}
			}
		})
	}
	senders.Wait()
}

// Flush sends what is due and returns when nothing is, or when ctx ends.
func (s *Sender) Flush(ctx context.Context) {
	for ctx.Err() == nil && s.serve(ctx) {
	}
}

// serve serves one webhook and reports whether there was one.
func (s *Sender) serve(ctx context.Context) bool {
	start := time.Now()
	lease, err := s.take(ctx)
	if err != nil {
		s.Log.Warn("looking for news to send failed", "err", err)
		return false
	}
	if lease.Webhook.ID == "" {
		return false
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
	err = s.DB.Write(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if err := tx.SettleLease(ctx, lease, outcomes, rest); err != nil || !gone {
			return err
		}
		why := answer(http.StatusGone).Error()
		if err := tx.DisableWebhook(ctx, lease.Webhook.ID, why); err != nil {
			return err
		}
		return tx.Audit(ctx, "machine", "webhook.disable", lease.Webhook.ID, "", map[string]string{"why": why})
	})
	if err != nil {
		s.Log.Warn("what became of news cannot be recorded; it is sent again", "webhook", lease.Webhook.ID, "err", err)
	}
	return err == nil
}

func (s *Sender) take(ctx context.Context) (lease store.WebhookLease, err error) {
	s.lease.Lock()
	defer s.lease.Unlock()
	due, err := s.DB.WebhookDue(ctx)
	if err != nil || !due {
		return lease, err
	}
	return lease, s.DB.Write(ctx, func(tx *store.Tx) error {
		lease, err = tx.LeaseWebhook(ctx, leaseTime, groupSize)
		return err
	})
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
