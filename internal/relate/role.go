package relate

import (
	"regexp"
	"strings"
)

// roleWord matches one word or term for the part somebody plays in a case.
const roleWord = `(?:(?:third|3d|3rd)[- ]party[- ](?:plaintiff|defendant)|counter[- ]?(?:claimant|plaintiff|defendant)|` +
	`cross[- ]?(?:claimant|plaintiff|defendant|complainant|appellant|appellee|petitioner|respondent)|` +
	`intervenor|plaintiff|defendant|petitioner|respondent|appellant|appellee|claimant|movant|debtor|creditor|` +
	`relator|garnishee|real part(?:y|ies) in interest|amic(?:us|i) curiae|trustee)s?`

// rolePhrase matches role words in a row, as captions combine them
// ("Plaintiff/Counter-Defendant", "Plaintiff, Appellant").
const rolePhrase = roleWord + `(?:(?:\s*[-–—/,]\s*|\s+and\s+|\s+)` + roleWord + `)*`

var (
	roleRE    = regexp.MustCompile(`(?i)\b` + rolePhrase + `\b`)
	oneRoleRE = regexp.MustCompile(`(?i)` + roleWord)
)

// appellate roles decide over those of the court below, which captions of
// appeals repeat ("Plaintiff-Appellant").
var appellate = map[string]bool{
	"appellant": true, "appellee": true, "petitioner": true, "respondent": true,
	"cross_appellant": true, "cross_appellee": true,
}

// normalRole returns the normal form of a role phrase: the role it names
// first, or the first appellate one.
func normalRole(raw string) string {
	first := ""
	for _, word := range oneRoleRE.FindAllString(raw, -1) {
		role := singular(word)
		if appellate[role] {
			return role
		}
		if first == "" {
			first = role
		}
	}
	return first
}

// singular writes one role word in its normal form.
func singular(word string) string {
	w := strings.ToLower(word)
	switch {
	case strings.HasPrefix(w, "real part"):
		return "real_party_in_interest"
	case strings.HasPrefix(w, "amic"):
		return "amicus"
	}
	w = strings.TrimSuffix(w, "s")
	w = strings.NewReplacer("-", "_", " ", "_", "3rd", "third", "3d", "third").Replace(w)
	for _, prefix := range []string{"counter", "cross"} {
		if rest, ok := strings.CutPrefix(w, prefix); ok {
			return prefix + "_" + strings.TrimPrefix(rest, "_")
		}
	}
	return w
}

// covers reports whether a phrase like "Plaintiffs-Appellees" or "Defendants"
// speaks of a party whose caption says raw.
func covers(phrase, raw string) bool {
	have := map[string]bool{}
	for _, w := range oneRoleRE.FindAllString(raw, -1) {
		have[singular(w)] = true
	}
	for _, w := range oneRoleRE.FindAllString(phrase, -1) {
		if !have[singular(w)] {
			return false
		}
	}
	return true
}
