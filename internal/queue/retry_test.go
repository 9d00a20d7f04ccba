package queue

import (
	"testing"

	"github.com/dossier-legal/dossier"
)

func TestWorthRetrying(t *testing.T) {
	for _, tt := range []struct {
		code   dossier.Code
		always bool // or only maxRetries times
		never  bool
	}{
		{code: dossier.CodeTimeout},      // a busy machine, or a hostile file
		{code: dossier.CodeProviderDown}, // a broken connection
		{code: dossier.CodeStorage, always: true},
		{code: dossier.CodeRateLimited, always: true},
		{code: dossier.CodeDamaged, never: true},
	} {
		err := dossier.Errorf(tt.code, "failed")
		if got := worthRetrying(err, maxRetries-1); got == tt.never {
			t.Errorf("%s, the last retry: %v", tt.code, got)
		}
		if got := worthRetrying(err, maxRetries); got != tt.always {
			t.Errorf("%s, after the last retry: %v", tt.code, got)
		}
	}
}
