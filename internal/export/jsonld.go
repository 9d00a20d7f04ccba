package export

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

// jsonldTypes are the types of schema.org of entities. What schema.org has no
// type for is a Thing that says of which type of ours it is.
var jsonldTypes = map[dossier.MentionType]string{
	dossier.Person: "Person", dossier.Org: "Organization", dossier.Court: "GovernmentOrganization",
	dossier.Location: "Place", dossier.Address: "Place", dossier.Statute: "Legislation", dossier.Citation: "CreativeWork",
}

// jsonldRelations are the properties of schema.org of relations. Others are of
// a vocabulary of our own.
var jsonldRelations = map[dossier.RelationKind]string{
	dossier.EmployedBy: "worksFor", dossier.Cites: "citation", "subsidiary_of": "parentOrganization",
}

type object map[string]any

// reference names another node.
func reference(id string) object { return object{"@id": urn(id)} }

func urn(id string) string { return "urn:uuid:" + id }

// jsonld writes entities, documents with what they mention, and relations as
// one document of JSON-LD in the words of schema.org. Nodes that bear one @id
// are one, so that a relation is a further node of its subject and nothing has
// to be gathered in memory. Co-mentions are left out: they follow from mentions.
func (x *exporter) jsonld() error {
	out := &jsonArray{w: x.w}
	if _, err := io.WriteString(x.w, `{"@context":["https://schema.org/",{"dossier":"urn:dossier:"}],"@graph":[`); err != nil {
		return err
	}
	known := map[string]bool{}
	if err := x.entities(func(r store.EntityRow, names []store.EntityName) error {
		known[r.ID] = true
		return out.add(jsonldEntity(r, names))
	}); err != nil {
		return err
	}
	if err := x.documents(func(d store.Document) error { return x.jsonldDocument(out, d, known) }); err != nil {
		return err
	}
	if err := x.relations(func(r store.RelationRow) error {
		if r.Kind == dossier.CoMention || !known[r.FromID] || !known[r.ToID] {
			return nil
		}
		return out.add(jsonldRelation(r))
	}); err != nil {
		return err
	}
	_, err := io.WriteString(x.w, "\n]}\n")
	return err
}

func jsonldEntity(r store.EntityRow, names []store.EntityName) object {
	o := object{"@id": urn(r.ID), "@type": "Thing", "name": r.Name}
	if t, ok := jsonldTypes[r.Type]; ok {
		o["@type"] = t
	} else {
		o["additionalType"] = "urn:dossier:" + string(r.Type)
	}
	var others []string
	for _, f := range forms(names) {
		if f != r.Name {
			others = append(others, f)
		}
	}
	if len(others) > 0 {
		o["alternateName"] = others
	}
	switch r.Type {
	case dossier.Email:
		o["email"] = r.Name
	case dossier.Phone:
		o["telephone"] = r.Name
	case dossier.Statute:
		o["identifier"] = r.Name
	case dossier.Docket:
		if number, ok := caseNumber(r, names); ok {
			o["identifier"] = number
		}
	}
	return o
}

func (x *exporter) jsonldDocument(out *jsonArray, d store.Document, known map[string]bool) error {
	o := object{
		"@id": urn(d.ID), "@type": "DigitalDocument", "name": d.FileName, "identifier": "sha256:" + d.SHA256,
		"encodingFormat": mimeType(d.Format),
	}
	if d.Format == "email" || d.Format == "msg" {
		o["@type"] = "EmailMessage"
	}
	list, err := x.documentEntities(d.ID)
	if err != nil {
		return err
	}
	var mentions []object
	seen := map[string]bool{}
	for _, e := range list {
		if known[e.id] && !seen[e.id] {
			seen[e.id] = true
			mentions = append(mentions, reference(e.id))
		}
	}
	if len(mentions) > 0 {
		o["mentions"] = mentions
	}
	return out.add(o)
}

// jsonldRelation states a relation of its subject: the property leads to a
// role, which names the other end under the same property and says what the
// role is and by which words it is proved.
func jsonldRelation(r store.RelationRow) object {
	property, ok := jsonldRelations[r.Kind]
	if !ok {
		property = "dossier:" + string(r.Kind)
	}
	role := object{
		"@type": "Role", property: reference(r.ToID), "description": r.Evidence, "dossier:confidence": r.Confidence, "dossier:method": r.Method,
		"dossier:document": reference(r.DocumentID), "dossier:fileName": r.FileName, "dossier:page": r.Page,
		"dossier:start": r.Start, "dossier:end": r.End,
	}
	if r.Kind == dossier.EmployedBy {
		role["@type"] = "EmployeeRole"
	}
	if r.Role != "" {
		role["roleName"] = r.Role
	}
	if r.CaseID != "" {
		role["dossier:case"] = reference(r.CaseID)
	}
	o := object{"@id": urn(r.FromID), property: role}
	if r.Kind == dossier.CounselFor && r.FromType == dossier.Org {
		o["@type"] = "LegalService" // a firm
	}
	return o
}

// jsonArray writes the elements of an array, a line each.
type jsonArray struct {
	w     io.Writer
	begun bool
}

func (a *jsonArray) add(v any) error {
	line := bytes.NewBufferString("\n")
	if a.begun {
		line = bytes.NewBufferString(",\n")
	}
	a.begun = true
	enc := json.NewEncoder(line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := a.w.Write(bytes.TrimRight(line.Bytes(), "\n"))
	return err
}

// mimeType is the media type of a format.
func mimeType(format string) string {
	if t, ok := mimeTypes[format]; ok {
		return t
	}
	return "application/octet-stream"
}

var mimeTypes = map[string]string{
	"pdf": "application/pdf", "png": "image/png", "jpeg": "image/jpeg", "tiff": "image/tiff",
	"text": "text/plain", "markdown": "text/markdown", "html": "text/html", "csv": "text/csv", "tsv": "text/tab-separated-values",
	"email": "message/rfc822", "msg": "application/vnd.ms-outlook", "mbox": "application/mbox",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	"odt":  "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
	"odp": "application/vnd.oasis.opendocument.presentation", "rtf": "application/rtf", "doc": "application/msword",
	"zip": "application/zip", "tar": "application/x-tar", "gzip": "application/gzip",
}
