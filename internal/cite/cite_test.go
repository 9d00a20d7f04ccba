package cite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/papertest"
)

// brief names the parts of a citation that tests compare.
func brief(c Citation) string { return fmt.Sprintf("%s %s [%d]", c.Kind, c.Text, c.Resource) }

func briefs(text string) []string {
	var out []string
	for _, c := range Find(text) {
		out = append(out, brief(c))
	}
	return out
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"no citation", "On May 3, 2019, 12 persons met at 5 p.m. in Room 3 of No. 10 U Street.", nil},

		{"case", "Smith v. Jones, 528 U.S. 495, 499 (2000).", []string{"full 528 U.S. 495 [1]"}},
		{"broken line", "Smith v. Jones, 528 U.\nS. 495", []string{"full 528 U.\nS. 495 [1]"}},
		{"electronic", "Doe v. Roe, No. 1:19-cv-123, 2020 WL 1234567, at *3 (D. Mass. Jan. 3, 2020)", []string{"full 2020 WL 1234567 [1]"}},
		{"slip", "2023 NY Slip Op 51350(U); 81 Misc 3d 1211[A]", []string{"full 2023 NY Slip Op 51350(U) [1]", "full 81 Misc 3d 1211[A] [2]"}},
		{"nominative", "67 U.S. (2 Black) 17; Baldw. 196; L.R.A. 1915A, 601", []string{"full 67 U.S. (2 Black) 17 [1]", "full Baldw. 196 [2]", "full L.R.A. 1915A, 601 [3]"}},
		{"surname as reporter", "See Holmes, 272. But Oliver Holmes, 72, and Salmon Chase 41 times.", []string{"full Holmes, 272 [1]"}},
		{"loose numbers", "approved by Chase.\n10. Customers; note 279\nYork 7/13/17; 9.3\n\nTaxes\n\n26; 165\n\n\fV.\n\n2.", nil},
		{"appendix", "See Compact, 1 App. 24. A v. B, 1 App. 24 (1914).", []string{"unknown 1 App. 24 [0]", "full 1 App. 24 [1]"}},
		{"page to come", "Smith v. Jones, 598 U.S. ___ (2023)", []string{"full 598 U.S. ___ [1]"}},

		{"american neutral", "2017 IL App (4th) 160407WC, 2005-NMCA-078, 2021COA112", []string{"full 2017 IL App (4th) 160407WC [1]", "full 2005-NMCA-078 [2]", "full 2021COA112 [3]"}},
		{"neutral", "[2004] UKHL 22, [2019] EWHC 1974 (Admin), [1992] HCA 23, 2012 SCC 12", []string{"neutral [2004] UKHL 22 [1]", "neutral [2019] EWHC 1974 (Admin) [2]", "neutral [1992] HCA 23 [3]", "neutral 2012 SCC 12 [4]"}},
		{"neutral and reports", "Ltd v B Ltd [2009] UKPC 16; [2009] 1 WLR 1405, at [16]", []string{"neutral [2009] UKPC 16 [1]", "full [2009] 1 WLR 1405 [1]"}},
		{"reports", "Mabo v Queensland (No 2) (1992) 175 CLR 1; R v X [1990] 2 A.C. 605", []string{"full (1992) 175 CLR 1 [1]", "full [1990] 2 A.C. 605 [2]"}},
		{"european", "ECLI:EU:C:2014:317.", []string{"neutral ECLI:EU:C:2014:317 [1]"}},

		{"code", "42 U.S.C. § 1983; 28 U.S.C. §§ 1331, 1332(a)", []string{"statute 42 U.S.C. § 1983 [1]", "statute 28 U.S.C. §§ 1331 [2]", "statute 1332 [3]"}},
		{"one section", "42 U.S.C. § 1983(a) and 42 U.S.C.A. § 1983 (West 2009)", []string{"statute 42 U.S.C. § 1983 [1]", "statute 42 U.S.C.A. § 1983 [1]"}},
		{"state codes", "Mass. Gen. Laws ch. 93A, § 2; Cal. Civ. Code § 1750; 735 ILCS 5/2-619", []string{"statute Mass. Gen. Laws ch. 93A, § 2 [1]", "statute Cal. Civ. Code § 1750 [2]", "statute 735 ILCS 5/2-619 [3]"}},
		{"in capitals", "FED. R. CIV. P. 12(b)(6); TEX. INS. CODE § 4001.003(1); MASS. GEN. LAWS ch. 93A, § 2", []string{
			"rule FED. R. CIV. P. 12 [1]", "statute TEX. INS. CODE § 4001.003 [2]", "statute MASS. GEN. LAWS ch. 93A, § 2 [3]",
		}},
		{"no section mark", "29 CFR 1630.2; 42 USC 1983, 29 C.F.R. Part 1630", []string{"regulation 29 CFR 1630.2 [1]", "statute 42 USC 1983 [2]", "regulation 29 C.F.R. Part 1630 [3]"}},
		{"of one form", "105 CMR 410.354; 10 C.M.R. 45", []string{"regulation 105 CMR 410.354 [1]", "full 10 C.M.R. 45 [2]"}},
		{"no state", "(Code Civ. Proc., § 437c; Pen. Code, §§ 187, 189.) K.S.A. 2015 Supp. 60-212; Treas. Reg. § 1.501(c)(3)-1(b)", []string{
			"statute Code Civ. Proc., § 437c [1]", "statute Pen. Code, §§ 187 [2]", "statute 189 [3]", "statute K.S.A. 2015 Supp. 60-212 [4]", "regulation Treas. Reg. § 1.501(c)(3)-1 [5]",
		}},
		{"acts", "Pub. L. No. 111-148, § 1101, 124 Stat. 119", []string{"statute Pub. L. No. 111-148, § 1101 [1]", "statute 124 Stat. 119 [2]"}},
		{"regulation", "29 C.F.R. § 1630.2(g); 60 Fed. Reg. 68,380, 68,385 (1995)", []string{"regulation 29 C.F.R. § 1630.2 [1]", "regulation 60 Fed. Reg. 68,380 [2]"}},
		{"constitution", "U.S. Const. art. I, § 8, cl. 3; U.S. CONST. amends. V, XIV; Cal. Const., art. I, § 13", []string{
			"constitution U.S. Const. art. I, § 8, cl. 3 [1]", "constitution U.S. CONST. amends. V [2]", "constitution XIV [3]", "constitution Cal. Const., art. I, § 13 [4]",
		}},
		{"rules", "Fed. R. Civ. P. 12(b)(6); D. Mass. L.R. 7.1(a); 9th Cir. R. 36-3; Federal Rule of Evidence 702", []string{
			"rule Fed. R. Civ. P. 12 [1]", "rule D. Mass. L.R. 7.1 [2]", "rule 9th Cir. R. 36-3 [3]", "rule Federal Rule of Evidence 702 [4]",
		}},
		{"law report is no rule", "Smyth, Env. L.R. 22", nil},
		{"journal", "77 Marq. L. Rev. 475 (1993-94)", []string{"journal 77 Marq. L. Rev. 475 [1]"}},
		{"docket", "Smith v. Jones, No. 99-1234, slip op. at 4 (1st Cir. May 3, 2000); ASBCA No. 43466", []string{"docket No. 99-1234 [1]", "docket ASBCA No. 43466 [2]"}},
		{"own docket", "Case No. 19-1234 (closed). Civil Action No. 04-10981-PBS", nil},

		{"parallel", "A v. B, 44 N.J. 151, 207 A.2d 542 (1965)", []string{"full 44 N.J. 151 [1]", "full 207 A.2d 542 [1]"}},
		{"same authority again", "A v. B, 44 N.J. 151. C v. D, 3 F.3d 4. A, 44 N. J. 151.", []string{"full 44 N.J. 151 [1]", "full 3 F.3d 4 [2]", "full 44 N. J. 151 [1]"}},
		{"short", "Smith v. Jones, 528 U.S. 495. 528 U. S., at 497. 529 U.S. at 3.", []string{"full 528 U.S. 495 [1]", "short 528 U. S., at 497 [1]", "short 529 U.S. at 3 [0]"}},
		{"short by name", "A Corp. v. B, 1 F.3d 100. C v. D, 1 F.3d 110. D, 1 F.3d at 120. 1 F.3d at 130.", []string{"full 1 F.3d 100 [1]", "full 1 F.3d 110 [2]", "short 1 F.3d at 120 [2]", "short 1 F.3d at 130 [2]"}},
		{"short by page", "Abel v. B, 1 F.3d 100. Cain v. D, 1 F.3d 210. 1 F.3d at 120.", []string{"full 1 F.3d 100 [1]", "full 1 F.3d 210 [2]", "short 1 F.3d at 120 [1]"}},
		{"supra", "Bell Atlantic Corp. v. Twombly, 550 U.S. 544. Bell Atlantic, supra, at 5. Twombly, supra. Smith, supra.", []string{"full 550 U.S. 544 [1]", "supra supra, at 5 [1]", "supra supra. [1]", "supra supra. [0]"}},
		{"supra of two", "Foo v. Bar, 1 U.S. 1. Foo v. Baz, 2 U.S. 2. Foo, supra. Baz, supra.", []string{"full 1 U.S. 1 [1]", "full 2 U.S. 2 [2]", "supra supra. [0]", "supra supra. [2]"}},
		{"supra of a government", "United States v. Foo, 1 U.S. 1. United States, supra.", []string{"full 1 U.S. 1 [1]", "supra supra. [0]"}},
		{"part of the paper", "See Part II, supra; note 5, supra; Volume I, Section III.A, supra. A supra-national body. See supra Part II.A.", nil},
		{"id", "Foo v. Bar, 1 U.S. 12. Id. at 14. Ibid. Id. at 5.", []string{"full 1 U.S. 12 [1]", "id Id. at 14 [1]", "id Ibid. [1]", "id Id. at 5 [0]"}},
		{"id after the unknown", "Foo v. Bar, 1 U.S. 12. See § 99. Id. at 14.", []string{"full 1 U.S. 12 [1]", "unknown § [0]", "id Id. at 14 [0]"}},
		{"id of a law", "42 U.S.C. § 1983. Id. § 1985(3).", []string{"statute 42 U.S.C. § 1983 [1]", "id Id. § 1985(3) [2]"}},
		{"reference", "Foo v. Bar, 1 U.S. 12. In Foo at 62, we see", []string{"full 1 U.S. 12 [1]", "reference Foo at 62 [1]"}},
		{"bare section", "42 U.S.C. § 1983 gives. Section 1983 and § 1983(b), not section 7.", []string{"statute 42 U.S.C. § 1983 [1]", "statute Section 1983 [1]", "statute § 1983 [1]"}},
		{"bare rule", "Fed. R. Civ. P. 12(b)(6). Under Rule 12(b)(1), not Rule 144.", []string{"rule Fed. R. Civ. P. 12 [1]", "rule Rule 12 [1]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, briefs(c.text)); diff != "" {
				t.Error(diff)
			}
			checkContract(t, c.text)
		})
	}
}

// TestParts checks what is read around a citation, the last one of each text.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		text string
		want Citation
	}{
		{"He lost. See also Smith & Co. v. Jones, Inc., 12 F.3d 34, 36-37 & n.2 (1st Cir. 1993) (holding that (a) it is so).", Citation{
			Kind: Full, Reporter: "F.3d", PinCite: "36-37 & n.2", Year: 1993, Court: "ca1", Plaintiff: "Smith & Co.", Defendant: "Jones, Inc.",
			Signal: "see also", Parenthetical: "holding that (a) it is so", Norm: "12 F.3d 34",
		}},
		{"But see In re Foo (2009) 1 Cal. 4th 5", Citation{Kind: Full, Reporter: "Cal. 4th", Year: 2009, Defendant: "Foo", Signal: "but see", Norm: "1 Cal. 4th 5"}},
		{"Cf. A v. B, 1 F.2d 2; C v. D, 3 F.2d 4", Citation{Kind: Full, Reporter: "F.2d", Plaintiff: "C", Defendant: "D", Signal: "cf.", Norm: "3 F.2d 4"}},
		{"Corp. v. Farm, No. 99 Civ. 9404 (SHS), 2000 U.S. Dist. LEXIS 12335 (S.D.N.Y. Aug. 25, 2000)", Citation{
			Kind: Full, Reporter: "U.S. Dist. LEXIS", Year: 2000, Court: "nysd", Plaintiff: "Corp.", Defendant: "Farm", Norm: "2000 U.S. Dist. LEXIS 12335",
		}},
		{"Abel v. Ott, 5 S.W.3d 6 (Tex. App.—Houston [14th Dist.] 2005, no pet.)", Citation{
			Kind: Full, Reporter: "S.W.3d", Year: 2005, Court: "texapp", Plaintiff: "Abel", Defendant: "Ott", Norm: "5 S.W.3d 6",
		}},
		{"656 F. 3d 1222, 1239 (CA10 2011)", Citation{Kind: Full, Reporter: "F.3d", PinCite: "1239", Year: 2011, Court: "ca10", Norm: "656 F.3d 1222"}},
		{"See A v. B, 1 F.3d 2, aff’d, 3 U.S. 4; C v. D, 9 S.W.3d 9 (Mo. App. E.D. 2007)", Citation{
			Kind: Full, Reporter: "S.W.3d", Year: 2007, Court: "moctapp", Plaintiff: "C", Defendant: "D", Signal: "see", Norm: "9 S.W.3d 9",
		}},
		{"the decisions—Plea Agreement, United States v. Flynn, No. 1:17-cr-232 (D.D.C. Dec. 1, 2017)", Citation{
			Kind: Docket, Year: 2017, Court: "dcd", Plaintiff: "United States", Defendant: "Flynn", Norm: "No. 1:17-cr-232",
		}},
		{"Abel, 596 F.3d at 1291–94", Citation{Kind: Short, Reporter: "F.3d", PinCite: "1291–94", Plaintiff: "Abel"}},
		{"1 Johnson 1 (1890)", Citation{Kind: Full, Reporter: "N.M. (J.)", Year: 1890, Norm: "1 Johnson 1"}},
		{"Smith v Jones [2019] EWHC 1974 (Admin) at [72]-[77]", Citation{
			Kind: Neutral, Reporter: "EWHC", PinCite: "at [72]-[77]", Year: 2019, Plaintiff: "Smith", Defendant: "Jones", Norm: "[2019] EWHC 1974",
		}},
		{"29 C.F.R. § 1630.2(g)(1) (2004)", Citation{Kind: Regulation, Reporter: "C.F.R.", PinCite: "(g)(1)", Year: 2004, Norm: "29 C.F.R. § 1630.2(g)(1)"}},
	} {
		cites := Find(c.text)
		if len(cites) == 0 {
			t.Errorf("%q: nothing found", c.text)
			continue
		}
		got := cites[len(cites)-1]
		if c.want.Norm == "1 Johnson 1" {
			c.want.Norm = "1 " + c.want.Reporter + " 1"
		}
		want := c.want
		for _, part := range []struct{ name, want, got string }{
			{"kind", string(want.Kind), string(got.Kind)},
			{"reporter", want.Reporter, got.Reporter},
			{"pin cite", want.PinCite, got.PinCite},
			{"year", fmt.Sprint(want.Year), fmt.Sprint(got.Year)},
			{"court", want.Court, got.Court},
			{"plaintiff", want.Plaintiff, got.Plaintiff},
			{"defendant", want.Defendant, got.Defendant},
			{"signal", want.Signal, got.Signal},
			{"parenthetical", want.Parenthetical, got.Parenthetical},
			{"norm", want.Norm, got.Norm},
		} {
			if part.want != part.got {
				t.Errorf("%q: %s is %q, want %q", c.text, part.name, part.got, part.want)
			}
		}
	}
}

// checkContract checks what Find promises for any text.
func checkContract(t testing.TB, text string) {
	t.Helper()
	end, resources := 0, 0
	for _, c := range Find(text) {
		from, to := c.Extent()
		switch {
		case c.Start < end || c.Start >= c.End || c.End > len(text) || text[c.Start:c.End] != c.Text || !utf8.ValidString(c.Text):
			t.Fatalf("citation %q at %d to %d after %d", c.Text, c.Start, c.End, end)
		case c.PinEnd() < c.End || c.PinEnd() > len(text) || from > c.Start || from < 0 || to < c.End || to > len(text):
			t.Fatalf("%q: pin to %d, extent %d to %d", c.Text, c.PinEnd(), from, to)
		case !utf8.ValidString(text[from:to]) || !utf8.ValidString(c.Norm) || !utf8.ValidString(c.Plaintiff) || !utf8.ValidString(c.Parenthetical):
			t.Fatalf("%q: parts are not UTF-8", c.Text)
		case c.Resource > resources+1 || c.isFull() && (c.Resource == 0 || c.Norm == ""):
			t.Fatalf("%q: resource %d after %d, norm %q", c.Text, c.Resource, resources, c.Norm)
		}
		end, resources = c.End, max(resources, c.Resource)
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"Smith v. Jones, 528 U.S. 495, 499 (1st Cir. 2000); id. at 3; Smith, supra, at 4.",
		"§§ 42 U.S.C. §§ 1, 2, 3 and 4(a)(1) et seq. 2000-Ohio-123 Mass. Gen. Laws ch. 1 Section 1 § 2",
		"[2019] EWHC 1974 (Admin) at [72]–[77]; (1992) 175 CLR 1; ECLI:EU:C:2014:317; 2012 SCC 12",
		"U.S. Const. amends. V & XIV, § 1, cl. 2 Fed. R. Civ. P. 12(b)(6) Rule 12 L.R. 7",
		"v. Ä, No. 1:19-cv-1-A (D. Me. May 1, 2000) ((((holding) L.R.A. 1915A, 601 Pub. L. No. 1-2, § 3",
		"A v. B, 1 U.S. 1, 1 F.2d 1, 1 U.S. 1, 2 F.2d 2 (quoting C v. D, 3 U.S. 3; id. § 1, aff’d, 4 U.S. ___) Id. § 2; Lee, On Paper, 5 Yale L.J. 6. Lee, supra note 3.",
		"CAL. CIV. CODE §§ 1, 2. K.S.A. 2015 Supp. 60-212, Treas. Reg. § 1.501(c)(3)-1 105 CMR 410.3 Cite as: 569 U. S. ____ (2013) 1 App. 2",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts are valid UTF-8")
		}
		checkContract(t, text)
		if diff := cmp.Diff(briefs(text), briefs(text)); diff != "" {
			t.Errorf("two runs differ: %s", diff)
		}
	})
}

// TestHostile feeds patterns that invite slow scanning. Linear scanning takes
// a fraction of a second; quadratic takes minutes.
func TestHostile(t *testing.T) {
	for _, unit := range []string{
		"A", "A. ", "(", "[2000] ", "§", "1", "1-", "1 U.S. 1, ", "1 U.S. ", "Id. ", "at 1 ", "v. ", "No. 1-", "supra ", "1 U.S.C. §§ 1, 2 ", "In re ", "See ",
		"Foo v. Bar, 1 U.S. 1 Foo at 2 ", "1 U.S. 1 ((", "U.S. Const. art. I, ", "Section 1 ", "Rule 1 ", "Fed. R. Civ. P. ", "[2000] 1 WLR 1 ", "N.Y. A ",
		"§§ ", "((", "1 ", "x", "I", "_", "1 U.S. _", "1(1)", "-", "v. A, 1 U.S. 1", "A v. ", "1 U.S. 1 (quoting ", "1 U.S. 1, aff'd, ", "1 U.S. 1; ", "Id. § 1; ",
		"1 U.S.C. § 1. Id. § 2. ", "Id. at 1, 2, 3, ", "1 App. 1 ", "Lee, A Title of It, 1 Yale L.J. 1; ", "Foo v. Bar, 1 U.S. ___; ", "CAL. CIV. ", "Civ. Code ", "Cite as: 1 U.S. __",
		"K.S.A. 2015 Supp. ", "1 U.S. 1, 1 F.2d 1, ", "Part I, supra; ", "—A", "\u00a0", "’",
	} {
		text := strings.Repeat(unit, 300<<10/len(unit))
		begin := time.Now()
		Find(text)
		if took := time.Since(begin); took > 15*time.Second {
			t.Errorf("%q: took %v", unit, took)
		}
	}
	var names strings.Builder
	for n := 0; names.Len() < 300<<10; n++ {
		fmt.Fprintf(&names, "Foo Bar %d Inc. v. Foo Bar Baz %d Inc., %d U.S. %d. Foo Bar Inc., supra. ", n, n, n%900+1, n)
	}
	begin := time.Now()
	Find(names.String())
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("names: took %v", took)
	}
}

func BenchmarkFind(b *testing.B) {
	run := func(text string) func(*testing.B) {
		return func(b *testing.B) {
			Find("") // load the tables
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Find(text)
			}
		}
	}
	b.Run("made", run(papertest.Pleading(1<<20)))
	for name, pattern := range map[string]string{"corpus": "*.txt", "opinions": "*opinions*.txt"} {
		b.Run(name, func(b *testing.B) {
			files, err := filepath.Glob(filepath.Join(papertest.Corpus(b, "truth", "text"), pattern))
			if err != nil || len(files) == 0 {
				b.Skip("no such texts")
			}
			var text strings.Builder
			for _, f := range files {
				raw, err := os.ReadFile(f)
				if err != nil {
					b.Fatal(err)
				}
				text.WriteString(strings.ToValidUTF8(string(raw), "?"))
			}
			run(text.String())(b)
		})
	}
}
