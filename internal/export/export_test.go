package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// hostile are names that break formats that are put together from text.
var hostile = []struct {
	typ  dossier.MentionType
	name string
}{
	{dossier.Person, "=cmd|' /C calc'!A1"},
	{dossier.Person, "Jane \"Quote\" Roe, 'Esq.' <b>&amp;</b>"},
	{dossier.Org, "Line\nBreak \t Inc."},
	{dossier.Org, "Control\x01\x1b[31m\f Corp."},
	{dossier.Org, "🦊 Füchse GmbH"},
	{dossier.Org, "Bad\xffUTF]]> LLC"},
	{dossier.Docket, "-1:23-cv-04417"},
	{dossier.Court, "@District Court"},
	{dossier.Citation, "550 U.S. 544"},
	{dossier.Statute, "28 U.S.C. § 1332"},
	{dossier.Location, "+Boston"},
	{dossier.Address, "9 Pier Road; New Bedford"},
	{dossier.Email, "jane@roe.example"},
	{dossier.Phone, "(617) 555-0142"},
	{dossier.Org, "Roe Family Trust"},
}

func key(i int) string { return string(hostile[i].typ) + ":" + strconv.Itoa(i) }

// hostileCase is a case file of two documents that name all of hostile, with a
// relation of every kind between entities of every type.
func hostileCase(t *testing.T) Project {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, filepath.Join(t.TempDir(), "dossier.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	var project store.Project
	if err := db.Write(ctx, func(tx *store.Tx) error {
		if project, err = tx.Projects().Ensure(ctx, "p"); err != nil {
			return err
		}
		batch, _, err := tx.Batches().Open(ctx, store.BatchRequest{ProjectID: project.ID, SourceKey: "k", Priority: dossier.PriorityNormal})
		if err != nil {
			return err
		}
		return errors.Join(hostileDocument(ctx, tx, project.ID, batch, "=1+1.txt"), hostileDocument(ctx, tx, project.ID, batch, "b\x02&<.eml"))
	}); err != nil {
		t.Fatal(err)
	}
	return Project{DB: db, Project: project}
}

func hostileDocument(ctx context.Context, tx *store.Tx, projectID, batch, name string) error {
	format := "text"
	if strings.HasSuffix(name, ".eml") {
		format = "email"
	}
	r, err := tx.Documents().Register(ctx, batch, store.NewDocument{
		ProjectID: projectID, SHA256: name, Path: "/x/" + name, Format: format, Recipe: "r", Size: 10,
	})
	if err != nil {
		return err
	}
	text := "=words that \"prove\" it\x03\f ]]> <x> "
	document := r.DocumentID
	var mentions []store.PlacedMention
	var entities []dossier.DocumentEntity
	names := map[string]string{}
	for i, h := range hostile {
		start := len(text)
		text += h.name
		mentions = append(mentions, store.PlacedMention{Mention: dossier.Mention{
			Type: h.typ, Text: h.name, Start: start, End: len(text), Page: 1, Norm: h.name, Score: 0.9, Method: "test",
		}})
		entities = append(entities, dossier.DocumentEntity{
			Key: key(i), Type: h.typ, Name: h.name, Norm: h.name, Mentions: []int{i}, Aliases: []string{"alias of " + h.name},
		})
		id := dossier.DeriveID(projectID, "name", key(i))
		names[key(i)] = id
		if _, err := tx.Entities().Put(ctx, projectID, []store.Canonical{{ID: id, Type: h.typ, Name: h.name}}); err != nil {
			return err
		}
		if err := tx.Names().Put(ctx, projectID, []store.Name{{ID: id, Type: h.typ, Norm: h.name, Name: h.name, CanonicalID: id}}, nil); err != nil {
			return err
		}
	}
	kinds := []dossier.RelationKind{
		dossier.PartyInCase, dossier.CounselFor, dossier.JudgeOf, dossier.EmployedBy, dossier.PartyToContract, dossier.SentTo,
		dossier.Cites, dossier.FiledIn, dossier.CoMention, "subsidiary_of", "of_a_kind_to_come",
	}
	var relations []dossier.Relation
	for i, kind := range kinds {
		for a := range hostile {
			b := (a + i + 1) % len(hostile)
			role := "=role"
			if kind == dossier.EmployedBy {
				role = []string{"=role", "chief executive officer", "partner"}[a%3]
			}
			relations = append(relations, dossier.Relation{
				Kind: kind, From: key(a), To: key(b), Case: key(6), Role: role, RoleRaw: "\"Role\"\n", Page: 1, End: 22,
				Evidence: text[:30], Confidence: 0.8, Method: "rule:test", Weight: 2,
			})
		}
	}
	events := []dossier.Event{
		{Kind: dossier.EventStated, Date: "2019-05-03", Page: 1, End: 30, Sentence: text[:30], Key: "k1", Entities: []string{key(0), key(6), key(10)}, Confidence: 0.9, Method: "test"},
		{Kind: dossier.EventDated, Date: "2019-05", DateEnd: "2019-06", Page: 1, End: 30, Sentence: text[:30], Key: "k2", Confidence: 0.9, Method: "test"},
	}
	pages := []dossier.Page{{Number: 1, Source: dossier.SourceLayer, Text: text}}
	return errors.Join(
		tx.Contents().SavePages(ctx, document, pages, nil, map[string]string{"subject": "=Re: \x04", "title": "T"}, nil, nil),
		tx.Contents().SaveChunks(ctx, document, []dossier.Chunk{{End: len(text), PageStart: 1, PageEnd: 1, Text: text}}),
		tx.Contents().SaveMentions(ctx, document, mentions),
		tx.Contents().SaveEntities(ctx, document, entities, names),
		tx.Contents().SaveRelations(ctx, document, relations),
		tx.Contents().SaveEvents(ctx, projectID, document, events),
	)
}

// exported writes the hostile case file in a format, twice: the bytes must be
// the same.
func exported(t *testing.T, f Format) []byte {
	t.Helper()
	p := hostileCase(t)
	var runs [2]bytes.Buffer
	for i := range runs {
		if err := f.Write(t.Context(), p, &runs[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(runs[0].Bytes(), runs[1].Bytes()) {
		t.Error("the same case file gave other bytes")
	}
	return runs[0].Bytes()
}

// coMentions and typed are how many relations hostileCase has.
var (
	coMentions = 2 * len(hostile)
	typed      = 2 * len(hostile) * 10
)

func TestGraphML(t *testing.T) {
	var doc struct {
		Keys []struct {
			ID  string `xml:"id,attr"`
			For string `xml:"for,attr"`
		} `xml:"key"`
		Nodes []graphmlNode `xml:"graph>node"`
		Edges []graphmlEdge `xml:"graph>edge"`
	}
	if err := xml.Unmarshal(exported(t, Formats()["graphml"]), &doc); err != nil {
		t.Fatal(err)
	}
	declared := map[string]bool{}
	for _, k := range doc.Keys {
		declared[k.For+" "+k.ID] = true
	}
	nodes := map[string]string{}
	for _, n := range doc.Nodes {
		nodes[n.ID] = n.Data[0].Value
		for _, d := range n.Data {
			if !declared["node "+d.Key] {
				t.Errorf("the key %s of a node is not declared", d.Key)
			}
		}
	}
	checkNames(t, nodes)
	if len(doc.Edges) != typed+coMentions {
		t.Errorf("%d edges", len(doc.Edges))
	}
	for _, e := range doc.Edges {
		if nodes[e.Source] == "" || nodes[e.Target] == "" {
			t.Errorf("an edge without an end: %+v", e)
		}
		for _, d := range e.Data {
			if !declared["edge "+d.Key] {
				t.Errorf("the key %s of an edge is not declared", d.Key)
			}
			if d.Key == "evidence" && !strings.HasPrefix(d.Value, "=words that \"prove\" it") {
				t.Errorf("evidence %q", d.Value)
			}
		}
	}
}

// checkNames checks that the names came through, but for what cannot be
// written.
func checkNames(t *testing.T, nodes map[string]string) {
	t.Helper()
	if len(nodes) != len(hostile) {
		t.Errorf("%d nodes", len(nodes))
	}
	var got []string
	for _, name := range nodes {
		got = append(got, name)
	}
	for _, h := range hostile {
		want := printable(strings.ToValidUTF8(h.name, "\uFFFD"))
		if !slices.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestGEXF(t *testing.T) {
	var doc struct {
		XMLName    xml.Name         `xml:"http://gexf.net/1.3 gexf"`
		Version    string           `xml:"version,attr"`
		Attributes []gexfAttributes `xml:"graph>attributes"`
		Nodes      []gexfNode       `xml:"graph>nodes>node"`
		Edges      []gexfEdge       `xml:"graph>edges>edge"`
	}
	if err := xml.Unmarshal(exported(t, Formats()["gexf"]), &doc); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, class := range doc.Attributes {
		for _, a := range class.List {
			types[class.Class+" "+a.ID] = a.Type
		}
	}
	check := func(class string, values []gexfValue) {
		for _, v := range values {
			var err error
			switch types[class+" "+v.For] {
			case "integer":
				_, err = strconv.Atoi(v.Value)
			case "double":
				_, err = strconv.ParseFloat(v.Value, 64)
			case "string":
			default:
				t.Errorf("the attribute %s of a %s is not declared", v.For, class)
			}
			if err != nil {
				t.Error(v.For, err)
			}
		}
	}
	nodes, ids := map[string]string{}, map[int]bool{}
	for _, n := range doc.Nodes {
		// Line ends of attributes are read as blanks unless they are written as
		// references, which encoding/xml does.
		nodes[n.ID] = n.Label
		check("node", n.Values)
	}
	checkNames(t, nodes)
	for _, e := range doc.Edges {
		if nodes[e.Source] == "" || nodes[e.Target] == "" || ids[e.ID] || e.Weight != 0.8 {
			t.Errorf("%+v", e)
		}
		ids[e.ID] = true
		check("edge", e.Values)
	}
	if len(ids) != typed+coMentions || doc.Version != "1.3" {
		t.Errorf("%d edges, version %s", len(ids), doc.Version)
	}
}

func TestNeo4j(t *testing.T) {
	archive := exported(t, Formats()["neo4j"])
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	nodes, relationships := csvOf(t, z, neo4jNodes), csvOf(t, z, neo4jRelationships)
	if got := nodes[0][0] + " " + nodes[0][len(nodes[0])-1]; got != "id:ID :LABEL" {
		t.Error(got)
	}
	known := map[string]bool{}
	for _, n := range nodes[1:] {
		known[n[0]] = true
	}
	if len(known) != len(hostile) || len(relationships) != 1+typed+coMentions {
		t.Errorf("%d nodes, %d relationships", len(known), len(relationships)-1)
	}
	for _, r := range relationships[1:] {
		if !known[r[0]] || !known[r[1]] || r[2] != strings.ToUpper(r[3]) {
			t.Errorf("%q", r)
		}
	}
	for i, name := range relationships[0] {
		if kind, ok := strings.CutSuffix(name, ":int"); ok {
			if _, err := strconv.Atoi(relationships[1][i]); err != nil {
				t.Error(kind, err)
			}
		}
	}

	// The folder holds the same.
	dir := filepath.Join(t.TempDir(), "new", "folder")
	if err := Neo4jFolder(t.Context(), hostileCase(t), dir); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, neo4jNodes))
	if err != nil || !strings.Contains(string(file), "'=cmd|' /C calc'!A1") {
		t.Errorf("%v: %s", err, file)
	}
}

// csvOf reads a table of an archive and checks that a spreadsheet would take
// none of its cells for a formula and that none has a second line.
func csvOf(t *testing.T, z *zip.Reader, name string) [][]string {
	t.Helper()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	checkCells(t, rows)
	for _, row := range rows {
		for _, c := range row {
			if strings.ContainsAny(c, "\r\n\x01\x1b\f") {
				t.Errorf("%q", c)
			}
		}
	}
	return rows
}

func checkCells(t *testing.T, rows [][]string) {
	t.Helper()
	for _, row := range rows {
		for _, c := range row {
			if !utf8.ValidString(c) {
				t.Errorf("not UTF-8: %q", c)
			}
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				t.Errorf("a formula: %q", c)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	for table, rows := range map[string]int{
		"documents": 2, "entities": len(hostile), "mentions": 2 * len(hostile), "relations": typed + coMentions,
	} {
		got, err := csv.NewReader(bytes.NewReader(exported(t, CSV(table)))).ReadAll()
		if err != nil {
			t.Fatal(table, err)
		}
		if len(got)-1 != rows {
			t.Errorf("%s: %d rows", table, len(got)-1)
		}
		checkCells(t, got)
	}
	got, err := csv.NewReader(bytes.NewReader(exported(t, format(func(x *exporter) error { return Events(x.w, x.events) })))).ReadAll()
	if err != nil || len(got) != 5 { // two events of two sources
		t.Errorf("%d rows, %v", len(got), err)
	}
	checkCells(t, got)
}

func TestJSONL(t *testing.T) {
	counts := map[string]int{}
	for line := range bytes.Lines(exported(t, Formats()["jsonl"])) {
		var v struct{ Kind string }
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		counts[v.Kind]++
	}
	if counts["document"] != 2 || counts["relation"] != typed+coMentions || counts["event"] != 2 {
		t.Errorf("%v", counts)
	}
}

func TestJSONLD(t *testing.T) {
	var doc struct {
		Context []any            `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(exported(t, Formats()["jsonld"]), &doc); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{} // of named nodes by id
	relations := 0
	for _, n := range doc.Graph {
		id, _ := n["@id"].(string)
		if _, named := n["name"]; named {
			types[id], _ = n["@type"].(string)
			continue
		}
		relations++
		if types[id] == "" {
			t.Errorf("a relation of nobody: %v", n)
		}
		for property, v := range n {
			role, ok := v.(map[string]any)
			if !ok {
				continue
			}
			if other, _ := role[property].(map[string]any); types[str(other["@id"])] == "" {
				t.Errorf("a relation with nobody: %v", n)
			}
			if !strings.HasPrefix(str(role["description"]), "=words that \"prove\" it") {
				t.Errorf("no proof: %v", role)
			}
		}
	}
	if relations != typed {
		t.Errorf("%d relations", relations)
	}
	var list []string
	for _, typ := range types {
		list = append(list, typ)
	}
	for _, want := range []string{"Person", "Organization", "GovernmentOrganization", "Legislation", "Place", "DigitalDocument", "EmailMessage"} {
		if !slices.Contains(list, want) {
			t.Errorf("no %s among %v", want, list)
		}
	}
}

func str(v any) string {
	s, _ := v.(string)
	return s
}

func TestFTM(t *testing.T) {
	counts := checkFTM(t, exported(t, Formats()["ftm"]))
	for schema := range ftmSchemata {
		if slices.Contains([]string{"Thing", "Interval", "Interest", "Asset", "Folder"}, schema) { // bases
			continue
		}
		switch schema {
		case "Pages", "HyperText", "Image", "Table", "Workbook", "Package", "Document": // formats that the case file lacks
		default:
			if counts[schema] == 0 {
				t.Errorf("no %s was written", schema)
			}
		}
	}
}

// TestFTMPlaces has every mention of whoever may be party to something in the
// export, with its place.
func TestFTMPlaces(t *testing.T) {
	named, placed := map[string]bool{}, map[string]bool{}
	for line := range bytes.Lines(exported(t, Formats()["ftm"])) {
		var e ftmEntity
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		switch e.Schema {
		case "Mention":
			named[e.Properties["resolved"][0]] = true
		case "Documentation":
			if p := e.Properties["recordId"]; len(p) == 1 && strings.Contains(p[0], "#page=1&bytes=") {
				placed[e.Properties["entity"][0]] = true
			}
		}
	}
	for id := range named {
		if !placed[id] {
			t.Errorf("the mention of %s has no place", id)
		}
	}
	if len(named) == 0 {
		t.Error("nobody is mentioned")
	}
}

func TestFTMLink(t *testing.T) {
	for role, want := range map[string]string{
		"": "Employment", "engineer": "Employment", "sales director": "Employment", "loan officer": "Employment", "staff member": "Employment",
		"press secretary": "Employment", "director": "Directorship", "officer": "Directorship", "ceo": "Directorship",
		"chief executive officer": "Directorship", "president and ceo": "Directorship", "vice president": "Directorship",
		"former managing director": "Directorship", "chief of staff": "Employment", "partner": "Membership", "managing member": "Membership",
	} {
		schema, from, to := ftmLink(store.RelationRow{Kind: dossier.EmployedBy, Role: role})
		if schema != want {
			t.Errorf("%q: %s, want %s", role, schema, want)
		}
		types, _ := ftmProperties(schema)
		if types[from] == "" || types[to] == "" {
			t.Errorf("%s has no %s or no %s", schema, from, to)
		}
	}
}

var (
	ftmDateRE = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)
	ftmIDRE   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// checkFTM checks every line against the table of schemata, and returns how
// many there are of each.
func checkFTM(t *testing.T, lines []byte) map[string]int {
	t.Helper()
	schemas, counts := map[string]string{}, map[string]int{}
	var all []ftmEntity
	dec := json.NewDecoder(bytes.NewReader(lines))
	dec.DisallowUnknownFields()
	for {
		var e ftmEntity
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		schema, ok := ftmSchemata[e.Schema]
		if !ok || schema.abstract || !ftmIDRE.MatchString(e.ID) {
			t.Errorf("%+v", e)
		}
		schemas[e.ID] = e.Schema
		counts[e.Schema]++
		all = append(all, e)
	}
	for _, e := range all {
		types, required := ftmProperties(e.Schema)
		for _, name := range required {
			if len(e.Properties[name]) == 0 {
				t.Errorf("%s lacks %s: %+v", e.Schema, name, e)
			}
		}
		for name, values := range e.Properties {
			kind, ok := types[name]
			if !ok || len(values) == 0 {
				t.Errorf("%s has %q: %q", e.Schema, name, values)
			}
			for _, v := range values {
				if !ftmValid(kind, v, schemas) {
					t.Errorf("%s.%s is no %s: %q", e.Schema, name, kind, v)
				}
			}
		}
	}
	return counts
}

// ftmProperties returns the properties of a schema and of those it extends.
func ftmProperties(schema string) (types map[string]ftmType, required []string) {
	types = map[string]ftmType{}
	s := ftmSchemata[schema]
	for _, base := range s.extends {
		more, needed := ftmProperties(base)
		maps.Copy(types, more)
		required = append(required, needed...)
	}
	maps.Copy(types, s.properties)
	return types, append(required, s.required...)
}

func ftmValid(kind ftmType, v string, schemas map[string]string) bool {
	if strings.TrimSpace(v) == "" || strings.ContainsAny(v, "\x00\x01\x02\x03\x1b\f") {
		return false
	}
	if of, ok := strings.CutPrefix(string(kind), "entity:"); ok {
		return ftmIsA(schemas[v], of)
	}
	switch kind {
	case ftmDate:
		return ftmDateRE.MatchString(v)
	case ftmNumber:
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	case ftmEmail:
		return strings.Count(v, "@") == 1
	case ftmMimeType:
		return strings.Count(v, "/") == 1
	}
	return true
}
