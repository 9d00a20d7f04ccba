package casefile

import (
	"context"
	"log/slog"

	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/pipeline"
	"github.com/dossier-legal/dossier/internal/plan"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/store"
)

// Record is everything on record, of all projects, as one person works with it:
// batches, dead letters, webhooks, breakers, the cache, projects, the audit log.
// It is safe for concurrent use.
//
// Methods that only read the record need DB and nothing else, so that they answer
// while Redis and the blobs are away. Those of the cache and of breakers need Redis,
// Cache and Circuits; those that change batches need Manager.
type Record struct {
	DB       *store.DB
	Redis    *rdb.Redis
	Cache    *cache.Cache
	Blobs    *blob.Store
	Circuits *breaker.Breakers
	Manager  *batch.Manager
	Pipeline *pipeline.Pipeline // makes outputs again that could not be kept
	Actor    string             // who decides, for the audit log
	Build    string             // version of this program
	Log      *slog.Logger
}

// CaseFile returns the case file of a project.
func (r Record) CaseFile(ctx context.Context, project string) (*CaseFile, error) {
	p, err := r.DB.Projects().Get(ctx, project)
	if err != nil {
		return nil, err
	}
	return &CaseFile{Record: r, Project: p}, nil
}

// CaseFiles returns the case files of all projects.
func (r Record) CaseFiles(ctx context.Context) ([]*CaseFile, error) {
	projects, err := r.DB.Projects().List(ctx)
	if err != nil {
		return nil, err
	}
	files := make([]*CaseFile, len(projects))
	for i, p := range projects {
		files[i] = &CaseFile{Record: r, Project: p}
	}
	return files, nil
}

// keeper removes documents, projects and what is older than the ages.
func (r Record) keeper(ages retention.Ages) *retention.Keeper {
	return &retention.Keeper{
		DB: r.DB, Redis: r.Redis, Cache: r.Cache, Blobs: r.Blobs, Versions: plan.CacheVersions(), Ages: ages,
		Actor: r.Actor, Log: r.Log,
	}
}

// AuditLog lists the newest entries about a subject, the id of a batch, task,
// document, project or webhook, or about everything if it is "".
func (r Record) AuditLog(ctx context.Context, subject string, limit int) ([]store.AuditEntry, error) {
	return r.DB.Audit().List(ctx, subject, limit)
}
