package names_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/names/namestest"
)

// verdict is a pair of names with the decision a careful clerk would make.
type verdict struct {
	a, b string
	want names.Decision
}

const (
	same   = names.Same
	review = names.Review
	differ = names.Different
)

var persons = []verdict{
	// spelling, order, titles
	{"Jane Roe", "JANE ROE", same},
	{"Jane Roe", "Roe, Jane", same},
	{"Jane A. Roe", "Roe, Jane A.", same},
	{"Jane A. Roe", "ROE, JANE A", same},
	{"Hon. Susan Bolton", "Judge Susan Bolton", same},
	{"Chief Judge Robert A. Katzmann", "Robert A. Katzmann", same},
	{"Magistrate Judge Ann Poe", "Ann Poe", same},
	{"Jane Roe, Esq.", "Jane Roe", same},
	{"Jane Roe, M.D.", "Dr. Jane Roe", same},
	{"Jane Roe, Ph.D.", "Jane Roe", same},
	{"Jane Roe Esq", "Ms. Jane Roe", same},
	{"Mr. John Smith", "John Smith", same},
	{"Jane Roe's", "Jane Roe", same},
	{"Jane Roe, et al.", "Jane Roe", same},
	{"Angélica Salceda", "Angelica Salceda", same},
	{"Søren Møller", "Soren Moller", same},
	{"Catherine O'Hagan Wolfe", "Catherine O’Hagan Wolfe", same},
	{"Catherine OHagan Wolfe", "Catherine O'Hagan Wolfe", same},
	{"Jo Ann Smith", "Joann Smith", same},
	{"Sharon La Franiere", "Sharon LaFraniere", same},
	{"Vanessa St. Pierre", "ST. PIERRE, VANESSA", same},
	{"Willem van der Berg", "Van der Berg, Willem", same},
	{"Jeﬀ Sessions", "Jeff Sessions", same}, // a ligature from a PDF

	// spellings of other scripts, and of one name in two families
	{"Hans Müller", "Hans Mueller", review},
	{"Jörg Schröder", "Joerg Schroeder", review},
	{"Mohammed Al-Sayed", "Muhammad El Sayed", review},
	{"Mohamed Hassan", "Mohammed Hasan", review},
	{"Yusuf Khalid", "Youssef Khaled", review},
	{"Volodymyr Zelensky", "Volodymyr Selenskyj", review},
	{"Pyotr Tchaikovsky", "Pyotr Tschaikowsky", review},
	{"Ivan Petrov", "Ivan Petroff", review},
	{"Dmitri Orlov", "Dmitry Orlov", review},
	{"Ian St. John", "Ian Saint John", review},
	{"Omar Alsayed", "Omar al-Sayed", same},
	{"Jon Smith", "John Smith", review},
	{"Wei Zhang", "Wei Chang", review},
	{"Ellen Roe", "Allen Roe", differ},
	{"Ann Baker", "Ann Becker", differ},
	{"Karl Martin", "Karl Morton", differ},
	{"Ahmed Khalid", "Omar Khalid", differ},

	// other names
	{"Jane Roe a/k/a Martha Poe", "Martha Poe", same},
	{"Jane Roe f/k/a Martha Poe", "POE, MARTHA", same},

	// middle names
	{"Jane A. Roe", "Jane Roe", same},
	{"Jane Ann Roe", "Jane Roe", same},
	{"Jane A. Baker", "Jane Baker", review}, // who is not?
	{"Jane Ann Baker", "Jane Baker", review},
	{"Jane Ann Roe", "Jane A. Roe", same},
	{"Kenneth D. Upton", "Kenneth David Upton", same},
	{"Jane A. Roe", "Jane B. Roe", differ},
	{"Jane Ann Roe", "Jane Beth Roe", differ},
	{"Jane Ann Roe", "Jane B. Roe", differ},
	{"P. T. Barnum", "P. G. Barnum", differ},
	{"John P. Smith", "John T. Smith", differ},
	{"John Q. A. Public", "John A. Public", review},
	{"John Q. A. Quillmark", "John Q. Quillmark", same},
	{"Smith, John A.", "Smith, John B.", differ},

	// generations
	{"John Smith, Jr.", "John Smith Jr", same},
	{"John Smith, Junior", "John Smith, Jr.", same},
	{"John Smith III", "John Smith, 3rd", same},
	{"John Smith Jr.", "John Smith Sr.", differ},
	{"John Smith Jr.", "John Smith III", differ},
	{"John Smith II", "John Smith III", differ},
	{"John Smith Jr.", "John Smith", review},
	{"Donald J. Trump", "Donald J. Trump, Jr.", review},
	{"Jane A. Smith Jr.", "Jane A. Smith Sr.", differ},

	// initials
	{"J. Smith", "Jane Smith", review},
	{"J. Smith", "John Smith", review},
	{"J. Smith", "J. Smith", same},
	{"J. Smith", "Mary Smith", differ},
	{"J. A. Smith", "Jane A. Smith", review},
	{"J. A. Smith", "Jane B. Smith", differ},
	{"J. Alden Roe", "John Alden Roe", same},
	{"J. Alden Roe", "Jane Alden Roe", same},
	{"F. Scott Fitzgerald", "Scott Fitzgerald", review},
	{"R. Bolton", "Susan Bolton", differ},

	// nicknames
	{"Bill Smith", "William Smith", same},
	{"Wm. Smith", "William Smith", same},
	{"Bob Halden", "Robert Halden", same},
	{"Rick Gates", "Richard Gates", same},
	{"Peggy Poe", "Margaret Poe", same},
	{"Jim B. Poe", "James B. Poe", same},
	{"Katie Poe", "Kathryn Poe", same},
	{"Stephen Poe", "Steven Poe", same},
	{"Jon Poe", "John Poe", review},
	{"Bill Smith", "Robert Smith", differ},
	{"Ted Poe", "Thomas Poe", differ},

	// known names one letter apart
	{"Mary Jones", "Mark Jones", differ},
	{"Wei Chen", "Wei Cheng", differ},
	{"Eric Hansen", "Eric Hanson", differ},
	{"Joan Poe", "Jean Poe", differ},
	{"Daniel Poe", "Daniela Poe", differ},
	{"Paul Meyer", "Paul Meyers", differ},
	{"Ana Gonzales", "Ana Gonzalez", review},

	// slips of scanners and typists
	{"Robert Katzmann", "Robert Katzmamm", differ}, // two slips
	{"Robert Katzmannx", "Robert Katzmann", same},
	{"Alexandre Mirzayance", "Alexandre Mirzayence", same},
	{"Jane Ha1den", "Jane Halden", same},
	{"Jane Bamestone", "Jane Barnestone", same},
	{"Jane Q0hen", "Jane Qohen", same},
	{"Horatio Mihet", "Horatio Mihte", same},

	// other people
	{"Jane Roe", "Jane Poe", differ},
	{"Jane Roe", "John Roe", differ},
	{"St. Paul", "Paul", differ},
	{"Vanessa St. Pierre", "Vanessa Pierre", review},
	{"Jane Roe", "Mary Smith", differ},
	{"Mary Smith-Jones", "Mary Smith", review},
	{"Smith Jane", "Jane Smith", review},
	{"Smith", "Jane Smith", review},
	{"Jane", "Jane Smith", review},
	{"Smith", "Smith", same},
	{"Smith", "Jones", differ},
	{"Mr. Smith", "Mr. John Smith", review},
}

var orgs = []verdict{
	{"Müller GmbH", "Mueller GmbH", review},
	{"Zelensky Trading LLC", "Selenskyj Trading LLC", review},
	// legal forms
	{"Halden Logistics Inc.", "Halden Logistics, Incorporated", same},
	{"Halden Logistics Inc.", "HALDEN LOGISTICS, INC", same},
	{"Acme Corp.", "Acme Corporation", same},
	{"Ford Motor Co.", "Ford Motor Company", same},
	{"Halden Capital LLC", "Halden Capital, L.L.C.", same},
	{"Halden Capital LLC", "Halden Capital Limited Liability Company", same},
	{"Halden Capital LP", "Halden Capital, L.P.", same},
	{"Halden Trading Ltd.", "Halden Trading Limited", same},
	{"Halden Trading Co., Ltd.", "Halden Trading Ltd", same},
	{"Halden Trading Pty Ltd", "Halden Trading Ltd", same},
	{"Wells Fargo Bank, N.A.", "Wells Fargo Bank, National Association", same},
	{"Halden Logistics", "Halden Logistics Inc.", same},
	{"The Halden Group", "Halden Group", same},
	{"Halden Logistics LLC", "Halden Logistics Inc.", review},
	{"Regulatory Authority, Inc.", "Regulatory Authority", review},
	{"Joint Ventures", "Joint Venture", review},
	{"US LLC", "U.S.", review},
	{"Bank of America", "Bank of America, N.A.", same},
	{"Quillmark for America", "Quillmark's America", review},
	{"Halden Logistics Corp.", "Halden Logistics Inc.", review},
	{"Halden Logistics LP", "Halden Logistics LLC", review},
	{"Wells Fargo Bank, N.A.", "Wells Fargo Bank", same},
	{"Acuity", "Acuity Insurance Co.", review},
	{"Acuity", "Acuity Inc.", review},

	// abbreviations
	{"Dep't of Justice", "Department of Justice", same},
	{"U.S. Dep't of Justice", "United States Department of Justice", same},
	{"U. S. Department of Labor", "US Department of Labor", same},
	{"Nat'l Ass'n of Realtors", "National Association of Realtors", same},
	{"Fed. Trade Comm'n", "Federal Trade Commission", same},
	{"Halden Int'l", "Halden International", same},
	{"Univ. of Iowa", "University of Iowa", same},
	{"Springfield Bd. of Educ.", "Springfield Board of Education", same},
	{"Cook Cnty.", "Cook County", same},
	{"County of Cook", "Cook County", same},
	{"Johnson & Johnson", "Johnson and Johnson", same},
	{"St. Albans Union Church", "Saint Albans Union Church", same},
	{"Halden Mfg. Co.", "Halden Manufacturing Company", same},
	{"Smith Bros. Ry. Co.", "Smith Brothers Railway Company", same},
	{"J.P. Morgan Securities", "JPMorgan Securities", same},
	{"PC Quote, Inc.", "PCQuote Inc.", same},
	{"Papa John's International", "Papa Johns International", same},
	{"Ministry of Foreign Aﬀairs", "Ministry of Foreign Affairs", same},

	// acronyms
	{"FBI", "Federal Bureau of Investigation", review},
	{"F.B.I.", "FBI", same},
	{"DOJ", "U.S. Department of Justice", review},
	{"SEC", "Securities and Exchange Commission", review},
	{"FBI", "Federal Trade Commission", differ},

	// numbers
	{"First National Bank", "Second National Bank", differ},
	{"First National Bank", "1st National Bank", same},
	{"Teamsters Local 12", "Teamsters Local 21", differ},
	{"Halden Fund II, L.P.", "Halden Fund III, L.P.", differ},
	{"Halden Fund II", "Halden Fund 2", same},
	{"Halden Fund", "Halden Fund II", review},
	{"Halden Series A LLC", "Halden Series B LLC", differ},
	{"District 9 School Board", "District 10 School Board", differ},

	// related, not the same
	{"Ford Motor Company", "Ford Motor Credit Company", review},
	{"City of Springfield", "Springfield", review},
	{"City of Springfield", "City of Shelbyville", differ},
	{"State of Maine", "Maine", review},
	{"Halden Holdings Inc.", "Halden Inc.", review},
	{"Calvary Chapel", "Calvary Chapel of Bangor", review},
	{"Department of Justice", "U.S. Department of Justice", review},
	{"State Department", "Department of State", review},

	// generic words alone
	{"Penn State University", "University of Pennsylvania", differ},
	{"Bank of America", "Bank of Springfield", differ},
	{"Bank", "Bank of America", differ},
	{"National Trust Company", "National Bank", differ},
	{"University of Iowa", "Iowa State University", differ},
	{"Halden Insurance", "Acme Insurance", differ},

	// slips
	{"Ha1den Logistics Inc", "Halden Logistics, Inc.", same},
	{"Halden Logistcs Inc.", "Halden Logistics Inc.", same},
	{"Haldqn Logistics", "Halden Logistics", review}, // the word that counts is in doubt
	{"Halden Systems", "Halden System", same},
	{"Halden Technologies", "Halden Technology", same},
	{"Mark Industries", "Mary Industries", differ},
	{"Haldan Logistics", "Halden Logistics", differ}, // both are names
	{"Halden Motor Works", "Halden Motorworks", same},
}

func TestCompare(t *testing.T) {
	for typ, table := range map[dossier.MentionType][]verdict{dossier.Person: persons, dossier.Org: orgs} {
		for _, v := range table {
			got := names.Compare(v.a, v.b, typ)
			if got.Decision != v.want {
				t.Errorf("%s %q / %q: %s, want %s (%.2f %v)", typ, v.a, v.b, got.Decision, v.want, got.Score, got.Reasons)
			}
			if len(got.Reasons) == 0 {
				t.Errorf("%s %q / %q: no reasons", typ, v.a, v.b)
			}
		}
	}
	if n := len(persons) + len(orgs); n < 120 {
		t.Errorf("only %d pairs", n)
	}
}

func TestCompareVetoes(t *testing.T) {
	tests := []struct {
		typ        dossier.MentionType
		a, b, code string
	}{
		{dossier.Person, "John Smith Jr.", "John Smith Sr.", "suffix-conflict"},
		{dossier.Person, "Jane A. Roe", "Jane B. Roe", "middle-conflict"},
		{dossier.Person, "Bill Roe", "Mary Roe", "given-conflict"},
		{dossier.Person, "Wei Chen", "Wei Cheng", "known-names"},
		{dossier.Org, "Fund II", "Fund III", "number-conflict"},
		{dossier.Org, "Acme Ball LLC", "Acme Ball Inc.", "form-conflict"},
	}
	for _, tt := range tests {
		m := names.Compare(tt.a, tt.b, tt.typ)
		codes := []string{}
		for _, r := range m.Reasons {
			codes = append(codes, r.Code)
		}
		if !m.Vetoed() || !slices.Contains(codes, tt.code) {
			t.Errorf("%q / %q: reasons %v, want veto %s", tt.a, tt.b, m.Reasons, tt.code)
		}
	}
	if names.Compare("J. Smith", "Jane Smith", dossier.Person).Vetoed() {
		t.Error("an initial is no veto")
	}
}

func TestOtherTypesCompareByNorm(t *testing.T) {
	if m := names.Compare("New  York", "new york", dossier.Location); m.Decision != same {
		t.Errorf("New York: %v", m)
	}
	if m := names.Compare("New York", "York", dossier.Location); m.Decision != differ {
		t.Errorf("York: %v", m)
	}
}

func TestCompareKeysAndNormAgree(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			a, b := namestest.Any(typ).Draw(t, "a"), namestest.Any(typ).Draw(t, "b")
			ab, ba := names.Compare(a, b, typ), names.Compare(b, a, typ)
			if ab.Score != ba.Score || ab.Decision != ba.Decision || ab.Vetoed() != ba.Vetoed() {
				t.Fatalf("%q / %q: %v one way, %v the other", a, b, ab, ba)
			}
			if names.Norm(a, typ) == names.Norm(b, typ) && ab.Decision != names.Same {
				t.Fatalf("%q / %q: norm %q, but %v", a, b, names.Norm(a, typ), ab)
			}
			if ab.Decision == names.Same && !shareKey(names.Keys(a, typ), names.Keys(b, typ)) {
				t.Fatalf("%q / %q are the same and share no key: %v %v", a, b, names.Keys(a, typ), names.Keys(b, typ))
			}
		})
	}
}

// TestDecideHurriesToTheSameEnd compares what the hurried know of two names
// with what is said of them at length.
func TestDecideHurriesToTheSameEnd(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, a, b *names.Name) {
		for together, want := range map[bool]float64{false: names.CompareNames(a, b).Score, true: names.CompareTogether(a, b).Score} {
			got := names.Score(a, b, together)
			if got != want && max(got, want) >= names.SameAt {
				t.Fatalf("%q / %q: %v, in a hurry %v", a.Norm, b.Norm, want, got)
			}
		}
	}
	for typ, table := range map[dossier.MentionType][]verdict{dossier.Person: persons, dossier.Org: orgs} {
		for _, v := range table {
			check(t, names.Parse(v.a, typ), names.Parse(v.b, typ))
		}
		rapid.Check(t, func(t *rapid.T) {
			check(t, names.Parse(namestest.Any(typ).Draw(t, "a"), typ), names.Parse(namestest.Any(typ).Draw(t, "b"), typ))
		})
	}
}

func shareKey(a, b []string) bool {
	return slices.ContainsFunc(a, func(k string) bool { return slices.Contains(b, k) })
}

func TestTablePairsShareKeys(t *testing.T) {
	for typ, table := range map[dossier.MentionType][]verdict{dossier.Person: persons, dossier.Org: orgs} {
		for _, v := range table {
			a, b := names.Keys(v.a, typ), names.Keys(v.b, typ)
			if v.want == same && !shareKey(a, b) {
				t.Errorf("%q / %q share no key: %v %v", v.a, v.b, a, b)
			}
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("Roe, Jane A., Jr.", "Jane Röe\xff III")
	f.Add("U.S.A. & Co., Ltd", "the of and")
	f.Add("", "Dr.")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org, dossier.Court} {
			m := names.Compare(a, b, typ)
			if m.Score < 0 || m.Score > 1 || len(m.Reasons) == 0 {
				t.Fatalf("%q / %q: %v", a, b, m)
			}
			if n := names.Compare(b, a, typ); n.Score != m.Score {
				t.Fatalf("%q / %q: %v and %v", a, b, m, n)
			}
			if m.Decision == names.Same && !shareKey(names.Keys(a, typ), names.Keys(b, typ)) {
				t.Fatalf("%q / %q: same, no shared key", a, b)
			}
			if utf8.ValidString(a) {
				for _, k := range names.Keys(a, typ) {
					if !utf8.ValidString(k) {
						t.Fatalf("%q: key %q", a, k)
					}
				}
			}
			if names.Compare(a, a, typ).Decision != names.Same {
				t.Fatalf("%q is not itself", a)
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	pairs := []struct {
		name, a, b string
		typ        dossier.MentionType
	}{
		{"person", "Hon. Jane Ann Roe", "Roe, Jane A.", dossier.Person},
		{"org", "Halden Logistcs International, Inc.", "Halden Logistics Int'l, Incorporated", dossier.Org},
	}
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				names.Compare(p.a, p.b, p.typ)
			}
		})
	}
}
