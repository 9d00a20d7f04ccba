package relate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"dossier"
)

// party is a name in a caption with its role.
type party struct {
	place
	role, raw string
}

// The confidence in what patterns of captions say.
const (
	captionConfidence = 0.92
	titleConfidence   = 0.6 // "X v. Y" alone: who the parties are, not which is what
	inlineConfidence  = 0.8
	courtConfidence   = 0.85
	judgeConfidence   = 0.75
)

// versusRE matches what stands between the two sides of a caption.
var versusRE = regexp.MustCompile(`(?i)(?:^|[\s)|:\]])(v\.?|vs\.?|versus|-\s?against\s?-|against)(?:[\s)|:,]|$)`)

// sideReach bounds how far from the "v." one side of a caption may stretch, in bytes.
const sideReach = 1500

// caption reads the parties and the court from the head of the document.
func (f *finder) caption() {
	f.filedIn()
	top := runeStart(f.text, min(head, len(f.text)))
	for _, at := range versusRE.FindAllStringSubmatchIndex(f.text[:top], -1) {
		left, ok := f.leftSide(at[2])
		if !ok {
			continue
		}
		right := slices.DeleteFunc(f.rightSide(at[3]), func(r party) bool {
			return slices.ContainsFunc(left, func(l party) bool { return l.key == r.key }) // nobody sues himself
		})
		f.addParties(slices.Concat(left, right), captionConfidence)
		return
	}
	f.caseTitle(top)
}

// leftSide finds the parties before the "v." at the offset. It is the "v." of
// a caption if a role closes the side: then nothing but ornament follows it.
func (f *finder) leftSide(versus int) ([]party, bool) {
	low := runeStart(f.text, max(0, versus-sideReach))
	for _, p := range f.within(low, versus) {
		if p.typ == dossier.Court {
			low = p.end
		}
	}
	roles := f.captionRoles(low, versus)
	if len(roles) == 0 || versus-roles[len(roles)-1][1] > 200 || len(f.actors(roles[len(roles)-1][1], versus)) > 0 {
		return nil, false
	}
	return f.withRoles(low, roles), true
}

// rightSide finds the parties after the "v." that ends at the offset.
func (f *finder) rightSide(versus int) []party {
	high := runeStart(f.text, min(len(f.text), versus+sideReach))
	for _, p := range f.within(versus, high) {
		if p.typ == dossier.Court {
			high = p.start
			break
		}
	}
	return f.withRoles(versus, f.captionRoles(versus, high))
}

// captionRoles finds the role phrases in [low, high) that name a role of the
// parties before them: written with a capital, after a comma or on a line of
// their own, and not part of a sentence ("Plaintiff's motion").
func (f *finder) captionRoles(low, high int) [][]int {
	var out [][]int
	for _, at := range f.rolesFrom(low) {
		start, end := at[0], at[1]
		if end > high {
			break
		}
		before := strings.TrimRight(f.text[low:start], " \t0123456789")
		opens := before == "" || strings.HasSuffix(before, ",") || strings.HasSuffix(before, "\n") ||
			strings.HasSuffix(before, ")") || strings.HasSuffix(before, "|") || strings.HasSuffix(before, ":")
		after := f.text[end:min(len(f.text), end+2)]
		closes := after == "" || strings.ContainsAny(after[:1], ",.;:)|]\n\r\t (")
		capital := f.text[start] >= 'A' && f.text[start] <= 'Z'
		if opens && closes && capital {
			out = append(out, []int{start, end})
		}
	}
	return out
}

// rolesFrom returns the role phrases that start at the offset or later.
func (f *finder) rolesFrom(at int) [][]int {
	i, _ := slices.BinarySearchFunc(f.roles, at, func(span []int, at int) int { return cmp.Compare(span[0], at) })
	return f.roles[i:]
}

// roleReach bounds how far a role may stand from the last name it is for.
const roleReach = 500

// withRoles gives the names between one role phrase and the next the role that
// follows them.
func (f *finder) withRoles(low int, roles [][]int) []party {
	var out []party
	for _, at := range roles {
		names := f.captionNames(low, at[0])
		if len(names) == 0 || at[0]-names[len(names)-1].end > roleReach {
			if len(out) > 0 {
				return out // past the end of the caption
			}
			low = at[1]
			continue
		}
		raw := strings.Join(strings.Fields(f.text[at[0]:at[1]]), " ")
		for _, n := range names {
			p := party{place: n, role: normalRole(raw), raw: raw}
			p.end = at[1] // the proof runs to the role
			out = append(out, p)
		}
		low = at[1]
	}
	return out
}

// describes matches what stands before a name that only describes a party:
// an office, a seat, the agent through whom a party acts.
var describes = regexp.MustCompile(`(?i)(?:\b(?:of|for|as|in|at|by|through|dba|d/b/a|a/k/a|f/k/a|secretary|director|governor)\s+(?:the\s+)?)$`)

// officeRE matches what shows that a name above a caption is not of a party.
var officeRE = regexp.MustCompile(`(?i)\b(?:clerk|filed|deputy)\b`)

// captionNames returns the names of parties in [low, high), going back from
// the role to the first thing that is no part of the list.
func (f *finder) captionNames(low, high int) []place {
	names := f.actors(low, high)
	first := len(names)
	for first > 0 {
		p := names[first-1]
		if first < len(names) && f.breaks(p.end, names[first].start) {
			break
		}
		first--
	}
	return slices.DeleteFunc(names[first:], func(p place) bool {
		return p.role != "" || describes.MatchString(f.text[max(low, p.start-40):p.start])
	})
}

// breaks reports whether the gap between two names ends a list of parties.
func (f *finder) breaks(start, end int) bool {
	return end-start > roleReach || officeRE.MatchString(f.text[start:end]) ||
		slices.ContainsFunc(f.within(start, end), func(p place) bool { return p.typ == dossier.Docket })
}

// titleReach bounds how far the title of the document's own case may stand from
// its docket number: titles further away are those of other cases.
const titleReach = 300

// caseTitle reads "Roe v. Halden Inc." on one line, where no role is stated.
func (f *finder) caseTitle(top int) {
	for _, at := range versusRE.FindAllStringSubmatchIndex(f.text[:top], -1) {
		left := f.actors(max(0, at[2]-200), at[2])
		right := f.actors(at[3], min(len(f.text), at[3]+200))
		if len(left) == 0 || len(right) == 0 {
			continue
		}
		l, r := left[len(left)-1], right[0]
		if ornament(f.text[l.end:at[2]]) && ornament(f.text[at[3]:r.start]) && f.nearDocket(l.start, r.end) {
			for _, p := range []place{l, r} {
				p.start, p.end = l.start, r.end
				f.addParties([]party{{place: p}}, titleConfidence)
			}
			return
		}
	}
}

// nearDocket reports whether the document's own number stands near the span.
func (f *finder) nearDocket(start, end int) bool {
	return f.docket != nil && slices.ContainsFunc(f.within(max(0, start-titleReach), end+titleReach), func(p place) bool {
		return p.key == f.docket.key
	})
}

// ornament reports whether a gap between the parts of a case title holds
// nothing that matters.
func ornament(gap string) bool {
	gap = strings.NewReplacer("et al", "", ".", "", ",", "").Replace(gap)
	return strings.Trim(gap, " \t\r\n)|:]") == "" && strings.Count(gap, "\n") < 4
}

// addParties states the parties of the document's own case.
func (f *finder) addParties(parties []party, confidence float64) {
	f.parties = append(f.parties, parties...)
	if f.docket == nil {
		return
	}
	for _, p := range parties {
		f.state(dossier.Relation{
			Kind: dossier.PartyInCase, From: p.key, To: f.docket.key, Case: f.docket.key,
			Role: p.role, RoleRaw: p.raw, Confidence: confidence,
		}, p.start, p.end)
	}
}

// inlineParties reads "Plaintiff Jane Roe" and "Defendants A and B" in prose.
func (f *finder) inlineParties() {
	for _, at := range f.roles {
		if c := f.text[at[0]]; c < 'A' || c > 'Z' || !blank(f.text[at[1]:min(len(f.text), at[1]+1)]) {
			continue
		}
		raw := strings.Join(strings.Fields(f.text[at[0]:at[1]]), " ")
		names := f.list(at[1], strings.HasSuffix(strings.ToLower(raw), "s"))
		if len(names) > 0 && strings.Contains(f.text[at[1]:names[0].start], "\n") && forWhom(f.text[:at[0]]) {
			continue // "Attorney for Appellee", and below it the attorney
		}
		for _, n := range names {
			p := party{place: n, role: normalRole(raw), raw: raw}
			p.start = at[0]
			f.addParties([]party{p}, inlineConfidence)
		}
	}
}

// forWhom reports whether the text ends in "for" or "for the".
func forWhom(before string) bool {
	words := strings.Fields(strings.ToLower(before[runeStart(before, max(0, len(before)-20)):]))
	return len(words) > 0 && (words[len(words)-1] == "for" ||
		len(words) > 1 && words[len(words)-1] == "the" && words[len(words)-2] == "for")
}

// list returns the name that begins right after the offset and, if many, those
// that commas and "and" add to it.
func (f *finder) list(at int, many bool) []place {
	var out []place
	for _, p := range f.actors(at, min(len(f.text), at+600)) {
		gap := f.text[at:p.start]
		if len(out) == 0 && !blank(gap) || len(out) > 0 && !joins(gap) {
			break
		}
		out = append(out, p)
		at = p.end
		if !many {
			break
		}
	}
	return out
}

func blank(s string) bool { return strings.TrimSpace(s) == "" && strings.Count(s, "\n") < 2 }

// joins reports whether a gap joins two names of one list.
func joins(gap string) bool {
	switch strings.Trim(strings.TrimSpace(gap), ".,; ") {
	case "", "and", "&", "or":
		return strings.ContainsAny(gap, ",;&") || strings.Contains(gap, "and")
	}
	return false
}

// filedIn states the court of the document's own case: the first in its head.
func (f *finder) filedIn() {
	if f.docket == nil {
		return
	}
	for _, p := range f.places {
		if p.start >= head {
			return
		}
		if p.typ != dossier.Court {
			continue
		}
		start, end := p.start, p.end
		if s, e := min(p.start, f.docket.start), max(p.end, f.docket.end); e-s <= evidenceMax {
			start, end = s, e
		}
		f.state(dossier.Relation{
			Kind: dossier.FiledIn, From: f.docket.key, To: p.key, Case: f.docket.key, Confidence: courtConfidence,
		}, start, end)
		return
	}
}

// signed is how much of the end of a document may hold its signature, in bytes.
const signed = 2000

// judges states who sits in the document's own case: persons called judge in
// its head or where it is signed, but not those of the court below.
func (f *finder) judges() {
	if f.docket == nil {
		return
	}
	for _, p := range f.places {
		if p.typ != dossier.Person || p.role != "judge" || p.start >= head && p.start < len(f.text)-signed {
			continue
		}
		if p.start < head && f.below(p.start) {
			continue
		}
		start, end := f.line(p.start, p.end)
		f.state(dossier.Relation{
			Kind: dossier.JudgeOf, From: p.key, To: f.docket.key, Case: f.docket.key,
			Role: "judge", Confidence: judgeConfidence,
		}, start, end)
	}
}

// line widens a span to its lines, without the white space around them, if
// they are not too long for a proof.
func (f *finder) line(start, end int) (int, int) {
	floor := max(0, start-evidenceMax/2)
	ceiling := min(len(f.text), end+evidenceMax/2)
	low := strings.LastIndexByte(f.text[floor:start], '\n')
	high := strings.IndexByte(f.text[end:ceiling], '\n')
	if low < 0 && floor > 0 || high < 0 && ceiling < len(f.text) {
		return start, end
	}
	if high >= 0 {
		ceiling = end + high
	}
	floor += low + 1
	before, after := f.text[floor:start], f.text[end:ceiling]
	return start - len(strings.TrimLeft(before, " \t\f\r")), end + len(strings.TrimRight(after, " \t\f\r"))
}
