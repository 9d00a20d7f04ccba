package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), append(args, "--help"), streams{out: &out, err: &out}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	return out.String()
}

// The overview fits on one screen and lists every command once.
func TestHelpListsAllCommandsOnOneScreen(t *testing.T) {
	text := helpOf(t)
	if n := strings.Count(text, "\n"); n > 40 {
		t.Errorf("%d lines", n)
	}
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range parser.Model.Children {
		if n := strings.Count(text, "\n  "+c.Name+" "); !c.Hidden && n != 1 || c.Hidden && n != 0 {
			t.Errorf("%s is listed %d times", c.Name, n)
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
	var c cli
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
