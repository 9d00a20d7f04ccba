package mention

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/papertest"
)

// brief names the parts of a mention that tests compare.
func brief(m dossier.Mention) string {
	s := fmt.Sprintf("%s %s = %s", m.Type, lex.OneLine(m.Text), m.Norm)
	if m.Role != "" {
		s += " (" + m.Role + ")"
	}
	return s
}

func briefs(text string) []string {
	var out []string
	for _, m := range Find(text) {
		out = append(out, brief(m))
	}
	return out
}

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"shortened first names", "Wm. Kempner, Geo. W. Quillmark and Jas. A. Oakline sued.", []string{"PERSON Wm. Kempner = Wm. Kempner", "PERSON Geo. W. Quillmark = Geo. W. Quillmark", "PERSON Jas. A. Oakline = Jas. A. Oakline"}},

		{"marks inside a company's name", "E*TRADE Securities LLC, Toys \"R\" Us, Inc. and Toys “R” Us, Inc. paid; he wrote \"A\" Street.", []string{
			"ORG E*TRADE Securities LLC = E*TRADE Securities LLC", "ORG Toys \"R\" Us, Inc. = Toys \"R\" Us, Inc.", "ORG Toys “R” Us, Inc. = Toys “R” Us, Inc.",
		}},
		{"a generation behind an inverted name", "It was paid to Smith, John B., Jr. of Quillmark, Jane A., and others.", []string{"PERSON Smith, John B., Jr. = Smith, John B., Jr."}},
		{"a possessive in capitals", "ST. MARY'S HOSPITAL, INC. paid.", []string{"ORG ST. MARY'S HOSPITAL, INC. = St. Mary's Hospital, Inc."}},
		{"an initial that is no versus", "Plaintiff Mary V. Kempner, et al., sued.", []string{"PERSON Mary V. Kempner = Mary V. Kempner"}},
		{"a person's in quotation marks", "“I was at Mr. Kempner’s” he said. Kempner’s house burnt.", []string{"PERSON Kempner = Kempner", "PERSON Kempner = Kempner"}},
		{"a preposition before a company's possessive", "With Macy’s, Inc. he worked. He left Macy’s, and Macy’s-branded shirts, in May 2019.", []string{"ORG Macy’s, Inc. = Macy's, Inc.", "ORG Macy’s = Macy's", "ORG Macy’s = Macy's", "DATE May 2019 = 2019-05"}},
		{"a chamber's officer and a committee", "Senate President Thomas Kempner and Judiciary Committee members met.", []string{"PERSON Thomas Kempner = Thomas Kempner"}},
		{"an office that ends its paragraph", "The Governor's Office for the\n\nTexas is a state.", []string{"LOCATION Texas = Texas"}},
		{"towns of everyday words", "The Cut Off Date and the Three Points of Error are told on Battle Ground.", nil},
		{"a title's end", "He told Chief of Staff Jane Quillmark.", []string{"PERSON Jane Quillmark = Jane Quillmark"}},
		{"somebody's daughter", "The flat was let to Tanya, William's daughter.", []string{"PERSON Tanya = Tanya", "PERSON William = William"}},
		{"British tribunals", "The Upper Tribunal (Lands Chamber) heard an appeal from the FTT; the Court of Appeal (Civil Division) and the CJEU agreed, no court of appeal else.", []string{
			"COURT Upper Tribunal (Lands Chamber) = ukut lands chamber", "COURT FTT = ukftt", "COURT Court of Appeal (Civil Division) = ewca civil division", "COURT CJEU = cjeu",
		}},
		{"no British paper", "The Court of Appeal and the UT campus.", nil},
		{"a newspaper", "He read it in the New York Post, and moved to New York Post Office Square.", []string{"ORG New York Post = New York Post", "LOCATION New York = New York"}},

		{"address over lines", "Jane Roe\n1 Main St., Apt. 4B\nSpringfield, IL 62701-0012\n", []string{"PERSON Jane Roe = Jane Roe", "ADDRESS 1 Main St., Apt. 4B Springfield, IL 62701-0012 = 1 Main St., Apt. 4B, Springfield, IL 62701-0012"}},

		{"bar numbers", "State Bar No. 79258, SBN 121139, Texas Bar No. 00794000 and a bar no one likes", []string{"BAR_NUMBER 79258 = 79258", "BAR_NUMBER 121139 = 121139", "LOCATION Texas = Texas", "BAR_NUMBER 00794000 = TX 00794000"}},

		{"national phones", "our desk in the United Kingdom, (020) 7946 0958", []string{"LOCATION United Kingdom = United Kingdom", "PHONE (020) 7946 0958 = +442079460958"}},

		{"full and short", "Smith v. Jones, 528 U.S. 495, 499 (2000). See 528 U. S., at 497.", []string{"CITATION 528 U.S. 495 = 528 U.S. 495", "CITATION 528 U. S., at 497 = 528 U.S. 495"}},
		{"no id", "Smith v. Jones, 528 U.S. 495. Id. at 496. Smith, supra, at 3.", []string{"CITATION 528 U.S. 495 = 528 U.S. 495"}},

		{"code", "under 42 U.S.C. § 1983 and 28 U.S.C. §§ 1331, 1332(a)", []string{"STATUTE 42 U.S.C. § 1983 = 42 U.S.C. § 1983", "STATUTE 28 U.S.C. §§ 1331 = 28 U.S.C. § 1331", "STATUTE 1332(a) = 28 U.S.C. § 1332(a)"}},
		{"rule", "Fed. R. Civ. P. 12(b)(6)", []string{"STATUTE Fed. R. Civ. P. 12(b)(6) = Fed. R. Civ. P. 12(b)(6)"}},
		{"regulation", "29 C.F.R. § 1630.2", []string{"STATUTE 29 C.F.R. § 1630.2 = 29 C.F.R. § 1630.2"}},
		{"state codes", "Mass. Gen. Laws ch. 93A, § 2; Cal. Civ. Code § 1750; N.J.S.A. 2A:15-5", []string{"STATUTE Mass. Gen. Laws ch. 93A, § 2 = Mass. Gen. Laws ch. 93A § 2", "STATUTE Cal. Civ. Code § 1750 = Cal. Civ. Code § 1750", "STATUTE N.J.S.A. 2A:15-5 = N.J.S.A. 2A:15-5"}},
		{"no-break space", "42 U.S.C. §\u00a01983", []string{"STATUTE 42 U.S.C. § 1983 = 42 U.S.C. § 1983"}},

		{"year of an act", "the Fraud Act 2001, the Ashby Lands Act, 1988; the Clean Air Act, 2019 rates and the Wages Act of 1990", []string{"STATUTE Fraud Act 2001 = Fraud Act 2001", "STATUTE Ashby Lands Act, 1988 = Ashby Lands Act, 1988", "STATUTE Clean Air Act = Clean Air Act", "STATUTE Wages Act of 1990 = Wages Act of 1990"}},
		{"bodies of a circuit", "the First Circuit Bankruptcy Appellate Panel, the Ninth Circuit Judicial Council and the Ninth Circuit", []string{"COURT First Circuit Bankruptcy Appellate Panel = bap1", "COURT Ninth Circuit Judicial Council = ninth circuit judicial council", "COURT Ninth Circuit = ca9"}},
		{"honours", "Mr. Howard Phillpot KC spoke for Jane Quillfeather QC", []string{"PERSON Howard Phillpot = Howard Phillpot", "PERSON Jane Quillfeather = Jane Quillfeather"}},
		{"capitals of the world", "He fled from Kinshasa to Addis Ababa", []string{"LOCATION Kinshasa = Kinshasa", "LOCATION Addis Ababa = Addis Ababa"}},

		{"court over lines", "UNITED STATES DISTRICT COURT\nFOR THE DISTRICT OF MASSACHUSETTS\n", []string{"COURT UNITED STATES DISTRICT COURT FOR THE DISTRICT OF MASSACHUSETTS = mad"}},
		{"courts", "the U.S. District Court for the Southern District of New York, the Ninth Circuit and the Supreme Court of California", []string{"COURT U.S. District Court for the Southern District of New York = nysd", "COURT Ninth Circuit = ca9", "COURT Supreme Court of California = cal"}},
		{"district in short", "in S.D.N.Y., C.D. Cal., Cal. C.D. and SDNY", []string{"COURT S.D.N.Y. = nysd", "COURT C.D. Cal. = cacd", "COURT Cal. C.D. = cacd", "COURT SDNY = nysd"}},
		{"districts in a table", "Transferor District\nAla. N.D.\nW. Va. S.D.\n", []string{"COURT Ala. N.D. = alnd", "COURT W. Va. S.D. = wvsd"}},
		{"court's", "the Supreme Court’s and the First Circuit's view", []string{"COURT Supreme Court = supreme court", "COURT First Circuit = ca1"}},
		{"court of a circuit", "the Ninth Circuit Court of Appeals", []string{"COURT Ninth Circuit Court of Appeals = ca9"}},
		{"office of a district", "U.S. Attorneys Office\nSouthern District of Texas\nand the United States Attorney's Office, District of Vermont", []string{"ORG U.S. Attorneys Office Southern District of Texas = U.S. Attorneys Office Southern District of Texas", "ORG United States Attorney's Office = United States Attorney's Office", "LOCATION District of Vermont = District of Vermont"}},
		{"rules of courts", "under Ninth Circuit Rule 28-2.6", nil},
		{"court between line numbers", "UNITED STATES DISTRICT COURT\n\n7\n\nFOR THE DISTRICT OF ARIZONA\n", []string{"COURT UNITED STATES DISTRICT COURT 7 FOR THE DISTRICT OF ARIZONA = azd"}},
		{"court in a form", "United States Bankruptcy Court for the:\n\nNORTHERN DISTRICT OF ILLINOIS\n", []string{"COURT United States Bankruptcy Court for the: NORTHERN DISTRICT OF ILLINOIS = ilnb"}},
		{"office of a country", "JOHN A. KRONSTADT\nUNITED STATES DISTRICT JUDGE\n", []string{"PERSON JOHN A. KRONSTADT = John A. Kronstadt (judge)"}},
		{"county of a saint", "Appeal from the Circuit Court of\nSt. Charles County, Missouri\n", []string{"COURT Circuit Court of St. Charles County, Missouri = circuit court of st. charles county, missouri"}},
		{
			"names that open a line", "Quillfeather, Mary appeared for Halden Logistics L.L.C. in May.\nHowever, Mary left.\nHale, Roe and Vane stayed.\nBoston, Virginia is small.",
			[]string{"PERSON Quillfeather, Mary = Quillfeather, Mary", "ORG Halden Logistics L.L.C. = Halden Logistics L.L.C.", "PERSON Mary = Mary", "PERSON Hale = Hale", "PERSON Roe = Roe", "PERSON Vane = Vane", "LOCATION Boston = Boston, Virginia", "LOCATION Virginia = Virginia"},
		},
		{"abbreviated courts", "filed in S.D.N.Y., moved to the N.D. Cal. and W.D. Tex.\nCal. C.D.\nGa. N.D.", []string{"COURT S.D.N.Y. = nysd", "COURT N.D. Cal. = cand", "COURT W.D. Tex. = txwd", "COURT Cal. C.D. = cacd", "COURT Ga. N.D. = gand"}},
		{"generic courts", "the Court of Appeals and the District Court; Ninth Circuit Rule 28", nil},
		{"unknown court", "the Grafton Superior Court", []string{"COURT Grafton Superior Court = grafton superior court"}},

		{"people", "Mr. Quillfeather met Mary K. Hale and John Smith, Jr.", []string{"PERSON Quillfeather = Quillfeather", "PERSON Mary K. Hale = Mary K. Hale", "PERSON John Smith, Jr. = John Smith, Jr."}},
		{"judge", "before Judge Mark G. Vantongeren, who", []string{"PERSON Mark G. Vantongeren = Mark G. Vantongeren (judge)"}},
		{"bench", "Before STODDARD, HALE, and ROE, Circuit Judges.\n", []string{"PERSON STODDARD = STODDARD (judge)", "PERSON HALE = HALE (judge)", "PERSON ROE = ROE (judge)"}},
		{"judges of other titles", "Justices John Hale and Mary Roe, P.J.; Judge: Quillfeather\n", []string{"PERSON John Hale = John Hale (judge)", "PERSON Mary Roe = Mary Roe (judge)", "PERSON Quillfeather = Quillfeather (judge)"}},
		{"counsel on brief", "Mary Roe, with whom John Hale was on brief, for appellant. Robert Poe sued.", []string{"PERSON Mary Roe = Mary Roe (attorney)", "PERSON John Hale = John Hale (attorney)", "PERSON Robert Poe = Robert Poe"}},
		{"counsel by a label", "ATTORNEY FOR APPELLANT:\nMary Q. Hale\n", []string{"PERSON Mary Q. Hale = Mary Q. Hale (attorney)"}},
		{"signature", "/s/ Zorblat Quine\nZorblat Quine (BBO# 123456)\nAttorney for Plaintiff", []string{"PERSON Zorblat Quine = Zorblat Quine (attorney)", "PERSON Zorblat Quine = Zorblat Quine (attorney)"}},
		{"possessive", "Mary Hale's claim and Halden Inc.'s answer", []string{"PERSON Mary Hale = Mary Hale", "ORG Halden Inc. = Halden Inc."}},
		{"surname later", "Mary Quillfeather sued. Then Quillfeather lost.", []string{"PERSON Mary Quillfeather = Mary Quillfeather", "PERSON Quillfeather = Quillfeather"}},
		{"short organisation", "Halden Logistics Inc. paid. Halden Logistics and Halden did.", []string{"ORG Halden Logistics Inc. = Halden Logistics Inc.", "ORG Halden Logistics = Halden Logistics", "ORG Halden = Halden"}},
		{"defined term", "Massachusetts Bay Transportation Authority (“MBTA”) runs. The MBTA stops.", []string{"ORG Massachusetts Bay Transportation Authority = Massachusetts Bay Transportation Authority", "ORG MBTA = MBTA", "ORG MBTA = MBTA"}},
		{"capitals", "JANE ROE,\n          Plaintiff,\n     v.\nHALDEN LOGISTICS, LLC,\n          Defendant.\n\nMEMORANDUM AND ORDER\n", []string{"PERSON JANE ROE = Jane Roe", "ORG HALDEN LOGISTICS, LLC = Halden Logistics, LLC"}},
		{"headings", "COMPLAINT AND JURY DEMAND\n\nMOTION TO DISMISS\n\nSTATEMENT OF FACTS\n", nil},
		{"body of government", "the Department of Justice and the Federal Trade Commission", []string{"ORG Department of Justice = Department of Justice", "ORG Federal Trade Commission = Federal Trade Commission"}},
		{"letters after the name", "the Division of Safety and Rescue (DSR) and inferior vena cava (IVC)", []string{"ORG Division of Safety and Rescue = Division of Safety and Rescue", "ORG DSR = DSR"}},
		{"office of an owner", "the Quincy County Sheriff's Department, the Special Counsel’s Oﬃce and the Clerk's Office", []string{"ORG Quincy County Sheriff's Department = Quincy County Sheriff's Department", "ORG Special Counsel’s Oﬃce = Special Counsel's Office"}},
		{"firm of partners", "by Quillfeather, Hale & Roe LLP and Hale, Roe & Poe, who", []string{"ORG Quillfeather, Hale & Roe LLP = Quillfeather, Hale & Roe LLP", "ORG Hale, Roe & Poe = Hale, Roe & Poe"}},
		{"agencies", "the FBI told Congress and the White House", []string{"ORG FBI = FBI", "ORG Congress = Congress", "ORG White House = White House"}},
		{"field of an officer", "the Director of National Intelligence spoke", nil},
		{"before a hyphen", "Halden Inc. sold Halden-owned trucks", []string{"ORG Halden Inc. = Halden Inc.", "ORG Halden = Halden"}},
		{"list of people", "Quillfeather, Mary\nVantongeren, John (Jack)\nStoddard, Anna\n", []string{"PERSON Quillfeather, Mary = Quillfeather, Mary", "PERSON Vantongeren, John = Vantongeren, John", "PERSON Stoddard, Anna = Stoddard, Anna"}},
		{"no list of people", "Springfield, Illinois\nRockford, Illinois\n", []string{"LOCATION Springfield = Springfield, Illinois", "LOCATION Illinois = Illinois", "LOCATION Rockford = Rockford, Illinois", "LOCATION Illinois = Illinois"}},
		{"authors", "see Quillfeather, M. and Stoddard, J.K. (1997), “Shifts”", []string{"PERSON Quillfeather, M. = Quillfeather, M.", "PERSON Stoddard, J.K. = Stoddard, J.K."}},
		{"label of a form", "Employer's name\n\nQuincy Presence Group\n\nEmployer's address\n", []string{"ORG Quincy Presence Group = Quincy Presence Group"}},
		{"adjective of a country", "the U.S. government and the U.S.-based group", []string{"LOCATION U.S. = U.S.", "LOCATION U.S. = U.S."}},
		{"only district of a state", "in the District of Minnesota, not the District of Columbia", []string{"COURT District of Minnesota = mnd", "LOCATION District of Columbia = District of Columbia"}},
		{"court with its division", "UNITED STATES BANKRUPTCY COURT\nNORTHERN DISTRICT OF ILLINOIS\nEASTERN DIVISION\n", []string{"COURT UNITED STATES BANKRUPTCY COURT NORTHERN DISTRICT OF ILLINOIS EASTERN DIVISION = ilnb"}},
		{"court behind a fence", "] Appeal from the United\n] States District Court for\n] the Northern District\n] of Indiana.\n", []string{"COURT United ] States District Court for ] the Northern District ] of Indiana = innd"}},
		{"court of a plural", "the Adams County Orphans' Court", []string{"COURT Adams County Orphans' Court = paorphctadams"}},
		{"places", "in Boston, Massachusetts, the City of Worcester and Cook County", []string{"LOCATION Boston = Boston, Massachusetts", "LOCATION Massachusetts = Massachusetts", "ORG City of Worcester = City of Worcester", "LOCATION Cook County = Cook County"}},
		{"mail header", "From: Jane Roe <jane@example.com>\nTo: Hale, Mary; Bob Quillfeather\n", []string{"PERSON Jane Roe = Jane Roe", "EMAIL jane@example.com = jane@example.com", "PERSON Hale, Mary = Hale, Mary", "PERSON Bob Quillfeather = Bob Quillfeather"}},
		{"wrapped name", "This long line of a paragraph ends with the name of Mary\nQuillfeather, who", []string{"PERSON Mary Quillfeather = Mary Quillfeather"}},
		{"people in a table of capitals", "QUILLFEATHER, J MARTIN\nSTODDARD, ANNA R\nHALE, MARY\n", []string{"PERSON QUILLFEATHER, J MARTIN = Quillfeather, J Martin", "PERSON STODDARD, ANNA R = Stoddard, Anna R", "PERSON HALE, MARY = Hale, Mary"}},
		{"towns in a table of capitals", "AIRFARE FOR J QUILLFEATHER WASHINGTON DC TO SPRINGFIELD MO\nAIRFARE FOR SEN STODDARD KANSAS CITY TO SPRINGFIELD AND RETURN\n", []string{"PERSON J QUILLFEATHER = J Quillfeather", "LOCATION WASHINGTON DC = Washington DC", "LOCATION SPRINGFIELD = SPRINGFIELD", "LOCATION MO = MO", "PERSON STODDARD = STODDARD", "LOCATION KANSAS CITY = Kansas City", "LOCATION SPRINGFIELD = SPRINGFIELD"}},
		{"company over the lines of a caption", "QUILLFEATHER CAPITAL\n     PARTNERS II, LLC,\n          Defendant.\n", []string{"ORG QUILLFEATHER CAPITAL PARTNERS II, LLC = Quillfeather Capital Partners II, LLC"}},
		{"companies of a list", "Halden Berry Farms, LLC\nOakfield Growers Association\nOakline Supply, Inc.\n", []string{"ORG Halden Berry Farms, LLC = Halden Berry Farms, LLC", "ORG Oakfield Growers Association = Oakfield Growers Association", "ORG Oakline Supply, Inc. = Oakline Supply, Inc."}},
		{"possessive in capitals", "UPON MARY QUILLFEATHER'S SALARY\n", []string{"PERSON MARY QUILLFEATHER = Mary Quillfeather"}},
		{"office after a name", "Mr. Michael Quillfeather U.S. Secretary of State spoke", []string{"PERSON Michael Quillfeather = Michael Quillfeather"}},
		{"company of a street", "Elm Street Realty LLC sued", []string{"ORG Elm Street Realty LLC = Elm Street Realty LLC"}},
		{"defined after a possessive", "Halden Information Services, Inc.’s (“Halden”) answer; any Halden JavaScript code", []string{"ORG Halden Information Services, Inc. = Halden Information Services, Inc.", "ORG Halden = Halden", "ORG Halden = Halden"}},
		{"kind of a company", "Halden Logistics Inc., a Delaware Corporation", []string{"ORG Halden Logistics Inc. = Halden Logistics Inc.", "LOCATION Delaware = Delaware"}},
		{"doctrines", "he signed an Alford plea and sought Brady or Giglio material", nil},
		{"no companies in capitals", "WARRANTIES, EXPRESS, IMPLIED OR STATUTORY, AS THEY SHALL BE\nLIMITED HEREIN\n", nil},
		{"courts in a table", "AJ-SUPREME CT-M. QUILLFEATHER\nPJ 2D APP DV8-L. STODDARD\nJUDGE-SUPERIOR COURT #61\n", []string{"COURT SUPREME CT = supreme ct", "PERSON M. QUILLFEATHER = M. Quillfeather (judge)", "COURT 2D APP DV8 = 2d app dv8", "PERSON L. STODDARD = L. Stoddard (judge)", "COURT SUPERIOR COURT = superior court"}},
		{"court of one of two states", "Commonwealth of Pennsylvania\nAdams County Court of Common Pleas\n", []string{"ORG Commonwealth of Pennsylvania = Commonwealth of Pennsylvania", "COURT Adams County Court of Common Pleas = pactcompladams"}},
		{"court of the state of another court", "Adams County Court of Common Pleas; Ohio Court of Claims", []string{"COURT Adams County Court of Common Pleas = ohctcompladams", "COURT Ohio Court of Claims = ohioctcl"}},
		{"court of two states", "Ohio and Pennsylvania: Adams County Court of Common Pleas", []string{"LOCATION Ohio = Ohio", "LOCATION Pennsylvania = Pennsylvania", "COURT Adams County Court of Common Pleas = adams county court common pleas"}},
		{"company over a line", "SCHEDULE 1\n\nHalden Oakline\nTechnologies, Inc. and others\n\nEQUAL QUILLFEATHER\nOPPORTUNITY COMMISSION,\n", []string{"ORG Halden Oakline Technologies, Inc. = Halden Oakline Technologies, Inc.", "ORG EQUAL QUILLFEATHER OPPORTUNITY COMMISSION = Equal Quillfeather Opportunity Commission"}},
		{"company with its country", "for Oakline (UK) Limited", []string{"ORG Oakline (UK) Limited = Oakline (UK) Limited"}},
		{"union", "the International Brotherhood of Lorry Drivers, Local 123 and SEQU Local 1021 struck", []string{"ORG International Brotherhood of Lorry Drivers, Local 123 = International Brotherhood of Lorry Drivers, Local 123", "ORG SEQU Local 1021 = SEQU Local 1021"}},
		{"trust of a series", "to Halden Mortgage Trust 2006-3 in May", []string{"ORG Halden Mortgage Trust 2006-3 = Halden Mortgage Trust 2006-3"}},
		{"bodies for something", "the Center for the Open Garden and the Office of the Deputy Attorney General", []string{"ORG Center for the Open Garden = Center for the Open Garden", "ORG Office of the Deputy Attorney General = Office of the Deputy Attorney General"}},
		{"nobody's bodies", "The Contracting Authority and the Joint Venture shall obey any authority of the contracting state", nil},
		{"speakers of a transcript", "Q. You've seen it?\nA. They're not there.\nQ. Why?\nA. I'm not sure.\nQ. When?\nA. May.\n", nil},
		{"letter of a schedule", "Halden Inc. shall pay as set out in Schedule A. Halden may ask for more.", []string{"ORG Halden Inc. = Halden Inc.", "ORG Halden = Halden"}},
		{"court that opens a sentence", "Although the Supreme Court of California held so", []string{"COURT Supreme Court of California = cal"}},
		{"trading names", "Jane Quillfeather d/b/a Zorblat of Boston and Halden Inc. DBA FEAM", []string{"PERSON Jane Quillfeather = Jane Quillfeather", "ORG Zorblat of Boston = Zorblat of Boston", "ORG Halden Inc. = Halden Inc.", "ORG FEAM = FEAM"}},
		{"fence of a caption", "MARY STODDARD,               )\n                             )\nHALDEN CAPITAL               )\n   PARTNERS II, LLC,         )\n          Plaintiffs,        )\n", []string{"PERSON MARY STODDARD = Mary Stoddard", "ORG HALDEN CAPITAL ) PARTNERS II, LLC = Halden Capital Partners II, LLC"}},
		{"company called State", "the losses from State Barn’s wrongful conduct; what State Barn says is wrong", []string{"ORG State Barn = State Barn", "ORG State Barn = State Barn"}},
		{"versus in capitals", "PENDING DECISION IN STODDARD V. QUILLFEATHER, ET AL., CASE NOS. 20-55436\n", []string{"PERSON STODDARD = STODDARD", "PERSON QUILLFEATHER = QUILLFEATHER", "DOCKET CASE NOS. 20-55436 = 20-55436"}},
		{"company with a possessive", "between Halden’s Marketing Fund, Inc. and Halden’s International, Inc. (together, “Halden’s”). Halden's shall pay.", []string{"ORG Halden’s Marketing Fund, Inc. = Halden's Marketing Fund, Inc.", "ORG Halden’s International, Inc. = Halden's International, Inc.", "ORG Halden’s = Halden's", "ORG Halden's = Halden's"}},
		{"possessive before a company", "Oakline Inc. sued. Oakline's Counsel Halden LLP and Oakline's papers", []string{"ORG Oakline Inc. = Oakline Inc.", "ORG Oakline = Oakline", "ORG Halden LLP = Halden LLP", "ORG Oakline = Oakline"}},
		{"committees of a chamber", "before the Senate Select Committee on Intelligence and the House Oversight and Reform Committee, not a Senate committee", []string{"ORG Senate Select Committee on Intelligence = Senate Select Committee on Intelligence", "ORG House Oversight and Reform Committee = House Oversight and Reform Committee"}},
		{"office of a district", "the U.S. Attorney’s Office for the Southern District of New York and the U.S. Attorney's Oﬃce for the District of Columbia", []string{"ORG U.S. Attorney’s Office for the Southern District of New York = U.S. Attorney's Office for the Southern District of New York", "ORG U.S. Attorney's Oﬃce for the District of Columbia = U.S. Attorney's Office for the District of Columbia"}},
		{"towns of two words", "moved from El Segundo to San Ramon and never left the White House", []string{"LOCATION El Segundo = El Segundo", "LOCATION San Ramon = San Ramon", "ORG White House = White House"}},
		{"nothing", "The parties agree that this Agreement is the entire agreement.", nil},
		{"empty", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, briefs(c.text)); diff != "" {
				t.Error(diff)
			}
			checkContract(t, c.text)
		})
	}
}

// checkContract checks what Find promises for any text.
func checkContract(t testing.TB, text string) {
	t.Helper()
	end := 0
	for _, m := range Find(text) {
		switch {
		case m.Start < end:
			t.Fatalf("%q starts before %d", m.Text, end)
		case m.Start >= m.End || m.End > len(text) || text[m.Start:m.End] != m.Text:
			t.Fatalf("%d to %d is not %q", m.Start, m.End, m.Text)
		case !utf8.ValidString(m.Text) || !utf8.ValidString(m.Norm):
			t.Fatalf("%q or %q is not UTF-8", m.Text, m.Norm)
		case m.Norm == "" || m.Score <= 0 || m.Score > 1 || m.Method == "" || m.Type == "":
			t.Fatalf("incomplete mention %+v", m)
		}
		end = m.End
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"Smith v. Jones, 528 U.S. 495, 499 (1st Cir. 2000); id. at 3; Smith, supra, at 4.",
		"§§ 42 U.S.C. §§ 1, 2, 3 and 4(a)(1) et seq. 2000-Ohio-123 Mass. Gen. Laws ch. 1",
		"UNITED STATES DISTRICT COURT\n\fFOR THE\u00a0DISTRICT OF MAINE\x0b 1:19-cv-1-A",
		"From: Ää Öö <a@b.cc>; May 3-5, 2019 $1.2 million +1 617 555 0100 /s/ J. O’Néil’s",
		"JANE ROE,\nPlaintiff,\nv.\nHALDEN & CO., LTD., (“H”) County of Of & and Inc.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts are valid UTF-8")
		}
		checkContract(t, text)
		if diff := cmp.Diff(Find(text), Find(text)); diff != "" {
			t.Errorf("two runs differ: %s", diff)
		}
	})
}

// TestHostile feeds megabytes of patterns that invite slow scanning. Linear
// scanning takes a second; quadratic takes minutes or hours.
func TestHostile(t *testing.T) {
	for _, unit := range []string{"(", "1", "v. "} {
		hostile(t, unit, 5<<20)
	}
	for _, unit := range []string{
		"A", "A. ", "A ", "a@", "§", "1 U.S. 1, ", "1 U.S. ", "Id. ", "at 1 ", "of the ", "United States ", "\n", "\f ", "$1,",
		"1-", "May 1 to ", "Foo v. Bar, 1 U.S. 1 Foo at 2 ", "Mary Smith ", "Smith & ", "Court of ", "From: ", "é", "No. ", "supra ", "X (“Y”) ", "1 U.S.C. §§ 1, 2 ",
		"Roe, Judges ", "Roe on brief ", "Roe, J. ", "Roe, Jane\n", "A B C (ABC) ", "(“Lessor”) ", "ten days after service ", "last month ", "01 2345 6789 ", "District of ",
		"1\n\nroe\n\n", "· 7 ", "ROE          )\n", "FOR J ROE TO BOSTON MA AND RETURN ", "HALDEN\nPARTNERS, LLC\n", "Roe Local 12 ", "Roe d/b/a ", "Q. I'm\n", "ROE, JANE\n",
		"Adams County Court of Common Pleas ", "2d App. Div. 8 ", "Halden (UK) Limited ", "Brady or Giglio ", "State Roe ",
	} {
		hostile(t, unit, 300<<10)
	}
}

func hostile(t *testing.T, unit string, size int) {
	t.Run(fmt.Sprintf("%q", unit), func(t *testing.T) {
		text := strings.Repeat(unit, size/len(unit))
		begin := processorTime(t)
		Find(text)
		if took := processorTime(t) - begin; took > 15*time.Second {
			t.Errorf("took %v of processor time", took)
		}
	})
}

// processorTime is what the process has used so far, however busy the machine is.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkFind(b *testing.B) { benchmark(b, func(text string) { Find(text) }) }

func benchmark(b *testing.B, do func(string)) {
	run := func(text string) func(*testing.B) {
		return func(b *testing.B) {
			do("") // load the tables
			b.SetBytes(int64(len(text)))
			tokens := len(tokenize(text, nil, gazetteer.Words())) // words, numbers and marks
			for b.Loop() {
				do(text)
			}
			b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		}
	}
	b.Run("made", run(papertest.Pleading(1<<20)))
	b.Run("corpus", func(b *testing.B) {
		files, err := filepath.Glob(filepath.Join(papertest.Corpus(b, "truth", "text"), "*.txt"))
		if err != nil {
			b.Fatal(err)
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
