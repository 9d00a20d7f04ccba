package main

import (
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/show"
)

// breakerCmd is about the circuit breakers of providers.
type breakerCmd struct {
	List  breakerListCmd  `cmd:"" help:"List the circuit breakers that have seen failures."`
	Reset breakerResetCmd `cmd:"" help:"Close a breaker, so that the provider is called again immediately."`
}

type breakerListCmd struct{}

// Run lists breakers.
func (c *breakerListCmd) Run(e *env) error {
	return onRecord(e, e.openRedis, func(r casefile.Record) ([]breaker.State, error) { return r.Breakers(e.ctx) }, each(show.Breakers))
}

type breakerResetCmd struct {
	Provider string `arg:"" help:"Name of the provider."`
}

// Run closes a breaker.
func (c *breakerResetCmd) Run(e *env) error {
	return onRecord(e, e.openRedis, func(r casefile.Record) (casefile.BreakerReset, error) {
		return r.ResetBreaker(e.ctx, c.Provider)
	}, one(show.Sentence[casefile.BreakerReset]("the breaker of %s is closed", c.Provider)))
}
