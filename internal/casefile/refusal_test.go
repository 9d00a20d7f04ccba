package casefile_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Run(m)) }

const actor = "jane@office"

// scene is a record with the project "p", which has an open batch.
type scene struct {
	casefile.Record
	file  *casefile.CaseFile
	batch string
}

// each runs a test on both engines.
func each(t *testing.T, test func(t *testing.T, s scene)) {
	for engine, where := range map[string]func(testing.TB) string{"sqlite": storetest.File, "postgres": storetest.Database} {
		t.Run(engine, func(t *testing.T) { test(t, newScene(t, where(t))) })
	}
}

func newScene(t *testing.T, where string) scene {
	t.Helper()
	db := storetest.Open(t, where)
	r, err := rdb.Open(t.Context(), rdb.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	blobs, err := blob.Open(t.Context(), t.TempDir(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	manager, err := batch.New(batch.Config{DB: db, Redis: r, Blobs: blobs, Actor: actor, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	record := casefile.Record{DB: db, Redis: r, Blobs: blobs, Circuits: breaker.New(r), Manager: manager, Actor: actor, Log: log}
	open := storetest.Batch(t, db, "key")
	file, err := record.CaseFile(t.Context(), "p")
	if err != nil {
		t.Fatal(err)
	}
	return scene{record, file, open.ID}
}

// first drops the result of a use case.
func first[T any](_ T, err error) error { return err }

// A request that cannot be met is refused with a code, the field or thing that it
// is about, and a cure.
func TestRefusals(t *testing.T) {
	file := t.TempDir() + "/letter.txt"
	if err := os.WriteFile(file, []byte("Dear Jane Roe"), 0o600); err != nil {
		t.Fatal(err)
	}
	const invalid, missing = dossier.CodeInvalidInput, dossier.CodeNotFound
	submit := func(change func(*casefile.SubmitRequest)) func(context.Context, scene) error {
		return func(ctx context.Context, s scene) error {
			q := casefile.SubmitRequest{Paths: []string{file}, Project: "p", Priority: dossier.PriorityNormal}
			change(&q)
			return first(s.Submit(ctx, q, "/nowhere"))
		}
	}
	refusals := []struct {
		name    string
		do      func(ctx context.Context, s scene) error
		code    dossier.Code
		subject string
	}{
		{"a project that is missing", func(ctx context.Context, s scene) error { return first(s.CaseFile(ctx, "q")) }, missing, "q"},
		{"a project to show that is missing", func(ctx context.Context, s scene) error { return first(s.ShowProject(ctx, "q")) }, missing, "q"},
		{"a project to delete that is missing", func(ctx context.Context, s scene) error {
			return first(s.PlanProjectDeletion(ctx, "q"))
		}, missing, "q"},

		{"no paths", submit(func(q *casefile.SubmitRequest) { q.Paths = nil }), invalid, "paths"},
		{"paths that are missing", submit(func(q *casefile.SubmitRequest) { q.Paths = []string{"/nowhere/x"} }), missing, "/nowhere/x"},
		{"no priority", submit(func(q *casefile.SubmitRequest) { q.Priority = "urgent" }), invalid, "priority"},
		{"a deadline in the past", submit(func(q *casefile.SubmitRequest) { q.Deadline = -time.Hour }), invalid, "deadline"},
		{"no mode of recognition", submit(func(q *casefile.SubmitRequest) { q.OCR = "twice" }), invalid, "ocr"},
		{"an estimate of nothing", func(ctx context.Context, s scene) error {
			return first(s.Estimate(ctx, casefile.EstimateRequest{}))
		}, invalid, "paths"},
		{"an estimate in no mode", func(ctx context.Context, s scene) error {
			return first(s.Estimate(ctx, casefile.EstimateRequest{Paths: []string{file}, OCR: extract.OCRMode("twice")}))
		}, invalid, "ocr"},

		{"a batch that is missing", func(ctx context.Context, s scene) error { return first(s.Batch(ctx, "nothing")) }, missing, "nothing"},
		{"the report of a batch that is missing", func(ctx context.Context, s scene) error { return first(s.Report(ctx, "nothing")) }, missing, "nothing"},
		{"cancelling a batch that is missing", func(ctx context.Context, s scene) error { return first(s.CancelBatch(ctx, "nothing")) }, missing, "nothing"},
		{"pausing a batch that is missing", func(ctx context.Context, s scene) error { return first(s.PauseBatch(ctx, "nothing")) }, missing, "nothing"},
		{"the cache of a batch that is missing", func(ctx context.Context, s scene) error { return first(s.WarmCache(ctx, "nothing")) }, missing, "nothing"},
		{"a priority of a batch that there is not", func(ctx context.Context, s scene) error {
			return first(s.SetBatchPriority(ctx, casefile.PriorityRequest{Batch: s.batch, Priority: "urgent"}))
		}, invalid, "priority"},
		{"a deadline of a batch in the past", func(ctx context.Context, s scene) error {
			return first(s.SetBatchPriority(ctx, casefile.PriorityRequest{Batch: s.batch, Priority: dossier.PriorityLow, Deadline: -time.Hour}))
		}, invalid, "deadline"},
		{"a retry from no stage", func(ctx context.Context, s scene) error {
			return first(s.RetryBatch(ctx, casefile.RetryRequest{Batch: s.batch, Stage: "reading"}))
		}, invalid, "stage"},
		{"a retry of pending documents", func(ctx context.Context, s scene) error {
			return first(s.RetryBatch(ctx, casefile.RetryRequest{Batch: s.batch, Only: dossier.StatusPending}))
		}, invalid, "only"},

		{"a search for less than no pages", func(ctx context.Context, s scene) error {
			return first(s.file.Search(ctx, casefile.SearchRequest{Query: "roe", Limit: -1}))
		}, invalid, "limit"},
		{"a search that cannot be read", func(ctx context.Context, s scene) error {
			return first(s.file.Search(ctx, casefile.SearchRequest{Query: "roe w/0 poe", Limit: 1}))
		}, invalid, "roe w/0 poe"},

		{"dead letters of no stage", func(ctx context.Context, s scene) error {
			return s.DeadLetters(ctx, casefile.DeadRequest{Stage: "reading"}, func(store.DeadLetter) error { return nil })
		}, invalid, "stage"},
		{"a replay of nothing", func(ctx context.Context, s scene) error { return first(s.Replay(ctx, casefile.ReplayRequest{})) }, invalid, "all"},
		{"a replay of all and some", func(ctx context.Context, s scene) error {
			return first(s.Replay(ctx, casefile.ReplayRequest{DeadRequest: casefile.DeadRequest{Project: "p"}, All: true}))
		}, invalid, "all"},

		{"a webhook at no address", func(ctx context.Context, s scene) error {
			return first(s.AddWebhook(ctx, casefile.WebhookRequest{URL: "ftp://example.com"}))
		}, invalid, "URL"},
		{"a webhook for no event", func(ctx context.Context, s scene) error {
			return first(s.AddWebhook(ctx, casefile.WebhookRequest{URL: "https://example.com", Events: []string{"rain"}}))
		}, invalid, "event"},
		{"removing a webhook that is missing", func(ctx context.Context, s scene) error { return first(s.RemoveWebhook(ctx, "nothing")) }, missing, "nothing"},
		{"testing a webhook that is missing", func(ctx context.Context, s scene) error { return first(s.TestWebhook(ctx, "nothing")) }, missing, "nothing"},
		{"deliveries in no status", func(ctx context.Context, s scene) error { return first(s.Deliveries(ctx, "lost", 10)) }, invalid, "status"},
		{"a replay of no deliveries", func(ctx context.Context, s scene) error {
			return first(s.ReplayDeliveries(ctx, casefile.DeliveriesRequest{}))
		}, invalid, "replay"},
		{"a replay of a delivery that is missing", func(ctx context.Context, s scene) error {
			return first(s.ReplayDeliveries(ctx, casefile.DeliveriesRequest{Delivery: "nothing"}))
		}, missing, "nothing"},

		{"a hold without a reason", func(ctx context.Context, s scene) error { return first(s.file.HoldProject(ctx, "")) }, invalid, "reason"},
		{"releasing what is not held", func(ctx context.Context, s scene) error { return first(s.file.ReleaseProject(ctx)) }, missing, "project p"},
		{"holding a document that is missing", func(ctx context.Context, s scene) error {
			return first(s.file.HoldDocument(ctx, "nothing", "an order"))
		}, missing, "nothing"},
		{"deleting a document that is missing", func(ctx context.Context, s scene) error {
			return first(s.file.PlanDeletion(ctx, []string{"nothing"}))
		}, missing, "nothing"},
		{"orphans that may be on their way", func(ctx context.Context, s scene) error {
			return first(s.Cleanup(ctx, casefile.CleanupRequest{Ages: retention.Ages{Orphans: time.Minute}}))
		}, invalid, "keep-orphans"},
		{"a breaker that is closed", func(ctx context.Context, s scene) error { return first(s.ResetBreaker(ctx, "nobody")) }, missing, "nobody"},
		{"no passwords", func(ctx context.Context, s scene) error { return first(s.AddPasswords(ctx, "p", nil)) }, invalid, "passwords"},
	}
	each(t, func(t *testing.T, s scene) {
		for _, r := range refusals {
			err := r.do(t.Context(), s)
			refused, ok := errors.AsType[*dossier.Error](err)
			switch {
			case !ok:
				t.Errorf("%s: %v", r.name, err)
			case refused.Code != r.code || refused.Subject != r.subject:
				t.Errorf("%s: %s about %q, want %s about %q", r.name, refused.Code, refused.Subject, r.code, r.subject)
			case refused.Cure == "":
				t.Errorf("%s: %v has no cure", r.name, err)
			}
		}
		if log, err := s.AuditLog(t.Context(), "", 10); err != nil || len(log) > 0 {
			t.Errorf("what was refused is in the audit log: %v, %v", log, err)
		}
	})
}

// Every decision is in the audit log, with who took it.
func TestDecisionsAreAudited(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		ctx := t.Context()
		hook, err := s.AddWebhook(ctx, casefile.WebhookRequest{URL: "https://example.com/hook?key=secret", Project: "p"})
		if err != nil || hook.Secret == "" || hook.URL == "https://example.com/hook?key=secret" {
			t.Fatalf("%+v, %v", hook, err)
		}
		for name, err := range map[string]error{
			"pause":     first(s.PauseBatch(ctx, s.batch)),
			"resume":    first(s.ResumeBatch(ctx, s.batch)),
			"priority":  first(s.SetBatchPriority(ctx, casefile.PriorityRequest{Batch: s.batch, Priority: dossier.PriorityHigh, Deadline: time.Hour})),
			"passwords": first(s.AddPasswords(ctx, "p", []string{"one", "one"})),
			"clear":     first(s.file.ClearPasswords(ctx)),
			"hold":      first(s.file.HoldProject(ctx, "an order")),
			"release":   first(s.file.ReleaseProject(ctx)),
			"remove":    first(s.RemoveWebhook(ctx, hook.ID)),
			"cancel":    first(s.CancelBatch(ctx, s.batch)),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		log, err := s.AuditLog(ctx, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, entry := range log {
			actions = append(actions, entry.Action)
			if entry.Actor != actor {
				t.Errorf("%s by %q", entry.Action, entry.Actor)
			}
		}
		want := []string{
			"batch.cancel", "batch.pause", "batch.priority", "batch.resume", "password.add", "password.clear",
			"project.hold", "project.release", "webhook.add", "webhook.remove",
		}
		if slices.Sort(actions); !slices.Equal(actions, want) {
			t.Errorf("the audit log has %v, want %v", actions, want)
		}
	})
}

// A project on hold is not deleted, and the refusal says who held it and why.
func TestHeldProjectIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, s scene) {
		if _, err := s.file.HoldProject(t.Context(), "an order"); err != nil {
			t.Fatal(err)
		}
		_, err := s.PlanProjectDeletion(t.Context(), "p")
		if dossier.CodeOf(err) != dossier.CodeHeld {
			t.Errorf("planning the deletion: %v", err)
		}
	})
}
