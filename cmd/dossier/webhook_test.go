package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/webhook"
)

// listener takes news and counts it by kind.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	kinds  map[string]int
	seen   map[string]bool // deliveries; one whose answer is late comes again
	forged int
}

func newListener(t *testing.T) *listener {
	l := &listener{kinds: map[string]int{}, seen: map[string]bool{}}
	l.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		l.mu.Lock()
		defer l.mu.Unlock()
		if err != nil || r.Header.Get("Dossier-Signature") != webhook.Signature(l.secret, r.Header.Get("Dossier-Timestamp"), body) {
			l.forged++
		}
		if id := r.Header.Get("Dossier-Delivery"); !l.seen[id] {
			l.seen[id] = true
			l.kinds[r.Header.Get("Dossier-Event")]++
		}
	}))
	t.Cleanup(l.Close)
	return l
}

// heard is what came so far, by kind.
func (l *listener) heard(t *testing.T) map[string]int {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.forged > 0 {
		t.Errorf("%d signatures are wrong", l.forged)
	}
	return maps.Clone(l.kinds)
}

// lines reads lines of JSON.
func lines[T any](t *testing.T, out string) (list []T) {
	t.Helper()
	for line := range strings.Lines(out) {
		var v T
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, v)
	}
	return list
}

// writePapers writes n texts and a file that is damaged, and returns the folder.
func writePapers(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"broken.pdf": "%PDF-1.7\nthis is no PDF\n"}
	for i := range n {
		files[fmt.Sprintf("letter%d.txt", i)] = fmt.Sprintf("Letter %d to Jane Roe about Case No. 1:20-cv-0%d.\n", i, 1000+i)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWebhookHearsOfAProcessRun(t *testing.T) {
	t.Parallel()
	l := newListener(t)
	data := t.TempDir()
	command := func(args ...string) string {
		t.Helper()
		var stderr bytes.Buffer
		cmd := exec.Command("dossier", append([]string{"--data", data}, args...)...)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if code := exitCode(err); code != exitOK && code != exitPartly {
			t.Fatalf("dossier %s: %v: %s%s", strings.Join(args, " "), err, out, stderr.String())
		}
		return string(out)
	}
	added := lines[struct{ ID, Secret string }](t, command("webhook", "add", l.URL, "--json"))[0]
	l.secret = added.Secret
	command("webhook", "test", added.ID)
	command("process", writePapers(t, 3))
	want := map[string]int{webhook.Test: 1, webhook.DocumentCompleted: 3, webhook.DocumentFailed: 1, webhook.BatchCompleted: 1}
	if diff := cmp.Diff(want, l.heard(t)); diff != "" {
		t.Error(diff)
	}
	for _, d := range lines[store.Delivery](t, command("webhook", "deliveries", "--json")) {
		if d.Status != store.DeliveryDelivered {
			t.Errorf("%+v", d)
		}
	}
	if list := command("webhook", "list", "--json"); !strings.Contains(list, l.URL) || strings.Contains(list, added.Secret) {
		t.Errorf("list says %s", list)
	}
	command("webhook", "remove", added.ID)
	var actions []string
	for _, line := range lines[store.AuditEntry](t, command("audit", added.ID, "--json")) {
		actions = append(actions, line.Action)
		if line.Actor != actor() || strings.Contains(line.Detail, added.Secret) {
			t.Errorf("%+v", line)
		}
	}
	if diff := cmp.Diff([]string{"webhook.remove", "webhook.add"}, actions); diff != "" {
		t.Error(diff)
	}
}

func TestWebhookHearsOfEverythingOnceFromWorkersThatAreKilled(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	l := newListener(t)
	l.secret = "hush"
	c.env = []string{"DOSSIER_WEBHOOK_SECRET=" + l.secret}
	c.run("webhook", "add", l.URL)
	const n = 40
	batch := c.submit(writePapers(t, n))
	first := c.startWorker()
	c.until(batch, "something to be done", func(s store.BatchState) bool { return s.Done > 0 })
	kill(first)
	c.startWorker()
	c.startWorker()
	c.await(batch)
	deliveries := func() []store.Delivery {
		return lines[store.Delivery](t, c.run("webhook", "deliveries", "--limit", "1000", "--json"))
	}
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		open := 0
		for _, d := range deliveries() {
			if d.Status != store.DeliveryDelivered {
				open++
			}
		}
		if open == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d deliveries are not delivered", open)
		}
	}
	rows := map[string]int{}
	for _, d := range deliveries() {
		rows[d.Event]++
	}
	want := map[string]int{webhook.DocumentCompleted: n, webhook.DocumentFailed: 1, webhook.BatchCompleted: 1}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	heard := l.heard(t)
	for kind, n := range want { // more only if the killed worker had not recorded what it sent
		if heard[kind] < n {
			t.Errorf("%s was heard of %d times, want %d", kind, heard[kind], n)
		}
	}
}
