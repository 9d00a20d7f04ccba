package main

import (
	"io"
	"strings"

	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/export"
)

type exportCmd struct {
	inProject
	Format string `enum:"jsonl,csv,graphml,gexf,neo4j,ftm,jsonld" default:"jsonl" help:"jsonl (everything), csv (one table), graphml or gexf (entities and relations), neo4j (the same as tables for neo4j-admin import), ftm (FollowTheMoney, for Aleph), jsonld (schema.org)."`
	Table  string `enum:"documents,entities,mentions,relations" default:"relations" help:"Table to export as csv: documents, entities, mentions or relations."`
	Output string `short:"o" help:"Output file; for neo4j a folder, or a file ending in .zip. Default: standard output." placeholder:"FILE" type:"path"`
}

// Run exports a project.
func (c *exportCmd) Run(e *env) error {
	return c.with(e, func(f *casefile.CaseFile) error {
		p := export.Project{DB: f.DB, Project: f.Project}
		if c.Format == "neo4j" && c.Output != "" && !strings.HasSuffix(strings.ToLower(c.Output), ".zip") {
			return export.Neo4jFolder(e.ctx, p, c.Output)
		}
		format := export.CSV(c.Table)
		if c.Format != "csv" {
			format = export.Formats()[c.Format]
		}
		return export.To(c.Output, e.out, func(w io.Writer) error { return format.Write(e.ctx, p, w) })
	})
}
