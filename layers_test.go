package dossier_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The layers of the house, from the top. A package imports only from layers
// below its own; the exceptions are named.
var layers = [][]string{
	{"cmd/dossier"},
	{"internal/monitor"},
	{"internal/pipeline"},
	{"internal/identity"},
	{"internal/extract", "internal/ocr", "internal/chunk", "internal/cite", "internal/tagger", "internal/mention", "internal/resolve", "internal/relate", "internal/chronology", "internal/graph", "internal/search", "internal/similar", "internal/textract", "internal/vision", "internal/llm"},
	{"internal/queue", "internal/cache", "internal/ratelimit", "internal/breaker", "internal/event", "internal/webhook"},
	{"internal/store", "internal/blob", "internal/rdb"},
	{"internal/child", "internal/sentence", "internal/lex", "internal/gazetteer", "internal/table", "internal/sheet", "internal/papertest", "internal/marked"}, // small tools below the layers
	{""}, // the words of the domain
}

// allowed are imports inside a layer, each with its reason.
var allowed = map[string]string{
	"internal/extract → internal/ocr":     "a page of a file may need recognition",
	"internal/gazetteer → internal/table": "its words are one",
	"internal/mention → internal/cite":    "citations are mentions too, and their case names are no people",
	"internal/mention → internal/tagger":  "what it learned is evidence beside the rules",
	"internal/sheet → internal/lex":       "its lines are bytes of words",
	"internal/textract → internal/ocr":    "its results are pages that were recognised",
	"internal/vision → internal/llm":      "one client asks all models",
	"internal/vision → internal/ocr":      "its results are pages that were recognised",
}

// stages are pure: nothing of the engine or the state below them.
var stages = layers[4]

func TestImportsGoDownOnly(t *testing.T) {
	level := map[string]int{}
	for i, packages := range layers {
		for _, p := range packages {
			level[p] = i
		}
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		from := ours(p.ImportPath)
		if strings.HasPrefix(from, "examples") || strings.HasSuffix(from, "test") || strings.HasSuffix(from, "gendata") || strings.HasPrefix(from, "tools") {
			continue // programs and helpers beside the house
		}
		if _, ok := level[from]; !ok {
			t.Errorf("%s has no layer: name it here", p.ImportPath)
			continue
		}
		seen++
		for _, imported := range p.Imports {
			if imported != "dossier" && !strings.HasPrefix(imported, "dossier/") {
				if slices.Contains(layers[len(layers)-1], from) && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
					t.Errorf("the domain imports %s; it needs nothing but the standard library", imported)
				}
				continue
			}
			to := ours(imported)
			below := level[to] > level[from] && (!slices.Contains(stages, from) || !isEngineOrState(to))
			if _, ok := allowed[from+" → "+to]; !ok && !below {
				t.Errorf("%s imports %s, which is not below it", from, to)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func ours(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, "dossier"), "/") }

func isEngineOrState(p string) bool {
	return slices.Contains(layers[4], p) || slices.Contains(layers[5], p)
}

// asynq lives in the queue and nowhere else; SQL in the store.
func TestLibrariesHaveOneHome(t *testing.T) {
	homes := map[string][]string{
		"github.com/hibiken/asynq":       {"dossier/internal/queue", "dossier/tools/bench"}, // there as the peer
		"github.com/alicebob/miniredis/": {"dossier/internal/rdb"},
		"database/sql":                   {"dossier/internal/store", "dossier/internal/store/pgtest"},
		"github.com/jackc/pgx":           {"dossier/internal/store", "dossier/internal/store/pgtest"},
		"modernc.org/sqlite":             {"dossier/internal/store"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		for _, imported := range f[1:] {
			for library, home := range homes {
				if strings.HasPrefix(imported, library) && !slices.Contains(home, f[0]) {
					t.Errorf("%s imports %s", f[0], imported)
				}
			}
		}
	}
}
