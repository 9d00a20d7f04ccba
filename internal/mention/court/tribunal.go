package court

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
)

// The names of the courts of the United Kingdom and of Europe are not names, or
// are those of other courts, elsewhere: "the Court of Appeal", "the High Court".
// The rules look for them only in documents whose citations or tribunals show
// where the documents come from.

// britishSigns show that a document is British: the courts of neutral citations,
// and tribunals that no other country has.
var britishSigns = []string{
	"EWCA", "EWHC", "UKSC", "UKHL", "UKUT", "UKFTT", "UKEAT", "UKPC", "EWCOP", "Upper Tribunal", "UPPER TRIBUNAL",
	"First-tier Tribunal", "FIRST-TIER TRIBUNAL", "Employment Tribunal", "Employment Appeal Tribunal",
}

// tribunals are names by their first word, the longer ones before those that they
// begin with, and the ids of the courts: those of their neutral citations, in
// lower case.
var tribunals = byFirstWord([][2]string{
	{"upper tribunal", "ukut"},
	{"first-tier tribunal", "ukftt"},
	{"employment appeal tribunal", "ukeat"},
	{"employment tribunal", "uket"},
	{"court of appeal", "ewca"},
	{"court of session", "scotcs"},
	{"court of justice of the european union", "cjeu"},
	{"high court of justice", "ewhc"},
	{"high court", "ewhc"},
	{"administrative court", "ewhc admin"},
	{"divisional court", "ewhc"},
	{"crown court", "ewcc"},
	{"judicial committee of the privy council", "ukpc"},
	{"european court of justice", "cjeu"},
	{"european court of human rights", "echr"},
})

// tribunalLetters are what tribunals are called for short, and their ids.
var tribunalLetters = map[string]string{"FTT": "ukftt", "UT": "ukut", "EAT": "ukeat", "CJEU": "cjeu", "ECtHR": "echr"}

type tribunal struct {
	words []string
	id    string
}

func byFirstWord(names [][2]string) map[string][]tribunal {
	of := map[string][]tribunal{}
	for _, n := range names {
		words := strings.Fields(n[0])
		of[words[0]] = append(of[words[0]], tribunal{words, n[1]})
	}
	return of
}

// FindTribunals returns the British and European courts of a British document, in
// order of Start; it returns nothing for other documents. Norm is as in neutral
// citations, in lower case.
func FindTribunals(text string) []dossier.Mention {
	if !lex.ContainsAny(text, britishSigns...) {
		return nil
	}
	var out []dossier.Mention
	for i := 0; i < len(text); {
		end, id := i, ""
		if lex.IsUpper(text[i]) && !lex.IsAlnumBefore(text, i) {
			end, id = tribunalAt(text, i)
		}
		if id == "" {
			i = max(i+1, lex.WordEnd(text, i))
			continue
		}
		out = append(out, dossier.Mention{
			Type: dossier.Court, Text: text[i:end], Start: i, End: end, Norm: id, Score: byTribunal.score, Method: "scanner:court", Rule: byTribunal.name,
		})
		i = end
	}
	return out
}

// tribunalAt reads a tribunal at i and returns its end and id, which is "" if
// there is none.
func tribunalAt(text string, i int) (end int, id string) {
	stop := wordStop(text, i)
	if id := tribunalLetters[text[i:stop]]; id != "" {
		return stop, id
	}
	for _, t := range tribunals[strings.ToLower(text[i:stop])] {
		if end := followed(text, stop, t.words[1:]); end > stop {
			chamber, name := chamberAt(text, end)
			if chamber > end {
				return chamber, t.id + " " + name
			}
			return end, t.id
		}
	}
	return i, ""
}

// wordStop returns the end of the word at i, hyphens included.
func wordStop(text string, i int) int {
	for i < len(text) && (lex.IsAlnum(text[i]) || text[i] == '-') {
		i++
	}
	return i
}

// followed returns the end of the words that follow the one that ends at p,
// whatever their case, or p.
func followed(text string, p int, words []string) int {
	end := p
	for _, w := range words {
		at := lex.SkipSpace(text, end)
		stop := wordStop(text, at)
		if at == end || !strings.EqualFold(text[at:stop], w) {
			return p
		}
		end = stop
	}
	return end
}

// maxChamber bounds the name of a chamber, in bytes.
const maxChamber = 60

// chamberAt returns the end of "(Lands Chamber)" or "(Civil Division)" after p,
// and what is in it in lower case; the end is p if there is none.
func chamberAt(text string, p int) (end int, name string) {
	at := lex.SkipSpace(text, p)
	if at >= len(text) || text[at] != '(' {
		return p, ""
	}
	inner, _, closed := strings.Cut(text[at+1:min(len(text), at+maxChamber)], ")")
	name = strings.ToLower(lex.OneLine(inner))
	if !closed || !strings.HasSuffix(name, " chamber") && !strings.HasSuffix(name, " division") {
		return p, ""
	}
	return at + len(inner) + len("()"), name
}
