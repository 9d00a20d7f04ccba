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

	"dossier"
	"dossier/internal/mention"
	"dossier/internal/papertest"
	"dossier/internal/relate"
	"dossier/internal/resolve"
)

var types = map[byte]dossier.MentionType{
	'P': dossier.Person, 'J': dossier.Person, 'A': dossier.Person, 'O': dossier.Org, 'C': dossier.Court,
	'D': dossier.Docket, 'R': dossier.Citation, 'S': dossier.Statute, 'E': dossier.Email,
}

// marked turns a text with mentions marked as «P:Jane Roe» into the plain text
// and its mentions; J marks a judge, A an attorney.
func marked(text string) (string, []dossier.Mention) {
	roles := map[byte]string{'J': "judge", 'A': "attorney"}
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
		mentions = append(mentions, m)
		text = after
	}
}

func find(text string, meta map[string]string) []dossier.Relation {
	plain, mentions := marked(text)
	return relate.Find(plain, []dossier.PageSpan{{Number: 1, End: len(plain)}}, mentions, resolve.Document(plain, mentions), meta)
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
			"no number, no case",
			"«P:JANE ROE», Plaintiff, v. «O:HALDEN INC.», Defendant. See «R:1 U.S. 1».",
			nil, nil,
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

func FuzzFind(f *testing.F) {
	f.Add("No. «D:1-2» «P:A Roe», Plaintiff,\nv.\n«O:B Inc.», Defendant.\nCounsel for Defendant «P:C Poe»\nFrom: «P:x»\xff To: «E:y»")
	f.Add("Agreement between «O:A» and «O:B» represented by «P:C» on behalf of the")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "«»") || strings.Contains(text, "«") && !strings.Contains(text, ":") {
			t.Skip()
		}
		for part := range strings.SplitSeq(text, "«") {
			if inner, _, ok := strings.Cut(part, "»"); ok && (len(inner) < 3 || types[inner[0]] == "") {
				t.Skip()
			}
		}
		if strings.Count(text, "«") != strings.Count(text, "»") {
			t.Skip()
		}
		plain, mentions := marked(text)
		checkProofs(t, plain, relate.Find(plain, nil, mentions, resolve.Document(plain, mentions), nil))
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
		entities := resolve.Document(text, mentions)
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
			entities := resolve.Document(text, mentions)
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

// TestHostile feeds a megabyte of what invites slow scanning. Linear scanning
// takes a second; quadratic takes minutes.
func TestHostile(t *testing.T) {
	for _, unit := range []string{
		"v. ", "(", "Plaintiff, ", "Plaintiff\n", "Counsel for ", "for the Plaintiff ", "on behalf of the ", "represented by ", "From: ",
		"Filed ", "«P:Jane Roe», ", "«P:Jane Roe»\nv.\n", "Plaintiff «P:Jane Roe» by «A:Ann Lee» for the Plaintiff. ", "«O:Halden Inc.» and ", "«O:Halden Inc.» (", "between «O:Halden Inc.» agreement ",
		"«J:Ann Poe» Judge ", "Attorneys for Plaintiff:\n", "Title:\nParty name:\n", "«D:22-5» Filed ", "In re ", "«P:Jane Roe» <«E:a@example.com»>\nTo: ",
		"Defendant\n----\nrepresented by\n\n",
	} {
		t.Run(unit, func(t *testing.T) {
			text, mentions := marked("No. «D:22-5»\nCIVIL DOCKET FOR CASE #: 1:22-cv-5\n" + strings.Repeat(unit, 1<<20/len(unit)))
			entities := resolve.Document(text, mentions)
			begin := time.Now()
			relations := relate.Find(text, nil, mentions, entities, nil)
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			checkProofs(t, text, relations)
		})
	}
}
