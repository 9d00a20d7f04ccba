package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// model is a command line with what the tests need.
type model struct {
	Data   string `help:"Folder." placeholder:"DIR"`
	Prices string `help:"Prices." group:"money"`

	Run struct {
		File  []string `arg:"" type:"path" help:"Files."`
		Mode  string   `enum:"fast,slow," default:"" help:"How."`
		Count int      `default:"3" help:"How often."`
		Tag   []string `help:"Tags."`
		Tidy  bool     `negatable:"" default:"true" help:"Tidy up."`
		Out   string   `short:"o" placeholder:"FILE" help:"Output file."`
		Keep  string   `group:"retention" default:"9d" help:"Keep this long."`
	} `cmd:"" group:"Work" help:"Run it."`
	Set struct {
		Level struct {
			Name string `arg:"" help:"Whose."`
			To   string `arg:"" enum:"high,low" help:"high or low."`
		} `cmd:"" help:"Set the level."`
		Secret struct{} `cmd:"" hidden:""`
	} `cmd:"" group:"Work" help:"Set things."`
	Version struct{} `cmd:"" group:"More" help:"Print the version."`
}

const texts = `# about the model
run
    It runs 'til the end.
    $ tool run a.txt
    $ tool run a.txt --mode fast
    3: some files failed
    uses money

set level
    $ tool set level x high
    $ tool set level y low
`

func parser(t *testing.T, options ...kong.Option) *kong.Kong {
	t.Helper()
	k, err := kong.New(&model{}, append(options, kong.Name("tool"), kong.Description("A tool."), kong.DefaultEnvars("TOOL"))...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func helpOf(t *testing.T) Help {
	t.Helper()
	docs, err := ParseDocs(texts)
	if err != nil {
		t.Fatal(err)
	}
	return Help{Docs: docs, Groups: []string{"Work"}, Rest: "More"}
}

func TestHelpOfACommand(t *testing.T) {
	app := parser(t).Model
	var b strings.Builder
	if err := helpOf(t).Print(&b, app, app.Children[0]); err != nil {
		t.Fatal(err)
	}
	const want = `Usage: tool run FILE... [flags]

Run it.

It runs 'til the end.

Arguments
  FILE...  Files.

Flags
      --mode=MODE    How.
      --count=COUNT  How often. Default: 3.
      --tag=TAG      Tags.
      --[no-]tidy    Tidy up.
  -o, --out=FILE     Output file.
      --keep=KEEP    Keep this long. Default: 9d.

More flags
  --prices

Examples
  tool run a.txt
  tool run a.txt --mode fast

Exit status
  0  success
  1  failure: the error says what happened and what to do
  2  the command line is not valid
  3  some files failed

Flags of every command: --data (see ` + "`tool help settings`" + `).
`
	if b.String() != want {
		t.Errorf("got:\n%s", b.String())
	}
}

func TestOverviewListsEveryVisibleCommand(t *testing.T) {
	var b strings.Builder
	if err := helpOf(t).Print(&b, parser(t).Model, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n  run         Run it.\n", "\n  set         Set things.\n", "\nMore\n  version\n"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing:\n%s", want, b.String())
		}
	}
}

func TestDocsRefuseWhatIsNotClear(t *testing.T) {
	for _, text := range []string{"run\n  a\nrun\n", "  about nothing\n"} {
		if _, err := ParseDocs(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"rnu", `did you mean "run"`},
		{"run a --mdoe fast", `did you mean "--mode"`},
		{"run a --mode fsat", `must be one of "fast","slow" but got "fsat", did you mean "fast"?`},
		{"set level x hgih", `did you mean "high"?`},
		{"level", `did you mean "set level"?`},
		{"run a --mode zebra", `but got "zebra"`},
	} {
		_, err := parser(t).Parse(strings.Fields(c.args))
		if err == nil {
			t.Errorf("%s was accepted", c.args)
		} else if got := Explain(err); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %s, want %s", c.args, got, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	app := parser(t).Model
	for _, c := range []struct {
		shell string
		words []string
		want  string
	}{
		{"fish", nil, "words run set version"},
		{"fish", []string{"s"}, "words set"},
		{"fish", []string{"set", ""}, "words level"},
		{"fish", []string{"set", "level", ""}, "none"},
		{"fish", []string{"set", "level", "x", ""}, "words high low"},
		{"fish", []string{"set", "level", "x", "high", ""}, "none"},
		{"fish", []string{"run", ""}, "files"},
		{"fish", []string{"run", "a", "b"}, "files"},
		{"fish", []string{"run", "--mo"}, "words --mode"},
		{"fish", []string{"run", "--mode", "fast", "--mo"}, "words"},
		{"fish", []string{"run", "--tag", "x", "--ta"}, "words --tag"},
		{"fish", []string{"run", "--no"}, "words --no-tidy"},
		{"fish", []string{"run", "--tidy", ""}, "files"},
		{"fish", []string{"run", "--mode", "s"}, "words slow"},
		{"fish", []string{"run", "--mode=s"}, "words --mode=slow"},
		{"bash", []string{"run", "--mode", "=", "s"}, "words slow"},
		{"bash", []string{"run", "--mode", "="}, "words fast slow"},
		{"bash", []string{"run", "--mode", "=", "fast", "--cou"}, "words --count"},
		{"fish", []string{"run", "-o", ""}, "files"},
		{"fish", []string{"--data", ""}, "folders"},
		{"fish", []string{"run", "--count", ""}, "none"},
	} {
		var b strings.Builder
		if err := Complete(&b, app, c.shell, c.words); err != nil {
			t.Fatal(err)
		}
		var got []string
		for line := range strings.Lines(b.String()) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			got = append(got, word)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %q: got %q, want %q", c.shell, c.words, got, c.want)
		}
	}
	if err := Completion(&strings.Builder{}, "tcsh", "tool"); err == nil {
		t.Error("there is a script for tcsh")
	}
}

func TestManPagesAreClean(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	n, err := Man(dir, parser(t).Model, helpOf(t), "1.2", time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(files) != n || n != 5 {
		t.Fatalf("%d pages, %q, %v", n, files, err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "tool-run.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`.TH "TOOL-RUN" 1 "2026-03-05" "tool 1.2"`, `It runs \(aqtil the end.`, `\fB\-\-count=COUNT\fR`, `tool run a.txt \-\-mode fast`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%s is missing:\n%s", want, page)
		}
	}
	for _, tool := range [][]string{{"mandoc", "-T", "lint", "-W", "warning"}, {"groff", "-man", "-ww", "-z"}} {
		if _, err := exec.LookPath(tool[0]); err != nil {
			t.Logf("no %s here: the pages are not checked with it", tool[0])
			continue
		}
		if out, err := exec.Command(tool[0], append(tool[1:], files...)...).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", tool[0], err, out)
		}
	}
}

func TestSettingsSayWhereTheyComeFrom(t *testing.T) {
	dir := t.TempDir()
	mine, common := filepath.Join(dir, "mine.json"), filepath.Join(dir, "common.json")
	for file, text := range map[string]string{
		mine:   "{\n  \"data\": \"/mine\",\n  \"count\": 5,\n  \"taag\": [1]\n}\n",
		common: `{"data": "/common", "keep": "1d", "mode": "slow", "tag": ["a", "b"]}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TOOL_MODE", "fast")
	config, err := ReadConfig([]string{mine, filepath.Join(dir, "missing.json"), common})
	if err != nil {
		t.Fatal(err)
	}
	k := parser(t, kong.Resolvers(config))
	ctx, err := k.Parse([]string{"run", "a", "--out", "b"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range config.Settings(ctx, func(v string) string { return v }) {
		got[s.Name] = strings.Join([]string{s.Value, s.Source, s.From}, "|")
	}
	for name, want := range map[string]string{
		"data":   "/mine|file|" + mine + ":2", // the first file counts
		"count":  "5|file|" + mine + ":3",
		"mode":   "fast|environment|TOOL_MODE", // which outranks the file
		"keep":   "1d|file|" + common + ":1",
		"tag":    "a,b|file|" + common + ":1",
		"prices": "|default|",
		"tidy":   "true|default|",
		"out":    "b|flag|--out",
	} {
		if got[name] != want {
			t.Errorf("%s: got %s, want %s", name, got[name], want)
		}
	}
	// Kong parses what Settings says.
	if m := ctx.Model.Target.Interface().(model); m.Data != "/mine" || m.Run.Mode != "fast" || m.Run.Count != 5 || m.Run.Keep != "1d" || !slices.Equal(m.Run.Tag, []string{"a", "b"}) {
		t.Errorf("kong has %+v", m)
	}
	if unknown, _ := config.Unknown(ctx.Model); len(unknown) != 1 || unknown[0] != (Unknown{"taag", mine + ":4"}) {
		t.Errorf("unknown keys: %v", unknown)
	}
}

func TestKeysOfFlags(t *testing.T) {
	for key, want := range map[string]bool{"redis_cache": true, "redis-cache": true, "redisCache": true, "redis": false, "redis_cach": false} {
		if sameKey(key, "redis-cache") != want {
			t.Errorf("%s: got %v", key, !want)
		}
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.json")
	for _, text := range []string{"", "[]", "{", `{"a"}`, `{"a": }`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadConfig([]string{file}); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMasked(t *testing.T) {
	for value, want := range map[string]string{
		"postgres://jane:s3c:r@t@db/x?sslmode=require":     "postgres://jane:*****@db/x?sslmode=require",
		"redis://:hunter2@host:6379":                       "redis://:*****@host:6379",
		"postgres://db/x?password=hunter2&sslmode=disable": "postgres://db/x?password=*****&sslmode=disable",
		"s3://bucket/p?secret-key=abc&endpoint=http://h:1": "s3://bucket/p?secret-key=*****&endpoint=http://h:1",
		"host=db user=jane password='a b' dbname=x":        "host=db user=jane password=***** dbname=x",
		"redis://host:6379/0":                              "redis://host:6379/0",
		"/var/lib/dossier":                                 "/var/lib/dossier",
	} {
		if got := Masked(value); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}
