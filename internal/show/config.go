package show

import (
	"io"

	"github.com/dossier-legal/dossier/internal/cli"
)

// Settings writes a table of settings with where each comes from.
func Settings(w io.Writer, list []cli.Setting) error {
	return List(w, "SETTING\tVALUE\tFROM", list, func(s cli.Setting) []any {
		return []any{s.Name, or(s.Value, none), or(s.From, s.Source)}
	})
}
