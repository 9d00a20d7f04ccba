package casefile

import (
	"context"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/store"
)

// ReviewQueue is pairs of entities that may be one, those most worth a look
// first, and how many there are in all.
type ReviewQueue struct {
	Pairs []identity.Item
	Total int
}

// Review lists pairs of a class, or of all classes if it is "", with examples of
// both names.
func (c *CaseFile) Review(ctx context.Context, class string, limit int) (q ReviewQueue, err error) {
	items, err := c.book().Queue(ctx, class)
	if err != nil {
		return q, err
	}
	q.Pairs, q.Total = items[:min(max(limit, 0), len(items))], len(items)
	return q, c.book().Illustrate(ctx, q.Pairs)
}

// ReviewClasses lists what pairs in the queue have in common.
func (c *CaseFile) ReviewClasses(ctx context.Context) ([]identity.Class, error) {
	return c.book().Classes(ctx)
}

// ReviewRequest decides about pairs, given by their ids or the beginnings of
// them, or about all pairs of a class.
type ReviewRequest struct {
	Verdict store.Verdict
	Pairs   []string
	Class   string
}

// DecideReview decides about pairs of the queue.
func (c *CaseFile) DecideReview(ctx context.Context, r ReviewRequest) (d identity.Reviewed, err error) {
	if (r.Class == "") == (len(r.Pairs) == 0) {
		return d, invalid("", "`dossier review` lists pairs and their classes", "either pairs or a class is needed")
	}
	items, err := c.book().Queue(ctx, r.Class)
	if err != nil {
		return d, err
	}
	if r.Class == "" {
		if items, err = chosen(items, r.Pairs); err != nil {
			return d, err
		}
	}
	if len(items) == 0 {
		return d, dossier.Errorf(dossier.CodeNotFound, "no pair of that class is in doubt").About(r.Class).WithCure("`dossier review classes` lists them")
	}
	return c.book().Review(ctx, items, r.Verdict)
}

// chosen picks the items with the ids, or their beginnings.
func chosen(items []identity.Item, ids []string) ([]identity.Item, error) {
	var list []identity.Item
	for _, id := range ids {
		n := len(list)
		var fit []string
		for _, it := range items {
			if strings.HasPrefix(it.ID, id) {
				list, fit = append(list, it), append(fit, it.ID)
			}
		}
		switch len(list) - n {
		case 1:
		case 0:
			return nil, dossier.Errorf(dossier.CodeNotFound, "no pair in doubt has an id that begins so").About(id).
				WithCure("`dossier review` lists them")
		default:
			return nil, invalid(id, "give more of the id of one", "several pairs fit: %s", strings.Join(fit, ", "))
		}
	}
	return list, nil
}
