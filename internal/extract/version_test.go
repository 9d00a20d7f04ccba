package extract

import (
	"archive/zip"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/examples/lawsuit"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/readers"
	"github.com/dossier-legal/dossier/internal/extract/wire"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// inputs writes the files that guard the version to a folder: the example case
// file, and testdata/inputs.zip, which holds small files of every format.
func inputs(t *testing.T) (root string, files []string) {
	t.Helper()
	root = t.TempDir()
	if err := lawsuit.Write(filepath.Join(root, "lawsuit")); err != nil {
		t.Fatal(err)
	}
	packed, err := zip.OpenReader("testdata/inputs.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	if err := os.CopyFS(filepath.Join(root, "small"), packed); err != nil {
		t.Fatal(err)
	}
	locked := extracttest.Compound(extracttest.Folder{"EncryptionInfo": []byte("x"), compound.StreamLocked: []byte("x")})
	if err := os.WriteFile(filepath.Join(root, "small", "locked.doc"), locked, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"lawsuit/papers/*/*", "small/*"} {
		matches, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(matches) < 20 {
			t.Fatalf("%s: %d files, %v", pattern, len(matches), err)
		}
		files = append(files, matches...)
	}
	return root, files
}

// parrot is a program in place of tesseract: it reads from every picture words
// that depend on each of its pixels and on the arguments. So whatever changes
// what tesseract is asked shows, and no other release of tesseract does.
const parrot = `#!/bin/sh
case $1 in
--version) echo 'tesseract 9.9'; exit ;;
--list-langs) echo eng; exit ;;
esac
asked=0
say() {
	printf '1\t%d\t0\t0\t0\t0\t0\t0\t1000\t1000\t-1\t\n' $asked
	n=0
	for word in $*; do
		case $word in */* | -) continue ;; esac
		n=$((n + 1))
		printf '5\t%d\t1\t1\t1\t%d\t%d\t20\t90\t20\t71\t%s\n' $asked $n $((n * 100)) $word
	done
}
if [ $1 != stdin ]; then
	asked=1
	say $*
fi
while read -r file; do
	asked=$((asked + 1))
	case $file in
	end*) printf '1\t%d\t0\t0\t0\t0\t0\t0\t32\t32\t-1\t\n' $asked ;;
	*) say $(sha256sum < $file) $* ;;
	esac
done
`

// versionCases are the files of inputs as they are read, and the formats seen.
func versionCases(t *testing.T) (cases []versiontest.Case, seen map[wire.Format]bool) {
	t.Helper()
	root, files := inputs(t)
	program := filepath.Join(t.TempDir(), "tesseract")
	if err := os.WriteFile(program, []byte(parrot), 0o700); err != nil {
		t.Fatal(err)
	}
	pool := testPool(t, Config{Tesseract: program})
	seen = map[wire.Format]bool{}
	for _, file := range files {
		name, err := filepath.Rel(root, file)
		if err != nil {
			t.Fatal(err)
		}
		if format, err := detect.File(file, filepath.Base(file)); err == nil {
			seen[format] = true
		}
		doc, err := pool.Extract(t.Context(), Request{Path: file, Name: filepath.Base(file), OCR: wire.OCRAuto})
		cases = append(cases, versiontest.Case{Name: strings.TrimPrefix(name, "lawsuit/papers/"), Output: outcomeOf(doc, err)})
	}
	return cases, seen
}

// outcomeOf is what a document holds, or the code of what it failed with, in a
// form whose JSON has all of it.
func outcomeOf(doc *Document, err error) any {
	if err != nil {
		return dossier.CodeOf(err)
	}
	offsets, children := []int{}, []string{}
	for _, p := range doc.Pages {
		for _, w := range p.Words {
			offsets = append(offsets, w.Start, w.End) // the JSON of a word lacks them
		}
	}
	for _, c := range doc.Children {
		sum, err := hex.DecodeString(c.SHA256)
		if err != nil {
			return err.Error()
		}
		children = append(children, c.Name, string(sum))
	}
	return []any{doc.Format, doc.Pages, offsets, children, doc.Meta, doc.Findings, doc.Warnings}
}

// TestVersion reads files of every format that there is a reader for.
func TestVersion(t *testing.T) {
	t.Parallel()
	cases, seen := versionCases(t)
	versiontest.Check(t, Version, cases)
	for format := range readers.ByFormat {
		if !seen[format] {
			t.Errorf("no file of format %s guards the version", format)
		}
	}
}
