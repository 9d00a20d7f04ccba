package dossier_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// layer is a layer of the architecture, from the command line down to the
// words of the domain, or one of the groups of packages beside it.
type layer string

const (
	commands   layer = "commands"   // the command line, and the wiring
	surfaces   layer = "surfaces"   // results as people see them
	monitoring layer = "monitoring" // snapshots, health, metrics
	usecases   layer = "use cases"  // what the command line and servers offer
	flow       layer = "flow"       // which stage follows which
	keeping    layer = "keeping"    // deletion, and what is too old
	identity   layer = "identity"   // who is who in a project
	stages     layer = "stages"     // pure functions from input to output
	engine     layer = "engine"     // tasks with opaque payloads
	state      layer = "state"      // SQL, blobs, Redis
	tools      layer = "tools"      // small helpers without state
	words      layer = "words"      // the domain; standard library only

	support    layer = "support"    // imported by tests and programs only
	generators layer = "generators" // programs that go generate runs
	programs   layer = "programs"   // benchmarks, evaluation, examples
)

// layerOf assigns a layer to every package of the module.
var layerOf = map[string]layer{
	"": words,

	"cmd/dossier":       commands,
	"internal/show":     surfaces,
	"internal/monitor":  monitoring,
	"internal/casefile": usecases,
	"internal/export":   usecases,

	"internal/batch":    flow,
	"internal/notify":   flow,
	"internal/paid":     flow,
	"internal/pipeline": flow,
	"internal/plan":     flow,
	"internal/verify":   flow,
	"internal/identity": identity,

	"internal/retention": keeping,

	"internal/chronology":      stages,
	"internal/chunk":           stages,
	"internal/cluster":         stages,
	"internal/cite":            stages,
	"internal/extract":         stages,
	"internal/graph":           stages,
	"internal/llm":             stages,
	"internal/mention":         stages,
	"internal/mention/caption": stages,
	"internal/mention/court":   stages,
	"internal/mention/scan":    stages,
	"internal/names":           stages,
	"internal/ocr":             stages,
	"internal/relate":          stages,
	"internal/resolve":         stages,
	"internal/similar":         stages,
	"internal/tagger":          stages,
	"internal/tagger/train":    stages,
	"internal/textract":        stages,
	"internal/vision":          stages,

	"internal/extract/text":        stages,
	"internal/extract/compound":    stages,
	"internal/extract/extracttest": support,
	"internal/extract/detect":      stages,
	"internal/extract/story":       stages,
	"internal/extract/office":      stages,
	"internal/extract/legacy":      stages,
	"internal/extract/layout":      stages,
	"internal/extract/image":       stages,
	"internal/extract/mail":        stages,
	"internal/extract/archive":     stages,
	"internal/extract/pdf":         stages,
	"internal/extract/readers":     stages,
	"internal/extract/wire":        stages,

	"internal/breaker":   engine,
	"internal/cache":     engine,
	"internal/event":     engine,
	"internal/queue":     engine,
	"internal/ratelimit": engine,
	"internal/webhook":   engine,

	"internal/blob":  state,
	"internal/rdb":   state,
	"internal/store": state,

	"internal/build":      tools,
	"internal/child":      tools,
	"internal/gazetteer":  tools,
	"internal/lex":        tools,
	"internal/licences":   tools,
	"internal/marked":     tools,
	"internal/scratch":    tools,
	"internal/search":     tools,
	"internal/sentence":   tools,
	"internal/sheet":      tools,
	"internal/table":      tools,
	"internal/vocabulary": tools,
	"internal/otlp":       tools,
	"internal/pdfwasm":    tools,

	"internal/cli":     tools,
	"internal/nearest": tools,
	"internal/schema":  tools,

	"third_party/kong": tools,

	"examples/lawsuit":               support,
	"internal/llm/llmtest":           support,
	"internal/names/namestest":       support,
	"internal/papertest":             support,
	"internal/rdb/redistest":         support,
	"internal/store/pgtest":          support,
	"internal/store/storetest":       support,
	"internal/textract/textracttest": support,
	"internal/versiontest":           support,

	"internal/cite/gendata":      generators,
	"internal/gazetteer/gendata": generators,
	"internal/licences/generate": generators,
	"internal/mention/gendata":   generators,

	"examples/lawsuit/generate": programs,
	"tools/bench":               programs,
	"tools/eval":                programs,
	"tools/internal/lab":        programs,
}

// mayImport says which layers the packages of a layer import. A package imports
// another of its own layer only if that is a room (see isRoom) or exceptions has
// the reason.
var mayImport = map[layer][]layer{
	commands:   {surfaces, usecases, monitoring, flow, keeping, identity, stages, engine, state, tools, words},
	surfaces:   {usecases, monitoring, flow, keeping, identity, stages, engine, state, tools, words},
	usecases:   {flow, keeping, identity, stages, engine, state, tools, words},
	monitoring: {engine, state, tools, words},
	flow:       {identity, stages, engine, state, tools, words},
	keeping:    {identity, stages, engine, state, tools, words},
	identity:   {stages, state, tools, words},
	stages:     {tools, words},
	engine:     {state, tools, words},
	state:      {tools, words},
	tools:      {words},
	words:      {},

	support:    {stages, engine, state, tools, words},
	generators: {tools, words},
	programs:   {commands, monitoring, flow, identity, stages, engine, state, tools, words, support, programs},
}

// exceptions are imports inside a layer, each with its reason.
var exceptions = map[string]string{
	"internal/cli → third_party/kong":                  "it describes the command lines that kong parses",
	"internal/cli → internal/nearest":                  "what was mistyped is near a command",
	"internal/batch → internal/notify":                 "a change of a batch is published",
	"internal/batch → internal/paid":                   "an estimate needs the prices",
	"internal/batch → internal/plan":                   "a document starts with its first stage",
	"internal/notify → internal/plan":                  "results are published with the entry of their stage",
	"internal/paid → internal/plan":                    "services are part of the recipe",
	"internal/pipeline → internal/batch":               "files found in a document join its batches",
	"internal/pipeline → internal/notify":              "the end of a stage is published",
	"internal/pipeline → internal/paid":                "stages use the services that are configured",
	"internal/pipeline → internal/plan":                "it runs the stages",
	"internal/verify → internal/plan":                  "it checks that every stage has run",
	"internal/extract → internal/ocr":                  "a page of a file may need recognition",
	"internal/gazetteer → internal/table":              "its words are packed in a table",
	"internal/mention → internal/cite":                 "citations are mentions too, and their case names are no people",
	"internal/mention → internal/mention/caption":      "marks of layout stand between the words of names",
	"internal/mention → internal/mention/court":        "courts are found before names",
	"internal/mention → internal/mention/scan":         "what has a grammar is found first",
	"internal/mention → internal/tagger":               "what it learned is evidence beside the rules",
	"internal/sentence → internal/vocabulary":          "abbreviations whose stop ends no sentence",
	"internal/cluster → internal/names":                "clusters are of names that it compares",
	"internal/resolve → internal/cluster":              "names of a document are joined under the same vetoes",
	"internal/resolve → internal/names":                "it compares the names of a document",
	"internal/search → internal/sentence":              "a connector asks for words of one sentence",
	"internal/search → internal/vocabulary":            "sets of words",
	"internal/sheet → internal/lex":                    "its lines are bytes of words",
	"internal/sheet → internal/vocabulary":             "roles and the words beside them",
	"internal/tagger/train → internal/tagger":          "it makes the models that the tagger reads with",
	"internal/textract → internal/ocr":                 "its results are recognised pages",
	"internal/store/storetest → internal/store/pgtest": "copies databases on its server",
	"internal/vision → internal/llm":                   "one client asks all models",
	"internal/vision → internal/ocr":                   "its results are recognised pages",
}

// host is where the module lives; the tests name its packages without it.
const host = "github.com/dossier-legal/"

// listed is a package as go list describes it, with short paths for those of
// this module.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

// list reads the packages of this module, with the arguments given to go list.
func list(t *testing.T, args ...string) []listed {
	t.Helper()
	args = append(append([]string{"list", "-json=ImportPath,Imports,TestImports,XTestImports"}, args...), "./...")
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	short := strings.ReplaceAll(string(out), `"`+host, `"`)
	for dec := json.NewDecoder(strings.NewReader(short)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// violations returns what the imports of packages break, in the order listed.
func violations(packages []listed) []string {
	var found []string
	for _, p := range packages {
		from := ours(p.ImportPath)
		of, ok := layerOf[from]
		if !ok {
			found = append(found, fmt.Sprintf("%s has no layer: add it to layerOf", p.ImportPath))
			continue
		}
		for _, imported := range p.Imports {
			if why := forbidden(from, of, imported, nil); why != "" {
				found = append(found, why)
			}
		}
		inTests := []layer{of, support} // tests may import their own layer, too
		for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
			if why := forbidden(from, of, imported, inTests); why != "" {
				found = append(found, "a test of "+why)
			}
		}
	}
	return found
}

// forbidden returns why a package of the layer of must not import another, or
// "" if it may. more are layers that it may import beside those of mayImport.
func forbidden(from string, of layer, imported string, more []layer) string {
	if imported != "dossier" && !strings.HasPrefix(imported, "dossier/") {
		if of == words && more == nil && strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") {
			return fmt.Sprintf("the domain imports %s; it may import the standard library only", imported)
		}
		return ""
	}
	to := ours(imported)
	target, ok := layerOf[to]
	switch {
	case !ok:
		return fmt.Sprintf("%s imports %s, which has no layer", from, to)
	case slices.Contains(mayImport[of], target), slices.Contains(more, target), exceptions[from+" → "+to] != "", target == of && isRoom(from, to):
		return ""
	}
	return fmt.Sprintf("%s (%s) imports %s (%s)", from, of, to, target)
}

// isRoom reports whether to is one of the rooms into which a package is divided
// (internal/extract/wire is a room of internal/extract), and from is that package
// or another room of it. A room does not import its house.
func isRoom(from, to string) bool {
	house := path.Dir(to)
	return house != "internal" && (from == house || path.Dir(from) == house)
}

func ours(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, "dossier"), "/") }

func TestImportsFollowTheLayers(t *testing.T) {
	packages := list(t)
	for _, v := range violations(packages) {
		t.Error(v)
	}
	present, used := map[string]bool{}, map[string]bool{}
	for _, p := range packages {
		present[ours(p.ImportPath)] = true
		for _, imported := range p.Imports {
			used[ours(p.ImportPath)+" → "+ours(imported)] = true
		}
	}
	for p := range layerOf {
		if !present[p] {
			t.Errorf("layerOf names %s, which does not exist", p)
		}
	}
	for edge := range exceptions {
		if !used[edge] {
			t.Errorf("exceptions has %s, which nothing uses", edge)
		}
	}
}

// The table of layers in ARCHITECTURE.md names every package of the layers.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for p, l := range layerOf {
		name, internal := strings.CutPrefix(p, "internal/")
		if beside := l == support || l == generators || l == programs; internal && !beside && !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("ARCHITECTURE.md does not name `%s`", name)
		}
	}
}

// Every layer imports lower ones only: the rule table itself has no circle.
func TestRulesHaveNoCircle(t *testing.T) {
	done := map[layer]bool{}
	for len(done) < len(mayImport) {
		before := len(done)
		for l, below := range mayImport {
			if !slices.ContainsFunc(below, func(b layer) bool { return b != programs && !done[b] }) {
				done[l] = true
			}
		}
		if len(done) == before {
			t.Fatalf("only %v have all layers below them settled", slices.Sorted(maps.Keys(done)))
		}
	}
}

func TestForbiddenImportsAreRefused(t *testing.T) {
	for _, c := range []struct {
		from, imported string
		refused        bool
	}{
		{"dossier/internal/chunk", "dossier/internal/store", true},
		{"dossier/internal/chunk", "dossier/internal/rdb", true},
		{"dossier/internal/mention", "dossier/internal/cache", true},
		{"dossier/internal/chunk", "dossier/internal/mention", true},         // its own layer, no reason given
		{"dossier/internal/mention", "dossier/internal/cite", false},         // its own layer, with a reason
		{"dossier/internal/cite", "dossier/internal/mention", true},          // a reason holds in one direction
		{"dossier/internal/extract", "dossier/internal/extract/wire", false}, // a room of its own
		{"dossier/internal/extract/wire", "dossier/internal/extract", true},
		{"dossier/internal/chunk", "dossier/internal/extract/wire", true}, // a room of another
		{"dossier/internal/store", "dossier/internal/queue", true},
		{"dossier/internal/queue", "dossier/internal/store", false},
		{"dossier/internal/queue", "dossier/internal/extract", true},
		{"dossier/internal/queue", "dossier/internal/cache", true},
		{"dossier/internal/identity", "dossier/internal/queue", true},
		{"dossier/internal/identity", "dossier/internal/pipeline", true},
		{"dossier/internal/lex", "dossier/internal/chunk", true},
		{"dossier/internal/monitor", "dossier/internal/pipeline", true},
		{"dossier/internal/pipeline", "dossier/internal/monitor", true},
		{"dossier/internal/pipeline", "dossier/internal/store/pgtest", true}, // for tests only
		{"dossier/internal/pipeline", "dossier/internal/nowhere", true},
		{"dossier/cmd/dossier", "dossier/tools/bench", true},
		{"dossier", "dossier/internal/lex", true},
		{"dossier", "github.com/redis/go-redis/v9", true},
		{"dossier", "encoding/json", false},
		{"dossier/internal/nowhere", "encoding/json", true}, // a package without a layer
	} {
		found := violations([]listed{{ImportPath: c.from, Imports: []string{c.imported}}})
		if (len(found) > 0) != c.refused {
			t.Errorf("%s imports %s: got %q, want refused %v", c.from, c.imported, found, c.refused)
		}
	}
	for imported, refused := range map[string]bool{
		"dossier/internal/store": true, "dossier/internal/papertest": false, "dossier/internal/mention": false,
	} {
		if found := violations([]listed{{ImportPath: "dossier/internal/chunk", XTestImports: []string{imported}}}); (len(found) > 0) != refused {
			t.Errorf("a test of chunk imports %s: got %q, want refused %v", imported, found, refused)
		}
	}
}

// A forbidden import in a file of the module is seen, all the way from the
// source through go list.
func TestPlantedImportIsFound(t *testing.T) {
	dir := t.TempDir()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	for planted, source := range map[string]string{
		"internal/chunk/planted.go": "package chunk\nimport _ \"github.com/dossier-legal/dossier/internal/store\"\n",
		"internal/planted/p.go":     "package planted\n",
	} {
		file := filepath.Join(dir, strings.ReplaceAll(planted, "/", "-"))
		if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(here, planted)] = file
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	found := violations(list(t, "-overlay", file))
	for _, want := range []string{
		"internal/chunk (stages) imports internal/store (state)",
		"dossier/internal/planted has no layer: add it to layerOf",
	} {
		if !slices.Contains(found, want) {
			t.Errorf("%q was not found among %q", want, found)
		}
	}
}

// Files are hostile, so a child process parses them: only its table of readers
// imports them, and only the program that starts it imports the table.
func TestOnlyTheChildParsesFiles(t *testing.T) {
	const house = "dossier/internal/extract/"
	importers := map[string]string{house + "readers": "dossier/cmd/dossier"}
	for _, room := range []string{"archive", "image", "legacy", "mail", "office", "pdf"} {
		importers[house+room] = house + "readers"
	}
	seen := map[string]bool{}
	for _, p := range list(t) {
		for _, imported := range p.Imports {
			if only := importers[imported]; only != "" && p.ImportPath != only {
				t.Errorf("%s imports %s; only %s may", p.ImportPath, imported, only)
			}
			seen[imported] = true
		}
	}
	for room := range importers {
		if !seen[room] {
			t.Errorf("nothing imports %s", room)
		}
	}
}

// asynq lives in the queue and nowhere else; SQL in the store.
func TestLibrariesHaveOneHome(t *testing.T) {
	homes := map[string][]string{
		"github.com/hibiken/asynq":       {"dossier/internal/queue", "dossier/tools/bench"}, // there as the peer
		"github.com/alicebob/miniredis/": {"dossier/internal/rdb"},
		"database/sql":                   {"dossier/internal/store", "dossier/internal/store/pgtest", "dossier/internal/store/storetest"},
		"github.com/jackc/pgx":           {"dossier/internal/store", "dossier/internal/store/pgtest"},
		"modernc.org/sqlite":             {"dossier/internal/store"},
	}
	for _, p := range list(t) {
		for _, imported := range p.Imports {
			for library, home := range homes {
				if strings.HasPrefix(imported, library) && !slices.Contains(home, p.ImportPath) {
					t.Errorf("%s imports %s", p.ImportPath, imported)
				}
			}
		}
	}
}
