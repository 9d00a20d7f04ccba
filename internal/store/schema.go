package store

import (
	"fmt"
	"io/fs"
	"strings"

	"github.com/dossier-legal/dossier"
)

// Schema returns the SQL that makes the record in an empty database of an
// engine, sqlite or postgres: the migrations in their order. Migrations of SQLite
// use the function page_text, which this program adds to the engine.
func Schema(engine string) (string, error) {
	files, err := fs.Glob(migrations, "migrations/"+engine+"/*.sql")
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", dossier.Errorf(dossier.CodeInvalidInput, "there is no engine %q", engine).WithCure("the engines are sqlite and postgres")
	}
	var b strings.Builder
	for _, file := range files { // by number
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", err
		}
		about, up, ok := strings.Cut(string(text), "-- +goose Up\n")
		if !ok {
			return "", fmt.Errorf("%s has no part Up", file)
		}
		up, _, _ = strings.Cut(up, "-- +goose Down")
		fmt.Fprintf(&b, "-- %s\n%s", file[strings.LastIndex(file, "/")+1:], about)
		for line := range strings.Lines(up) {
			if !strings.HasPrefix(line, "-- +goose") {
				b.WriteString(line)
			}
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}
