// Command generate writes the file modules.txt of package licences: the licences
// of all modules that are compiled into the program on the platforms that are
// released. Run it with go generate ./internal/licences after a change of go.mod.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// program is the command whose modules are listed.
const program = "github.com/dossier-legal/dossier/cmd/dossier"

// own is the module of the program, whose licence is the file LICENSE.
const own = "github.com/dossier-legal/dossier"

// architectures are those of the releases, all of them on Linux.
var architectures = []string{"amd64", "arm64"}

func main() {
	log.SetFlags(0)
	text, err := collect()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile("modules.txt", []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

// module is a module in the program, with the folders of its packages.
type module struct {
	name    string // path and version
	dir     string
	folders map[string]bool
}

// collect returns the text of the file.
func collect() (string, error) {
	modules, err := list()
	if err != nil {
		return "", err
	}
	sources := map[string][]string{} // by text
	for _, m := range modules {
		files, err := m.licences()
		if err != nil {
			return "", err
		}
		if len(files) == 0 {
			return "", fmt.Errorf("%s has no file with a licence", m.name)
		}
		for file, text := range files {
			sources[text] = append(sources[text], m.name+", "+file)
		}
	}
	return format(sources), nil
}

// list returns the modules of the program and the standard library.
func list() ([]module, error) {
	root, err := exec.CommandContext(context.Background(), "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	goroot := strings.TrimSpace(string(root))
	byDir := map[string]module{goroot: {"Go standard library", goroot, map[string]bool{goroot: true}}}
	for _, arch := range architectures {
		if err := listPlatform(arch, byDir); err != nil {
			return nil, err
		}
	}
	return slices.Collect(maps.Values(byDir)), nil
}

// listPlatform adds the modules of the program on one platform.
func listPlatform(arch string, byDir map[string]module) error {
	cmd := exec.CommandContext(context.Background(), "go", "list", "-deps", "-json=Dir,Module", program)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+arch, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list for %s: %w", arch, err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			Dir    string
			Module *struct{ Path, Version, Dir string }
		}
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case p.Module == nil || p.Module.Path == own:
			continue
		}
		m, ok := byDir[p.Module.Dir]
		if !ok {
			m = module{p.Module.Path + " " + p.Module.Version, p.Module.Dir, map[string]bool{}}
			byDir[p.Module.Dir] = m
		}
		m.folders[p.Dir] = true
	}
}

// licenceFile matches the names of files with licences.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|copyright|unlicense)([-._].*)?$`)

// licences returns the texts of the files with licences, by their path in the
// module. They stand in the folders of the packages and in the folders above them.
func (m module) licences() (map[string]string, error) {
	folders := map[string]bool{}
	for folder := range m.folders {
		for ; len(folder) >= len(m.dir); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	texts := map[string]string{}
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if e.IsDir() || !licenceFile.MatchString(e.Name()) || strings.HasSuffix(e.Name(), ".go") {
				continue
			}
			file := filepath.Join(folder, e.Name())
			b, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			name, err := filepath.Rel(m.dir, file)
			if err != nil {
				return nil, err
			}
			texts[filepath.ToSlash(name)] = clean(string(b))
		}
	}
	return texts, nil
}

// clean removes what differs between files with the same licence: the ends of
// lines and blanks around the text.
func clean(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// format puts each text below the files that contain it, in the order of their
// names.
func format(sources map[string][]string) string {
	texts := slices.Collect(maps.Keys(sources))
	for _, files := range sources {
		slices.Sort(files)
	}
	slices.SortFunc(texts, func(a, b string) int { return slices.Compare(sources[a], sources[b]) })
	var b strings.Builder
	for _, text := range texts {
		fmt.Fprintf(&b, "%s\n", strings.Repeat("=", 80))
		for _, file := range sources[text] {
			fmt.Fprintln(&b, file)
		}
		fmt.Fprintf(&b, "\n%s\n\n", text)
	}
	return b.String()
}
