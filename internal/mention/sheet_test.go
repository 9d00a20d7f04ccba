package mention

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListedNames(t *testing.T) {
	got := briefs(`U.S. Bankruptcy Court
Bankruptcy Petition #: 09-32303-abc

Assigned to: Ann A. Lee
Date filed:	 08/25/2009

Debtor
Al Quoz Wadi
1 Main Street
Springfield, AL 36117

represented by	 C. Edwin Finch
Finch & Wren, LLP

U.S. Trustee
U.S. TRUSTEE

Creditor Committee
Official Committee of Unsecured Creditors

Filing Date	#	Docket Text
`)
	var names []string
	for _, s := range got {
		if s[:2] != "AD" { // addresses are not listed
			names = append(names, s)
		}
	}
	want := []string{
		"COURT U.S. Bankruptcy Court = united states bankruptcy court",
		"DOCKET 09-32303-abc = 09-32303",
		"PERSON Ann A. Lee = Ann A. Lee (judge)",
		"DATE 08/25/2009 = 2009-08-25 (filed)",
		"PERSON Al Quoz Wadi = Al Quoz Wadi",
		"PERSON C. Edwin Finch = C. Edwin Finch (attorney)",
		"ORG Finch & Wren, LLP = Finch & Wren, LLP",
		"ORG U.S. TRUSTEE = U.S. Trustee",
		"ORG Official Committee of Unsecured Creditors = Official Committee of Unsecured Creditors",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestPanels(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"a panel", "\n\nBefore Barksdale, Wren, and Finch, Circuit Judges.", []string{
			"PERSON Barksdale = Barksdale (judge)", "PERSON Wren = Wren (judge)", "PERSON Finch = Finch (judge)",
		}},
		{"over lines", "\n\nBefore\n\nHowe, Chief Judge,\nSelya and Crane, Circuit Judges.", []string{
			"PERSON Howe = Howe (judge)", "PERSON Selya = Selya (judge)", "PERSON Crane = Crane (judge)",
		}},
		{"prose", "\n\nBefore Trial, the judges met Counsel in 12 rooms.", nil},
	} {
		if diff := cmp.Diff(c.want, briefs(c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestDaysOfFiling(t *testing.T) {
	got := briefs("Filed 05/03/19. Date filed: 05/04/2019. FILED\nMay 5, 2019. Filed on May 6, 2019. She filed on May 7, 2019, entered 05/08/2019, Filed May 2019, Unfiled 05/09/2019.")
	want := []string{
		"DATE 05/03/19 = 2019-05-03 (filed)", "DATE 05/04/2019 = 2019-05-04 (filed)", "DATE May 5, 2019 = 2019-05-05 (filed)",
		"DATE May 6, 2019 = 2019-05-06 (filed)", "DATE May 7, 2019 = 2019-05-07", "DATE 05/08/2019 = 2019-05-08",
		"DATE May 2019 = 2019-05", "DATE 05/09/2019 = 2019-05-09",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
