package main

import (
	"encoding/json"
	"fmt"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/batch"
	"github.com/dossier-legal/dossier/internal/breaker"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/cli"
	"github.com/dossier-legal/dossier/internal/graph"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/mention/caption"
	"github.com/dossier-legal/dossier/internal/monitor"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/retention"
	"github.com/dossier-legal/dossier/internal/schema"
	"github.com/dossier-legal/dossier/internal/store"
	"github.com/dossier-legal/dossier/internal/verify"
)

type schemaCmd struct {
	Export schemaExportCmd `cmd:"" help:"Print JSON Schema of all that --json prints, or the SQL of the record."`
}

type schemaExportCmd struct {
	SQL string `name:"sql" enum:"sqlite,postgres," default:"" help:"Print the SQL of this engine instead: sqlite or postgres." placeholder:"ENGINE"`
}

// Run prints schemas.
func (c *schemaExportCmd) Run(e *env) error {
	if c.SQL != "" {
		text, err := store.Schema(c.SQL)
		if err == nil {
			_, err = fmt.Fprint(e.out, text)
		}
		return err
	}
	set := schema.New()
	for name, shape := range shapes {
		set.Add(name, shape)
	}
	lines := json.NewEncoder(e.out)
	lines.SetIndent("", "  ")
	return lines.Encode(set.Document("What dossier prints with --json, by command; lists are one value a line"))
}

// Shapes that only the command line has.
type (
	versionShape struct {
		Version string `json:"version"`
	}
	licencesShape struct {
		Notice  string `json:"notice"`
		Modules string `json:"modules"`
	}
	manShape struct {
		Pages  int    `json:"pages"`
		Folder string `json:"folder"`
	}
	pagesShape struct {
		Pages []dossier.Page `json:"pages"`
	}
	trainedShape struct {
		Bytes   int      `json:"bytes"`
		HeldOut []judged `json:"held_out"`
	}
	resolvedShape struct {
		ID       any    `json:"id"` // as it was given
		Document string `json:"document_entity"`
		Entity   string `json:"entity"`
	}
	errorShape struct {
		Error   string `json:"error"`
		Code    string `json:"code"`
		Subject string `json:"subject,omitempty"`
		Cure    string `json:"cure,omitempty"`
	}
)

// shapes are the values that commands print with --json; of lists, a value of
// the list. Where flags change the shape, they stand beside the command.
var shapes = map[string]any{
	"error":                     errorShape{},
	"process":                   casefile.Summary{},
	"batch submit":              casefile.BatchState{},
	"batch submit --watch":      casefile.Summary{},
	"batch estimate":            batch.Estimate{},
	"batch list":                casefile.BatchState{},
	"batch status":              casefile.BatchState{},
	"batch watch":               casefile.Summary{},
	"batch cancel":              casefile.BatchCancelled{},
	"batch pause":               casefile.BatchPaused{},
	"batch resume":              casefile.BatchPaused{},
	"batch retry":               casefile.Retried{},
	"batch priority":            casefile.BatchPriority{},
	"batch report":              casefile.Summary{},
	"extract":                   pagesShape{},
	"extract --as words":        pagesShape{},
	"extract --as findings":     []dossier.Finding{},
	"extract --as chunks":       []dossier.Chunk{},
	"extract --as mentions":     []dossier.Mention{},
	"extract --as citations":    []cite.Citation{},
	"extract --as blocks":       []caption.Block{},
	"extract --as relations":    []casefile.FoundRelation{},
	"match":                     names.Match{},
	"resolve":                   resolvedShape{},
	"document list":             casefile.ListedDocument{},
	"document show":             casefile.DocumentView{},
	"document text":             casefile.DocumentText{},
	"document similar":          []casefile.Similar{},
	"document hold":             casefile.Held{},
	"document release":          casefile.Released{},
	"document delete":           casefile.DocumentsDeleted{},
	"document delete --dry-run": casefile.DocumentDeletion{},
	"search":                    casefile.SearchResult{},
	"entity list":               store.EntityRow{},
	"entity show":               casefile.EntityView{},
	"entity explain":            casefile.Explanation{},
	"entity merge":              casefile.Decided{},
	"entity split":              casefile.Decided{},
	"entity rename":             casefile.Decided{},
	"entity retype":             casefile.Decided{},
	"entity reject":             casefile.Decided{},
	"entity undo":               casefile.Undone{},
	"entity decisions":          store.Decision{},
	"entity check":              casefile.Checked{},
	"chronology":                store.EventRow{},
	"graph path":                casefile.PathView{},
	"graph neighbours":          graph.Neighbour{},
	"graph central":             casefile.CentralView{},
	"graph communities":         casefile.CommunitiesView{},
	"verify":                    verify.Trace{},
	"project list":              store.ProjectInfo{},
	"project show":              store.ProjectInfo{},
	"project hold":              casefile.Held{},
	"project release":           casefile.Released{},
	"project delete":            casefile.ProjectDeleted{},
	"project delete --dry-run":  casefile.ProjectDeletion{},
	"password add":              casefile.Added{},
	"password list":             casefile.PasswordCount{},
	"password clear":            casefile.PasswordsCleared{},
	"review list":               identity.Item{},
	"review classes":            identity.Class{},
	"review decide":             identity.Reviewed{},
	"monitor":                   monitor.Snapshot{},
	"dead list":                 store.DeadLetter{},
	"dead replay":               casefile.Replayed{},
	"breaker list":              breaker.State{},
	"breaker reset":             casefile.BreakerReset{},
	"cache stats":               casefile.CacheView{},
	"cache warm":                casefile.CacheWarmed{},
	"cache migrate":             casefile.KeysMigrated{},
	"webhook add":               casefile.WebhookAdded{},
	"webhook list":              store.Webhook{},
	"webhook remove":            casefile.WebhookRemoved{},
	"webhook deliveries":        store.Delivery{},
	"webhook replay":            casefile.DeliveriesReplayed{},
	"webhook test":              casefile.WebhookTested{},
	"audit":                     store.AuditEntry{},
	"cleanup":                   retention.Cleaned{},
	"train tagger":              trainedShape{},
	"doctor":                    casefile.Diagnosis{},
	"config show":               cli.Setting{},
	"version":                   versionShape{},
	"licences":                  licencesShape{},
	"man":                       manShape{},
}
