package show

import (
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/graph"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/store"
)

// Entities writes a table of entities.
func Entities(w io.Writer, list []store.EntityRow) error {
	return List(w, "TYPE\tNAME\tMENTIONS\tDOCUMENTS\tID", list, func(e store.EntityRow) []any {
		return []any{e.Type, e.Name, e.Mentions, e.Documents, ID(e.ID)}
	})
}

// Entity writes all that is known of an entity.
func Entity(w io.Writer, v casefile.EntityView) error {
	fmt.Fprintf(w, "%s · %s\n  id %s\n  named %d times in %d documents\n", v.Name, v.Type, v.ID, v.Mentions, v.Documents)
	for _, n := range v.Names {
		fmt.Fprintf(w, "  as %s%s\n", n.Name, note(len(n.Aliases) > 0, " (%s)", strings.Join(n.Aliases, "; ")))
		shortReasons(w, "     ", n.Reasons)
	}
	for _, j := range v.Judgements {
		fmt.Fprintf(w, "  %s (%.2f): %s = %s\n", j.Decision, j.Score, j.A, j.B)
		shortReasons(w, "     ", j.Reasons)
	}
	fmt.Fprintln(w)
	if err := Table(w, "RELATION\tFROM\tTO\tROLE\tPROOF", func(row func(...any)) error {
		for _, r := range v.Relations {
			if r.Kind != dossier.CoMention {
				row(r.Kind, r.From, r.To, r.Role, fmt.Sprintf("%s, page %d", r.FileName, r.Page))
			}
		}
		return nil
	}); err != nil {
		return err
	}
	fmt.Fprintln(w)
	return List(w, "WHERE\tPAGE\tWORDS", v.Places, func(m store.EntityMention) []any {
		return []any{m.FileName, m.Page, OneLine(m.Text)}
	})
}

// EntityViews writes all that is known of several entities.
func EntityViews(w io.Writer, views []casefile.EntityView) error {
	for _, v := range views {
		if err := Entity(w, v); err != nil {
			return err
		}
	}
	return nil
}

func shortReasons(w io.Writer, indent string, reasons []dossier.Reason) {
	for _, r := range reasons {
		fmt.Fprintf(w, "%s%s: %s\n", indent, r.Code, r.Detail)
	}
}

func reasons(w io.Writer, list []dossier.Reason) {
	for _, r := range list {
		fmt.Fprintf(w, "   %s: %s (%.2f)\n", r.Code, line(r.Detail), r.Weight)
	}
}

func examples(w io.Writer, list []store.Example) {
	for _, e := range list {
		fmt.Fprintf(w, "   in %s, page %d%s: %s\n", Visible(e.FileName), e.Page, note(len(e.Boxes) > 0, ", at %v", e.Boxes), line(e.Text))
	}
}

// Decided returns a function that writes a decision, which the format describes
// from the name of the entity and the arguments, and how to undo it.
func Decided(format string, args ...any) func(io.Writer, casefile.Decided) error {
	return func(w io.Writer, d casefile.Decided) error {
		_, err := fmt.Fprintf(w, "%s (decision %d; `dossier entity undo %d` takes it back)\n",
			fmt.Sprintf(format, append([]any{d.Name}, args...)...), d.Decision, d.Decision)
		return err
	}
}

// Decisions writes a table of decisions.
func Decisions(w io.Writer, list []store.Decision) error {
	return List(w, "NUMBER\tWHEN\tWHO\tWHAT\tENTITY\tDETAIL\tUNDONE", list, func(d store.Decision) []any {
		undone := none
		if !d.UndoneAt.IsZero() {
			undone = moment(d.UndoneAt) + " by " + d.UndoneBy
		}
		return []any{d.Seq, moment(d.At), d.Actor, d.Kind, ID(d.EntityID), string(d.Detail), undone}
	})
}

// Explanation writes why the names of an entity are one.
func Explanation(w io.Writer, x casefile.Explanation) error {
	if len(x.Joins) == 0 {
		_, err := fmt.Fprintf(w, "%s has one name: nothing was joined across documents\n", Visible(x.Name))
		return err
	}
	for _, j := range x.Joins {
		fmt.Fprintf(w, "%s = %s  (%.2f, by the %s)%s\n", Visible(j.A), Visible(j.B), j.Score, j.By, note(j.Weakest, "  ← the weakest join"))
		reasons(w, j.Reasons)
		examples(w, j.Examples)
	}
	return nil
}

// Checked writes how the record of a project differs from a resolution from
// scratch.
func Checked(w io.Writer, c casefile.Checked) error {
	fmt.Fprintf(w, "Project %s: %d names are %d entities, by %d judgements\n", Visible(c.Project), c.Names, c.Entities, c.Judgements)
	for _, d := range c.Differences {
		fmt.Fprintf(w, "  %s: on record in %s, from scratch in %s\n", Visible(d.Name), d.Recorded, d.Expected)
	}
	_, err := fmt.Fprintf(w, "  %d names are elsewhere on record%s\n", len(c.Differences), note(c.Repaired, "; repaired"))
	return err
}

// Review writes pairs of entities that may be one.
func Review(w io.Writer, q casefile.ReviewQueue) error {
	ids := make([]string, len(q.Pairs))
	for i, it := range q.Pairs {
		ids[i] = it.ID
	}
	short := shortIDs(ids)
	for _, it := range q.Pairs {
		fmt.Fprintf(w, "%s  %s (%d documents) = %s (%d documents)?  %s, %.2f, %s\n", short[it.ID], Visible(it.A.Name), it.A.Documents,
			Visible(it.B.Name), it.B.Documents, strings.ToLower(string(it.A.Type)), it.Score, it.Class)
		reasons(w, it.Reasons)
		examples(w, it.Examples)
	}
	_, err := fmt.Fprintf(w, "%d of %d pairs\n", len(q.Pairs), q.Total)
	return err
}

// ReviewClasses writes a table of the classes of pairs.
func ReviewClasses(w io.Writer, list []identity.Class) error {
	return List(w, "CLASS\tPAIRS\tFOR EXAMPLE", list, func(c identity.Class) []any {
		return []any{c.Name, c.Items, c.Example.A.Name + " = " + c.Example.B.Name + "?"}
	})
}

// Reviewed returns a function that writes a decision about pairs and those that
// it left open.
func Reviewed(verdict store.Verdict) func(io.Writer, identity.Reviewed) error {
	return func(w io.Writer, r identity.Reviewed) error {
		_, err := fmt.Fprintf(w, "%d pairs are %s (decision %d; `dossier entity undo %d` takes it back)\n", r.Items, verdict, r.Decision, r.Decision)
		for _, it := range r.Refused {
			_, err = fmt.Fprintf(w, "  left open: %s = %s? It would join names that contradict each other\n", Visible(it.A.Name), Visible(it.B.Name))
		}
		return err
	}
}

// Path writes the chain of relations between two entities.
func Path(w io.Writer, v casefile.PathView) error {
	_, err := fmt.Fprintf(w, "%s · %s\n", Visible(v.From.Name), v.From.Type)
	for _, s := range v.Steps {
		_, err = fmt.Fprintf(w, "  %s  strength %.2f\n  │   %s: %q\n%s · %s\n", arrow(s.Link, s.From.ID), s.Strength,
			Visible(place(s.Link)), line(s.Link.Evidence), Visible(s.To.Name), s.To.Type)
	}
	return err
}

// arrow draws a link as it is walked: the relation points away from its subject.
func arrow(l graph.Link, from string) string {
	what := string(l.Kind) + role(l) + note(l.Case != "" && l.Kind == dossier.CounselFor, " in %s", l.Case)
	switch {
	case l.Kind == dossier.CoMention:
		return "│ named together"
	case l.From == from:
		return "↓ " + what
	}
	return "↑ " + what
}

func role(l graph.Link) string { return note(l.Role != "", " (%s)", l.Role) }

func place(l graph.Link) string { return fmt.Sprintf("%s, page %d", l.FileName, l.Page) }

// Neighbours writes a table of what is connected with an entity.
func Neighbours(w io.Writer, list []graph.Neighbour) error {
	return List(w, "DEPTH\tNAME\tTYPE\tRELATION\tVIA\tSTRENGTH\tPROOF\tID", list, func(n graph.Neighbour) []any {
		return []any{n.Depth, n.Name, n.Type, string(n.Link.Kind) + role(n.Link), n.Via, fmt.Sprintf("%.2f", n.Strength), place(n.Link), ID(n.ID)}
	})
}

// Central writes a table of the most central entities.
func Central(w io.Writer, v casefile.CentralView) error {
	if err := List(w, "PAGERANK\tBETWEENNESS\tDEGREE\tTYPE\tNAME\tID", v.Central, func(n graph.Centrality) []any {
		return []any{fmt.Sprintf("%.4f", n.PageRank), fmt.Sprintf("%.4f", n.Betweenness), n.Degree, n.Type, n.Name, ID(n.ID)}
	}); err != nil {
		return err
	}
	how := "betweenness is exact"
	if v.Sampled > 0 {
		how = fmt.Sprintf("betweenness is estimated from the paths of %d of them", v.Sampled)
	}
	_, err := fmt.Fprintf(w, "%d of %d connected entities; %s\n", len(v.Central), v.Entities, how)
	return err
}

// membersShown bounds the members of a community that a row names.
const membersShown = 8

// Communities writes a table of communities.
func Communities(w io.Writer, v casefile.CommunitiesView) error {
	if err := List(w, "SIZE\tMEMBERS, THE BEST CONNECTED FIRST", v.Communities, func(c graph.Community) []any {
		return []any{c.Size, members(c)}
	}); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d of %d communities; modularity %.2f\n", len(v.Communities), v.Found, v.Modularity)
	return err
}

func members(c graph.Community) string {
	names := make([]string, 0, membersShown)
	for _, n := range c.Members[:min(len(c.Members), membersShown)] {
		names = append(names, n.Name)
	}
	return strings.Join(names, "; ") + note(c.Size > membersShown, "; and %d more", c.Size-membersShown)
}
