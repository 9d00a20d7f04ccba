package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/dossier-legal/dossier/internal/casefile"
)

// printer prints the result of a use case.
type printer[T any] func(e *env, v T) error

// one prints a result: as an object of JSON, or for people.
func one[T any](show func(io.Writer, T) error) printer[T] {
	return func(e *env, v T) error {
		if e.JSON {
			return e.printJSON(v)
		}
		return show(e.out, v)
	}
}

// each prints a list: as an object of JSON a line, or for people.
func each[T any](show func(io.Writer, []T) error) printer[[]T] {
	return func(e *env, list []T) error {
		if e.JSON {
			return printEach(e, list)
		}
		return show(e.out, list)
	}
}

// printEach prints a list as lines of JSON.
func printEach[T any](e *env, list []T) error {
	for _, v := range list {
		if err := e.printJSON(v); err != nil {
			return err
		}
	}
	return nil
}

// printJSON prints one value as one line of JSON.
func (e *env) printJSON(v any) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// tell prints a result as JSON, or a text for people.
func (e *env) tell(text string, v any) error {
	if e.JSON {
		return e.printJSON(v)
	}
	_, err := fmt.Fprintln(e.out, text)
	return err
}

// inProject is the flag of commands about a case file.
type inProject struct {
	Project string `default:"default" help:"Name of the project." placeholder:"NAME"`
}

// with opens the record and does something with the case file.
func (p inProject) with(e *env, f func(c *casefile.CaseFile) error) error {
	return e.with(e.openRecord, func(r casefile.Record) error {
		c, err := r.CaseFile(e.ctx, p.Project)
		if err != nil {
			return err
		}
		return f(c)
	})
}

// with opens what a command needs and does something with the record.
func (e *env) with(open func() (*app, error), f func(r casefile.Record) error) (err error) {
	a, err := open()
	if err != nil {
		return err
	}
	defer a.closeInto(&err)
	return f(a.record())
}

// inFile carries out a use case of a case file and prints its result.
func inFile[T any](e *env, p inProject, do func(c *casefile.CaseFile) (T, error), print printer[T]) error {
	return p.with(e, func(c *casefile.CaseFile) error {
		v, err := do(c)
		if err != nil {
			return err
		}
		return print(e, v)
	})
}

// onRecord opens what a use case needs, carries it out and prints its result.
func onRecord[T any](e *env, open func() (*app, error), do func(r casefile.Record) (T, error), print printer[T]) error {
	return e.with(open, func(r casefile.Record) error {
		v, err := do(r)
		if err != nil {
			return err
		}
		return print(e, v)
	})
}
