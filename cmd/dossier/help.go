package main

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/build"
	"github.com/dossier-legal/dossier/internal/cli"
	"github.com/dossier-legal/dossier/internal/licences"
	"github.com/dossier-legal/dossier/internal/nearest"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/third_party/kong"
)

//go:embed commands.txt
var commandTexts string

// helper returns what prints help, for a terminal or 80 columns.
func helper(out io.Writer) (cli.Help, error) {
	docs, err := cli.ParseDocs(commandTexts)
	width := show.Width(out)
	if width > 0 {
		width = min(max(width, 60), 100)
	}
	return cli.Help{Docs: docs, Groups: []string{"Work", "Read", "Decide", "Operate", "Set up"}, Rest: "More", Width: width}, err
}

// printHelp prints an overview of all commands, or the help of one.
func printHelp(_ kong.HelpOptions, ctx *kong.Context) error {
	h, err := helper(ctx.Stdout)
	if err != nil {
		return err
	}
	return h.Print(ctx.Stdout, ctx.Model, ctx.Selected())
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
	return e.tell("dossier "+build.Name(), versionShape{build.Name()})
}

type licencesCmd struct{}

// Run prints where the data and the code of others in the program come from, and
// the texts of their licences.
func (licencesCmd) Run(e *env) error {
	return e.tell(dossier.Notice()+"\n\nMODULES\n\n"+licences.Modules(),
		licencesShape{dossier.Notice(), licences.Modules()})
}

type helpCmd struct {
	Topic []string `arg:"" optional:"" help:"A command, or settings. Default: an overview."`
}

// Run prints the help of a command, or describes the settings.
func (c *helpCmd) Run(e *env, ctx *kong.Context) error {
	h, err := helper(e.out)
	if err != nil {
		return err
	}
	if len(c.Topic) == 1 && c.Topic[0] == cli.Topic {
		return h.PrintSettings(e.out, ctx.Model, configFiles())
	}
	var command *kong.Node
	for _, word := range c.Topic {
		among := ctx.Model.Children
		if command != nil {
			among = command.Children
		}
		i := slices.IndexFunc(among, func(n *kong.Node) bool { return n.Name == word })
		if i < 0 {
			return unknownCommand(word, among)
		}
		command = among[i]
	}
	return h.Print(e.out, ctx.Model, command)
}

func unknownCommand(word string, among []*kong.Node) error {
	names := make([]string, len(among))
	for i, n := range among {
		names[i] = n.Name
	}
	err := dossier.Errorf(dossier.CodeInvalidInput, "there is no such command").About(word).WithCure("`dossier --help` lists the commands")
	if near := nearest.Of(word, names); len(near) > 0 {
		err.Cure = nearest.Question(near)
	}
	return err
}

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Run prints the script that makes a shell complete commands.
func (c *completionCmd) Run(e *env) error { return cli.Completion(e.out, c.Shell, "dossier") }

// completeCmd is what the scripts of the shells call.
type completeCmd struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Run prints what the last word of a command line may become. The first word is
// the shell.
func (c *completeCmd) Run(e *env, ctx *kong.Context) error {
	if len(c.Words) == 0 {
		return errors.New("complete is called by the scripts of `dossier completion`")
	}
	return cli.Complete(e.out, ctx.Model, c.Words[0], c.Words[1:])
}

type manCmd struct {
	Dir string `arg:"" type:"path" help:"Folder for the pages. It is created if it is missing."`
}

// Run writes man pages.
func (c *manCmd) Run(e *env, ctx *kong.Context) error {
	h, err := helper(e.out)
	if err != nil {
		return err
	}
	n, err := cli.Man(c.Dir, ctx.Model, h, build.Name(), build.At())
	if err != nil {
		return dossier.Errorf(dossier.CodeStorage, "cannot write the man pages: %w", err).About(c.Dir).WithCure("name a folder that you can write to")
	}
	return e.tell(fmt.Sprintf("%d pages are in %s", n, c.Dir), manShape{n, c.Dir})
}
