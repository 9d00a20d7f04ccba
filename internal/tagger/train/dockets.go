package train

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// sheet is what the truth of a docket sheet tells of names.
type sheet struct {
	Parties []struct {
		Name      string
		Attorneys []struct{ Name, Contact string }
	}
	AssignedTo string `json:"assigned_to_str"`
	ReferredTo string `json:"referred_to_str"`
}

// maxSheet bounds the text that is taken of a sheet: what follows says the same
// of the same people.
const maxSheet = 40 << 10

// silver finds the names of a sheet's truth in its text. Other capitalised
// words that few sheets have are in doubt: the truth does not have all names.
func silver(id string, page io.Reader, truth []byte, common map[uint32]int) (Document, error) {
	d := Document{ID: id, Text: pageText(page)}
	if len(d.Text) > maxSheet {
		d.Text = strings.ToValidUTF8(d.Text[:maxSheet], "")
	}
	var s sheet
	if err := json.Unmarshal(truth, &s); err != nil {
		return d, err
	}
	var f phrasebook
	f.person(s.AssignedTo)
	f.person(s.ReferredTo)
	for _, p := range s.Parties {
		f.party(p.Name)
		for _, a := range p.Attorneys {
			f.person(a.Name)
			f.firm(a.Contact)
		}
	}
	words := wordsOf(d.Text)
	d.Names = append(f.find(words), patterns(d.Text)...)
	d.Names = sortNames(d.Names)
	d.Doubt = doubts(words, d.Names, common)
	return d, nil
}

// usual is the number of sheets from which a word is one of the form's, and
// ofEvery that from which even a word that people are named by is.
const (
	usual   = 12
	ofEvery = 120
)

// doubts are the capitalised words outside the names that may be names too:
// those that are no words of the form, and those before an "Inc.".
func doubts(words []tagger.Word, names []Name, sheets map[uint32]int) []tagger.Span {
	var out []tagger.Span
	next := 0
	for i := range words {
		w := &words[i]
		for next < len(names) && names[next].End <= w.Start {
			next++
		}
		if next < len(names) && names[next].Start < w.End {
			continue
		}
		least := usual
		if w.Kinds&(tagger.FirstName|tagger.Surname|tagger.PlaceName) != 0 {
			least = ofEvery
		}
		plain := w.Kinds&(tagger.CommonWord|tagger.Role|tagger.LawNoun|tagger.Calendar) != 0 && w.Kinds&(tagger.FirstName|tagger.Surname) == 0
		company := (w.Ahead|w.Kinds)&tagger.CompanyEnd != 0
		if w.Capital && (company || !plain && sheets[w.Hash] < least) {
			out = append(out, tagger.Span{Start: w.Start, End: w.End})
		}
	}
	return out
}

// wordsOf returns the words of a text without a mask.
func wordsOf(text string) []tagger.Word {
	var r tagger.Reading
	r.Read(text, nil)
	return r.Words()
}

// pageText is the text of an HTML page: a line for each block.
func pageText(r io.Reader) string {
	var b strings.Builder
	z := html.NewTokenizer(r)
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.ToValidUTF8(b.String(), " ")
		case html.TextToken:
			if skip == 0 {
				writeText(&b, string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			t := z.Token()
			switch t.Data {
			case "script", "style", "head", "title":
				if t.Type == html.StartTagToken {
					skip++
				} else if t.Type == html.EndTagToken && skip > 0 {
					skip--
				}
			case "br", "tr", "td", "th", "p", "table", "div", "h1", "h2", "h3", "center":
				if s := b.String(); s != "" && !strings.HasSuffix(s, "\n") {
					b.WriteByte('\n')
				}
			}
		}
	}
}

// writeText appends text with single blanks.
func writeText(b *strings.Builder, s string) {
	s = html.UnescapeString(s)
	for w := range strings.FieldsSeq(s) {
		if have := b.String(); have != "" && !strings.HasSuffix(have, "\n") && !strings.HasSuffix(have, " ") {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	if s != "" && strings.TrimRight(s, " \n\t\u00a0") != s && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
		b.WriteByte(' ')
	}
}

// phrase is a name as the hashes of its tokens.
type phrase struct {
	hashes []uint32
	typ    tagger.Type
}

// phrasebook finds names, the longest first, by their first word.
type phrasebook struct{ byFirst map[uint32][]phrase }

func (f *phrasebook) add(name string, typ tagger.Type) {
	words := wordsOf(name)
	if len(words) == 0 || len(name) < 4 {
		return
	}
	hashes := make([]uint32, len(words))
	for i := range words {
		hashes[i] = words[i].Hash
	}
	if f.byFirst == nil {
		f.byFirst = map[uint32][]phrase{}
	}
	f.byFirst[hashes[0]] = append(f.byFirst[hashes[0]], phrase{hashes, typ})
}

// cutOff are the words after which a name in a sheet goes on with something
// else.
var cutOff = regexp.MustCompile(`(?i)(\(|\n|;| - | c/o |,? et al\b|,? an? [a-z]+ (limited|corporation|partnership|company)| d/?b/?a | a/?k/?a | f/?k/?a |, (attorney general|as |an? |individually|debtor|in (his|her|their) |secretary|commissioner|warden|on behalf|the )).*`)

// kindOf guesses what a name in a sheet stands for; None if it is not clear.
func kindOf(name string) tagger.Type {
	if isGovernment(name) || isCountry(name) && !strings.Contains(name, ".") {
		return tagger.Org // here it is a party
	}
	words, known, common := 0, 0, 0
	for i, w := range wordsOf(name) {
		switch {
		case i > 0 && w.Kinds&tagger.CompanyEnd != 0, i > 0 && w.Kinds&(tagger.OrgNoun|tagger.CourtNoun) != 0 && w.Kinds&tagger.Surname == 0, w.Mark == '&':
			return tagger.Org
		case w.Kinds&(tagger.Role|tagger.LawNoun) != 0, w.Number:
			return tagger.None
		case w.Initial, w.Mark == ',', w.Kinds&(tagger.Particle|tagger.Generation) != 0:
			continue
		case w.Lower:
			return tagger.None
		}
		words++
		if w.Kinds&(tagger.FirstName|tagger.Surname) != 0 {
			known++
		} else if w.Kinds&tagger.CommonWord != 0 {
			common++
		}
	}
	if words >= 2 && words <= 4 && known > 0 && common == 0 {
		return tagger.Person
	}
	return tagger.None
}

func (f *phrasebook) party(name string) {
	name = strings.TrimRight(strings.TrimSpace(cutOff.ReplaceAllString(name, "")), ", ")
	name = strings.TrimPrefix(name, "The ")
	switch typ := kindOf(name); typ {
	case tagger.Person:
		f.person(name)
	case tagger.Org:
		f.add(name, tagger.Org)
		if words := strings.Fields(name); len(words) > 2 && tagger.KindsOf(strings.ToLower(strings.Trim(words[len(words)-1], ".,")))&tagger.CompanyEnd != 0 {
			f.add(strings.TrimRight(strings.Join(words[:len(words)-1], " "), ", "), tagger.Org)
		}
	}
}

// person adds a person's name as it may be written: with and without the
// middle name, and the last name first.
func (f *phrasebook) person(name string) {
	name = strings.TrimSpace(cutOff.ReplaceAllString(name, ""))
	name, suffix, _ := strings.Cut(name, ",")
	for {
		word, rest, found := strings.Cut(name, " ")
		if !found || tagger.KindsOf(strings.ToLower(word))&tagger.Honorific == 0 {
			break
		}
		name = rest
	}
	words := strings.Fields(name)
	if len(words) < 2 || kindOf(name) != tagger.Person {
		return
	}
	f.add(name, tagger.Person)
	if suffix = strings.TrimSpace(suffix); suffix != "" && tagger.KindsOf(strings.ToLower(suffix))&tagger.Generation != 0 && !strings.HasPrefix(strings.ToLower(suffix), "esq") {
		f.add(name+", "+suffix, tagger.Person)
	}
	first, last := words[0], words[len(words)-1]
	f.add(first+" "+last, tagger.Person)
	f.add(last+", "+first, tagger.Person)
	if len(words) > 2 {
		f.add(last+", "+strings.Join(words[:len(words)-1], " "), tagger.Person)
		f.add(first+" "+words[1][:1]+". "+last, tagger.Person)
		f.add(last+", "+first+" "+words[1][:1]+".", tagger.Person)
	}
}

// firm adds the lawyers' firm on the first lines of a contact.
func (f *phrasebook) firm(contact string) {
	lines := strings.Split(contact, "\n")
	for _, l := range lines[:min(2, len(lines))] {
		if l = strings.TrimSpace(l); kindOf(l) == tagger.Org && !strings.ContainsAny(l, "0123456789") {
			f.add(l, tagger.Org)
		}
	}
}

// find returns the names of the book among words.
func (f *phrasebook) find(words []tagger.Word) []Name {
	var out []Name
	for i := 0; i < len(words); {
		n, typ := f.longest(words[i:])
		if n == 0 {
			i++
			continue
		}
		for n > 1 && words[i+n-1].Mark != 0 {
			n--
		}
		if typ == tagger.Org {
			n += companyEnds(words[i+n:])
		}
		out = append(out, Name{words[i].Start, words[i+n-1].End, typ})
		i += n
	}
	return out
}

// companyEnds returns how many words before others belong to the company that
// they follow: ", Inc.".
func companyEnds(words []tagger.Word) int {
	end := 0
	for k := range words {
		switch w := &words[k]; {
		case w.FirstOfLine:
			return end
		case w.Capital && w.Kinds&tagger.CompanyEnd != 0:
			end = k + 1
		case w.Mark != ',' && w.Mark != '&':
			return end
		}
	}
	return end
}

func (f *phrasebook) longest(words []tagger.Word) (n int, typ tagger.Type) {
	if !words[0].Capital {
		return 0, tagger.None
	}
	for _, p := range f.byFirst[words[0].Hash] {
		if len(p.hashes) <= n || len(p.hashes) > len(words) {
			continue
		}
		same := slices.EqualFunc(words[:len(p.hashes)], p.hashes, func(w tagger.Word, h uint32) bool { return w.Hash == h })
		if same {
			n, typ = len(p.hashes), p.typ
		}
	}
	return n, typ
}

const statePattern = `(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Columbia|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Puerto Rico|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)`

var (
	courtPattern = regexp.MustCompile(`(?i)\b(?:U\.?S\.?|United States) (?:Bankruptcy|District) Court[\s,-]+(?:for the )?(?:(?:Northern|Southern|Eastern|Western|Middle|Central) )?District of ` + statePattern +
		`\b|\b(?:U\.?S\.?|United States) Court of Appeals[\s,]+(?:for )?(?:the )?[A-Z][a-z]+(?: of Columbia)? Circuit`)
	townPattern = regexp.MustCompile(`([A-Z][A-Za-z.]+(?: [A-Z][A-Za-z.]+){0,2}), ([A-Z]{2}|` + statePattern + `),? \d{5}\b`)
)

// patterns finds the courts and the towns of addresses.
func patterns(text string) []Name {
	var out []Name
	for _, at := range courtPattern.FindAllStringIndex(text, -1) {
		out = append(out, Name{at[0], at[1], tagger.Court})
	}
	for _, at := range townPattern.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, Name{at[2], at[3], tagger.Location}, Name{at[4], at[5], tagger.Location})
	}
	return out
}
