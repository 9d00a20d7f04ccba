package relate

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// caseRoles are the single words for parts that people play in a case.
var caseRoles = slices.Sorted(maps.Keys(vocabulary.With(vocabulary.CaseRole)))

// roleWord matches one word or term for the part that a party plays in a case.
var roleWord = `(?:(?:third|3d|3rd)[- ]party[- ](?:plaintiff|defendant)|counter(?:claim)?[- ]?(?:claimant|plaintiff|defendant)|` +
	`cross[- ]?(?:claimant|plaintiff|defendant|complainant|appellant|appellee|petitioner|respondent)|` +
	strings.Join(caseRoles, "|") + `|real part(?:y|ies) in interest|amic(?:us|i) curiae)s?`

// rolePhrase matches role words in a row, as captions combine them
// ("Plaintiff/Counter-Defendant", "Plaintiff, Appellant").
var rolePhrase = roleWord + `(?:(?:\s*[-–—/,]\s*|\s+and\s+|\s+)` + roleWord + `)*`

var (
	roleHereRE = regexp.MustCompile(`^(?i)` + rolePhrase + `\b`)
	oneRoleRE  = regexp.MustCompile(`(?i)` + roleWord)
)

// roleStarts are the beginnings of the words with which a role begins.
var roleStarts = append([]string{"third", "3d", "3rd", "counter", "cross", "real part", "amicus", "amici"}, caseRoles...)

// roleInitials marks the first letters of roleStarts, in lower case: most words
// have another one.
var roleInitials = func() (marked [256]bool) {
	for _, start := range roleStarts {
		marked[start[0]|0x20] = true
	}
	return marked
}()

// findRoles returns the spans of the role phrases of a text, in order.
func findRoles(text string) [][]int {
	var out [][]int
	for i := 0; i < len(text); {
		if !lex.IsAlnum(text[i]) {
			i++
			continue
		}
		end := lex.WordEnd(text, i)
		if roleBegins(text[i:]) {
			if m := roleHereRE.FindStringIndex(text[i:min(len(text), i+roleMost)]); m != nil {
				out = append(out, []int{i, i + m[1]})
				end = i + m[1]
			}
		}
		i = end
	}
	return out
}

// roleMost bounds a role phrase, in bytes.
const roleMost = 200

// roleBegins reports whether a role may begin with the text.
func roleBegins(text string) bool {
	if !roleInitials[text[0]|0x20] {
		return false
	}
	for _, start := range roleStarts {
		if text[0]|0x20 == start[0]|0x20 && len(text) >= len(start) && strings.EqualFold(text[:len(start)], start) {
			return true
		}
	}
	return false
}

// appellate roles decide over those of the court below, which captions of
// appeals repeat ("Plaintiff-Appellant").
var appellate = map[string]bool{
	"appellant": true, "appellee": true, "petitioner": true, "respondent": true,
	"cross_appellant": true, "cross_appellee": true,
}

// appeals are the roles that decide over "Petitioner" and "Respondent".
var appeals = map[string]bool{"appellant": true, "appellee": true}

// normalRole returns the normal form of a role phrase: the role it names
// first, or the first appellate one; "Petitioner-Appellant" is the appellant.
func normalRole(raw string) string {
	first, higher := "", ""
	for _, word := range oneRoleRE.FindAllString(raw, -1) {
		role := singular(word)
		if appeals[role] {
			return role
		}
		if higher == "" && appellate[role] {
			higher = role
		}
		if first == "" {
			first = role
		}
	}
	if higher != "" {
		return higher
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
	for _, prefix := range []string{"counterclaim_", "counter", "cross"} {
		if rest, ok := strings.CutPrefix(w, prefix); ok {
			return strings.TrimSuffix(prefix, "claim_") + "_" + strings.TrimPrefix(rest, "_")
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
