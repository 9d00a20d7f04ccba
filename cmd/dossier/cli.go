package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cli"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/show"
	"github.com/dossier-legal/dossier/third_party/kong"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // nothing could be done
	exitUsage  = 2 // the command line cannot be read
	exitPartly = 3 // some documents failed
)

// streams are the standard streams, for tests to replace.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// env is what every command gets.
type env struct {
	ctx context.Context
	streams
	globals
}

// globals are the flags of every command.
type globals struct {
	Data     string `help:"Data directory: the case files, or scratch space if they are elsewhere. Default: dossier in your data directory." placeholder:"DIR" type:"path"`
	Database string `help:"PostgreSQL database for the record: postgres://user@host/name. Default: SQLite in the data directory." placeholder:"URL"`
	Redis    string `help:"Redis server for the queues: redis://host:6379. Default: embedded in this process." placeholder:"URL"`
	purposes
	Blobs string `help:"Folder or s3://bucket/prefix for originals and outputs. Default: blobs in the data directory." placeholder:"WHERE"`
	recognition
	modelFlags
	JSON    bool `help:"Print JSON: one object, or one object a line for lists."`
	Verbose bool `short:"v" help:"Log debug messages to standard error."`
}

// purposes are servers of their own for what Redis is used for.
type purposes struct {
	RedisBroker  string `help:"Redis server for the queues, if it differs from --redis." placeholder:"URL" hidden:""`
	RedisResults string `help:"Redis server for results, if it differs from --redis." placeholder:"URL" hidden:""`
	RedisCache   string `help:"Redis server for the cache, if it differs from --redis." placeholder:"URL" hidden:""`
	RedisRate    string `help:"Redis server for rate limits, if it differs from --redis." placeholder:"URL" hidden:""`
	RedisBatch   string `help:"Redis server for batch progress and events, if it differs from --redis." placeholder:"URL" hidden:""`
}

// redisConfig says which server serves which purpose.
func (g globals) redisConfig() rdb.Config {
	return rdb.Config{URL: g.Redis, Purposes: map[rdb.Purpose]string{
		rdb.Broker: g.RedisBroker, rdb.Results: g.RedisResults, rdb.Cache: g.RedisCache,
		rdb.RateLimit: g.RedisRate, rdb.Batch: g.RedisBatch,
	}}
}

// commandLine is the whole command line: flags, their environment variables
// (DOSSIER_…) and the configuration file.
type commandLine struct {
	globals
	Process    processCmd    `cmd:"" group:"Work" help:"Process files and folders through all six stages and print a summary."`
	Batch      batchCmd      `cmd:"" group:"Work" help:"Submit, follow and control batches of files."`
	Worker     workerCmd     `cmd:"" group:"Work" help:"Run a worker that processes submitted batches until interrupted."`
	Monitor    monitorCmd    `cmd:"" group:"Operate" help:"Show queues, stages, batches, workers, cache, errors and spend."`
	Dead       deadCmd       `cmd:"" group:"Operate" help:"List and replay tasks that failed permanently."`
	Breaker    breakerCmd    `cmd:"" group:"Operate" help:"List and reset the circuit breakers of providers."`
	Cache      cacheCmd      `cmd:"" group:"Operate" help:"Show, warm and migrate the cache."`
	Webhook    webhookCmd    `cmd:"" group:"Operate" help:"Notify other programs by webhook."`
	Audit      auditCmd      `cmd:"" group:"Operate" help:"Show who decided what, the newest first."`
	Try        tryCmd        `cmd:"" hidden:"" help:"Run one stage of a suspect file, in a process that may die of it."`
	Document   documentCmd   `cmd:"" group:"Read" help:"List and show documents."`
	Project    projectCmd    `cmd:"" group:"Decide" help:"List, hold and delete projects."`
	Cleanup    cleanupCmd    `cmd:"" group:"Operate" help:"Remove expired data and the remains of deletions. Workers do this automatically."`
	Password   passwordCmd   `cmd:"" group:"Decide" help:"Manage the passwords to try on locked files."`
	Search     searchCmd     `cmd:"" group:"Read" help:"Search the text of all pages."`
	Entity     entityCmd     `cmd:"" group:"Read" help:"Look up people, organisations, courts, cases and authorities, and decide who is who."`
	Review     reviewCmd     `cmd:"" group:"Decide" help:"Decide about pairs of names that may be one."`
	Chronology chronologyCmd `cmd:"" group:"Read" help:"List dated events with the sentences that state them."`
	Graph      graphCmd      `cmd:"" group:"Read" help:"Show how people, organisations and cases are connected."`
	Export     exportCmd     `cmd:"" group:"Read" help:"Export documents, entities, mentions and relations."`
	Verify     verifyCmd     `cmd:"" group:"Read" help:"Trace one document through all stages and check its record."`
	Extract    extractCmd    `cmd:"" group:"Work" help:"Read files and print their text, mentions or relations. Needs no case file."`
	Match      matchCmd      `cmd:"" group:"Work" help:"Compare two names and explain the result."`
	Resolve    resolveCmd    `cmd:"" group:"Work" help:"Resolve mentions of many documents to entities. Needs no case file."`
	Train      trainCmd      `cmd:"" group:"Set up" help:"Train the tagger of names."`
	Doctor     doctorCmd     `cmd:"" group:"Set up" help:"Check what dossier needs and name the cure for what is missing."`
	Config     configCmd     `cmd:"" group:"Set up" help:"Show the settings and where they come from."`
	Version    versionCmd    `cmd:"" group:"More" help:"Print the version."`
	Licences   licencesCmd   `cmd:"" group:"More" help:"Print the origins and licences of data and code in the program."`
	Completion completionCmd `cmd:"" group:"More" help:"Print the script that makes a shell complete commands."`
	Complete   completeCmd   `cmd:"" hidden:"" help:"Complete a command line, for the scripts of shells."`
	Schema     schemaCmd     `cmd:"" group:"More" help:"Print the schemas of what dossier prints and stores."`
	Man        manCmd        `cmd:"" group:"More" help:"Write man pages into a folder."`
	Help       helpCmd       `cmd:"" group:"More" help:"Describe a command, or all settings."`
}

// failure is an outcome that was reported in full already: only the exit code
// is left to set.
type failure int

func (f failure) Error() string { return fmt.Sprintf("exit code %d", int(f)) }

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string, s streams) int {
	var c commandLine
	config, err := cli.ReadConfig(configFiles())
	if err != nil {
		fmt.Fprintln(s.err, "dossier:", err)
		return exitUsage
	}
	exited := -1
	parser, err := kong.New(
		&c, kong.Name("dossier"),
		kong.Description("Turn a pile of legal documents into a case file you can search, question and trust."),
		kong.Writers(s.out, s.err), kong.Exit(func(code int) { exited = code }),
		kong.DefaultEnvars("DOSSIER"), kong.PostBuild(settingsOnly), kong.Help(printHelp), kong.Resolvers(config),
	)
	if err != nil {
		fmt.Fprintln(s.err, "dossier:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	switch {
	case exited >= 0: // --help
		return exited
	case err != nil:
		fmt.Fprintf(s.err, "dossier: %s\nSee dossier --help.\n", show.Visible(cli.Explain(err)))
		return exitUsage
	}
	if c.Data == "" {
		c.Data = defaultData()
	}
	e := &env{ctx: ctx, streams: s, globals: c.globals}
	stopTracing, err := startTracing(ctx)
	if err != nil {
		return e.report(err)
	}
	defer stopTracing()
	endPage := e.page(command.Selected().Path())
	return e.report(endPage(flagged(command.Run(e, config), command.Flags())))
}

// flagged names the flag where an error is about the field of a request that the
// flag stands for.
func flagged(err error, flags []*kong.Flag) error {
	if de, ok := errors.AsType[*dossier.Error](err); ok && de.Code == dossier.CodeInvalidInput {
		for _, f := range flags {
			if f.Name == de.Subject {
				de.Subject = "--" + f.Name
			}
		}
	}
	return err
}

// report says what went wrong, with --json as an object on standard output,
// and returns the exit code.
func (e *env) report(err error) int {
	if err == nil {
		return exitOK
	}
	// Joined with another error, that one is still to be reported.
	if f, ok := alone(err); ok {
		return int(f)
	}
	if !e.JSON {
		fmt.Fprintln(e.err, "dossier:", show.Visible(err.Error()))
		return exitFailed
	}
	if err := e.printJSON(toldOf(err)); err != nil {
		fmt.Fprintln(e.err, "dossier:", err)
	}
	return exitFailed
}

// alone returns the failure that err is, if no other error is joined with it.
func alone(err error) (failure, bool) {
	for {
		switch e := err.(type) { //nolint:errorlint // it takes err apart itself
		case failure:
			return e, true
		case interface{ Unwrap() error }:
			err = e.Unwrap()
		case interface{ Unwrap() []error }:
			if len(e.Unwrap()) != 1 {
				return 0, false
			}
			err = e.Unwrap()[0]
		default:
			return 0, false
		}
	}
}

// toldOf is an error as machines get it.
func toldOf(err error) map[string]string {
	told := map[string]string{"error": dossier.TextOf(err), "code": string(dossier.CodeOf(err))}
	if de, ok := errors.AsType[*dossier.Error](err); ok {
		told["error"], told["subject"], told["cure"] = de.Message, de.Subject, de.Cure
	}
	return told
}

// configFiles are where settings are read from, the user's own first.
func configFiles() []string {
	files := []string{"/etc/dossier/config.json"}
	if dir, err := os.UserConfigDir(); err == nil {
		files = append([]string{filepath.Join(dir, "dossier", "config.json")}, files...)
	}
	return files
}

// defaultData is the data directory of a user who names none.
func defaultData() string {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "dossier")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ".dossier"
	}
	return filepath.Join(home, ".local", "share", "dossier")
}

// log returns the logger: warnings, or everything with --verbose.
func (e *env) log() *slog.Logger {
	level := slog.LevelWarn
	if e.Verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: level}))
}
