package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
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
	m := names.Compare(c.A, c.B, mentionType(c.Type))
	if e.JSON {
		return e.printJSON(m)
	}
	fmt.Fprintf(e.out, "%s (%.2f)\n", m.Decision, m.Score)
	for _, r := range m.Reasons {
		fmt.Fprintf(e.out, "  %s: %s\n", r.Code, r.Detail)
	}
	return nil
}

func mentionType(s string) dossier.MentionType { return dossier.MentionType(strings.ToUpper(s)) }

func (c *matchCmd) batch(e *env) error {
	return eachLine(e.in, func(line []byte) error {
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

// longestLine bounds a line of --batch input.
const longestLine = 64 << 20

// eachLine calls f for every line of JSON that is not empty; an error names
// the line.
func eachLine(r io.Reader, f func(line []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := f(lines.Bytes()); err != nil {
			return dossier.Errorf(dossier.CodeInvalidInput, "%w", err).About(fmt.Sprintf("line %d", n)).
				WithCure("write one JSON object a line")
		}
	}
	return lines.Err()
}
