package main

import (
	"fmt"
	"os"
	"time"

	"github.com/dossier-legal/dossier/internal/store/pgtest"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// workDocs is how many documents the work row runs.
const workDocs = 3000

// work measures what a document costs in work instead of time, so that the
// figures hold on a machine that is busy with other things as well.
func (b *bench) work() error {
	s, err := lab.StartServers(pgtest.CountStatements...)
	if err != nil {
		return err
	}
	defer s.Close()
	_, r, err := b.noop(s, workDocs, 1, manyAtOnce, 0)
	if err != nil {
		return err
	}
	w := r.work
	per := func(n int64) float64 { return float64(n) / workDocs }
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 / workDocs }
	b.table.Add(fmt.Sprintf("work for a document of six stages that do nothing, Redis + PostgreSQL, %d documents (no peer)", workDocs),
		fmt.Sprintf("%.1f rows inserted, %.1f updated (%.0f %% HOT), %.1f KiB of WAL, %.2f statements in %.2f transactions; CPU: PostgreSQL %.2f ms, worker %.2f ms, Redis %.2f ms",
			per(w.Inserted), per(w.Updated), 100*float64(w.HOT)/float64(max(1, w.Updated)), per(w.WAL)/1024,
			per(w.Statements), per(w.Transactions), ms(w.CPU), ms(r.workers), ms(r.redis)),
		"", "", "", "`bench -only work`")
	if os.Getenv("BENCH_STATEMENTS") != "" {
		for _, line := range r.statements {
			fmt.Fprintln(os.Stderr, line)
		}
	}
	return nil
}
