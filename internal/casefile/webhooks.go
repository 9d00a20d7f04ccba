package casefile

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// WebhookRequest describes a webhook: an address that is notified of events.
type WebhookRequest struct {
	URL     string   // http:// or https://; it gets POST requests
	Project string   // name, created if it is missing; "": events of all projects
	Events  []string // kinds; empty: all
	Secret  string   // signs deliveries; "": a new one
}

// WebhookAdded is a webhook that was added.
type WebhookAdded struct {
	Events  []string `json:"events"`
	ID      string   `json:"id"`
	Project string   `json:"project"`
	Secret  string   `json:"secret,omitempty"` // if it was made here; it is not shown again
	URL     string   `json:"url"`              // without passwords
}

// AddWebhook adds a webhook.
func (r Record) AddWebhook(ctx context.Context, q WebhookRequest) (WebhookAdded, error) {
	for _, kind := range q.Events {
		if !slices.Contains(webhook.Kinds(), kind) {
			return WebhookAdded{}, invalid("event", "the kinds are "+strings.Join(webhook.Kinds(), ", "), "there is no event of the kind %q", kind)
		}
	}
	if err := webhook.Check(q.URL); err != nil {
		return WebhookAdded{}, err
	}
	added := WebhookAdded{Events: q.Events, Project: q.Project, URL: webhook.Masked(q.URL)}
	hook := store.Webhook{URL: q.URL, Project: q.Project, Secret: q.Secret, Events: q.Events}
	if q.Secret == "" {
		hook.Secret = rand.Text()
		added.Secret = hook.Secret
	}
	err := r.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if q.Project != "" {
			p, err := tx.Projects().Ensure(ctx, q.Project)
			if err != nil {
				return err
			}
			hook.ProjectID = p.ID
		}
		if added.ID, err = tx.Webhooks().Add(ctx, hook); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, r.Actor, "webhook.add", added.ID, hook.ProjectID, map[string]any{"url": added.URL, "events": q.Events})
	})
	return added, err
}

// Webhooks lists the webhooks, without passwords and secrets.
func (r Record) Webhooks(ctx context.Context) ([]store.Webhook, error) {
	hooks, err := r.DB.Webhooks().List(ctx)
	for i := range hooks {
		hooks[i].URL = webhook.Masked(hooks[i].URL)
	}
	return hooks, err
}

// WebhookRemoved names a webhook that was removed.
type WebhookRemoved struct {
	Removed string `json:"removed"` // id
}

// RemoveWebhook removes a webhook with its pending deliveries.
func (r Record) RemoveWebhook(ctx context.Context, id string) (WebhookRemoved, error) {
	hook, err := r.DB.Webhooks().Get(ctx, id)
	if err != nil {
		return WebhookRemoved{}, err
	}
	return WebhookRemoved{hook.ID}, r.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Webhooks().Remove(ctx, hook.ID); err != nil {
			return err
		}
		return tx.Audit().Record(ctx, r.Actor, "webhook.remove", hook.ID, hook.ProjectID, map[string]string{"url": webhook.Masked(hook.URL)})
	})
}

// Deliveries lists deliveries to webhooks in a status, pending, delivered or
// failed, or all if it is "": the newest first, at most limit.
func (r Record) Deliveries(ctx context.Context, status string, limit int) ([]store.Delivery, error) {
	switch status {
	case "", store.DeliveryPending, store.DeliveryDelivered, store.DeliveryFailed:
		return r.DB.Webhooks().Deliveries(ctx, status, limit)
	}
	return nil, invalid("status", "use pending, delivered or failed", "%q is no status of a delivery", status)
}

// DeliveriesRequest names deliveries to send again: one of its fields is set.
type DeliveriesRequest struct {
	Delivery string // id of one
	Failed   bool   // all that failed
	Waiting  bool   // all that wait for another attempt
}

// DeliveriesReplayed counts deliveries that are sent again.
type DeliveriesReplayed struct {
	Deliveries int `json:"deliveries"`
}

// ReplayDeliveries sends deliveries again.
func (r Record) ReplayDeliveries(ctx context.Context, q DeliveriesRequest) (result DeliveriesReplayed, err error) {
	if one := q.Delivery != ""; one == (q.Failed || q.Waiting) || q.Failed && q.Waiting {
		return result, invalid("replay", "give the id of one delivery, --failed or --waiting", "name what is to be sent again")
	}
	err = r.DB.Write(ctx, func(tx *store.Tx) (err error) {
		if q.Waiting {
			result.Deliveries, err = tx.Webhooks().Hasten(ctx)
		} else {
			result.Deliveries, err = tx.Webhooks().Replay(ctx, q.Delivery)
		}
		if err != nil || result.Deliveries == 0 {
			return err
		}
		return tx.Audit().Record(ctx, r.Actor, "webhook.replay", q.Delivery, "", map[string]int{"deliveries": result.Deliveries})
	})
	return result, err
}

// WebhookTested is a test delivery that the receiver accepted.
type WebhookTested struct {
	Delivery string `json:"delivery"`
	Status   string `json:"status"`
	Webhook  string `json:"webhook"`
}

// TestWebhook sends a test delivery now. It is an error if the receiver does not
// accept it.
func (r Record) TestWebhook(ctx context.Context, id string) (WebhookTested, error) {
	hook, err := r.DB.Webhooks().Get(ctx, id)
	if err != nil {
		return WebhookTested{}, err
	}
	body, err := json.Marshal(webhook.Message{Kind: webhook.Test, At: r.DB.Now(), Project: hook.ProjectID})
	if err != nil {
		return WebhookTested{}, err
	}
	test := store.Delivery{ID: dossier.DeriveID(hook.ID, rand.Text()), Event: webhook.Test, Body: string(body)}
	if err := webhook.Send(ctx, webhook.NewClient(), hook, test, r.DB.Now()); err != nil {
		return WebhookTested{}, dossier.Errorf(dossier.CodeInvalidInput, "the receiver did not accept the test: %w", err).About(hook.ID).
			WithCure("check that it runs, that this machine reaches it, and what it logs")
	}
	return WebhookTested{test.ID, store.DeliveryDelivered, hook.ID}, nil
}
