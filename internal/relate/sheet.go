package relate

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sheet"
)

// sheetReach bounds a proof that runs from a party to its attorney, in bytes.
const sheetReach = 1200

// docketSheet states what a docket sheet lists: its parties, those who
// represent them and the judges. It reports whether there are parties: then what
// the entries say of others is left out, as the list is the court's own.
func (f *finder) docketSheet() bool {
	s, ok := sheet.Read(f.text)
	if !ok {
		return false
	}
	for _, p := range f.within(max(0, s.Case.Start-len("Adversary Proceeding #: ")), s.Case.End) {
		if p.typ == dossier.Docket && p.end > s.Case.Start {
			f.docket = &p
		}
	}
	if day := f.placeAt(s.Filed, dossier.Date); day != nil && f.docket != nil {
		low, _ := f.line(day.start, day.end)
		f.filedOn(f.docket, day, low)
	}
	for _, j := range s.Judges {
		f.listedJudge(j)
	}
	for _, p := range s.Parties {
		f.listedParty(&p)
	}
	return len(s.Parties) > 0
}

// placeAt returns the place that begins where the span does and is of one of
// the types, or nil.
func (f *finder) placeAt(s sheet.Span, types ...dossier.MentionType) *place {
	i, found := slices.BinarySearchFunc(f.places, s.Start, func(p place, at int) int { return p.start - at })
	for ; found && i < len(f.places) && f.places[i].start == s.Start; i++ {
		if p := &f.places[i]; p.end <= s.End && slices.Contains(types, p.typ) {
			return p
		}
	}
	return nil
}

// listed returns the place of a listed name. A state or a city may be a party.
func (f *finder) listed(s sheet.Span) *place {
	return f.placeAt(s, dossier.Person, dossier.Org, dossier.Location, dossier.Court)
}

// words returns the text of spans, joined by semicolons.
func (f *finder) words(spans ...sheet.Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = strings.Trim(strings.Join(strings.Fields(f.text[s.Start:s.End]), " "), "[]:")
	}
	return strings.Join(parts, "; ")
}

func (f *finder) listedJudge(j sheet.Name) {
	name := f.listed(j.Name)
	if name == nil || f.docket == nil {
		return
	}
	raw := f.words(j.Role)
	f.state(dossier.Relation{
		Kind: dossier.JudgeOf, From: name.key, To: f.docket.key, Case: f.docket.key,
		Role: judgeRole(raw), RoleRaw: raw, Confidence: sheetConfidence,
	}, min(j.Role.Start, name.start), name.end)
}

// listedParty states the role of a party, and who represents it.
func (f *finder) listedParty(p *sheet.Party) {
	name := f.listed(p.Name.Name)
	if name == nil || f.docket == nil {
		return
	}
	start, end := proof(p.Role, p.Name.Name)
	f.state(dossier.Relation{
		Kind: dossier.PartyInCase, From: name.key, To: f.docket.key, Case: f.docket.key,
		Role: sheetRole(f.text[p.Role.Start:p.Role.End]), RoleRaw: f.words(append([]sheet.Span{p.Role}, p.Notes...)...),
		Confidence: sheetConfidence,
	}, start, end)
	for _, c := range p.Counsel {
		f.listedCounsel(p, name, &c)
	}
}

// proof spans two places if they are near each other, else it is the second.
func proof(a, b sheet.Span) (start, end int) {
	start, end = min(a.Start, b.Start), max(a.End, b.End)
	if end-start > sheetReach {
		return b.Start, b.End
	}
	return start, end
}

// listedCounsel states for whom an attorney acts, and of which firm.
func (f *finder) listedCounsel(p *sheet.Party, client *place, c *sheet.Counsel) {
	lawyer := f.listed(c.Name)
	if lawyer == nil {
		return
	}
	entry := c.Name
	if n := len(c.Notes); n > 0 {
		entry.End = c.Notes[n-1].End
	}
	raw := f.words(append([]sheet.Span{}, c.Notes...)...)
	if raw == "" {
		raw = f.words(c.Cue)
	}
	start, end := proof(p.Name.Name, c.Name)
	if s, e := proof(p.Name.Name, entry); s == start {
		start, end = s, e
	}
	f.state(dossier.Relation{
		Kind: dossier.CounselFor, From: lawyer.key, To: client.key, Case: f.docket.key,
		Role: counselRole(raw), RoleRaw: raw, Confidence: sheetConfidence,
	}, start, end)
	if firm := f.listed(c.Firm); firm != nil && firm.typ == dossier.Org && lawyer.typ == dossier.Person {
		f.state(dossier.Relation{
			Kind: dossier.EmployedBy, From: lawyer.key, To: firm.key, Confidence: firmConfidence,
		}, lawyer.start, firm.end)
	}
}

// counselRole is the normal form of how an attorney acts. The courts of appeals
// write COR for counsel of record and LD for the lead.
func counselRole(raw string) string {
	upper := strings.ToUpper(raw)
	switch words := strings.Fields(upper); {
	case strings.Contains(upper, "LEAD ATTORNEY"), strings.Contains(upper, "LEAD COUNSEL"), slices.Contains(words, "LD"):
		return "counsel_lead"
	case strings.Contains(upper, "PRO HAC VICE"):
		return "pro_hac_vice"
	case slices.Contains(words, "COR"), strings.Contains(upper, "OF RECORD"):
		return "counsel_of_record"
	}
	return "counsel"
}

// sheetWords are the words that sheets shorten, and those left out.
var sheetWords = map[string]string{
	"jnt": "joint", "pty": "party", "3rd": "third", "3d": "third", "admin": "administered", "comm": "committee", "cred": "creditor",
	"asst": "assistant", "ind": "individual", "u": "us", "s": "", "re": "",
}

// sheetRole is the normal form of a role as sheets write it: "3rd Pty
// Defendant" is third_party_defendant. Of roles in both courts of an appeal,
// "Plaintiff - Appellee", it is that in the higher.
func sheetRole(raw string) string {
	if role := normalRole(raw); appellate[role] {
		return role
	}
	if at := strings.IndexByte(raw, '('); at > 0 {
		raw = raw[:at]
	}
	words := strings.FieldsFunc(strings.ToLower(raw), func(r rune) bool { return strings.ContainsRune(" .-–/&,'\t\u00a0", r) })
	var out []string
	for _, w := range words {
		if long, ok := sheetWords[w]; ok {
			w = long
		}
		if w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, "_")
}
