package sheet

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// What somebody is in a case is written with a word of roles and perhaps words
// that go with them ("Jointly Administered Debtor", "3rd Pty Defendant").
var (
	roles = lex.Set(`plaintiff plaintiffs defendant defendants petitioner petitioners respondent respondents appellant appellants
		appellee appellees debtor debtors trustee trustees creditor creditors claimant claimants intervenor intervenors movant
		movants garnishee garnishees surety amicus witness mediator liquidator receiver agent examiner administrator admin
		committee representative chair ombudsman ombudsperson complainant relator unknown party ind individual re arbitrator
		master objector custodian assignee auctioneer accountant monitor neutral interpleader transferee transferor broker
		appraiser realtor bankruptcy-judge professional taxpayer conservator guardian victim notice interested`)
	beside = lex.Set(`u s us joint jnt jointly administered adm admin consolidated petitioning claims claim noticing and in possession
		liquidating interim foreign responsible assistant asst material counter cross third 3rd 3d pty party alternate successor
		comm cred real interest interested curiae ad litem special court of the for former acting liquidation bankruptcy
		consumer privacy patient care health other involuntary alleged non filing related deputy appointed settlement
		official creditors unsecured examiner information notice default defaulting additional consol member fee post
		confirmation disbursing stakeholder deceased`)
	describing = lex.Set(`individually esq esquire trustee chapter assistant deputy debtor debtors acting warden attorney secretary director
		commissioner d/b/a f/k/a a/k/a administrator executor executrix personal successor guardian ausa fka aka dba plaintiff defendant
		successors solely president governor mayor sheriff warden`)
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
