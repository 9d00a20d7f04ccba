package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/show"
)

// age is a length of time that may be written in days: 90d. 0 stands for ever.
type age time.Duration

// UnmarshalText reads an age.
func (a *age) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 100_000 {
			return fmt.Errorf("%q is no number of days", days)
		}
		*a = age(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no age: write 90d, 36h, or 0 for ever", s)
	}
	*a = age(d)
	return nil
}

// keepFlags say how old things get before they are removed.
type keepFlags struct {
	KeepAttempts   age `default:"90d" group:"retention" help:"Keep attempts at ended tasks this long; 0: permanently." placeholder:"AGE"`
	KeepDeliveries age `default:"30d" group:"retention" help:"Keep ended webhook deliveries this long; 0: permanently." placeholder:"AGE"`
	KeepEvents     age `default:"90d" group:"retention" help:"Keep the feed of entity events this long; 0: permanently." placeholder:"AGE"`
	KeepProgress   age `default:"7d" group:"retention" help:"Keep the progress of ended batches in Redis this long; 0: permanently." placeholder:"AGE"`
	KeepOldOutputs age `default:"14d" group:"retention" help:"Keep cached outputs of other versions of dossier this long; 0: permanently." placeholder:"AGE"`
	KeepOutputs    age `default:"0" group:"retention" help:"Keep cached outputs of this version this long. Default: permanently." placeholder:"AGE"`
	KeepOrphans    age `default:"2d" group:"retention" help:"Keep originals without a document this long; 0: permanently." placeholder:"AGE"`
	KeepAudit      age `default:"0" group:"retention" help:"Keep the audit log this long. Default: permanently." placeholder:"AGE"`
}

func (f keepFlags) ages() (retention.Ages, error) {
	a := retention.Ages{
		Attempts: time.Duration(f.KeepAttempts), Deliveries: time.Duration(f.KeepDeliveries), Events: time.Duration(f.KeepEvents),
		Progress: time.Duration(f.KeepProgress), OldOutputs: time.Duration(f.KeepOldOutputs), Outputs: time.Duration(f.KeepOutputs),
		Orphans: time.Duration(f.KeepOrphans), Audit: time.Duration(f.KeepAudit),
	}
	return a, a.Check()
}

// cleanUp cleans up now and then until the function that it returns is called.
func (a *app) cleanUp(e *env, ages retention.Ages) (stop func()) {
	ctx, cancel := context.WithCancel(e.ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.record().KeepClean(ctx, ages, actor()+":"+rand.Text()[:6])
	}()
	return func() {
		cancel()
		<-ended
	}
}

type cleanupCmd struct {
	keepFlags
	OlderThan *age `help:"Use this age for attempts, deliveries, entity events, progress and outputs of other versions." placeholder:"AGE"`
	DryRun    bool `help:"Count what would be removed without removing it."`
}

// Run cleans up now.
func (c *cleanupCmd) Run(e *env) error {
	if c.OlderThan != nil {
		for _, a := range []*age{&c.KeepAttempts, &c.KeepDeliveries, &c.KeepEvents, &c.KeepProgress, &c.KeepOldOutputs} {
			*a = *c.OlderThan
		}
	}
	ages, err := c.ages()
	if err != nil {
		return err
	}
	return onRecord(e, e.openRecord, func(r casefile.Record) (retention.Cleaned, error) {
		return r.Cleanup(e.ctx, casefile.CleanupRequest{Ages: ages, DryRun: c.DryRun})
	}, one(show.Cleaned))
}
