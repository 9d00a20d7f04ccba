package relate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
)

var types = map[byte]dossier.MentionType{
	'P': dossier.Person, 'J': dossier.Person, 'A': dossier.Person, 'O': dossier.Org, 'C': dossier.Court,
	'D': dossier.Docket, 'R': dossier.Citation, 'S': dossier.Statute, 'E': dossier.Email,
	'L': dossier.Location, 'T': dossier.Date, 'U': dossier.Date,
}

// marked turns a text with mentions marked as «P:Jane Roe» into the plain text
// and its mentions; J marks a judge, A an attorney, T a day of filing and U
// another.
func marked(text string) (string, []dossier.Mention) {
	roles := map[byte]string{'J': "judge", 'A': "attorney", 'T': "filed"}
	var plain strings.Builder
	var mentions []dossier.Mention
	for {
		before, rest, ok := strings.Cut(text, "«")
		plain.WriteString(before)
		if !ok {
			return plain.String(), mentions
		}
		inner, after, _ := strings.Cut(rest, "»")
		m := dossier.Mention{Type: types[inner[0]], Role: roles[inner[0]], Text: inner[2:], Start: plain.Len()}
		plain.WriteString(m.Text)
		m.End = plain.Len()
		if m.Type == dossier.Date {
			m.Norm = isoDay(m.Text)
		}
		mentions = append(mentions, m)
		text = after
	}
}

// isoDay writes 05/03/2019 or 05/03/19 as 2019-05-03.
func isoDay(s string) string {
	for _, layout := range []string{"01/02/2006", "01/02/06"} {
		if day, err := time.Parse(layout, s); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	return s
}

func find(text string, meta map[string]string) []dossier.Relation {
	plain, mentions := marked(text)
	return relate.Find(plain, []dossier.PageSpan{{Number: 1, End: len(plain)}}, mentions, relate.WithCase(plain, mentions, resolve.Document(plain, mentions)), meta)
}

// facts renders all relations but co-mentions.
func facts(relations []dossier.Relation) []string {
	var out []string
	for _, r := range relations {
		if r.Kind == dossier.CoMention {
			continue
		}
		s := fmt.Sprintf("%s %s > %s", r.Kind, r.From, r.To)
		if r.Role != "" {
			s += " as " + r.Role
		}
		if r.RoleRaw != "" && r.RoleRaw != r.Role {
			s += " (" + r.RoleRaw + ")"
		}
		out = append(out, s)
	}
	return out
}

func TestMethod(t *testing.T) {
	relations := find("No. «D:21-5»\n«P:JANE ROE», Plaintiff, v. «O:HALDEN INC.», Defendant.\n\nDefendant «O:Wren LLC» is as held in «R:1 U.S. 1».\n«P:Mark Poe», president of «O:Halden Inc.», agreed.", nil)
	methods := map[string]string{}
	for _, r := range relations {
		methods[string(r.Kind)+" "+r.From] = r.Method
	}
	for of, want := range map[string]string{
		"party_in_case PERSON:jane roe": "rule:caption", "party_in_case ORG:wren llc": "rule:role-before-name",
		"cites DOCKET:21-5": "rule:citation", "employed_by PERSON:mark poe": "rule:employment",
	} {
		if methods[of] != want {
			t.Errorf("%s: method %q, want %q", of, methods[of], want)
		}
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		name, text string
		meta       map[string]string
		want       []string
	}{
		{
			"a caption in two columns",
			`IN THE «C:UNITED STATES DISTRICT COURT»

«P:JANE ROE»,                   )
          Plaintiff,            )   No. «D:1:20-cv-123»
     v.                         )
«O:HALDEN LOGISTICS INC.», and  )
«P:MARK POE»,                   )
          Defendants.           )
`, nil,
			[]string{
				"filed_in DOCKET:1:20-cv-123 > COURT:united states district court",
				"party_in_case ORG:halden logistics inc > DOCKET:1:20-cv-123 as defendant (Defendants)",
				"party_in_case PERSON:jane roe > DOCKET:1:20-cv-123 as plaintiff (Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:1:20-cv-123 as defendant (Defendants)",
			},
		},
		{
			"an appeal",
			"No. «D:20-1507»\n«O:CALVARY CHAPEL OF BANGOR»,\nPlaintiff, Appellant,\nv.\n«P:JANET T. MILLS», in her official capacity,\nDefendant, Appellee.\n\nAPPEAL FROM THE «C:DISTRICT COURT OF MAINE»\n[Hon. «J:Nancy Torresen», Judge]\n\n«A:Roger K. Gannam», with whom «A:Mathew D. Staver» was on brief, for appellant.",
			nil,
			[]string{
				"counsel_for PERSON:mathew d staver > ORG:calvary chapel bangor as counsel (on brief, for)",
				"counsel_for PERSON:roger k gannam > ORG:calvary chapel bangor as counsel (on brief, for)",
				"filed_in DOCKET:20-1507 > COURT:district court of maine",
				"party_in_case ORG:calvary chapel bangor > DOCKET:20-1507 as appellant (Plaintiff, Appellant)",
				"party_in_case PERSON:janet t mills > DOCKET:20-1507 as appellee (Defendant, Appellee)",
			},
		},
		{
			"third parties",
			"No. «D:22-1»\n«O:Acme Corp.», Plaintiff/Counter-Defendant,\nv.\n«P:Jane Roe», Defendant and Third-Party Plaintiff,\nv.\n«P:Mark Poe», Third-Party Defendant.",
			nil,
			[]string{
				"party_in_case ORG:acme corp > DOCKET:22-1 as plaintiff (Plaintiff/Counter-Defendant)",
				"party_in_case PERSON:jane roe > DOCKET:22-1 as defendant (Defendant and Third-Party Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:22-1 as third_party_defendant (Third-Party Defendant)",
			},
		},
		{
			"a title states no role",
			"Re: «P:Jane Roe» v. «O:Halden Inc.», No. «D:22-5»",
			nil,
			[]string{"party_in_case ORG:halden inc > DOCKET:22-5", "party_in_case PERSON:jane roe > DOCKET:22-5"},
		},
		{
			"a case without a number is known by its title",
			"«P:JANE ROE», Plaintiff, v. «O:HALDEN INC.», Defendant. See «R:1 U.S. 1».",
			nil,
			[]string{
				"cites DOCKET:jane roe v halden inc > CITATION:1 u.s. 1",
				"party_in_case ORG:halden inc > DOCKET:jane roe v halden inc as defendant (Defendant)",
				"party_in_case PERSON:jane roe > DOCKET:jane roe v halden inc as plaintiff (Plaintiff)",
			},
		},
		{
			"a complaint not yet numbered",
			"IN THE «C:SUPERIOR COURT OF KENT COUNTY»\n\n«P:JANE ROE»,\n          Plaintiff,\n     v.\n«O:3K HALDEN INC.» and «P:MARK POE»,\n          Defendants.\n\nBefore the Honorable «J:Susan Finch», Judge\n\nPlaintiff «P:Jane Roe», by her undersigned counsel, alleges of «O:3K Halden Inc.» as follows.\n\n/s/ «A:Ann B. Lee»\nBar No. 12345\nAttorney for Plaintiff\n",
			nil,
			[]string{
				"counsel_for PERSON:ann b lee > PERSON:jane roe as counsel (Attorney for)",
				"filed_in DOCKET:jane roe v 3k halden inc @ superior court of kent county > COURT:superior court of kent county",
				"judge_of PERSON:susan finch > DOCKET:jane roe v 3k halden inc @ superior court of kent county as judge (the Honorable)",
				"party_in_case ORG:3k halden inc > DOCKET:jane roe v 3k halden inc @ superior court of kent county as defendant (Defendants)",
				"party_in_case PERSON:jane roe > DOCKET:jane roe v 3k halden inc @ superior court of kent county as plaintiff (Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:jane roe v 3k halden inc @ superior court of kent county as defendant (Defendants)",
			},
		},
		{
			"the seat of the court is no party",
			"«C:SUPREME COURT OF THE STATE OF NEW YORK»\n«L:COUNTY OF KINGS»\n\n«P:JANE ROE»,\n     Plaintiff,\n  v.\n«L:COUNTY OF QUEENS»,\n     Defendant.\n",
			nil,
			[]string{
				"filed_in DOCKET:jane roe v county of queens @ supreme court of the state of new york > COURT:supreme court of the state of new york",
				"party_in_case LOCATION:county of queens > DOCKET:jane roe v county of queens @ supreme court of the state of new york as defendant (Defendant)",
				"party_in_case PERSON:jane roe > DOCKET:jane roe v county of queens @ supreme court of the state of new york as plaintiff (Plaintiff)",
			},
		},
		{
			"a contract that cites a case has none of its own",
			"Services Agreement between «O:Halden Inc.» and «O:Wren Harbor LLC».\n\nWren Harbor holds Halden harmless against claims. See «P:Roe» v. «P:Poe», «R:1 U.S. 1», where the Plaintiff lost.\n",
			nil,
			[]string{"party_to_contract ORG:halden inc > ORG:wren harbor llc"},
		},
		{
			"prose",
			"No. «D:22-5». Defendants «O:C. R. Bard, Inc.» and «O:Bard Vascular, Inc.» moved. Plaintiff's counsel, «P:Jane Roe», objected, citing «R:5 F.3d 6» and «S:28 U.S.C. § 1331».",
			nil,
			[]string{
				"cites DOCKET:22-5 > CITATION:5 f.3d 6",
				"cites DOCKET:22-5 > STATUTE:28 u.s.c. § 1331",
				"party_in_case ORG:bard vascular inc > DOCKET:22-5 as defendant (Defendants)",
				"party_in_case ORG:cr bard inc > DOCKET:22-5 as defendant (Defendants)",
			},
		},
		{
			"a signature block",
			"No. «D:22-5»\n«P:Jane Roe», Plaintiff, v. «O:Halden Inc.», Defendant.\n\nThe complaint should be dismissed for the many reasons that were given in the motion and also at the hearing.\n\nRespectfully submitted,\n/s/ «A:Ann Lee»\n«A:Ann Lee»\n«O:Lee & Poe LLP»\n1 Main Street\nCounsel for Defendant",
			nil,
			[]string{
				"counsel_for ORG:lee poe llp > ORG:halden inc as counsel (Counsel for)",
				"counsel_for PERSON:ann lee > ORG:halden inc as counsel (Counsel for)",
				"employed_by PERSON:ann lee > ORG:lee poe llp",
				"party_in_case ORG:halden inc > DOCKET:22-5 as defendant (Defendant)",
				"party_in_case PERSON:jane roe > DOCKET:22-5 as plaintiff (Plaintiff)",
			},
		},
		{
			"representation",
			"«P:Jane Roe» is represented by «P:Ann Lee». «P:Mark Poe», attorney for «O:Halden Inc.», agreed.",
			nil,
			[]string{
				"counsel_for PERSON:ann lee > PERSON:jane roe as counsel (represented by)",
				"counsel_for PERSON:mark poe > ORG:halden inc as counsel (attorney for)",
			},
		},
		{
			"a judge, and one of the court below",
			"«C:Court of Appeals»\nNo. «D:22-5»\nBefore «J:Ann Poe», Circuit Judge.\nAppeal from the District Court, «J:Mark Lee», Judge.",
			nil,
			[]string{"filed_in DOCKET:22-5 > COURT:court of appeals", "judge_of PERSON:ann poe > DOCKET:22-5 as judge (Circuit Judge)"},
		},
		{
			"jobs",
			"«P:Jane Roe», Chief Executive Officer of «O:Halden Logistics Inc.», met «O:Acme Corp.»'s president «P:Mark Poe».\n\n«O:ZETA LLC»\nBy: ________\nName: «P:Ann Lee»\nTitle: Vice President\n",
			nil,
			[]string{
				"employed_by PERSON:ann lee > ORG:zeta llc as vice president (Vice President)",
				"employed_by PERSON:jane roe > ORG:halden logistics inc as chief executive officer (Chief Executive Officer)",
				"employed_by PERSON:mark poe > ORG:acme corp as president",
			},
		},
		{
			"a contract",
			"THIS LICENSE AGREEMENT is made by and between «O:Acme Corp.», a Delaware corporation with offices at «O:Acme Plaza», Springfield (“Licensor”), and «O:Halden Lines LLC» (“Licensee”). WHEREAS, «O:Zeta Inc.» and others agree.",
			nil,
			[]string{"party_to_contract ORG:acme corp > ORG:halden lines llc"},
		},
		{
			"mail",
			"From: «P:Jane Roe» <«E:jane@example.com»>\nTo: «P:Mark Poe» <«E:mark@example.com»>, «E:ann@example.com»\nCc: «P:Ann Lee»\nSubject: x\n\nHello",
			nil,
			[]string{
				"sent_to PERSON:jane roe > EMAIL:ann@example.com as to",
				"sent_to PERSON:jane roe > PERSON:ann lee as cc",
				"sent_to PERSON:jane roe > PERSON:mark poe as to",
			},
		},
		{
			"mail by its meta data",
			"«E:jane@example.com» wrote that «E:mark@example.com» agreed.",
			map[string]string{"from": "Jane <jane@example.com>", "to": "mark@example.com"},
			[]string{"sent_to EMAIL:jane@example.com > EMAIL:mark@example.com as to"},
		},
		{
			"a caption beside a column, with judges in it",
			"«C:UNITED STATES DISTRICT COURT»\n\n«P:DANIEL ROE», individually and on behalf of   )\nall others,                )   Case No. «D:1:19-cv-04567»\n          Plaintiff,       )\n                           )   Judge «J:Robert M. Lee»\n     v.                    )\n«O:BRIGHTWATER LLC», a Delaware )\ncompany,                   )   Magistrate Judge «J:Susan Finch»\n          Defendant.       )\n",
			nil,
			[]string{
				"filed_in DOCKET:1:19-cv-4567 > COURT:united states district court",
				"judge_of PERSON:robert m lee > DOCKET:1:19-cv-4567 as judge (Judge)",
				"judge_of PERSON:susan finch > DOCKET:1:19-cv-4567 as magistrate (Magistrate Judge)",
				"party_in_case ORG:brightwater llc > DOCKET:1:19-cv-4567 as defendant (Defendant)",
				"party_in_case PERSON:daniel roe > DOCKET:1:19-cv-4567 as plaintiff (Plaintiff)",
			},
		},
		{
			"a criminal case states one role",
			"No. «D:21-cr-345»\n«L:UNITED STATES OF AMERICA»,\n     - against -\n«P:MARTIN POE», a/k/a \"«P:Marty»,\" and\n«P:OLIVIA ROE»,\n     Defendants.\n",
			nil,
			[]string{
				"party_in_case LOCATION:united states of america > DOCKET:21-cr-345",
				"party_in_case PERSON:martin poe > DOCKET:21-cr-345 as defendant (Defendants)",
				"party_in_case PERSON:olivia roe > DOCKET:21-cr-345 as defendant (Defendants)",
			},
		},
		{
			"an adversary proceeding in a bankruptcy",
			"In re:\n«O:NORTHWIND CORP.», et al.,   Case No. «D:20-11234»\n     Debtors.\n\n«P:THOMAS POE», as Trustee,\n     Plaintiff,\nv.                              Adv. Proc. No. «D:21-50123»\n«O:FIRST HARBOR BANK»,\n     Defendant.\n",
			nil,
			[]string{
				"party_in_case ORG:1 harbor bank > DOCKET:21-50123 as defendant (Defendant)",
				"party_in_case ORG:northwind corp > DOCKET:20-11234 as debtor (Debtors)",
				"party_in_case PERSON:thomas poe > DOCKET:21-50123 as plaintiff (Plaintiff)",
			},
		},
		{
			"a debtor alone",
			"In re «P:Clarissa Roe», Debtor.\nCase No. «D:19-30211»",
			nil,
			[]string{"party_in_case PERSON:clarissa roe > DOCKET:19-30211 as debtor (Debtor)"},
		},
		{
			"a state, friends and counterclaims",
			"No. «D:21-1789»\n«L:STATE OF MARYLAND»,\n     Petitioner-Appellant,\nv.\n«O:HARBOR AGENCY»,\n     Respondent-Appellee.\n\nAmicus Curiae «O:Bay Foundation» and Counterclaim-Defendant «O:Zeta Corp.» replied.",
			nil,
			[]string{
				"party_in_case LOCATION:state of maryland > DOCKET:21-1789 as appellant (Petitioner-Appellant)",
				"party_in_case ORG:bay foundation > DOCKET:21-1789 as amicus (Amicus Curiae)",
				"party_in_case ORG:harbor agency > DOCKET:21-1789 as appellee (Respondent-Appellee)",
				"party_in_case ORG:zeta corp > DOCKET:21-1789 as counter_defendant (Counterclaim-Defendant)",
			},
		},
		{
			"a role that a line's end cuts off from its name is prose",
			"No. «D:22-5»\n«P:Jane Roe»,\nPlaintiff,\nv.\n«P:Mark Poe»,\nDefendant.\n\nThe hearing and the stipulation by «O:Acme Corp.» and\nDefendant «P:Mark Poe» were held.",
			nil,
			[]string{
				"party_in_case PERSON:jane roe > DOCKET:22-5 as plaintiff (Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:22-5 as defendant (Defendant)",
			},
		},
		{
			"judges of a panel, a letterhead, and a department of justice",
			"No. «D:22-5»\nAppeal from the District Court. Hon. «J:Nancy Lee»\n\nBefore «J:Finch», Chief Judge,\n«J:Wren», and «J:Crane», Circuit Judges.\n\n«J:Bob Roe», Chief Judge    «P:Ann Poe», Clerk of Court\n«J:Mark Crow» «O:Department of Justice»\nIn prose we said that Judge «J:Rita Moor» held otherwise.",
			nil,
			[]string{
				"judge_of PERSON:crane > DOCKET:22-5 as judge (Circuit Judges)",
				"judge_of PERSON:finch > DOCKET:22-5 as judge (Chief Judge)",
				"judge_of PERSON:wren > DOCKET:22-5 as judge",
			},
		},
		{
			"a glossary has no counsel and no staff",
			"No. «D:22-5»\n«P:Futer», Alan\nOutside counsel for «O:Halden Inc.»\n«P:Cala», Matt\nChief operating officer for «O:Halden Inc.»\nAttorney in the Office and legal\ncounsel for «O:Acme Corp.»\n«O:Acme Corp.» and associate of President «P:Mark Poe»",
			nil, nil,
		},
		{
			"counsel below a heading",
			"No. «D:22-5»\n«P:Jane Roe»,\nPlaintiff,\nv.\n«P:Mark Poe»,\nDefendant.\n\nAPPEARANCES:\nFor the Plaintiff:\n   «P:Ann Finch»\n   «O:Finch & Wren LLP»\n\nLead counsel for Defendant: «P:Bob Crane»\n",
			nil,
			[]string{
				"counsel_for ORG:finch wren llp > PERSON:jane roe as counsel (For)",
				"counsel_for PERSON:ann finch > PERSON:jane roe as counsel (For)",
				"counsel_for PERSON:bob crane > PERSON:mark poe as counsel_lead (Lead counsel for)",
				"party_in_case PERSON:jane roe > DOCKET:22-5 as plaintiff (Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:22-5 as defendant (Defendant)",
			},
		},
		{
			"counsel by whom a party signs",
			"No. «D:22-5»\n«O:Halden Inc.»,\nPlaintiff,\nv.\n«P:Mark Poe»,\nDefendant.\n\nThe answer is late.\n\nRespectfully submitted,\n«O:Halden Inc.»,\nBy its attorneys,\n\n/s/ «P:Ann Finch»\n«O:Finch & Wren LLP»\n",
			nil,
			[]string{
				"counsel_for ORG:finch wren llp > ORG:halden inc as counsel (By its attorneys)",
				"counsel_for PERSON:ann finch > ORG:halden inc as counsel (By its attorneys)",
				"employed_by PERSON:ann finch > ORG:finch wren llp",
				"party_in_case ORG:halden inc > DOCKET:22-5 as plaintiff (Plaintiff)",
				"party_in_case PERSON:mark poe > DOCKET:22-5 as defendant (Defendant)",
			},
		},
		{
			"an owner after a term", "«O:Tern Ltd.» (“«O:Tern»”) is a Delaware corporation and a wholly owned subsidiary of «O:Sable Corp.»", nil,
			[]string{"subsidiary_of ORG:tern ltd > ORG:sable corp (is a Delaware corporation and a wholly owned subsidiary of)"},
		},
		{
			"owners",
			"«O:Tern Ltd.» (“Tern”), a wholly-owned subsidiary of «O:Sable Corp.», sued. «O:Orion Group», the parent company of «O:Wren LLC», and its subsidiary «O:Crane Inc.» paid. «O:Finch Inc.»'s parent, «O:Heron Corp.», and «O:Acme Corp.» met «O:Zeta Inc.», a parent. «O:Gull Inc.» states that its parent corporation is «O:Lark Corp.» and «O:Egret LLC» (a subsidiary of «O:Lark Corp.») owns none.",
			nil,
			[]string{
				"subsidiary_of ORG:crane inc > ORG:wren llc (and its subsidiary)",
				"subsidiary_of ORG:egret llc > ORG:lark corp (a subsidiary of)",
				"subsidiary_of ORG:finch inc > ORG:heron corp ('s parent)",
				"subsidiary_of ORG:gull inc > ORG:lark corp (states that its parent corporation is)",
				"subsidiary_of ORG:tern ltd > ORG:sable corp (a wholly-owned subsidiary of)",
				"subsidiary_of ORG:wren llc > ORG:orion group (the parent company of)",
			},
		},
		{
			"more jobs, and what is none",
			"«P:Kate Roe», who is the Chief Financial Officer of «O:Orion Group», and «P:Paul Poe», a professor at «O:Dalton University», met «P:Ann Lee», attorney for «O:Acme Corp.». «P:Mark Crane», formerly with «O:Zeta Inc.», and «P:Bob Wren», Jonathan Director of «O:Heron Corp.», left. «P:Eve Finch» works for «O:Zeta Inc.» and «P:Joe Finch», «O:Heron Corp.»'s general counsel, wrote. «P:Sam Poe», «O:Acme Corp.»'s motion, came.",
			nil,
			[]string{
				"counsel_for PERSON:ann lee > ORG:acme corp as counsel (attorney for)",
				"employed_by PERSON:eve finch > ORG:zeta inc",
				"employed_by PERSON:joe finch > ORG:heron corp as general counsel",
				"employed_by PERSON:kate roe > ORG:orion group as chief financial officer (Chief Financial Officer)",
				"employed_by PERSON:paul poe > ORG:dalton university as professor",
			},
		},
		{
			"a contract with a town, an address and a footer",
			"FRANCHISE AGREEMENT made by and between:\nthe «L:TOWN OF ROE», a municipal corporation, having an address at «O:Energy Plaza», Springfield (“Grantor”)\n-- AND --\n«O:POE GAS COMPANY»\n1 Main Street\n\nSource: «O:ZETA INC», 10-K",
			nil,
			[]string{"party_to_contract LOCATION:town of roe > ORG:poe gas co"},
		},
		{
			"days of filing",
			"Case «D:1:19-cv-321»   Document 12   Filed «T:05/03/19»   Page 1 of 5\n\nNo. «D:22-5». Date Filed: «T:05/04/2019». He said he filed on «U:05/05/2019» and signed.",
			nil,
			[]string{
				"filed_on DOCKET:1:19-cv-321 > DATE:2019-05-03 (Filed)",
				"filed_on DOCKET:22-5 > DATE:2019-05-04 (Date Filed)",
			},
		},
		{
			"a folded header",
			"From: «P:Jane Roe»\nTo: «P:Mark Poe»,\n   «P:Ann Lee»\nSubject: «P:Bob Crane»\n\nTo: nobody\n",
			nil,
			[]string{"sent_to PERSON:jane roe > PERSON:ann lee as to", "sent_to PERSON:jane roe > PERSON:mark poe as to"},
		},
		{
			"a memorandum has its sender below",
			"TO:   «P:Mark Poe»\nFROM: «P:Jane Roe»\nCC:   «P:Ann Lee»\n",
			nil,
			[]string{"sent_to PERSON:jane roe > PERSON:ann lee as cc", "sent_to PERSON:jane roe > PERSON:mark poe as to"},
		},
		{
			"two signatures side by side",
			"No. «D:22-5»\nPlaintiff «P:Jane Roe» and Defendant «O:Halden Inc.» agree.\n\n«O:FINCH LLP»                   «O:CRANE PLLC»\n\nBy: /s/ «P:Ann Finch»           By: /s/ «P:Robert Crane»\nAttorneys for Plaintiff         Attorneys for Defendant\n",
			nil,
			[]string{
				"counsel_for ORG:crane pllc > ORG:halden inc as counsel (Attorneys for)",
				"counsel_for ORG:finch llp > PERSON:jane roe as counsel (Attorneys for)",
				"counsel_for PERSON:ann finch > PERSON:jane roe as counsel (Attorneys for)",
				"counsel_for PERSON:robert crane > ORG:halden inc as counsel (Attorneys for)",
				"party_in_case ORG:halden inc > DOCKET:22-5 as defendant (Defendant)",
				"party_in_case PERSON:jane roe > DOCKET:22-5 as plaintiff (Plaintiff)",
			},
		},
		{
			"the dead are no petitioners, and a county above a rule is no party",
			"«O:COUNTY OF ROE»\n------------------------X\nIn the Matter of: «P:HAROLD STONE», Deceased\n\n«P:AGNES STONE», Petitioner\nDocket No. «D:19-1»",
			nil,
			[]string{"party_in_case PERSON:agnes stone > DOCKET:19-1 as petitioner (Petitioner)"},
		},
		{
			"a sentence is no job",
			"«O:Acme Corp.» are competitors. It was said that President «P:Mark Poe» and «O:Zeta Inc.» accused director «P:Jane Roe». «O:Heron Corp.» regional sales manager «P:Ann Lee» left.\n«O:SABLE CORP»\nBy: /s/ «P:Rita Moor»\nName: «P:Rita Moor»\nTitle: Secretary\n",
			nil,
			[]string{
				"employed_by PERSON:ann lee > ORG:heron corp as regional sales manager",
				"employed_by PERSON:rita moor > ORG:sable corp as secretary (Secretary)",
			},
		},
		{
			"a docket sheet",
			"CIVIL DOCKET FOR CASE #: «D:3:17-cv-1»\nAssigned to: Judge «J:Mark Poe»\nReferred to: Magistrate Judge «J:Ann Lee»\nDate Filed: «T:10/25/2017»\n\nPlaintiff\n«P:Jane Roe»\trepresented by\t«P:Emma Finch»\n«O:Finch LLP»\nLEAD ATTORNEY\nATTORNEY TO BE NOTICED\n\n«P:Bob Crane»\nEmail: «E:b@example.com»\nPRO HAC VICE\n\nV.\nJnt Admin Debtor\n«L:Utah»\nTERMINATED: «U:07/14/2018»\n\nDate Filed\t#\tDocket Text\n10/25/2017\t1\tCOMPLAINT filed by Creditor «O:Heron Corp.» Date Filed: «T:10/26/2017»\n",
			nil,
			[]string{
				"counsel_for PERSON:bob crane > PERSON:jane roe as pro_hac_vice (PRO HAC VICE)",
				"counsel_for PERSON:emma finch > PERSON:jane roe as counsel_lead (LEAD ATTORNEY; ATTORNEY TO BE NOTICED)",
				"employed_by PERSON:emma finch > ORG:finch llp",
				"filed_on DOCKET:3:17-cv-1 > DATE:2017-10-25 (Date Filed)",
				"judge_of PERSON:ann lee > DOCKET:3:17-cv-1 as magistrate (Referred to: Magistrate Judge)",
				"judge_of PERSON:mark poe > DOCKET:3:17-cv-1 as judge (Assigned to: Judge)",
				"party_in_case LOCATION:utah > DOCKET:3:17-cv-1 as joint_administered_debtor (Jnt Admin Debtor; TERMINATED: 07/14/2018)",
				"party_in_case PERSON:jane roe > DOCKET:3:17-cv-1 as plaintiff (Plaintiff)",
			},
		},
		{"nothing", "", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			relations := find(tt.text, tt.meta)
			if diff := cmp.Diff(tt.want, facts(relations)); diff != "" {
				t.Error(diff)
			}
			plain, _ := marked(tt.text)
			checkProofs(t, plain, relations)
		})
	}
}

func TestWithCase(t *testing.T) {
	const sides = "«P:JANE ROE», et al.,\n     Plaintiffs,\nv.\n«O:HALDEN, INC.»,\n     Defendant.\n"
	tests := []struct {
		name, text string
		want       []dossier.DocumentEntity
	}{
		{"a court makes one case of it everywhere", "«C:SUPERIOR COURT OF KENT COUNTY»\n" + sides, []dossier.DocumentEntity{{
			Key:  "DOCKET:jane roe v halden inc @ superior court of kent county",
			Type: dossier.Docket, Name: "JANE ROE v. HALDEN, INC.", Norm: "jane roe v halden inc @ superior court of kent county",
		}}},
		{"a court that may be any is no help", "«C:UNITED STATES DISTRICT COURT»\n" + sides, []dossier.DocumentEntity{{
			Key: "DOCKET:jane roe v halden inc", Type: dossier.Docket, Name: "JANE ROE v. HALDEN, INC.", Norm: "jane roe v halden inc", Partial: true,
		}}},
		{"without one it is the document's own", sides, []dossier.DocumentEntity{{
			Key: "DOCKET:jane roe v halden inc", Type: dossier.Docket, Name: "JANE ROE v. HALDEN, INC.", Norm: "jane roe v halden inc", Partial: true,
		}}},
		{"a side whose role is left out", "«P:JANE ROE», Plaintiff,\nv.\n«O:HALDEN INC.»\n", []dossier.DocumentEntity{{
			Key: "DOCKET:jane roe v halden inc", Type: dossier.Docket, Name: "JANE ROE v. HALDEN INC.", Norm: "jane roe v halden inc", Partial: true,
		}}},
		{"a number", "No. «D:21-cv-42»\n" + sides, nil},
		{"a sheet whose number stands below another court", "Appeal from the «C:District Court»\n«C:Court of Appeals» Docket #: «D:19-1001»\tDocketed: 03/04/2019\n" +
			"Trial Judge: «P:Mark G. Poe», District Judge\n\n«P:JANE ROE», individually\nPlaintiff - Appellant,\t«P:Ann B. Lee», Esquire\nDirect: 415-555-0160\n" +
			"[COR LD NTC Retained]\n1 Main Street\n\nv.\n\n«O:HALDEN INC.»,\na Delaware corporation\nDefendant - Appellee\t«P:Dora Wren»\n", nil},
		{"one side", "«P:JANE ROE», Plaintiff, v.", nil},
		{"a citation", "As held in «P:Roe» v. «O:Halden Inc.», «R:1 U.S. 1», the claim is barred.", nil},
		{"a page of reports", "«P:Mark Finch», post. Swain v. Cawood, 5.\n\n«P:JANE ROE», Appellant, v. «O:HALDEN INC.», Appellee.", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain, mentions := marked(tt.text)
			entities := resolve.Document(plain, mentions)
			all := relate.WithCase(plain, mentions, entities)
			if !slices.IsSortedFunc(all, func(a, b dossier.DocumentEntity) int { return strings.Compare(a.Key, b.Key) }) {
				t.Error("the keys are not in order")
			}
			var added []dossier.DocumentEntity
			for _, e := range all {
				if relate.Titled(e) {
					added = append(added, e)
				}
			}
			if diff := cmp.Diff(tt.want, added); diff != "" || len(all) != len(entities)+len(added) {
				t.Error(len(all), diff)
			}
		})
	}
}

// checkProofs fails the test unless every relation carries its proof and all
// are in order.
func checkProofs(t *testing.T, text string, relations []dossier.Relation) {
	t.Helper()
	for i, r := range relations {
		if r.Evidence == "" || r.Evidence != text[r.Start:r.End] {
			t.Errorf("%v: evidence is not text[%d:%d]", r, r.Start, r.End)
		}
		if utf8.ValidString(text) && !utf8.ValidString(r.Evidence) {
			t.Errorf("%v: evidence cuts a character", r)
		}
		if r.Confidence <= 0 || r.Confidence > 1 || r.From == r.To {
			t.Errorf("impossible relation %v", r)
		}
		if i > 0 && slices.Compare(order(relations[i-1]), order(r)) > 0 {
			t.Errorf("%v and %v are not in order", relations[i-1], r)
		}
	}
}

func order(r dossier.Relation) []string {
	return []string{string(r.Kind), r.From, r.To, fmt.Sprintf("%09d", r.Start)}
}

func TestCoMentions(t *testing.T) {
	got := map[string]int{}
	for _, r := range find("«P:Jane Roe» met «O:Halden Lines». Then «P:Roe» left «O:Halden». «P:Mark Poe» was alone.", nil) {
		got[r.From+" "+r.To] = r.Weight
	}
	if diff := cmp.Diff(map[string]int{"ORG:halden lines PERSON:jane roe": 2}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCoMentionsSkipListsAndCutLongSentences(t *testing.T) {
	var list strings.Builder
	for i := range 13 {
		fmt.Fprintf(&list, "«O:Firm%c Ltd.», ", 'A'+i)
	}
	if got := find(list.String(), nil); len(got) != 0 {
		t.Errorf("a list gives %d co-mentions", len(got))
	}
	long := strings.Repeat("é and so on ", 60) + "«P:Jane Roe» met «P:Mark Poe» " + strings.Repeat("é and so on ", 60)
	for _, r := range find(long, nil) {
		if len(r.Evidence) > 400 || !strings.Contains(r.Evidence, "Jane Roe met Mark Poe") || !utf8.ValidString(r.Evidence) {
			t.Errorf("evidence %d bytes: %q", len(r.Evidence), r.Evidence)
		}
	}
}

func TestCoMentionsKeepTheStrongest(t *testing.T) {
	var text strings.Builder
	for i := range 300 {
		fmt.Fprintf(&text, "«P:Ann%c%c Roe%d» met «O:Halden Lines». ", 'a'+i/26, 'a'+i%26, i)
	}
	for range 3 {
		text.WriteString("«P:Zoe Poe» met «O:Halden Lines». ")
	}
	got := find(text.String(), nil)
	if len(got) != 200 {
		t.Fatalf("%d pairs, want 200", len(got))
	}
	if !slices.ContainsFunc(got, func(r dossier.Relation) bool { return r.Weight == 3 && r.To == "PERSON:zoe poe" }) {
		t.Error("the strongest pair is missing")
	}
}

// wellMarked reports whether every mark of a text has its end, a type and words.
func wellMarked(text string) bool {
	for {
		_, rest, ok := strings.Cut(text, "«")
		if !ok {
			return true
		}
		inner, after, ok := strings.Cut(rest, "»")
		if !ok || len(inner) < 3 || types[inner[0]] == "" {
			return false
		}
		text = after
	}
}

func FuzzFind(f *testing.F) {
	f.Add("No. «D:1-2» «P:A Roe», Plaintiff,\nv.\n«O:B Inc.», Defendant.\nCounsel for Defendant «P:C Poe»\nFrom: «P:x»\xff To: «E:y»")
	f.Add("Agreement between «O:A» and «O:B» represented by «P:C» on behalf of the")
	f.Fuzz(func(t *testing.T, text string) {
		if !wellMarked(text) {
			t.Skip("no marked text")
		}
		plain, mentions := marked(text)
		checkProofs(t, plain, relate.Find(plain, nil, mentions, relate.WithCase(plain, mentions, resolve.Document(plain, mentions)), nil))
	})
}

// corpus returns the texts of the shared corpus, or skips the test.
func corpus(t testing.TB) map[string]string {
	files, err := filepath.Glob(filepath.Join(papertest.Corpus(t, "truth", "text"), "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(f)] = string(text)
	}
	return texts
}

// TestRealPapers runs the stages over real papers: every proof must hold, and
// a kind of relation that real papers are full of must be found.
func TestRealPapers(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	count := map[dossier.RelationKind]int{}
	for name, text := range corpus(t) {
		if len(text) > 30_000 {
			continue // keeps the test fast
		}
		mentions := mention.Find(text)
		entities := relate.WithCase(text, mentions, resolve.Document(text, mentions))
		relations := relate.Find(text, nil, mentions, entities, nil)
		checkProofs(t, text, relations)
		if diff := cmp.Diff(relations, relate.Find(text, nil, mentions, entities, nil)); diff != "" {
			t.Errorf("%s: a second run differs: %s", name, diff)
		}
		for _, r := range relations {
			count[r.Kind]++
		}
	}
	t.Logf("found %v", count)
	for _, kind := range []dossier.RelationKind{
		dossier.PartyInCase, dossier.CounselFor, dossier.PartyToContract, dossier.FiledIn, dossier.Cites, dossier.CoMention,
	} {
		if count[kind] == 0 {
			t.Errorf("no %s in the whole corpus", kind)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	run := func(text string, mentions []dossier.Mention) func(*testing.B) {
		return func(b *testing.B) {
			entities := relate.WithCase(text, mentions, resolve.Document(text, mentions))
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				relate.Find(text, nil, mentions, entities, nil)
			}
		}
	}
	b.Run("dense", run(marked("No. «D:22-5»\n«P:Jane Roe», Plaintiff, v. «O:Halden Inc.», Defendant.\n\n"+strings.Repeat(
		"The motion that «O:Halden Inc.» filed for reasons given by «P:Jane Roe», Chief Counsel of «O:Acme Corp.», is denied under «R:5 F.3d 6». It is so ordered for all parties.\n", 2000))))
	b.Run("pleading", func(b *testing.B) {
		text := papertest.Pleading(1 << 20)
		run(text, mention.Find(text))(b)
	})
}

// BenchmarkMentions finds the mentions of the same pleading, to compare.
func BenchmarkMentions(b *testing.B) {
	text := papertest.Pleading(1 << 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		mention.Find(text)
	}
}

// TestHostile feeds what invites slow scanning. Linear scanning takes a second;
// quadratic takes minutes.
func TestHostile(t *testing.T) {
	for _, unit := range []string{"v. ", "(", "((«O:Acme Corp.»))"} {
		hostile(t, unit, 1<<20)
	}
	for _, unit := range []string{
		"Plaintiff, ", "Plaintiff\n", "Counsel for ", "for the Plaintiff ", "on behalf of the ", "represented by ", "From: ",
		"Filed ", "«P:Jane Roe», ", "«P:Jane Roe»\nv.\n", "Plaintiff «P:Jane Roe» by «A:Ann Lee» for the Plaintiff. ", "«O:Halden Inc.» and ", "«O:Halden Inc.» (", "between «O:Halden Inc.» agreement ",
		"«J:Ann Poe» Judge ", "Attorneys for Plaintiff:\n", "Title:\nParty name:\n", "«D:22-5» Filed ", "In re ", "«P:Jane Roe» <«E:a@example.com»>\nTo: ",
		"Defendant\n----\nrepresented by\n\n",
	} {
		hostile(t, unit, 300<<10)
	}
}

func hostile(t *testing.T, unit string, size int) {
	t.Run(unit, func(t *testing.T) {
		text, mentions := marked("No. «D:22-5»\n" + strings.Repeat(unit, size/len(unit)))
		entities := relate.WithCase(text, mentions, resolve.Document(text, mentions))
		begin := time.Now()
		relations := relate.Find(text, nil, mentions, entities, nil)
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("took %v", took)
		}
		checkProofs(t, text, relations)
	})
}
