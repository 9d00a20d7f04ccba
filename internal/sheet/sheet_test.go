package sheet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/sheet"
)

// render writes a sheet as lines: "= number, day", "judge: …", "role | party
// [notes]" and below it the attorneys with firm and notes.
func render(text string, s sheet.Sheet) string {
	var b strings.Builder
	at := func(p sheet.Span) string { return text[p.Start:p.End] }
	notes := func(list []sheet.Span) {
		for _, n := range list {
			b.WriteString(" [" + strings.Trim(at(n), "[]") + "]")
		}
		b.WriteString("\n")
	}
	b.WriteString("= " + at(s.Case) + ", " + at(s.Filed) + "\n")
	for _, j := range s.Judges {
		b.WriteString(at(j.Role) + " | " + at(j.Name) + "\n")
	}
	for _, p := range s.Parties {
		b.WriteString(at(p.Role) + " | " + at(p.Name.Name))
		notes(p.Notes)
		for _, c := range p.Counsel {
			b.WriteString("  " + at(c.Name))
			if !c.Firm.Empty() {
				b.WriteString(" of " + at(c.Firm))
			}
			notes(c.Notes)
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{
			"a district court",
			`U.S. District Court
District of Nowhere (Springfield)
CIVIL DOCKET FOR CASE #: 3:17-cv-00001-ABC

Roe v. Halden Academy et al
Assigned to: Judge Mark G. Poe
Referred to: Magistrate Judge Ann A. Lee
Date Filed: 10/25/2017
Nature of Suit: 442 Civil Rights: Jobs

Plaintiff
Ms. Jane Roe
on her own behalf	represented by	Emma M. Finch
Finch Duncan & Wren
65a Harbor Ave
Boston, MA 02110
617-555-0120
Email: efinch@example.com
LEAD ATTORNEY
PRO HAC VICE
ATTORNEY TO BE NOTICED

David A. Crane
(See above for address)
TERMINATED: 02/17/2019
ATTORNEY TO BE NOTICED

V.
Defendant (1)
Halden Academy
TERMINATED: 07/14/2018
also known as
The Academy
Defendant
Iraq
Intervenor Defendant
Zeta LLC	represented by	Zeta LLC
PRO SE

Date Filed	#	Docket Text
10/25/2017	1	COMPLAINT against Halden Academy
`,
			`= 3:17-cv-00001-ABC, 10/25/2017
Assigned to: Judge | Mark G. Poe
Referred to: Magistrate Judge | Ann A. Lee
Plaintiff | Ms. Jane Roe
  Emma M. Finch of Finch Duncan & Wren [LEAD ATTORNEY] [PRO HAC VICE] [ATTORNEY TO BE NOTICED]
  David A. Crane [TERMINATED: 02/17/2019] [ATTORNEY TO BE NOTICED]
Defendant (1) | Halden Academy [TERMINATED: 07/14/2018]
Defendant | Iraq
Intervenor Defendant | Zeta LLC [PRO SE]
  Zeta LLC
`,
		},
		{
			"a court of bankruptcy, two parties under one role",
			`U.S. Bankruptcy Court
Adversary Proceeding #: 09-00001-abc

Assigned to: Ann A. Lee
Date Filed: 04/24/09

Plaintiff
-----------------------
Roe Brothers Special Financing Inc.
1 Sixth Avenue
New York, NY 10020	represented by	Robert J. Poe
Poe & Finch, LLP
767 Fifth Avenue
New York, NY 10153
(212) 555-0124
Fax : (212) 555-0107

V.

3rd Pty Defendant
-----------------------
Harbor Asset Management, LLC, et al.

represented by

John E. Wren, Jr.
292 Madison Avenue
Email: jwren@example.com
Harbor Total Return Fund
11766 Harbor Boulevard	represented by	John E. Wren, Jr.
(See above for address)

U.S. Trustee
U.S. TRUSTEE
OFFICE OF THE U.S. TRUSTEE

There are proceedings for case 09-00001-abc but none satisfy the selection criteria.
`,
			`= 09-00001-abc, 04/24/09
Assigned to: | Ann A. Lee
Plaintiff | Roe Brothers Special Financing Inc.
  Robert J. Poe of Poe & Finch, LLP
3rd Pty Defendant | Harbor Asset Management, LLC
  John E. Wren, Jr.
3rd Pty Defendant | Harbor Total Return Fund
  John E. Wren, Jr.
U.S. Trustee | U.S. TRUSTEE
`,
		},
		{
			"columns set apart by blanks",
			`CIVIL DOCKET FOR CASE #: 2:19-cv-00001-ABC

Assigned to: Judge Mark Poe                       Jury Demand: None
Date Filed: 05/03/2019                            Nature of Suit: 440

Plaintiff
Jane Roe                         represented by Ann Finch
                                                Finch & Wren LLP
                                                LEAD ATTORNEY

Date Filed            #  Docket Text
`,
			`= 2:19-cv-00001-ABC, 05/03/2019
Assigned to: Judge | Mark Poe
Plaintiff | Jane Roe
  Ann Finch [LEAD ATTORNEY]
`,
		},
		{
			"charges between defendants",
			`CRIMINAL DOCKET FOR CASE #: 3:15-cr-00001-BGS-1
Defendant (1)
Jose Roe	represented by	Ann Lee
1 Main Street

Pending Counts
Disposition
18:758-High Speed Flight

Highest Offense Level (Opening)
Felony

surety
Susan Poe
`,
			`= 3:15-cr-00001-BGS-1, 
Defendant (1) | Jose Roe
  Ann Lee
surety | Susan Poe
`,
		},
		{
			"a court of appeals",
			`General Docket
United States Court of Appeals for the First Circuit

Court of Appeals Docket #: 10-1001	 Docketed: 01/27/2010
Roe v. Halden National Trust C
Originating Court Information:
Date Filed: 10/23/2009
12/21/2009	 12/21/2009

GIFTY R. ROE
Appellant	 David G. Poe
Direct: 617-555-0160
[COR LD NTC Retained]
Poe Procter LLP
236 Harbor Ave

Ann B. Lee, Esq.
Direct: 617-555-0161
[COR NTC Retained]
236 Harbor Ave
v.

HALDEN NATIONAL TRUST COMPANY, as Trustee of the Zeta Certificates
Defendant - Appellee
------------------------------

MARK POE, Assistant U.S. Trustee
Interested Party	 Mark Poe
[NTC Pro Se]

IN RE: GIFTY R. ROE

Debtor

-----------------------------------------------

GIFTY R. ROE

Appellant

v.

01/27/2010
14 pg, 131.91 KB	CIVIL CASE docketed.
`,
			`= 10-1001, 01/27/2010
Appellant | GIFTY R. ROE
  David G. Poe of Poe Procter LLP [COR LD NTC Retained]
  Ann B. Lee [COR NTC Retained]
Defendant - Appellee | HALDEN NATIONAL TRUST COMPANY
Interested Party | MARK POE [NTC Pro Se]
  Mark Poe
`,
		},
		{
			"parties of an appeal who are described",
			`Court of Appeals Docket #: 19-1001	Docketed: 03/04/2019
Trial Judge: Mark G. Poe, District Judge
Prior Cases:
18-1001	Date Filed: 02/02/2018	Disposition: Dismissed

JANE ROE, individually
Plaintiff - Appellant,	Ann B. Lee, Esquire, Senior Attorney
Direct: 415-555-0160
Fax: 415-555-0161
[COR LD NTC Retained]
Lee & Wren LLP
Firm: 415-555-0162
1 Main Street

Carl Finch, -
[COR NTC Retained]
Finch Law
2 Main Street
MARK POE (State Prisoner: H-12345)
Appellant - Plaintiff	Mark Poe
[NTC Pro Se]
v.

HALDEN INC.,
a Delaware corporation
Defendant - Appellee / Cross-Appellant	Dora Wren
Terminated: 05/05/2019
[COR NTC Government]
Office of the Attorney General
HARBOR (BERMUDA) LTD
Defendant
`,
			`= 19-1001, 03/04/2019
Plaintiff - Appellant | JANE ROE
  Ann B. Lee of Lee & Wren LLP [COR LD NTC Retained]
  Carl Finch of Finch Law [COR NTC Retained]
Appellant - Plaintiff | MARK POE [NTC Pro Se]
  Mark Poe
Defendant - Appellee / Cross-Appellant | HALDEN INC.
  Dora Wren of Office of the Attorney General [Terminated: 05/05/2019] [COR NTC Government]
Defendant | HARBOR (BERMUDA) LTD
`,
		},
		{
			"the Supreme Court",
			`Search documents in this case:Search
No. 16A001
Title:	Town of Roe, New York, Applicant
v.
Zeta, Inc.
Docketed:	April 17, 2017

NAME	ADDRESS	PHONE
Attorneys for Petitioner
Frank W. Poe
Counsel of Record	Poe & Roper, S.C.
414 East Harbor Street

fpoe@example.com	(920) 555-0148
Party name: Town of Roe, New York
Attorneys for Respondents
Ann B. Lee
Counsel of Record	Acting Solicitor General
Party name: Zeta, Inc., et al.
Other
Mark Finch	1 Main Street
Party name: Friends of the Harbor
`,
			`= 16A001, April 17, 2017
Petitioner | Town of Roe, New York
  Frank W. Poe of Poe & Roper, S.C. [Counsel of Record]
Respondents | Zeta, Inc.
  Ann B. Lee of Acting Solicitor General [Counsel of Record]
Other | Friends of the Harbor
  Mark Finch
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, ok := sheet.Read(tt.text)
			if diff := cmp.Diff(tt.want, render(tt.text, s)); diff != "" || !ok {
				t.Errorf("%v: %s", ok, diff)
			}
		})
	}
}

func TestReadLeavesOtherPapers(t *testing.T) {
	for _, text := range []string{
		"", "Plaintiff\nJane Roe	represented by	Ann Lee\n", "Item #: 12\nDefendant\nMark Poe\n", "#:", "Title:\nParty name:\n",
		"No. 1\nTitle: A Book\nParty name: none\nAttorneys for ",
	} {
		if s, ok := sheet.Read(text); ok {
			t.Errorf("%q is read as a sheet: %+v", text, s)
		}
	}
}

// check fails the test unless all places lie in the text.
func check(t *testing.T, text string, s sheet.Sheet) {
	t.Helper()
	in := func(p sheet.Span) {
		if p.Start < 0 || p.End > len(text) || p.Start > p.End {
			t.Errorf("%v lies outside %d bytes", p, len(text))
		}
	}
	in(s.Case)
	in(s.Filed)
	for _, j := range s.Judges {
		in(j.Name)
		in(j.Role)
	}
	for _, p := range s.Parties {
		in(p.Name.Name)
		in(p.Role)
		for _, c := range p.Counsel {
			in(c.Name)
			in(c.Firm)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("CIVIL DOCKET FOR CASE #: 1\nAssigned to: Judge \nPlaintiff\n----\n, \trepresented by\t\nA,b\n\nV.\nB")
	f.Add("Court of Appeals Docket #: \t Docketed:\nA\nAppellant\t\n[COR]\n\n\nDebtor")
	f.Add("No. 0\nTitle:\nAttorneys for 0\nA\nParty name:")
	f.Add("No. 1\nTitle:\nAttorneys for \nA\nCounsel of Record\nParty name:\xff")
	f.Fuzz(func(t *testing.T, text string) {
		s, _ := sheet.Read(text)
		check(t, text, s)
	})
}

// TestHostile feeds a megabyte of each kind of line. Linear scanning takes
// moments; quadratic takes minutes.
func TestHostile(t *testing.T) {
	for _, head := range []string{"CIVIL DOCKET FOR CASE #: 1\n", "Court of Appeals Docket #: 1\n", "No. 1\nTitle: a\nAttorneys for b\n"} {
		for _, line := range []string{
			"Plaintiff\n", "A\nPlaintiff\n", "r", "represented by\n", "A, ", "#:", "\n", "A\trepresented by\tB\n", "----\n", "Party name: A\n", "B\nParty name: A\n",
			"Assigned to: Judge Judge \n",
		} {
			text := head + strings.Repeat(line, 1<<20/len(line))
			begin := time.Now()
			s, _ := sheet.Read(text)
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("%q %q took %v", head, line, took)
			}
			check(t, text, s)
		}
	}
}
