package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// Confinement is what a process that reads hostile bytes may still do. What it
// may not is the same for all: reach a network or another process, gain
// privileges, or write outside its directories.
//
// The layers are taken on by a process of this same program, which then becomes
// the program wanted: limits of the system on files, Landlock on paths, seccomp
// on system calls. They hold for whatever runs after. Where the kernel lacks a
// layer the process runs without it; [Layers] tells which hold here.
type Confinement struct {
	// Writable are directories it may write to besides its own, which is empty,
	// is its working directory and its TMPDIR, and is removed in the end.
	Writable []string
	// TempDir is where its own directory is made; "" for the system's.
	TempDir string
	// MaxFile bounds every file it writes, in bytes.
	MaxFile uint64
	// Terminal makes its standard output a terminal that changes no byte: programs
	// in C then write each line when it is complete, not a block when it is full.
	// If the system has none to give, the error is [ErrNoTerminal].
	Terminal bool
}

// confineVariable carries the orders to the process that confines itself.
const confineVariable = "DOSSIER_CONFINE"

// confinedVariable tells a process that it is confined.
const confinedVariable = "DOSSIER_CONFINED"

// Confined reports whether this process was started confined.
func Confined() bool { return os.Getenv(confinedVariable) != "" }

// orders are a Confinement on its way.
type orders struct {
	Writable []string
	MaxFile  uint64
	Report   bool // print the layers that hold instead of running a program
}

// Layer is a part of a confinement.
type Layer struct {
	Name  string `json:"name"`
	Holds bool   `json:"holds"`
	Why   string `json:"why,omitempty"` // it does not
}

// The confining process does its work before main and before the init functions
// of nearly all packages: it starts for every page that is recognised.
func init() {
	text, ok := os.LookupEnv(confineVariable)
	if !ok {
		return
	}
	var o orders
	err := errors.Join(json.Unmarshal([]byte(text), &o), os.Unsetenv(confineVariable), os.Setenv(confinedVariable, "1"))
	if err == nil {
		err = obey(o, os.Args[1:])
	}
	fmt.Fprintln(os.Stderr, "cannot confine myself:", err)
	os.Exit(127)
}

// StartConfined is Start for a process that is confined.
func StartConfined(argv []string, c Confinement, env ...string) (*Process, error) {
	if len(argv) == 0 {
		return nil, errors.New("child: no program given")
	}
	program, err := exec.LookPath(argv[0])
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	own, err := os.MkdirTemp(c.TempDir, "reader-")
	if err != nil {
		return nil, fmt.Errorf("child: %w", err)
	}
	text, err := json.Marshal(orders{Writable: append([]string{own}, c.Writable...), MaxFile: c.MaxFile})
	if err != nil {
		return nil, err
	}
	p, err := start(append([]string{self, program}, argv[1:]...), own, c.Terminal, append(env, "TMPDIR="+own, confineVariable+"="+string(text)))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(own))
	}
	return p, nil
}

// Layers tells which layers of a confinement hold on this machine. It starts a
// process to find out.
func Layers(ctx context.Context) ([]Layer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(orders{Report: true})
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, "report")
	cmd.Env = append(environment(), confineVariable+"="+string(text))
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the process that confines itself: %w", err)
	}
	var layers []Layer
	return layers, json.Unmarshal(out, &layers)
}
