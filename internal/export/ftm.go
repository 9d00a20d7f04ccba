package export

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/store"
)

// ftmEntity is a line of FollowTheMoney.
type ftmEntity struct {
	ID         string              `json:"id"`
	Schema     string              `json:"schema"`
	Properties map[string][]string `json:"properties"`
}

func newFTM(id, schema string) ftmEntity {
	return ftmEntity{ID: id, Schema: schema, Properties: map[string][]string{}}
}

// set adds values to a property, each once, without those that say nothing.
func (e ftmEntity) set(property string, values ...string) {
	for _, v := range values {
		v = strings.TrimSpace(printable(v))
		if v != "" && !slices.Contains(e.Properties[property], v) {
			e.Properties[property] = append(e.Properties[property], v)
		}
	}
}

// ftmExport writes a project as lines of FollowTheMoney. Places are proved as
// that model has it: proof leads to the document, recordId to the place in it
// (see recordID), summary holds the words. Co-mentions are left out, for they
// follow from mentions; so are statutes, phone numbers and dates, which have no
// schema.
type ftmExport struct {
	*exporter
	schemas map[string]string // of every entity written, by id
}

func (x *exporter) ftm() error {
	f := ftmExport{exporter: x, schemas: map[string]string{}}
	courts, err := f.courts()
	if err != nil {
		return err
	}
	if err := x.documents(func(d store.Document) error { return f.write(ftmDocument(d)) }); err != nil {
		return err
	}
	if err := x.entities(func(r store.EntityRow, names []store.EntityName) error {
		e, ok := ftmThing(r, names, courts[r.ID])
		if !ok {
			return nil
		}
		return f.write(e)
	}); err != nil {
		return err
	}
	if err := x.documents(f.mentioned); err != nil {
		return err
	}
	if err := x.relations(f.relation); err != nil {
		return err
	}
	return x.events(f.event)
}

func (f *ftmExport) write(e ftmEntity) error {
	f.schemas[e.ID] = e.Schema
	return writeJSON(f.w, e)
}

// is reports whether an entity was written and is of the schema.
func (f *ftmExport) is(id, schema string) bool { return ftmIsA(f.schemas[id], schema) }

// fits reports whether a property of the type may lead to an entity.
func (f *ftmExport) fits(t ftmType, id string) bool {
	schema, ok := strings.CutPrefix(string(t), "entity:")
	return ok && f.is(id, schema)
}

// courts returns the names of the courts that cases are filed in, by the id of
// the case.
func (f *ftmExport) courts() (map[string][]string, error) {
	courts := map[string][]string{}
	return courts, f.relations(func(r store.RelationRow) error {
		if r.Kind == dossier.FiledIn {
			courts[r.FromID] = append(courts[r.FromID], r.To)
		}
		return nil
	})
}

// ftmDocuments are the schemata of formats; others are Documents.
var ftmDocuments = map[string]string{
	"pdf": "Pages", "docx": "Pages", "doc": "Pages", "odt": "Pages", "rtf": "Pages", "pptx": "Pages", "odp": "Pages",
	"text": "PlainText", "markdown": "PlainText", "html": "HyperText", "csv": "Table", "tsv": "Table",
	"xlsx": "Workbook", "ods": "Workbook", "png": "Image", "jpeg": "Image", "tiff": "Image",
	"email": "Email", "msg": "Email", "mbox": "Package", "zip": "Package", "tar": "Package", "gzip": "Package",
}

func ftmDocument(d store.Document) ftmEntity {
	schema, ok := ftmDocuments[d.Format]
	if !ok {
		schema = "Document"
	}
	e := newFTM(d.ID, schema)
	e.set("name", d.FileName)
	e.set("fileName", d.FileName)
	e.set("title", d.Metadata["title"])
	e.set("author", d.Metadata["author"])
	e.set("mimeType", mimeType(d.Format))
	e.set("fileSize", strconv.FormatInt(d.Size, 10))
	e.set("processingStatus", string(d.Status))
	e.set("processingError", d.ErrorMessage)
	e.set("notes", "SHA-256 "+d.SHA256) // contentHash is SHA-1 there
	if schema == "Email" {
		e.set("subject", d.Metadata["subject"])
	}
	return e
}

var (
	companyRE = regexp.MustCompile(`(?i)(?:^|[\s,])(?:inc|incorporated|corp|corporation|co|company|l\.?l\.?c|l\.?l\.?p|l\.?p|p\.?l\.?c|p\.?l\.?l\.?c|p\.?c|ltd|limited|gmbh|ag|s\.?a|n\.?v|b\.?v|bank|n\.a)\.?$`)
	publicRE  = regexp.MustCompile(`(?i)^(?:the\s+)?(?:(?:city|county|town|village|state|commonwealth|people|office|board|bureau|ministry|department|republic|kingdom)\s+of\b|united states\b|u\.s\.\s|internal revenue service|congress\b)|` +
		`\b(?:department|commission|bureau|ministry|police|agency|attorney general|district attorney)\b`)
)

// ftmThing describes an entity; false if FollowTheMoney has no schema for it.
func ftmThing(r store.EntityRow, names []store.EntityName, courts []string) (ftmEntity, bool) {
	e := newFTM(r.ID, "")
	switch r.Type {
	case dossier.Person:
		e.Schema = "Person"
	case dossier.Org:
		e.Schema = "Organization"
		switch {
		case companyRE.MatchString(r.Name):
			e.Schema = "Company"
		case publicRE.MatchString(r.Name):
			e.Schema = "PublicBody"
		}
	case dossier.Court:
		e.Schema = "PublicBody"
	case dossier.Docket:
		e.Schema = "CourtCase"
		if number, ok := caseNumber(r, names); ok {
			e.set("caseNumber", number)
		}
		e.set("court", courts...)
	case dossier.Citation: // of a decision
		e.Schema = "CourtCase"
	case dossier.Location, dossier.Address:
		e.Schema = "Address"
		e.set("full", orUnnamed(r.Name))
	case dossier.Email:
		e.Schema = "LegalEntity"
		e.set("email", r.Name)
	default:
		return e, false
	}
	e.set("name", orUnnamed(r.Name))
	for _, form := range forms(names) {
		if form != r.Name {
			e.set("alias", form)
		}
	}
	return e, true
}

// caseNumber returns the number of a case. One that goes by its title alone has
// none: it is found in captions only, and no mention names it. Where people have
// joined the two, the case may bear the title as its name.
func caseNumber(r store.EntityRow, names []store.EntityName) (string, bool) {
	if r.Mentions == 0 {
		return "", false
	}
	for _, name := range append([]string{r.Name}, forms(names)...) {
		if !relate.IsTitle(name) {
			return name, true
		}
	}
	return "", false
}

// orUnnamed stands for a name that has nothing in it to be printed.
func orUnnamed(name string) string {
	if strings.TrimSpace(printable(name)) == "" {
		return "(unnamed)"
	}
	return name
}

// mentioned writes what a document names: links to all of it, and mentions of
// those who can be party to something, which have the forms of their names.
func (f *ftmExport) mentioned(d store.Document) error {
	list, err := f.documentEntities(d.ID)
	if err != nil {
		return err
	}
	mentions, err := f.db.Contents().Mentions(f.ctx, d.ID)
	if err != nil {
		return err
	}
	for _, n := range list {
		if !f.is(n.id, "Thing") || len(n.Mentions) == 0 {
			continue
		}
		if err := f.write(ftmNamed(d, n, mentions)); err != nil {
			return err
		}
		if !f.is(n.id, "LegalEntity") {
			continue
		}
		e := newFTM(dossier.DeriveID(d.ID, "ftm", "mention", n.Key), "Mention")
		e.set("document", d.ID)
		e.set("resolved", n.id)
		e.set("detectedSchema", f.schemas[n.id])
		e.set("name", append([]string{orUnnamed(n.Name)}, n.Aliases...)...)
		if err := f.write(e); err != nil {
			return err
		}
	}
	return nil
}

// ftmNamed links an entity to a document that names it, with every place where
// it does: a Mention has no property for places.
func ftmNamed(d store.Document, n namedIn, mentions []store.PlacedMention) ftmEntity {
	first := mentions[n.Mentions[0]]
	e := newFTM(dossier.DeriveID(d.ID, "ftm", n.Key), "Documentation")
	e.set("document", d.ID)
	e.set("entity", n.id)
	e.set("role", "mentioned")
	for _, i := range n.Mentions {
		m := mentions[i]
		e.set("recordId", recordID(d.ID, m.Page, m.Start, m.End))
	}
	e.set("description", fmt.Sprintf("%s, page %d; named %d times; %s, confidence %.2f", d.FileName, first.Page,
		len(n.Mentions), first.Method, first.Score))
	e.set("proof", d.ID)
	return e
}

// recordID names a place: the document, and after # its page and bytes.
func recordID(document string, page, start, end int) string {
	return fmt.Sprintf("%s#page=%d&bytes=%d-%d", document, page, start, end)
}

// relation writes a relation as the schema that says what it is, if its ends are
// what that schema takes, or as a link of an unnamed kind that has its kind for
// a role.
func (f *ftmExport) relation(r store.RelationRow) error {
	if r.Kind == dossier.CoMention || r.FromID == r.ToID || !f.is(r.FromID, "Thing") || !f.is(r.ToID, "Thing") {
		return nil
	}
	schema, from, to := ftmLink(r)
	ends := ftmSchemata[schema].properties
	if !f.fits(ends[from], r.FromID) || !f.fits(ends[to], r.ToID) {
		schema, from, to = "UnknownLink", "subject", "object"
	}
	e := newFTM(dossier.DeriveID(r.DocumentID, "ftm", string(r.Kind), r.FromID, r.ToID, r.CaseID, r.Role, strconv.Itoa(r.Start)), schema)
	e.set(from, r.FromID)
	e.set(to, r.ToID)
	if schema == "UnknownLink" {
		e.set("role", string(r.Kind))
	}
	e.set("role", r.Role)
	e.set("summary", r.Evidence)
	description := fmt.Sprintf("%s, page %d; %s, confidence %.2f", r.FileName, r.Page, r.Method, r.Confidence)
	if r.Case != "" {
		description += "; in " + r.Case
	}
	e.set("description", description)
	e.set("recordId", recordID(r.DocumentID, r.Page, r.Start, r.End))
	e.set("proof", r.DocumentID)
	return f.write(e)
}

// ftmLink returns the schema that says what a relation does, and the properties
// for its ends.
func ftmLink(r store.RelationRow) (schema, from, to string) {
	switch {
	case r.Kind == dossier.PartyInCase:
		return "CourtCaseParty", "party", "case"
	case r.Kind == dossier.CounselFor:
		return "Representation", "agent", "client"
	case r.Kind == dossier.SubsidiaryOf:
		return "Ownership", "asset", "owner"
	case r.Kind != dossier.EmployedBy:
		return "UnknownLink", "subject", "object"
	case holds(r.Role, directorOffices):
		return "Directorship", "director", "organization"
	case holds(r.Role, memberOffices):
		return "Membership", "member", "organization"
	}
	return "Employment", "employee", "employer"
}

// The last words of a role that make who has it a director or an officer of the
// organisation, or one of its members, and the words that may stand before them:
// a "sales director" and a "staff member" are employees.
var (
	directorOffices = strings.Fields("director directors officer officers president chair chairman chairwoman chairperson secretary treasurer ceo cfo coo cto cio president/ceo")
	memberOffices   = strings.Fields("member partner")
	officeWords     = strings.Fields("managing executive non-executive independent board sole founding former acting interim then vice senior deputy assistant associate corporate company general limited equity and & co")
)

// holds reports whether a role is one of the offices. Whoever is chief of
// something is an officer.
func holds(role string, offices []string) bool {
	words := strings.FieldsFunc(role, func(r rune) bool { return r == ' ' || r == ',' })
	if len(words) == 0 || !slices.Contains(offices, words[len(words)-1]) {
		return false
	}
	return slices.Contains(words, "chief") || !slices.ContainsFunc(words, func(w string) bool {
		return !slices.Contains(offices, w) && !slices.Contains(officeWords, w)
	})
}

// event writes an event. A range has its ends, a partial date the exactness it
// was stated with.
func (f *ftmExport) event(r store.EventRow) error {
	e := newFTM(dossier.DeriveID(f.project.ID, "ftm", r.Key), "Event")
	e.set("name", title(flat(r.Sentence)))
	e.set("summary", r.Sentence)
	if r.DateEnd == "" {
		e.set("date", r.Date)
	} else {
		e.set("startDate", r.Date)
		e.set("endDate", r.DateEnd)
	}
	for _, n := range r.Entities {
		if f.is(n.ID, "LegalEntity") {
			e.set("involved", n.ID)
		}
	}
	for _, s := range r.Sources {
		e.set("proof", s.DocumentID)
		e.set("recordId", recordID(s.DocumentID, s.Page, s.Start, s.End))
		e.set("description", fmt.Sprintf("%s, page %d; %s, confidence %.2f", s.FileName, s.Page, s.Method, s.Confidence))
	}
	return f.write(e)
}

// maxTitle is how long the name of an event is at most, in characters.
const maxTitle = 120

// title shortens a sentence to a name.
func title(s string) string {
	if r := []rune(s); len(r) > maxTitle {
		return string(r[:maxTitle-1]) + "…"
	}
	return s
}
