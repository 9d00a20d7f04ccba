// Package versiontest keeps the versions of stages honest. A version is part of
// the key under which a stage's outputs are cached: whoever changes what a stage
// makes of the same input, without a new version, leaves every case file with
// outputs of the old rules that no run replaces.
//
// Each package with a Version has a golden file, testdata/version.golden, that
// pairs the version with digests of what the package makes of committed inputs
// and of every data file that is compiled into it. [Check] fails if a digest
// changed and the version did not. Run the test with -update to record the
// digests of a new version; it refuses to record changed digests of an old one.
package versiontest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "record the outputs of a new version")

const (
	golden = "testdata/version.golden"
	module = "github.com/dossier-legal/dossier/"
)

// Case is an input by name, and what is made of it. Names have no white space;
// outputs can be encoded as JSON.
type Case struct {
	Name   string
	Output any
}

// Check compares the version of the package under test, a whole number, and
// the cases with the golden file.
func Check(t *testing.T, version string, cases []Case) {
	t.Helper()
	needSameArithmetic(t)
	now := record{version: version, data: data(t), output: outputs(t, cases)}
	was := read(t)
	if *update {
		if err := was.mayBecome(now); err != nil {
			t.Fatal(err)
		}
		write(t, now)
		return
	}
	if err := was.compare(now); err != nil {
		t.Error(err)
	}
}

// Notices checks that a changed rule or table would not go unseen: that Check
// fails with the cases as they are while it is changed.
func Notices(t *testing.T, version string, changed []Case) {
	t.Helper()
	needSameArithmetic(t)
	now := record{version: version, data: data(t), output: outputs(t, changed)}
	if err := read(t).compare(now); !errors.Is(err, errBump) {
		t.Errorf("a changed table gave %v, want %v", err, errBump)
	}
}

// needSameArithmetic skips on processors that round elsewhere than where the
// golden files were made: some fuse a multiplication and an addition.
func needSameArithmetic(t *testing.T) {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skipf("the golden digests are those of amd64; %s may round floating-point numbers otherwise", runtime.GOARCH)
	}
}

// record is the content of a golden file: digests by name.
type record struct {
	version      string
	data, output map[string]string
}

var errBump = errors.New("bump Version")

// compare returns nil if now is what the golden file has, an errBump if outputs
// or data changed under the version of the file, and otherwise what to do.
func (was record) compare(now record) error {
	if was.version != now.version {
		return fmt.Errorf("%s is of version %q, the package of %q: run the test with -update to record it", golden, was.version, now.version)
	}
	if changed := was.changes(now); len(changed) > 0 {
		return fmt.Errorf("%w: under version %s these are no longer the same: %s", errBump, now.version, strings.Join(changed, ", "))
	}
	if !maps.Equal(was.output, now.output) {
		return fmt.Errorf("%s lacks new cases: run the test with -update to record them", golden)
	}
	return nil
}

// mayBecome returns why the golden file must not be rewritten as now, or nil.
func (was record) mayBecome(now record) error {
	current, err := strconv.Atoi(now.version)
	if err != nil {
		return fmt.Errorf("the version %q is not a whole number", now.version)
	}
	if was.version == "" {
		return nil // there is no file yet
	}
	last, err := strconv.Atoi(was.version)
	if err != nil {
		return fmt.Errorf("%s has version %q, which is no whole number", golden, was.version)
	}
	if current < last {
		return fmt.Errorf("version %d comes after version %d: a version is never used again", current, last)
	}
	if changed := was.changes(now); current == last && len(changed) > 0 {
		return fmt.Errorf("%w before -update: under version %d these are no longer the same: %s", errBump, current, strings.Join(changed, ", "))
	}
	return nil
}

// changes names what now has otherwise: cases whose output changed or that are
// gone, and data files that changed, came or went. New cases are no change.
func (was record) changes(now record) []string {
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(was.output)) {
		if was.output[name] != now.output[name] {
			changed = append(changed, "output "+name)
		}
	}
	files := maps.Clone(was.data)
	maps.Copy(files, now.data)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if was.data[name] != now.data[name] {
			changed = append(changed, "data "+name)
		}
	}
	return changed
}

func outputs(t *testing.T, cases []Case) map[string]string {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("no cases: a version of nothing proves nothing")
	}
	digests := map[string]string{}
	for _, c := range cases {
		b, err := json.Marshal(c.Output)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := digests[c.Name]; twice || len(strings.Fields(c.Name)) != 1 {
			t.Fatalf("%q is no name for a case, or stands twice", c.Name)
		}
		digests[c.Name] = digest(b)
	}
	return digests
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// data returns the digests of all files of this module that are compiled into
// the package under test and what it imports.
func data(t *testing.T) map[string]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Dir,EmbedFiles", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath, Dir string
			EmbedFiles      []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return digests
		} else if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(p.ImportPath, module) {
			continue
		}
		for _, file := range p.EmbedFiles {
			b, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				t.Fatal(err)
			}
			digests[strings.TrimPrefix(p.ImportPath, module)+"/"+file] = digest(b)
		}
	}
}

// read reads the golden file; the record is empty if there is none.
func read(t *testing.T) record {
	t.Helper()
	b, err := os.ReadFile(golden)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	r, err := parse(string(b))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parse(text string) (record, error) {
	r := record{data: map[string]string{}, output: map[string]string{}}
	for line := range strings.Lines(text) {
		switch f := strings.Fields(line); {
		case len(f) == 2 && f[0] == "version":
			r.version = f[1]
		case len(f) == 3 && f[0] == "data":
			r.data[f[1]] = f[2]
		case len(f) == 3 && f[0] == "output":
			r.output[f[1]] = f[2]
		default:
			return r, fmt.Errorf("%s: %q cannot be read", golden, line)
		}
	}
	return r, nil
}

func write(t *testing.T, r record) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, []byte(r.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// String renders the golden file.
func (r record) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, "version", r.version)
	for _, kind := range []struct {
		name    string
		digests map[string]string
	}{{"data", r.data}, {"output", r.output}} {
		for _, name := range slices.Sorted(maps.Keys(kind.digests)) {
			fmt.Fprintln(&b, kind.name, name, kind.digests[name])
		}
	}
	return b.String()
}

// Updating reports whether the test runs with -update.
func Updating() bool { return *update }

// groupSize is how many small inputs share a case of [Grouped].
const groupSize = 20

// Grouped makes cases of many inputs with names like "folder/17": up to 20 of
// one folder share a case.
func Grouped[T any](inputs []T, name func(T) string, output func(T) any) []Case {
	var cases []Case
	folder, n := "", 0
	for _, input := range inputs {
		f, _, _ := strings.Cut(name(input), "/")
		if f != folder || n%groupSize == 0 {
			if f != folder {
				folder, n = f, 0
			}
			cases = append(cases, Case{Name: fmt.Sprintf("%s/%d", folder, n), Output: []any{}})
		}
		c := &cases[len(cases)-1]
		c.Output = append(c.Output.([]any), output(input))
		n++
	}
	return cases
}
