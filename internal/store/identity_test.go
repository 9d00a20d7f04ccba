package store_test

import (
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/internal/store/storetest"
)

// Each database has an id of its own, and keeps it.
func TestDatabasesHaveIDs(t *testing.T) {
	empty := map[string]func() string{ // not copies, which have ids by the test's hand
		"sqlite":   func() string { return filepath.Join(t.TempDir(), "test.db") },
		"postgres": func() string { return pgtest.Database(t) },
	}
	for engine, where := range empty {
		t.Run(engine, func(t *testing.T) {
			a, b := openAt(t, where()), openAt(t, where())
			if len(a.ID()) != 32 || a.ID() == b.ID() {
				t.Errorf("ids %q and %q", a.ID(), b.ID())
			}
		})
	}
	where := storetest.Database(t)
	first, second := openAt(t, where), openAt(t, where)
	if first.ID() != second.ID() || !strings.HasSuffix(where, first.Name()+"?sslmode=disable") {
		t.Errorf("ids %q and %q of %s", first.ID(), second.ID(), first.Name())
	}
}

// What goes wrong while connecting has one cause, also where the client tries
// TLS first and then does without.
func TestConnectionErrorsHaveOneCause(t *testing.T) {
	u, err := url.Parse(pgtest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = ""
	for _, c := range []struct{ database, host, want, cure string }{
		{"/nothing", u.Host, "SQLSTATE 3D000", "createdb nothing"},
		{"/nothing", "127.0.0.1:1", "connection refused", "check that PostgreSQL runs there"},
	} {
		wrong := *u
		wrong.Path, wrong.Host = c.database, c.host
		_, err := store.Open(t.Context(), wrong.String())
		text := dossier.TextOf(err)
		if !strings.Contains(text, c.want) || !strings.Contains(text, c.cure) || strings.Contains(text, "\n") || strings.Contains(text, "tls") {
			t.Errorf("%s at %s: %s", c.database, c.host, text)
		}
	}
}
