package main

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// webhookCmd is about addresses that are notified of events.
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

// Run adds a webhook. The record is created if it is missing.
func (c *webhookAddCmd) Run(e *env) error {
	secret, err := c.secret(e)
	if err != nil {
		return err
	}
	r := casefile.WebhookRequest{URL: c.URL, Project: c.Project, Events: c.Event, Secret: secret}
	return onRecord(e, e.openSQLOrNew, func(x casefile.Record) (casefile.WebhookAdded, error) { return x.AddWebhook(e.ctx, r) }, one(show.WebhookAdded))
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

type webhookListCmd struct{}

// Run lists webhooks.
func (c *webhookListCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) ([]store.Webhook, error) { return r.Webhooks(e.ctx) }, each(show.Webhooks))
}

type webhookRemoveCmd struct {
	Webhook string `arg:"" help:"Id of the webhook."`
}

// Run removes a webhook.
func (c *webhookRemoveCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.WebhookRemoved, error) {
		return r.RemoveWebhook(e.ctx, c.Webhook)
	}, one(show.Sentence[casefile.WebhookRemoved]("webhook %s is removed", c.Webhook)))
}

type webhookDeliveriesCmd struct {
	Status string `enum:"pending,delivered,failed," default:"" help:"Only deliveries with this status: pending, delivered or failed." placeholder:"STATUS"`
	Limit  int    `default:"50" help:"Maximum number of rows." placeholder:"N"`
}

// Run lists deliveries.
func (c *webhookDeliveriesCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) ([]store.Delivery, error) {
		return r.Deliveries(e.ctx, c.Status, c.Limit)
	}, each(show.Deliveries))
}

type webhookReplayCmd struct {
	Delivery string `arg:"" optional:"" help:"Id of the delivery."`
	Failed   bool   `help:"All failed deliveries."`
	Waiting  bool   `help:"Retry all pending deliveries now, because the receiver is back."`
}

// Run sends deliveries again.
func (c *webhookReplayCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.DeliveriesReplayed, error) {
		return r.ReplayDeliveries(e.ctx, casefile.DeliveriesRequest{Delivery: c.Delivery, Failed: c.Failed, Waiting: c.Waiting})
	}, one(show.DeliveriesReplayed))
}

type webhookTestCmd struct {
	Webhook string `arg:"" help:"Id of the webhook."`
}

// Run sends a test delivery.
func (c *webhookTestCmd) Run(e *env) error {
	return onRecord(e, e.openRecord, func(r casefile.Record) (casefile.WebhookTested, error) {
		return r.TestWebhook(e.ctx, c.Webhook)
	}, one(show.Sentence[casefile.WebhookTested]("the receiver accepted the test")))
}

// sendDeliveries starts sending to webhooks and watching deadlines. The function
// that it returns ends that, and, unless ctx has ended, sends for at most the grace
// time what is due then.
func (a *app) sendDeliveries(e *env, grace time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(e.ctx)
	sender := &webhook.Sender{DB: a.db, Client: webhook.NewClient(), Log: a.log}
	var running sync.WaitGroup
	running.Go(func() { sender.Run(ctx) })
	running.Go(func() { a.record().WatchDeadlines(ctx) })
	return func() {
		cancel()
		running.Wait()
		last, cancel := context.WithTimeout(e.ctx, grace)
		defer cancel()
		sender.Flush(last)
	}
}
