package casefile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

// mentionLine is a line of input of resolve. Its bytes may be those of the line.
type mentionLine struct {
	id, document, text []byte // the id as JSON
	typ                dossier.MentionType
	start              int
}

// mentionTypes is the types by name.
var mentionTypes = func() map[string]dossier.MentionType {
	types := map[string]dossier.MentionType{}
	for _, t := range []dossier.MentionType{
		dossier.Person, dossier.Org, dossier.Location, dossier.Court, dossier.Date, dossier.Money, dossier.Email,
		dossier.Phone, dossier.Docket, dossier.Citation, dossier.Statute, dossier.Address, dossier.Percent,
		dossier.Duration, dossier.BarNumber,
	} {
		types[string(t)] = t
	}
	return types
}()

// read takes a line: most at a glance, the others, and all that are wrong, with
// encoding/json.
func (q *mentionLine) read(line []byte) error {
	if q.scan(line) {
		return nil
	}
	return q.unmarshal(line)
}

func (q *mentionLine) unmarshal(line []byte) error {
	var given struct {
		ID       json.RawMessage `json:"id"`
		Document *string         `json:"document"`
		Type     string          `json:"type"`
		Text     *string         `json:"text"`
		Start    *int            `json:"start"`
	}
	if err := json.Unmarshal(line, &given); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && wrong.Field != "" {
			return fmt.Errorf("the field %q cannot be a %s", wrong.Field, wrong.Value)
		}
		return err
	}
	t, known := mentionTypes[strings.ToUpper(given.Type)]
	switch {
	case given.ID == nil:
		return errors.New(`the field "id" is missing`)
	case given.Document == nil:
		return errors.New(`the field "document" is missing`)
	case given.Type == "":
		return errors.New(`the field "type" is missing`)
	case !known:
		return fmt.Errorf(`the field "type" is %q, which is no type of mention`, given.Type)
	case given.Text == nil:
		return errors.New(`the field "text" is missing`)
	case strings.TrimSpace(*given.Text) == "":
		return errors.New(`the field "text" is empty`)
	case given.Start == nil:
		return errors.New(`the field "start" is missing`)
	case *given.Start < 0:
		return fmt.Errorf(`the field "start" is %d, and no text has a place before its beginning`, *given.Start)
	}
	*q = mentionLine{given.ID, []byte(*given.Document), []byte(*given.Text), t, *given.Start}
	return nil
}

// scan reads a line that is one flat object of numbers and of strings without
// escapes, and holds all that is needed. It is false for any other line, and
// never takes one in another way than encoding/json does.
func (q *mentionLine) scan(line []byte) bool {
	*q = mentionLine{start: -1}
	s := flatObject{line}
	if !s.take('{') {
		return false
	}
	for more := true; more; more = s.take(',') {
		name, named := unquoted(s.value())
		colon := s.take(':')
		if value := s.value(); !named || !colon || value == nil || !q.set(name, value) {
			return false
		}
	}
	closed := s.take('}')
	s.skipSpace()
	return closed && len(s.rest) == 0 &&
		q.id != nil && q.document != nil && q.typ != "" && len(bytes.TrimSpace(q.text)) > 0 && q.start >= 0
}

// set takes a field. It is false for a value of the wrong kind, and for a name
// that is one of ours but for upper and lower case, as encoding/json takes it.
func (q *mentionLine) set(name, value []byte) (ok bool) {
	switch string(name) {
	case "id":
		q.id, ok = value, true
	case "document":
		q.document, ok = unquoted(value)
	case "type":
		var text []byte
		text, ok = unquoted(value)
		q.typ = mentionTypes[strings.ToUpper(string(text))]
	case "text":
		q.text, ok = unquoted(value)
	case "start":
		var err error
		q.start, err = strconv.Atoi(string(value))
		ok = err == nil
	default:
		ok = !slices.ContainsFunc(fieldNames, func(ours string) bool { return strings.EqualFold(string(name), ours) })
	}
	return ok
}

var fieldNames = []string{"id", "document", "type", "text", "start"}

// flatObject is what is left to scan of an object of JSON.
type flatObject struct{ rest []byte }

// take takes a sign and the space before it, if that comes next.
func (s *flatObject) take(sign byte) bool {
	s.skipSpace()
	if len(s.rest) == 0 || s.rest[0] != sign {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *flatObject) skipSpace() {
	for len(s.rest) > 0 && strings.IndexByte(" \t\r\n", s.rest[0]) >= 0 {
		s.rest = s.rest[1:]
	}
}

// value takes a string without escapes, in its quotes, or a number; it is nil
// if neither comes next.
func (s *flatObject) value() (value []byte) {
	s.skipSpace()
	n := stringLength(s.rest)
	if n == 0 {
		n = numberLength(s.rest)
	}
	if n == 0 {
		return nil
	}
	value, s.rest = s.rest[:n], s.rest[n:]
	return value
}

// stringLength is the length of the string that begins a text, quotes included;
// 0 if none does or it is not simply the bytes between them.
func stringLength(b []byte) int {
	if len(b) == 0 || b[0] != '"' {
		return 0
	}
	ascii := true
	for i, c := range b[1:] {
		switch {
		case c == '"':
			if !ascii && !utf8.Valid(b[1:i+1]) {
				return 0
			}
			return i + 2
		case c < ' ' || c == '\\':
			return 0
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return 0
}

// numberLength is the length of the number that begins a text; 0 if none does.
func numberLength(b []byte) int {
	n := 0
	for n < len(b) && (b[n] >= '0' && b[n] <= '9' || strings.IndexByte("+-.eE", b[n]) >= 0) {
		n++
	}
	if n == 0 || !json.Valid(b[:n]) {
		return 0
	}
	return n
}

// unquoted is the text of a plain string; it is false for all else.
func unquoted(value []byte) (text []byte, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return nil, false
	}
	return value[1 : len(value)-1], true
}

// AppendResolved appends the line of JSON that answers a mention, as [json.Encoder]
// writes it without escapes for HTML.
func AppendResolved(b, id []byte, within, of string) []byte {
	b = append(b, `{"id":`...)
	b = appendCompact(b, id)
	b = append(b, `,"document_entity":`...)
	b = appendString(b, within)
	b = append(b, `,"entity":`...)
	b = appendString(b, of)
	return append(b, "}\n"...)
}

// appendCompact appends valid JSON without the space between its parts.
func appendCompact(b, value []byte) []byte {
	if value[0] != '{' && value[0] != '[' {
		return append(b, value...)
	}
	out := bytes.NewBuffer(b)
	if err := json.Compact(out, value); err != nil {
		panic(err) // it was read as JSON
	}
	return out.Bytes()
}

// appendString appends a text as JSON.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendEscaped(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	out := bytes.NewBuffer(b)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // no text cannot be written
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
