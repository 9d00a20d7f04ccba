package relate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// besideMost bounds the words between two names that may join them, in bytes.
const besideMost = 150

var (
	jobHeads = vocabulary.With(vocabulary.Job)
	jobWords = vocabulary.With(vocabulary.JobPart) // words in lower case may stand before a head, too
)

// employment reads what is said of a name by the one beside it: who works for
// whom ("Jane Roe, Chief Executive Officer of Halden Inc.", "Halden's CEO, Jane
// Roe"), what belongs to whom ("Roe Inc., a subsidiary of Halden Inc."), and
// the blocks where companies sign.
func (f *finder) employment() {
	actors := f.actors(0, len(f.text))
	for i, p := range actors {
		if p.typ == dossier.Person {
			f.signer(actors, i)
		}
		if i+1 == len(actors) || actors[i+1].start-p.end > besideMost {
			continue
		}
		next := actors[i+1]
		gap := f.text[p.end:next.start]
		switch {
		case p.typ == dossier.Person && next.typ == dossier.Org:
			f.worksFor(p, next, gap)
		case p.typ == dossier.Org && next.typ == dossier.Person:
			if title := jobFirst(gap); title != "" {
				f.employ(next, p, title, p.start, next.end, titleFirstConfidence)
			}
		case p.typ == dossier.Org && next.typ == dossier.Org:
			f.owned(p, next, gap)
		}
	}
}

// worksFor reads what the words between a person and an organisation after it, or
// behind it, say of the person's job there.
func (f *finder) worksFor(person, org place, gap string) {
	if title := jobOf(gap); title != "" {
		f.employ(person, org, title, person.start, org.end, appositionConfidence)
	} else if title, end := f.jobAfter(gap, org); title != "" {
		f.employ(person, org, title, person.start, end, appositionConfidence)
	} else if worksRE.MatchString(gap) {
		f.employ(person, org, "", person.start, org.end, appositionConfidence)
	}
}

// jobOf returns the job that joins a person to an organisation after it:
// ", chief executive officer of the".
func jobOf(gap string) string {
	rest := withoutTerm(gap)
	opened := false
	for _, opening := range []string{", who is ", ", who was ", ", as ", ",", " is ", " was ", " served as ", " serves as ", " (", "\n"} {
		if tail, ok := strings.CutPrefix(rest, opening); ok {
			rest, opened = tail, true
			break
		}
	}
	words := strings.Fields(rest)
	if !opened || len(words) < 2 {
		return ""
	}
	if last := len(words) - 1; words[last] == "the" {
		words = words[:last]
	}
	if last := len(words) - 1; last < 1 || !slices.Contains([]string{"of", "at", "for", "with"}, words[last]) {
		return ""
	}
	if head := bareWord(words[len(words)-2]); words[len(words)-1] == "for" && (head == "attorney" || head == "counsel") {
		return "" // acts for a client
	}
	return job(words[:len(words)-1])
}

// jobFirst returns the job between an organisation and the person after it:
// "'s president", " CEO".
func jobFirst(gap string) string {
	rest := withoutTerm(gap)
	for _, own := range []string{"'s ", "’s ", "' ", "’ ", " "} {
		if tail, ok := strings.CutPrefix(rest, own); ok {
			words := strings.Fields(strings.TrimRight(tail, ", \n"))
			if own == " " && slices.ContainsFunc(words, func(w string) bool { return !jobHeads[bareWord(w)] && !jobWords[bareWord(w)] }) {
				return "" // a verb may stand among other words
			}
			return job(words)
		}
	}
	return ""
}

// worksRE matches words that say that a person is employed.
var worksRE = regexp.MustCompile(`(?i)^,?\s+(?:who\s+)?(?:works?\s+(?:for|at)|worked\s+(?:for|at)|(?:is\s+|was\s+)?employed\s+(?:by|at|with))\s+(?:the\s+)?$`)

// jobAfter returns the job that follows the organisation in "Jane Roe, Halden's
// general counsel,", and its end.
func (f *finder) jobAfter(gap string, org place) (title string, end int) {
	if strings.TrimSpace(gap) != "," {
		return "", 0
	}
	rest := f.text[org.end:runeStart(f.text, min(len(f.text), org.end+besideMost))]
	for _, own := range []string{"'s ", "’s "} {
		if tail, ok := strings.CutPrefix(rest, own); ok {
			n := strings.IndexAny(tail, ",.;)")
			if n < 0 {
				return "", 0
			}
			return job(strings.Fields(tail[:n])), org.end + len(own) + n
		}
	}
	return "", 0
}

// withoutTerm takes a defined term, ("Buyer"), off the front of a gap.
func withoutTerm(gap string) string {
	trimmed := strings.TrimLeft(gap, " \n")
	if !strings.HasPrefix(trimmed, "(") {
		return gap
	}
	if _, rest, ok := strings.Cut(trimmed, ")"); ok {
		return rest
	}
	return gap
}

// jobMost is the most words a job has.
const jobMost = 10

// job joins the words of a job, or returns "" if they are none: it ends in a
// job's head, and a capital stands on words of jobs only.
func job(words []string) string {
	if len(words) > 0 && slices.Contains([]string{"a", "an", "the", "The"}, words[0]) {
		words = words[1:]
	}
	if len(words) == 0 || len(words) > jobMost || !jobHeads[bareWord(words[len(words)-1])] {
		return ""
	}
	if words[0] == "and" || words[0] == "or" || slices.ContainsFunc(words, endsJob) {
		return ""
	}
	return strings.TrimRight(strings.Join(words, " "), ",")
}

// endsJob reports whether a word cannot be a part of a job.
func endsJob(w string) bool {
	bare := bareWord(w)
	switch {
	case bare == "":
		return w != "&"
	case stopWords[bare], len(bare) > 3 && strings.HasSuffix(bare, "."), strings.ContainsAny(w, `()";:“”`):
		return true
	}
	return bare != w && !jobHeads[bare] && !jobWords[bare]
}

// stopWords are no part of a job: they make a clause of it.
var stopWords = vocabulary.Set(`who which that said told has had by to from his her their our my not no met against with in on at than are is was were be`)

// bareWord is a word in lower case without the comma after it.
func bareWord(w string) string { return strings.ToLower(strings.TrimRight(w, ",")) }

var (
	titleLineRE = regexp.MustCompile(`(?i)^[\s_]*(?:title|its)\s*:\s*([^\n]{2,80})`)
	nameLineRE  = regexp.MustCompile(`(?i)(?:name|by)\s*:[\s_/s]*$`)
)

// signer reads "HALDEN INC. / By: … / Name: Jane Roe / Title: President".
func (f *finder) signer(actors []place, i int) {
	p := actors[i]
	title := titleLineRE.FindStringSubmatchIndex(f.text[p.end:min(len(f.text), p.end+160)])
	if title == nil || !nameLineRE.MatchString(f.text[max(0, p.start-30):p.start]) || i == 0 {
		return
	}
	company := actors[i-1]
	for n := i - 1; n > 0 && company.key == p.key; n-- { // above the name he signed
		company = actors[n-1]
	}
	if company.typ != dossier.Org || p.start-company.end > 250 {
		return
	}
	f.employ(p, company, f.text[p.end+title[2]:p.end+title[3]], company.start, p.end+title[3], titleBlockConfidence)
}

func (f *finder) employ(person, org place, title string, start, end int, confidence float64) {
	raw := strings.TrimRight(oneLine(title), ",;")
	f.state(dossier.Relation{
		Kind: dossier.EmployedBy, From: person.key, To: org.key,
		Role: strings.ToLower(raw), RoleRaw: raw, Confidence: confidence,
	}, start, end)
}

// The words between two organisations, one of which belongs to the other.
var (
	belongsRE = regexp.MustCompile(`(?i)^[,\s(]+(?:(?:which|that)\s+)?(?:is\s+|was\s+)?(?:[\w-]+\s+){0,8}?(?:subsidiar(?:y|ies)\s+of|owned\s+by)\s+(?:the\s+)?$`)
	hasRE     = regexp.MustCompile(`(?i)^(?:['’]s?\s+|\s*,?\s+and\s+its\s+|,?\s+through\s+its\s+)(?:[\w-]+\s+){0,4}?subsidiar(?:y|ies),?\s+$`)
	parentRE  = regexp.MustCompile(`(?i)^,?\s+(?:is\s+|was\s+)?(?:the\s+|an?\s+)?(?:[\w-]+\s+){0,3}?parent(?:\s+(?:company|corporation|entity))?\s+(?:of|to)\s+(?:the\s+)?$`)
	childRE   = regexp.MustCompile(`(?i)^(?:['’]s?|\s+(?:\w+\s+){0,4}?its)\s+(?:[\w-]+\s+){0,3}?parent(?:\s+(?:company|corporation|entity))?(?:,|\s+is)?\s+$`)
)

// owned reads what belongs to whom from the words between two organisations.
func (f *finder) owned(a, b place, gap string) {
	if lower := strings.ToLower(gap); !strings.Contains(lower, "subsidiar") && !strings.Contains(lower, "parent") && !strings.Contains(lower, "owned") {
		return
	}
	gap = withoutTerm(gap)
	if _, rest, ok := strings.Cut(gap[:min(len(gap), 5)], ")"); ok { // the first stands in a term of its own
		gap = rest + gap[min(len(gap), 5):]
	}
	var child, parent place
	switch {
	case belongsRE.MatchString(gap), childRE.MatchString(gap):
		child, parent = a, b
	case parentRE.MatchString(gap), hasRE.MatchString(gap):
		child, parent = b, a
	default:
		return
	}
	f.state(dossier.Relation{
		Kind: dossier.SubsidiaryOf, From: child.key, To: parent.key, RoleRaw: strings.Trim(oneLine(gap), ",( "), Confidence: appositionConfidence,
	}, a.start, b.end)
}
