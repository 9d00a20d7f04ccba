package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// Help prints help of the commands of a model.
type Help struct {
	Docs   Docs
	Groups []string // of commands, in the order in which the overview lists them
	Rest   string   // the group whose commands share one line of the overview
	Width  int      // columns; 0 for 80
}

// screen is the number of lines that the help of a command may have.
const screen = 40

// Topic is what `help` describes beside commands: all settings.
const Topic = "settings"

// Print prints the help of the command that was selected, or the overview.
func (h Help) Print(w io.Writer, app *kong.Application, command *kong.Node) error {
	var text string
	if command == nil {
		text = h.overview(app)
	} else {
		text = h.command(app, command)
	}
	_, err := io.WriteString(w, text)
	return err
}

// overview lists the commands in their groups, a line each.
func (h Help) overview(app *kong.Application) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s COMMAND [flags]\n\n%s\n\n", app.Name, app.Help)
	for _, group := range h.Groups {
		fmt.Fprintf(&b, "%s\n", group)
		for _, c := range commandsOf(app, group) {
			fmt.Fprintf(&b, "  %-11s %s\n", c.Name, c.Help)
		}
	}
	var names []string
	for _, c := range commandsOf(app, h.Rest) {
		names = append(names, c.Name)
	}
	fmt.Fprintf(&b, "%s\n  %s\n\n", h.Rest, strings.Join(names, ", "))
	fmt.Fprintf(&b, "%s\n`%s COMMAND --help` describes a command.\n", globalLine(app), app.Name)
	return b.String()
}

// commandsOf returns the commands of a group of the overview.
func commandsOf(app *kong.Application, group string) (list []*kong.Node) {
	for _, c := range app.Children {
		if !c.Hidden && c.Group != nil && c.Group.Key == group {
			list = append(list, c)
		}
	}
	return list
}

// globalLine names the flags of every command.
func globalLine(app *kong.Application) string {
	return fmt.Sprintf("Flags of every command: %s (see `%s help %s`).", strings.Join(names(globals(app, "")), ", "), app.Name, Topic)
}

// globals returns the global flags of a group, "" for those without one.
func globals(app *kong.Application, group string) (list []*kong.Flag) {
	for _, f := range app.Flags {
		if !f.Hidden && f != app.HelpFlag && groupOf(f) == group {
			list = append(list, f)
		}
	}
	return list
}

func groupOf(f *kong.Flag) string {
	if f.Group == nil {
		return ""
	}
	return f.Group.Key
}

func names(flags []*kong.Flag) []string {
	list := make([]string, len(flags))
	for i, f := range flags {
		list[i] = "--" + f.Name
	}
	return list
}

// command describes a command. Flags that belong to a group are described if
// that fits on a screen, else they are only named.
func (h Help) command(app *kong.Application, n *kong.Node) string {
	if text := h.describe(app, n, false); strings.Count(text, "\n") <= screen {
		return text
	}
	return h.describe(app, n, true)
}

func (h Help) describe(app *kong.Application, n *kong.Node, fold bool) string {
	doc := h.Docs.of(n)
	p := page{width: h.Width}
	if p.width == 0 {
		p.width = 80
	}
	p.line("Usage: " + app.Name + " " + usage(n) + "\n")
	p.wrap("", n.Help)
	for _, paragraph := range doc.Detail {
		p.line("")
		p.wrap("", paragraph)
	}
	p.rows("Commands", commandRows(n))
	p.rows("Arguments", argumentRows(n))
	own, folded := n.Flags, []*kong.Flag(nil)
	if n.DefaultCmd != nil {
		own = append(slices.Clone(own), n.DefaultCmd.Flags...)
	}
	if fold {
		own, folded = split(own)
	}
	p.rows("Flags", flagRows(own))
	for _, group := range doc.Uses {
		folded = append(folded, globals(app, group)...)
	}
	p.named("More flags", folded)
	p.examples(doc.Examples)
	p.rows("Exit status", exitRows(doc.exits()))
	p.line("")
	p.wrap("", globalLine(app))
	return p.String()
}

// split separates the flags that belong to a group from the others.
func split(flags []*kong.Flag) (single, grouped []*kong.Flag) {
	for _, f := range flags {
		if groupOf(f) == "" {
			single = append(single, f)
		} else {
			grouped = append(grouped, f)
		}
	}
	return single, grouped
}

// usage is the command with its arguments: batch retry BATCH [flags].
func usage(n *kong.Node) string {
	parts := []string{n.Path()}
	flags := slices.ContainsFunc(n.Flags, func(f *kong.Flag) bool { return !f.Hidden && !f.Required })
	if len(visible(n.Children)) > 0 {
		parts = append(parts, "COMMAND")
		flags = true
	}
	for _, f := range n.Flags {
		if f.Required && len(f.Xor) == 0 {
			parts = append(parts, "--"+f.Name+"="+placeholder(f))
		}
	}
	for _, a := range n.Positional {
		parts = append(parts, argument(a))
	}
	if flags {
		parts = append(parts, "[flags]")
	}
	return strings.Join(parts, " ")
}

func argument(a *kong.Positional) string {
	name := strings.ToUpper(a.Name)
	if a.IsCumulative() {
		name += "..."
	}
	if !a.Required {
		name = "[" + name + "]"
	}
	return name
}

// visible leaves out hidden commands.
func visible(nodes []*kong.Node) []*kong.Node {
	return slices.DeleteFunc(slices.Clone(nodes), func(n *kong.Node) bool { return n.Hidden })
}

func placeholder(f *kong.Flag) string {
	if f.PlaceHolder != "" {
		return f.PlaceHolder
	}
	return strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

// row is a term with what it means.
type row struct{ term, says string }

func commandRows(n *kong.Node) (rows []row) {
	for _, c := range visible(n.Children) {
		rows = append(rows, row{c.Name, c.Help})
	}
	return rows
}

func argumentRows(n *kong.Node) (rows []row) {
	for _, a := range n.Positional {
		rows = append(rows, row{argument(a), a.Help})
	}
	return rows
}

func flagRows(flags []*kong.Flag) (rows []row) {
	short := slices.ContainsFunc(flags, func(f *kong.Flag) bool { return f.Short != 0 && !f.Hidden })
	for _, f := range flags {
		if f.Hidden {
			continue
		}
		term := flagTerm(f)
		switch {
		case f.Short != 0:
			term = "-" + string(f.Short) + ", " + term
		case short:
			term = "    " + term
		}
		rows = append(rows, row{term, f.Help + defaultOf(f)})
	}
	return rows
}

// flagTerm is a flag as it is typed: --limit=N.
func flagTerm(f *kong.Flag) string {
	switch {
	case f.Tag.Negatable != "":
		return "--[no-]" + f.Name
	case f.IsBool():
		return "--" + f.Name
	}
	return "--" + f.Name + "=" + placeholder(f)
}

// defaultOf adds the default of a flag to its help, unless the help says it.
func defaultOf(f *kong.Flag) string {
	if !f.HasDefault || f.Default == "" || f.IsBool() || strings.Contains(f.Help, "Default:") {
		return ""
	}
	return " Default: " + f.Default + "."
}

func exitRows(exits []Exit) (rows []row) {
	for _, e := range exits {
		rows = append(rows, row{fmt.Sprint(e.Code), e.Says})
	}
	return rows
}

// page is a text that is being laid out.
type page struct {
	strings.Builder
	width int
}

func (p *page) line(s string) { p.WriteString(s + "\n") }

// widest is the width of the column of terms; what is longer has a line of its
// own.
const widest = 24

// rows prints terms with what they mean, in two columns.
func (p *page) rows(title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	p.line("\n" + title)
	column := 0
	for _, r := range rows {
		if n := utf8.RuneCountInString(r.term); n <= widest {
			column = max(column, n)
		}
	}
	indent := strings.Repeat(" ", column+4)
	for _, r := range rows {
		first := fmt.Sprintf("  %-*s  ", column, r.term)
		if utf8.RuneCountInString(r.term) > column {
			p.line("  " + r.term)
			first = indent
		}
		for i, l := range wrapped(r.says, p.width-len(indent)) {
			if i > 0 {
				first = indent
			}
			p.line(strings.TrimRight(first+l, " "))
		}
	}
}

// named prints only the names of flags.
func (p *page) named(title string, flags []*kong.Flag) {
	if len(flags) == 0 {
		return
	}
	p.line("\n" + title)
	p.wrap("  ", strings.Join(names(flags), " "))
}

func (p *page) examples(lines []string) {
	if len(lines) > 0 {
		p.line("\nExamples")
	}
	for _, l := range lines {
		p.line("  " + l)
	}
}

// wrap prints a paragraph below an indent.
func (p *page) wrap(indent, text string) {
	for _, l := range wrapped(text, p.width-len(indent)) {
		p.line(indent + l)
	}
}

// wrapped breaks a text into lines at spaces.
func wrapped(text string, width int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}
