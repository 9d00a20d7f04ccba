package versiontest

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() record {
	return record{version: "4", data: map[string]string{"model.gz": "d1"}, output: map[string]string{"a": "o1", "b": "o2"}}
}

func TestChangesNeedANewVersion(t *testing.T) {
	for name, change := range map[string]func(r *record){
		"another output":   func(r *record) { r.output["a"] = "o9" },
		"a case gone":      func(r *record) { delete(r.output, "b") },
		"another model":    func(r *record) { r.data["model.gz"] = "d9" },
		"a table more":     func(r *record) { r.data["table.gz"] = "d2" },
		"no model at all":  func(r *record) { delete(r.data, "model.gz") },
		"a case and table": func(r *record) { r.output["c"], r.data["table.gz"] = "o3", "d2" },
	} {
		now := sample()
		change(&now)
		if err := sample().compare(now); !errors.Is(err, errBump) {
			t.Errorf("%s under the same version: %v", name, err)
		}
		if err := sample().mayBecome(now); !errors.Is(err, errBump) {
			t.Errorf("%s recorded under the same version: %v", name, err)
		}
		now.version = "5"
		if err := sample().compare(now); err == nil || errors.Is(err, errBump) {
			t.Errorf("%s under a new version that is not recorded: %v", name, err)
		}
		if err := sample().mayBecome(now); err != nil {
			t.Errorf("%s recorded under a new version: %v", name, err)
		}
	}
}

func TestNewCasesNeedNoNewVersion(t *testing.T) {
	now := sample()
	now.output["c"] = "o3"
	if err := sample().compare(now); err == nil || errors.Is(err, errBump) {
		t.Errorf("a new case that is not recorded: %v", err)
	}
	if err := sample().mayBecome(now); err != nil {
		t.Errorf("a new case recorded: %v", err)
	}
}

func TestVersionsAreNeverUsedAgain(t *testing.T) {
	for _, version := range []string{"3", "four", ""} {
		now := sample()
		now.version = version
		if err := sample().mayBecome(now); err == nil {
			t.Errorf("version %q was recorded after version 4", version)
		}
	}
}

func TestGoldenFileRoundTrip(t *testing.T) {
	got, err := parse(sample().String())
	if err != nil || got.version != "4" || !maps.Equal(got.data, sample().data) || !maps.Equal(got.output, sample().output) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parse("version 4\nrubbish\n"); err == nil {
		t.Error("rubbish was read")
	}
}

// Every package with a Version has a golden file of that version, so that none
// can be forgotten.
func TestEveryVersionIsGuarded(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^const Version = "(\w+)"`)
	got, want := map[string]string{}, map[string]string{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := declared.FindSubmatch(source)
		if m == nil {
			continue
		}
		dir := filepath.Dir(file)
		want[dir] = string(m[1])
		b, err := os.ReadFile(filepath.Join(dir, golden))
		if err != nil {
			t.Errorf("%s has a Version and no golden file: call versiontest.Check in a test of it", dir)
			continue
		}
		r, err := parse(string(b))
		if err != nil {
			t.Fatal(err)
		}
		got[dir] = r.version
	}
	if len(want) < 7 {
		t.Errorf("only %d packages with a Version were found", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
