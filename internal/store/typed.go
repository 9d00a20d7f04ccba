package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/nearest"
)

// What people type stands for rows: an id, or its beginning if that is unique.

// shortestPrefix is the length of the shortest beginning of an id that stands
// for the id. It also stands in the statements that look for documents,
// entities and batches.
const shortestPrefix = 6

// candidatesShown is how many rows the error about an ambiguous id lists.
const candidatesShown = 5

// rowsOf is how a database or a transaction reads rows.
type rowsOf func(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error

// idOf returns the id that typed stands for in a column. Several that begin so
// are an error that lists them; none is [sql.ErrNoRows].
func idOf(ctx context.Context, rows rowsOf, table, column, typed string) (string, error) {
	var list []string
	if err := rows(ctx, texts(&list), `SELECT DISTINCT `+column+` FROM `+table+` WHERE `+column+` = $1
		OR (length($1) >= $2 AND substr(`+column+`, 1, length($1)) = $1) ORDER BY 1 LIMIT $3`, typed, shortestPrefix, candidatesShown+1); err != nil {
		return "", err
	}
	switch {
	case len(list) == 0:
		return "", sql.ErrNoRows
	case slices.Contains(list, typed): // it sorts before all that it begins
		return typed, nil
	case len(list) == 1:
		return list[0], nil
	}
	return "", ambiguous(typed, list)
}

// ambiguous is the error about an id or name that stands for several rows. The
// list may be one longer than what is shown.
func ambiguous(typed string, list []string) error {
	shown := list[:min(len(list), candidatesShown)]
	text := strings.Join(shown, ", ")
	if len(list) > len(shown) {
		text += " and more"
	}
	return dossier.Errorf(dossier.CodeInvalidInput, "several fit: %s", text).About(typed).WithCure("give more of the id of one")
}

// meant adds to the error about a missing name a question about those that are
// near.
func meant(err error, typed string, names []string) error {
	if de, ok := err.(*dossier.Error); ok && de.Code == dossier.CodeNotFound { //nolint:errorlint // of notFound, never wrapped
		if near := nearest.Of(typed, names); len(near) > 0 {
			de.Cure = nearest.Question(near) + " " + de.Cure
		}
	}
	return err
}
