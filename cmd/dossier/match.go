package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/show"
)

type matchCmd struct {
	A     string `arg:"" optional:"" help:"A name."`
	B     string `arg:"" optional:"" help:"Another name."`
	Type  string `enum:"person,org" default:"person" help:"Type of the names: person or org."`
	Batch bool   `help:"Read lines of JSON {\"id\", \"a\", \"b\", \"type\"} from standard input and answer each with a line."`
}

// Run compares names.
func (c *matchCmd) Run(e *env) error {
	if c.Batch {
		return c.batch(e)
	}
	if c.A == "" || c.B == "" {
		return dossier.Errorf(dossier.CodeInvalidInput, "two names are needed").WithCure(`dossier match "J. Roe" "Roe, Jane"`)
	}
	return one(show.Match)(e, names.Compare(c.A, c.B, mentionType(c.Type)))
}

func mentionType(s string) dossier.MentionType { return dossier.MentionType(strings.ToUpper(s)) }

func (c *matchCmd) batch(e *env) error {
	return casefile.EachLine(e.in, func(line []byte) error {
		var q struct {
			ID   json.RawMessage `json:"id"`
			A    string          `json:"a"`
			B    string          `json:"b"`
			Type string          `json:"type"`
		}
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		switch q.Type {
		case "":
			q.Type = c.Type
		case "person", "org":
		default:
			return fmt.Errorf("the type %q is neither person nor org", q.Type)
		}
		return e.printJSON(struct {
			ID json.RawMessage `json:"id,omitempty"`
			names.Match
		}{q.ID, names.Compare(q.A, q.B, mentionType(q.Type))})
	})
}
