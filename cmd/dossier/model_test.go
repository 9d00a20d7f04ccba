package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/llm/llmtest"
)

// TestModelFindsNames has the real program ask a model for names: what it costs
// is told before and after, and no key is told.
func TestModelFindsNames(t *testing.T) {
	t.Parallel()
	fake := llmtest.Start(t)
	fake.Names = map[string]dossier.MentionType{"zebulon": dossier.Person, "quagmire": dossier.Location}
	papers, data, home := t.TempDir(), t.TempDir(), t.TempDir()
	letter := filepath.Join(papers, "letter.txt")
	if err := os.WriteFile(letter, []byte("On May 3, 2019 zebulon of quagmire wrote to Jane Roe at Halden Logistics Inc.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(home, "dossier", "config.json")
	if err := os.MkdirAll(filepath.Dir(config), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(`{"llm_prices": {"`+llmtest.Model+`": "150/600/15", "other": "1/2"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	try := func(args ...string) (string, error) {
		cmd := exec.Command("dossier", args...)
		cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+home, "DOSSIER_DATA="+data, "DOSSIER_MENTIONS_WITH=llm",
			"DOSSIER_LLM_URL="+fake.URL, "DOSSIER_LLM_MODEL="+llmtest.Model, llmKey+"="+llmtest.Key)
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), llmtest.Key) {
			t.Errorf("dossier %v tells the key:\n%s", args, out)
		}
		return string(out), err
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := try(args...)
		if err != nil {
			t.Fatalf("dossier %v: %v\n%s", args, err, out)
		}
		return out
	}
	if out := run("batch", "estimate", papers); !strings.Contains(out, "names       about $0.") || fake.Calls() != 0 {
		t.Errorf("after %d calls:\n%s", fake.Calls(), out)
	}
	// A cap that is too small for one call: the names found here, and a warning.
	run("process", papers, "--run-budget", "0.001", "--verbose")
	shown := run("document", "show", "letter.txt")
	if !strings.Contains(shown, "found without the model "+llmtest.Model+": the budget is spent, --run-budget") ||
		strings.Contains(shown, "zebulon") || !strings.Contains(shown, "Jane Roe") || fake.Calls() != 0 {
		t.Errorf("after %d calls:\n%s", fake.Calls(), shown)
	}
	run("process", papers)
	shown = run("document", "show", "letter.txt")
	if !strings.Contains(shown, "zebulon") || !strings.Contains(shown, "quagmire") || strings.Contains(shown, "warning") || fake.Calls() != 1 {
		t.Errorf("after %d calls:\n%s", fake.Calls(), shown)
	}
	run("process", papers)
	if spend := run("monitor", "spend"); fake.Calls() != 1 || !strings.Contains(spend, "llm") {
		t.Errorf("after %d calls:\n%s", fake.Calls(), spend)
	}
	if out, _ := try("doctor"); !strings.Contains(out, "has the model "+llmtest.Model) {
		t.Errorf("doctor:\n%s", out)
	}
	if out, err := try("process", papers, "--budget", "5", "--llm-model", "unknown"); err == nil || !strings.Contains(out, "no price of unknown") {
		t.Errorf("a budget without a price: %v\n%s", err, out)
	}
}

// TestKilledWhileItAsks kills the program in the middle of its third call. The
// next run pays for that call, which nobody has the answer of, and for those
// that were not made.
func TestKilledWhileItAsks(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 500 {
		fmt.Fprintf(&text, "Item %d. On May 3, 2019 zebulon of quagmire wrote about lot %d, and got no answer at all. ", i, i)
	}
	papers := t.TempDir()
	if err := os.WriteFile(filepath.Join(papers, "letter.txt"), []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func(fake *llmtest.Server, data string) *exec.Cmd {
		cmd := exec.Command("dossier", "process", papers)
		cmd.Env = append(os.Environ(), "DOSSIER_DATA="+data, "DOSSIER_MENTIONS_WITH=llm", "DOSSIER_LLM_URL="+fake.URL,
			"DOSSIER_LLM_MODEL="+llmtest.Model, llmKey+"="+llmtest.Key, "DOSSIER_LLM_PRICES="+llmtest.Model+"=1/2")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	newFake := func() *llmtest.Server {
		fake := llmtest.Start(t)
		fake.Names = map[string]dossier.MentionType{"zebulon": dossier.Person}
		return fake
	}
	undisturbed := newFake()
	if err := start(undisturbed, t.TempDir()).Wait(); err != nil {
		t.Fatal(err)
	}
	fake, data := newFake(), t.TempDir()
	fake.Faults = []llmtest.Fault{{}, {}, {Stall: true}} // until it is killed, however late that comes
	cmd := start(fake, data)
	for fake.Calls() < 3 {
		time.Sleep(5 * time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("it was done before it was killed")
	}
	if err := start(fake, data).Wait(); err != nil {
		t.Fatal(err)
	}
	if got, want := fake.Calls(), undisturbed.Calls()+1; got != want || want < 5 {
		t.Errorf("%d calls, want %d", got, want)
	}
}
