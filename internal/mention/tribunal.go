package mention

import (
	"regexp"
	"strings"

	"dossier"
)

// The courts of the United Kingdom and of Europe go by names that are nobody's
// or somebody else's elsewhere: "the Court of Appeal", "the High Court". They are
// looked for in papers that show by their citations or tribunals where they come
// from.

// britishSigns are what shows that a paper is British: the courts of neutral
// citations, and tribunals that no other country has.
var britishSigns = []string{
	"EWCA", "EWHC", "UKSC", "UKHL", "UKUT", "UKFTT", "UKEAT", "UKPC", "EWCOP", "Upper Tribunal", "UPPER TRIBUNAL",
	"First-tier Tribunal", "FIRST-TIER TRIBUNAL", "Employment Tribunal", "Employment Appeal Tribunal",
}

// tribunals matches the names in capitals or not, with their chamber or division,
// and what they are called for short.
var tribunals = regexp.MustCompile(`(?i)\b(?:upper\s+tribunal|first-tier\s+tribunal|employment\s+(?:appeal\s+)?tribunal|court\s+of\s+appeal|` +
	`high\s+court(?:\s+of\s+justice)?|administrative\s+court|divisional\s+court|crown\s+court|court\s+of\s+session|` +
	`judicial\s+committee\s+of\s+the\s+privy\s+council|court\s+of\s+justice\s+of\s+the\s+european\s+union|` +
	`european\s+court\s+of\s+(?:human\s+rights|justice))\b(?:\s*\((?:\w+\s+(?:and\s+\w+\s+)?)?(?:chamber|division)\))?` +
	`|\b(?-i:FTT|UT|EAT|CJEU|ECtHR)\b`)

// tribunalIDs are the ids of the courts, by the name before a chamber or division:
// those of their neutral citations, in lower case.
var tribunalIDs = map[string]string{
	"upper tribunal": "ukut", "ut": "ukut", "first-tier tribunal": "ukftt", "ftt": "ukftt",
	"employment appeal tribunal": "ukeat", "eat": "ukeat", "employment tribunal": "uket",
	"court of appeal": "ewca", "high court": "ewhc", "high court of justice": "ewhc", "administrative court": "ewhc admin",
	"divisional court": "ewhc", "crown court": "ewcc", "court of session": "scotcs",
	"judicial committee of the privy council": "ukpc", "court of justice of the european union": "cjeu", "cjeu": "cjeu",
	"european court of justice": "cjeu", "european court of human rights": "echr", "ecthr": "echr",
}

// findTribunals returns the British and European courts of a British paper, in
// order.
func findTribunals(text string) []dossier.Mention {
	if !containsAny(text, britishSigns...) {
		return nil
	}
	var out []dossier.Mention
	for _, at := range tribunals.FindAllStringIndex(text, -1) {
		found := text[at[0]:at[1]]
		if !isUpper(found[0]) || isAlnumBefore(text, at[0]) {
			continue
		}
		name, chamber, _ := strings.Cut(strings.ToLower(oneLine(found)), "(")
		id := tribunalIDs[strings.TrimSpace(name)]
		if chamber != "" {
			id += " " + strings.TrimSuffix(chamber, ")")
		}
		out = append(out, dossier.Mention{
			Type: dossier.Court, Text: found, Start: at[0], End: at[1], Norm: id, Score: 0.9, Method: "scanner:court",
		})
	}
	return out
}
