package relate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
)

// cueKind is how words say for whom counsel acts.
type cueKind uint8

const (
	plainCue  cueKind = iota // "for the Plaintiff"
	blockCue                 // "Attorneys for", "Counsel for"
	briefCue                 // "were on brief, for"
	behalfCue                // "on behalf of"
)

// cue is the words by which counsel says for whom it acts.
type cue struct {
	kind       cueKind
	start, end int // end is where the client begins
}

var (
	blockCueRE = regexp.MustCompile(`(?i)\b((?:(?:lead|local|co|liaison|interim|class|appellate|special)[- ])*(?:attorneys?|counsel|solicitors?)(?:\s+of\s+record)?)(?:\s*\([^)\n]{0,30}\))?$`)
	briefCueRE = regexp.MustCompile(`(?i)\bon\s+(?:the\s+)?briefs?,?$`)
)

// cueReach is how much text before "for" may belong to it, in bytes.
const cueReach = 70

// counsel reads signature blocks and appearances: who acts for whom.
func (f *finder) counsel() {
	for i := 0; i+3 < len(f.text); i++ {
		var c cue
		var ok bool
		switch f.text[i] | 0x20 {
		case 'f':
			c, ok = f.forCue(i)
		case 'b':
			c, ok = f.behalf(i)
			f.byCounsel(i)
		}
		if ok {
			f.acts(c)
		}
	}
	f.represented()
}

// forCue reads the word "for" at the offset.
func (f *finder) forCue(i int) (cue, bool) {
	if !lex.HasWordFold(f.text, i, "for") || i > 0 && lex.IsAlnum(f.text[i-1]) {
		return cue{}, false
	}
	c := cue{start: i, end: afterThe(f.text, i+len("for"))}
	low := runeStart(f.text, max(0, i-cueReach))
	before := strings.TrimRight(f.text[low:i], " \t\r\n")
	switch lastWord(before) {
	case "attorney", "attorneys", "counsel", "solicitor", "solicitors", "record", ")":
		if m := blockCueRE.FindStringSubmatchIndex(before); m != nil {
			c.kind, c.start = blockCue, low+m[2]
			return c, true
		}
	case "brief", "briefs":
		if m := briefCueRE.FindStringIndex(before); m != nil {
			c.kind, c.start = briefCue, low+m[0]
			return c, true
		}
	}
	return c, f.roleAt(c.end) > c.end
}

// lastWord returns the word at the end of a text in lower case, or the
// parenthesis there.
func lastWord(text string) string {
	if strings.HasSuffix(text, ")") {
		return ")"
	}
	text = strings.TrimRight(text, ",")
	i := len(text)
	for i > 0 && lex.IsAlpha(text[i-1]) {
		i--
	}
	return strings.ToLower(text[i:])
}

// afterThe skips white space at the offset, and "the" after it.
func afterThe(text string, at int) int {
	at = lex.SkipSpace(text, at)
	if lex.HasWordFold(text, at, "the") {
		return lex.SkipSpace(text, at+len("the"))
	}
	return at
}

// behalf reads "on behalf of" with its second word at the offset.
func (f *finder) behalf(i int) (cue, bool) {
	if !lex.HasWordFold(f.text, i, "behalf") || i > 0 && lex.IsAlnum(f.text[i-1]) {
		return cue{}, false
	}
	at := lex.SkipSpace(f.text, i+len("behalf"))
	if !lex.HasWordFold(f.text, at, "of") {
		return cue{}, false
	}
	return cue{kind: behalfCue, start: i, end: afterThe(f.text, at+len("of"))}, true
}

// roleAt returns the end of the role phrase at the offset, or the offset.
func (f *finder) roleAt(at int) int {
	if next := f.rolesFrom(at); len(next) > 0 && next[0][0] == at {
		return next[0][1]
	}
	return at
}

// acts states who acts for whom by one cue.
func (f *finder) acts(c cue) {
	clients, end := f.clients(c)
	if len(clients) == 0 {
		return
	}
	raw := strings.TrimSuffix(oneLine(f.text[c.start:c.end]), " the")
	if below := f.blockBelow(c, end); len(below) > 0 {
		f.represent(below, clients, raw, c.start, below[len(below)-1].end, signatureConfidence)
		return
	}
	switch c.kind {
	case blockCue:
		lawyers := f.beside(c.start)
		if len(lawyers) == 0 {
			lawyers = f.blockAbove(c.start)
			f.firms(lawyers)
		}
		f.represent(lawyers, clients, raw, c.start, end, signatureConfidence)
	case briefCue, behalfCue, plainCue:
		f.represent(f.appearance(c), clients, raw, c.start, end, briefConfidence)
	}
}

// clients returns the parties that the words after a cue name, by name or by
// role, and where those words end.
func (f *finder) clients(c cue) ([]place, int) {
	end := f.roleAt(c.end)
	phrase := f.text[c.end:end]
	if phrase == "" && c.kind == plainCue {
		return nil, c.end
	}
	if named := f.list(skipPunctuation(f.text, end), true); len(named) > 0 && f.text[min(end, len(f.text)-1)] != ':' {
		return named, named[len(named)-1].end
	}
	if phrase == "" {
		return nil, c.end
	}
	return f.side(strings.ToLower(phrase)), end
}

// sideMost is the most parties that one role phrase may stand for.
const sideMost = 200

// side returns the parties that a role phrase stands for: none if they are more
// than anybody acts for at once.
func (f *finder) side(phrase string) []place {
	if known, ok := f.sides[phrase]; ok {
		return known
	}
	var out []place
	seen := map[string]bool{}
	for _, p := range f.parties {
		if p.raw != "" && covers(phrase, p.raw) && !seen[p.key] {
			seen[p.key] = true
			out = append(out, p.place)
		}
	}
	if len(out) > sideMost {
		out = nil
	}
	f.sides[phrase] = out
	return out
}

var besideRE = regexp.MustCompile(`(?i)^(?:,?\s*esq\.?)?,[ \t]*(?:the |an? )?$`)

// beside returns the name that the cue at the offset describes in running text
// ("Mark Poe, attorney for").
func (f *finder) beside(at int) []place {
	names := f.actors(max(0, at-120), at)
	if len(names) == 0 || names[len(names)-1].typ != dossier.Person || !besideRE.MatchString(f.text[names[len(names)-1].end:at]) {
		return nil
	}
	return names[len(names)-1:]
}

func skipPunctuation(text string, at int) int {
	for at < len(text) && (text[at] == ',' || text[at] == ':' || text[at] == ' ') {
		at++
	}
	return at
}

// The size of a signature block.
const (
	blockLines = 14
	blockWidth = 90 // longer lines are prose
)

// opensLine reports whether nothing but ornament stands before the offset on
// its line, or the gap of a column.
func (f *finder) opensLine(at int) bool {
	floor := max(0, at-blockWidth)
	line := f.text[floor:at]
	if n := strings.LastIndexByte(line, '\n'); n >= 0 {
		line = line[n+1:]
	} else if floor > 0 {
		return false
	}
	return strings.Trim(line, " \t\f\r>*-–—()[]") == "" || strings.HasSuffix(line, "  ") || strings.HasSuffix(line, "\t")
}

// blockAbove returns the persons and firms in the lines above and beside the
// offset that form a block of counsel: short lines, up to prose, a date line
// or the role line of another block. Lines without a signature, a number or an
// address are a list of something else.
func (f *finder) blockAbove(at int) []place {
	if !f.opensLine(at) || !lex.IsUpper(f.text[at]) {
		return nil
	}
	low, _ := f.lineAround(at)
	for range blockLines {
		start, ok := f.shortLine(low)
		if !ok || stopRE.MatchString(f.text[start:low]) {
			break
		}
		low = start
	}
	if !f.hasContact(low, at) {
		return nil
	}
	return f.inColumn(at, f.actors(low, at))
}

// wideGap is what stands between the columns of a page.
const wideGap = "   "

// inColumn keeps those of the places that stand in the column of the offset,
// where two blocks stand side by side: the middle of the gap on its line is
// between them.
func (f *finder) inColumn(at int, places []place) []place {
	low, high := f.lineAround(at)
	line := f.text[low:high]
	gap := strings.Index(strings.TrimRight(line, " \t\r"), wideGap)
	if gap < 0 || strings.TrimSpace(line[:gap]) == "" {
		return places
	}
	right := gap + len(line[gap:]) - len(strings.TrimLeft(line[gap:], " "))
	middle := (gap + right) / 2
	isRight := at-low > middle
	return slices.DeleteFunc(places, func(p place) bool { return f.column(p.start) > middle != isRight })
}

// column returns the distance of the offset from the start of its line.
func (f *finder) column(at int) int {
	low, _ := f.lineAround(at)
	return at - low
}

var contactRE = regexp.MustCompile(`(?i)/s/|\besq\b|\bby:|\bllp\b|\bp\.?\s?c\.|\bpllc\b|\bbar\s+(?:no|number)|\blaw\b|\battorney|\btel|\bphone`)

// hasContact reports whether a signature stands in [low, high), or how to reach
// somebody.
func (f *finder) hasContact(low, high int) bool {
	return contactRE.MatchString(f.text[low:high]) || slices.ContainsFunc(f.within(low, high), func(p place) bool {
		return p.typ == dossier.Email || p.typ == dossier.Phone || p.typ == dossier.Address
	})
}

// blockBelow returns the persons and firms that a cue which opens its line and
// ends in a colon announces: "For the Plaintiff: Ann Lee, Lee & Poe LLP".
func (f *finder) blockBelow(c cue, end int) []place {
	if end >= len(f.text) || f.text[end] != ':' || !f.opensLine(c.start) {
		return nil
	}
	return f.linesBelow(end)
}

// linesBelow returns the persons and firms in the rest of a line and in the lines
// below it that form a block of counsel.
func (f *finder) linesBelow(end int) []place {
	high := lineEnd(f.text, end)
	for range blockLines {
		if high == len(f.text) || high-end > sheetReach {
			break
		}
		next := lineEnd(f.text, high+1)
		line := f.text[high+1 : next]
		if next-high > blockWidth || stopRE.MatchString(line) || strings.TrimSpace(line) == "" && len(f.actors(end, high)) > 0 {
			break
		}
		high = next
	}
	return f.actors(end, min(high, end+sheetReach))
}

var byCounselRE = regexp.MustCompile(`(?i)^by\s+(?:and\s+through\s+)?(?:its|his|her|their)\s+(?:undersigned\s+)?(?:attorneys?|counsel|solicitors?)\b[,:]?`)

// partyLines is how many lines above "By its attorneys" may name the party.
const partyLines = 3

// byCounsel reads "HALDEN INC., / By its attorneys, / /s/ Mary Poe" with "By" at
// the offset: the party stands above, its counsel below.
func (f *finder) byCounsel(i int) {
	if f.text[i] != 'B' || i > 0 && lex.IsAlnum(f.text[i-1]) || !lex.HasWordFold(f.text, i, "by") {
		return // "Jane Roe, by her attorneys, alleges" is prose
	}
	words := byCounselRE.FindString(f.text[i:min(len(f.text), i+cueReach)])
	if words == "" {
		return
	}
	low := i
	for range partyLines {
		start, ok := f.shortLine(low)
		if !ok || submittedRE.MatchString(f.text[start:low]) {
			break
		}
		low = start
	}
	clients := f.actors(low, i)
	if len(clients) == 0 {
		if roles := f.captionRoles(low, i); len(roles) > 0 {
			clients = f.side(strings.ToLower(f.text[roles[0][0]:roles[0][1]]))
		}
	}
	lawyers := slices.DeleteFunc(f.linesBelow(i+len(words)), func(l place) bool {
		return slices.ContainsFunc(clients, func(c place) bool { return c.key == l.key })
	})
	if len(clients) > 0 {
		f.represent(lawyers, clients, oneLine(strings.TrimRight(words, ",:")), low, i+len(words), signatureConfidence)
	}
	f.firms(lawyers)
}

var submittedRE = regexp.MustCompile(`(?i)\b(respectfully|submitted|dated|sincerely)\b`)

// shortLine returns the start of the line that ends at the offset, with or
// without its line end; false if it is no line of a block.
func (f *finder) shortLine(end int) (start int, ok bool) {
	floor := max(0, end-1-blockWidth)
	i := strings.LastIndexByte(f.text[floor:max(floor, end-1)], '\n')
	switch {
	case end == 0, i < 0 && floor > 0:
		return 0, false
	case i < 0:
		return 0, true
	}
	return floor + i + 1, true
}

var stopRE = regexp.MustCompile(`(?i)\b(respectfully|dated|submitted|attorneys?\s+for|counsel\s+for|plaintiffs?|defendants?|petitioners?|respondents?|wherefore|court\s+of|sincerely|page\s+\d|case)\b`)

// appearance returns those that appear before the cue: in its sentence for
// "on brief, for", beside it for the others.
func (f *finder) appearance(c cue) []place {
	reach := 160
	if c.kind == briefCue {
		reach = 700
	}
	low := runeStart(f.text, max(0, c.start-reach))
	for _, s := range f.within(low, c.start) {
		if s.typ == dossier.Court || s.typ == dossier.Docket {
			low = s.end
		}
	}
	if i, ok := slices.BinarySearchFunc(f.sentences, c.start, compareSpan); ok {
		low = max(low, f.sentences[i].Start)
	}
	people := f.actors(low, c.start)
	if c.kind == briefCue {
		return people
	}
	// "for the Plaintiff" beside a name counts only if the name is a lawyer's.
	return slices.DeleteFunc(people, func(p place) bool {
		return p.typ != dossier.Person || p.role != "attorney" && !esquire(f.text[p.start:min(len(f.text), p.end+10)])
	})
}

func esquire(s string) bool { return strings.Contains(strings.ToLower(s), "esq") }

// represent states that each of the lawyers acts for each of the clients, by
// the words in [start, end).
func (f *finder) represent(lawyers, clients []place, raw string, start, end int, confidence float64) {
	for _, l := range lawyers {
		from, to := min(start, l.start), max(end, l.end)
		if l.role == "judge" || to-from > sheetReach || strings.HasSuffix(f.text[l.start:l.end], " Bar") { // of a state, beside a number
			continue
		}
		for _, c := range clients {
			f.state(dossier.Relation{
				Kind: dossier.CounselFor, From: l.key, To: c.key, Case: f.caseKey(),
				Role: counselRole(raw), RoleRaw: raw, Confidence: confidence,
			}, from, to)
		}
	}
}

// firmReach bounds how far below a lawyer's name the firm may stand, in bytes.
const firmReach = 160

// firms states for whom the lawyers of a block work: the firm in the lines
// below their names.
func (f *finder) firms(block []place) {
	for i, firm := range block {
		if firm.typ != dossier.Org {
			continue
		}
		for n := i - 1; n >= 0 && block[n].typ == dossier.Person; n-- {
			if firm.start-block[n].end > firmReach {
				break
			}
			f.state(dossier.Relation{
				Kind: dossier.EmployedBy, From: block[n].key, To: firm.key, Confidence: signatureConfidence,
			}, block[n].start, firm.end)
		}
	}
}

// represented reads "Jane Roe, represented by Mary Poe".
func (f *finder) represented() {
	const cue = "represented by"
	for at := 0; ; at += len(cue) {
		n := strings.Index(f.text[at:], cue)
		if n < 0 {
			return
		}
		at += n
		end := at + len(cue)
		if end < len(f.text) && f.text[end] == ':' {
			end++
		}
		before := f.actors(max(0, at-150), at)
		after := f.actors(end, min(len(f.text), end+120))
		if len(before) == 0 || len(after) == 0 || !blank(f.text[end:after[0].start]) {
			continue
		}
		client, lawyer := before[len(before)-1], after[0]
		f.state(dossier.Relation{
			Kind: dossier.CounselFor, From: lawyer.key, To: client.key, Case: f.caseKey(),
			Role: "counsel", RoleRaw: cue, Confidence: briefConfidence,
		}, client.start, lawyer.end)
	}
}
