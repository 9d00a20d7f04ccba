package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// webhookCmd is about where news is sent.
type webhookCmd struct {
	Add        webhookAddCmd        `cmd:"" help:"Add a webhook: an address that is notified of events."`
	List       webhookListCmd       `cmd:"" help:"List webhooks."`
	Remove     webhookRemoveCmd     `cmd:"" help:"Remove a webhook with its pending deliveries."`
	Deliveries webhookDeliveriesCmd `cmd:"" help:"List deliveries, newest first."`
	Replay     webhookReplayCmd     `cmd:"" help:"Replay deliveries."`
	Test       webhookTestCmd       `cmd:"" help:"Send a test delivery now and print the result."`
}

type webhookAddCmd struct {
	URL     string   `arg:"" help:"http:// or https:// address that accepts POST requests."`
	Project string   `help:"Only events of this project." placeholder:"NAME"`
	Event   []string `help:"Only these kinds: document.completed, document.failed, document.quarantined, batch.completed, batch.cancelled or batch.at_risk." placeholder:"KIND"`
	// The secret does not come by the command line, which every user of the machine can list.
	SecretFile string `help:"File with the secret that signs deliveries; - for standard input. Or set DOSSIER_WEBHOOK_SECRET. Default: a new secret, shown once." placeholder:"FILE"`
}

// Run records a webhook.
func (c *webhookAddCmd) Run(e *env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	given, err := c.secret(e)
	if err != nil {
		return err
	}
	db, err := e.openDatabase()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	hook := store.Webhook{URL: c.URL, Project: c.Project, Secret: given, Events: c.Event}
	if hook.Secret == "" {
		hook.Secret = rand.Text()
	}
	err = db.Write(e.ctx, func(tx *store.Tx) error {
		if c.Project != "" {
			p, err := tx.Projects().Ensure(e.ctx, c.Project)
			if err != nil {
				return err
			}
			hook.ProjectID = p.ID
		}
		var err error
		if hook.ID, err = tx.Webhooks().Add(e.ctx, hook); err != nil {
			return err
		}
		return tx.Audit().Record(e.ctx, actor(), "webhook.add", hook.ID, hook.ProjectID, map[string]any{"url": webhook.Masked(c.URL), "events": c.Event})
	})
	if err != nil {
		return err
	}
	shown := map[string]any{"id": hook.ID, "url": webhook.Masked(hook.URL), "project": c.Project, "events": hook.Events}
	text := fmt.Sprintf("webhook %s is on record", hook.ID)
	if given == "" {
		shown["secret"] = hook.Secret
		text += fmt.Sprintf("\nsecret  %s\nIt signs the news and is not shown again.", hook.Secret)
	}
	return e.tell(text, shown)
}

// secretVariable is the environment variable that may hold a webhook's secret.
const secretVariable = "DOSSIER_WEBHOOK_SECRET"

// secret reads the secret that was given, or returns "".
func (c *webhookAddCmd) secret(e *env) (string, error) {
	if c.SecretFile == "" {
		return os.Getenv(secretVariable), nil
	}
	var data []byte
	var err error
	if c.SecretFile == "-" {
		data, err = io.ReadAll(e.in)
	} else {
		data, err = os.ReadFile(c.SecretFile)
	}
	if err != nil {
		return "", dossier.Errorf(dossier.CodeInvalidInput, "the secret cannot be read: %w", err).About("--secret-file")
	}
	secret := strings.TrimRight(string(data), "\r\n")
	if secret == "" {
		return "", dossier.Errorf(dossier.CodeInvalidInput, "it holds no secret").About("--secret-file").
			WithCure("leave it out for a new secret")
	}
	return secret, nil
}

func (c *webhookAddCmd) check() error {
	for _, kind := range c.Event {
		if !slices.Contains(webhook.Kinds(), kind) {
			return dossier.Errorf(dossier.CodeInvalidInput, "there is no news of the kind %q", kind).About("--event").
				WithCure("the kinds are " + strings.Join(webhook.Kinds(), ", "))
		}
	}
	return webhook.Check(c.URL)
}

type webhookListCmd struct{}

// Run lists webhooks.
func (c *webhookListCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		hooks, err := db.Webhooks().List(e.ctx)
		if err != nil {
			return err
		}
		for i := range hooks {
			hooks[i].URL = webhook.Masked(hooks[i].URL)
		}
		if e.JSON {
			return printEach(e, hooks)
		}
		return table(e.out, "WEBHOOK\tPROJECT\tEVENTS\tSTATE\tURL", func(row func(...any)) error {
			for _, w := range hooks {
				project, events, state := w.Project, strings.Join(w.Events, ","), w.Disabled
				if project == "" {
					project = "all"
				}
				if events == "" {
					events = "all"
				}
				if state == "" {
					state = "in use"
				}
				row(w.ID, visible(project), events, state, visible(w.URL))
			}
			return nil
		})
	})
}

type webhookRemoveCmd struct {
	Webhook string `arg:"" help:"Id of the webhook."`
}

// Run removes a webhook.
func (c *webhookRemoveCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		hook, err := db.Webhooks().Get(e.ctx, c.Webhook)
		if err != nil {
			return err
		}
		if err := db.Write(e.ctx, func(tx *store.Tx) error {
			if err := tx.Webhooks().Remove(e.ctx, hook.ID); err != nil {
				return err
			}
			return tx.Audit().Record(e.ctx, actor(), "webhook.remove", hook.ID, hook.ProjectID, map[string]string{"url": webhook.Masked(hook.URL)})
		}); err != nil {
			return err
		}
		return e.tell(fmt.Sprintf("webhook %s is removed", hook.ID), map[string]string{"removed": hook.ID})
	})
}

type webhookDeliveriesCmd struct {
	Status string `enum:"pending,delivered,failed," default:"" help:"Only deliveries with this status: pending, delivered or failed." placeholder:"STATUS"`
	Limit  int    `default:"50" help:"Maximum number of rows." placeholder:"N"`
}

// Run lists deliveries.
func (c *webhookDeliveriesCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		list, err := db.Webhooks().Deliveries(e.ctx, c.Status, c.Limit)
		if err != nil {
			return err
		}
		if e.JSON {
			return printEach(e, list)
		}
		return table(e.out, "DELIVERY\tEVENT\tSTATUS\tATTEMPTS\tCREATED\tWHY", func(row func(...any)) error {
			for _, d := range list {
				row(d.ID, d.Event, d.Status, d.Attempts, d.CreatedAt.Local().Format(time.DateTime), oneLine(visible(d.LastError)))
			}
			return nil
		})
	})
}

type webhookReplayCmd struct {
	Delivery string `arg:"" optional:"" help:"Id of the delivery."`
	Failed   bool   `help:"All failed deliveries."`
	Waiting  bool   `help:"Retry all pending deliveries now, because the receiver is back."`
}

// Run sends deliveries again.
func (c *webhookReplayCmd) Run(e *env) error {
	if one := c.Delivery != ""; one == (c.Failed || c.Waiting) || c.Failed && c.Waiting {
		return dossier.Errorf(dossier.CodeInvalidInput, "name what is to be sent again").About("replay").
			WithCure("give the id of one delivery, --failed or --waiting")
	}
	return e.withDatabase(func(db *store.DB) error {
		n := 0
		if err := db.Write(e.ctx, func(tx *store.Tx) (err error) {
			if c.Waiting {
				n, err = tx.Webhooks().Hasten(e.ctx)
			} else {
				n, err = tx.Webhooks().Replay(e.ctx, c.Delivery)
			}
			if err != nil || n == 0 {
				return err
			}
			return tx.Audit().Record(e.ctx, actor(), "webhook.replay", c.Delivery, "", map[string]int{"deliveries": n})
		}); err != nil {
			return err
		}
		return e.tell(fmt.Sprintf("%d deliveries are sent again", n), map[string]int{"deliveries": n})
	})
}

type webhookTestCmd struct {
	Webhook string `arg:"" help:"Id of the webhook."`
}

// Run sends a test.
func (c *webhookTestCmd) Run(e *env) error {
	return e.withDatabase(func(db *store.DB) error {
		hook, err := db.Webhooks().Get(e.ctx, c.Webhook)
		if err != nil {
			return err
		}
		body, err := json.Marshal(webhook.Message{Kind: webhook.Test, At: db.Now(), Project: hook.ProjectID})
		if err != nil {
			return err
		}
		test := store.Delivery{ID: dossier.DeriveID(hook.ID, rand.Text()), Event: webhook.Test, Body: string(body)}
		if err := webhook.Send(e.ctx, webhook.NewClient(), hook, test, db.Now()); err != nil {
			return dossier.Errorf(dossier.CodeInvalidInput, "the receiver did not take the test: %w", err).About(hook.ID).
				WithCure("check that it runs, that this machine reaches it, and what it logs")
		}
		return e.tell("the receiver took the test", map[string]string{"webhook": hook.ID, "delivery": test.ID, "status": store.DeliveryDelivered})
	})
}

// withDatabase runs f over the record, which must be there.
func (e *env) withDatabase(f func(db *store.DB) error) (err error) {
	a, err := e.openRecord()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return f(a.db)
}

// sendNews starts sending to webhooks and watching deadlines. The function that
// it returns ends that, and, unless ctx has ended, goes on so long at most for
// what is due.
func (a *app) sendNews(e *env, goOn time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(e.ctx)
	sender := &webhook.Sender{DB: a.db, Client: webhook.NewClient(), Log: a.pipeline.Log}
	var running sync.WaitGroup
	running.Go(func() { sender.Run(ctx) })
	running.Go(func() { a.watchDeadlines(ctx, e) })
	return func() {
		cancel()
		running.Wait()
		last, cancel := context.WithTimeout(e.ctx, goOn)
		defer cancel()
		sender.Flush(last)
	}
}

// deadlinesEvery is how often batches are checked against their deadlines.
const deadlinesEvery = 30 * time.Second

// watchDeadlines tells webhooks of batches that are at risk.
func (a *app) watchDeadlines(ctx context.Context, e *env) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(deadlinesEvery):
		}
		if err := a.tellAtRisk(e); err != nil && ctx.Err() == nil {
			a.pipeline.Log.Warn("deadlines cannot be checked; that is tried again", "err", err)
		}
	}
}

// tellAtRisk queues news of batches at risk, once for every deadline: the id of
// the news holds it.
func (a *app) tellAtRisk(e *env) error {
	open, err := a.db.Batches().List(e.ctx, true, 1000)
	if err != nil {
		return err
	}
	for _, b := range open {
		if b.Deadline.IsZero() {
			continue
		}
		s, err := a.batchState(e, b.ID)
		if err != nil {
			return err
		}
		if !s.AtRisk {
			continue
		}
		id := dossier.DeriveID(b.ID, webhook.BatchAtRisk, b.Deadline.Format(time.RFC3339Nano))
		if err := a.db.Write(e.ctx, func(tx *store.Tx) error {
			tx.Webhooks().Queue(b.ProjectID, webhook.BatchAtRisk, id, webhook.Message{
				Kind: webhook.BatchAtRisk, At: tx.Now(), Project: b.ProjectID, Batch: b.ID, Status: dossier.StatusProcessing,
			})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
