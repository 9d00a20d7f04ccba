// Package dossier holds the words of the domain: what a case file is made of
// and which states its parts can be in. Every other package speaks in these
// types; this one imports nothing but the standard library.
//
// The story they tell: a [Project] is one matter. It holds documents; a
// document is one content (a SHA-256), however many copies of it were found.
// Six stages turn a document into facts. They run in this order, each with
// the output of the ones before it:
//
//	ocr                    bytes            → [Page] with [Word] boxes
//	chunking               pages            → [Chunk] with exact offsets
//	entity_extraction      text             → [Mention] with exact offsets
//	entity_resolution      mentions         → [DocumentEntity], canonical entities
//	relationship_building  entities         → [Relation] and [Event] with the words that prove them
//	finalization           everything       → search index, counts, status
//
// All offsets are byte offsets into the document's text, which is the text of
// its pages joined by [PageBreak] (see [JoinPages]); start is inclusive, end
// exclusive, and text[start:end] is always the thing itself.
package dossier

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strconv"
	"strings"
)

// PageBreak separates the pages of a document in its text.
const PageBreak = "\f"

// Stage is one of the six steps every document goes through. Its value is the
// task type stored in processing_tasks.
type Stage string

// The stages, in the order in which they run.
const (
	StageOCR      Stage = "ocr"
	StageChunk    Stage = "chunking"
	StageExtract  Stage = "entity_extraction"
	StageResolve  Stage = "entity_resolution"
	StageRelate   Stage = "relationship_building"
	StageFinalize Stage = "finalization"
)

// Stages lists the stages in running order.
func Stages() []Stage {
	return []Stage{StageOCR, StageChunk, StageExtract, StageResolve, StageRelate, StageFinalize}
}

// Status is the state of a document, a task or a batch member. One vocabulary
// serves all three, and the database checks it.
type Status string

// The states. Pending and processing are open; all others are final.
const (
	StatusPending     Status = "pending"
	StatusProcessing  Status = "processing"
	StatusCompleted   Status = "completed"
	StatusFailed      Status = "failed"
	StatusCancelled   Status = "cancelled"
	StatusQuarantined Status = "quarantined"
	// StatusUnsupported is a document whose format dossier cannot read. It is
	// registered, so that nobody believes it was read, and never processed.
	StatusUnsupported Status = "unsupported"
	// StatusPartial is a document that went through all stages although a part
	// of the file could not be read. Its losses say which.
	StatusPartial Status = "partial"
)

// Statuses lists every state, open ones first.
func Statuses() []Status {
	return []Status{
		StatusPending, StatusProcessing, StatusCompleted, StatusPartial, StatusFailed,
		StatusUnsupported, StatusQuarantined, StatusCancelled,
	}
}

// Final reports whether nothing more happens in s unless somebody asks.
func (s Status) Final() bool { return s != StatusPending && s != StatusProcessing }

// Priority says which work goes first when there is more than can be done.
type Priority string

// The priorities. High work passes low work, but low work is never starved.
const (
	PriorityHigh   Priority = "high"
	PriorityNormal Priority = "normal"
	PriorityLow    Priority = "low"
)

// Box is a rectangle on a page: x0, y0, x1, y1 in the page's unit, from the
// top left corner.
type Box [4]float32

// Word is one word on a page.
type Word struct {
	Text string `json:"text"`
	Box  Box    `json:"box"`
	// Confidence is 1 for words of a text layer and the recogniser's own
	// estimate, 0 to 1, for words of OCR.
	Confidence float32 `json:"confidence"`
	// Start and End are the byte offsets of the word in its page's text.
	Start int `json:"-"`
	End   int `json:"-"`
}

// Source says where the words of a page come from.
type Source string

// The sources.
const (
	SourceLayer Source = "layer" // the file's own text
	SourceOCR   Source = "ocr"   // recognised from the picture of the page
	// SourceEmbedded is what another program recognised and hid in the file
	// behind the picture of the page.
	SourceEmbedded Source = "ocr-embedded"
)

// Page is one page of a document. Formats without pages (text, mail, HTML)
// have one page without size or boxes.
type Page struct {
	Number int `json:"number"` // from 1
	// Label is what the file calls the page: "iv", the name of a sheet.
	Label string `json:"label,omitempty"`
	// Width and Height are in points for PDF, in pixels for images, in cells for
	// sheets, and 0 if the format has no pages. Word boxes are in the same unit.
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	Source Source  `json:"source"`
	// Reason says why the source was chosen, or why the page has no text:
	// "text layer", "no text layer", "thin layer over an image", "blank page".
	Reason string `json:"reason,omitempty"`
	// Error is why the page could not be read, "" if it was; Reason says more.
	Error Code   `json:"error,omitempty"`
	Text  string `json:"text"`
	Words []Word `json:"words,omitempty"`
	// Zones are the parts of Text that are not its prose, in order of Start.
	Zones []Zone `json:"zones,omitempty"`
}

// Loss is a part of a file that could not be read although the file could: a
// page, an attachment, a file in an archive. A document with losses is
// [StatusPartial].
type Loss struct {
	Page int    `json:"page,omitempty"` // from 1; 0: it is no page, or not on one
	Code Code   `json:"code"`
	Text string `json:"text"` // what is missing and why
}

// String names the page.
func (l Loss) String() string {
	if l.Page == 0 {
		return l.Text
	}
	return "page " + strconv.Itoa(l.Page) + ": " + l.Text
}

// ZoneKind says what a part of a page is.
type ZoneKind string

// The kinds of zones.
const (
	ZoneStamp       ZoneKind = "stamp"        // what a court's filing system printed on the page
	ZoneHeader      ZoneKind = "header"       // repeated at the top of pages
	ZoneFooter      ZoneKind = "footer"       // repeated at the bottom of pages
	ZoneLineNumbers ZoneKind = "line_numbers" // those of a pleading, gathered at the end of the page
	ZoneFootnotes   ZoneKind = "footnotes"
)

// Zone is a part of a page's text: byte offsets into it.
type Zone struct {
	Kind  ZoneKind `json:"kind"`
	Start int      `json:"start"`
	End   int      `json:"end"`
}

// FindingKind names what a finding is.
type FindingKind string

// The kinds of findings.
const (
	HiddenText FindingKind = "hidden_text" // text that the page covers or does not show
	Annotation FindingKind = "annotation"  // a note, highlight or stamp laid over a page
	FormField  FindingKind = "form_field"  // a field of a form and what was entered
	Bookmark   FindingKind = "bookmark"    // an entry of the table of contents
	Comment    FindingKind = "comment"     // a reviewer's comment
	Inserted   FindingKind = "inserted"    // text added while changes were tracked
	Deleted    FindingKind = "deleted"     // text struck while changes were tracked; not part of the page
)

// Finding is something a reader of the file may overlook: text under a black
// bar, a comment, a deleted sentence.
type Finding struct {
	Kind FindingKind `json:"kind"`
	Page int         `json:"page"` // from 1; 0 for the file as a whole
	Text string      `json:"text"`
	// Box is its place on the page, in the page's unit; zero if it has none.
	Box Box `json:"box"`
	// Name is the name of a field, the kind of an annotation.
	Name   string `json:"name,omitempty"`
	Author string `json:"author,omitempty"`
	At     string `json:"at,omitempty"` // when, as the file says it
	// Detail says how it was found, for people.
	Detail string `json:"detail,omitempty"`
}

// PageSpan is the place of a page in its document's text.
type PageSpan struct {
	Number int `json:"number"`
	Start  int `json:"start"`
	End    int `json:"end"`
}

// JoinPages returns the text of a document and the place of each page in it.
func JoinPages(pages []Page) (string, []PageSpan) {
	var b strings.Builder
	spans := make([]PageSpan, 0, len(pages))
	for i, p := range pages {
		if i > 0 {
			b.WriteString(PageBreak)
		}
		start := b.Len()
		b.WriteString(p.Text)
		spans = append(spans, PageSpan{Number: p.Number, Start: start, End: b.Len()})
	}
	return b.String(), spans
}

// PageAt returns the number of the page that holds the byte at offset; a page
// break belongs to the page before it. It returns 0 if there are no pages.
func PageAt(spans []PageSpan, offset int) int {
	if len(spans) == 0 {
		return 0
	}
	i := sort.Search(len(spans), func(i int) bool { return spans[i].Start > offset })
	return spans[max(i-1, 0)].Number
}

// Chunk is a passage of a document's text. Chunks are in order and cover the
// whole text; neighbours may overlap.
type Chunk struct {
	Index     int    `json:"index"` // from 0
	Start     int    `json:"start"`
	End       int    `json:"end"`
	PageStart int    `json:"page_start"`
	PageEnd   int    `json:"page_end"`
	Text      string `json:"text"`
}

// MentionType is the kind of thing a mention names.
type MentionType string

// The mention types.
const (
	Person   MentionType = "PERSON"
	Org      MentionType = "ORG"
	Location MentionType = "LOCATION"
	Court    MentionType = "COURT"
	Date     MentionType = "DATE"
	Money    MentionType = "MONEY"
	Email    MentionType = "EMAIL"
	Phone    MentionType = "PHONE"
	Docket   MentionType = "DOCKET"
	Citation MentionType = "CITATION"
	Statute  MentionType = "STATUTE"
	// Address is postal, Percent a share, Duration a length of time, BarNumber
	// the number with which a lawyer is admitted.
	Address   MentionType = "ADDRESS"
	Percent   MentionType = "PERCENT"
	Duration  MentionType = "DURATION"
	BarNumber MentionType = "BAR_NUMBER"
)

// Mention is a place in a document's text that names something.
type Mention struct {
	Type  MentionType `json:"type"`
	Text  string      `json:"text"` // exactly text[Start:End]
	Start int         `json:"start"`
	End   int         `json:"end"`
	Page  int         `json:"page"`
	// Norm is the normal form, by which two mentions of the same thing compare
	// equal where that is possible: an ISO date, "USD 1250.00", an e-mail
	// address in lower case, a court id, a reporter citation.
	Norm string `json:"norm"`
	// Score is the finder's confidence, 0 to 1.
	Score float64 `json:"score"`
	// Method names the finder: "scanner:date", "tagger:rules", …
	Method string `json:"method"`
	// Role is what a cue beside the mention says of it: "judge", "attorney",
	// "filed" for a date.
	Role string `json:"role,omitempty"`
	// Rule names the rule that found the mention, then those that changed its
	// bounds or its type, with blanks between. It explains an extraction and is
	// no part of its result: neither JSON nor the record has it.
	Rule string `json:"-"`
}

// Reason is one step of an explanation that a person can check.
type Reason struct {
	Code   string  `json:"code"`   // "exact", "initial", "acronym", "defined-term", …
	Detail string  `json:"detail"` // the words compared
	Weight float64 `json:"weight,omitempty"`
}

// DocumentEntity is what one document says of one person, organisation, place,
// court, case or authority: all its mentions there, under the best name.
type DocumentEntity struct {
	// Key identifies the entity inside its document and is the same on every
	// run: type, a colon, and the normal form of its name.
	Key  string      `json:"key"`
	Type MentionType `json:"type"`
	Name string      `json:"name"`
	// Norm is the normal form of Name; equal type and Norm in two documents
	// mean the same entity unless Partial.
	Norm    string   `json:"norm"`
	Aliases []string `json:"aliases,omitempty"` // other forms seen, sorted
	// Partial names (a bare surname, one word of an organisation) stand for
	// somebody this document does not name in full. They are never joined
	// across documents.
	Partial  bool     `json:"partial,omitempty"`
	Mentions []int    `json:"mentions"`          // indexes into the document's mentions
	Reasons  []Reason `json:"reasons,omitempty"` // why the forms belong together
}

// RelationKind names what holds between two entities.
type RelationKind string

// The relation kinds.
const (
	PartyInCase     RelationKind = "party_in_case"
	CounselFor      RelationKind = "counsel_for"
	JudgeOf         RelationKind = "judge_of"
	EmployedBy      RelationKind = "employed_by"
	PartyToContract RelationKind = "party_to_contract"
	SentTo          RelationKind = "sent_to"
	Cites           RelationKind = "cites"
	FiledIn         RelationKind = "filed_in"
	FiledOn         RelationKind = "filed_on"      // a case, and a day on which something was filed in it
	SubsidiaryOf    RelationKind = "subsidiary_of" // from the subsidiary to its parent
	CoMention       RelationKind = "co_mention"
)

// Relation is a statement about two entities of a document, with the words
// that prove it.
type Relation struct {
	Kind RelationKind `json:"kind"`
	From string       `json:"from"`           // a DocumentEntity key
	To   string       `json:"to"`             // a DocumentEntity key
	Case string       `json:"case,omitempty"` // the case a role belongs to, a DocumentEntity key
	// Role is the normal form of a role ("plaintiff"), RoleRaw the document's
	// own wording ("Plaintiff/Counter-Defendant").
	Role    string `json:"role,omitempty"`
	RoleRaw string `json:"role_raw,omitempty"`
	// Page, Start, End and Evidence are the proof: Evidence is exactly
	// text[Start:End] and holds the words that state the relation.
	Page       int     `json:"page"`
	Start      int     `json:"start"`
	End        int     `json:"end"`
	Evidence   string  `json:"evidence"`
	Confidence float64 `json:"confidence"`
	Method     string  `json:"method"` // the rule that found it
	// Weight counts the sentences that name both ends, for co-mentions.
	Weight int `json:"weight,omitempty"`
}

// DeriveID makes a stable UUID (version 8) from parts: the same parts give the
// same id on every machine and every run. Rows made by stages carry such ids,
// so that doing a stage twice cannot double a row and two runs over the same
// files give the same bytes. The first part's hash leads, so that rows of one
// document lie together in an index.
func DeriveID(parts ...string) string {
	lead := sha256.Sum256([]byte(parts[0]))
	all := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var id [16]byte
	copy(id[:6], lead[:6])
	copy(id[6:], all[:10])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
