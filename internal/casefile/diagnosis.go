package casefile

import (
	"errors"

	"github.com/dossier-legal/dossier"
)

// Diagnosis is the outcome of checks of all that dossier needs.
type Diagnosis struct {
	Checks []Check `json:"checks"`
	OK     bool    `json:"ok"` // all passed
}

// Check is the outcome of one check.
type Check struct {
	Check  string `json:"check"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Cure   string `json:"cure,omitempty"`
}

// NewDiagnosis returns a diagnosis without checks.
func NewDiagnosis() *Diagnosis { return &Diagnosis{Checks: []Check{}, OK: true} }

// Add adds the outcome of a check: detail says what was found, an error what is
// wrong.
func (d *Diagnosis) Add(check, detail string, err error) {
	c := Check{Check: check, OK: err == nil, Detail: detail}
	if de, ok := errors.AsType[*dossier.Error](err); ok {
		c.Detail, c.Cure = de.Message, de.Cure
	} else if err != nil {
		c.Detail = err.Error()
	}
	d.Checks = append(d.Checks, c)
	d.OK = d.OK && c.OK
}
