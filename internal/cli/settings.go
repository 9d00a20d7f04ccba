package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// PrintSettings describes every setting: the flags of every command, and those
// of the commands that keep running, with the variable and the key of the
// configuration file that set each. files are the places of that file.
func (h Help) PrintSettings(w io.Writer, app *kong.Application, files []string) error {
	p := page{width: h.Width}
	if p.width == 0 {
		p.width = 80
	}
	p.wrap("", "A setting is a flag, an environment variable, or a key of a configuration file. The command line counts first, then the environment, then the files. "+
		"The files are JSON, and the first that has the key counts: "+strings.Join(files, ", ")+".")
	for _, group := range SettingGroups(app) {
		var rows []row
		for _, f := range group.Flags {
			r := row{flagTerm(f), f.Help + defaultOf(f)}
			if len(f.Envs) > 0 {
				r.says += fmt.Sprintf(" [%s, key %s]", strings.Join(f.Envs, ", "), Key(f))
			}
			rows = append(rows, r)
		}
		p.rows(group.Title, rows)
	}
	p.line("")
	p.wrap("", fmt.Sprintf("`%s config show` prints the values in use and where each comes from.", app.Name))
	_, err := io.WriteString(w, p.String())
	return err
}

// SettingGroup is a group of settings.
type SettingGroup struct {
	Title string
	Flags []*kong.Flag
}

// SettingGroups returns the flags that are settings: those that an environment
// variable can set, in the order of their groups. A flag that several commands
// have is returned once.
func SettingGroups(app *kong.Application) (groups []SettingGroup) {
	seen := map[string]bool{}
	add := func(title string, f *kong.Flag) {
		if f.Hidden || len(f.Envs) == 0 || seen[f.Name] {
			return
		}
		seen[f.Name] = true
		for i := range groups {
			if groups[i].Title == title {
				groups[i].Flags = append(groups[i].Flags, f)
				return
			}
		}
		groups = append(groups, SettingGroup{title, []*kong.Flag{f}})
	}
	title := func(f *kong.Flag, otherwise string) string {
		if g := groupOf(f); g != "" {
			return strings.ToUpper(g[:1]) + g[1:]
		}
		return otherwise
	}
	for _, f := range app.Flags {
		add(title(f, "Every command"), f)
	}
	for _, c := range app.Children {
		for _, f := range c.Flags {
			add(title(f, "Command "+c.Name), f)
		}
	}
	return groups
}

// Key is the key of a flag in a configuration file.
func Key(f *kong.Flag) string { return strings.ReplaceAll(f.Name, "-", "_") }
