// Package court finds the courts and tribunals that a text names.
//
// Most are found by the words of their titles in a table of courts, over line
// breaks and the marks of a caption between them. Abbreviated federal districts
// ("S.D.N.Y.", "Cal. C.D."), divisions of appellate courts and titles of the
// shape of a court's that no list has ("Middlesex Superior Court") have rules of
// their own, and so have the tribunals of the United Kingdom and of Europe.
// Courts of several states with one title get the state that the document is
// about. Time is linear in the text.
package court

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// courtWords begin or carry the title of a court; a run of words is looked at
// only if it has one of them.
var courtWords = vocabulary.Set("court courts circuit tribunal panel chancery assizes board")

// littleWords stand between the words of a title and are left out of its key.
var littleWords = vocabulary.Set("the of for in and a state commonwealth")

// maxCourtWords bounds the words of a court's title.
const maxCourtWords = 22

// scanner finds titles of courts.
type scanner struct {
	text   string
	titles *titleTable
	out    []dossier.Mention
	// states counts what speaks for the states of courts that share a name, by
	// their letters.
	states map[string]int
}

// Find returns the courts of a text in order of Start; they do not overlap. Norm
// is the court's id, or its title in lower case if several courts or none of the
// table have the title. A title is read over line breaks, as in "UNITED STATES
// DISTRICT COURT / FOR THE DISTRICT OF MASSACHUSETTS".
func Find(text string) []dossier.Mention {
	s := scanner{text: text, titles: loadTable(), states: map[string]int{}}
	for i := 0; i < len(text); {
		if !lex.IsUpper(text[i]) && !lex.IsDigit(text[i]) || lex.IsAlnumBefore(text, i) {
			i = max(i+1, lex.WordEnd(text, i))
			continue
		}
		if end, id := s.district(i); end > i {
			i = s.add(byDistrict, i, end, id)
			continue
		}
		if end := s.appellateDivision(i); end > i {
			i = s.add(byDivision, i, end, strings.ToLower(lex.OneLine(text[i:end])))
			continue
		}
		i = s.at(i)
	}
	s.settleRivals()
	return s.out
}

// titleWord is a word of a possible title, with the key of the title so far.
type titleWord struct {
	start, end int
	key        string // lower case; "" for little words
	parted     bool   // a comma or a line break stands before the word
}

// at reads the run of title words at i, adds the court in it, if any, and
// returns where to go on.
func (s *scanner) at(i int) int {
	first := s.word(i)
	if lex.IsDigit(s.text[i]) && !isOrdinal(first.key) {
		return first.end
	}
	words, hasCourt := s.run(first)
	if !hasCourt {
		// No court in the words up to the last: none of them can start one.
		return words[len(words)-1].end
	}
	for from := range words {
		if words[from].key == "" {
			continue
		}
		if end, id, by := s.longest(words[from:]); end > 0 {
			return s.add(by, words[from].start, end, id)
		}
	}
	return words[len(words)-1].end
}

func (s *scanner) add(by rule, start, end int, id string) int {
	if s.rulesAt(end) || s.officeBefore(start) {
		return end // "Sixth Circuit Rule 28" is a law
	}
	end, id = s.ofCircuit(start, end, id)
	s.out = append(s.out, dossier.Mention{
		Type: dossier.Court, Text: s.text[start:end], Start: start, End: end, Norm: id, Score: by.score, Method: "scanner:court", Rule: by.name,
	})
	return end
}

// ofCircuit takes in the words after a circuit's name that make it the name of
// another body: "First Circuit Bankruptcy Appellate Panel".
func (s *scanner) ofCircuit(start, end int, id string) (int, string) {
	circuit, ok := strings.CutPrefix(id, "ca")
	if !ok || !strings.HasSuffix(strings.ToLower(s.text[start:end]), "circuit") {
		return end, id
	}
	p := lex.SkipSpace(s.text, end)
	if p == end {
		return end, id
	}
	for _, body := range []string{"Bankruptcy Appellate Panel", "Bankruptcy Court", "District Court", "Judicial Council"} {
		if !lex.HasWordFold(s.text, p, body) {
			continue
		}
		stop := p + len(body)
		if body == "Bankruptcy Appellate Panel" {
			return stop, "bap" + circuit
		}
		return stop, strings.ToLower(lex.OneLine(s.text[start:stop]))
	}
	return end, id
}

// run collects capitalised words and the little words between them.
func (s *scanner) run(first titleWord) (words []titleWord, hasCourt bool) {
	words = append(make([]titleWord, 0, maxCourtWords), first)
	hasCourt = courtWords[first.key] || first.key == "district"
	for len(words) < maxCourtWords {
		last := words[len(words)-1]
		w, ok := s.next(last.end)
		if !ok {
			break
		}
		words = append(words, w)
		hasCourt = hasCourt || courtWords[w.key] || w.key == "district"
	}
	for len(words) > 1 && words[len(words)-1].key == "" {
		words = words[:len(words)-1]
	}
	return words, hasCourt
}

// next reads the title word after p.
func (s *scanner) next(p int) (titleWord, bool) {
	t := s.text
	k, breaks := s.gap(p)
	if k < 0 || breaks > 2 || k >= len(t) {
		return titleWord{}, false
	}
	if breaks > 0 {
		k = skipMargin(t, k)
	}
	if k >= len(t) {
		return titleWord{}, false
	}
	if end, _ := s.district(k); end > k || s.appellateDivision(k) > k {
		return titleWord{}, false // another court
	}
	w := s.word(k)
	w.parted = t[p] == ',' || breaks > 0
	if w.end == k || w.key != "" && !lex.IsUpper(t[k]) && !isOrdinal(w.key) {
		return titleWord{}, false
	}
	return w, true
}

// gap skips what may stand between two words of a title at p: a comma or the colon
// of a form, the number of a line, and white space. It returns the end, -1 without
// white space, and the line breaks in it.
func (s *scanner) gap(p int) (end, breaks int) {
	t := s.text
	if p < len(t) && (t[p] == ',' || t[p] == ':' && (strings.HasSuffix(t[:p], " the") || strings.HasSuffix(t[:p], " of"))) { // forms leave a colon before the district
		p++
	}
	p = skipLineNumber(t, p)
	end = p
	for limit := p + lex.MaxSpace; end < limit; {
		w := lex.SpaceAt(t, end)
		if w == 0 {
			break
		}
		if t[end] == '\n' || t[end] == '\f' {
			breaks++
		}
		end += w
	}
	if end == p {
		return -1, 0
	}
	return end, breaks
}

// skipMargin skips what stands before the words of a line at k: the number of a
// pleading's line, the fence of a caption.
func skipMargin(t string, k int) int {
	if n := lex.DigitsEnd(t, k); n > k && n < k+3 && lex.SkipSpace(t, n) > n {
		k = lex.SkipSpace(t, n)
	}
	if k+1 < len(t) && strings.IndexByte("])|:", t[k]) >= 0 && lex.SkipSpace(t, k+1) > k+1 {
		k = lex.SkipSpace(t, k+1)
	}
	return k
}

// word reads one word, with the dots of an abbreviation and apostrophes.
func (s *scanner) word(i int) titleWord {
	t := s.text
	if i < len(t) && t[i] == '&' {
		return titleWord{start: i, end: i + 1} // "and"
	}
	end := i
	for end < len(t) && end-i < maxTitleWord {
		w := inWord(t, end)
		if w == 0 {
			break
		}
		end += w
	}
	if end < len(t) && t[end] == '.' && end-i < maxTitleWord && keepsStop(t[i:end]) {
		end++
	}
	key := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(t[i:end], ".", ""), "’", "'"))
	if stem, ok := strings.CutSuffix(key, "'s"); ok && courtWords[stem] { // but "Surrogate's"
		key, end = stem, i+len(stem)
	}
	switch {
	case littleWords[key] && (!lex.IsUpper(t[i]) || key != "a"):
		key = ""
	case key == "us":
		key = "united states"
	case key == "ct":
		key = "court"
	}
	return titleWord{start: i, end: end, key: key}
}

// maxTitleWord bounds the bytes of a word in a title.
const maxTitleWord = 40

// inWord returns how many bytes at byte at go on with a word: a letter
// or digit, an apostrophe, or the dot before a capital. It is 0 after the end.
func inWord(t string, at int) int {
	switch {
	case lex.IsAlnum(t[at]):
		return 1
	case t[at] == '\'':
		if at+1 < len(t) && (lex.IsAlpha(t[at+1]) || pluralOwner(t, at, at+1)) {
			return 1
		}
	case t[at] == '.':
		if at+1 < len(t) && lex.IsUpper(t[at+1]) {
			return 1
		}
	case strings.HasPrefix(t[at:], "’"):
		if at+3 < len(t) && (lex.IsAlpha(t[at+3]) || pluralOwner(t, at, at+3)) {
			return len("’")
		}
	}
	return 0
}

// keepsStop reports whether the stop after a word belongs to it: "St.", the last of
// "U.S.", an initial.
func keepsStop(word string) bool {
	return word == "St" || len(word) <= 5 && strings.ContainsRune(word, '.') || len(word) == 1
}

// pluralOwner reports whether an apostrophe from byte at up to end makes an owner of
// a plural that a court is named for: "Orphans' Court".
func pluralOwner(t string, at, end int) bool {
	return at > 0 && t[at-1] == 's' && lex.HasWord(t, lex.SkipSpace(t, end), "Court")
}

// skipLineNumber skips the number of a pleading's line between the lines of a
// title.
func skipLineNumber(t string, p int) int {
	q := p
	for q < len(t) && q-p < 4 && (t[q] == '\n' || t[q] == ' ') {
		q++
	}
	end := lex.DigitsEnd(t, q)
	if q > p && end > q && end-q <= 2 && end < len(t) && t[end] == '\n' {
		return end
	}
	return p
}

// rulesAt reports whether the word at p, after white space, makes rules of a
// court's title.
func (s *scanner) rulesAt(p int) bool {
	w := s.word(lex.SkipSpace(s.text, p))
	return w.end > w.start && lawHeads[w.key]
}

// officeBefore reports whether the title at p says whose the office is that is
// named before it: "U.S. Attorney's Office for the District of Vermont".
func (s *scanner) officeBefore(p int) bool {
	before := strings.ToLower(lex.PlainLetters(lex.OneLine(s.text[max(0, p-34):p])))
	before = strings.TrimRight(strings.TrimSuffix(before, "for the"), " ,")
	return strings.HasSuffix(before, "attorneys office") || strings.HasSuffix(before, "attorney's office")
}

// lawHeads end the name of a law.
var lawHeads = vocabulary.With(vocabulary.FindLaw)

func isOrdinal(key string) bool {
	d := lex.DigitsEnd(key, 0)
	if d == 0 || d > 3 {
		return false
	}
	switch key[d:] {
	case "st", "nd", "rd", "th", "d":
		return true
	}
	return false
}

// longest returns the end of the longest title of a known court that begins
// with the first word, else of a title that has the shape of a court's.
func (s *scanner) longest(words []titleWord) (end int, id string, by rule) {
	key := make([]byte, 0, 128)
	for n := range words {
		w := &words[n]
		if w.key == "" {
			continue
		}
		if len(key) > 0 {
			key = append(key, ' ')
		}
		key = append(key, w.key...)
		if found, ok := s.titles.byKey[string(key)]; ok && n > 0 {
			end, id, by = w.end, found, byTitle
			if found == "" {
				id, by = string(key), byCommonTitle
			}
		}
	}
	if end > 0 {
		return s.withDivision(words, end), id, by
	}
	if end, id := s.onlyDistrict(words); end > 0 {
		return end, id, byOnlyDist
	}
	end, id = s.shaped(words)
	return end, id, byShape
}

// withDivision returns the end of a court's title with the division of its
// district that may follow: "Eastern Division".
func (s *scanner) withDivision(words []titleWord, end int) int {
	at := slices.IndexFunc(words, func(w titleWord) bool { return w.start >= end })
	if at < 0 || !words[at].parted {
		return end
	}
	for n := at; n < min(len(words), at+maxDivisionWords); n++ {
		if words[n].key == "division" && n > at {
			return words[n].end
		}
		if words[n].key == "" || n > at && words[n].parted {
			break
		}
	}
	return end
}

// maxDivisionWords bounds the words of a division: "Fort Wayne Division".
const maxDivisionWords = 4

// onlyDistrict reads "District of Minnesota", the court of a state that is one
// district. There is a place that is called so, too.
func (s *scanner) onlyDistrict(words []titleWord) (end int, id string) {
	if words[0].key != "district" || len(words) < 3 || words[1].key != "" || !s.isOf(words[1]) || words[2].parted {
		return 0, ""
	}
	for n := 2; n < min(len(words), 4); n++ { // "New Jersey"
		state := strings.ToLower(lex.OneLine(s.text[words[2].start:words[n].end]))
		id, ok := s.titles.byKey["district court district "+state]
		if ok && state != "columbia" && !s.divided(state) {
			return words[n].end, id
		}
	}
	return 0, ""
}

// divided reports whether a state has several federal districts.
func (s *scanner) divided(state string) bool {
	for _, side := range sides {
		if _, ok := s.titles.byKey[side+" district "+state]; ok {
			return true
		}
	}
	return false
}

// InTitles reports whether a word, in lower case, stands in the titles of many
// courts and so does not say which court it is.
func InTitles(word string) bool { return courtKinds[word] || courtWords[word] }

// courtKinds are the words before "Court" that make a title of it.
var courtKinds = vocabulary.Set("supreme superior district appeals appellate circuit county municipal family probate juvenile housing land bankruptcy magistrate magistrates high trial tax city town chancery claims surrogate's surrogates civil criminal justice crown federal state central judicial peace common")

// notCourt are capitalised words that stand before a court's title.
var notCourt = vocabulary.Set("as our any from on appeal judge judgment deputy sitting this that before by justice honorable hon to with when if such each either no clerk rules order see under were is chief an at although whether while since because thus after before during whereas though until upon")

func (s *scanner) isOf(w titleWord) bool {
	word := s.text[w.start:w.end]
	return strings.EqualFold(word, "of") || strings.EqualFold(word, "for")
}

// names reports whether a word of a court's title says which court it is.
func names(w titleWord) bool {
	return w.key != "" && w.key != "court" && w.key != "appeal" && !courtKinds[w.key]
}

// shaped recognises the title of a court that no list has: "Middlesex Superior
// Court", "Superior Court of Middlesex County". The end is 0 if there is none.
func (s *scanner) shaped(words []titleWord) (end int, id string) {
	if notCourt[words[0].key] {
		return 0, ""
	}
	at, words := courtAt(words)
	if at < 0 {
		return 0, ""
	}
	stop := s.districtOf(words, at)
	if generic := words[:stop+1]; generic[0].key != "supreme" && !slices.ContainsFunc(generic, names) && !s.numbered(words[stop].end) {
		return 0, "" // "District Court" and "Court of Appeals" alone may be any
	}
	return words[stop].end, strings.ToLower(lex.OneLine(s.text[words[0].start:words[stop].end]))
}

// courtAt returns the place of the word that ends the kind of the court, "Court" in
// "Middlesex Superior Court" and "Appeals" in "Court of Appeals", and the words up to
// the first comma or line break. The place is negative if there is none.
func courtAt(words []titleWord) (at int, whole []titleWord) {
	for n := range words {
		if words[n].parted && n > 0 {
			words = words[:n]
			break
		}
		if words[n].key == "court" && n > 0 && courtKinds[words[n-1].key] && n < 6 {
			return n, words
		}
	}
	if words[0].key == "court" && len(words) > 2 && courtKinds[words[2].key] {
		return 2, words
	}
	return -1, words
}

// districtOf returns the place of the last word of the district after the kind of a
// court at at: "of Middlesex County, Missouri". It is at if there is none.
func (s *scanner) districtOf(words []titleWord, at int) int {
	if at+2 >= len(words) || words[at+1].key != "" || words[at+1].parted || !s.isOf(words[at+1]) {
		return at
	}
	stop := at + 2
	for stop+1 < len(words) && !words[stop+1].parted && words[stop+1].key != "" {
		stop++
	}
	if stop+1 < len(words) && gazetteer.State(s.text[words[stop+1].start:words[stop+1].end]) != "" {
		stop++ // "County, Missouri"
	}
	return stop
}

// numbered reports whether the number of a department follows at p: "SUPERIOR COURT
// #61".
func (s *scanner) numbered(p int) bool {
	p = s.skipBlank(p)
	return p+1 < len(s.text) && s.text[p] == '#' && lex.IsDigit(s.text[p+1])
}
