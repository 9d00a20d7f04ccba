package sheet

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// The role of a party is a word of roles, with other words beside it or not:
// "Jointly Administered Debtor", "3rd Pty Defendant".
var (
	roles      = vocabulary.With(vocabulary.SheetRole)
	beside     = vocabulary.With(vocabulary.RoleBeside)
	describing = vocabulary.With(vocabulary.RoleDescribing)
)

// otherNames stand between a name and another of the same party.
var otherNames = []string{" aka ", " a/k/a ", " AKA ", " A/K/A ", " fka ", " f/k/a ", " dba ", " d/b/a ", " DBA ", " D/B/A ", " also known as "}

// isRole reports whether a line is a role and nothing else, but for the number
// of a defendant: "Defendant (1)".
func isRole(s string) bool {
	if len(s) > 60 || s == "" {
		return false
	}
	if at := strings.IndexByte(s, '('); at > 0 && strings.HasSuffix(s, ")") {
		s = s[:at]
	}
	found := false
	for word := range strings.FieldsFuncSeq(strings.ToLower(s), isBetween) {
		found = found || roles[word]
		if !roles[word] && !beside[word] {
			return false
		}
	}
	return found
}

// isBetween reports what stands between the words of a role.
func isBetween(r rune) bool { return strings.ContainsRune(" .-–/&,'\u00a0", r) }

// The headings of the charges on sheets of criminal cases.
var chargeHeadings = []string{"pending counts", "terminated counts", "highest offense level", "complaints"}

func isHeading(s string) bool { return startsFold(s, chargeHeadings...) && len(s) < 60 }

// isRule reports whether a line is drawn.
func isRule(s string) bool { return len(s) > 3 && strings.Trim(s, "-_=*") == "" }

func isVersus(s string) bool {
	return len(s) <= 3 && strings.EqualFold(strings.TrimRight(s, "."), "v") || strings.EqualFold(strings.TrimRight(s, "."), "vs")
}

// The notes on a party or an attorney begin so.
var notes = []string{
	"lead attorney", "attorney to be noticed", "pro hac vice", "terminated:", "withdrawn", "pro se", "designation:", "inactive",
	"[cor", "[ntc", "[ld", "[on brief", "[retained", "[gov",
}

func isNote(s string) bool {
	return startsFold(s, notes...) || strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]")
}

func isProSe(s string) bool { return startsFold(s, "pro se", "[ntc pro se", "[cor ntc pro se") }

// isContact reports whether a line of an attorney's block comes after the
// address: numbers of telephones, mail addresses.
func isContact(s string) bool {
	if startsFold(s, "fax", "email", "direct:", "phone", "tel", "cell", "bar number", "(see above") || strings.Contains(s, "@") {
		return true
	}
	digits := 0
	for i := range len(s) {
		if lex.IsDigit(s[i]) {
			digits++
		} else if lex.IsAlpha(s[i]) && s[i] != 'x' {
			return false
		}
	}
	return digits >= 7
}

// isDate reports whether ten bytes are a date: 01/02/2006.
func isDate(s string) bool {
	for i := range len(s) {
		if (i == 2 || i == 5) != (s[i] == '/') || i != 2 && i != 5 && !lex.IsDigit(s[i]) {
			return false
		}
	}
	return true
}

func startsFold(s string, starts ...string) bool {
	for _, start := range starts {
		if len(s) >= len(start) && strings.EqualFold(s[:len(start)], start) {
			return true
		}
	}
	return false
}

func endsFold(s string, ends ...string) bool {
	for _, end := range ends {
		if len(s) >= len(end) && strings.EqualFold(s[len(s)-len(end):], end) {
			return true
		}
	}
	return false
}
