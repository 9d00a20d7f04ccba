package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// sources parses the Go files of a folder, tests left out.
func sources(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// Everything that can be done with a case file can be done from the command
// line.
func TestCommandsReachEveryUseCase(t *testing.T) {
	called := map[string]bool{}
	for _, f := range sources(t, ".") {
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				called[s.Sel.Name] = true
			}
			return true
		})
	}
	methods := 0
	for _, f := range sources(t, filepath.Join("..", "..", "internal", "casefile")) {
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || !m.Name.IsExported() {
				continue
			}
			if methods++; !called[m.Name.Name] {
				t.Errorf("no command calls %s", m.Name.Name)
			}
		}
	}
	if methods == 0 {
		t.Error("no methods were found")
	}
}
