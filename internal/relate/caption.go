package relate

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/sheet"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// party is a name in a caption with its role.
type party struct {
	place
	role, raw string
}

// versusRE matches what stands between the two sides of a caption.
var versusRE = regexp.MustCompile(`(?i)(?:^|[\s)|:\]])(v\.?|vs\.?|versus|-\s?against\s?-|against)(?:[\s)|:,]|$)`)

// sideReach bounds how far from the "v." one side of a caption may stretch, in bytes.
const sideReach = 1500

// caption reads the parties and the court from the head of the document.
func (f *finder) caption() {
	f.filedIn()
	top := f.top()
	if at, left, right := f.twoSides(top); at != nil {
		f.inAdversary(at[2], func() {
			f.addParties(left, captionConfidence)
			f.addParties(right, captionConfidence)
		})
		if len(right) == 0 {
			f.addParties(f.opponent(at[3]), titleConfidence)
		}
		return
	}
	if !f.inRe(top) {
		f.caseTitle(top)
	}
}

// top returns the end of the head of the document.
func (f *finder) top() int { return runeStart(f.text, min(head, len(f.text))) }

// twoSides finds the "v." of the caption as versusRE matches it, nil if there is
// none, and the parties on its sides.
func (f *finder) twoSides(top int) (versus []int, left, right []party) {
	for _, at := range versusRE.FindAllStringSubmatchIndex(f.text[:top], -1) {
		left, ok := f.leftSide(at[2])
		if !ok {
			continue
		}
		right = slices.DeleteFunc(f.rightSide(at[3]), func(r party) bool {
			return slices.ContainsFunc(left, func(l party) bool { return l.key == r.key }) // nobody sues himself
		})
		return at, left, right
	}
	return nil, nil, nil
}

// adversaryReach is how far from the "v." the number of an adversary
// proceeding may stand, in bytes.
const adversaryReach = 400

// inAdversary has do state the parties of the caption with the "v." at the
// offset in the adversary proceeding whose number stands beside it, if one does;
// the debtors above stay in the case that it is part of.
func (f *finder) inAdversary(versus int, do func()) {
	f.adversary = f.adversaryAt(versus)
	do()
	f.adversary = nil
}

// adversaryAt returns the number of the adversary proceeding beside the "v." at
// the offset, or nil.
func (f *finder) adversaryAt(versus int) (number *place) {
	for _, p := range f.within(max(0, versus-adversaryReach), min(len(f.text), versus+adversaryReach)) {
		before := f.text[max(0, p.start-len("Adversary Proceeding ")):p.end]
		if p.typ == dossier.Docket && strings.Contains(strings.ToLower(before), "adv") {
			number = &p
		}
	}
	return number
}

// paragraph returns the start of the paragraph of the offset, or the offset if
// it is far.
func (f *finder) paragraph(at int) int {
	floor := max(0, at-roleReach)
	if n := strings.LastIndex(f.text[floor:at], "\n\n"); n >= 0 {
		return floor + n
	}
	return floor
}

// opponent returns the party right after the "v." that ends at the offset, whose
// role the caption leaves out.
func (f *finder) opponent(versus int) []party {
	high := runeStart(f.text, min(len(f.text), versus+200))
	for _, p := range f.parts(versus, high) {
		if p.typ == dossier.Docket {
			continue
		}
		if p.typ == dossier.Court {
			return nil
		}
		p.start = versus // the proof runs from the "v."
		return []party{{place: p}}
	}
	return nil
}

// parts returns what stands in [start, end) that may be in a caption, without
// what lies inside something else.
func (f *finder) parts(start, end int) []place {
	var out []place
	for _, p := range f.within(start, end) {
		switch p.typ {
		case dossier.Person, dossier.Org, dossier.Court, dossier.Docket:
			if len(out) == 0 || p.start >= out[len(out)-1].end {
				out = append(out, p)
			}
		default: // a place or a date says nothing of the parties
		}
	}
	return out
}

var inReRE = regexp.MustCompile(`(?i)(?:^|\n)[ \t|)]*in\s+(?:re|the\s+matter\s+of):?[\s)|:]`)

// inRe reads "In re Halden Inc., Debtor", the caption of a case without sides.
func (f *finder) inRe(top int) bool {
	for _, at := range inReRE.FindAllStringIndex(f.text[:top], -1) {
		high := runeStart(f.text, min(len(f.text), at[1]+sideReach))
		roles := f.captionRoles(at[1], high)
		if len(roles) == 0 || len(f.actors(at[1], roles[0][0])) == 0 || roles[0][0]-at[1] > roleReach {
			continue
		}
		low := at[1]
		if raw := f.text[roles[0][0]:roles[0][1]]; normalRole(raw) != "debtor" {
			// Whose matter it is plays no role in it; who does stands below.
			low = max(low, f.paragraph(roles[0][0]))
		}
		f.addParties(f.withRoles(low, roles[:1]), captionConfidence)
		return true
	}
	return false
}

// leftSide finds the parties before the "v." at the offset. It is the "v." of
// a caption if a role closes the side: then nothing but ornament follows it.
func (f *finder) leftSide(versus int) ([]party, bool) {
	low, court := runeStart(f.text, max(0, versus-sideReach)), false
	for _, p := range f.within(low, versus) {
		if p.typ == dossier.Court || court && p.typ == dossier.Location && f.isSeat(low, p) {
			low, court = p.end, true
		}
	}
	roles := f.captionRoles(low, versus)
	if len(roles) == 0 || versus-roles[len(roles)-1][1] > 200 || f.partyIn(roles[len(roles)-1][1], versus) {
		return f.bareSide(low, versus)
	}
	return f.withRoles(low, roles), true
}

// seatRE matches the style of the places that courts of a state sit in.
var seatRE = regexp.MustCompile(`(?i)^(?:county|parish|borough)\s+of\b`)

// isSeat reports whether a place on the line below a court, which ends at the
// offset, is where it sits, and no party.
func (f *finder) isSeat(court int, p place) bool {
	return blank(f.text[court:p.start]) && seatRE.MatchString(f.text[p.start:p.end]) && !strings.HasPrefix(f.text[p.end:], ",")
}

// partyIn reports whether somebody other than a judge is named in [start, end).
func (f *finder) partyIn(start, end int) bool {
	return slices.ContainsFunc(f.litigants(start, end), func(p place) bool { return p.role != "judge" })
}

// bareSide finds the parties before a "v." on a line of its own whose role is
// not stated, as in criminal cases, if those after it have theirs.
func (f *finder) bareSide(low, versus int) ([]party, bool) {
	if !f.aloneOnLine(versus) || len(f.rightSide(versus+1)) == 0 {
		return nil, false
	}
	low = max(low, versus-roleReach)
	var out []party
	for _, p := range f.captionNames(low, versus) {
		q := party{place: p}
		q.end = versus
		out = append(out, q)
	}
	return out, len(out) > 0
}

// aloneOnLine reports whether the "v." at the offset stands between ornaments.
func (f *finder) aloneOnLine(at int) bool {
	low, high := f.lineAround(at)
	return strings.Trim(f.text[low:at], " \t-–—)|:") == "" && len(strings.Trim(f.text[at:high], " \t-–—)|:.\r")) <= len("against")
}

// lineAround returns the line of the offset, as far as lineMost bytes on either
// side.
func (f *finder) lineAround(at int) (low, high int) {
	floor, ceiling := max(0, at-lineMost), min(len(f.text), at+lineMost)
	low = floor + strings.LastIndexAny(f.text[floor:at], "\n\f") + 1
	if n := strings.IndexAny(f.text[at:ceiling], "\n\f"); n >= 0 {
		return low, at + n
	}
	return low, ceiling
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
		if strings.HasSuffix(before, " as") || strings.HasSuffix(before, " Chapter") { // "as Trustee, Plaintiff"
			start = f.secondRole(start, end)
			before = strings.TrimRight(f.text[low:start], " \t")
		}
		opens := before == "" || strings.ContainsRune(",\n)|:", rune(before[len(before)-1]))
		capital := start < end && lex.IsUpper(f.text[start])
		if opens && capital && f.closesRole(end, strings.HasSuffix(before, "\n")) {
			out = append(out, []int{start, end})
		}
	}
	return out
}

// secondRole returns the start of the second role of a phrase, or its end.
func (f *finder) secondRole(start, end int) int {
	words := oneRoleRE.FindAllStringIndex(f.text[start:end], 2)
	if len(words) < 2 {
		return end
	}
	return start + words[1][0]
}

// closesRole reports whether a role phrase may end at the offset. On a line of
// its own it is followed by ornament or another column; a name after it is
// prose that the line's end broke.
func (f *finder) closesRole(end int, ownLine bool) bool {
	if end == len(f.text) {
		return true
	}
	if !strings.ContainsAny(f.text[end:end+1], ",.;:)|]\n\r\t (") {
		return false
	}
	if !ownLine || f.text[end] != ' ' {
		return true
	}
	after := f.text[end:min(len(f.text), end+3)]
	return len(after) < 3 || strings.ContainsAny(after[1:2], " )|:§]\t\n(-–—*")
}

// rolesFrom returns the role phrases that start at the offset or later.
func (f *finder) rolesFrom(at int) [][]int {
	i, _ := slices.BinarySearchFunc(f.roles, at, func(span []int, at int) int { return cmp.Compare(span[0], at) })
	return f.roles[i:]
}

// roleReach bounds how far a role may stand from the last name it is for, and
// captionGap how far from the role before it, in bytes.
const (
	roleReach  = 500
	captionGap = 600
)

// withRoles gives the names between one role phrase and the next the role that
// follows them.
func (f *finder) withRoles(low int, roles [][]int) []party {
	var out []party
	for _, at := range roles {
		if len(out) > 0 && at[0]-low > captionGap {
			return out // past the end of the caption
		}
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
var describes = regexp.MustCompile(`(?i)(?:\b(?:of|for|as|in|at|by|through|dba|d/b/a|a/k/a|f/k/a|secretary|director|governor)\s+(?:the\s+)?["“‘']?)$`)

// officeRE matches what shows that a name above a caption is not of a party.
var officeRE = regexp.MustCompile(`(?i)\b(?:clerk|filed|deputy)\b`)

// ruleRE matches the rule that a caption draws below the court.
var ruleRE = regexp.MustCompile(`[-_=]{8}`)

// captionNames returns the names of parties in [low, high), going back from
// the role to the first thing that is no part of the list.
func (f *finder) captionNames(low, high int) []place {
	names := f.litigants(low, high)
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

// publicRE matches the style of towns and states, which are parties too.
var publicRE = regexp.MustCompile(`(?i)^(?:the\s+)?(?:(?:town|city|county|state|states|commonwealth|village|borough|township|people|republic)\s+of\b|united\s+states(?:\s+of\s+america)?$)`)

// litigants returns those in [start, end) who may be parties: persons,
// organisations, towns and states under their full style.
func (f *finder) litigants(start, end int) []place {
	var out []place
	for _, p := range f.within(start, end) {
		named := p.typ == dossier.Person || p.typ == dossier.Org || p.typ == dossier.Location && publicRE.MatchString(f.text[p.start:p.end])
		if named && (len(out) == 0 || p.start >= out[len(out)-1].end) {
			out = append(out, p)
		}
	}
	return out
}

// breaks reports whether the gap between two names ends a list of parties.
func (f *finder) breaks(start, end int) bool {
	return end-start > roleReach || officeRE.MatchString(f.text[start:end]) || ruleRE.MatchString(f.text[start:end]) ||
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
	for _, p := range parties {
		if id := [2]string{p.key, p.raw}; !f.known[id] {
			f.known[id] = true
			f.parties = append(f.parties, p)
		}
	}
	if f.docket == nil {
		return
	}
	for _, p := range parties {
		number := f.docket
		if f.adversary != nil && p.role != "debtor" {
			number = f.adversary
		}
		f.state(dossier.Relation{
			Kind: dossier.PartyInCase, From: p.key, To: number.key, Case: number.key,
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

// filedIn states the court of the document's own case.
func (f *finder) filedIn() {
	court := f.court()
	if f.docket == nil || court == nil {
		return
	}
	start, end := court.start, court.end
	if s, e := min(start, f.docket.start), max(end, f.docket.end); e-s <= evidenceMax {
		start, end = s, e
	}
	f.state(dossier.Relation{
		Kind: dossier.FiledIn, From: f.docket.key, To: court.key, Case: f.docket.key, Confidence: courtConfidence,
	}, start, end)
}

// court returns the first court in the head of the document, or nil.
func (f *finder) court() *place {
	for i := range f.places {
		if p := &f.places[i]; p.start >= head {
			break
		} else if p.typ == dossier.Court {
			return p
		}
	}
	return nil
}

// signed is how much of the end of a document may hold its signature, in bytes.
const signed = 2000

// The titles of judges: after a name, and before one.
var (
	judgeAfterRE  = regexp.MustCompile(`(?i)^[\s,_*]*((?:(?:chief|senior|united\s+states|u\.\s?s\.|circuit|district|magistrate|bankruptcy|superior|supreme|court|appellate|administrative\s+law|presiding|associate)\s+)*(?:judges?|justices?)|C?\.?J\.)`)
	judgeBeforeRE = regexp.MustCompile(`(?i)((?:(?:assigned|referred)\s+to:?\s+|before:?\s+|the\s+)?(?:(?:chief|senior|united\s+states|u\.\s?s\.|circuit|district|magistrate|bankruptcy|administrative\s+law|presiding|associate)\s+)*(?:judges?|justices?|hon\.|honorable)[\s:]*)$`)
)

// judges states who sits in the document's own case: persons called judge in
// its head or where it is signed, but not those of the court below.
func (f *finder) judges() {
	if f.docket == nil {
		return
	}
	for _, p := range f.places {
		if p.typ != dossier.Person || p.start >= head && p.start < len(f.text)-signed {
			continue
		}
		title, strong := f.judgeTitle(p)
		raw := f.text[title.Start:title.End]
		if p.role != "judge" && !strong || !f.sits(p, raw) {
			continue
		}
		role := judgeRole(raw)
		start, end := f.line(p.start, p.end)
		if !title.Empty() {
			start, end = min(start, title.Start), max(end, title.End)
		}
		f.state(dossier.Relation{
			Kind: dossier.JudgeOf, From: p.key, To: f.docket.key, Case: f.docket.key,
			Role: role, RoleRaw: oneLine(raw), Confidence: judgeConfidence,
		}, start, end)
	}
}

// sits reports whether a judge with the title, or "" for none, may sit in the case:
// not one of the court below, of prose or of a letterhead.
func (f *finder) sits(p place, title string) bool {
	switch {
	case p.start < head && f.below(p.start) && !f.onPanel(p.start),
		!f.amongJudges(p), f.inLetterhead(p, title),
		title == "" && f.beforeOrg(p):
		return false
	}
	return true
}

var panelRE = regexp.MustCompile(`(?i)(?:^|\n)[ \t]*before:?\s`)

// onPanel reports whether "Before" heads the paragraph of names at the offset.
func (f *finder) onPanel(at int) bool {
	before := f.text[runeStart(f.text, max(0, at-belowReach)):at]
	m := panelRE.FindStringIndex(before)
	return m != nil && !strings.Contains(strings.TrimLeft(before[m[1]:], "\n"), "\n\n")
}

// beforeOrg reports whether an organisation stands after a name on its line: the
// justice there is that of the "Department of Justice".
func (f *finder) beforeOrg(p place) bool {
	_, end := f.lineAround(p.end)
	return slices.ContainsFunc(f.actors(p.end, min(end, p.end+lineMost)), func(o place) bool { return o.typ == dossier.Org })
}

// judgeRole is the normal form of a judge's title.
func judgeRole(raw string) string {
	if strings.Contains(strings.ToLower(raw), "magistrate") {
		return "magistrate"
	}
	return "judge"
}

// inLetterhead reports whether a chief judge is named beside the clerk, as the
// letterheads of courts do whoever sits in the case.
func (f *finder) inLetterhead(p place, title string) bool {
	const reach = 200
	return strings.EqualFold(title, "chief judge") && !f.onPanel(p.start) &&
		strings.Contains(strings.ToLower(f.text[runeStart(f.text, max(0, p.start-reach)):runeStart(f.text, min(len(f.text), p.end+reach))]), "clerk")
}

// courtWords may stand in lower case on the line that names a judge.
var courtWords = vocabulary.Set(`and of the for court courts district before by to on in part all assigned referred hon dissenting concurring
	states as follows delivered judgment opinion per curiam v d dated with whom joins join sitting designation presiding present`)

// amongJudges reports whether the line of a name is one of names and titles:
// prose speaks of other judges.
func (f *finder) amongJudges(p place) bool {
	low := max(0, p.start-lineMost)
	before := f.text[low:p.start]
	if n := strings.LastIndexAny(before, "\n\f"); n >= 0 {
		before = before[n+1:]
	} else if low > 0 {
		return false
	}
	if n := max(strings.LastIndexAny(before, ")|\t"), strings.LastIndex(before, "   ")); n >= 0 {
		before = before[n+1:] // the other column
	}
	after := f.text[p.end:min(len(f.text), p.end+lineMost)]
	if n := strings.IndexAny(after, "\n\f"); n >= 0 {
		after = after[:n]
	}
	for _, part := range []string{before, after} {
		for w := range strings.FieldsFuncSeq(part, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if lex.IsLower(w[0]) && !courtWords[w] {
				return false
			}
		}
	}
	return true
}

// lineMost is how long a line of names may be on either side of one, in bytes.
const lineMost = 120

// judgeTitle returns the place of the words beside a name that call it a
// judge's. Of two words or more, and with a capital, they prove it.
func (f *finder) judgeTitle(p place) (title sheet.Span, strong bool) {
	low := runeStart(f.text, max(0, p.start-50))
	if m := judgeBeforeRE.FindStringSubmatchIndex(f.text[low:p.start]); m != nil {
		before := strings.TrimRight(f.text[low+m[2]:low+m[3]], " \t\n,:")
		title = sheet.Span{Start: low + m[2], End: low + m[2] + len(before)}
	}
	if m := judgeAfterRE.FindStringSubmatchIndex(f.text[p.end:min(len(f.text), p.end+80)]); m != nil {
		after := sheet.Span{Start: p.end + m[2], End: p.end + m[3]}
		words := f.text[after.Start:after.End]
		if strong = strings.Contains(words, " ") && lex.IsUpper(words[0]); strong || title.Empty() {
			return after, strong
		}
	}
	return title, false
}

// around widens a span by some words on both sides.
func (f *finder) around(start, end int) (int, int) {
	const most = 60
	low, high := runeStart(f.text, max(0, start-most)), runeStart(f.text, min(len(f.text), end+most))
	if n := strings.IndexByte(f.text[low:start], ' '); n >= 0 {
		low += n + 1
	}
	if n := strings.LastIndexByte(f.text[end:high], ' '); n >= 0 {
		high = end + n
	}
	return min(low, start), max(high, end)
}

// line widens a span to its lines, without the white space around them, if
// they are not too long for a proof.
func (f *finder) line(start, end int) (int, int) {
	floor := max(0, start-evidenceMax/2)
	ceiling := min(len(f.text), end+evidenceMax/2)
	low := strings.LastIndexByte(f.text[floor:start], '\n')
	high := strings.IndexByte(f.text[end:ceiling], '\n')
	if low < 0 && floor > 0 || high < 0 && ceiling < len(f.text) {
		return f.around(start, end)
	}
	if high >= 0 {
		ceiling = end + high
	}
	floor += low + 1
	before, after := f.text[floor:start], f.text[end:ceiling]
	return start - len(strings.TrimLeft(before, " \t\f\r")), end + len(strings.TrimRight(after, " \t\f\r"))
}
