package mention

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// The learned tagger knows words better than bounds. What stands inside a name
// that no name has in it ends the name.

// apart calls add for each name in a learned name: a person's has no verb in it,
// and a name in capitals none of the little words that begin a phrase: "FARE FOR
// JANE ROE TO BOSTON".
func (t *rules) apart(n learned, add func(learned)) {
	start := n.from
	for k := n.from; k < n.end; k++ {
		divider := t.divides(n, k)
		if divider == "" {
			continue
		}
		n.rules = then(learnedRule, divider)
		if k > start {
			part := n
			part.from, part.end = start, k
			add(part)
		}
		start = k + 1
	}
	if n.end > start {
		n.from = start
		add(n)
	}
}

// divides returns the name of the rule by which token k is no part of a learned
// name, "" if there is none.
func (t *rules) divides(n learned, k int) string {
	if t.parts(n.typ, k) {
		return "word-of-phrase"
	}
	if k == n.from || k+1 >= n.end {
		return ""
	}
	list := orgLinks
	switch {
	case n.typ == dossier.Person && t.isMark(k, ','):
		list = personLinks
	case n.typ != dossier.Org || !t.at(k+1).isName():
		return ""
	}
	if divided, name := decide(t, list, link{n.from, k, n.end}); divided {
		return name
	}
	return ""
}

// parts reports whether token k can be no part of a name of the type.
func (t *rules) parts(typ dossier.MentionType, k int) bool {
	switch tok := t.at(k); tok.class {
	case lower:
		return typ == dossier.Person && !particles[tok.key] && tok.gap != glued && tok.key != "and" && tok.key != "through"
	case caps:
		return phraseWords[tok.key] || typ == dossier.Person && tok.key == "for"
	}
	return false
}

// link is token k between words of a learned name of tokens from up to end.
type link struct{ from, k, end int }

// always is what a rule says that needs no more than to fit.
func always(*rules, link) bool { return true }

// isLower reports whether the token of a link is one of the words in lower case.
func (l link) isLower(t *rules, words ...string) bool {
	tok := t.at(l.k)
	return tok.class == lower && slices.Contains(words, tok.key)
}

// personLinks decide whether a comma stands between two persons: "Roe, Halden".
var personLinks = []decision[link]{
	{
		"owner-after-comma", // "Jane, Roe's daughter"
		func(t *rules, l link) bool {
			return l.k == l.from+1 && t.at(l.from).flags&firstName != 0 && t.possessive(l.end) > l.end
		},
		always,
	},
	{
		"given-after-comma", // "Roe, Jane" is one
		func(t *rules, l link) bool {
			next := t.at(l.k + 1)
			return next.class == initial || nameSuffixes[next.key] || next.flags&(firstName|nameWord) != 0
		},
		func(*rules, link) bool { return false },
	},
	{
		"company-beside-comma",
		func(t *rules, l link) bool { return t.isShort(l.k+1, l.end) || t.isShort(l.from, l.k) },
		always,
	},
	{
		"adverb-before-comma",
		func(t *rules, l link) bool {
			return l.k == l.from+1 && t.startsSentence(l.from) && strings.HasSuffix(t.at(l.from).key, "ly")
		},
		always,
	},
}

// orgLinks decide whether a word stands between two organisations: "Halden or
// Oakline".
var orgLinks = []decision[link]{
	{"or", func(t *rules, l link) bool { return l.isLower(t, "or") }, always},
	{"and-the", func(t *rules, l link) bool { return l.isLower(t, "and") && t.at(l.k+1).key == "the" }, always},
	{
		"by",
		func(t *rules, l link) bool { return l.isLower(t, "by") },
		func(t *rules, l link) bool { return t.isShort(l.from, l.k) },
	},
	{
		"person-of",
		func(t *rules, l link) bool { return l.isLower(t, "of") && t.isShort(l.k+1, l.end) },
		func(t *rules, l link) bool { return t.memory.knows(t.phrase(l.from, l.k)) },
	},
	{
		"possessive",
		func(t *rules, l link) bool { return t.possessive(l.k) == l.k+2 && l.k+2 < l.end },
		func(t *rules, l link) bool { return t.isShort(l.from, l.k) },
	},
	{
		"and",
		func(t *rules, l link) bool { return l.isLower(t, "and") || t.isMark(l.k, '&') },
		(*rules).joinsTwo,
	},
}

// joinsTwo reports whether an "and" joins two organisations: the first has its
// ending, or the document knows one and the other is known, too, or one noun.
func (t *rules) joinsTwo(l link) bool {
	before, after := t.isShort(l.from, l.k), t.isShort(l.k+1, l.end)
	switch {
	case t.isSuffix(l.k-1) && closedSuffixes[t.at(l.k-1).key]:
		return true
	case before && after:
		return true
	case after && l.k == l.from+1 && orgHeads[t.at(l.from).key]:
		return true
	}
	return before && l.k == l.end-2 && orgHeads[t.at(l.k+1).key]
}

// isShort reports whether the document knows tokens from up to end as the name of an
// organisation.
func (t *rules) isShort(from, end int) bool {
	phrase := t.phrase(from, end)
	return t.memory.short[phrase] == dossier.Org || end-from == 1 && t.memory.leading[phrase]
}

// phraseWords begin a phrase and are in no name.
var phraseWords = vocabulary.Set("to from as by via with into onto than that which return")

// withoutTitles returns the bounds of a person's name without the titles before it,
// and without what follows it: an office, "Jane Roe U.S. Secretary of State".
func (t *rules) withoutTitles(from, end int) (int, int) {
	for end-from > 1 && t.at(from).class != initial && (personTitles[t.at(from).key] || titleEnds[t.at(from).key]) {
		from++
		if t.isMark(from, '.') && end-from > 1 {
			from++
		}
	}
	for k := from + 1; k < end; k++ {
		if tok := t.at(k); tok.key == "us" || tok.class == title && officeNouns[tok.key] && tok.flags&nameWord == 0 {
			return from, k
		}
	}
	return from, end
}

// titleEnds are titles, and the ends of such, that only a name after them shows to be
// ones: "Chief of Staff Roe".
var titleEnds = vocabulary.Set("mme staff")

// officeNouns are what a person is, not called.
var officeNouns = vocabulary.Set("press inspector secretary president director chairman ambassador minister attorney general officer manager clerk deputy assistant associate professor counsel esq esquire")

// trimmedOrg returns the end of an organisation's name without its people and
// wares: "Halden Ltd. Trucks", "Halden Service" of a known Halden.
func (t *rules) trimmedOrg(from, end int) int {
	for k := from + 1; k < end-1; k++ {
		switch next := t.at(k + 1); {
		case !t.isSuffix(k) || t.isSuffix(k+1):
		case t.isMark(k+1, ',') && !t.isSuffix(k+2), closedSuffixes[t.at(k).key] && next.class == title:
			end = k + 1 // "Halden Inc., 10-K", "Halden Ltd. Trucks"
		}
	}
	for end-from > 1 && (t.at(end-1).isName() && t.bare(from, end) || t.at(end-1).class == lower && t.joined(end-1) && t.at(end-1).gap != glued) {
		end--
	}
	end = t.withSeries(end)
	if next := t.at(end); orgOf[t.at(from).key] && t.at(from+1).key == "of" && next.gap == glued && next.class == other {
		return max(end, t.ofTail(from+1)) // "Office of Workers' Compensation Programs"
	}
	return end
}

// wholeFrom returns where a company's name of tokens from up to end begins if it is
// on the line before: "Technologies, Inc." is the end of a name.
func (t *rules) wholeFrom(from, end int) int {
	first := t.at(from)
	if first.gap != parted || from == 0 || !t.nextLine(from) || !t.isRest(from, end) {
		return from
	}
	start := from
	for start > max(0, from-maxLine) && !t.used(start-1) && t.at(start-1).class == first.class && !blocksOrg(t.at(start-1)) && !personTitles[t.at(start-1).key] {
		start--
		if t.at(start).gap >= wrapped {
			break
		}
	}
	if t.isSuffix(from - 1) {
		return from
	}
	return start
}

// maxLine bounds the words of the line before.
const maxLine = 5

// isRest reports whether tokens from up to end have no word that names a company:
// only nouns of organisations, common words and the ending.
func (t *rules) isRest(from, end int) bool {
	suffix := false
	for k := from; k < end; k++ {
		tok := t.at(k)
		suffix = suffix || t.isSuffix(k)
		if tok.isName() && !orgHeads[tok.key] && !t.isSuffix(k) && !nameSuffixes[tok.key] && (tok.flags&commonWord == 0 || tok.flags&(nameWord|placeName) != 0) {
			return false
		}
	}
	return suffix || t.at(from).class == caps && orgHeads[t.at(end-1).key] && end-from > 1
}

// closedSuffixes end a company's name where others may go on: "& Co. Kline".
var closedSuffixes = vocabulary.Set("inc ltd llc llp")

// bare reports whether the last word of tokens from up to end is no part of an
// organisation's name that is known without it.
func (t *rules) bare(from, end int) bool {
	last := t.at(end - 1).key
	if wares[last] && !orgHeads[last] && end-from > 2 && (orgHeads[t.at(end-2).key] || t.isSuffix(end-2)) {
		return true
	}
	if t.isMark(end-2, ',') {
		return false
	}
	phrase := t.phrase(from, end-1)
	if phrase == "" || t.isSuffix(end-1) && last != "company" {
		return false
	}
	if wares[last] && bodies[phrase] {
		return true
	}
	short := t.memory.short[phrase] == dossier.Org
	return !orgHeads[last] && (short || wares[last] && end-from == 2 && t.memory.leading[phrase])
}

// wares are what an organisation has: people, goods, documents.
var wares = vocabulary.Set("officials official employees staff members representatives service products product company account accounts website page equipment code data agreement depo trademarks marks indemnitees indemnitee parties party users customers content logos logo shares stock technology software facility ip affiliates revenue confidential")

// isCamel reports whether a word has capitals inside as trade names have them:
// "HaldenWorks", but not "McHale" or "O'Hale".
func isCamel(word string) bool {
	for i := 3; i < len(word); i++ {
		if lex.IsUpper(word[i]) && lex.IsLower(word[i-1]) {
			return lex.IsUpper(word[0]) && word[:i] != "Mac" && word[:i] != "Fitz"
		}
	}
	return false
}

// isDoctrine reports whether token i stands for what its case held, not for a person:
// "Brady material", "Brady or Giglio".
func (t *rules) isDoctrine(i int) bool {
	key := t.at(i).key
	if !doctrines[key] || t.memory.proved[key] > 0 {
		return false
	}
	next := t.at(i + 1)
	if next.class == lower && doctrineNouns[next.key] {
		return true
	}
	for k := i - 2; k <= i+2; k++ { // one beside another: "Brady/Giglio"
		if k != i && doctrines[t.at(k).key] && t.at(k).isName() {
			return true
		}
	}
	return false
}

// withSeries returns the end of a trust's name with its series: "Trust 2006-3".
func (t *rules) withSeries(end int) int {
	if t.at(end-1).key != "trust" || !t.joined(end) || t.at(end).class != number {
		return end
	}
	for k := end + 1; ; k += 2 {
		if !t.isMark(k, '-') || t.at(k).gap != glued || t.at(k+1).gap != glued || !t.at(k+1).isName() && t.at(k+1).class != number {
			return k
		}
	}
}

// isKind reports whether tokens from up to end say what a party is, not its name:
// "Delaware Corporation", or are terms in capitals: "JOINT VENTURE".
func (t *rules) isKind(from, end int) bool {
	kind, _ := decide(t, kinds, question{from: from, end: end})
	return kind
}

// kinds are the rules of what is a kind of party. The first that fits decides.
var kinds = []decision[question]{
	{
		"everyday-words", // "Local Authority"
		func(t *rules, q question) bool {
			first, last := t.at(q.from), t.at(q.end-1)
			return (q.end-q.from == 2 || q.end-q.from == 3 && anybodys[first.key]) && t.memory.isPlain(first) && t.memory.isPlain(last) &&
				genericHeads[last.key] && first.class == title && t.at(q.end).key != "of"
		},
		func(t *rules, q question) bool { return !t.isDefined(q.from, q.end) },
	},
	{
		"one-word",
		func(_ *rules, q question) bool { return q.end-q.from == 1 },
		func(t *rules, q question) bool {
			last := t.at(q.end - 1)
			return last.key == "venture" || letters[last.key] && last.class == caps ||
				orgHeads[last.key] && !oneWordBodies[last.key] && !t.isDefined(q.from, q.end)
		},
	},
	{
		"joint-venture",
		func(t *rules, q question) bool {
			last := t.at(q.end - 1).key
			return t.at(q.from).key == "joint" && (last == "venture" || last == "ventures")
		},
		func(*rules, question) bool { return true },
	},
	{
		"company-of-state", // "Delaware Corporation"
		func(t *rules, q question) bool { return kindNouns[t.at(q.end-1).key] },
		func(t *rules, q question) bool {
			place := t.phrase(q.from, q.end-1)
			return gazetteer.IsState(place) || countries[place] || nations[place]
		},
	},
	{
		"terms-in-capitals",
		func(*rules, question) bool { return true },
		func(t *rules, q question) bool { return t.onlyTerms(q.from, q.end) && !t.isDefined(q.from, q.end) },
	},
}

// onlyTerms reports whether tokens from up to end are everyday words in capitals.
func (t *rules) onlyTerms(from, end int) bool {
	for k := from; k < end; k++ {
		tok := t.at(k)
		switch {
		case tok.class == caps && tok.flags&commonWord == 0 && !notNames[tok.key], tok.class != caps && tok.class != other,
			orgHeads[tok.key], t.isSuffix(k):
			return false
		}
	}
	return true
}

// isPlain reports whether a word is one of everyday, not of a name.
func (m *memory) isPlain(tok *token) bool {
	return tok.flags&commonWord != 0 && tok.flags&(nameWord|placeName) == 0 && !inOrg[tok.key] && !nations[tok.key] && tok.class != initial
}

// genericHeads are nouns of organisations that contracts use of anybody's: "Local
// Authority", "Steering Committee".
var genericHeads = vocabulary.Set("venture authority agency committee board unit group services systems program entity body representatives")

// anybodys are adjectives of bodies that have no name.
var anybodys = vocabulary.Set("applicable local relevant competent appropriate foreign other")

// kindNouns are what a party may be.
var kindNouns = vocabulary.Set("corporation company partnership")

// isDefined reports whether the document defines tokens from up to end as the short
// name of an organisation.
func (t *rules) isDefined(from, end int) bool {
	return t.memory.defined[t.phrase(from, end)] == dossier.Org
}
