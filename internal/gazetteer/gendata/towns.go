package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fewest are the inhabitants from which a town is listed, by its country. The
// papers of a country tell of smaller towns of its own.
var fewest = map[string]uint64{"US": 5_000, "GB": 20_000, "CA": 20_000, "AU": 20_000, "IE": 20_000, "NZ": 20_000, "IN": 20_000}

const fewestElsewhere = 50_000

// townName is what the name of a town looks like: no quarter with a number, and
// nothing in parentheses.
var townName = regexp.MustCompile(`^[a-z]{3,}(-[a-z]+)*$|^[a-z]+\.?([ -][a-z]{2,}){1,3}$`)

// towns lists the names of towns, in lower case and plain letters.
func towns(file string) ([]string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	plain := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	var list []string
	for len(b) > 0 {
		var t town
		if b, err = t.read(b); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		least, ok := fewest[t.country]
		if !ok {
			least = fewestElsewhere
		}
		name, _, err := transform.String(plain, strings.ToLower(t.name))
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", file, t.name, err)
		}
		if t.people >= least && townName.MatchString(name) {
			list = append(list, name)
		}
	}
	return list, nil
}

type town struct {
	name, country string
	people        uint64
}

// Fields of a town in the file.
const (
	fieldName    = 2
	fieldCountry = 3
	fieldPeople  = 9
)

var errDamaged = errors.New("not a list of towns")

// read reads the next town of a file, which is a row of protocol buffers with
// their lengths before them, and returns what is left.
func (t *town) read(b []byte) ([]byte, error) {
	message, rest, err := chunk(b)
	if err != nil {
		return nil, err
	}
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return nil, errDamaged
		}
		message = message[n:]
		var text []byte
		var number uint64
		switch tag & 7 {
		case 0:
			if number, n = binary.Uvarint(message); n <= 0 {
				return nil, errDamaged
			}
			message = message[n:]
		case 2:
			if text, message, err = chunk(message); err != nil {
				return nil, err
			}
		default:
			return nil, errDamaged
		}
		switch tag >> 3 {
		case fieldName:
			t.name = string(text)
		case fieldCountry:
			t.country = string(text)
		case fieldPeople:
			t.people = number
		}
	}
	return rest, nil
}

// chunk parts the bytes whose number stands before them from the rest.
func chunk(b []byte) (part, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, nil, errDamaged
	}
	end := n + int(size) //nolint:gosec // at most len(b)
	return b[n:end], b[end:], nil
}
