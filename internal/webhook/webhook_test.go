package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
	"github.com/dossier-legal/dossier/internal/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(pgtest.Main{M: m}) }

// each runs f over an empty record on every engine.
func each(t *testing.T, f func(t *testing.T, db *store.DB)) {
	t.Parallel()
	for engine, where := range map[string]func(t testing.TB) string{"sqlite": storetest.File, "postgres": storetest.Database} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel() // senders mostly wait
			f(t, storetest.Open(t, where(t)))
		})
	}
}

const secret = "hush"

// receiver is a program that wants news. It checks every signature.
type receiver struct {
	*httptest.Server
	t      *testing.T
	answer func(n int, w http.ResponseWriter, r *http.Request) // to the nth request, from 1

	mu       sync.Mutex
	requests int
	busy     int
	took     []string // ids of deliveries that got 2xx
}

func newReceiver(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	rc := &receiver{t: t, answer: answer}
	rc.Server = httptest.NewServer(rc)
	t.Cleanup(rc.Close)
	return rc
}

// ServeHTTP implements [http.Handler].
func (rc *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // broken off
	}
	if want := webhook.Signature(secret, r.Header.Get("Dossier-Timestamp"), body); r.Header.Get("Dossier-Signature") != want {
		rc.t.Errorf("signature %q, want %q", r.Header.Get("Dossier-Signature"), want)
	}
	var m webhook.Message
	if err := json.Unmarshal(body, &m); err != nil || m.Kind == "" || m.Kind != r.Header.Get("Dossier-Event") {
		rc.t.Errorf("body %s of the event %q: %v", body, r.Header.Get("Dossier-Event"), err)
	}
	rc.mu.Lock()
	rc.requests++
	n := rc.requests
	rc.busy++
	if rc.busy > 1 {
		rc.t.Error("two deliveries at once")
	}
	rc.mu.Unlock()
	status := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	defer func() {
		rc.mu.Lock()
		defer rc.mu.Unlock()
		rc.busy--
		if status.status == http.StatusOK {
			rc.took = append(rc.took, r.Header.Get("Dossier-Delivery"))
		}
	}()
	if rc.answer != nil {
		rc.answer(n, status, r)
	}
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (rc *receiver) seen() (requests int, took []string) {
	rc.mu.Lock()
	defer rc.mu.Unlock()
	return rc.requests, append([]string(nil), rc.took...)
}

func write(t *testing.T, db *store.DB, f func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func addWebhook(t *testing.T, db *store.DB, url string, kinds ...string) (id string) {
	t.Helper()
	write(t, db, func(tx *store.Tx) (err error) {
		id, err = tx.Webhooks().Add(t.Context(), store.Webhook{URL: url, Secret: secret, Events: kinds})
		return err
	})
	return id
}

// queue queues n pieces of news in one transaction.
func queue(t *testing.T, db *store.DB, n int) {
	t.Helper()
	write(t, db, func(tx *store.Tx) error {
		for i := range n {
			tx.Webhooks().Queue("", webhook.DocumentCompleted, fmt.Sprint("event ", i),
				webhook.Message{Kind: webhook.DocumentCompleted, At: tx.Now(), Document: fmt.Sprint(i)})
		}
		return nil
	})
}

// deliveries returns what is on record, in the order of sending.
func deliveries(t *testing.T, db *store.DB) []store.Delivery {
	t.Helper()
	list, err := db.Webhooks().Deliveries(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// sender is a running sender.
type sender struct {
	*webhook.Sender
	stop func()
}

// start starts a sender; it ends with the test or when stop is called.
func start(t *testing.T, db *store.DB, client *http.Client, log io.Writer) sender {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	s := sender{Sender: &webhook.Sender{DB: db, Client: client, Log: slog.New(slog.NewTextHandler(log, nil))}}
	go func() {
		defer close(done)
		s.Run(ctx)
	}()
	s.stop = func() {
		cancel()
		<-done
		client.CloseIdleConnections()
	}
	t.Cleanup(s.stop)
	return s
}

// eventually waits until done.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain until ", what)
		}
	}
}

// tried reports whether every delivery was tried at least once.
func tried(t *testing.T, db *store.DB) func() bool {
	return func() bool {
		for _, d := range deliveries(t, db) {
			if d.Attempts == 0 {
				return false
			}
		}
		return true
	}
}

func TestTwoSendersDeliverEverythingOnceAndInOrder(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		rc := newReceiver(t, nil)
		addWebhook(t, db, rc.URL)
		queue(t, db, 120)
		var log bytes.Buffer
		start(t, db, webhook.NewClient(), io.Discard)
		start(t, db, webhook.NewClient(), &syncWriter{w: &log})
		eventually(t, "all is sent", tried(t, db))
		var want []string
		for _, d := range deliveries(t, db) {
			want = append(want, d.ID)
			if d.Status != store.DeliveryDelivered || d.Attempts != 1 || d.DeliveredAt.IsZero() {
				t.Errorf("%+v", d)
			}
		}
		if _, took := rc.seen(); !cmp.Equal(want, took) {
			t.Error(cmp.Diff(want, took))
		}
	})
}

// syncWriter is a writer for several goroutines.
type syncWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements [io.Writer].
func (s *syncWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// hasten makes everything that waits due now.
func hasten(t *testing.T, db *store.DB, s sender) {
	t.Helper()
	defer s.Wake()
	write(t, db, func(tx *store.Tx) error {
		_, err := tx.Webhooks().Hasten(t.Context())
		return err
	})
}

func TestWhatAReceiverRefusesIsSentAgain(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		rc := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 2 {
				w.WriteHeader(http.StatusInternalServerError)
			}
		})
		addWebhook(t, db, rc.URL+"/token-in-the-path")
		queue(t, db, 1)
		var log bytes.Buffer
		before := db.Now() // the attempt that is looked at next
		s := start(t, db, webhook.NewClient(), &syncWriter{w: &log})
		for attempt := 1; attempt <= 3; attempt++ {
			eventually(t, "it was tried", func() bool { return deliveries(t, db)[0].Attempts == attempt })
			d := deliveries(t, db)[0]
			if attempt == 3 {
				if d.Status != store.DeliveryDelivered || d.LastError != "" {
					t.Errorf("%+v", d)
				}
				break
			}
			wait := 10 * time.Second << (attempt - 1)
			// The attempt was made at some moment between the two.
			most, least := d.NotBefore.Sub(before), d.NotBefore.Sub(db.Now())
			if d.Status != store.DeliveryPending || !strings.Contains(d.LastError, "500") || most < wait/2 || least > wait+wait/10 {
				t.Errorf("after %d attempts: %+v, next after %s to %s", attempt, d, least, most)
			}
			before = db.Now()
			hasten(t, db, s)
		}
		s.stop()
		if strings.Contains(log.String(), "token") || strings.Contains(log.String(), secret) {
			t.Errorf("the log tells secrets: %s", log.String())
		}
	})
}

func TestAReceiverThatDoesNotAnswerHoldsUpTheNewsBehind(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(n int, w http.ResponseWriter, r *http.Request)
		client func() *http.Client
	}{
		"reset": {
			answer: func(n int, _ http.ResponseWriter, _ *http.Request) {
				if n == 1 {
					panic(http.ErrAbortHandler)
				}
			},
			client: webhook.NewClient,
		},
		"timeout": {
			answer: func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 1 {
					w.(*statusWriter).status = 0
					<-r.Context().Done()
				}
			},
			client: func() *http.Client {
				client := webhook.NewClient()
				client.Timeout = 5 * time.Second // any will do that the requests after the first surely keep
				return client
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				rc := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
					if n == 1 {
						w.(*statusWriter).status = 0
					}
					c.answer(n, w, r)
				})
				addWebhook(t, db, rc.URL)
				queue(t, db, 3)
				s := start(t, db, c.client(), io.Discard)
				eventually(t, "one was tried", func() bool { return deliveries(t, db)[0].Attempts == 1 })
				d := deliveries(t, db)
				if d[0].Status != store.DeliveryPending || d[0].LastError == "" || d[1].Attempts+d[2].Attempts > 0 {
					t.Errorf("%+v", d)
				}
				hasten(t, db, s)
				eventually(t, "all is sent", tried(t, db))
				if _, took := rc.seen(); !cmp.Equal([]string{d[0].ID, d[1].ID, d[2].ID}, took) {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		elsewhere := newReceiver(t, nil)
		rc := newReceiver(t, func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		})
		addWebhook(t, db, rc.URL)
		queue(t, db, 2)
		start(t, db, webhook.NewClient(), io.Discard)
		eventually(t, "both were tried", tried(t, db)) // a receiver that answers holds nothing up
		for _, d := range deliveries(t, db) {
			if d.Status != store.DeliveryPending || !strings.Contains(d.LastError, "307") {
				t.Errorf("%+v", d)
			}
		}
		if n, _ := elsewhere.seen(); n > 0 {
			t.Error("the redirect was followed")
		}
	})
}

func TestAReceiverThatIsGoneIsDisabledUntilReplayed(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		rc := newReceiver(t, func(n int, w http.ResponseWriter, _ *http.Request) {
			if n == 1 {
				w.WriteHeader(http.StatusGone)
			}
		})
		id := addWebhook(t, db, rc.URL)
		queue(t, db, 3)
		s := start(t, db, webhook.NewClient(), io.Discard)
		eventually(t, "it is disabled", func() bool {
			w, err := db.Webhooks().Get(t.Context(), id)
			return err == nil && strings.Contains(w.Disabled, "410")
		})
		for _, d := range deliveries(t, db) {
			if d.Status != store.DeliveryFailed {
				t.Errorf("%+v", d)
			}
		}
		audit, err := db.Audit().List(t.Context(), id, 10)
		if err != nil || len(audit) != 1 || audit[0].Action != "webhook.disable" {
			t.Errorf("audit log: %v, %v", audit, err)
		}
		write(t, db, func(tx *store.Tx) error {
			n, err := tx.Webhooks().Replay(t.Context(), "")
			if n != 3 {
				t.Errorf("%d are replayed", n)
			}
			return err
		})
		s.Wake()
		eventually(t, "all is sent", tried(t, db))
		if _, took := rc.seen(); len(took) != 3 {
			t.Errorf("took %v", took)
		}
	})
}

func TestADeliveryIsGivenUpAfterTwelveAttempts(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		rc := newReceiver(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		addWebhook(t, db, rc.URL)
		queue(t, db, 1)
		s := start(t, db, webhook.NewClient(), io.Discard)
		eventually(t, "it is given up", func() bool {
			hasten(t, db, s)
			return deliveries(t, db)[0].Status == store.DeliveryFailed
		})
		if n, _ := rc.seen(); n != 12 {
			t.Errorf("%d attempts", n)
		}
	})
}

func TestNothingIsLostWhenASenderStops(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		reached := make(chan struct{})
		rc := newReceiver(t, func(n int, w http.ResponseWriter, r *http.Request) {
			if n == 4 {
				close(reached)
				w.(*statusWriter).status = 0
				<-r.Context().Done() // until the sender breaks off
			}
		})
		addWebhook(t, db, rc.URL)
		queue(t, db, 10)
		s := start(t, db, webhook.NewClient(), io.Discard)
		<-reached
		s.stop()
		var want []string
		for i, d := range deliveries(t, db) {
			want = append(want, d.ID)
			if sent := i < 3; (d.Status == store.DeliveryDelivered) != sent || (d.Attempts == 1) != sent {
				t.Errorf("delivery %d: %+v", i, d)
			}
		}
		start(t, db, webhook.NewClient(), io.Discard)
		eventually(t, "all is sent", tried(t, db))
		if _, took := rc.seen(); !cmp.Equal(want, took) {
			t.Error(cmp.Diff(want, took))
		}
	})
}

// A sender that dies keeps its lease until that runs out.
func TestALeaseThatRanOutIsTakenOver(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		rc := newReceiver(t, nil)
		addWebhook(t, db, rc.URL)
		queue(t, db, 2)
		var dead store.WebhookLease
		leased := db.Now()
		write(t, db, func(tx *store.Tx) (err error) {
			dead, err = tx.Webhooks().Lease(t.Context(), time.Second, 10)
			return err
		})
		if len(dead.Deliveries) != 2 {
			t.Fatalf("leased %+v", dead)
		}
		write(t, db, func(tx *store.Tx) error {
			other, err := tx.Webhooks().Lease(t.Context(), time.Second, 10)
			// On a busy machine the lease may have run out by now.
			if len(other.Deliveries) > 0 && db.Now().Sub(leased) < time.Second {
				t.Error("leased twice")
			}
			return err
		})
		start(t, db, webhook.NewClient(), io.Discard)
		eventually(t, "all is sent", tried(t, db))
		// The dead one comes back: what it says is too late.
		write(t, db, func(tx *store.Tx) error {
			return tx.Webhooks().Settle(t.Context(), dead, []store.DeliveryOutcome{
				{ID: dead.Deliveries[0].ID, Status: store.DeliveryFailed, Error: "late"},
			}, time.Hour)
		})
		if d := deliveries(t, db)[0]; d.Status != store.DeliveryDelivered || d.Attempts != 1 {
			t.Errorf("%+v", d)
		}
	})
}

func TestNewsIsQueuedOnceForThoseWhoWantIt(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		all := addWebhook(t, db, "http://127.0.0.1/all")
		failed := addWebhook(t, db, "http://127.0.0.1/failed", webhook.DocumentFailed)
		var mine string
		var p, q store.Project
		write(t, db, func(tx *store.Tx) (err error) {
			if p, err = tx.Projects().Ensure(ctx, "p"); err != nil {
				return err
			}
			if q, err = tx.Projects().Ensure(ctx, "q"); err != nil {
				return err
			}
			mine, err = tx.Webhooks().Add(ctx, store.Webhook{ProjectID: p.ID, URL: "http://127.0.0.1/mine", Secret: secret})
			return err
		})
		tell := func(tx *store.Tx) error {
			for _, project := range []store.Project{p, q} {
				for _, kind := range []string{webhook.DocumentFailed, webhook.BatchCompleted} {
					tx.Webhooks().Queue(project.ID, kind, project.ID+kind, webhook.Message{Kind: kind})
					tx.Webhooks().Queue(project.ID, kind, project.ID+kind, webhook.Message{Kind: kind})
				}
			}
			return nil
		}
		broken := errors.New("broken")
		if err := db.Write(ctx, func(tx *store.Tx) error { return errors.Join(tell(tx), broken) }); !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if n := len(deliveries(t, db)); n > 0 {
			t.Errorf("%d deliveries of a transaction that did not happen", n)
		}
		write(t, db, tell)
		write(t, db, tell)
		got := map[string]int{}
		for _, d := range deliveries(t, db) {
			got[d.WebhookID+" "+d.Event]++
		}
		want := map[string]int{
			all + " " + webhook.DocumentFailed: 2, all + " " + webhook.BatchCompleted: 2,
			failed + " " + webhook.DocumentFailed: 2,
			mine + " " + webhook.DocumentFailed:   1, mine + " " + webhook.BatchCompleted: 1,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		write(t, db, func(tx *store.Tx) error { return tx.Webhooks().Remove(ctx, all) })
		if n := len(deliveries(t, db)); n != 4 {
			t.Errorf("%d deliveries are left, want 4", n)
		}
	})
}

func TestAddressesNobodyReceivesNewsAtAreRefused(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"", "host/path", "ftp://host/", "file:///etc/passwd", "http://", "http://user:pw@host/", "http://169.254.169.254/latest",
		"http://[fe80::1%25eth0]/", "http://[::ffff:169.254.169.254]/", "http://[fd00:ec2::254]/", "http://100.100.100.200/",
		"http://[fd20:ce::254]/", "http://192.0.0.192/", "http://168.63.129.16/", "http://[fd00:42::42]/", "http://[::ffff:c000:c0]/",
		"http://169.254.170.2/", "http://[fe80::a9fe:a9fe]/",
		// IPv4 addresses behind a gateway: NAT64 with its own and with local prefixes, 6to4, IPv4-compatible.
		"http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b::100.100.100.200]/", "http://[64:ff9b:1:a9fe:a9:fe00::]/",
		"http://[64:ff9b:1:a9:fe:a9fe::]/", "http://[64:ff9b:1::a9fe:a9fe]/", "http://[2002:a9fe:a9fe::1]/", "http://[::169.254.169.254]/",
		"http://[64:ff9b:1:bb:a9:fea9:fe00:0]/",
	} {
		if err := webhook.Check(bad); err == nil {
			t.Errorf("%q is taken", bad)
		} else if strings.Contains(err.Error(), "pw") {
			t.Errorf("%q: the error tells the password", bad)
		}
	}
	for _, good := range []string{"http://127.0.0.1:8080/x", "https://news.example.org", "http://10.1.2.3/", "http://[::1]/", "http://[64:ff9b::203.0.113.9]/", "http://[fd12::1]/"} {
		if err := webhook.Check(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	// A name may stand for such an address: the connection is refused.
	res, err := webhook.NewClient().Get("http://169.254.169.254/")
	if err == nil {
		_ = res.Body.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "not sent to the address") {
		t.Errorf("the client says %v", err)
	}
}

// lines collects what is logged.
type lines struct {
	mu   sync.Mutex
	text []string
}

// Write implements [io.Writer].
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, string(p))
	return len(p), nil
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.text...)
}

func TestAStoppedSenderDoesNotComplain(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		var log lines
		s := &webhook.Sender{DB: db, Client: webhook.NewClient(), Log: slog.New(slog.NewTextHandler(&log, nil))}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		s.Run(ended)
		s.Flush(ended)
		if text := log.all(); len(text) > 0 {
			t.Errorf("it logs %q", text)
		}
	})
}

// While the database is away the senders of a worker ask less and less often,
// and one line says so.
func TestAnOutageOfTheDatabaseIsLoggedOnce(t *testing.T) {
	t.Parallel()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil { // every question fails from now on
		t.Fatal(err)
	}
	var log lines
	s := &webhook.Sender{DB: db, Client: webhook.NewClient(), Log: slog.New(slog.NewTextHandler(&log, nil))}
	for range 5 {
		s.Flush(t.Context())
	}
	if text := log.all(); len(text) != 1 || !strings.Contains(text[0], "less often") {
		t.Errorf("it logs %q", text)
	}
}

func TestSignatureIsTheOneDocumented(t *testing.T) {
	// printf '1700000000.{}' | openssl dgst -sha256 -hmac hush
	const want = "v1=763081ea12e3b1f903f958994c023cde07f1224b02a538ad6f959112a2f780ba"
	if got := webhook.Signature("hush", "1700000000", []byte("{}")); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Receivers put secrets into paths and queries: people do not see them.
func TestMasked(t *testing.T) {
	for address, want := range map[string]string{
		"https://hooks.example.com/services/T0/B0/secret": "https://hooks.example.com/…",
		"https://example.com:8443/?token=secret":          "https://example.com:8443/…",
		"https://example.com/":                            "https://example.com",
		"http://127.0.0.1:9000":                           "http://127.0.0.1:9000",
		"://secret":                                       "…",
	} {
		if got := webhook.Masked(address); got != want {
			t.Errorf("%s is shown as %s, want %s", address, got, want)
		}
	}
}
