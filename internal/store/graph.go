package store

import (
	"context"
	"database/sql"
)

// EntityPage is a page that names a canonical entity.
type EntityPage struct {
	EntityID   string
	DocumentID string
	Page       int
}

// Pages calls f for the pages of a project that name persons,
// organisations and courts, page by page.
func (db Entities) Pages(ctx context.Context, projectID string, f func(EntityPage) error) error {
	return db.rows(ctx, func(rows *sql.Rows) error {
		var p EntityPage
		if err := rows.Scan(&p.EntityID, &p.DocumentID, &p.Page); err != nil {
			return err
		}
		return f(p)
	}, `SELECT DISTINCT c.id, d.id, m.page FROM source_documents d
		JOIN document_entities e ON e.document_id = d.id JOIN entity_names n ON n.no = e.name_no
		JOIN canonical_entities c ON c.no = n.canonical_no
		JOIN entity_mentions m ON m.entity_no = e.no
		WHERE d.project_id = $1 AND e.type IN ('PERSON', 'ORG', 'COURT')
		ORDER BY d.id, m.page, c.id`, projectID)
}
