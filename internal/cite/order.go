package cite

import "strings"

// link is how a citation hangs together with those before it.
type link struct {
	within int  // the citation in whose parenthesis this one stands, -1 if none
	prev   int  // the one before it in the same parenthesis or in the open text, -1 if none
	joined bool // a member of one string with prev: "1 U.S. 1; 2 U.S. 2"
	// aside is true of what only follows up prev, its history or what it
	// quotes, and of running heads. An "id." never refers to it.
	aside bool
}

// order links the citations of text. Signals pass along a string: all members
// of "see A; B" are introduced by the one "see".
func order(text string, cites []Citation) []link {
	links := make([]link, len(cites))
	for i := range cites {
		c := &cites[i]
		l := link{within: i - 1, prev: -1}
		for l.within >= 0 && c.Start >= cites[l.within].parenEnd {
			l.within = links[l.within].within
		}
		if l.within != i-1 {
			for l.prev = i - 1; links[l.prev].within != l.within; {
				l.prev = links[l.prev].within
			}
			gap := strings.TrimSpace(between(text, &cites[l.prev], c))
			l.aside = strings.HasPrefix(gap, ",") && len(gap) < maxJoin && (historySignals[c.Signal] || sourceSignals[c.Signal])
			l.joined = l.aside || joins(gap) && !isPrintOf(c, gap)
			if c.Signal == "" && strings.HasPrefix(gap, ";") && l.joined {
				c.Signal = headSignal(cites, links, l.prev)
			}
		}
		l.aside = l.aside || c.running
		links[i] = l
	}
	return links
}

// isPrintOf reports whether c is where the act cited before it is printed:
// "Pub. L. 91-52, 83 Stat. 86".
func isPrintOf(c *Citation, gap string) bool { return gap == "," && c.Reporter == "Stat." }

// between returns the text from the end of one citation to the next.
func between(text string, prev, next *Citation) string {
	end := max(prev.reach, prev.parenEnd)
	return text[min(end, next.begin):next.begin]
}

// headSignal returns the signal that a member after the citation i shares. The
// words that introduce a case's own history introduce that alone.
func headSignal(cites []Citation, links []link, i int) string {
	if links[i].aside && links[i].prev >= 0 {
		i = links[i].prev
	}
	if links[i].aside {
		return ""
	}
	return cites[i].Signal
}

// maxJoin bounds the words between two members of a string: ";" and a signal.
const maxJoin = 40

// joins reports whether the text between two citations makes them members of
// one string.
func joins(gap string) bool {
	if len(gap) > maxJoin {
		return false
	}
	if strings.HasPrefix(gap, ";") {
		return true
	}
	switch strings.Trim(gap, ", ") {
	case "and", "or", "&", "with", "through", "to":
		return true
	case "":
		return strings.HasPrefix(gap, ",")
	}
	return false
}

// sourceSignals introduce what a case quotes.
var sourceSignals = map[string]bool{"quoting": true, "citing": true, "quoted in": true, "cited in": true}

// signalPieces are the words of all signals.
var signalPieces = func() map[string]bool {
	set := map[string]bool{}
	for _, list := range []map[string]bool{signals, sourceSignals, historySignals} {
		for phrase := range list {
			for w := range strings.FieldsSeq(phrase) {
				set[w] = true
			}
		}
	}
	return set
}()

// historySignals introduce what became of a case.
var historySignals = func() map[string]bool {
	set := map[string]bool{}
	for verb := range strings.SplitSeq("aff'd|rev'd|vacated|overruled|abrogated|superseded|modified", "|") {
		for more := range strings.SplitSeq("| by| on other grounds| on other grounds by| in part| in part by| sub nom.| per curiam| mem.", "|") {
			set[verb+more] = true
		}
	}
	for s := range strings.SplitSeq("cert. denied|cert. granted|cert. dismissed|reh'g denied|appeal dismissed|rev. denied|review denied", "|") {
		set[s] = true
	}
	return set
}()
