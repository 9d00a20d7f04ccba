package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dossier-legal/dossier/examples/lawsuit"
)

// notRun are shapes that no command of TestSchemas prints, each with the reason.
var notRun = map[string]string{
	"batch submit --watch": "it needs a worker beside it",
	"breaker reset":        "no provider of the example fails",
	"dead list":            "no task of the example fails permanently",
	"document similar":     "the example is read without recognition",
	"train tagger":         "training takes minutes",
}

// Everything that --json prints of the example case file is valid by the schema
// of its command.
func TestSchemas(t *testing.T) {
	t.Parallel()
	x := newSchemaTest(t)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(receiver.Close)
	pdf := "05-disclosure-statement.pdf"
	paper := filepath.Join(x.papers, "pleadings", pdf)

	out, err := exec.Command("dossier", "process", x.papers, "--ocr", "off", "--json", "--data", x.data).Output()
	if exitCode(err) != exitPartly {
		t.Fatalf("%v: %s", err, out)
	}
	x.valid("process", out)
	batch := x.field("batch list", "id", "batch", "list")
	for _, as := range []string{"", "words", "findings", "chunks", "mentions", "citations", "blocks", "relations"} {
		args := []string{"extract", paper, "--json"}
		name := "extract"
		if as != "" {
			name += " --as " + as
			args = append(args, "--as", as)
		}
		out, err := exec.Command("dossier", args...).Output()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		x.valid(name, out)
	}
	out, err = exec.Command("dossier", "batch", "estimate", paper, "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	x.valid("batch estimate", out)
	waiting := x.field("batch submit", "id", "batch", "submit", paper, "--project", "other") // for a worker that never comes
	hook := x.field("webhook add", "id", "webhook", "add", receiver.URL)
	for _, c := range [][]string{
		{"batch status", batch},
		{"batch watch", batch},
		{"batch report", batch},
		{"batch priority", waiting, "low"},
		{"document list"},
		{"document show", pdf},
		{"document text", pdf},
		{"search", "sprinkler"},
		{"search", "nothingatall"},
		{"entity list"},
		{"entity show", "Halden Logistics Inc."},
		{"entity explain", "Halden Logistics Inc."},
		{"chronology"},
		{"graph path", "Marian A. Castellan", "Northgate Insurance Company"},
		{"graph neighbours", "Halden Logistics Inc."},
		{"graph central"},
		{"graph communities"},
		{"verify", pdf},
		{"project list"},
		{"project show", "default"},
		{"password list"},
		{"password clear"},
		{"entity rename", "Halden Logistics Inc.", "Halden"},
		{"entity decisions"},
		{"entity undo", "1"},
		{"entity check"},
		{"entity retype", "Halden Logistics Inc.", "org"},
		{"entity reject", "Northgate Insurance Company"},
		{"entity merge", "Halden Logistics Inc.", "Marian A. Castellan"},
		{"entity split", "Halden Logistics Inc.", "--name", "Marian A. Castellan"},
		{"review list"},
		{"review classes"},
		{"monitor"},
		{"dead replay", "--all"},
		{"breaker list"},
		{"cache stats"},
		{"cache warm", "--batch", batch},
		{"cache migrate", "--dry-run"},
		{"webhook list"},
		{"webhook test", hook},
		{"webhook deliveries"},
		{"webhook replay", "--failed"},
		{"webhook remove", hook},
		{"audit"},
		{"cleanup", "--dry-run"},
		{"doctor"},
		{"config show"},
		{"version"},
		{"licences"},
		{"man", filepath.Join(t.TempDir(), "man")},
		{"match", "J. Roe", "Roe, Jane"},
		{"batch pause", waiting},
		{"batch retry", batch},
		{"batch resume", waiting},
		{"batch cancel", waiting},
		{"document hold", pdf, "--reason", "r"},
		{"document release", pdf},
		{"project hold", "default", "--reason", "r"},
		{"project release", "default"},
		{"document delete --dry-run", pdf},
		{"document delete", pdf, "--yes"},
		{"project delete --dry-run", "default"},
		{"project delete", "default", "--yes"},
	} {
		x.run(c[0], slices.Concat(strings.Fields(c[0]), c[1:])...)
	}
	x.input = `{"id": 1, "document": "d", "type": "person", "text": "Jane Roe", "start": 0}`
	x.run("resolve", "resolve")
	x.input = "a password\n"
	x.run("password add", "password", "add")
	for name := range shapes {
		if _, reason := notRun[name]; !x.seen[name] && !reason && name != "error" && !slices.Contains(alsoErrors, name) {
			t.Errorf("nothing printed %q", name)
		}
	}
}

// Every command that prints something has a schema.
func TestEveryCommandHasASchema(t *testing.T) {
	without := []string{"worker", "export", "completion", "help", "schema export"} // they print no JSON, or formats of others
	for _, leaf := range kongParser(t).Model.Leaves(true) {
		if path := leaf.Path(); shapes[path] == nil && !slices.Contains(without, path) && !slices.Contains(alsoErrors, path) {
			t.Errorf("there is no schema of %q", path)
		}
	}
}

// alsoErrors are commands whose errors alone have a shape.
var alsoErrors = []string{"review decide"}

// schemaTest validates what commands print.
type schemaTest struct {
	*testing.T
	papers, data, input string
	compiler            *jsonschema.Compiler
	seen                map[string]bool
}

func newSchemaTest(t *testing.T) *schemaTest {
	t.Helper()
	if _, err := exec.LookPath("tesseract"); err != nil {
		t.Skip("no tesseract here; `make deps` installs it")
	}
	x := &schemaTest{T: t, data: t.TempDir(), compiler: jsonschema.NewCompiler(), seen: map[string]bool{}}
	dir := t.TempDir()
	if err := lawsuit.Write(dir); err != nil {
		t.Fatal(err)
	}
	x.papers = filepath.Join(dir, "papers")
	var out bytes.Buffer
	if code := run(t.Context(), []string{"schema", "export"}, streams{out: &out, err: os.Stderr}); code != exitOK {
		t.Fatal(out.String())
	}
	document, err := jsonschema.UnmarshalJSON(&out)
	if err == nil {
		err = x.compiler.AddResource("dossier.json", document)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// run runs a command with --json and validates what it prints.
func (x *schemaTest) run(name string, args ...string) []byte {
	x.Helper()
	var out bytes.Buffer
	code := run(x.Context(), append(args, "--json", "--data", x.data), streams{strings.NewReader(x.input), &out, os.Stderr})
	if code == exitUsage {
		x.Fatalf("%s: exit code %d", name, code)
	}
	if bytes.HasPrefix(out.Bytes(), []byte(`{"code":`)) || bytes.HasPrefix(out.Bytes(), []byte(`{"cure":`)) {
		x.Errorf("%s failed: %s", name, out.String())
		name = "error"
	}
	x.valid(name, out.Bytes())
	return out.Bytes()
}

// field is a field of the first object that a command prints.
func (x *schemaTest) field(name, field string, args ...string) string {
	x.Helper()
	first, _, _ := bytes.Cut(x.run(name, args...), []byte("\n"))
	var object map[string]any
	if err := json.Unmarshal(first, &object); err != nil {
		x.Fatalf("%s: %v", name, err)
	}
	value, _ := object[field].(string)
	if value == "" {
		x.Fatalf("%s: no %s among %v", name, field, slices.Sorted(maps.Keys(object)))
	}
	return value
}

// valid validates each line of output by the schema of a command.
func (x *schemaTest) valid(name string, output []byte) {
	x.Helper()
	compiled, err := x.compiler.Compile("dossier.json#/$defs/" + strings.ReplaceAll(name, " ", "%20"))
	if err != nil {
		x.Fatalf("%s: %v", name, err)
	}
	x.seen[name] = true
	for line := range bytes.Lines(output) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err == nil {
			err = compiled.Validate(value)
		}
		if err != nil {
			x.Errorf("%s: %v\n%.400s", name, err, line)
			return
		}
	}
}
