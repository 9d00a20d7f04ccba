// Package schema describes Go values as JSON Schema (draft 2020-12): what
// encoding/json writes for them. It reads the types, so that a schema cannot
// differ from the code, and knows no values.
package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// Version is the address of the dialect of JSON Schema.
const Version = "https://json-schema.org/draft/2020-12/schema"

// Set is a set of named schemas that share the schemas of structs.
type Set struct {
	defs map[string]any
}

// New returns an empty set.
func New() *Set { return &Set{defs: map[string]any{}} }

// Add adds the schema of what encoding/json writes for a value of the type of v.
func (s *Set) Add(name string, v any) { s.defs[name] = s.of(reflect.TypeOf(v)) }

// Document returns one document of JSON Schema with every schema of the set in
// its definitions.
func (s *Set) Document(title string) map[string]any {
	return map[string]any{"$schema": Version, "title": title, "$defs": s.defs}
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	instant       = reflect.TypeFor[time.Time]()
)

// of returns the schema of a type.
func (s *Set) of(t reflect.Type) map[string]any {
	switch {
	case t == nil:
		return map[string]any{}
	case t == instant:
		return map[string]any{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case implements(t, marshaler):
		return map[string]any{} // it decides by itself
	case implements(t, textMarshaler):
		return map[string]any{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Struct:
		return s.structure(t)
	case reflect.Map:
		return map[string]any{"type": []string{"object", "null"}, "additionalProperties": s.of(t.Elem())}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return map[string]any{"type": []string{"string", "null"}, "contentEncoding": "base64"}
		}
		return map[string]any{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Array:
		return map[string]any{"type": "array", "items": s.of(t.Elem()), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": "integer"}
}

func implements(t, what reflect.Type) bool {
	return t.Implements(what) || reflect.PointerTo(t).Implements(what)
}

// orNull allows null beside what a schema allows.
func orNull(schema map[string]any) map[string]any {
	return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
}

// structure returns the schema of a struct. One that has a name is defined once,
// and may contain itself.
func (s *Set) structure(t reflect.Type) map[string]any {
	if t.Name() == "" {
		return s.object(t)
	}
	name := t.String() // package.Type
	if _, ok := s.defs[name]; !ok {
		s.defs[name] = nil // it is being described
		s.defs[name] = s.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + pointer(name)}
}

// pointer escapes a name for a fragment with a JSON pointer.
func pointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", " ", "%20", "[", "%5B", "]", "%5D").Replace(name)
}

// object describes the fields of a struct.
func (s *Set) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported(), f.Tag.Get("json") == "-", f.Anonymous && name == "", !reached(t, f.Index):
			continue
		case name == "":
			name = f.Name
		}
		if _, shadowed := properties[name]; shadowed {
			continue
		}
		properties[name] = s.of(f.Type)
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			required = append(required, name)
		}
	}
	object := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		object["required"] = required
	}
	return object
}

// reached reports whether a field is written with the struct: whether it lies in
// the struct itself, or in embedded structs that have no name of their own.
func reached(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		f := t.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			return false
		}
		if t = f.Type; t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return true
}
