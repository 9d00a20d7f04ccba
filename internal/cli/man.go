package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// Man writes the man pages of the program into a folder, which it makes if it is
// missing: one of the program, and one for each command. It returns their
// number. Version and date stand at the foot of each page.
func Man(dir string, app *kong.Application, h Help, version string, date time.Time) (int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // man pages are for everybody
		return 0, err
	}
	m := manual{app: app, docs: h.Docs, foot: fmt.Sprintf("%q %q", date.UTC().Format(time.DateOnly), app.Name+" "+version)}
	pages := map[string]string{app.Name: m.program(h)}
	_ = kong.Visit(app.Node, func(v kong.Visitable, next kong.Next) error {
		if n, ok := v.(*kong.Node); ok && n.Type == kong.CommandNode {
			if n.Hidden {
				return nil
			}
			pages[m.name(n)] = m.command(n)
		}
		return next(nil)
	})
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(text), 0o644); err != nil { //nolint:gosec // man pages are for everybody
			return 0, err
		}
	}
	return len(pages), nil
}

// manual writes man pages.
type manual struct {
	app  *kong.Application
	docs Docs
	foot string // date and version
}

// name is the name of the page of a command: dossier-batch-submit.
func (m manual) name(n *kong.Node) string {
	return m.app.Name + "-" + strings.ReplaceAll(n.Path(), " ", "-")
}

// program is the page of the program: its commands and the flags of every
// command.
func (m manual) program(h Help) string {
	p := m.page(m.app.Name, m.app.Help)
	p.section("SYNOPSIS")
	p.text(`\fB` + m.app.Name + `\fR \fICOMMAND\fR [flags]`)
	for _, group := range append(append([]string(nil), h.Groups...), h.Rest) {
		p.section(strings.ToUpper(group))
		for _, c := range commandsOf(m.app, group) {
			p.term(m.name(c)+"(1)", c.Help)
		}
	}
	p.section("OPTIONS")
	p.flags(m.app.Flags)
	p.exits(everyExit)
	return p.String()
}

// command is the page of a command.
func (m manual) command(n *kong.Node) string {
	doc := m.docs.of(n)
	p := m.page(m.name(n), n.Help)
	p.section("SYNOPSIS")
	p.text(`\fB` + m.app.Name + `\fR ` + roff(usage(n)))
	p.section("DESCRIPTION")
	p.text(roff(n.Help))
	for _, paragraph := range doc.Detail {
		p.WriteString(".PP\n")
		p.text(roff(paragraph))
	}
	if children := visible(n.Children); len(children) > 0 {
		p.section("COMMANDS")
		for _, c := range children {
			p.term(m.name(c)+"(1)", c.Help)
		}
	}
	if len(n.Positional) > 0 {
		p.section("ARGUMENTS")
		for _, r := range argumentRows(n) {
			p.term(r.term, r.says)
		}
	}
	flags := n.Flags
	for _, group := range doc.Uses {
		flags = append(slices.Clip(flags), globals(m.app, group)...)
	}
	if len(flagRows(flags)) > 0 {
		p.section("OPTIONS")
		p.flags(flags)
	}
	p.section("EXAMPLES")
	p.WriteString(".nf\n")
	for _, e := range doc.Examples {
		p.text(roff(e))
	}
	p.WriteString(".fi\n")
	p.exits(doc.exits())
	p.section("SEE ALSO")
	p.text(`\fB` + m.app.Name + `\fR(1)`)
	return p.String()
}

// manPage is a man page in roff.
type manPage struct{ strings.Builder }

func (m manual) page(name, does string) *manPage {
	p := &manPage{}
	fmt.Fprintf(p, ".TH %q 1 %s\n", strings.ToUpper(name), m.foot)
	p.section("NAME")
	p.text(roff(name) + ` \- ` + roff(strings.TrimSuffix(does, ".")))
	return p
}

func (p *manPage) section(title string) { fmt.Fprintf(p, ".SH %q\n", title) }

// text writes a line of roff. A line that begins with a period or an apostrophe
// would be a request.
func (p *manPage) text(line string) {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	p.WriteString(line + "\n")
}

func (p *manPage) term(term, says string) {
	p.WriteString(".TP\n")
	p.text(`\fB` + roff(term) + `\fR`)
	p.text(roff(says))
}

// flags describes flags, with the variables that set them.
func (p *manPage) flags(flags []*kong.Flag) {
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		says := f.Help + defaultOf(f)
		if len(f.Envs) > 0 {
			says += " Environment: " + strings.Join(f.Envs, ", ") + "."
		}
		p.term(flagRows([]*kong.Flag{f})[0].term, says)
	}
}

func (p *manPage) exits(exits []Exit) {
	p.section("EXIT STATUS")
	for _, r := range exitRows(exits) {
		p.term(r.term, r.says)
	}
}

// roff escapes what roff would interpret or set differently.
func roff(s string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "…", "...", "–", `\(en`).Replace(s)
}
