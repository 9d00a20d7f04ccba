package main

import (
	"fmt"
	"os"

	"github.com/dossier-legal/dossier/internal/cli"
	"github.com/dossier-legal/dossier/internal/nearest"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/third_party/kong"
)

type configCmd struct {
	Show configShowCmd `cmd:"" help:"Show every setting, its value, and where that comes from."`
}

type configShowCmd struct{}

// Run shows the settings. Keys of configuration files that set nothing are
// reported on standard error.
func (configShowCmd) Run(e *env, ctx *kong.Context, config *cli.Config) error {
	list := config.Settings(ctx, cli.Masked)
	for i := range list {
		if list[i].Name == "data" && list[i].Value == "" {
			list[i].Value = e.Data
		}
	}
	for _, name := range []string{visionKey, llmKey, secretVariable} {
		if secret := os.Getenv(name); secret != "" {
			list = append(list, cli.Setting{Name: name, Group: "Secrets", Value: cli.Mask, Source: cli.FromEnvironment, From: name})
		}
	}
	unknown, known := config.Unknown(ctx.Model)
	for _, u := range unknown {
		question := nearest.Question(nearest.Of(u.Key, known))
		fmt.Fprintln(e.err, show.Visible(fmt.Sprintf("dossier: %s: no setting is called %q; it is ignored. %s", u.From, u.Key, question)))
	}
	return each(show.Settings)(e, list)
}

// page has a command write through the pager of the terminal if its output may
// be long. The function that it returns ends that, and takes and returns the
// error of the command.
func (e *env) page(command string) func(error) error {
	terminal, ok := show.Terminal(e.out)
	h, err := helper(e.out)
	if !ok || e.JSON || err != nil || !h.Docs[command].Paged {
		return func(err error) error { return err }
	}
	p := show.NewPager(terminal)
	e.out = p
	return func(err error) error { return show.EndPage(p, err) }
}
