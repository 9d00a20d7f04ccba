package mention

import "strings"

// maxCaption bounds how far before a citation its case name may begin.
const maxCaption = 300

// caption finds the case name before a full citation, "Smith v. Jones, ", and
// notes a year or court that stands between the two.
func (s *citeScanner) caption(c *Cite) {
	t := s.text
	floor := max(s.floor(), c.Start-maxCaption)
	for floor > 0 && floor < len(t) && !isRuneStart(t[floor]) {
		floor++
	}
	if floor > c.Start {
		return
	}
	before := t[floor:c.Start]
	if len(s.cites) > 0 && s.isParallel(before) {
		prev := &s.cites[len(s.cites)-1]
		c.parallel = prev.Kind == "full"
		c.Plaintiff, c.Defendant = prev.Plaintiff, prev.Defendant
		return
	}
	at, after := versus(before)
	if at < 0 {
		s.inRe(c, before, floor)
		return
	}
	defendant, tail := sideEnd(before[after:])
	if !endsAtCite(tail) {
		return
	}
	c.Defendant = defendant
	name, from := plaintiffOf(before[:at])
	c.Plaintiff = name
	c.nameStart = floor + from
	s.between(c, tail)
}

func isRuneStart(b byte) bool { return b&0xC0 != 0x80 }

// isParallel reports whether only commas, brackets and the like part two full
// citations: "44 N.J. 151, 207 A.2d 542".
func (s *citeScanner) isParallel(between string) bool {
	if !s.cites[len(s.cites)-1].isFull() || len(between) > 12 {
		return false
	}
	trimmed := strings.TrimSpace(between)
	return trimmed == "," || trimmed == "[" || trimmed == ", [" || trimmed == "="
}

// versus finds the last " v. " and returns where it starts and ends, or -1.
func versus(before string) (start, end int) {
	for i := len(before) - 2; i > 0; i-- {
		if before[i] != 'v' && before[i] != 'V' || spaceAt(before, i-1) == 0 {
			continue
		}
		end := i + 1
		if strings.HasPrefix(before[end:], "s.") {
			end++
		}
		if end < len(before) && before[end] == '.' {
			end++
		}
		if spaceAt(before, end) > 0 {
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
		if spaceAt(after, i) > 0 && strings.IndexByte("([_", after[i+1]) >= 0 {
			end = i
			break
		}
		if after[i] == ',' && strings.HasPrefix(after[i:], ", No. ") {
			end = i
			break
		}
	}
	name = strings.TrimRight(oneLine(after[:end]), " ,;")
	return name, after[end:]
}

// endsAtCite reports whether the words between a case name and its citation
// can stand there: a parenthesis, blanks, a docket number, but no sentence.
func endsAtCite(tail string) bool {
	if strings.HasPrefix(tail, ", No. ") {
		return len(tail) < 80
	}
	return !strings.ContainsAny(tail, ";") && len(tail) < 80
}

// between reads "(2022)" or "(S.D.N.Y. 1973)" before the citation.
func (s *citeScanner) between(c *Cite, tail string) {
	open := strings.IndexAny(tail, "([")
	if open < 0 {
		return
	}
	if shut := strings.IndexAny(tail[open:], ")]"); shut > 0 {
		s.courtAndYear(c, tail[open+1:open+shut])
	}
}

// inRe finds names without a "v.": "In re Foo", "Ex parte Foo", "Matter of Foo".
func (s *citeScanner) inRe(c *Cite, before string, floor int) {
	for _, cue := range []string{"In re ", "in re ", "In Re ", "IN RE ", "Ex parte ", "Matter of "} {
		at := strings.LastIndex(before, cue)
		if at < 0 || len(before)-at > 120 {
			continue
		}
		name, tail := sideEnd(before[at+len(cue):])
		if name != "" && !strings.ContainsAny(name, ";") && endsAtCite(tail) {
			c.Defendant = name
			c.nameStart = floor + at
			s.between(c, tail)
		}
		return
	}
	// "Bar, 1 U.S. 1" after a lost plaintiff.
	if rest, ok := strings.CutPrefix(strings.TrimSpace(before), "v. "); ok && len(rest) < 60 {
		c.Defendant = strings.TrimRight(oneLine(rest), " ,")
	}
}

// signals introduce a citation and are not part of a case name.
var signals = map[string]bool{
	"see": true, "cf": true, "accord": true, "contra": true, "but": true, "compare": true, "with": true, "also": true,
	"e.g": true, "in": true, "quoting": true, "citing": true, "under": true, "and": true, "generally": true, "both": true,
	"following": true, "while": true, "whereas": true, "though": true, "because": true, "like": true, "unlike": true,
}

// connectors may stand in lower case inside a party's name.
var connectors = map[string]bool{
	"of": true, "the": true, "and": true, "for": true, "de": true, "la": true, "del": true, "van": true, "von": true, "der": true,
	"ex": true, "rel.": true, "rel": true, "et": true, "al.": true, "al": true, "in": true, "re": true, "on": true, "to": true,
	"&": true, "y": true, "a": true, "at": true, "behalf": true, "by": true, "d/b/a": true, "as": true,
}

// plaintiffOf walks back from "v." over the words of a name and returns it and
// where it starts.
func plaintiffOf(before string) (name string, from int) {
	end := trimSpaceBefore(before, len(before))
	start := end
	for first := true; start > 0; first = false {
		wordStart, word := wordBefore(before, start)
		if word == "" || !first && endsSentence(word) {
			break
		}
		core := strings.Trim(word, ".,()[]“”\"'‘’*_")
		if core == "" && word != "&" || !connectors[strings.TrimRight(strings.ToLower(word), ",")] && !startsName(core) {
			break
		}
		start = wordStart
		if start > 0 && strings.ContainsAny(word[:1], "([“\"") {
			break
		}
		start = trimSpaceBefore(before, start)
		if start > 0 && strings.IndexByte(";)]:", before[start-1]) >= 0 {
			break
		}
	}
	name = trimName(oneLine(before[start:end]))
	first, _, _ := strings.Cut(name, " ")
	if at := strings.Index(before[start:end], first); at > 0 {
		start += at
	}
	return name, start
}

// trimName removes signals, connectors and punctuation that precede a name.
func trimName(name string) string {
	for name != "" {
		word, rest, _ := strings.Cut(name, " ")
		key := strings.ToLower(strings.Trim(word, ".,([“\"‘"))
		if !signals[key] && !connectors[key] || key == "in" && strings.HasPrefix(rest, "re ") {
			break
		}
		name = rest
	}
	return strings.Trim(name, " ,([“\"‘*_")
}

// wordBefore returns the word that ends at the last non-blank before end.
func wordBefore(s string, end int) (start int, word string) {
	end = trimSpaceBefore(s, end)
	start = end
	for start > 0 && spaceAt(s, start-1) == 0 && (start <= 1 || spaceAt(s, start-2) != 2) && end-start < 60 {
		start--
	}
	return start, s[start:end]
}

// startsName reports whether a word can be part of a proper name.
func startsName(word string) bool {
	if word == "" {
		return false
	}
	return isUpper(word[0]) || isDigit(word[0]) || word[0] >= 0x80
}

// endsSentence reports whether a word with a full stop ends a sentence rather
// than being an abbreviation: "ruling." does, "Corp." does not.
func endsSentence(word string) bool {
	core, ok := strings.CutSuffix(word, ".")
	if !ok {
		return strings.HasSuffix(word, ".”") || strings.HasSuffix(word, ".)")
	}
	return len(core) > 3 && isLower(core[0]) || len(core) > 9
}

// maxAntecedent bounds the words of a short case name.
const maxAntecedent = 6

// antecedent returns the name before a short or supra citation at i: "Piper
// Aircraft, 454 U.S. at 241".
func (s *citeScanner) antecedent(i int) string {
	t := s.text
	floor := max(s.floor(), i-maxCaption)
	if floor >= i {
		return ""
	}
	before := t[floor:i]
	end := trimSpaceBefore(before, len(before))
	end = len(strings.TrimRight(before[:end], ", "))
	if end == 0 || strings.IndexByte(".;)", before[end-1]) >= 0 && !hasAbbreviation(before[:end]) {
		return ""
	}
	start := end
	for n := range maxAntecedent {
		wordStart, word := wordBefore(before, start)
		core := strings.Trim(word, ".,()[]“”\"'‘’*_")
		if word == "" || n > 0 && endsSentence(word) || n > 0 && (word == "v." || word == "v") {
			break
		}
		if (n <= 0 || !connectors[core]) && !startsName(core) && n > 0 || word == ";" {
			break
		}
		start = wordStart
		if n == 0 && !startsName(core) {
			break // "asdf, supra": one word in lower case
		}
	}
	return trimName(oneLine(before[start:end]))
}

// hasAbbreviation reports whether s ends in an abbreviation, as "Inc." is.
func hasAbbreviation(s string) bool {
	_, word := wordBefore(s, len(s))
	return strings.HasSuffix(word, ".") && !endsSentence(word) && startsName(word)
}
