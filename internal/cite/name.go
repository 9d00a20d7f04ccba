package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// maxCaption bounds how far before a citation its case name may begin.
const maxCaption = 300

// before returns the text before i that may hold a citation's name, and where
// it starts: not before the citation found last, and not farther than
// maxCaption.
func (s *scanner) before(i int) (text string, from int) {
	from = max(s.floor(), i-maxCaption)
	for from > 0 && from < i && s.text[from]&0xC0 == 0x80 {
		from++
	}
	if from > i {
		return "", i
	}
	return s.text[from:i], from
}

// caption finds the case name before a full citation, "Smith v. Jones, ", and
// notes a year, court or docket number that stands between the two.
func (s *scanner) caption(c *Citation) {
	before, from := s.before(c.Start)
	if prev := s.last(); prev != nil && isParallel(prev, c, before) {
		c.parallel = prev.isCase()
		c.Plaintiff, c.Defendant, c.nameStart = prev.Plaintiff, prev.Defendant, prev.nameStart
		if c.nameStart < 0 {
			c.nameStart = c.Start
		}
		return
	}
	at, after := versus(before)
	if at < 0 {
		s.inRe(c, before, from)
		return
	}
	defendant, tail := sideEnd(before[after:])
	if defendant == "" || isProse(defendant) || !endsAtCite(tail) {
		return
	}
	c.Defendant = defendant
	name, start := plaintiffOf(before[:at])
	c.Plaintiff = name
	c.nameStart = from + start
	s.between(c, tail)
}

// isParallel reports whether only commas, brackets and the like part two full
// citations of different reporters: "44 N.J. 151, 207 A.2d 542".
func isParallel(prev, c *Citation, between string) bool {
	if !prev.isFull() || len(between) > 12 || prev.Groups["reporter"] == c.Groups["reporter"] || !sameTime(prev, c) {
		return false
	}
	switch strings.TrimSpace(between) {
	case ",", "[", ", [", "=", "; [", "(":
		return true
	case ";", "":
		// "[2009] UKPC 16; [2009] 1 WLR 1405" is one case.
		return prev.Kind == Neutral && c.Groups["year"] != ""
	}
	return false
}

// sameTime reports whether two citations that have a year in their place of a
// volume can be of one case: reports follow the decision within a year.
func sameTime(prev, c *Citation) bool {
	first, second := lex.YearOf(prev.Groups["year"]+prev.Groups["volume"]), lex.YearOf(c.Groups["year"]+c.Groups["volume"])
	if prev.Kind == Neutral {
		first = prev.Year
	}
	if c.Groups["year"] != "" {
		second = lex.YearOf(c.Groups["year"])
	}
	return first == 0 || second == 0 || second-first == 0 || second-first == 1
}

// versus finds the last " v. " and returns where it starts and ends, or -1.
func versus(before string) (start, end int) {
	for i := len(before) - 2; i > 0; i-- {
		if before[i] != 'v' && before[i] != 'V' || lex.SpaceAt(before, i-1) == 0 {
			continue
		}
		end := i + 1
		if strings.HasPrefix(before[end:], "s.") {
			end++
		}
		if end < len(before) && before[end] == '.' {
			end++
		}
		if lex.SpaceAt(before, end) > 0 {
			return i - 1, end
		}
	}
	return -1, -1
}

// sideEnd cuts the defendant from the text after "v.": it ends at a
// parenthesis, a blank page or the comma before the citation.
func sideEnd(after string) (name, tail string) {
	end := len(after)
	for i := 0; i+1 < len(after); i++ {
		if lex.SpaceAt(after, i) > 0 && strings.IndexByte("([_", after[i+1]) >= 0 {
			end = i
			break
		}
		if after[i] == ',' && docketLabel(after, lex.SkipSpace(after, i+1)) > 0 {
			end = i
			break
		}
	}
	name = strings.TrimRight(lex.OneLine(after[:end]), " ,;")
	return name, after[end:]
}

// isProse reports whether what stands in the place of a name has more words in
// lower case than a name has, or ends a sentence.
func isProse(name string) bool {
	small := 0
	for w := range strings.FieldsSeq(name) {
		core := strings.Trim(w, ".,()[]“”\"'‘’*_")
		if core == "" || startsName(core) || connectors[strings.ToLower(core)] {
			continue
		}
		small++
		if small > 1 || strings.HasSuffix(w, ".") && len(core) > 3 {
			return true
		}
	}
	return false
}

// maxTail bounds what stands between a case name and its citation.
const maxTail = 80

// endsAtCite reports whether the words between a case name and its citation
// can stand there: a parenthesis, blanks, a docket number, but no sentence.
func endsAtCite(tail string) bool { return !strings.Contains(tail, ";") && len(tail) < maxTail }

// between reads "(2022)", "(S.D.N.Y. 1973)" or ", No. 99 Civ. 9404" before the
// citation.
func (s *scanner) between(c *Citation, tail string) {
	if p := lex.SkipSpace(tail, min(1, len(tail))); strings.HasPrefix(tail, ",") {
		if number, _ := docketNumber(tail, docketLabel(tail, p)); number != "" {
			c.Groups["docket_number"] = number
		}
	}
	open := strings.IndexAny(tail, "([")
	if open < 0 {
		return
	}
	if shut := strings.IndexAny(tail[open:], ")]"); shut > 0 {
		s.courtAndYear(c, tail[open+1:open+shut])
	}
}

// inReCues begin the names of cases that have one side.
var inReCues = []string{"In re ", "in re ", "In Re ", "IN RE ", "Ex parte ", "Matter of ", "Estate of ", "Guardianship of ", "Marriage of "}

// maxInRe bounds a name without a "v.".
const maxInRe = 120

// inRe finds names without a "v.": "In re Foo", "Ex parte Foo", "Matter of Foo".
func (s *scanner) inRe(c *Citation, before string, from int) {
	far := max(0, len(before)-maxInRe)
	best, cue := -1, ""
	for _, w := range inReCues {
		if at := strings.LastIndex(before[far:], w); at >= 0 && far+at > best {
			best, cue = far+at, w
		}
	}
	if best >= 0 {
		name, tail := sideEnd(before[best+len(cue):])
		if name != "" && !isProse(name) && !strings.Contains(name, ";") && endsAtCite(tail) {
			c.Defendant = name
			c.nameStart = from + best
			if whole, _, ok := strings.Cut(cue, " "); ok && whole == "Estate" || whole == "Guardianship" || whole == "Marriage" {
				c.Defendant = cue + name
			}
			s.between(c, tail)
		}
		return
	}
	// "v. Bar, 1 U.S. 1" after a lost plaintiff.
	if rest, ok := strings.CutPrefix(strings.TrimSpace(before), "v. "); ok && len(rest) < 60 {
		c.Defendant = strings.TrimRight(lex.OneLine(rest), " ,")
		c.nameStart = from
	}
}

// signalWords introduce a citation and are not part of a case name.
var signalWords = vocabulary.Set("see cf accord contra but compare with also e.g e.g. eg in quoting citing under and generally both following while whereas though " +
	"because like unlike see, see; cf., accord, as since per from by held that applying overruling distinguishing discussing")

// connectors may stand in lower case inside a party's name.
var connectors = vocabulary.Set("of the and for de la del van von der ex rel. rel et al. al in re on to & y a at behalf by d/b/a as o/b/o f/k/a a/k/a du le das den ten")

// opensName are those that may open a name: "De La Cruz", "A & B Corp.".
var opensName = vocabulary.Set("A La la De de Del del Van van Von von Der Du du Le le Den Ten")

// plaintiffOf walks back from "v." over the words of a name and returns it and
// where it starts.
func plaintiffOf(before string) (name string, from int) {
	end := lex.TrimSpaceBefore(before, len(before))
	start := end
	for first := true; start > 0; first = false {
		wordStart, word := wordBefore(before, start)
		if word == "" || !first && endsSentence(word) {
			break
		}
		core := strings.Trim(word, ".,()[]“”\"'‘’*_")
		if isSignalWord(core, before[start:]) || len(core) > 4 && strings.Trim(core, "0123456789") == "" {
			break // "See Smith", "docket 6390389 Smith"
		}
		if core == "" && word != "&" || !connectors[strings.TrimRight(strings.ToLower(word), ",")] && !startsName(core) {
			break
		}
		start = wordStart
		if start > 0 && strings.ContainsAny(word[:1], "([“\"") {
			break
		}
		start = lex.TrimSpaceBefore(before, start)
		if start > 0 && strings.IndexByte(";)]:", before[start-1]) >= 0 {
			break
		}
	}
	start += paperBefore(before[start:end])
	name = trimName(lex.OneLine(before[start:end]))
	first, _, _ := strings.Cut(name, " ")
	if at := strings.Index(before[start:end], first); at > 0 {
		start += at
	}
	return name, start
}

// publicParties are plaintiffs that have no other name before them.
var publicParties = []string{"United States", "United States of America", "U.S.", "State", "People", "Commonwealth"}

// paperBefore returns the length of the title of a paper that stands before a
// public plaintiff, "Plea Agreement, United States".
func paperBefore(name string) int {
	for _, party := range publicParties {
		if rest, ok := strings.CutSuffix(name, party); ok && strings.HasSuffix(strings.TrimRight(rest, " \n"), ",") {
			return len(rest)
		}
	}
	return 0
}

// isSignalWord reports whether a word introduces a citation, given the name
// after it.
func isSignalWord(word, name string) bool {
	key := strings.ToLower(word)
	if key == "in" {
		return !strings.HasPrefix(strings.TrimLeft(name, " \n"), "re ")
	}
	return signalWords[key] && !connectors[key]
}

// trimName removes signals, connectors and punctuation that precede a name.
func trimName(name string) string {
	for name != "" {
		word, rest, _ := strings.Cut(name, " ")
		bare := strings.Trim(word, ".,([“\"‘")
		key := strings.ToLower(bare)
		if rest == "" && startsName(bare) && !signalWords[key] || opensName[bare] {
			break
		}
		if !signalWords[key] && !connectors[key] || key == "in" && strings.HasPrefix(rest, "re ") {
			break
		}
		name = rest
	}
	return strings.Trim(name, " ,([“\"‘*_")
}

// wordBefore returns the word that ends at the last non-blank before end; a long
// dash parts words as a blank does.
func wordBefore(s string, end int) (start int, word string) {
	end = lex.TrimSpaceBefore(s, end)
	start = end
	for start > 0 && lex.SpaceAt(s, start-1) == 0 && (start <= 1 || lex.SpaceAt(s, start-2) != 2) && end-start < 60 && !strings.HasSuffix(s[:start], "—") {
		start--
	}
	return start, s[start:end]
}

// startsName reports whether a word can be part of a proper name.
func startsName(word string) bool {
	return word != "" && (lex.IsUpper(word[0]) || lex.IsDigit(word[0]) || word[0] >= 0x80)
}

// endsSentence reports whether a word with a full stop ends a sentence rather
// than being an abbreviation: "ruling." does, "Corp." does not.
func endsSentence(word string) bool {
	core, ok := strings.CutSuffix(word, ".")
	if !ok {
		return strings.HasSuffix(word, ".’") || strings.HasSuffix(word, ".”") || strings.HasSuffix(word, ".)") || strings.HasSuffix(word, ".\"")
	}
	return len(core) > 3 && lex.IsLower(core[0]) || len(core) > 9 || strings.HasSuffix(core, ")")
}

// maxAntecedent bounds the words of a short case name.
const maxAntecedent = 6

// antecedent returns the name before a short or supra citation at i, "Piper
// Aircraft, 454 U.S. at 241", and where it starts.
func (s *scanner) antecedent(i int) (name string, from int) {
	before, base := s.before(i)
	end := lex.TrimSpaceBefore(before, len(before))
	bare := end
	end = len(strings.TrimRight(before[:end], ", "))
	if rest, ok := strings.CutSuffix(before[:end], ", supra"); ok {
		end = len(rest)
	}
	if end == 0 || strings.IndexByte(".;)", before[end-1]) >= 0 && !hasAbbreviation(before[:end]) {
		return "", -1
	}
	start := nameStart(before, end, end == bare)
	name = trimName(lex.OneLine(before[start:end]))
	if first, _, _ := strings.Cut(name, " "); first != "" {
		if at := strings.Index(before[start:end], first); at > 0 {
			start += at
		}
	}
	return name, base + start
}

// nameStart returns where the short name of a case begins that ends at end. Bare says
// that no comma follows it.
func nameStart(before string, end int, bare bool) int {
	start := end
	for n := range maxAntecedent {
		wordStart, word := wordBefore(before, start)
		core := strings.Trim(word, ".,()[]“”\"'‘’*_")
		if word == "" || isSignalWord(core, before[start:end]) || n == 0 && bare && !startsName(core) {
			break // "See supra", "as discussed supra"
		}
		if n > 0 && !continuesName(word, core) {
			break
		}
		start = wordStart
		if n == 0 && !startsName(core) || strings.ContainsAny(word[:1], "([“\"") {
			break // "asdf, supra": one word in lower case
		}
	}
	return start
}

// continuesName reports whether a word, or its core without marks, may stand before
// another one of a case's name.
func continuesName(word, core string) bool {
	if endsSentence(word) || word == "v." || word == "v" || strings.IndexByte(";:)", word[len(word)-1]) >= 0 {
		return false
	}
	return connectors[core] || startsName(core)
}

// hasAbbreviation reports whether s ends in an abbreviation, as "Inc." is.
func hasAbbreviation(s string) bool {
	_, word := wordBefore(s, len(s))
	return strings.HasSuffix(word, ".") && !endsSentence(word) && startsName(word)
}

// signals are the words that introduce an authority for what the text says, in
// lower case and without commas.
var signals = map[string]bool{
	"see": true, "see also": true, "see e.g.": true, "see generally": true, "see id": true, "but see": true, "but see e.g.": true, "cf.": true, "cf": true,
	"but cf.": true, "see cf.": true, "accord": true, "contra": true, "compare": true, "with": true, "e.g.": true, "see also e.g.": true,
}

// maxSignal bounds the words of a signal.
const maxSignal = 5

// signal returns the signal that ends at i. Parallel citations share that of
// the first.
func (s *scanner) signal(i int, parallel bool) string {
	prev := s.last()
	floor := 0
	if prev != nil {
		if parallel {
			return prev.Signal
		}
		floor = min(prev.reach, i)
	}
	start := i
	phrase, found := "", ""
	for range maxSignal {
		if start <= floor {
			break
		}
		from, word := wordBefore(s.text[floor:start], start-floor)
		word = strings.ReplaceAll(strings.ToLower(strings.Trim(word, ",([“\"*_")), "’", "'")
		if !signalPieces[word] {
			break
		}
		phrase = strings.TrimSpace(word + " " + phrase)
		if signals[phrase] || historySignals[phrase] || sourceSignals[phrase] {
			found = phrase
		}
		start = floor + from
	}
	return found
}
