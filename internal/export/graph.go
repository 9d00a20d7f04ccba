package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier/internal/store"
)

// graphAttribute is a property of the nodes or edges of a graph. Every format names
// and types them alike.
type graphAttribute[T any] struct {
	name  string
	kind  string // string, int or double
	value func(T) string
}

// graphEntity is an entity as a node.
type graphEntity struct {
	store.EntityRow
	names []store.EntityName
}

var nodeAttributes = []graphAttribute[graphEntity]{
	{"type", "string", func(n graphEntity) string { return string(n.Type) }},
	{"names", "string", func(n graphEntity) string { return strings.Join(forms(n.names), "; ") }},
	{"mentions", "int", func(n graphEntity) string { return strconv.Itoa(n.Mentions) }},
	{"documents", "int", func(n graphEntity) string { return strconv.Itoa(n.Documents) }},
}

var edgeAttributes = []graphAttribute[store.RelationRow]{
	{"relation", "string", func(r store.RelationRow) string { return string(r.Kind) }},
	{"role", "string", func(r store.RelationRow) string { return r.Role }},
	{"role_raw", "string", func(r store.RelationRow) string { return r.RoleRaw }},
	{"case_id", "string", func(r store.RelationRow) string { return r.CaseID }},
	{"document", "string", func(r store.RelationRow) string { return r.DocumentID }},
	{"file_name", "string", func(r store.RelationRow) string { return r.FileName }},
	{"page", "int", func(r store.RelationRow) string { return strconv.Itoa(r.Page) }},
	{"start", "int", func(r store.RelationRow) string { return strconv.Itoa(r.Start) }},
	{"end", "int", func(r store.RelationRow) string { return strconv.Itoa(r.End) }},
	{"evidence", "string", func(r store.RelationRow) string { return r.Evidence }},
	{"confidence", "double", func(r store.RelationRow) string { return strconv.FormatFloat(r.Confidence, 'f', 2, 64) }},
	{"method", "string", func(r store.RelationRow) string { return r.Method }},
	{"weight", "int", func(r store.RelationRow) string { return strconv.Itoa(r.Weight) }},
}

// forms returns the names of an entity and the other ways to write them.
func forms(names []store.EntityName) []string {
	var list []string
	for _, n := range names {
		list = append(append(list, n.Name), n.Aliases...)
	}
	return list
}

// graphParts calls node for every entity and then edge for every relation
// between them.
func (x *exporter) graphParts(node func(graphEntity) error, between func() error, edge func(store.RelationRow) error) error {
	known := map[string]bool{}
	if err := x.entities(func(r store.EntityRow, names []store.EntityName) error {
		known[r.ID] = true
		return node(graphEntity{r, names})
	}); err != nil {
		return err
	}
	if err := between(); err != nil {
		return err
	}
	return x.relations(func(r store.RelationRow) error {
		if !known[r.FromID] || !known[r.ToID] { // an edge needs its ends
			return nil
		}
		return edge(r)
	})
}

// xmlWriter writes elements, a line each. After an error it writes nothing more.
type xmlWriter struct {
	w   io.Writer
	enc *xml.Encoder
	err error
}

func newXMLWriter(w io.Writer) *xmlWriter { return &xmlWriter{w: w, enc: xml.NewEncoder(w)} }

// raw writes markup as it is.
func (x *xmlWriter) raw(format string, args ...any) {
	if x.err == nil {
		_, x.err = fmt.Fprintf(x.w, format, args...)
	}
}

func (x *xmlWriter) element(v any) {
	if x.err == nil {
		x.err = x.enc.Encode(v)
	}
	x.raw("\n")
}

// The parts of a GraphML document.
type (
	graphmlKey struct {
		XMLName struct{} `xml:"key"`
		ID      string   `xml:"id,attr"`
		For     string   `xml:"for,attr"`
		Name    string   `xml:"attr.name,attr"`
		Type    string   `xml:"attr.type,attr"`
	}
	graphmlData struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	}
	graphmlNode struct {
		XMLName struct{}      `xml:"node"`
		ID      string        `xml:"id,attr"`
		Data    []graphmlData `xml:"data"`
	}
	graphmlEdge struct {
		XMLName struct{}      `xml:"edge"`
		Source  string        `xml:"source,attr"`
		Target  string        `xml:"target,attr"`
		Data    []graphmlData `xml:"data"`
	}
)

func graphmlKeys[T any](of string, list []graphAttribute[T]) []graphmlKey {
	keys := make([]graphmlKey, len(list))
	for i, a := range list {
		keys[i] = graphmlKey{ID: a.name, For: of, Name: a.name, Type: a.kind}
	}
	return keys
}

func graphmlValues[T any](list []graphAttribute[T], of T) []graphmlData {
	values := make([]graphmlData, len(list))
	for i, a := range list {
		values[i] = graphmlData{a.name, printable(a.value(of))}
	}
	return values
}

// graphml writes the entities as nodes and the relations as edges with their
// proof.
func (x *exporter) graphml() error {
	out := newXMLWriter(x.w)
	out.raw("%s<graphml xmlns=%q>\n", xml.Header, "http://graphml.graphdrawing.org/xmlns")
	keys := append([]graphmlKey{{ID: "label", For: "node", Name: "label", Type: "string"}}, graphmlKeys("node", nodeAttributes)...)
	for _, k := range append(keys, graphmlKeys("edge", edgeAttributes)...) {
		out.element(k)
	}
	out.raw("<graph id=%q edgedefault=\"directed\">\n", x.project.ID)
	err := x.graphParts(func(n graphEntity) error {
		label := graphmlData{"label", printable(n.Name)}
		out.element(graphmlNode{ID: n.ID, Data: append([]graphmlData{label}, graphmlValues(nodeAttributes, n)...)})
		return out.err
	}, func() error { return nil }, func(r store.RelationRow) error {
		out.element(graphmlEdge{Source: r.FromID, Target: r.ToID, Data: graphmlValues(edgeAttributes, r)})
		return out.err
	})
	if err != nil {
		return err
	}
	out.raw("</graph>\n</graphml>\n")
	return out.err
}

// The parts of a GEXF document.
type (
	gexfAttribute struct {
		ID    string `xml:"id,attr"`
		Title string `xml:"title,attr"`
		Type  string `xml:"type,attr"`
	}
	gexfAttributes struct {
		XMLName struct{}        `xml:"attributes"`
		Class   string          `xml:"class,attr"`
		List    []gexfAttribute `xml:"attribute"`
	}
	gexfValue struct {
		For   string `xml:"for,attr"`
		Value string `xml:"value,attr"`
	}
	gexfNode struct {
		XMLName struct{}    `xml:"node"`
		ID      string      `xml:"id,attr"`
		Label   string      `xml:"label,attr"`
		Values  []gexfValue `xml:"attvalues>attvalue"`
	}
	gexfEdge struct {
		XMLName struct{}    `xml:"edge"`
		ID      int         `xml:"id,attr"`
		Source  string      `xml:"source,attr"`
		Target  string      `xml:"target,attr"`
		Kind    string      `xml:"kind,attr"` // tells parallel edges apart
		Label   string      `xml:"label,attr"`
		Weight  float64     `xml:"weight,attr"`
		Values  []gexfValue `xml:"attvalues>attvalue"`
	}
)

func gexfDeclared[T any](class string, list []graphAttribute[T]) gexfAttributes {
	declared := gexfAttributes{Class: class}
	for _, a := range list {
		kind := a.kind
		if kind == "int" {
			kind = "integer"
		}
		declared.List = append(declared.List, gexfAttribute{a.name, a.name, kind})
	}
	return declared
}

func gexfValues[T any](list []graphAttribute[T], of T) []gexfValue {
	values := make([]gexfValue, len(list))
	for i, a := range list {
		values[i] = gexfValue{a.name, printable(a.value(of))}
	}
	return values
}

// gexf writes the same graph for Gephi, in version 1.3 of its format.
func (x *exporter) gexf() error {
	out := newXMLWriter(x.w)
	out.raw("%s<gexf xmlns=%q version=\"1.3\">\n<graph defaultedgetype=\"directed\" mode=\"static\">\n", xml.Header, "http://gexf.net/1.3")
	out.element(gexfDeclared("node", nodeAttributes))
	out.element(gexfDeclared("edge", edgeAttributes))
	out.raw("<nodes>\n")
	edges := 0
	err := x.graphParts(func(n graphEntity) error {
		out.element(gexfNode{ID: n.ID, Label: printable(n.Name), Values: gexfValues(nodeAttributes, n)})
		return out.err
	}, func() error {
		out.raw("</nodes>\n<edges>\n")
		return out.err
	}, func(r store.RelationRow) error {
		edges++
		out.element(gexfEdge{
			ID: edges, Source: r.FromID, Target: r.ToID, Kind: string(r.Kind), Label: string(r.Kind), Weight: r.Confidence,
			Values: gexfValues(edgeAttributes, r),
		})
		return out.err
	})
	if err != nil {
		return err
	}
	out.raw("</edges>\n</graph>\n</gexf>\n")
	return out.err
}

// printable turns what XML cannot hold, such as page breaks, into spaces.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, s)
}
