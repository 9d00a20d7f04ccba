package resolve_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/resolve"
)

// TestImproperNames holds that what is no name, or not surely one, ties nothing
// together, and that names still do.
func TestImproperNames(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"a street is nobody's surname",
			"«P:Jeffrey B. Wall» lives at 12 «p:Wall» Street.",
			[]string{"PERSON:jeffrey b wall ×1", "PERSON:wall ×1 ~"},
		},
		{
			"nor is an acronym",
			"«P:Jane Roe NYC» spoke in «p:NYC».",
			[]string{"PERSON:jane roe nyc ×1", "PERSON:nyc ×1 ~"},
		},
		{
			"a lawyer's title alone is none",
			"«P:Maurizio Quillfeather Avv» and the Representative «P:Avv». Giovanni Ostrowski",
			[]string{"PERSON:avv ×1 ~", "PERSON:maurizio quillfeather avv ×1"},
		},
		{
			"nor what somebody does",
			"«P:Chen Weilin Coordinator» and a «p:Coordinator».",
			[]string{"PERSON:chen weilin coordinator ×1", "PERSON:coordinator ×1 ~"},
		},
		{
			"the letter A is no given name",
			"See «p:A Misdemeanant». The «p:Misdemeanant» left.",
			[]string{"PERSON:a misdemeanant ×1 ~", "PERSON:misdemeanant ×1 ~"},
		},
		{
			"an initial with its stop is one",
			"«p:Ostrowski, A.» (1998); see «P:Ostrowski» and «p:B. Vandermeer», with «p:Vandermeer».",
			[]string{"PERSON:a ostrowski ×2 ~", "PERSON:b vandermeer ×1 ~", "PERSON:vandermeer ×1 ~"},
		},
		{
			"words that are no names",
			"«p:Angry Grumblers» came. «p:Grumblers» left.",
			[]string{"PERSON:angry grumblers ×1", "PERSON:grumblers ×1 ~"},
		},
		{
			"a surname is no given name",
			"«P:Okito Quillfeather» spoke. «P:Quillfeather Visits» now; many «P:Visits».",
			[]string{"PERSON:okito quillfeather ×1", "PERSON:quillfeather visits ×1", "PERSON:visits ×1 ~"},
		},
		{
			"a title proves a surname",
			"«p:Okito Bandundu» came. Mr. «p:Bandundu» left.",
			[]string{"PERSON:okito bandundu ×2"},
		},
		{
			"an article disproves one",
			"«P:Okito Bandundu» resigned; he was held in the «p:Bandundu» barracks.",
			[]string{"PERSON:bandundu ×1 ~", "PERSON:okito bandundu ×1"},
		},
		{
			"recalled surnames of people",
			"«P:Jane Quillfeather» sued. «p:Quillfeather» won.",
			[]string{"PERSON:jane quillfeather ×2"},
		},
		{
			"peoples are no surnames",
			"«P:Sergei Russian» met «P:Sergey Russian».",
			[]string{"PERSON:sergei russian ×1", "PERSON:sergey russian ×1"},
		},
		{
			"a lord goes by surname",
			"«P:Keith Arkwright» cited Lord «P:Keith» of Kinross.",
			[]string{"PERSON:keith ×1 ~", "PERSON:keith arkwright ×1"},
		},
		{
			"a nickname is that of the name before it",
			"«P:Vandermeer», Robert («P:Bob»), a banker, met the senator and later candidate «P:Bob Ostrowski».",
			[]string{"PERSON:bob ×1 ~", "PERSON:bob ostrowski ×1", "PERSON:vandermeer ×1 ~"},
		},
		{
			"two surnames are no name",
			"«P:George Malverne» met «P:Jerome Corsini». Later «P:Malverne», «P:Corsini» and others met.",
			[]string{"PERSON:george malverne ×2", "PERSON:jerome corsini ×2"},
		},
		{
			"who sits on the bench is no party",
			"«P:Jane Ostrowski» appeals. «P:OSTROWSKI», J. We affirm.",
			[]string{"PERSON:jane ostrowski ×1", "PERSON:ostrowski ×1 ~"},
		},
		{
			"who signs for a paper is no judge",
			"«P:J. Thomas Ostrowski» appears. (Order) («P:Ostrowski», J.)",
			[]string{"PERSON:j thomas ostrowski ×2 ~"},
		},
		{
			"a party is named after a heading",
			"Other Civil Rights «p:Quillfeather» v. «P:Roe». «P:Paul Quillfeather» appeals.",
			[]string{"PERSON:paul quillfeather ×2", "PERSON:roe ×1 ~"},
		},
		{
			"a given name after another's surname",
			"«P:James Ostrowski», trustee. Filed by Kowalski, «P:James».",
			[]string{"PERSON:james ×1 ~", "PERSON:james ostrowski ×1"},
		},
		{
			"an office before another's name",
			"asked by «P:Roe». 5 United States v. «P:Jane Roe», No. 4.",
			[]string{"PERSON:jane roe ×2"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, brief(resolve.Document(marked(tt.text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestImproperOrganisations does so for organisations.
func TestImproperOrganisations(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{
			"the company meant is no legal form",
			"«O:Halden BVI» and «O:Halden BVI and the Company» agree.",
			[]string{"ORG:halden bvi ×1", "ORG:halden bvi company ×1"},
		},
		{
			"a group is no company of it",
			"«O:Halden Quillcraft Limited» and the other «O:Halden Quillcraft» Companies",
			[]string{"ORG:halden quillcraft ×1 ~", "ORG:halden quillcraft ltd ×1"},
		},
		{
			"a name that two companies begin with",
			"«O:Halden Quillcraft Special Financing Inc.» and «O:Halden Quillcraft Holdings Inc.» of «O:Halden Quillcraft»",
			[]string{"ORG:halden quillcraft ×1", "ORG:halden quillcraft holdings inc ×1", "ORG:halden quillcraft special financing inc ×1"},
		},
		{
			"what a company makes",
			"the 2008 «O:Quillcraft» of a debtor of «O:Quillcraft Motor Credit Corporation»",
			[]string{"ORG:quillcraft ×1 ~", "ORG:quillcraft motor credit corp ×1"},
		},
		{
			"a street and a company",
			"299 «O:Quillway» Blvd; «O:Quillway, LLC»",
			[]string{"ORG:quillway ×1 ~", "ORG:quillway llc ×1"},
		},
		{
			"a seat of a court and a company",
			"Northern District of Illinois («O:Quillford»), debtor «O:Quillford Furniture Inc»; «O:Halden Bank» («O:Halden»)",
			[]string{"ORG:halden bank ×2", "ORG:quillford ×1 ~", "ORG:quillford furniture inc ×1"},
		},
		{
			"a person and a firm",
			"filed by «O:Shafer», James; withdrawal of «O:Shafer & Ostrowski LLP»",
			[]string{"ORG:shafer ×1 ~", "ORG:shafer ostrowski llp ×1"},
		},
		{
			"a person and a company",
			"«O:Jane K Ostrowski» and «O:Jane K Ostrowski LLC»",
			[]string{"ORG:jane k ostrowski ×1", "ORG:jane k ostrowski llc ×1"},
		},
		{
			"a committee is another's in another case",
			"the «O:Official Committee of Unsecured Creditors»",
			[]string{"ORG:official committee unsecured creditors ×1 ~"},
		},
		{
			"a place is no team",
			"«O:Quillton Jaguars, LLC» play in «O:Quillton», Oregon.",
			[]string{"ORG:quillton ×1 ~", "ORG:quillton jaguars llc ×1"},
		},
		{
			"nor a county",
			"The «O:County of Quillton» sued. Jane Roe, «O:Quillton», for it.",
			[]string{"ORG:quillton ×1 ~", "ORG:quillton county ×1"},
		},
		{
			"a part of a group is not the group",
			"«O:Halden North America Corp.» wrote for «O:Halden».",
			[]string{"ORG:halden ×1 ~", "ORG:halden north america corp ×1"},
		},
		{
			"a people is no company",
			"an «O:Italian Company» of «O:Italian» law",
			[]string{"ORG:italian ×1 ~", "ORG:italian co ×1 ~"},
		},
		{
			"verbs are none",
			"«O:SHALL BE LIMITED» and «O:SHALL BE» paid, which «O:ARE LIMITED» or «O:ARE».",
			[]string{"ORG:are ×1 ~", "ORG:are ltd ×1 ~", "ORG:shall be ×1", "ORG:shall be ltd ×1"},
		},
		{
			"a piece of a firm's name",
			"Poe & «O:Ostrowski, P.C.» cite «O:Ostrowski» v. Halden.",
			[]string{"ORG:ostrowski ×1 ~", "ORG:ostrowski pc ×1"},
		},
		{
			"a piece of what a thing is called",
			"the «O:Quillcraft Group» Chat on «O:Quillcraft», with «O:Modell PC»-12 and the «O:Modell»",
			[]string{"ORG:modell ×1 ~", "ORG:modell pc ×1", "ORG:quillcraft ×1 ~", "ORG:quillcraft group ×1"},
		},
		{
			"a court without a district",
			"«O:U.S. District Court» and «O:U.S. District Court for the District of Vermont»",
			[]string{"ORG:united states district court ×1", "ORG:united states district court district vermont ×1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, brief(resolve.Document(marked(tt.text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
