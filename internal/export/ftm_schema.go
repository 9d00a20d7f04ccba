package export

import "slices"

// The part of the FollowTheMoney model that is exported, as its schemata have
// it (followthemoney/schema of alephdata/followthemoney): what a schema extends,
// its properties with their types, and of those that lead to other entities the
// schema that these must have.

// ftmType is the type of a property.
type ftmType string

const (
	ftmText       ftmType = "text" // also string
	ftmName       ftmType = "name"
	ftmDate       ftmType = "date" // 2019, 2019-05, 2019-05-03
	ftmNumber     ftmType = "number"
	ftmEmail      ftmType = "email"
	ftmAddress    ftmType = "address"
	ftmIdentifier ftmType = "identifier"
	ftmMimeType   ftmType = "mimetype"
)

// ftmEntityOf is the type of a property that leads to an entity of the schema.
func ftmEntityOf(schema string) ftmType { return ftmType("entity:" + schema) }

// ftmSchema is a schema.
type ftmSchema struct {
	extends    []string
	abstract   bool
	required   []string // properties that each entity must have
	properties map[string]ftmType
}

var ftmSchemata = map[string]ftmSchema{
	"Thing": {abstract: true, properties: map[string]ftmType{
		"name": ftmName, "alias": ftmName, "summary": ftmText, "notes": ftmText, "proof": ftmEntityOf("Document"),
	}},
	"LegalEntity":  {extends: []string{"Thing"}, required: []string{"name"}, properties: map[string]ftmType{"email": ftmEmail}},
	"Person":       {extends: []string{"LegalEntity"}, required: []string{"name"}},
	"Organization": {extends: []string{"LegalEntity"}, required: []string{"name"}},
	"PublicBody":   {extends: []string{"Organization"}, required: []string{"name"}},
	"Asset":        {extends: []string{"Thing"}, abstract: true},
	"Company":      {extends: []string{"Organization", "Asset"}, required: []string{"name"}},
	"CourtCase": {extends: []string{"Thing"}, required: []string{"name"}, properties: map[string]ftmType{
		"caseNumber": ftmIdentifier, "court": ftmText,
	}},
	"Address": {extends: []string{"Thing"}, required: []string{"full"}, properties: map[string]ftmType{"full": ftmAddress}},

	"Document": {extends: []string{"Thing"}, required: []string{"fileName"}, properties: map[string]ftmType{
		"fileName": ftmText, "title": ftmText, "author": ftmText, "mimeType": ftmMimeType, "fileSize": ftmNumber,
		"processingStatus": ftmText, "processingError": ftmText,
	}},
	"Pages":     {extends: []string{"Document"}},
	"PlainText": {extends: []string{"Document"}},
	"HyperText": {extends: []string{"Document"}},
	"Image":     {extends: []string{"Document"}},
	"Table":     {extends: []string{"Document"}},
	"Folder":    {extends: []string{"Document"}},
	"Workbook":  {extends: []string{"Folder"}},
	"Package":   {extends: []string{"Folder"}},
	"Email":     {extends: []string{"Folder", "PlainText", "HyperText"}, properties: map[string]ftmType{"subject": ftmText}},

	"Mention": {required: []string{"document", "name"}, properties: map[string]ftmType{
		"document": ftmEntityOf("Document"), "resolved": ftmEntityOf("LegalEntity"), "name": ftmName, "detectedSchema": ftmText,
	}},

	"Interval": {abstract: true, properties: map[string]ftmType{
		"startDate": ftmDate, "endDate": ftmDate, "date": ftmDate, "summary": ftmText, "description": ftmText, "recordId": ftmText,
		"proof": ftmEntityOf("Document"),
	}},
	"Interest": {extends: []string{"Interval"}, abstract: true, properties: map[string]ftmType{"role": ftmText}},
	"CourtCaseParty": {extends: []string{"Interest"}, required: []string{"party", "case"}, properties: map[string]ftmType{
		"party": ftmEntityOf("LegalEntity"), "case": ftmEntityOf("CourtCase"),
	}},
	"Representation": {extends: []string{"Interest"}, required: []string{"agent", "client"}, properties: map[string]ftmType{
		"agent": ftmEntityOf("LegalEntity"), "client": ftmEntityOf("LegalEntity"),
	}},
	"Employment": {extends: []string{"Interest"}, required: []string{"employer", "employee"}, properties: map[string]ftmType{
		"employer": ftmEntityOf("Organization"), "employee": ftmEntityOf("Person"),
	}},
	"Directorship": {extends: []string{"Interest"}, required: []string{"director", "organization"}, properties: map[string]ftmType{
		"director": ftmEntityOf("LegalEntity"), "organization": ftmEntityOf("Organization"),
	}},
	"Membership": {extends: []string{"Interest"}, required: []string{"member", "organization"}, properties: map[string]ftmType{
		"member": ftmEntityOf("LegalEntity"), "organization": ftmEntityOf("Organization"),
	}},
	"Ownership": {extends: []string{"Interest"}, required: []string{"owner", "asset"}, properties: map[string]ftmType{
		"owner": ftmEntityOf("LegalEntity"), "asset": ftmEntityOf("Asset"),
	}},
	"UnknownLink": {extends: []string{"Interest"}, required: []string{"subject", "object"}, properties: map[string]ftmType{
		"subject": ftmEntityOf("Thing"), "object": ftmEntityOf("Thing"),
	}},
	"Documentation": {extends: []string{"Interest"}, required: []string{"document", "entity"}, properties: map[string]ftmType{
		"document": ftmEntityOf("Document"), "entity": ftmEntityOf("Thing"),
	}},
	"Event": {extends: []string{"Interval", "Thing"}, required: []string{"name"}, properties: map[string]ftmType{
		"involved": ftmEntityOf("LegalEntity"),
	}},
}

// ftmIsA reports whether a schema is another one or extends it.
func ftmIsA(schema, other string) bool {
	return schema == other || slices.ContainsFunc(ftmSchemata[schema].extends, func(s string) bool { return ftmIsA(s, other) })
}
