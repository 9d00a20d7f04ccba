package wire

import (
	"fmt"

	"github.com/dossier-legal/dossier"
)

// maxWarnings bounds the warnings, and the losses, of one file.
const maxWarnings = 100

// Remarks collect what a user should know of a file beside its pages: a warning
// where nothing is missing, a loss where content of the file is.
type Remarks struct {
	warnings []string
	losses   []dossier.Loss
	unsaid   int // losses beyond maxWarnings
}

// Warn records something that a user should know although nothing is missing.
func (r *Remarks) Warn(format string, args ...any) {
	if len(r.warnings) < maxWarnings {
		r.warnings = append(r.warnings, fmt.Sprintf(format, args...))
	}
}

// Lose records that something of the file could not be read.
func (r *Remarks) Lose(code dossier.Code, format string, args ...any) {
	r.Add(dossier.Loss{Code: code, Text: fmt.Sprintf(format, args...)})
}

// Add records a loss; losses beyond a maximum are only counted.
func (r *Remarks) Add(l dossier.Loss) {
	if len(r.losses) == maxWarnings {
		r.unsaid++
		return
	}
	r.losses = append(r.losses, l)
}

// LoseBy records that err kept something of a page (0: of no page) from being
// read; what says of what.
func (r *Remarks) LoseBy(page int, what string, err error) {
	text := Message(err)
	if what != "" {
		text = what + ": " + text
	}
	r.Add(dossier.Loss{Page: page, Code: LossCode(err), Text: text})
}

// Into returns m with the remarks added.
func (r *Remarks) Into(m FileMeta) FileMeta {
	m.Warnings = append(m.Warnings, r.warnings...)
	m.Losses = append(m.Losses, r.losses...)
	if r.unsaid > 0 {
		m.Losses = append(m.Losses, dossier.Loss{Code: m.Losses[0].Code, Text: fmt.Sprintf("%d more parts could not be read", r.unsaid)})
	}
	return m
}
