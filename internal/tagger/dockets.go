package tagger

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
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
	var r reader
	r.read(d.Text, 0, len(d.Text), nil)
	d.Names = append(f.find(r.tokens), patterns(d.Text)...)
	d.Names = sortNames(d.Names)
	d.Doubt = doubts(r.tokens, d.Names, common)
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
func doubts(tokens []token, names []Name, sheets map[uint32]int) []Span {
	var out []Span
	next := 0
	for i := padding; i < len(tokens)-padding; i++ {
		t := &tokens[i]
		for next < len(names) && names[next].End <= t.start {
			next++
		}
		if next < len(names) && names[next].Start < t.end {
			continue
		}
		least := usual
		if t.lexicon&(firstName|surname|placeName) != 0 {
			least = ofEvery
		}
		plain := t.lexicon&(commonWord|role|lawNoun|calendar) != 0 && t.lexicon&(firstName|surname) == 0
		company := (t.run.ahead|t.lexicon)&companyEnd != 0
		if t.capital() && (company || !plain && sheets[t.hash] < least) {
			out = append(out, Span{Start: t.start, End: t.end})
		}
	}
	return out
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
	typ    Type
}

// phrasebook finds names, the longest first, by their first word.
type phrasebook struct{ byFirst map[uint32][]phrase }

func (f *phrasebook) add(name string, typ Type) {
	tokens := tokenize(name, 0, nil, nil)
	tokens = tokens[padding : len(tokens)-padding]
	if len(tokens) == 0 || len(name) < 4 {
		return
	}
	hashes := make([]uint32, len(tokens))
	for i := range tokens {
		hashes[i] = tokens[i].hash
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
func kindOf(name string) Type {
	tokens := tokenize(name, 0, nil, nil)
	tokens = tokens[padding : len(tokens)-padding]
	if isGovernment(name) || isCountry(name) && !strings.Contains(name, ".") {
		return Org // here it is a party
	}
	words, known, common := 0, 0, 0
	for i := range tokens {
		t := &tokens[i]
		switch {
		case i > 0 && t.lexicon&companyEnd != 0, i > 0 && t.lexicon&(orgNoun|courtNoun) != 0 && t.lexicon&surname == 0, t.isMark('&'):
			return Org
		case t.lexicon&(role|lawNoun) != 0, t.class == number:
			return None
		case t.class == initial, t.isMark(','), t.lexicon&(particle|generation) != 0:
			continue
		case t.class == lower:
			return None
		}
		words++
		if t.lexicon&(firstName|surname) != 0 {
			known++
		} else if t.lexicon&commonWord != 0 {
			common++
		}
	}
	if words >= 2 && words <= 4 && known > 0 && common == 0 {
		return Person
	}
	return None
}

func (f *phrasebook) party(name string) {
	name = strings.TrimRight(strings.TrimSpace(cutOff.ReplaceAllString(name, "")), ", ")
	name = strings.TrimPrefix(name, "The ")
	switch typ := kindOf(name); typ {
	case Person:
		f.person(name)
	case Org:
		f.add(name, Org)
		if words := strings.Fields(name); len(words) > 2 && lookUp(hashWord(strings.ToLower(strings.Trim(words[len(words)-1], ".,")))).kind&companyEnd != 0 {
			f.add(strings.TrimRight(strings.Join(words[:len(words)-1], " "), ", "), Org)
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
		if !found || lookUp(hashWord(strings.ToLower(word))).kind&honorific == 0 {
			break
		}
		name = rest
	}
	words := strings.Fields(name)
	if len(words) < 2 || kindOf(name) != Person {
		return
	}
	f.add(name, Person)
	if suffix = strings.TrimSpace(suffix); suffix != "" && lookUp(hashWord(strings.ToLower(suffix))).kind&generation != 0 && !strings.HasPrefix(strings.ToLower(suffix), "esq") {
		f.add(name+", "+suffix, Person)
	}
	first, last := words[0], words[len(words)-1]
	f.add(first+" "+last, Person)
	f.add(last+", "+first, Person)
	if len(words) > 2 {
		f.add(last+", "+strings.Join(words[:len(words)-1], " "), Person)
		f.add(first+" "+words[1][:1]+". "+last, Person)
		f.add(last+", "+first+" "+words[1][:1]+".", Person)
	}
}

// firm adds the lawyers' firm on the first lines of a contact.
func (f *phrasebook) firm(contact string) {
	lines := strings.Split(contact, "\n")
	for _, l := range lines[:min(2, len(lines))] {
		if l = strings.TrimSpace(l); kindOf(l) == Org && !strings.ContainsAny(l, "0123456789") {
			f.add(l, Org)
		}
	}
}

// find returns the names of the book among tokens.
func (f *phrasebook) find(tokens []token) []Name {
	var out []Name
	for i := padding; i < len(tokens)-padding; {
		n, typ := f.longest(tokens[i:])
		if n == 0 {
			i++
			continue
		}
		for n > 1 && tokens[i+n-1].class == mark {
			n--
		}
		if typ == Org {
			n += companyEnds(tokens[i+n:])
		}
		out = append(out, Name{tokens[i].start, tokens[i+n-1].end, typ})
		i += n
	}
	return out
}

// companyEnds returns how many tokens before others belong to the company that
// they follow: ", Inc.".
func companyEnds(tokens []token) int {
	end := 0
	for k := 0; k < len(tokens)-padding; k++ {
		switch t := &tokens[k]; {
		case t.gap >= wrapped:
			return end
		case t.capital() && t.lexicon&companyEnd != 0:
			end = k + 1
		case !t.isMark(',') && !t.isMark('&'):
			return end
		}
	}
	return end
}

func (f *phrasebook) longest(tokens []token) (n int, typ Type) {
	if !tokens[0].capital() {
		return 0, None
	}
	for _, p := range f.byFirst[tokens[0].hash] {
		if len(p.hashes) <= n || len(p.hashes) > len(tokens) {
			continue
		}
		same := slices.EqualFunc(tokens[:len(p.hashes)], p.hashes, func(t token, h uint32) bool { return t.hash == h })
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
		out = append(out, Name{at[0], at[1], Court})
	}
	for _, at := range townPattern.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, Name{at[2], at[3], Location}, Name{at[4], at[5], Location})
	}
	return out
}
