package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/rdb"
)

// breakerCmd is about the circuit breakers of providers.
type breakerCmd struct {
	List  breakerListCmd  `cmd:"" help:"List the circuit breakers that have seen failures."`
	Reset breakerResetCmd `cmd:"" help:"Close a breaker, so that the provider is called again immediately."`
}

type breakerListCmd struct{}

// Run lists breakers.
func (c *breakerListCmd) Run(e *env) (err error) {
	r, err := rdb.Open(e.ctx, e.redisConfig())
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, r.Close()) }()
	states, err := breaker.New(r).List(e.ctx)
	if err != nil {
		return err
	}
	return printList(e, states, "PROVIDER\tSTATUS\tFAILURES\tOPEN UNTIL\tLAST FAILURE", func(s breaker.State) []any {
		until := "–"
		if !s.Until.IsZero() {
			until = s.Until.Local().Format(time.DateTime)
		}
		return []any{s.Provider, s.Status, s.Failures, until, oneLine(visible(s.Error))}
	})
}

type breakerResetCmd struct {
	Provider string `arg:"" help:"Name of the provider."`
}

// Run closes a breaker.
func (c *breakerResetCmd) Run(e *env) (err error) {
	r, err := rdb.Open(e.ctx, e.redisConfig())
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, r.Close()) }()
	ok, err := breaker.New(r).Reset(e.ctx, c.Provider)
	if err != nil {
		return err
	}
	if !ok {
		return dossier.Errorf(dossier.CodeNotFound, "no breaker of that provider remembers a failure").About(c.Provider).
			WithCure("`dossier breaker list` shows those that do")
	}
	return e.tell(fmt.Sprintf("the breaker of %s is closed", c.Provider), map[string]string{"reset": c.Provider})
}
