package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"

	"github.com/dossier-legal/dossier"
)

//go:embed migrations
var migrations embed.FS

// dialect holds everything that differs between the engines.
//
// Macros in the statements stand for lists of JSON. Lists of arguments travel as
// JSON, so that a statement's text does not depend on their length:
//
//	x IN json_list($1)                        the texts of a JSON array
//	FROM json_rows($1, id text, n bigint) v   the objects of a JSON array as rows
//	FROM t, json_values(t.list) v             the texts of the JSON array of each row
type dialect struct {
	name  string // of the folder of migrations
	goose goose.Dialect
	// begin begins a transaction that writes.
	begin func(ctx context.Context, tx *transaction) error
	// forUpdate is appended to a SELECT whose rows no other transaction may change
	// until this one ends.
	forUpdate string
	// forNoKeyUpdate is like forUpdate, but rows that refer to them may be added.
	forNoKeyUpdate string
	// forKeyShare is appended to a SELECT whose rows must not be deleted before the
	// transaction ends. It does not block other readers that use it.
	forKeyShare string
	// skipLocked is like forUpdate, but skips the rows that another transaction
	// holds instead of waiting for them.
	skipLocked string
	// forShare ends a SELECT whose rows of b nobody may change until the
	// transaction ends; others may select them so at the same time.
	forShare string
	// oldestTransaction is an expression for the number of the oldest transaction
	// under way, nextTransaction for the number that the next one gets.
	oldestTransaction, nextTransaction string
	list                               string // the expansion of json_list, with %s for the argument
	in                                 string // the expansion of "IN json_list"
	// inSelect compares with the results of a subquery that depends on the outer
	// row, such that an index finds them.
	inSelect func(query string) string
	rows     func(arg string, columns []string) string
	values   string                 // the expansion of json_values
	args     func(args []any) []any // makes arguments fit for the engine, nil if they are
	// tryAgain reports whether a transaction failed in a way that lets it be
	// run again: it is certain that nothing was committed.
	tryAgain   func(error) bool
	insertRows func(ctx context.Context, tx *transaction, table string, columns []string, rows [][]any) error
	index      pageIndex
	packTexts  bool // the texts of pages are compressed here, and not by the engine

	texts sync.Map // statements by their text with macros
}

var macro = regexp.MustCompile(`(IN )?json_(list|rows|values)\(([$\w.]+)(?:, ([^()]*))?\)`)

// text expands the macros of a statement.
func (d *dialect) text(query string) string {
	if t, ok := d.texts.Load(query); ok {
		return t.(string)
	}
	t := macro.ReplaceAllStringFunc(query, func(m string) string {
		parts := macro.FindStringSubmatch(m)
		switch {
		case parts[2] == "rows":
			return d.rows(parts[3], strings.Split(strings.Join(strings.Fields(parts[4]), " "), ", "))
		case parts[2] == "values":
			return fmt.Sprintf(d.values, parts[3])
		case parts[1] != "":
			return fmt.Sprintf(d.in, parts[3])
		}
		return fmt.Sprintf(d.list, parts[3])
	})
	d.texts.Store(query, t)
	return t
}

// provider knows the migrations of the engine.
func (db *database) provider(pool *sql.DB) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+db.dialect.name)
	if err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(db.dialect.goose, pool, dir,
		goose.WithGoMigrations(goose.NewGoMigration(21, &goose.GoFunc{RunTx: renewIndex(db.dialect)}, nil)))
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}

// behind reports whether there is something to migrate. A schema that is newer
// than this program is refused: the program would write rows that break its
// rules.
func (db *database) behind(ctx context.Context, pool *sql.DB) (bool, error) {
	p, err := db.provider(pool)
	if err != nil {
		return false, err
	}
	is, own, err := p.GetVersions(ctx)
	if err != nil {
		return false, err
	}
	if is > own {
		return false, dossier.Errorf(dossier.CodeVersionSkew, "the database has schema version %d, and this dossier knows versions up to %d", is, own).
			WithCure("use the dossier that migrated the database, or a newer one; to go back, restore a copy from before the migration")
	}
	return is < own, nil
}

// migrate brings the schema to the newest version.
func (db *database) migrate(ctx context.Context, pool *sql.DB) error {
	if behind, err := db.behind(ctx, pool); err != nil || !behind {
		return err
	}
	p, err := db.provider(pool)
	if err != nil {
		return err
	}
	before := int64(-1)
	for {
		_, err := p.Up(ctx)
		if err == nil {
			return nil
		}
		// Another process may have migrated at the same time: as long as the
		// version rises, it is worth another look.
		now, errVersion := p.GetDBVersion(ctx)
		if errVersion != nil || now <= before {
			return dossier.Errorf(dossier.CodeDatabase, "cannot migrate the database: %w", err).
				WithCure("nothing was changed: go on with the dossier that wrote the record, or restore a copy and try again")
		}
		before = now
	}
}
