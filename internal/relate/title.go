package relate

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sheet"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// WithCase adds to the entities of a document the case that its caption names
// by parties alone: "ROE v. HALDEN INC." above a complaint that has no number
// yet. The same title in the same court is the same case in every document.
// Without a court that is one and no other the case is Partial, the document's
// own, as the same parties meet often; a numbered case is another one in any
// event, until a person joins the two. A docket sheet has a number of
// its own. The list stays in order of keys.
func WithCase(text string, mentions []dossier.Mention, entities []dossier.DocumentEntity) []dossier.DocumentEntity {
	// No caption reaches further, and nothing below it is asked for.
	f := newFinder(text[:runeStart(text, min(len(text), head+sideReach+roleMost))], nil, mentions, entities)
	if f.docket != nil {
		return entities
	}
	title, ok := f.title()
	if !ok {
		return entities
	}
	if _, ok := sheet.Read(text); ok {
		return entities
	}
	e := dossier.DocumentEntity{Type: dossier.Docket, Name: f.titleName(title), Partial: true}
	e.Norm = foldedTitle(e.Name)
	if court := f.court(); court != nil && particular(f.text[court.start:court.end]) {
		e.Norm += " @ " + strings.TrimPrefix(court.key, string(dossier.Court)+":")
		e.Partial = false
	}
	e.Key = string(e.Type) + ":" + e.Norm
	at, _ := slices.BinarySearchFunc(entities, e.Key, func(e dossier.DocumentEntity, key string) int { return strings.Compare(e.Key, key) })
	return slices.Insert(slices.Clone(entities), at, e)
}

// versusSign stands between the parties in a title.
const versusSign = " v. "

// IsTitle reports whether the name of a case is a title and no number.
func IsTitle(name string) bool { return strings.Contains(name, versusSign) }

// Titled reports whether an entity is a case known by its title and not by a
// number. No mention names it: its proof is that of the parties' roles.
func Titled(e dossier.DocumentEntity) bool {
	return e.Type == dossier.Docket && len(e.Mentions) == 0 && IsTitle(e.Name)
}

// courtKinds are the words in names that say what kind of court it is.
var courtKinds = vocabulary.Set(`the in of for and to united states u s us state district superior supreme circuit court courts common pleas
	appeals appellate claims chancery bankruptcy family probate municipal justice county city high trial civil criminal division federal tax`)

// particular reports whether a court's name says which court it is: there are
// many a "Superior Court" and "United States District Court".
func particular(court string) bool {
	return slices.ContainsFunc(strings.Fields(foldedTitle(court)), func(w string) bool { return !courtKinds[w] })
}

// titledCase returns the case that [WithCase] added, with its title for a place,
// or nil.
func (f *finder) titledCase() *place {
	i := slices.IndexFunc(f.entities, Titled)
	if i < 0 {
		return nil
	}
	title, ok := f.title()
	if !ok {
		return nil
	}
	return &place{start: title[0].Start, end: title[1].End, key: f.entities[i].Key, typ: dossier.Docket}
}

// title returns the places of the first names on both sides of the caption.
func (f *finder) title() (names [2]sheet.Span, ok bool) {
	versus, left, right := f.twoSides(f.top())
	if versus == nil || f.adversaryAt(versus[2]) != nil {
		return names, false
	}
	if len(right) == 0 {
		right = f.opponent(versus[3])
	}
	if len(left) == 0 || len(right) == 0 {
		return names, false
	}
	names = [2]sheet.Span{f.nameOf(left[0]), f.nameOf(right[0])}
	if names[0].Empty() || names[1].Empty() || names[0].End > versus[2] {
		return names, false
	}
	return names, !reportRE.MatchString(f.text[names[0].Start:versus[2]])
}

// reportRE matches what stands among names on the pages of law reports, where
// other cases and the bench are above a caption.
var reportRE = regexp.MustCompile(`(?i)\sv\.\s|\bjustices?\b`)

// nameOf returns the place of the name of a party, whose own place takes in the
// role or the "v." beside it.
func (f *finder) nameOf(p party) sheet.Span {
	for _, q := range f.within(p.start, p.end) {
		if q.key == p.key {
			return sheet.Span{Start: q.start, End: q.end}
		}
	}
	return sheet.Span{}
}

// titleName writes a title as lawyers cite it.
func (f *finder) titleName(title [2]sheet.Span) string {
	return f.words(title[0]) + versusSign + f.words(title[1])
}

// foldedTitle is the normal form of a title: neither capitals nor punctuation
// tell cases apart.
func foldedTitle(title string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '&'
	}), " ")
}
