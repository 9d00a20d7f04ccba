package show

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/cite"
	"github.com/dossier-legal/dossier/internal/mention/caption"
	"github.com/dossier-legal/dossier/internal/names"
)

// Found writes what [casefile.FindRequest] found, a line each.
func Found(w io.Writer, as string, found any) error {
	switch list := found.(type) {
	case []dossier.Page:
		if as == "words" {
			return pageWords(w, list)
		}
		text, _ := dossier.JoinPages(list)
		_, err := io.WriteString(w, text)
		return err
	case []dossier.Finding:
		return findings(w, list)
	case []dossier.Chunk:
		for _, c := range list {
			fmt.Fprintf(w, "%d\t%d–%d\tpage %d\t%s\n", c.Index, c.Start, c.End, c.PageStart, OneLine(c.Text))
		}
	case []cite.Citation:
		for _, c := range list {
			fmt.Fprintf(w, "%s\t%d–%d\t[%d]\t%s\n", c.Kind, c.Start, c.End, c.Resource, OneLine(c.Text))
		}
	case []caption.Block:
		for _, b := range list {
			fmt.Fprintf(w, "%s\t%d–%d\t%s\n", b.Kind, b.Start, b.End, blockLine(&b))
		}
	case []casefile.FoundRelation:
		for _, r := range list {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\tpage %d\t%.2f\t%s\n", r.Kind, r.From, r.Role, r.To, r.Case, r.Evidence.Page, r.Confidence, OneLine(r.Evidence.Text))
		}
	case []dossier.Mention:
		for _, m := range list {
			fmt.Fprintln(w, mentionRow(m))
		}
	case []casefile.ExplainedMention:
		for _, m := range list {
			fmt.Fprintf(w, "%s\t%s\t%.2f\n", mentionRow(m.Mention), strings.Join(m.Rules, ", "), m.Score)
		}
	}
	return nil
}

// mentionRow is a mention on one line.
func mentionRow(m dossier.Mention) string {
	return fmt.Sprintf("%s\tpage %d\t%d–%d\t%s\t%s", m.Type, m.Page, m.Start, m.End, OneLine(m.Text), m.Norm)
}

// blockLine renders a caption or signature on one line.
func blockLine(b *caption.Block) string {
	parts := []string{b.Court, b.Docket}
	for _, p := range b.Parties {
		parts = append(parts, strings.TrimSpace(p.Role+" "+p.Name))
	}
	parts = slices.Concat(parts, b.Judges, b.People, b.Firms, b.BarNumbers, b.Contacts)
	if b.For != "" {
		parts = append(parts, "for "+b.For)
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}

func findings(w io.Writer, list []dossier.Finding) error {
	for _, f := range list {
		if _, err := fmt.Fprintf(w, "%s\tpage %d\t%s\t%s\t%s\n", f.Kind, f.Page, OneLine(f.Name), OneLine(f.Author), OneLine(f.Text)); err != nil {
			return err
		}
	}
	return nil
}

func pageWords(out io.Writer, pages []dossier.Page) error {
	for _, p := range pages {
		for _, w := range p.Words {
			if _, err := fmt.Fprintf(out, "%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.2f\t%s\n",
				p.Number, w.Box[0], w.Box[1], w.Box[2], w.Box[3], w.Confidence, w.Text); err != nil {
				return err
			}
		}
	}
	return nil
}

// Match writes how two names compare, and why.
func Match(w io.Writer, m names.Match) error {
	_, err := fmt.Fprintf(w, "%s (%.2f)\n", m.Decision, m.Score)
	shortReasons(w, "  ", m.Reasons)
	return err
}

// AppendResolved appends the line that answers a mention: its id, as JSON, and the
// keys of its entities.
func AppendResolved(line, id []byte, within, of string) []byte {
	return fmt.Appendf(line, "%s\t%s\t%s\n", Visible(string(id)), Visible(within), Visible(of))
}
