package schema

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

type inner struct {
	Depth int    `json:"depth"`
	Down  *inner `json:"down,omitempty"`
}

type embedded struct {
	Shared string `json:"shared"`
	Name   string `json:"name"` // shadowed by that of sample
}

type level int

func (l level) MarshalText() ([]byte, error) { return []byte("high"), nil }

type sample struct {
	embedded
	Name    string             `json:"name"`
	Count   int64              `json:"count,omitempty"`
	Ratio   float64            `json:"ratio"`
	On      bool               `json:"on"`
	At      time.Time          `json:"at"`
	List    []string           `json:"list"`
	Box     [2]float64         `json:"box"`
	Map     map[string]inner   `json:"map"`
	Any     any                `json:"any"`
	Raw     json.RawMessage    `json:"raw"`
	Level   level              `json:"level"`
	Missing *inner             `json:"missing"`
	Bytes   []byte             `json:"bytes"`
	Kept    embedded           `json:"kept"`
	Local   []struct{ A uint } `json:"local"`
	Secret  string             `json:"-"`
	hidden  string
}

func compile(t *testing.T, s *Set, name string) *jsonschema.Schema {
	t.Helper()
	b, err := json.Marshal(s.Document("test"))
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(b, &document); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("test.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("test.json#/$defs/" + pointer(name))
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// What encoding/json writes is valid, and what it does not write is not.
func TestSchemaOfValues(t *testing.T) {
	s := New()
	s.Add("the sample", sample{})
	compiled := compile(t, s, "the sample")
	valid := func(v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := json.Unmarshal(b, &value); err != nil {
			t.Fatal(err)
		}
		return compiled.Validate(value)
	}
	full := sample{
		embedded: embedded{Shared: "s"}, Name: "n", Count: 3, List: []string{"a"}, Map: map[string]inner{"k": {1, &inner{Depth: 2}}}, Any: 7,
		Raw: json.RawMessage(`{"x":1}`), Missing: &inner{}, Bytes: []byte{1}, hidden: "h",
		Local: []struct{ A uint }{{1}},
	}
	for _, v := range []sample{full, {Raw: json.RawMessage("null")}} {
		if err := valid(v); err != nil {
			t.Error(err)
		}
	}
	for name, change := range map[string]func(m map[string]any){
		"a missing field":   func(m map[string]any) { delete(m, "ratio") },
		"an embedded one":   func(m map[string]any) { delete(m, "shared") },
		"an unknown field":  func(m map[string]any) { m["more"] = 1 },
		"a secret":          func(m map[string]any) { m["Secret"] = "s" },
		"a text as number":  func(m map[string]any) { m["ratio"] = "1" },
		"a short array":     func(m map[string]any) { m["box"] = []int{1} },
		"what lies deep":    func(m map[string]any) { m["map"] = map[string]any{"k": map[string]any{"depth": "x"}} },
		"a number for text": func(m map[string]any) { m["level"] = 3 },
		"a fraction":        func(m map[string]any) { m["count"] = 1.5 },
	} {
		b, err := json.Marshal(full)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		change(m)
		if valid(m) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}
