package store

import (
	"fmt"
	"io/fs"
	"slices"
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
	parts := make([]string, 0, len(files)+1) // each begins with its number
	for _, file := range files {
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return "", err
		}
		part, err := upPart(file[strings.LastIndex(file, "/")+1:], string(text))
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	parts = append(parts, inCode[engine])
	slices.Sort(parts)
	return strings.Join(parts, "\n"), nil
}

// inCode are the statements of the migrations that are not in files, with their
// numbers in front.
var inCode = map[string]string{
	"sqlite":   "-- 00021_search\n" + strings.Join(sqliteIndex.renewal, ";\n") + ";\n",
	"postgres": "-- 00021_search\n" + strings.Join(postgresIndex.renewal, ";\n") + ";\n",
}

// upPart returns the statements of a migration, with its name and comment in front.
func upPart(name, text string) (string, error) {
	about, up, ok := strings.Cut(text, "-- +goose Up\n")
	if !ok {
		return "", fmt.Errorf("%s has no part Up", name)
	}
	up, _, _ = strings.Cut(up, "-- +goose Down")
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s\n%s", name, about)
	for line := range strings.Lines(up) {
		if !strings.HasPrefix(line, "-- +goose") {
			b.WriteString(line)
		}
	}
	return b.String(), nil
}
