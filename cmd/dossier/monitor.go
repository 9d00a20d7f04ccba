package main

import (
	"errors"
	"os"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/build"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/show"
)

// monitorCmd shows how the whole is doing.
type monitorCmd struct {
	Section string        `arg:"" optional:"" enum:"all,health,pipeline,batches,queues,workers,cache,documents,errors,spend" default:"all" help:"health, pipeline, batches, queues, workers, cache, documents, errors or spend. Default: all."`
	Once    bool          `help:"Print once and exit. This is the default when the output is not a terminal."`
	Every   time.Duration `default:"2s" help:"Interval between updates on a terminal."`
}

// Run shows the monitor.
func (c *monitorCmd) Run(e *env) (err error) {
	a, m, err := e.openMonitored()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	if e.JSON {
		return e.printJSON(m.Snapshot(e.ctx).Section(c.Section))
	}
	if terminal, ok := show.Interactive(e.out); ok && !c.Once {
		return c.live(e, m, terminal)
	}
	return show.Monitor(e.out, m.Snapshot(e.ctx), c.Section)
}

func (a *app) monitor() *monitor.Monitor {
	return &monitor.Monitor{DB: a.db, Redis: a.redis, Cache: a.cache, Blobs: a.blobs, Build: build.Name(), Log: a.log}
}

// shortestInterval is the shortest interval between updates that a person can
// follow.
const shortestInterval = 100 * time.Millisecond

// live shows the monitor on the other screen of a terminal until it is stopped.
func (c *monitorCmd) live(e *env, m *monitor.Monitor, terminal *os.File) (err error) {
	if c.Every < shortestInterval {
		return dossier.Errorf(dossier.CodeInvalidInput, "an update every %s is more than anybody can read", c.Every).About("--every").WithCure("use 2s")
	}
	screen, err := show.NewScreen(terminal)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, screen.Close()) }()
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	for {
		s := m.Snapshot(e.ctx)
		if e.ctx.Err() != nil {
			return nil
		}
		if err := screen.Show(s, c.Section); err != nil {
			return err
		}
		select {
		case <-e.ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
