package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/third_party/kong"
)

// Shells are the shells that Completion knows.
var Shells = []string{"bash", "zsh", "fish"}

// Completion writes the script that makes a shell complete the commands of the
// program. The script asks the program, by the hidden command `complete`, each
// time: see Complete.
func Completion(w io.Writer, shell, program string) error {
	script, ok := scripts[shell]
	if !ok {
		return fmt.Errorf("no completion for the shell %q", shell)
	}
	_, err := io.WriteString(w, strings.ReplaceAll(script, "PROGRAM", program))
	return err
}

// Complete writes what the last of words, which follow the name of the program
// on a command line, may become. The first line says what kind of completion
// that is: "words", which follow one a line, each with a tab and its meaning;
// "files" or "folders", which the shell lists itself; or "none".
func Complete(w io.Writer, app *kong.Application, shell string, words []string) error {
	if len(words) == 0 {
		words = []string{""}
	}
	if shell == "bash" {
		words = joinAssignments(words)
	}
	last := len(words) - 1
	node, flag, given, positional := walk(app, words[:last])
	var c candidates
	switch name, value, assigned := strings.Cut(words[last], "="); {
	case flag != nil:
		c = ofValue(flag.Value, flag.PlaceHolder, words[last], "")
	case assigned && strings.HasPrefix(name, "--"):
		prefix := name + "="
		if shell == "bash" { // which takes "=" for the end of a word
			prefix = ""
		}
		if f := flagOf(node, name); f != nil {
			c = ofValue(f.Value, f.PlaceHolder, value, prefix)
		}
	case strings.HasPrefix(words[last], "-"):
		c = ofFlags(node, words[last], given)
	default:
		c = ofWord(node, words[last], positional)
	}
	return c.write(w)
}

// joinAssignments puts together what bash separates: --flag = value.
func joinAssignments(words []string) (joined []string) {
	for i, word := range words {
		last := len(joined) - 1
		switch {
		case word == "=" && last >= 0 && strings.HasPrefix(joined[last], "--"):
			joined[last] += "="
		case i > 0 && words[i-1] == "=" && last >= 0 && strings.HasSuffix(joined[last], "="):
			joined[last] += word
		default:
			joined = append(joined, word)
		}
	}
	return joined
}

// walk follows the words of a command line. It returns the command, the flag
// whose value comes next, if any, the flags that were given, and the number of
// arguments.
func walk(app *kong.Application, words []string) (node *kong.Node, flag *kong.Flag, given []*kong.Flag, positional int) {
	node = app.Node
	for _, word := range words {
		switch {
		case flag != nil:
			flag = nil
		case strings.HasPrefix(word, "-") && word != "-":
			name, _, assigned := strings.Cut(word, "=")
			f := flagOf(node, name)
			if f == nil {
				continue
			}
			given = append(given, f)
			if !assigned && !f.IsBool() && !f.IsCounter() {
				flag = f
			}
		default:
			if i := slices.IndexFunc(node.Children, func(c *kong.Node) bool { return c.Name == word }); i >= 0 {
				node = node.Children[i]
			} else {
				positional++
			}
		}
	}
	return node, flag, given, positional
}

// flagsOf returns the flags that a command accepts, its own first.
func flagsOf(n *kong.Node) (flags []*kong.Flag) {
	if n.DefaultCmd != nil {
		flags = append(flags, n.DefaultCmd.Flags...)
	}
	for ; n != nil; n = n.Parent {
		flags = append(flags, n.Flags...)
	}
	return flags
}

// flagOf finds a flag by how it is typed: --output or -o.
func flagOf(n *kong.Node, typed string) *kong.Flag {
	for _, f := range flagsOf(n) {
		if typed == "--"+f.Name || typed == "--no-"+f.Name && f.Tag.Negatable != "" || f.Short != 0 && typed == "-"+string(f.Short) {
			return f
		}
	}
	return nil
}

// candidates are what a word may become.
type candidates struct {
	kind  string // "" for words
	words []row
}

func (c candidates) write(w io.Writer) error {
	if c.kind == "" {
		c.kind = "words"
	}
	var b strings.Builder
	b.WriteString(c.kind + "\n")
	for _, r := range c.words {
		fmt.Fprintf(&b, "%s\t%s\n", r.term, r.says)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// add adds a word if it begins with what was typed.
func (c *candidates) add(typed, word, says string) {
	if strings.HasPrefix(word, typed) {
		c.words = append(c.words, row{word, says})
	}
}

// ofFlags completes the name of a flag. Flags that were given are left out,
// unless they may be repeated.
func ofFlags(n *kong.Node, typed string, given []*kong.Flag) (c candidates) {
	for _, f := range flagsOf(n) {
		if f.Hidden || slices.Contains(given, f) && !f.IsCumulative() {
			continue
		}
		c.add(typed, "--"+f.Name, f.Help)
		if f.Tag.Negatable != "" {
			c.add(typed, "--no-"+f.Name, f.Help)
		}
	}
	return c
}

// ofWord completes a command or an argument.
func ofWord(n *kong.Node, typed string, positional int) (c candidates) {
	for _, child := range visible(n.Children) {
		c.add(typed, child.Name, child.Help)
	}
	if len(n.Positional) == 0 || len(c.words) > 0 {
		return c
	}
	a := n.Positional[min(positional, len(n.Positional)-1)]
	if positional >= len(n.Positional) && !a.IsCumulative() {
		return candidates{kind: "none"}
	}
	return ofValue(a, strings.ToUpper(a.Name), typed, "")
}

// ofValue completes a value: one of an enumeration, a file, a folder, or
// nothing that is known.
func ofValue(v *kong.Value, placeholder, typed, prefix string) (c candidates) {
	if v.Enum != "" {
		for _, word := range v.EnumSlice() {
			if word != "" {
				c.add(prefix+typed, prefix+word, "")
			}
		}
		return c
	}
	switch v.Tag.Type {
	case "path", "existingfile", "file":
		return candidates{kind: "files"}
	case "existingdir":
		return candidates{kind: "folders"}
	}
	switch {
	case placeholder == "DIR":
		return candidates{kind: "folders"}
	case strings.HasPrefix(placeholder, "FILE"):
		return candidates{kind: "files"}
	}
	return candidates{kind: "none"}
}

// scripts are the scripts of the shells.
var scripts = map[string]string{
	"bash": `# bash completion of PROGRAM: source <(PROGRAM completion bash)
_PROGRAM() {
    local lines line kind
    COMPREPLY=()
    mapfile -t lines < <("$1" complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    kind=${lines[0]}
    case $kind in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]#=}") ;;
    folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${COMP_WORDS[COMP_CWORD]#=}") ;;
    words) for line in "${lines[@]:1}"; do COMPREPLY+=("${line%%$'\t'*}"); done ;;
    esac
}
complete -F _PROGRAM PROGRAM
`,
	"zsh": `#compdef PROGRAM
# zsh completion of PROGRAM: PROGRAM completion zsh > a file _PROGRAM in $fpath
_PROGRAM() {
    local -a lines described
    local kind line
    lines=("${(@f)$("${words[1]}" complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    kind=${lines[1]}
    case $kind in
    files) _files ;;
    folders) _files -/ ;;
    words)
        for line in "${(@)lines[2,-1]}"; do
            described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        done
        _describe PROGRAM described ;;
    esac
}
if [[ ${funcstack[1]} == _PROGRAM ]]; then _PROGRAM "$@"; else compdef _PROGRAM PROGRAM; fi
`,
	"fish": `# fish completion of PROGRAM: PROGRAM completion fish | source
function __PROGRAM_complete
    set -l typed (commandline -opc)
    set -l lines ($typed[1] complete fish $typed[2..-1] (commandline -ct) 2>/dev/null)
    switch $lines[1]
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct)
        case words
            printf '%s\n' $lines[2..-1]
    end
end
complete -c PROGRAM -f -a '(__PROGRAM_complete)'
`,
}
