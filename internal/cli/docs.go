// Package cli makes what surrounds a command line that kong parses: help that
// fits on a screen, shell completion, man pages, and suggestions for what was
// mistyped. All of it is derived from kong's model, plus one text with the
// examples of every command, so that none of it can differ from what the
// command line accepts.
package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// Docs is what help says about commands beside their model, by the path of the
// command: "batch submit".
type Docs map[string]Doc

// Doc is what help says about one command.
type Doc struct {
	Detail   []string // paragraphs
	Examples []string // lines of a shell
	Exit     []Exit   // exit codes beside those of every command
	Uses     []string // groups of global flags that the command uses
	Paged    bool     // its output may be longer than a terminal
}

// Exit is what an exit code means.
type Exit struct {
	Code int
	Says string
}

// everyExit are the exit codes of all commands.
var everyExit = []Exit{
	{0, "success"},
	{1, "failure: the error says what happened and what to do"},
	{2, "the command line is not valid"},
}

// ParseDocs reads the text about commands. A line that is not indented is the
// path of a command. The indented lines below it are about the command: an
// example after "$ ", the meaning of an exit code after its number and ": ",
// groups of global flags after "uses ", "paged", and paragraphs. Lines that begin with
// "#" are comments.
func ParseDocs(text string) (Docs, error) {
	docs := Docs{}
	path := ""
	for i, line := range strings.Split(text, "\n") {
		content := strings.TrimSpace(line)
		switch {
		case content == "" || strings.HasPrefix(line, "#"):
			continue
		case !strings.HasPrefix(line, " "):
			if _, twice := docs[content]; twice {
				return nil, fmt.Errorf("line %d: %q is described twice", i+1, content)
			}
			path, docs[content] = content, Doc{}
			continue
		case path == "":
			return nil, fmt.Errorf("line %d is about no command", i+1)
		}
		d := docs[path]
		d.add(content)
		docs[path] = d
	}
	return docs, nil
}

// add adds a line about the command.
func (d *Doc) add(line string) {
	if example, ok := strings.CutPrefix(line, "$ "); ok {
		d.Examples = append(d.Examples, example)
		return
	}
	if line == "paged" {
		d.Paged = true
		return
	}
	if groups, ok := strings.CutPrefix(line, "uses "); ok {
		d.Uses = strings.Split(groups, ", ")
		return
	}
	if number, says, ok := strings.Cut(line, ": "); ok {
		if code, err := strconv.Atoi(number); err == nil {
			d.Exit = append(d.Exit, Exit{code, says})
			return
		}
	}
	d.Detail = append(d.Detail, line)
}

// exits returns the exit codes of a command. What it says about a code replaces
// what holds for every command.
func (d Doc) exits() []Exit {
	list := append([]Exit(nil), everyExit...)
	for _, e := range d.Exit {
		if e.Code < len(list) {
			list[e.Code] = e
		} else {
			list = append(list, e)
		}
	}
	return list
}

// of returns what is known about a command. A group of commands shows the first
// example of each of its first commands.
func (d Docs) of(n *kong.Node) Doc {
	doc := d[n.Path()]
	for _, c := range n.Children {
		if examples := d[c.Path()].Examples; len(doc.Examples) < 2 && !c.Hidden && len(examples) > 0 {
			doc.Examples = append(doc.Examples, examples[0])
		}
	}
	return doc
}
