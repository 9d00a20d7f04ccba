package resolve_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/names"
	"github.com/dossier-legal/dossier/internal/names/namestest"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// marked turns a text with mentions marked as «P:Jane Roe» into the plain
// text and the mentions. The letters are those of types below; in lower case,
// the finder recalled the mention from others and is not sure of it.
func marked(text string) (string, []dossier.Mention) {
	types := map[byte]dossier.MentionType{
		'P': dossier.Person, 'O': dossier.Org, 'C': dossier.Court, 'D': dossier.Docket, 'T': dossier.Date, 'E': dossier.Email,
		'B': dossier.BarNumber,
	}
	var plain strings.Builder
	var mentions []dossier.Mention
	for {
		before, rest, ok := strings.Cut(text, "«")
		plain.WriteString(before)
		if !ok {
			return plain.String(), mentions
		}
		inner, after, _ := strings.Cut(rest, "»")
		start := plain.Len()
		plain.WriteString(inner[2:])
		m := dossier.Mention{Type: types[inner[0]&^0x20], Text: inner[2:], Start: start, End: plain.Len(), Score: 0.95, Method: "tagger:learned"}
		if inner[0] >= 'a' {
			m.Score, m.Method = 0.75, "tagger:document"
		}
		m.Norm = normOf(m.Type, m.Text)
		mentions = append(mentions, m)
		text = after
	}
}

// normOf is what a finder of mentions would say.
func normOf(t dossier.MentionType, s string) string {
	if t == dossier.Person || t == dossier.Org {
		return ""
	}
	return strings.ToLower(s)
}

// brief renders entities as "key ×mentions", with ~ for partial ones.
func brief(entities []dossier.DocumentEntity) []string {
	var out []string
	for _, e := range entities {
		line := fmt.Sprintf("%s ×%d", e.Key, len(e.Mentions))
		if e.Partial {
			line += " ~"
		}
		out = append(out, line)
	}
	return out
}

func TestDocument(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"surname, title and comma order",
			"«P:Jane A. Roe» sued. «P:Ms. Roe» won. «P:Roe, Jane» left. «P:JANE ROE»",
			[]string{"PERSON:jane a roe ×4"},
		},
		{
			"an ambiguous surname is nobody's",
			"«P:Jane Roe» and «P:John Roe». «P:Roe» spoke.",
			[]string{"PERSON:jane roe ×1", "PERSON:john roe ×1", "PERSON:roe ×1 ~"},
		},
		{
			"a title may decide",
			"«P:Mr. John Roe» and «P:Ms. Jane Roe». «P:Ms. Roe» spoke.",
			[]string{"PERSON:jane roe ms ×2", "PERSON:john roe mr ×1"},
		},
		{
			"a couple and one surname",
			"«P:Mr. Roe» and «P:Ms. Roe» spoke. «P:Roe» left.",
			[]string{"PERSON:roe ×1 ~", "PERSON:roe mr ×1 ~", "PERSON:roe ms ×1 ~"},
		},
		{
			"a surname with and without title",
			"«P:Ms. Roe» spoke. «P:Roe» left. «P:Poe» and «P:Ms. Jane Poe», «P:Jane Poe».",
			[]string{"PERSON:jane poe ms ×3", "PERSON:roe ms ×2 ~"},
		},
		{
			"the wife of the only one named in full",
			"Ms. «P:Roe»’s husband, «P:Keith Roe», opposed. Mr. «P:Roe» lost. «P:Roe» paid.",
			[]string{"PERSON:keith roe ×2", "PERSON:roe ×1 ~", "PERSON:roe ms ×1 ~"},
		},
		{
			"a name that tells no gender",
			"«P:Leslie Roe» opposed. Ms. «P:Roe» lost. «P:Roe» paid.",
			[]string{"PERSON:leslie roe ×3"},
		},
		{
			"a rank before the name that comes later has none",
			"Thank you, Commander «P:Roe». I salute «P:Jean Roe». Then Senator «P:Poe» spoke, and Senator «P:Ann Poe» left.",
			[]string{"PERSON:ann poe ×2", "PERSON:jean roe ×1", "PERSON:roe ×1 ~"},
		},
		{
			"an apposition that is no index",
			"«P:Ann Poe» called «P:Jan Roe». «P:Roe», «P:Ann»’s publicist, spoke.",
			[]string{"PERSON:ann ×1 ~", "PERSON:ann poe ×1", "PERSON:jan roe ×2"},
		},
		{
			"a comma in a sentence is no index",
			"The failures of «P:Roe», «P:Ann» and others. After he met «P:Quillmark», «P:Everlyn» left.\n«P:Stark», «P:Jane» (deputy)",
			[]string{"PERSON:ann ×1 ~", "PERSON:everlyn ×1 ~", "PERSON:jane stark ×2", "PERSON:quillmark ×1 ~", "PERSON:roe ×1 ~"},
		},
		{
			"a word in lower case, and a name more often",
			"In a quillmark, «P:Quillmark» met «P:Jane Quillmark», and «P:Quillmark» left. The oakstead of «P:Oakstead» is not «P:Jan Oakstead»'s.",
			[]string{"PERSON:jan oakstead ×1", "PERSON:jane quillmark ×3", "PERSON:oakstead ×1 ~"},
		},
		{
			"two surnames that ran into each other",
			"«P:Kirill Quillmark» met «P:George Oakline». «P:Quillmark» left, «P:Quillmark Oakline» too. «P:Oakline», «P:Oakline», «P:Quillmark».",
			[]string{"PERSON:george oakline ×3", "PERSON:kirill quillmark ×3", "PERSON:quillmark oakline ×1"},
		},
		{
			"somebody who prevails",
			strings.Repeat("«P:Jane Roe» ", 8) + "«P:Roe» «P:A. Roe»",
			[]string{"PERSON:a roe ×1 ~", "PERSON:jane roe ×9"},
		},
		{
			"somebody who prevails, with a title and without",
			strings.Repeat("«P:Jane Roe» ", 8) + "«P:Roe» and Ms. «P:Roe» «P:A. Roe»",
			[]string{"PERSON:a roe ×1 ~", "PERSON:jane roe ×10"},
		},
		{
			"in passing, long before",
			"«P:Roe» was copied." + strings.Repeat(" Nothing.", 12_000) + " «P:Jane Roe» spoke.",
			[]string{"PERSON:jane roe ×1", "PERSON:roe ×1 ~"},
		},
		{
			"two who are named",
			strings.Repeat("«P:Jane Roe» ", 24) + "«P:Roe» " + strings.Repeat("«P:Ann Roe»", 3),
			[]string{"PERSON:ann roe ×3", "PERSON:jane roe ×24", "PERSON:roe ×1 ~"},
		},
		{
			"a unique initial",
			"«P:Jane Roe» and «P:Mark Poe». «P:J. Roe» spoke.",
			[]string{"PERSON:jane roe ×2", "PERSON:mark poe ×1"},
		},
		{
			"an ambiguous initial",
			"«P:Jane Roe» and «P:John Roe». «P:J. Roe» spoke.",
			[]string{"PERSON:j roe ×1 ~", "PERSON:jane roe ×1", "PERSON:john roe ×1"},
		},
		{
			"father and son",
			"«P:John Roe, Sr.» and «P:John Roe, Jr.» and «P:John Roe»; «P:Roe».",
			[]string{"PERSON:john roe ×1", "PERSON:john roe jr ×1", "PERSON:john roe sr ×1", "PERSON:roe ×1 ~"},
		},
		{
			"a name between two that exclude each other",
			"«P:Jane A. Roe», «P:Jane B. Roe», «P:Jane Roe»",
			[]string{"PERSON:jane a roe ×1", "PERSON:jane b roe ×1", "PERSON:jane roe ×1"},
		},
		{
			"a given name nobody else bears",
			"«P:Jane Roe» met «P:Mark Poe». «P:Jane» left.",
			[]string{"PERSON:jane roe ×2", "PERSON:mark poe ×1"},
		},
		{
			"a given name that is a part of another's",
			"«P:Andrew Roe» wrote of «P:Andrew» Müller and of [m]«P:Jo», as did «P:Jo Poe».",
			[]string{"PERSON:andrew ×1 ~", "PERSON:andrew roe ×1", "PERSON:jo ×1 ~", "PERSON:jo poe ×1"},
		},
		{
			"an index of names",
			"«P:Quillmark», Dmitri: brother of «P:Denis Quillmark»\n«P:Roe», Jane: «P:Jane Roe»\n«P:Poe», Roe and others met «P:Olga Poe»\n«P:Stark», Erik: he met the «P:Crown Stark»",
			[]string{"PERSON:crown stark ×1", "PERSON:denis quillmark ×1", "PERSON:jane roe ×2", "PERSON:olga poe ×2", "PERSON:quillmark ×1 ~", "PERSON:stark ×1 ~"},
		},
		{
			"a term for several, and one that begins with it",
			"«O:C. R. Halden, Inc.» and «O:Halden Vascular, Inc.» (collectively, “«O:Halden»”). «O:Technologies Inc.»",
			[]string{"ORG:cr halden inc ×1", "ORG:halden ×1 ~", "ORG:halden vascular inc ×1", "ORG:technologies inc ×1 ~"},
		},
		{
			"a word that is no given name",
			"«P:Universe Roe» won. The «P:Universe» is large.",
			[]string{"PERSON:universe ×1 ~", "PERSON:universe roe ×1"},
		},
		{
			"a word that the text has in lower case",
			"«P:Jane Premier» spoke. The premier left; «P:Premier» of the year.",
			[]string{"PERSON:jane premier ×1", "PERSON:premier ×1 ~"},
		},
		{
			"a junior known by the given name",
			"«P:Jonathan Roe» has a son, «P:Jonathan, Jr.»",
			[]string{"PERSON:jonathan jr ×1 ~", "PERSON:jonathan roe ×1"},
		},
		{
			"an initial and a middle name that the other lacks",
			"«P:James Roe» met «P:J. Mark Roe», and «P:Olga Ann Poe» met «P:O. Ann Poe».",
			[]string{"PERSON:j mark roe ×1 ~", "PERSON:james roe ×1", "PERSON:olga ann poe ×2"},
		},
		{
			"a middle name more, in one document",
			"«P:Jane A. Roe» signed. «P:Jane Roe»",
			[]string{"PERSON:jane a roe ×2"},
		},
		{
			"parties of two cases",
			"«P:Angela Doe» v. «P:Roe» was followed in «P:Vera Poe» v. «P:Arthur Roe».",
			[]string{"PERSON:angela doe ×1", "PERSON:arthur roe ×1", "PERSON:roe ×1 ~", "PERSON:vera poe ×1"},
		},
		{
			"a caption and its parties",
			"«P:Doe» v. «P:Roe». «P:Angela Doe» v. «P:Arthur Roe».",
			[]string{"PERSON:angela doe ×2", "PERSON:arthur roe ×2"},
		},
		{
			"authors in the order of an index",
			"«P:Roe, J.D.», «P:Roe, J.C.»; «P:Poe, M.D.»",
			[]string{"PERSON:j c roe ×1 ~", "PERSON:j d roe ×1 ~", "PERSON:m d poe ×1 ~"},
		},
		{
			"what is defined is not always the name before it",
			"«O:Halden Inc.» grants 100 units of «O:Acme Inc.» (the “«O:RSUs»”), tested in the laboratory of «O:Dunmore Ltd.» (“«O:Laboratory»”).",
			[]string{"ORG:acme inc ×1", "ORG:dunmore ltd ×1", "ORG:halden inc ×1", "ORG:laboratory ×1 ~", "ORG:rsus ×1 ~"},
		},
		{
			"a definition of the second of two names",
			"«O:Halden Inc.», 600 Long Road and Beijing CC-Growing Ltd. of Beijing (“«O:CC-Growing»”).",
			[]string{"ORG:cc growing ×1", "ORG:halden inc ×1"},
		},
		{
			"a body, its parts and what is said of it",
			"«O:Senate» and «O:Senate Judiciary Committee»; «O:Halden» and «O:Halden Bank»; «O:Acme» and «O:Acme Opens Inquiry»; «O:Dunmore Relief» and «O:Dunmore Relief and Aid Watch».",
			[]string{
				"ORG:acme ×1 ~", "ORG:acme opens inquiry ×1", "ORG:dunmore relief ×1", "ORG:dunmore relief aid watch ×1",
				"ORG:halden bank ×2", "ORG:senate ×1 ~", "ORG:senate judiciary committee ×1",
			},
		},
		{
			"a place and a club",
			"«O:Abilene» is home to the «O:Abilene Hares, LLC»; «O:Honolulu» to «O:Honolulu Insurance Company».",
			[]string{"ORG:abilene ×1 ~", "ORG:abilene hares llc ×1", "ORG:honolulu insurance co ×2"},
		},
		{
			"docket numbers with and without zeros",
			"«D:8:16-cv-1261» and «D:8:16-cv-01261», «D:22-0005»",
			[]string{"DOCKET:22-0005 ×1", "DOCKET:8:16-cv-1261 ×2"},
		},
		{
			"a defined term",
			"«O:Acuity Insurance Co.», a Wisconsin corporation (“«O:Acuity»”), sued «O:Acuity Widgets LLC». «O:Acuity» won.",
			[]string{"ORG:acuity insurance co ×3", "ORG:acuity widgets llc ×1"},
		},
		{
			"a term of two words does not name the entity",
			"«O:Acme Inc.» (the \"«O:Worldwide Service Provider»\") agrees. «O:Worldwide Service Provider» pays.",
			[]string{"ORG:acme inc ×3"},
		},
		{
			"a term for several is nobody's",
			"«O:Bard Vascular, Inc.» and «O:Bard Medical, Inc.» (collectively, “«O:Bard»”).",
			[]string{"ORG:bard ×1 ~", "ORG:bard medical inc ×1", "ORG:bard vascular inc ×1"},
		},
		{
			"a term defined twice is nobody's",
			"«O:Halden Lines Inc.» (“«O:Halden»”) and «O:Acme Lines Inc.» (“«O:Halden»”).",
			[]string{"ORG:acme lines inc ×1", "ORG:halden lines inc ×3"}, // the leading word still decides
		},
		{
			"acronyms",
			"«O:Federal Bureau of Investigation» (FBI). «O:FBI» agents, «O:F.B.I.»; «O:SEC».",
			[]string{"ORG:federal bureau investigation ×3", "ORG:sec ×1"},
		},
		{
			"a short name",
			"«O:Halden Logistics Inc.» shipped. «O:Halden» paid «O:Acme Corp.»",
			[]string{"ORG:acme corp ×1", "ORG:halden logistics inc ×2"},
		},
		{
			"a short name that fits two",
			"«O:Halden Logistics Inc.» and «O:Halden Shipping Inc.»: «O:Halden».",
			[]string{"ORG:halden ×1 ~", "ORG:halden logistics inc ×1", "ORG:halden shipping inc ×1"},
		},
		{
			"a line of business is another company",
			"«O:Ford Motor Company», «O:Ford Motor», «O:Ford Motor Credit Company»",
			[]string{"ORG:ford motor co ×2", "ORG:ford motor credit co ×1"},
		},
		{
			"two legal forms",
			"«O:Halden Capital LLC» and «O:Halden Capital Inc.»; «O:Halden Capital»",
			[]string{"ORG:halden capital ×1", "ORG:halden capital inc ×1", "ORG:halden capital llc ×1"},
		},
		{
			"values are no entities, other types go by norm",
			"«C:District Court», «C:DISTRICT COURT», «D:1:20-cv-1», «T:May 1, 2020», «E:A@b.com» «E:a@b.com»",
			[]string{"COURT:district court ×2", "DOCKET:1:20-cv-1 ×1", "EMAIL:a@b.com ×2"},
		},
		{
			"a bar number ties an initial to one of two names",
			"«P:Jane Roe» (SBN «B:12345»), «P:John Roe» (SBN «B:54321»)\n\nBy: «P:J. Roe» (SBN «B:54321»)",
			[]string{"PERSON:jane roe ×1", "PERSON:john roe ×2"},
		},
		{
			"bar numbers part two of one name",
			"«P:Jane A. Roe» (SBN «B:12345»)\n«P:Jane Roe» (SBN «B:54321»)",
			[]string{"PERSON:jane a roe ×1", "PERSON:jane roe ×1"},
		},
		{
			"numbers of two bars part nobody",
			"«P:Jane A. Roe» («B:CA 12345»)\n«P:Jane Roe» («B:NY 54321»)",
			[]string{"PERSON:jane a roe ×2"},
		},
		{
			"a mail address that spells the name ties it",
			"«P:Jane Roe»\n«P:Mark Poe»\nRoe & Poe LLP\n«E:jane.roe@x.com»\n\n«P:John Roe»\n\n«P:J. Roe» «E:jane.roe@x.com»",
			[]string{"EMAIL:jane.roe@x.com ×2", "PERSON:jane roe ×2", "PERSON:john roe ×1", "PERSON:mark poe ×1"},
		},
		{
			"the bench decides between two of one surname",
			"«P:Hon. Susan Roe» heard «P:Mark Roe». «P:Judge Roe» ruled.",
			[]string{"PERSON:mark roe ×1", "PERSON:susan roe ×2"},
		},
		{
			"the two sides of a caption are two",
			"«O:Halden», Plaintiff,\n  v.\n«O:Halden Logistics, Inc.», Defendant.",
			[]string{"ORG:halden ×1 ~", "ORG:halden logistics inc ×1"},
		},
		{
			"an agency by all its names",
			"«O:U.S. Department of Justice», «O:Department of Justice», «O:DOJ»",
			[]string{"ORG:united states department justice ×3"},
		},
		{
			"a definition after more than the name",
			"«O:Guidance on Halden Liberation Front» (“HLF”). The «O:Halden Liberation Front» and «O:HLF».",
			[]string{"ORG:guidance on halden liberation front ×1", "ORG:halden liberation front ×2"},
		},
		{
			"a short name that is defined for one who does not prevail",
			strings.Repeat("«O:Halden Therapeutics, Inc.» ", 8) + "«O:Halden, Inc.» located at 1 Oak Street (“«O:Halden»”)",
			[]string{"ORG:halden inc ×2", "ORG:halden therapeutics inc ×8"},
		},
		{
			"a body that every state has",
			"«O:Ministry of Foreign Affairs», «O:Halden Ministry of Health» and «O:Department of Justice».",
			[]string{"ORG:department justice ×1", "ORG:halden ministry health ×1", "ORG:ministry foreign affairs ×1 ~"},
		},
		{
			"a thing that a name is part of",
			"Sites under the control of «O:Halden, Inc.» (the “«O:Halden Network»”).",
			[]string{"ORG:halden inc ×1", "ORG:halden network ×1"},
		},
		{
			"a company that prevails",
			strings.Repeat("«O:Halden Therapeutics, Inc.» ", 8) + "«O:Halden» «O:Halden, Inc.»",
			[]string{"ORG:halden inc ×1", "ORG:halden therapeutics inc ×9"},
		},
		{
			"an acronym that is a company's first word",
			"«O:HBG Shaw, LLC» and «O:Halden Brands Group, LLC». «O:HBG» pays.",
			[]string{"ORG:halden brands group llc ×1", "ORG:hbg shaw llc ×2"},
		},
		{
			"an acronym that is defined for something not found",
			"Halden-Shaw (the “HBG”) and others. It is insured by «O:Halden Brands Group, LLC». «O:HBG» pays.",
			[]string{"ORG:halden brands group llc ×1", "ORG:hbg ×1"},
		},
		{
			"what a body is against",
			"The claimant, Residents Against «O:Halden C Limited», opposes «O:Halden C».",
			[]string{"ORG:halden c ×1", "ORG:halden c ltd ×1 ~"},
		},
		{
			"a place and its police",
			"The «O:Oakline Police» and rebels fight in «O:Oakline».",
			[]string{"ORG:oakline ×1 ~", "ORG:oakline police ×1"},
		},
		{
			"an agency of two governments",
			"«O:U.S. Department of Justice», «O:California Department of Justice», «O:Department of Justice»",
			[]string{"ORG:california department justice ×1", "ORG:department justice ×1", "ORG:united states department justice ×1"},
		},
		{
			"a name as in an index, found as two",
			"«P:Vasqueth», «P:Thomas» appeared. «P:Thomas Vasqueth» left.",
			[]string{"PERSON:thomas vasqueth ×3"},
		},
		{
			"two surnames are no name",
			"«P:Vasqueth», «P:Jones» appeared.",
			[]string{"PERSON:jones ×1 ~", "PERSON:vasqueth ×1 ~"},
		},
		{
			"a list of surnames is no name",
			"«P:Vasqueth», «P:Thomas», and «P:Roe» appeared. «P:Mr. Vasqueth» left.",
			[]string{"PERSON:roe ×1 ~", "PERSON:thomas ×1 ~", "PERSON:vasqueth mr ×2 ~"},
		},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, mentions := marked(tt.text)
			if diff := cmp.Diff(tt.want, brief(resolve.Document(text, mentions))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDocumentExplainsItself(t *testing.T) {
	text, mentions := marked("«P:Susan\nBolton», “«P:Judge Bolton»”, «P:SUSAN BOLTON»")
	got := resolve.Document(text, mentions)
	want := []dossier.DocumentEntity{{
		Key: "PERSON:susan bolton", Type: dossier.Person, Name: "Susan Bolton", Norm: "susan bolton",
		Aliases:  []string{"Judge Bolton", "SUSAN BOLTON"},
		Mentions: []int{0, 1, 2},
		Reasons: []dossier.Reason{
			{Code: "norm", Detail: "SUSAN BOLTON / Susan Bolton", Weight: 1},
			{Code: "surname", Detail: "Judge Bolton / Susan Bolton", Weight: 0.88},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDocumentTellsWhatIsUnclear(t *testing.T) {
	for _, e := range resolve.Document(marked("«P:Jane Roe» and «P:John Roe». «P:Roe» spoke.")) {
		want := []dossier.Reason(nil)
		if e.Partial {
			want = []dossier.Reason{
				{Code: "ambiguous", Detail: "Roe / Jane Roe", Weight: 0.3},
				{Code: "ambiguous", Detail: "Roe / John Roe", Weight: 0.3},
			}
		}
		if diff := cmp.Diff(want, e.Reasons); diff != "" {
			t.Errorf("%s: %s", e.Key, diff)
		}
	}
}

// Without the text, a short form close behind a name is its definition.
func TestDocumentWithoutText(t *testing.T) {
	_, mentions := marked("«O:Halden Logistics Inc.» (“«O:Halden»”), «O:Halden Shipping Inc.», «P:Jane Roe», «P:Roe».")
	want := []string{"ORG:halden logistics inc ×2", "ORG:halden shipping inc ×1", "PERSON:jane roe ×2"}
	if diff := cmp.Diff(want, brief(resolve.Document("", mentions))); diff != "" {
		t.Error(diff)
	}
}

// drawMentions makes a document of names that resemble each other.
func drawMentions(t *rapid.T, typ dossier.MentionType) (string, []dossier.Mention) {
	var text strings.Builder
	for _, n := range rapid.SliceOfN(namestest.Any(typ), 1, 25).Draw(t, "names") {
		letter := "P"
		if typ == dossier.Org {
			letter = "O"
		}
		fmt.Fprintf(&text, "«%s:%s» said. ", letter, n)
	}
	return marked(text.String())
}

func TestDocumentKeepsItsGuarantees(t *testing.T) {
	for _, typ := range []dossier.MentionType{dossier.Person, dossier.Org} {
		rapid.Check(t, func(t *rapid.T) {
			text, mentions := drawMentions(t, typ)
			entities := resolve.Document(text, mentions)
			owner := map[int]int{}
			for at, e := range entities {
				if at > 0 && entities[at-1].Key >= e.Key {
					t.Fatalf("keys %q and %q are not in order", entities[at-1].Key, e.Key)
				}
				for _, i := range e.Mentions {
					owner[i]++
				}
				namestest.NoVeto(t, typ, append(slices.Clone(e.Aliases), e.Name))
				forms := map[string]bool{}
				for _, n := range append(slices.Clone(e.Aliases), e.Name) {
					forms[names.Norm(n, typ)] = true
				}
				if len(e.Reasons) < len(forms)-1 {
					t.Fatalf("%q joins %v with reasons %v", e.Key, e.Aliases, e.Reasons)
				}
			}
			for i := range mentions {
				if owner[i] != 1 {
					t.Fatalf("mention %d %q has %d entities", i, mentions[i].Text, owner[i])
				}
			}
			if diff := cmp.Diff(entities, resolve.Document(text, mentions)); diff != "" {
				t.Fatalf("a second run differs: %s", diff)
			}
		})
	}
}

func BenchmarkDocument(b *testing.B) {
	for name, make := range map[string]func(int) string{
		"names":    func(i int) string { return fmt.Sprintf("Ann%d Smith%d", i%50, i%700) },
		"onename":  func(i int) string { return fmt.Sprintf("Ann%d Smith", i) },
		"surnames": func(i int) string { return fmt.Sprintf("Smith%d", i%900) },
	} {
		var text strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&text, "«P:%s» and «O:%s Lines Inc.» agree. ", make(i), make(i))
		}
		plain, mentions := marked(text.String())
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				resolve.Document(plain, mentions)
			}
			b.ReportMetric(float64(len(mentions)), "mentions")
		})
	}
}

func TestDaysOfFilingAreEntities(t *testing.T) {
	day := func(text, norm, role string) dossier.Mention {
		return dossier.Mention{Type: dossier.Date, Text: text, Norm: norm, Role: role}
	}
	got := resolve.Document("", []dossier.Mention{
		day("05/03/19", "2019-05-03", "filed"), day("May 4, 2019", "2019-05-04", ""), day("May 3, 2019", "2019-05-03", "filed"), day("May 5, 2019", "2019-05-05", "filed"),
	})
	want := []dossier.DocumentEntity{
		{Key: "DATE:2019-05-03", Type: dossier.Date, Name: "2019-05-03", Norm: "2019-05-03", Mentions: []int{0, 2}},
		{Key: "DATE:2019-05-05", Type: dossier.Date, Name: "2019-05-05", Norm: "2019-05-05", Mentions: []int{3}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestManyBearers names thousands who share a surname, and the surname alone as
// often: it stands for none of them. Asking each of them about each place would
// take many minutes; this takes a second.
func TestManyBearers(t *testing.T) {
	var text strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&text, "«P:James %s Zorblat» taught. ", strings.ToUpper(namestest.Letters(i)[:1])+namestest.Letters(i)[1:]+"ovic")
	}
	text.WriteString(strings.Repeat("and the «p:Zorblat» too. ", 40000))
	plain, mentions := marked(text.String())
	begin := time.Now()
	entities := resolve.Document(plain, mentions)
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %v", took)
	}
	alone := slices.IndexFunc(entities, func(e dossier.DocumentEntity) bool { return e.Name == "Zorblat" })
	if alone < 0 || len(entities[alone].Mentions) != 40000 {
		t.Errorf("the surname alone is %d of %d entities", alone, len(entities))
	}
}

// TestDocumentsAreResolvedEachByItself looks for what one document leaves to the
// next in the memory that they share.
func TestDocumentsAreResolvedEachByItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var docs resolve.Documents
		for i := range rapid.IntRange(2, 6).Draw(t, "documents") {
			var text strings.Builder
			for range rapid.IntRange(0, 12).Draw(t, fmt.Sprint("names of ", i)) {
				typ := rapid.SampledFrom([]dossier.MentionType{dossier.Person, dossier.Org}).Draw(t, "type")
				fmt.Fprintf(&text, "«%s:%s»%s", letterOf(typ), namestest.Any(typ).Draw(t, "name"), rapid.SampledFrom([]string{" said. ", " v. ", ", "}).Draw(t, "then"))
			}
			plain, mentions := marked(text.String())
			if rapid.Bool().Draw(t, "without the text") {
				plain = ""
			}
			if diff := cmp.Diff(resolve.Document(plain, mentions), docs.Resolve(plain, mentions), cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// TestDocumentsLeaveNoGarbage bounds what a document costs in allocations once
// its names are known: less than one for two mentions.
func TestDocumentsLeaveNoGarbage(t *testing.T) {
	var mentions []dossier.Mention
	for i := range 200 {
		name, typ := "Jane Q"+namestest.Letters(i/2)+" Roe"+namestest.Letters(i/2), dossier.Person
		if i%3 == 0 {
			name, typ = "Halden "+namestest.Letters(i/2)+" Freight Inc.", dossier.Org
		}
		mentions = append(mentions, dossier.Mention{Type: typ, Text: name, Start: i * 100, End: i*100 + len(name)})
	}
	var docs resolve.Documents
	if n := len(docs.Resolve("", mentions)); n < 100 {
		t.Fatalf("%d entities", n)
	}
	if n := testing.AllocsPerRun(10, func() { docs.Resolve("", mentions) }); n > float64(len(mentions))/2 {
		t.Errorf("%.0f allocations for %d mentions", n, len(mentions))
	}
}

func letterOf(typ dossier.MentionType) string {
	if typ == dossier.Org {
		return "O"
	}
	return "P"
}
