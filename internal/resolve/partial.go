package resolve

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// The confidence in joining a part of a name to the only whole that fits.
const (
	definedWeight    = 0.97
	identifierWeight = 0.95
	agencyWeight     = 0.95
	besideWeight     = 0.9
	unclearWeight    = 0.3
	acronymWeight    = 0.9
	initialWeight    = 0.9
	surnameWeight    = 0.88
	shortWeight      = 0.85
	prevailsWeight   = 0.8
	givenWeight      = 0.75
)

// joinDefined joins the terms that the text defines (`Acuity Insurance Co.
// ("Acuity")`, `Federal Bureau of Investigation (FBI)`) to what they stand for.
// A term defined twice for different names stands for neither.
func (r *resolver) joinDefined() {
	if r.text == "" {
		return
	}
	meaning := map[int]int{} // form of the term → a form of its meaning
	unclear := map[int]bool{}
	for at := range r.forms {
		if r.partial[at] {
			continue
		}
		for _, i := range r.groups[at] {
			terms, several := definedTerms(r.text, r.mentions[i].End)
			for _, term := range terms {
				t, ok := r.byNorm[Norm(term, r.typ)]
				if ok && several {
					unclear[t], r.settled[t] = true, true
				}
				if !ok || several || r.root(t) == r.root(at) || !r.nameable(t, at) || !r.means(term, r.mentions[i]) {
					continue
				}
				means := r.abbreviated(t, at)
				if before, ok := meaning[t]; ok && r.root(before) != r.root(means) {
					unclear[t] = true
				}
				meaning[t] = means
			}
		}
	}
	for t := range r.forms {
		if at, ok := meaning[t]; ok && !unclear[t] && r.join(t, at) {
			r.partial[t] = true // a term is no name, however long
			r.settle(t, at, "defined-term", definedWeight)
		}
	}
}

// abbreviated returns the name that an acronym after the name at abbreviates: the
// end of that, if the document has it by itself. "Guidance on the Halden
// Liberation Front (HLF)", found as one, defines the front.
func (r *resolver) abbreviated(term, at int) int {
	letters, whole := r.forms[term].letters, r.forms[at]
	if letters == "" || slices.Contains(whole.acronyms, letters) {
		return at
	}
	for i, f := range r.forms {
		if slices.Contains(f.acronyms, letters) && strings.HasSuffix(whole.joined, " "+f.joined) {
			return i
		}
	}
	return at
}

// nameable reports whether a term can stand for a name. A person's term is a
// part of the name ("Roe"); others ("the Executive") are roles, which several
// people may hold.
func (r *resolver) nameable(term, name int) bool {
	return r.typ == dossier.Org || slices.ContainsFunc(r.forms[term].words, func(w string) bool {
		return slices.Contains(r.forms[name].words, w)
	})
}

// means reports whether a term that parentheses define means the name before
// them rather than something said of it. One that echoes the name does, if the
// words between do not hold it: "Roe Inc. and Halden Ltd. of Delaware (the
// "Halden")". Another does if it is no acronym and no preposition governs the
// name: not the units of Roe Inc. (the "RSUs"), the laboratory approved by the
// Authority (the "Laboratory").
func (r *resolver) means(term string, m dossier.Mention) bool {
	if r.typ != dossier.Org {
		return true
	}
	rest := r.text[m.End:]
	if between, _, _ := strings.Cut(rest, "("); strings.Contains(between, term) {
		return false
	}
	if echoes(term, r.text[m.Start:m.End]) {
		return !governed(r.text[:m.Start]) || !exceeds(term, r.text[m.Start:m.End])
	}
	return acronymLetters(strings.TrimSuffix(term, "s")) == "" && !governed(r.text[:m.Start])
}

// exceeds reports whether a term has a whole name and more: the "Halden Network"
// of sites of Halden is another thing.
func exceeds(term, name string) bool {
	t := tokens(fold(term))
	n := slices.DeleteFunc(tokens(fold(name)), func(w string) bool { return legalForms[w] != "" })
	return len(t) > len(n) && slices.Equal(t[:len(n)], n)
}

// echoes reports whether a term begins with letters of a word of the name, or
// has its letters in the order of the name.
func echoes(term, name string) bool {
	words := tokens(fold(name))
	for _, t := range tokens(fold(term)) {
		if len(t) > 2 && slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, t) || len(w) > 2 && strings.HasPrefix(t, w) }) {
			return true
		}
	}
	left := acronymLetters(term)
	if left == "" {
		return false
	}
	for _, c := range strings.Join(words, "") {
		if first, size := utf8.DecodeRuneInString(left); size > 0 && c == first {
			left = left[size:]
		}
	}
	return left == ""
}

// governors are the prepositions that make a name a part of what is said of
// something else.
var governors = vocabulary.Set(`of by to from for with on in at under against`)

// governed reports whether a text ends in a preposition, an article aside.
func governed(before string) bool {
	words := strings.Fields(before[max(0, len(before)-40):])
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], "the") {
		words = words[:n-1]
	}
	return len(words) > 0 && governors[words[len(words)-1]]
}

// definitionReach is how far after a name its definition may stand: the words
// between say where a company was founded and has its seat.
const definitionReach = 240

// definedTerms returns the terms that parentheses after the offset define for
// the name that ends there: all in quotes, or a lone acronym. A term for
// several at once ("collectively") is a name of none of them.
func definedTerms(text string, end int) (terms []string, several bool) {
	if end < 0 || end > len(text) {
		return nil, false
	}
	rest := text[end:min(len(text), end+definitionReach)]
	open := strings.IndexByte(rest, '(')
	if open < 0 || !bridges(rest[:open]) {
		return nil, false
	}
	inner, _, closed := strings.Cut(rest[open+1:], ")")
	if !closed {
		return nil, false
	}
	several = forSeveral(inner)
	if terms = quoted(inner); len(terms) > 0 {
		return terms, several
	}
	if word := strings.TrimSpace(inner); strings.TrimSpace(rest[:open]) == "" && acronymLetters(word) != "" {
		return []string{word}, several
	}
	return nil, false
}

// forSeveral reports whether a definition, up to its parenthesis, is one for
// several.
func forSeveral(definition string) bool {
	inner, _, _ := strings.Cut(definition, ")")
	inner = strings.ToLower(inner)
	return strings.Contains(inner, "collectively") || strings.Contains(inner, "together")
}

// bridges reports whether the words between a name and a parenthesis describe
// the name ("a Delaware corporation with offices in …"): they start with a
// comma or are missing, and no sentence ends among them.
func bridges(words string) bool {
	trimmed := strings.TrimLeft(strings.TrimSpace(words), ".")
	if trimmed == "" {
		return true
	}
	return strings.HasPrefix(trimmed, ",") && !strings.ContainsAny(trimmed, ";)") &&
		!strings.Contains(trimmed, ", and ") && !strings.Contains(trimmed, "\n\n")
}

// quoted returns the short texts in double quotes, without a leading article.
func quoted(s string) []string {
	var terms []string
	for {
		open := strings.IndexAny(s, "\"“”")
		if open < 0 {
			return terms
		}
		_, size := utf8.DecodeRuneInString(s[open:])
		s = s[open+size:]
		shut := strings.IndexAny(s, "\"“”")
		if shut < 0 {
			return terms
		}
		term := strings.TrimRight(clean(s[:shut]), ".,;")
		if term != "" && len(term) <= 60 {
			terms = append(terms, term)
		}
		_, size = utf8.DecodeRuneInString(s[shut:])
		s = s[shut+size:]
	}
}

// joinPartial joins parts of names to the one full name they can stand for,
// surest kinds first.
func (r *resolver) joinPartial() {
	if r.typ == dossier.Org {
		r.joinWhere("agency", agencyWeight, r.agencies())
		if r.text == "" {
			r.joinWhere("beside", besideWeight, r.beside())
		}
		r.joinWhere("acronym", acronymWeight, r.acronyms())
		r.joinWhere("short-name", shortWeight, r.leadingWords())
		r.joinPrevailing()
		return
	}
	if !slices.Contains(r.partial, true) {
		return
	}
	r.joinWhere("initial", initialWeight, r.initials())
	bySurname, byGiven := r.personParts()
	titled, plain := r.byTitle(bySurname)
	r.joinWhere("surname", surnameWeight, titled)
	r.joinWhere("surname", surnameWeight, r.withTitled(plain))
	r.joinWhere("given-name", givenWeight, byGiven)
	r.joinWhere("title", surnameWeight, r.titled())
	r.joinPrevailing()
}

// joinPrevailing joins a surname, or the short name of an organisation, that fits
// more than one to the one that the document is about, beside whom the others
// are hardly named: the Roe of a report on Jane Roe is not the reporter A. Roe of
// a footnote. Those with a title come first, as others may mean them.
func (r *resolver) joinPrevailing() {
	unclear := sortedKeys(r.unclear)
	slices.SortStableFunc(unclear, func(a, b int) int { return -cmp.Compare(r.forms[a].gender, r.forms[b].gender) })
	for _, i := range unclear {
		if r.settled[i] || r.forms[i].given != "" {
			continue
		}
		fit, defined := r.definedAfter(i, r.unclear[i])
		if fit >= 0 && r.join(i, fit) {
			r.settle(i, fit, "defined-term", definedWeight)
		}
		if fit, ok := r.prevails(i, r.unclear[i]); ok && !defined && r.join(i, fit) {
			r.settle(i, fit, "prevails", prevailsWeight)
		}
	}
}

// prevailing is how many times more often than all others together somebody is
// named in full whom a surname means, and seldom how often each of the others
// may be.
const (
	prevailing = 8
	seldom     = 2
)

// prevails returns the candidate that prevails, if any does.
func (r *resolver) prevails(i int, candidates []int) (fit int, ok bool) {
	named := map[int]int{} // mentions of full names, by cluster
	for _, c := range candidates {
		switch root := r.root(c); {
		case root == r.root(i):
			return 0, false
		case named[root] == 0 && !r.contradicts(i, c):
			if named[root] = r.timesNamed(root); named[root] == 0 {
				return 0, false // somebody of whom only a title is known
			}
		}
	}
	others := 0
	for root, n := range named {
		if n > named[fit] || !ok {
			fit, ok = root, true
		}
		others += n
	}
	others -= named[fit]
	for root, n := range named {
		ok = ok && (root == fit || n <= seldom)
	}
	return fit, ok && named[fit] >= prevailing*others
}

// timesNamed counts the mentions of a cluster by names given in full.
func (r *resolver) timesNamed(root int) int {
	n := 0
	for _, member := range r.members[root] {
		if r.typ == dossier.Org || r.forms[member].given != "" {
			n += len(r.groups[member])
		}
	}
	return n
}

// byTitle parts the candidates for surnames by whether a title goes with them.
func (r *resolver) byTitle(candidates map[int][]int) (titled, plain map[int][]int) {
	titled, plain = map[int][]int{}, map[int][]int{}
	for i, list := range candidates {
		if r.forms[i].gender != "" {
			titled[i] = list
		} else {
			plain[i] = list
		}
	}
	return titled, plain
}

// withTitled adds to the candidates for a surname those that bear it with a
// title: where Ms. Roe is not John Roe, "Roe" may be either.
func (r *resolver) withTitled(candidates map[int][]int) map[int][]int {
	with := r.partsWithTitle()
	for i, list := range candidates {
		if more := with[r.forms[i].joined]; len(list) > 0 && len(more) > 0 {
			candidates[i] = slices.Concat(list, more)
		}
	}
	return candidates
}

// partsWithTitle returns the parts of names with a title, by name.
func (r *resolver) partsWithTitle() map[string][]int {
	with := map[string][]int{}
	for i, f := range r.forms {
		if r.partial[i] && f.gender != "" {
			with[f.joined] = append(with[f.joined], i)
		}
	}
	return with
}

// titled finds for each part of a name without a title the same with one.
func (r *resolver) titled() map[int][]int {
	with := r.partsWithTitle()
	out := map[int][]int{}
	for i := range r.forms {
		f := r.forms[i]
		if r.partial[i] && f.gender == "" {
			out[i] = with[f.joined]
		}
	}
	return out
}

// joinWhere joins each form to its candidates if they are one entity that the
// form does not contradict. What an earlier kind has joined stays as it is.
func (r *resolver) joinWhere(code string, weight float64, candidates map[int][]int) {
	if len(candidates) == 0 {
		return
	}
	for i := range r.forms {
		fit, ok := r.onlyFit(i, candidates[i])
		if ok && !r.settled[i] && r.join(i, fit) {
			r.settle(i, fit, code, weight)
		}
	}
}

// onlyFit returns the candidate for a form, if all that fit are one entity and
// the form is not part of a candidate already.
func (r *resolver) onlyFit(i int, candidates []int) (fit int, ok bool) {
	fit = -1
	for _, c := range candidates {
		switch {
		case r.root(c) == r.root(i):
			return 0, false
		case r.contradicts(i, c):
		case fit >= 0 && r.root(fit) != r.root(c):
			return r.onJudge(i, candidates)
		default:
			fit = c
		}
	}
	return fit, fit >= 0
}

// onJudge returns the only judge among the candidates for a form with a judge's
// title; without one, it notes that the form fits more than one.
func (r *resolver) onJudge(i int, candidates []int) (fit int, ok bool) {
	fit = -1
	for _, c := range candidates {
		switch {
		case r.contradicts(i, c) || !r.forms[i].judge || !r.isJudge(c):
		case fit >= 0 && r.root(fit) != r.root(c):
			return 0, r.noteUnclear(i, candidates)
		default:
			fit = c
		}
	}
	if fit < 0 {
		return 0, r.noteUnclear(i, candidates)
	}
	return fit, true
}

func (r *resolver) isJudge(i int) bool {
	return slices.ContainsFunc(r.members[r.root(i)], func(m int) bool { return r.forms[m].judge })
}

// noteUnclear remembers that a form may stand for more than one name; it is
// false, as that settles nothing.
func (r *resolver) noteUnclear(i int, candidates []int) bool {
	if r.unclear == nil {
		r.unclear = map[int][]int{}
	}
	r.unclear[i] = candidates
	return false
}

// explainUnclear says of each part of a name left apart whose it may be.
func (r *resolver) explainUnclear() {
	for _, i := range sortedKeys(r.unclear) {
		if r.settled[i] {
			continue
		}
		told := map[int]bool{r.root(i): true}
		for _, c := range r.unclear[i] {
			if !told[r.root(c)] && !r.contradicts(i, c) {
				told[r.root(c)] = true
				r.explain(i, c, "ambiguous", unclearWeight)
			}
		}
	}
}

// besideReach is how far after a name its short form in parentheses begins.
const besideReach = 8

// beside finds, where there is no text to read, the acronym or the first words
// of an organisation that follow its name as closely as a definition does.
func (r *resolver) beside() map[int][]int {
	var out map[int][]int
	last := -1
	for _, i := range r.order {
		if r.formOf[i] < 0 {
			continue
		}
		if last >= 0 {
			name, short := r.formOf[last], r.formOf[i]
			gap := r.mentions[i].Start - r.mentions[last].End
			if gap >= 2 && gap <= besideReach && r.forms[short].shortens(r.forms[name]) {
				if out == nil {
					out = map[int][]int{}
				}
				out[short] = append(out[short], name)
			}
		}
		last = i
	}
	return out
}

// shortens reports whether a form is an acronym or the first words of another.
func (f *form) shortens(g *form) bool {
	if f.letters != "" && slices.Contains(g.acronyms, f.letters) {
		return true
	}
	return f.legal == "" && len(f.words) < len(g.words) && slices.Equal(f.words, g.words[:len(f.words)]) && slices.ContainsFunc(f.words, distinct)
}

// settle records that form i stands for the entity of form c.
func (r *resolver) settle(i, c int, code string, weight float64) {
	r.settled[i] = true
	r.explain(i, c, code, weight)
}

// contradicts reports whether a form cannot stand for the cluster of another:
// Ms. Roe is not Mr. John Roe, "Jonathan, Jr." not Jonathan Roe, the Roe of
// "Poe v. Roe" not that of "Doe v. Roe", and a veto against any name of it
// counts.
func (r *resolver) contradicts(i, c int) bool {
	suffix := r.forms[i].suffix
	for _, member := range r.members[r.root(c)] {
		f := r.forms[member]
		suffix = strings.TrimPrefix(suffix, f.suffix)
		if otherCases(r.forms[i], f) {
			return true
		}
		if g := f.likelyGender(); g != "" && r.forms[i].gender != "" && g != r.forms[i].gender {
			return true
		}
		if r.excluded(i, member) {
			return true
		}
	}
	return suffix != ""
}

// likelyGender is the gender that a title tells or else the given name.
func (f *form) likelyGender() string {
	if f.gender != "" || f.given == "" {
		return f.gender
	}
	return titleOfGender[gazetteer.Genders()[f.given]]
}

// acronyms finds for each acronym the names it may abbreviate and, if there are
// any, the companies that bear it as their first word: beside an HBG Shaw, LLC no
// other is HBG by its initials.
func (r *resolver) acronyms() map[int][]int {
	if !slices.ContainsFunc(r.forms, func(f *form) bool { return f.letters != "" }) {
		return nil
	}
	names := map[string][]int{}
	for i := range r.forms {
		f := r.forms[i]
		for _, a := range f.acronyms {
			names[a] = append(names[a], i)
		}
	}
	for i, f := range r.forms {
		if f.legal != "" && len(f.words) > 1 {
			addAsked(names, f.words[0], i)
		}
	}
	out := map[int][]int{}
	for i := range r.forms {
		f := r.forms[i]
		if f.letters != "" {
			out[i] = slices.DeleteFunc(slices.Clone(names[f.letters]), func(c int) bool { return r.definedElsewhere(i, c) })
		}
	}
	return out
}

// leadingWords finds for each short form of an organisation the longer names
// it begins and may stand for; see [form.cutTo].
func (r *resolver) leadingWords() map[int][]int {
	short := map[string]int{} // words of forms without a legal form
	for i := range r.forms {
		f := r.forms[i]
		if f.legal == "" && slices.ContainsFunc(f.words, distinct) {
			short[f.joined] = i
		}
	}
	if len(short) == 0 {
		return nil
	}
	out := map[int][]int{}
	for i := range r.forms {
		f := r.forms[i]
		end := 0
		for n := 1; n < len(f.words); n++ {
			end += len(f.words[n-1])
			at, ok := short[f.joined[:end]]
			if ok && at != i && (f.legal != "" || f.cutTo(n, r.forms[at].letters != "") && !r.cutShort(i)) {
				out[at] = append(out[at], i)
			}
			end++ // the space
		}
		if at, ok := short[f.joined]; ok && at != i && !r.severalAt(at) && !likePerson(f.words) {
			out[at] = append(out[at], i) // the same words with a legal form
		}
	}
	for at, candidates := range out {
		out[at] = ifAny(candidates, func(i int) bool { return r.standsFor(at, i) })
	}
	return out
}

// cutTo reports whether the first n words of an organisation may stand for it.
// Of a name with a legal form, one word may; more may if what follows is a place
// or a person rather than a line of business: "Ford Motor" is not Ford Motor
// Credit. A name of a place may only if just a line of business follows: Alton
// Coal Company, but not the Alton Jaguars, LLC, and not Alton County. Of a name
// without a legal form, one word that is no acronym may, if the name ends in
// what a body is called (Halden Bank) and not what a part of one is (Senate
// Committee): "Halden Unveils Plan" and "FBI Field Offices" are no names. There
// a given name may only if nothing else follows: "Michael United States
// Secretary of State" is none.
func (f *form) cutTo(n int, acronym bool) bool {
	rest := f.words[n:]
	last := rest[len(rest)-1]
	first := gazetteer.Words()[f.words[0]]
	place := first&(gazetteer.PlaceName|gazetteer.FirstName) == gazetteer.PlaceName
	switch {
	case f.legal == "" && (n > 1 || acronym || place || governments[last] || legalForms[last] != ""):
		return false
	case f.legal == "" && first&gazetteer.FirstName != 0 && slices.ContainsFunc(rest, distinct):
		return false
	case f.legal == "":
		return generics[last] && !parts[last]
	case n > 1:
		return !slices.ContainsFunc(rest, func(w string) bool { return generics[w] })
	}
	return !place || !slices.ContainsFunc(rest, func(w string) bool { return !generics[w] })
}

// initials finds for each "J. Roe" the Roes given in full that it may be.
func (r *resolver) initials() map[int][]int {
	short := func(f *form) bool { return f.given != "" && initial(f.given) }
	full := map[string][]int{} // by the surnames asked for
	for _, f := range r.forms {
		if short(f) {
			full[f.surname] = nil
		}
	}
	if len(full) == 0 {
		return nil
	}
	for i, f := range r.forms {
		if !r.partial[i] {
			addAsked(full, f.surname, i)
		}
	}
	out := map[int][]int{}
	for i, f := range r.forms {
		if !short(f) {
			continue
		}
		for _, c := range full[f.surname] {
			// "J. Mark Roe" goes by Mark: James Roe may be another.
			if strings.HasPrefix(r.forms[c].given, f.given) && bears(r.forms[c].middles, f.middles) {
				out[i] = append(out[i], c)
			}
		}
	}
	return out
}

// bears reports whether all middle names that are written out are among others.
func bears(others, middles []string) bool {
	return !slices.ContainsFunc(middles, func(m string) bool {
		return !initial(m) && !slices.ContainsFunc(others, func(o string) bool { return givenLikeness(m, o).weight > 0 })
	})
}

// personParts finds for each single word the names that bear it as surname,
// and those that bear it as given name and no other as surname. A word that no
// list of given names has ("Speedway") is none, and what the text has in lower
// case as often ("Premier") is no name at all.
func (r *resolver) personParts() (bySurname, byGiven map[int][]int) {
	ordinary := r.ordinaryWords()
	single := func(f *form) bool { return f.given == "" && !ordinary[f.surname] }
	surnames, givens := map[string][]int{}, map[string][]int{} // of the words asked for
	for _, f := range r.forms {
		if single(f) {
			surnames[f.surname], givens[f.surname] = nil, nil
		}
	}
	if len(surnames) == 0 {
		return nil, nil
	}
	for i, f := range r.forms {
		if f.given != "" && !r.twoSurnames(i) {
			addAsked(surnames, f.surname, i)
			addAsked(givens, f.given, i)
		}
	}
	cites := sync.OnceValue(func() bool { return suitors(r.text) >= manyCases })
	bySurname, byGiven = map[int][]int{}, map[int][]int{}
	words := gazetteer.Words()
	for i, f := range r.forms {
		if !single(f) {
			continue
		}
		bySurname[i] = ifAny(r.indexedAs(i, surnames[f.surname]), func(c int) bool {
			switch {
			case r.onlyCited(i, c) && cites(), r.everyMention(i, r.onBench) && !r.isJudge(c) && !r.anyMention(c, r.onBench):
				return false
			}
			return r.properSurname(i, c)
		})
		if len(surnames[f.surname]) == 0 && words[f.surname]&gazetteer.FirstName != 0 && !r.cutOff(i) {
			byGiven[i] = r.calledByGiven(i, givens[f.surname])
		}
	}
	return bySurname, byGiven
}

// addAsked adds a form to the list of a word, if that has one.
func addAsked(lists map[string][]int, word string, i int) {
	if list, asked := lists[word]; asked {
		lists[word] = append(list, i)
	}
}

// indexedAs keeps those candidates for a surname that bear the given names with
// which it heads lines of an index: all, if it heads none.
func (r *resolver) indexedAs(i int, candidates []int) []int {
	for _, at := range r.groups[i] {
		given := r.indexGiven(r.mentions[at])
		if given == "" {
			continue
		}
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(c int) bool {
			return givenLikeness(r.forms[c].given, given).weight <= 0
		})
	}
	return candidates
}

// indexGiven is the given name after a surname at the head of a line ("Roe,
// Jane"), or "".
func (r *resolver) indexGiven(m dossier.Mention) string {
	if m.End > len(r.text) || m.Start > 0 && r.text[m.Start-1] != '\n' {
		return ""
	}
	given, ok := strings.CutPrefix(r.text[m.End:], ", ")
	end := strings.IndexFunc(given, func(c rune) bool { return !unicode.IsLetter(c) })
	if !ok || end <= 0 || !unicode.IsUpper(rune(given[0])) || given[end] == ',' || strings.HasPrefix(given[end:], " and ") {
		return "" // "Roe, Poe and Doe" are a list
	}
	if name := strings.ToLower(given[:end]); gazetteer.Words()[name]&(gazetteer.FirstName|gazetteer.NameWord) != 0 {
		return name
	}
	return ""
}

// cutOff reports whether a given name stands in the middle of something: after
// a letter or a bracket, or before a further capital.
func (r *resolver) cutOff(i int) bool {
	return slices.ContainsFunc(r.groups[i], func(at int) bool {
		m := r.mentions[at]
		if m.End > len(r.text) {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(r.text[:m.Start])
		next, ok := strings.CutPrefix(r.text[m.End:], " ")
		after, _ := utf8.DecodeRuneInString(next)
		return before == ']' || unicode.IsLetter(before) || ok && unicode.IsUpper(after)
	})
}

// ordinaryWords finds those of the single words that no list of names has and
// that the text has in lower case as often as it names somebody so.
func (r *resolver) ordinaryWords() map[string]bool {
	words := gazetteer.Words()
	names := map[string]int{} // how much more often the word is a name
	for i, f := range r.forms {
		if f.given == "" && words[f.surname] == 0 {
			names[f.surname] += len(r.groups[i])
		}
	}
	if len(names) == 0 {
		return nil
	}
	for word := range strings.FieldsFuncSeq(r.text, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if _, asked := names[word]; asked {
			names[word]--
		}
	}
	ordinary := map[string]bool{}
	for word, more := range names {
		ordinary[word] = more <= 0
	}
	return ordinary
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
