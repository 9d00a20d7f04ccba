package cli

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/nearest"
	"github.com/dossier-legal/dossier/third_party/kong"
)

// Explain returns the text of an error of kong's parser, with a question about
// what may have been meant instead. Kong itself asks about commands at their
// place in the tree and flags; this adds commands elsewhere in the tree and the
// values of enumerations.
func Explain(err error) string {
	text := strings.NewReplacer(`one of "",`, "one of ", `,"" but`, " but").Replace(err.Error()) // "" stands for no value
	parse, ok := errors.AsType[*kong.ParseError](err)
	if !ok || strings.Contains(text, "did you mean") {
		return text
	}
	near := mistypedValue(parse.Context)
	if len(near) == 0 {
		near = mistypedCommand(parse.Context, text)
	}
	if len(near) > 0 {
		text += ", " + nearest.Question(near)
	}
	return text
}

// mistypedValue returns what may have been meant by the first value on the
// selected path that its enumeration lacks.
func mistypedValue(c *kong.Context) []string {
	for _, p := range c.Path {
		node := p.Node()
		if node == nil {
			continue
		}
		for _, v := range node.Values() {
			if v.Enum == "" || v.Target.Kind() != reflect.String {
				continue
			}
			if got := v.Target.String(); !slices.Contains(v.EnumSlice(), got) {
				return nearest.Of(got, v.EnumSlice())
			}
		}
	}
	return nil
}

// mistypedCommand returns the full paths of commands whose last word is the one
// that kong did not expect: "submit" for "batch submit".
func mistypedCommand(c *kong.Context, text string) []string {
	var word string
	if _, err := fmt.Sscanf(text, "unexpected argument %s", &word); err != nil {
		return nil
	}
	var lasts, paths []string
	for _, leaf := range c.Model.Leaves(true) {
		lasts, paths = append(lasts, leaf.Name), append(paths, leaf.Path())
	}
	var near []string
	for _, last := range nearest.Of(word, lasts) {
		for i, path := range paths {
			if lasts[i] == last && len(near) < 3 {
				near = append(near, path)
			}
		}
	}
	return near
}
