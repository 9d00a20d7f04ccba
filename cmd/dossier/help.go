package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// commandGroups are the groups of commands, in the order in which help lists
// them.
var commandGroups = []string{"Work", "Read", "Decide", "Operate", "Set up"}

// working are the commands that read pages or look for names. Only their help
// describes the flags of providers and of every command.
var working = []string{"process", "batch submit", "batch estimate", "worker", "extract", "doctor"}

// printHelp prints an overview of all commands, or the help of one.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	command := ctx.Selected()
	if command == nil {
		return printOverview(ctx.Stdout, ctx.Model)
	}
	if slices.Contains(working, command.Path()) {
		return kong.DefaultHelpPrinter(options, ctx)
	}
	for _, f := range ctx.Model.Flags { // the global ones
		f.Hidden = f.Hidden || f.Name != "help"
	}
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintf(ctx.Stdout, "\n%s\n", globalsLine)
	return err
}

const globalsLine = "Flags of every command: --data, --database, --redis, --blobs, --json, --verbose (see `dossier process --help`)."

// printOverview prints the commands in their groups, a line each.
func printOverview(w io.Writer, app *kong.Application) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: dossier COMMAND [flags]\n\n%s\n\n", app.Help)
	for _, group := range commandGroups {
		fmt.Fprintf(&b, "%s\n", group)
		for _, c := range app.Children {
			if !c.Hidden && c.Group != nil && c.Group.Key == group {
				fmt.Fprintf(&b, "  %-11s %s\n", c.Name, c.Help)
			}
		}
	}
	fmt.Fprintf(&b, "\n%s\n`dossier COMMAND --help` describes a command.\n", globalsLine)
	_, err := io.WriteString(w, b.String())
	return err
}

// settingsOnly takes the environment variable from flags that are arguments of one
// command and no settings: --limit of all commands at once means nothing.
func settingsOnly(k *kong.Kong) error {
	settings := []string{"process", "worker", "cleanup"}
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if c, ok := node.(*kong.Node); ok && c.Type == kong.CommandNode && !slices.Contains(settings, c.Path()) {
			for _, f := range c.Flags {
				f.Envs, f.Tag.Envs = nil, nil
			}
		}
		return next(nil)
	})
}

type versionCmd struct{}

// Run prints the version of the program.
func (versionCmd) Run(e *env) error {
	return e.tell("dossier "+build(), map[string]string{"version": build()})
}
