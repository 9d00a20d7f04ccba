package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/internal/cli"
	"github.com/dossier-legal/dossier/third_party/kong"
)

func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), append(args, "--help"), streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	return out.String()
}

// kongParser parses the whole command line, without the environment and files.
func kongParser(t *testing.T) *kong.Kong {
	t.Helper()
	k, err := kong.New(&commandLine{}, kong.Name("dossier"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The overview fits on one screen and names every command once.
func TestHelpListsAllCommandsOnOneScreen(t *testing.T) {
	text := helpOf(t)
	if n := strings.Count(text, "\n"); n > 40 {
		t.Errorf("%d lines", n)
	}
	_, more, _ := strings.Cut(text, "\nMore\n")
	for _, c := range kongParser(t).Model.Children {
		listed := strings.Count(text, "\n  "+c.Name+" ")
		if c.Group != nil && c.Group.Key == "More" {
			listed = strings.Count(strings.SplitN(more, "\n", 2)[0]+",", " "+c.Name+",")
		}
		if !c.Hidden && listed != 1 || c.Hidden && listed != 0 {
			t.Errorf("%s is listed %d times", c.Name, listed)
		}
	}
}

// The help of every command fits on one screen, with two examples that the
// command line accepts and the exit codes.
func TestHelpOfEveryCommand(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, dir := range []string{"labelled", "texts"} { // which examples name
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("pages.tsv", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	docs, err := cli.ParseDocs(commandTexts)
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, path := range paths(kongParser(t).Model.Node) {
		text := helpOf(t, strings.Fields(path)...)
		if n := strings.Count(text, "\n"); n > 40 {
			t.Errorf("%s: %d lines", path, n)
		}
		for _, want := range []string{"\nExit status\n  0  ", "\n  1  ", "\n  2  ", "\nExamples\n  dossier "} {
			if !strings.Contains(text, want) && !strings.Contains(text, strings.Replace(want, "dossier ", "source ", 1)) {
				t.Errorf("%s: %q is missing:\n%s", path, want, text)
			}
		}
		described[path] = true
	}
	for path, doc := range docs {
		if !described[path] {
			t.Errorf("commands.txt describes %q, which is no command", path)
		}
		if len(doc.Examples) < 2 {
			t.Errorf("%s: %d examples", path, len(doc.Examples))
		}
		for _, example := range doc.Examples {
			parses(t, path, example)
		}
	}
	for _, leaf := range kongParser(t).Model.Leaves(true) {
		if _, ok := docs[leaf.Path()]; !ok {
			t.Errorf("commands.txt says nothing about %q", leaf.Path())
		}
	}
}

// paths returns the commands below a node that are not hidden, groups included.
func paths(n *kong.Node) (list []string) {
	for _, c := range n.Children {
		if !c.Hidden {
			list = append(append(list, c.Path()), paths(c)...)
		}
	}
	return list
}

// parses fails the test unless a line of a shell runs the command, and the
// command line accepts it.
func parses(t *testing.T, path, line string) {
	t.Helper()
	words := shellWords(line)
	if len(words) == 0 || words[0] != "dossier" {
		t.Errorf("%s: %q does not run dossier", path, line)
		return
	}
	ctx, err := kongParser(t).Parse(words[1:])
	if err != nil {
		t.Errorf("%s: %q: %v", path, line, err)
	} else if got := ctx.Selected().Path(); got != path {
		t.Errorf("%q is an example of %q, not of %q", line, got, path)
	}
	if width := len("  " + line); width > 80 {
		t.Errorf("%s: %q is %d columns wide", path, line, width)
	}
}

// shellWords returns the words of the command in a line of a shell, without
// redirections: those inside <( ) if there are.
func shellWords(line string) (words []string) {
	if _, inside, ok := strings.Cut(line, "<("); ok {
		line = strings.TrimSuffix(inside, ")")
	}
	var word strings.Builder
	var quote rune
	for _, r := range line + " " {
		switch {
		case quote == 0 && (r == '>' || r == '<' || r == '|'):
			return words
		case quote == 0 && r == ' ':
			if word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
		case r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		default:
			word.WriteRune(r)
		}
	}
	return words
}

// `dossier help` is the same as --help, and asks about what was mistyped.
func TestHelpCommand(t *testing.T) {
	for args, want := range map[string]string{
		"help":              helpOf(t),
		"help batch submit": helpOf(t, "batch", "submit"),
		"help settings":     "[DOSSIER_REDIS, key redis]",
		"help batch sumbit": `did you mean "submit"?`,
	} {
		var out bytes.Buffer
		run(t.Context(), strings.Fields(args), streams{out: &out, err: &out})
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s: %q is missing:\n%s", args, want, out.String())
		}
	}
}

// Flags of providers stand where they are used.
func TestHelpShowsProvidersWhereTheyAreUsed(t *testing.T) {
	for command, want := range map[string]bool{"process": true, "worker": true, "audit": false, "search": false, "batch list": false} {
		if got := strings.Contains(helpOf(t, strings.Fields(command)...), "--textract-region"); got != want {
			t.Errorf("%s shows them: %v", command, got)
		}
	}
}

// Environment variables are for settings, not for the arguments of one command.
func TestVariablesAreForSettings(t *testing.T) {
	var c commandLine
	parser, err := kong.New(&c, kong.DefaultEnvars("DOSSIER"), kong.PostBuild(settingsOnly))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	if err := kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if f, ok := node.(*kong.Flag); ok {
			for _, name := range f.Envs {
				got[name] = true
			}
		}
		return next(nil)
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"DOSSIER_DATABASE", "DOSSIER_OCR_WITH", "DOSSIER_LISTEN", "DOSSIER_KEEP_AUDIT"} {
		if !got[name] {
			t.Errorf("%s sets nothing", name)
		}
	}
	for _, name := range []string{"DOSSIER_LIMIT", "DOSSIER_TYPE", "DOSSIER_STATUS", "DOSSIER_FORMAT"} {
		if got[name] {
			t.Errorf("%s sets an argument", name)
		}
	}
}

// Man pages are made from the same model: one for each command, which mandoc and
// man accept.
func TestManPages(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if code := run(t.Context(), []string{"man", dir}, streams{out: &out, err: &out}); code != exitOK {
		t.Fatal(out.String())
	}
	files := []string{filepath.Join(dir, "dossier.1")}
	for _, path := range paths(kongParser(t).Model.Node) {
		files = append(files, filepath.Join(dir, "dossier-"+strings.ReplaceAll(path, " ", "-")+".1"))
	}
	for _, tool := range [][]string{{"mandoc", "-T", "lint", "-W", "warning"}, {"man", "--warnings=w", "-l"}} {
		if _, err := exec.LookPath(tool[0]); err != nil {
			t.Logf("no %s here: the pages are not checked with it", tool[0])
			continue
		}
		cmd := exec.Command(tool[0], append(tool[1:], files...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=80")
		var complaints strings.Builder
		cmd.Stderr = &complaints
		text, err := cmd.Output()
		if tool[0] == "mandoc" { // which complains on standard output
			complaints.Write(text)
		}
		if err != nil || complaints.Len() > 0 {
			t.Errorf("%s: %v\n%s", tool[0], err, complaints.String())
		}
	}
}
