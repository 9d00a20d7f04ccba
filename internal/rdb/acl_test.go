package rdb_test

import (
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/rdb/redistest"
)

// A user who may not touch the keys of asynq or of the rate limiter is found by
// the check, which says that rights are missing, and not a password.
func TestMissingRightsAreFound(t *testing.T) {
	ours := []string{"~dossier:*", "~result:*", "~cache:*", "~doc:*", "~bucket:*", "~batch:*", "~events*", "&*", "+@all"}
	for name, c := range map[string]struct {
		rights []string
		want   string // in the error; "" for none
	}{
		"all":                     {[]string{"~*", "&*", "+@all"}, ""},
		"our keys":                {ours, "asynq:"},
		"ours and those of asynq": {append([]string{"~asynq:*"}, ours...), "rate:"},
		"no channels":             {[]string{"~*", "resetchannels", "+@all"}, "channel"},
		"no scripts":              {[]string{"~*", "&*", "+@all", "-eval"}, "Lua"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := redistest.Open(t, rdb.Config{URL: aclServer(t, append([]string{"--user", "dossier", "on", ">pa/s@s"}, c.rights...)...)})
			err := r.Check(t.Context())
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			text := dossier.TextOf(err)
			if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(text, c.want) || !strings.Contains(text, "ACL SETUSER") || strings.Contains(text, "password") {
				t.Errorf("%v", err)
			}
		})
	}
}
