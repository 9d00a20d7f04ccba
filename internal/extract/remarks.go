package extract

import (
	"fmt"

	"github.com/dossier-legal/dossier"
)

// maxWarnings bounds the warnings, and the losses, of one file.
const maxWarnings = 100

// remarks collect what is to be known of a file beside its pages: a warning
// where nothing is missing, a loss where content of the file is.
type remarks struct {
	warnings []string
	losses   []dossier.Loss
	unsaid   int // losses beyond maxWarnings
}

func (r *remarks) warn(format string, args ...any) {
	if len(r.warnings) < maxWarnings {
		r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
	}
}

// lose records that something of the file could not be read.
func (r *remarks) lose(code dossier.Code, format string, args ...any) {
	r.add(dossier.Loss{Code: code, Text: fmt.Sprintf(format, args...)})
}

func (r *remarks) add(l dossier.Loss) {
	if len(r.losses) == maxWarnings {
		r.unsaid++
		return
	}
	r.losses = append(r.losses, l)
}

// loseBy records that err kept something of a page (0: of no page) from being
// read; what says of what.
func (r *remarks) loseBy(page int, what string, err error) {
	text := message(err)
	if what != "" {
		text = what + ": " + text
	}
	r.add(dossier.Loss{Page: page, Code: lossCode(err), Text: text})
}

// lossCode is the code of an error of a library: an error without one says that
// the file is damaged.
func lossCode(err error) dossier.Code {
	if code := dossier.CodeOf(err); code != dossier.CodeInternal {
		return code
	}
	return dossier.CodeDamaged
}

// into adds the remarks to what is told of the file.
func (r *remarks) into(m fileMeta) fileMeta {
	m.Warnings = append(m.Warnings, r.warnings...)
	m.Losses = append(m.Losses, r.losses...)
	if r.unsaid > 0 {
		m.Losses = append(m.Losses, dossier.Loss{Code: m.Losses[0].Code, Text: fmt.Sprintf("%d more parts could not be read", r.unsaid)})
	}
	return m
}
