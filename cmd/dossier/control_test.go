package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

// letters makes a folder of short letters.
func letters(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		text := fmt.Sprintf("Letter %d\n\nJane A. Roe wrote to Northgate Insurance Company on May %d, 2022.\n", i, 1+i%30)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("letter-%03d.txt", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A batch without workers says so and is on record, visible from
// any process.
func TestSubmitWithoutWorkersSaysSo(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	var s casefile.BatchState
	if err := json.Unmarshal([]byte(c.run("batch", "submit", "--json", "--name", "first", letters(t, 3))), &s); err != nil {
		t.Fatal(err)
	}
	if s.Total != 3 || s.Documents[dossier.StatusPending] != 3 || len(s.Unserved) != len(queue.Names()) {
		t.Errorf("submitted %+v", s)
	}
	if found := c.status("first"); found.ID != s.ID || len(found.Unserved) == 0 {
		t.Errorf("by name: %+v", found)
	}
	if out := c.run("monitor", "health", "--json"); !strings.Contains(out, "no_consumer") || !strings.Contains(out, "failing") {
		t.Errorf("health: %s", out)
	}
	c.startWorker()
	if s := c.await("first"); s.Documents[dossier.StatusCompleted] != 3 {
		t.Errorf("with a worker: %+v", s)
	}
}

// A paused batch stands still and goes on; a cancelled one keeps what is
// done and starts nothing; what was cancelled can be taken up; stages can be
// done again from the middle without doing, or paying, those before.
func TestPauseCancelAndRetry(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.paid = newProvider(t)
	const n = 30
	batch := c.submit(letters(t, n))
	c.run("batch", "pause", batch)
	c.startWorker("--concurrency", "ocr=1,text=1,entity=1,graph=1,default=1")
	time.Sleep(2 * time.Second)
	if s := c.status(batch); !s.Paused || s.Documents[dossier.StatusPending] != n {
		t.Fatalf("paused, and %+v", s)
	}
	// It cannot be done before it is cancelled, however late that comes.
	release := c.paid.holdAfter(n / 2)
	c.run("batch", "resume", batch)
	c.until(batch, "some to be done", func(s store.BatchState) bool { return s.Documents[dossier.StatusCompleted] > 2 })
	c.run("batch", "cancel", batch)
	cancelled := c.status(batch)
	if cancelled.Status != "cancelled" || cancelled.Done != n || cancelled.Documents[dossier.StatusCompleted] < 3 {
		t.Errorf("cancelled: %+v", cancelled)
	}
	_, asked := c.paid.charges()
	release()
	time.Sleep(2 * time.Second)
	if _, later := c.paid.charges(); later > asked+1 {
		t.Errorf("%d documents were read after the batch was cancelled", later-asked)
	}
	c.run("batch", "retry", batch)
	if s := c.await(batch); s.Documents[dossier.StatusCompleted] != n {
		t.Fatalf("taken up: %+v", s)
	}
	checkRows(t, c.database)
	want, paid := c.run("export"), len(c.paid.calls)
	_, asked = c.paid.charges()
	c.run("batch", "retry", batch, "--stage", "chunking")
	if s := c.await(batch); s.Documents[dossier.StatusCompleted] != n {
		t.Fatalf("from chunking: %+v", s)
	}
	checkRows(t, c.database)
	compareDiff(t, "a retry from chunking", want, c.run("export"))
	if again, n := c.paid.charges(); again != paid || n != asked {
		t.Errorf("the provider was asked %d times more", n-asked)
	}
	// The same files in another matter cost nothing.
	if s := c.await(c.submit("--project", "other", filepath.Dir(firstPath(t, want)))); s.Documents[dossier.StatusCompleted] != n {
		t.Fatalf("in another matter: %+v", s)
	}
	if _, n := c.paid.charges(); n != asked {
		t.Errorf("the provider was asked %d times for what is in the cache", n-asked)
	}
}

// firstPath is the path of a document in an export.
func firstPath(t *testing.T, export string) string {
	t.Helper()
	for line := range strings.Lines(export) {
		var d store.Document
		if json.Unmarshal([]byte(line), &d) == nil && len(d.Paths) > 0 {
			return d.Paths[0]
		}
	}
	t.Fatal("no document in the export")
	return ""
}

// What fails for good is listed with its reason and can be done again; the
// rest of the batch is not touched.
func TestDeadLettersAreListedAndReplayed(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	dir := letters(t, 3)
	if err := os.WriteFile(filepath.Join(dir, "torn.pdf"), []byte("%PDF-1.4\nno more"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.startWorker()
	batch := c.submit(dir)
	s := c.await(batch)
	if s.Documents[dossier.StatusCompleted] != 3 || s.Documents[dossier.StatusFailed] != 1 {
		t.Fatalf("%+v", s)
	}
	list := func(args ...string) (letters []store.DeadLetter) {
		for line := range strings.Lines(c.run(append([]string{"dead", "list", "--json"}, args...)...)) {
			var d store.DeadLetter
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatal(err)
			}
			letters = append(letters, d)
		}
		return letters
	}
	dead := list()
	if len(dead) != 1 || dead[0].Code != dossier.CodeDamaged || !strings.HasSuffix(dead[0].Path, "torn.pdf") || dead[0].Stage != dossier.StageOCR {
		t.Fatalf("dead letters %+v", dead)
	}
	if len(list("--code", "ocr_failed")) != 0 || len(list("--stage", "ocr", "--batch", batch)) != 1 {
		t.Error("the filters do not filter")
	}
	c.run("dead", "replay", "--all")
	s = c.await(batch)
	if s.Documents[dossier.StatusCompleted] != 3 || s.Documents[dossier.StatusFailed] != 1 || len(list()) != 1 {
		t.Errorf("after the replay %+v, %d dead letters", s, len(list()))
	}
}

// A file that kills its workers is put into quarantine after two of them,
// and the rest of the batch is done.
func TestPoisonFileIsQuarantined(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.paid = newProvider(t) // its workers die of files called poison
	dir := letters(t, 5)
	if err := os.WriteFile(filepath.Join(dir, "poison.txt"), []byte("Whoever reads this dies."), 0o600); err != nil {
		t.Fatal(err)
	}
	first := c.startWorker()
	batch := c.submit(dir)
	if err := first.Wait(); err == nil {
		t.Fatal("the first worker lived")
	}
	second := c.startWorker()
	s := c.await(batch)
	if s.Documents[dossier.StatusCompleted] != 5 || s.Documents[dossier.StatusQuarantined] != 1 {
		t.Errorf("%+v", s)
	}
	if second.ProcessState != nil {
		t.Error("the second worker died too")
	}
	if out := c.run("dead", "list", "--code", "poison_file"); !strings.Contains(out, "poison.txt") {
		t.Errorf("dead letters: %s", out)
	}
}

// A manifest says what a batch is to do; what it does not know is refused
// by name.
func TestManifestIsCheckedAtSubmit(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	dir := letters(t, 2)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("batch.json", `{"version":1,"project":"m","name":"n","priority":"high","documents":[
		{"path":"letter-000.txt"},{"path":"letter-001.txt","sha256":"00"}]}`)
	c.startWorker()
	s := c.await(c.submit(good))
	if s.Project != "m" || s.Name != "n" || s.Priority != dossier.PriorityHigh || s.Total != 1 {
		t.Errorf("%+v", s)
	}
	if out := c.run("batch", "report", "n"); !strings.Contains(out, "file_changed") {
		t.Errorf("the file that changed is not told: %s", out)
	}
	for want, text := range map[string]string{
		"max_retries":          `{"version":1,"documents":[{"path":"a"}],"max_retries":3}`,
		"version 2":            `{"version":2,"documents":[{"path":"a"}]}`,
		"urgent":               `{"version":1,"priority":"urgent","documents":[{"path":"a"}]}`,
		"listed twice":         `{"version":1,"documents":[{"path":"a"},{"path":"a"}]}`,
		"documents[1].path":    `{"version":1,"documents":[{"path":"a"},{"path":""}]}`,
		"documents: there are": `{"version":1,"documents":[]}`,
	} {
		out, err := c.command("batch", "submit", write("bad.json", text)).CombinedOutput()
		if exitCode(err) != exitFailed || !strings.Contains(string(out), want) || !strings.Contains(string(out), "bad.json") {
			t.Errorf("%s: %v: %s", text, err, out)
		}
	}
}

// Workers together never call a provider more often than it allows, in any
// window; work that has to wait takes no slot and fails nothing.
func TestWorkersTogetherKeepARateLimit(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.env = []string{"PROVIDER_LIMIT=10"}
	c.paid = newProvider(t)
	for range 3 {
		c.startWorker()
	}
	folder, began := letters(t, 40), time.Now()
	if s := c.await(c.submit(folder)); s.Documents[dossier.StatusCompleted] != 40 {
		t.Errorf("%+v", s)
	}
	// A call may arrive any time after it was let through, and so two that
	// were let through far from each other may arrive at once: what is sure is
	// how many were let through since the beginning. That this holds in any
	// window is tested where calls are counted, in ratelimit.
	for i, at := range c.paid.at {
		if least := time.Duration(i+1-10) * time.Second / 10; at.Sub(began) < least {
			t.Errorf("%d calls within %s", i+1, at.Sub(began))
		}
	}
}

// A provider that is down opens the breaker for all workers; the work
// waits, and goes on when the breaker is reset.
func TestProviderDownOpensTheBreakerForAllWorkers(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	c.paid = newProvider(t)
	c.paid.down = 8 // so that five in a row fail, in whatever order their ends are told
	c.startWorker()
	batch := c.submit(letters(t, 12))
	open := false
	for deadline := time.Now().Add(2 * time.Minute); !open && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		open = strings.Contains(c.run("breaker", "list", "--json"), `"open"`)
	}
	if !open {
		t.Fatal("five failures did not open the breaker")
	}
	c.run("breaker", "reset", "paid")
	if s := c.await(batch); s.Documents[dossier.StatusCompleted] != 12 {
		t.Errorf("%+v", s)
	}
}

// The attempts at tasks are spans of the submission's trace, whatever process
// they happen in.
func TestTraces(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []byte
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, body...)
	}))
	defer collector.Close()
	c := newCluster(t)
	c.env = []string{"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL}
	w := c.startWorker("--drain", "1s")
	c.await(c.submit(letters(t, 2)))
	if err := w.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := w.Wait(); err != nil {
		t.Errorf("a worker that is told to stop: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, name := range append(dossier.Stages(), "submit") {
		if !bytes.Contains(sent, []byte(name)) {
			t.Errorf("no span %q was sent", name)
		}
	}
}

// A cache that knows a mail whose attachments are not among the blobs, as
// when it is shared by two stores or outlives one, loses no attachment.
func TestCacheThatOutlivesBlobsLosesNoAttachment(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	dir := t.TempDir()
	mail := "From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
		"--x\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--x\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=note.txt\r\n\r\n" +
		"Jane A. Roe signed on May 3, 2022.\r\n--x--\r\n"
	if err := os.WriteFile(filepath.Join(dir, "mail.eml"), []byte(mail), 0o600); err != nil {
		t.Fatal(err)
	}
	w := c.startWorker()
	if s := c.await(c.submit(dir)); s.Documents[dossier.StatusCompleted] != 2 {
		t.Fatalf("%+v", s)
	}
	kill(w)
	c.dir = t.TempDir() // other blobs
	c.startWorker()
	if s := c.await(c.submit("--project", "other", dir)); s.Documents[dossier.StatusCompleted] != 2 {
		t.Errorf("with other blobs: %+v", s)
	}
}

// A submission says which files it could not register, and refuses what has no
// file at all; no open batch is left of that.
func TestSubmissionSaysWhatItMissed(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	dir := letters(t, 1)
	manifest := func(text string) string {
		path := filepath.Join(dir, "batch.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		name, path string
		code       int
		want       []string
	}{
		{"an empty folder", t.TempDir(), exitFailed, []string{"no file"}},
		{
			"a manifest without a usable row", manifest(`{"version":1,"documents":[{"path":"gone.txt"},{"path":"letter-000.txt","sha256":"00"}]}`),
			exitFailed,
			[]string{"gone.txt", "not_found", "file_changed"},
		},
	} {
		out, err := c.command("batch", "submit", tt.path).CombinedOutput()
		if exitCode(err) != tt.code {
			t.Errorf("%s: %v: %s", tt.name, err, out)
		}
		for _, want := range tt.want {
			if !strings.Contains(string(out), want) {
				t.Errorf("%s: %q is not said: %s", tt.name, want, out)
			}
		}
	}
	if out := c.run("batch", "list", "--open", "--json"); out != "" {
		t.Errorf("open batches are left: %s", out)
	}
	out, err := c.command("batch", "submit", "--name", "n", manifest(`{"version":1,"name":"n","documents":[{"path":"gone.txt"},{"path":"letter-000.txt"}]}`)).CombinedOutput()
	if exitCode(err) != exitPartly || !strings.Contains(string(out), "gone.txt") || !strings.Contains(string(out), "1 documents") {
		t.Errorf("a file is missing: %v: %s", err, out)
	}
	c.run("batch", "cancel", "n")
	if out, _ := c.command("batch", "report", "n").CombinedOutput(); !strings.Contains(string(out), "[cancelled]") || strings.Contains(string(out), "[]") {
		t.Errorf("the reason of a cancelled document: %s", out)
	}
	if out, err := c.command("dead", "replay").CombinedOutput(); exitCode(err) != exitFailed || !strings.Contains(string(out), "--all") {
		t.Errorf("a replay without a filter: %v: %s", err, out)
	}
	if out := c.run("batch", "retry", "n", "--only", "completed"); !strings.Contains(out, "nothing to retry") {
		t.Errorf("a retry of nothing: %s", out)
	}
}
