package cite

import (
	"fmt"
	"strings"
	"testing"
)

// TestResolve checks which authority every citation of a text refers to, in
// order; 0 is none.
func TestResolve(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		// Short forms.
		{"short", "Harlan v. Pike, 528 U.S. 495, 499 (2000). The rule is old. 528 U.S. at 501.", "1 1"},
		{"short after another", "Harlan v. Pike, 528 U.S. 495. Ames v. Boyd, 3 F.3d 4. Harlan, 528 U.S., at 497. Ames, 3 F.3d at 6.", "1 2 1 2"},
		{"spaced reporter", "Harlan v. Pike, 528 U. S. 495. Harlan, 528 U.S., at 497; Pike, 528 U.\nS., at 498.", "1 1 1"},
		{"two cases of a volume, by name", "Abel v. Ott, 1 F.3d 100. Cain v. Dean, 1 F.3d 110. Abel, 1 F.3d at 104. Dean, 1 F.3d at 112.", "1 2 1 2"},
		{"two cases of a volume, by page", "Abel v. Ott, 1 F.3d 100. Cain v. Dean, 1 F.3d 210. 1 F.3d at 120. 1 F.3d at 215.", "1 2 1 2"},
		{"two cases of a page", "Abel v. Ott, 1 F.3d 100. Cain v. Dean, 1 F.3d 100 (mem.). Low v. Roe, 1 F.3d 300. 1 F.3d at 100.", "1 1 2 1"},
		{"page before every case", "Abel v. Ott, 1 F.3d 100. 1 F.3d at 7.", "1 0"},
		{"page far behind the case", "Abel v. Ott, 1 F.3d 100. 1 F.3d at 1300.", "1 0"},
		{"volume never cited", "Abel v. Ott, 1 F.3d 100. 2 F.3d at 105.", "1 0"},
		{"name of another volume", "Abel v. Ott, 1 F.3d 100. Cain v. Dean, 2 F.3d 100. Cain, 1 F.3d at 103.", "1 2 0"},
		{"short of a parallel reporter", "Abel v. Ott, 44 N.J. 151, 207 A.2d 542 (1965). Abel, 44 N.J. at 153. 207 A.2d at 545.", "1 1 1 1"},
		{"at page", "People v. Orr (1959) 174 Cal.App.2d 645. 174 Cal.App.2d at p. 651.", "1 1"},
		{"page range", "Abel v. Ott, 1 F.3d 100, 104–05. Abel, 1 F.3d at 105–07 & n.3.", "1 1"},
		{"year decides the reporter", "1 Johnson 1 (1890). 1 Johnson at 5.", "1 1"},
		{"old reporter by name", "Marbury v. Madison, 5 U.S. (1 Cranch) 137 (1803). Ware v. Hylton, 3 U.S. (3 Dall.) 199. 5 U.S. at 140. 3 U.S. at 200.", "1 2 1 2"},
		{"nominative only", "Martin v. Waddell, 16 Pet. 367 (1842). Martin, 16 Pet. at 410.", "1 1"},
		{"short before full", "Abel, 1 F.3d at 105. Abel v. Ott, 1 F.3d 100.", "0 1"},
		{"page to come", "Abel v. Ott, 598 U. S. ___ (2023). Abel v. Ott, 598 U. S. ___. Abel, 598 U. S., at ___.", "1 1 1"},
		{"two pages to come", "Abel v. Ott, 598 U. S. ___ (2023). Cain v. Dean, 598 U. S. ___ (2023). Cain, 598 U. S., at ___.", "1 2 2"},

		// Supra.
		{"supra", "Abel v. Ott, 1 F.3d 100. Ames v. Boyd, 3 F.3d 4. Abel, supra, at 104; Boyd, supra.", "1 2 1 2"},
		{"supra by part of a name", "Bell Atlantic Corp. v. Twombly, 550 U.S. 544. Bell Atlantic, supra, at 555.", "1 1"},
		{"supra by the long name", "Bell Atl. Corp. v. Twombly, 550 U.S. 544. Bell Atlantic Corporation, supra.", "1 1"},
		{"supra with a note", "Abel v. Ott, 1 F.3d 100. Abel, supra note 12, at 104. Abel, supra n. 3.", "1 1 1"},
		{"supra of two", "Foote v. Barr, 1 U.S. 1. Foote v. Bass, 2 U.S. 2. Foote, supra. Bass, supra.", "1 2 0 2"},
		{"supra of two, by page", "Foote v. Barr, 1 U.S. 1. Foote v. Bass, 2 U.S. 700. Foote, supra, at 710.", "1 2 2"},
		{"supra of the state", "State v. Barr, 1 F.3d 1. State, supra. United States v. Bass, 2 U.S. 2. United States, supra.", "1 0 2 0"},
		{"supra of nobody", "Foote v. Barr, 1 U.S. 1. Quill, supra, at 3.", "1 0"},
		{"supra of one side", "In re Halden Logistics, 4 B.R. 5. Halden Logistics, supra. In re Halden Logistics, supra.", "1 1 1"},
		{"possessive", "Foote v. Barr, 1 U.S. 1. We follow Foote’s, supra, holding.", "1 1"},
		{"supra of the paper", "Foote v. Barr, 1 U.S. 1. See Part II.A, supra; Volume I, Section III.B, supra.", "1"},
		{"supra with words before", "Foote v. Barr, 1 U.S. 1. The majority in Foote, supra, said so.", "1 1"},
		{"supra of an article", "See Jane Q. Smith, The Limits of Paper, 77 Marq. L. Rev. 475 (1993). Smith, supra note 5, at 481.", "1 1"},
		{"the same case twice", "Foote v. Barr, 1 F.3d 1. Foote v. Barr, 1 F.3d 1, 4. Foote, supra.", "1 1 1"},

		// Id.
		{"id", "Foote v. Barr, 1 U.S. 12. Id. at 14. Ibid. Id., at 15.", "1 1 1 1"},
		{"id of the last", "Foote v. Barr, 1 U.S. 12. Ames v. Boyd, 3 F.3d 4. Id. at 6.", "1 2 2"},
		{"id of a short form", "Foote v. Barr, 1 U.S. 12. Ames v. Boyd, 3 F.3d 4. Foote, 1 U.S. at 13. Id. at 15.", "1 2 1 1"},
		{"id with a page that cannot be", "Foote v. Barr, 1 U.S. 12. Id. at 5. Ibid.", "1 0 0"},
		{"id in a parallel reporter", "Abel v. Ott, 44 N.J. 151, 207 A.2d 542 (1965). Id. at 545. Id. at 152.", "1 1 1 1"},
		{"id after a string", "See Foote v. Barr, 1 U.S. 12; Ames v. Boyd, 3 F.3d 4. Id. at 14.", "1 2 0"},
		{"id in a string", "See Foote v. Barr, 1 U.S. 12; id. at 15; Ames v. Boyd, 3 F.3d 4.", "1 1 2"},
		{"id after a string of one case", "See Foote v. Barr, 1 U.S. 12; Foote, 1 U.S. at 15. Id. at 14.", "1 1 1"},
		{"id after two in a sentence", "Foote v. Barr, 1 U.S. 12, and Ames v. Boyd, 3 F.3d 4. Id. at 14.", "1 2 0"},
		{"id after compare", "Compare Foote v. Barr, 1 U.S. 12, with Ames v. Boyd, 3 F.3d 4. Id. at 6.", "1 2 0"},
		{"id after a quotation", "Foote v. Barr, 1 U.S. 12, 14 (2000) (quoting Ames v. Boyd, 3 F.3d 4, 5 (1st Cir. 1993)). Id. at 15.", "1 2 1"},
		{"id after two explanations", "Foote v. Barr, 1 F.3d 12 (1st Cir. 2000) (en banc) (citing Ames v. Boyd, 3 F.3d 4). Id. at 15.", "1 2 1"},
		{"id in an explanation", "Foote v. Barr, 1 U.S. 12, 14 (2000) (citing Ames v. Boyd, 3 F.3d 4, and id. at 6). Id. at 15.", "1 2 2 1"},
		{"id after the later history", "Foote v. Barr, 1 F.3d 12 (1st Cir. 1990), aff’d, 500 U.S. 10 (1991). Id. at 15.", "1 2 1"},
		{"string with a history", "Foote v. Barr, 1 F.3d 12, rev’d, 500 U.S. 10; Ames v. Boyd, 3 F.3d 4, cert. denied, 501 U.S. 3. Id.", "1 2 3 4 0"},
		{"id of an electronic page", "Foote v. Barr, 2020 WL 1234567, at *3. Id. at *4.", "1 1"},
		{"star page in a book", "Foote v. Barr, 1 F.3d 12. Id. at *4.", "1 0"},
		{"id of a paragraph", "People v. Orr, 2017 IL App (4th) 160407, ¶ 12. Id. ¶ 14.", "1 1"},
		{"id after an unknown section", "Foote v. Barr, 1 U.S. 12. See § 99. Id. at 14.", "1 0 0"},
		{"id first", "Id. at 14. Foote v. Barr, 1 U.S. 12.", "0 1"},
		{"id after the head of a page", "Foote v. Barr, 1 U.S. 12.\n\fCite as: 569 U. S. ____ (2013)\nId., at 14.", "1 2 1"},

		// An id. after a paper of the case means that paper.
		{"id after a complaint", "See Velten v. Ciba, 317 F.3d 1097, 1105 (9th Cir. 2003). (1) fraud, Compl. ¶¶ 46-53; (2) UCL, id. ¶¶ 58-71.", "1 0"},
		{"id after a transcript", "Foote v. Barr, 1 U.S. 12. He said so. Tr. 45:3-12. Id. at 46. Hearing Tr. at 7. Id.", "1 0 0"},
		{"id after the docket", "Foote v. Barr, 1 U.S. 12. (Dkt. No. 45 at 3.) Id. at 14. (ECF No. 12.) Id.", "1 0 0"},
		{"id after an exhibit", "Foote v. Barr, 1 U.S. 12. Smith Decl. ¶ 3 & Ex. A at 2. Id. at 14.", "1 0"},
		{"id after the record", "Foote v. Barr, 1 U.S. 12. J.A. 123. Id. at 124. R. at 5.", "1 0"},
		{"id after a paper without a known name", "Foote v. Barr, 1 U.S. 12. Claim Chart ¶ 4. Id. ¶ 5.", "1 0"},
		{"id after a book", "Foote v. Barr, 1 U.S. 12. Black’s Law Dictionary 123 (9th ed. 2009). Id. at 124.", "1 0"},
		{"id after a paper in an explanation", "Foote v. Barr, 1 U.S. 12 (2000) (citing Compl. ¶ 4). Id. at 14.", "1 1"},
		{"id after the number of a paragraph", "Foote v. Barr, 1 U.S. 12.\n¶ 13 Id. at 14. ¶ 14 Id.", "1 1 1"},
		{"id after what is no place in a paper", "Foote v. Barr, 1 U.S. 12. The Complaint says so. Id. at 14. The Order of March 3 stands. Id.", "1 1 1"},

		// In older reports id. stands for the reporter.
		{"old id", "People v. Brisco, 80 Ill. 423; Lehman v. The People, id. 601; Prow v. The People, 83 id. 154; Doe v. The People, id. 160.", "1 2 3 4"},
		{"old id of a volume", "Foote v. Barr, 12 Wall. 34. Ames v. Boyd, 13 id. 56, 58. Id. at 60.", "1 2 2"},
		{"old ibid", "Foote v. Barr, 5 Mass. 42; Ames v. Boyd, ibid. 101; 7 ib. 12.", "1 2 3"},
		{"a page after id", "Foote v. Barr, 1 U.S. 12. Id. 14.", "1 1"},

		// Laws and rules.
		{"id of a law", "42 U.S.C. § 1983. Id. Id. § 1983(a).", "1 1 1"},
		{"id of another section", "42 U.S.C. § 1983. Id. § 1985(3). Ibid. 42 U.S.C. § 1985.", "1 2 2 2"},
		{"id of a list of sections", "28 U.S.C. §§ 1331, 1332. Id. § 1332(b). 28 U.S.C. §§ 1331, 1332. Id.", "1 2 2 1 2 0"},
		{"id of an act", "Pub. L. No. 91-52, 83 Stat. 86. Id. at 88.", "1 2 2"},
		{"subsections are one law", "29 C.F.R. § 1630.2(g). 29 CFR 1630.2(h)(1). Id.", "1 1 1"},
		{"bare section", "42 U.S.C. § 1983 gives. Section 1983 and § 1983(b), not section 7.", "1 1 1"},
		{"bare section of two laws", "42 U.S.C. § 12. 28 U.S.C. § 12. Section 12.", "1 2"},
		{"bare rule", "Fed. R. Civ. P. 12(b)(6). Under Rule 12(b)(1), not Rule 144.", "1 1"},
		{"constitution", "U.S. Const. amend. XIV, § 1. U.S. CONST. amend. XIV, § 1. Id.", "1 1 1"},

		// Names with a page, dockets and parallel citations.
		{"reference", "Foote v. Barr, 1 U.S. 12. In Foote at 62, we see", "1 1"},
		{"reference of two", "Foote v. Barr, 1 U.S. 12. Foote v. Bass, 2 U.S. 12. In Foote at 62, we see", "1 2 0"},
		{"docket", "Foote v. Barr, No. 99-1234 (1st Cir. May 3, 2000). Foote, supra.", "1 1"},
		{"dockets of two courts", "Foote v. Barr, No. 1:18-cr-24 (D.D.C. 2018). Ames v. Boyd, No. 1:18-cr-24 (D. Me. 2019).", "1 2"},
		{"neutral and reports", "A Ltd v B Ltd [2009] UKPC 16; [2009] 1 WLR 1405, at [16]. [2009] UKPC 16.", "1 1 1"},
		{"parallel known later", "Abel v. Ott, 207 A.2d 542. Foote v. Barr, 1 U.S. 12. Abel v. Ott, 44 N.J. 151, 207 A.2d 542 (1965).", "1 2 1 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, cite := range Find(c.text) {
				got = append(got, fmt.Sprint(cite.Resource))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%q: got %v, want %s: %q", c.text, got, c.want, briefs(c.text))
			}
			checkContract(t, c.text)
		})
	}
}
