package relate

import (
	"regexp"
	"slices"
	"strings"

	"dossier"
)

// The confidence in what patterns of prose and of blocks say.
const (
	signatureConfidence = 0.8
	briefConfidence     = 0.75
	appositionConfid    = 0.85
	titleFirstConfid    = 0.75
	titleBlockConfid    = 0.75
	contractConfidence  = 0.9
	headerConfidence    = 0.95
	metaConfidence      = 0.7
	citesConfidence     = 0.9
)

// forRE matches the words by which counsel says for whom it acts.
var forRE = regexp.MustCompile(`(?i)\b((?:attorneys?|counsel|solicitors?)(?:\s+of\s+record)?(?:\s*\([^)\n]{0,30}\))?\s+for|on\s+brief,?\s+for|on\s+the\s+briefs?,?\s+for|on\s+behalf\s+of|for)\s+(?:the\s+)?`)

// counsel reads signature blocks and appearances: who acts for whom.
func (f *finder) counsel() {
	for _, at := range forRE.FindAllStringSubmatchIndex(f.text, -1) {
		cue := strings.ToLower(f.text[at[2]:at[3]])
		clients, end := f.clients(at[1], cue == "for")
		if len(clients) == 0 {
			continue
		}
		block := strings.HasPrefix(cue, "attorney") || strings.HasPrefix(cue, "counsel") || strings.HasPrefix(cue, "solicitor")
		confidence := briefConfidence
		var lawyers []place
		if block {
			confidence = signatureConfidence
			lawyers = f.beside(at[0])
			if len(lawyers) == 0 {
				lawyers = f.block(at[0])
			}
		} else {
			lawyers = f.appearance(at[0], cue)
		}
		f.represent(lawyers, clients, end, confidence)
	}
	f.represented()
}

// clients returns the parties that the words at the offset name, by name or by
// role, and where those words end.
func (f *finder) clients(at int, roleOnly bool) ([]place, int) {
	end, phrase := at, ""
	if next := f.rolesFrom(at); len(next) > 0 && next[0][0] == at {
		end = next[0][1]
		phrase = f.text[at:end]
	}
	if phrase == "" && roleOnly {
		return nil, at
	}
	if named := f.list(skipPunctuation(f.text, end), true); len(named) > 0 {
		return named, named[len(named)-1].end
	}
	if phrase == "" {
		return nil, at
	}
	var out []place
	for _, p := range f.parties {
		if p.raw != "" && covers(phrase, p.raw) && !slices.ContainsFunc(out, func(o place) bool { return o.key == p.key }) {
			out = append(out, p.place)
		}
	}
	return out, end
}

var besideRE = regexp.MustCompile(`(?i)^(?:,?\s*esq\.?)?,[ \t]*(?:the |an? )?$`)

// beside returns the name that the cue at the offset describes in running text
// ("Mark Poe, attorney for").
func (f *finder) beside(at int) []place {
	names := f.actors(max(0, at-120), at)
	if len(names) == 0 || !besideRE.MatchString(f.text[names[len(names)-1].end:at]) {
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

// block returns the persons and firms in the lines above and beside the offset
// that form a block of counsel: short lines, up to prose, a date line or the
// role line of another block.
func (f *finder) block(at int) []place {
	low := at
	for range blockLines {
		start, ok := f.shortLine(low)
		if !ok || stopRE.MatchString(f.text[start:low]) {
			break
		}
		low = start
	}
	return f.actors(low, at)
}

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
func (f *finder) appearance(at int, cue string) []place {
	reach := 160
	if strings.Contains(cue, "brief") {
		reach = 700
	}
	low := runeStart(f.text, max(0, at-reach))
	for _, s := range f.within(low, at) {
		if s.typ == dossier.Court || s.typ == dossier.Docket {
			low = s.end
		}
	}
	if i, ok := slices.BinarySearchFunc(f.sentences, at, compareSpan); ok {
		low = max(low, f.sentences[i].Start)
	}
	people := f.actors(low, at)
	if strings.Contains(cue, "brief") {
		return people
	}
	// "for the Plaintiff" beside a name counts only if the name is a lawyer's.
	return slices.DeleteFunc(people, func(p place) bool {
		return p.typ != dossier.Person || p.role != "attorney" && !esquire(f.text[p.start:min(len(f.text), p.end+10)])
	})
}

func esquire(s string) bool { return strings.Contains(strings.ToLower(s), "esq") }

// represent states that each of the lawyers acts for each of the clients.
func (f *finder) represent(lawyers, clients []place, end int, confidence float64) {
	for _, l := range lawyers {
		if l.role == "judge" || end-l.start > 1200 {
			continue
		}
		for _, c := range clients {
			f.state(dossier.Relation{
				Kind: dossier.CounselFor, From: l.key, To: c.key, Case: f.caseKey(), Role: "counsel", Confidence: confidence,
			}, l.start, end)
		}
	}
}

var representedRE = regexp.MustCompile(`(?i)\brepresented\s+by\b:?`)

// represented reads "Jane Roe, represented by Mary Poe".
func (f *finder) represented() {
	for _, at := range representedRE.FindAllStringIndex(f.text, -1) {
		before := f.actors(max(0, at[0]-150), at[0])
		after := f.actors(at[1], min(len(f.text), at[1]+120))
		if len(before) == 0 || len(after) == 0 || !blank(f.text[at[1]:after[0].start]) {
			continue
		}
		client, lawyer := before[len(before)-1], after[0]
		f.state(dossier.Relation{
			Kind: dossier.CounselFor, From: lawyer.key, To: client.key, Case: f.caseKey(), Role: "counsel", Confidence: briefConfidence,
		}, client.start, lawyer.end)
	}
}

// titleWord matches the word that makes a phrase a job.
const titleWord = `(?:officer|president|director|manager|counsel|partner|chair(?:man|woman|person)?|secretary|treasurer|` +
	`employee|engineer|analyst|professor|ceo|cfo|coo|cto|administrator|clerk|agent|associate|attorney general|` +
	`commissioner|superintendent|governor|supervisor|trustee|founder|comptroller|controller|accountant|adviser|advisor|consultant|principal|member|head|sheriff|warden|mayor)`

var (
	titleOfRE    = regexp.MustCompile(`(?is)^,?\s+(?:an?\s+|the\s+)?((?:[\w’'&/-]+,?\s+){0,6}?` + titleWord + `(?:\s+(?:and|&)\s+(?:[\w’'/-]+\s+){0,4}?` + titleWord + `)?)\s+(?:of|at|for|with)\s+(?:the\s+)?$`)
	titleFirstRE = regexp.MustCompile(`(?is)^(?:['’]s?)?\s+((?:[\w/-]+\s+){0,3}?` + titleWord + `),?\s+$`)
	titleLineRE  = regexp.MustCompile(`(?i)^[\s_]*(?:title|its)\s*:\s*([^\n]{2,80})`)
	nameLineRE   = regexp.MustCompile(`(?i)(?:name|by)\s*:[\s_/s]*$`)
)

// employment reads who works for whom: "Jane Roe, Chief Executive Officer of
// Halden Inc.", "Halden CEO Jane Roe", and blocks where companies sign.
func (f *finder) employment() {
	actors := f.actors(0, len(f.text))
	for i, p := range actors {
		if p.typ == dossier.Person {
			f.signer(actors, i)
		}
		if i+1 == len(actors) || actors[i+1].start-p.end > 150 {
			continue
		}
		next := actors[i+1]
		gap := f.text[p.end:next.start]
		switch {
		case p.typ == dossier.Person && next.typ == dossier.Org:
			if m := titleOfRE.FindStringSubmatch(gap); m != nil {
				f.employ(p, next, m[1], p.start, next.end, appositionConfid)
			}
		case p.typ == dossier.Org && next.typ == dossier.Person:
			if m := titleFirstRE.FindStringSubmatch(gap); m != nil {
				f.employ(next, p, m[1], p.start, next.end, titleFirstConfid)
			}
		}
	}
}

// signer reads "HALDEN INC. / By: … / Name: Jane Roe / Title: President".
func (f *finder) signer(actors []place, i int) {
	p := actors[i]
	title := titleLineRE.FindStringSubmatchIndex(f.text[p.end:min(len(f.text), p.end+160)])
	if title == nil || !nameLineRE.MatchString(f.text[max(0, p.start-30):p.start]) || i == 0 {
		return
	}
	company := actors[i-1]
	if company.typ != dossier.Org || p.start-company.end > 250 {
		return
	}
	f.employ(p, company, f.text[p.end+title[2]:p.end+title[3]], company.start, p.end+title[3], titleBlockConfid)
}

func (f *finder) employ(person, org place, title string, start, end int, confidence float64) {
	raw := strings.Join(strings.Fields(title), " ")
	f.state(dossier.Relation{
		Kind: dossier.EmployedBy, From: person.key, To: org.key,
		Role: strings.ToLower(raw), RoleRaw: raw, Confidence: confidence,
	}, start, end)
}

var (
	betweenRE  = regexp.MustCompile(`(?i)\b(?:by\s+and\s+(?:between|among)|between|among|made\s+by|entered\s+into\s+by)\b:?\s*`)
	contractRE = regexp.MustCompile(`(?i)\b(?:agreement|contract|lease|amendment|license|deed|indenture|undertaking)\b`)
	preambleRE = regexp.MustCompile(`\b(?:WITNESSETH|WHEREAS|RECITALS|Recitals|Whereas|NOW,? THEREFORE|BACKGROUND)\b`)
	followsRE  = regexp.MustCompile(`^\s*(?:[.,;(“"]|and\b|whose\b|with\b|having\b|located\b|is\b|$)`)
	precedesRE = regexp.MustCompile(`(?i)(?:\band|[,;:)])\s*(?:\(\d\)|\(?[ivx]+\)|\d\.)?\s*(?:the\s+)?$`)
)

// The reach of a preamble in bytes, and the most parties a contract has before
// the pattern is taken to have found a list of something else.
const (
	preambleReach = 1500
	firstPartyGap = 60
	contractMost  = 6
)

// contract reads the preamble: "by and between X and Y".
func (f *finder) contract() {
	top := runeStart(f.text, min(head, len(f.text)))
	for _, at := range betweenRE.FindAllStringIndex(f.text[:top], -1) {
		if !contractRE.MatchString(f.text[max(0, at[0]-400):at[0]]) {
			continue
		}
		parties := f.contractParties(at[1])
		if len(parties) < 2 || len(parties) > contractMost {
			continue
		}
		for i, a := range parties {
			for _, b := range parties[i+1:] {
				f.state(dossier.Relation{
					Kind: dossier.PartyToContract, From: a.key, To: b.key, Confidence: contractConfidence,
				}, at[0], b.end)
			}
		}
		return
	}
}

// contractParties returns the parties listed after the offset.
func (f *finder) contractParties(at int) []place {
	high := runeStart(f.text, min(len(f.text), at+preambleReach))
	if m := preambleRE.FindStringIndex(f.text[at:high]); m != nil {
		high = at + m[0]
	}
	if i, ok := slices.BinarySearchFunc(f.sentences, at, compareSpan); ok {
		high = min(high, f.sentences[i].End)
	}
	var out []place
	for _, p := range f.actors(at, high) {
		if len(out) == 0 && p.start-at > firstPartyGap {
			return nil
		}
		listed := len(out) == 0 || continues(f.text[at:p.start])
		if listed && followsRE.MatchString(f.text[p.end:min(len(f.text), p.end+20)]) &&
			!slices.ContainsFunc(out, func(o place) bool { return o.key == p.key }) {
			out = append(out, p)
			at = p.end
		}
	}
	return out
}

// continues reports whether the gap after one party leads to the next: "and"
// or a semicolon comes last, or a comma that ends no address.
func continues(gap string) bool {
	if !precedesRE.MatchString(gap) {
		return false
	}
	last := strings.TrimSpace(gap)
	return !strings.HasSuffix(last, ",") || last == "," || strings.HasSuffix(strings.TrimSuffix(last, ","), ")")
}

var headerRE = regexp.MustCompile(`(?im)^[ \t>*]*(from|to|cc|bcc)[ \t*]*:[ \t]*(.*)$`)

// headerGap bounds how far the To line of a mail may stand from its From line.
const headerGap = 600

// mail reads who wrote to whom from the header lines of mails in the text, or,
// where there are none, from what the file says of itself.
func (f *finder) mail(meta map[string]string) {
	var sender []place
	senderAt, stated := 0, false
	for _, at := range headerRE.FindAllStringSubmatchIndex(f.text, -1) {
		people := f.correspondents(at[4], at[5])
		if len(people) == 0 {
			continue
		}
		if strings.EqualFold(f.text[at[2]:at[3]], "from") {
			sender, senderAt = people, at[2]
			continue
		}
		if len(sender) == 0 || at[2]-senderAt > headerGap {
			continue
		}
		role := strings.ToLower(f.text[at[2]:at[3]])
		for _, p := range people {
			stated = true
			f.state(dossier.Relation{
				Kind: dossier.SentTo, From: sender[0].key, To: p.key, Role: role, Confidence: headerConfidence,
			}, senderAt, p.end)
		}
	}
	if !stated {
		f.mailMeta(meta)
	}
}

// correspondents returns who is named in a header: persons and organisations,
// and addresses that no name comes before.
func (f *finder) correspondents(start, end int) []place {
	var out []place
	for _, p := range f.within(start, end) {
		switch p.typ {
		case dossier.Person, dossier.Org:
			if len(out) > 0 && p.start < out[len(out)-1].end {
				continue // a name inside an address
			}
		case dossier.Email:
			if len(out) > 0 && out[len(out)-1].typ != dossier.Email &&
				strings.Trim(f.text[out[len(out)-1].end:p.start], " \t\"'<([:") == "" {
				continue
			}
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// mailMeta states who wrote to whom by the file's own headers, if the text
// names both.
func (f *finder) mailMeta(meta map[string]string) {
	from := f.named(meta["from"])
	if len(from) == 0 {
		return
	}
	for _, role := range []string{"to", "cc", "bcc"} {
		for _, p := range f.named(meta[role]) {
			f.state(dossier.Relation{
				Kind: dossier.SentTo, From: from[0].key, To: p.key, Role: role, Confidence: metaConfidence,
			}, p.start, p.end)
		}
	}
}

// named returns the first place of each address that a header names.
func (f *finder) named(header string) []place {
	header = strings.ToLower(header)
	var out []place
	for _, p := range f.places {
		if p.typ == dossier.Email && strings.Contains(header, strings.ToLower(f.text[p.start:p.end])) &&
			!slices.ContainsFunc(out, func(o place) bool { return o.key == p.key }) {
			out = append(out, p)
		}
	}
	return out
}

// citations states which authorities the document's own case cites.
func (f *finder) citations() {
	if f.docket == nil {
		return
	}
	for _, p := range f.places {
		if p.typ == dossier.Citation || p.typ == dossier.Statute {
			f.state(dossier.Relation{
				Kind: dossier.Cites, From: f.docket.key, To: p.key, Case: f.docket.key, Confidence: citesConfidence,
			}, p.start, p.end)
		}
	}
}
