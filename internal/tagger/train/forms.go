package train

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// formsFile has the forms of American documents that no labelled source has: the
// judges of a panel, counsel, captions, addresses, signatures, transcripts. A
// form is a line of text with blanks in braces: {person}, {org} and the like
// are filled from a cast of names that a document keeps; a blank in capitals is
// filled in capitals. {l:Washington} is a name written out, with the letter of
// its type.
//
//go:embed data/forms.txt
var formsFile string

var typeLetters = map[string]tagger.Type{"l": tagger.Location, "o": tagger.Org, "c": tagger.Court}

// cast are the names of one made-up document.
type cast struct {
	*foreigner
	people []person
	orgs   []company
}

type person struct{ first, last, full string }

type company struct{ full, short string }

// Words that names of organisations are made of.
var (
	trades = strings.Fields(`Insurance Logistics Contracting Construction Energy Software Financial Industries Foods Pharmaceuticals Steel Airlines Media
Records Motors Electric Mortgage Capital Health Trucking Realty Technologies Packaging Systems Semiconductor Marine Chemical Textile Freight Security Staffing`)
	virtues = strings.Fields(`Standard Reliable National First United American Global Pacific Atlantic Liberty Premier Advanced General Northern Southern
Western Eastern Central Great Universal Superior Modern Summit Pioneer Heritage Golden Blue Silver Union Republic Allied Consolidated Interstate Grand`)
	endings = []string{
		"Inc.", ", Inc.", ", Inc.", "Corp.", "Corporation", "Company", "LLC", ", LLC", ", L.L.C.", "L.P.", ", L.P.", "Co.", "& Co.", "Group",
		"Group, Inc.", "Holdings, Inc.", "Partners", "Ltd.", "Associates", "International, Inc.", "System, Inc.", "Bank, N.A.", "Bank", "Trust Company", "Enterprises", "",
	}
	causes = strings.Fields(`Justice Freedom Liberty Education Privacy Equality Health Labor Immigrant Consumer Children Women Veterans Housing
Environmental Religious Jewish Baptist Methodist Catholic Christian Muslim Islamic Civil Human Family Community Disability Reform Policy Action Voters`)
	bodies = strings.Fields(`League Network Alliance Coalition Society Foundation Association Council Center Federation Fund Institute Conference
Union Project Congress Committee Church Fellowship Chapel Ministries Temple`)
	topics = []string{
		"Justice", "State", "Labor", "the Treasury", "Education", "Homeland Security", "Health and Human Services", "Transportation", "Corrections",
		"Revenue", "Agriculture", "Defense", "Energy", "the Interior", "Veterans Affairs", "Commerce", "Public Safety", "Social Services",
	}
	agencies = []string{
		"Securities and Exchange Commission", "Federal Trade Commission", "Federal Bureau of Investigation", "Board of Immigration Appeals",
		"Internal Revenue Service", "Environmental Protection Agency", "National Labor Relations Board", "Drug Enforcement Administration",
		"Social Security Administration", "Food and Drug Administration", "Equal Employment Opportunity Commission", "Federal Communications Commission",
		"Immigration and Customs Enforcement", "Customs and Border Protection", "U.S. Attorney’s Office", "Office of the Attorney General", "Office of the Federal Public Defender",
	}
	acronyms  = strings.Fields(`FBI SEC FTC IRS EPA NLRB DEA DOJ ICE CBP DHS EEOC FDA FCC CIA NSA GAO FEC OSHA USCIS ATF TSA FAA NASA HUD`)
	papers    = []string{"The New York Times", "the Washington Post", "The Wall Street Journal", "the Boston Globe", "Reuters", "the Chicago Tribune", "CNN", "the Los Angeles Times"}
	countries = strings.Fields(`Mexico Canada China Russia Guatemala Honduras India Germany France Israel Ukraine Japan Brazil Nigeria Cuba Iran England Turkey Colombia Vietnam Haiti`)
	laws      = []string{
		"%s Insurance Code", "Clean Air Act", "Civil Rights Act", "Fair Labor Standards Act", "%s Constitution", "Bankruptcy Code", "Deceptive Trade Practices Act",
		"Americans with Disabilities Act", "Fourth Amendment", "%s Penal Code", "Due Process Clause", "Federal Rules of Civil Procedure", "Sherman Act", "%s Health and Safety Code",
		"Uniform Commercial Code", "First Amendment", "Eleventh Amendment", "Internal Revenue Code", "%s Civil Rights Act", "Freedom of Information Act", "FTCA", "ERISA", "RICO", "DTPA",
	}
	buildings = []string{"Courthouse", "U.S. Courthouse", "Tower", "County Jail", "Detention Facility", "Detention Center", "Correctional Institution", "State Prison", "Hotel", "Airport", "Building"}
	generics  = strings.Fields(`Company Bank University Church Chapel School District Hospital Agency Union Board Commission Department Government Committee
Association Foundation Bureau Fund Trust Partnership County City Town State Authority College Society Panel Office Campaign Organization Executive
Employee Borrower Lender Seller Buyer Tenant Landlord Guarantor Employer Contractor Plan Policy Agreement Debtor Council Institute Center Firm Group`)
	districts = strings.Fields(`SDNY EDNY NDCA CDCA S.D.N.Y. E.D.N.Y. N.D. D. E.D. W.D. D.D.C. D.N.J.`)
	ordinals  = strings.Fields(`First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Federal D.C. 1st 2d 3d 4th 5th 6th 7th 8th 9th 10th`)
	counties  = []string{"%s County", "%s County", "%s County", "%s Parish"}
)

// formsPerDocument is how many forms are set one under the other.
const formsPerDocument = 30

// papers returns made-up documents.
func (f *foreigner) papers(n int) []Document {
	forms := strings.Split(strings.TrimSpace(formsFile), "\n")
	out := make([]Document, n)
	for i := range out {
		c := f.newCast()
		sentences := make([]sentence, formsPerDocument)
		for k := range sentences {
			sentences[k] = c.fill(f.pick(forms))
		}
		out[i] = block(fmt.Sprintf("forms/%d", i), sentences, f.random)
	}
	return out
}

func (f *foreigner) newCast() *cast {
	c := &cast{foreigner: f}
	for range 7 {
		c.people = append(c.people, f.newPerson())
	}
	for range 4 {
		c.orgs = append(c.orgs, f.newCompany())
	}
	return c
}

// town draws the name of a town, now and then of two words.
func (f *foreigner) town() string {
	town := f.pick(f.places)
	switch f.random.IntN(12) {
	case 0:
		return f.pick([]string{"St.", "San", "Los", "Santa", "Saint", "New", "Fort", "Las", "El", "Mount"}) + " " + town
	case 1:
		return f.pick([]string{"North", "South", "East", "West", "Lake", "Grand", "Port"}) + " " + town
	case 2:
		return town + " " + f.pick([]string{"City", "Springs", "Beach", "Heights", "Falls", "Park", "Hills", "Rapids"})
	case 3:
		return f.pick(cities)
	}
	return town
}

// cities are the towns that documents name most.
var cities = []string{
	"New York", "Los Angeles", "San Francisco", "Chicago", "Houston", "Philadelphia", "San Diego", "Dallas", "Boston", "Seattle", "St. Louis",
	"Atlanta", "Denver", "Miami", "Washington", "Cincinnati", "Pittsburgh", "New Orleans", "Richmond", "London", "Moscow", "Paris", "New York City",
}

// strange makes up a name that no list has.
func (f *foreigner) strange() string {
	var b strings.Builder
	for range 2 + f.random.IntN(3) {
		b.WriteString(f.pick(strings.Fields("ka ri mo shen ov dze lin yan gor bek ta no va ste pa ul ish kin ra man zhu li cha ya sko dor fe ni du ar en il os")))
	}
	b.WriteString(f.pick(strings.Fields("ov ova sky enko in ich ian ez i a er son ski o el n k")))
	s := b.String()
	return strings.ToUpper(s[:1]) + s[1:]
}

// surname draws a last name, now and then of two parts.
func (f *foreigner) surname() string {
	last := f.pick(f.last)
	switch f.random.IntN(24) {
	case 5, 6, 7:
		return f.strange()
	case 0:
		return "St. " + last
	case 1:
		return f.pick([]string{"De La ", "Van ", "Von ", "Del ", "De ", "La ", "Le "}) + last
	case 2:
		return last + "-" + f.pick(f.last)
	case 3:
		return f.pick([]string{"O’", "Mc", "Mac", "O'", "D'"}) + last
	case 4:
		return last + " " + f.pick(f.last)
	}
	return last
}

func (f *foreigner) newPerson() person {
	p := person{first: f.pick(f.first), last: f.surname()}
	letter := func() string { return string(rune('A'+f.random.IntN(26))) + "." }
	given := p.first
	switch f.random.IntN(8) {
	case 0, 1, 2:
		given += " " + letter()
	case 3:
		given = letter() + " " + f.pick(f.first)
	case 4:
		given += " " + f.pick(f.first)
	case 5:
		given = letter() + letter()
		if f.random.IntN(2) == 0 {
			given = letter() + " " + letter()
		}
	}
	p.full = given + " " + p.last
	if f.random.IntN(12) == 0 {
		p.full += f.pick([]string{", Jr.", " Jr.", ", Sr.", " III", ", III", " II"})
	}
	return p
}

func (f *foreigner) newCompany() company {
	var name string
	switch f.random.IntN(6) {
	case 0:
		name = f.pick(virtues) + " " + f.pick(trades)
	case 1:
		name = f.pick(f.last) + " " + f.pick(trades)
	case 2:
		name = f.pick(f.last)
	case 3:
		name = f.pick(virtues) + f.pick([]string{"", " " + f.pick(virtues)})
	case 4:
		full := f.pick(f.orgs)
		short, _, _ := strings.Cut(full, " ")
		return company{full, strings.Trim(short, ",.")}
	default:
		name = f.pick(f.places) + " " + f.pick(trades)
	}
	ending := f.pick(endings)
	if ending == "" {
		ending = f.pick(trades)
	}
	short := name
	if f.random.IntN(2) == 0 {
		short, _, _ = strings.Cut(name, " ")
	} else if words := strings.Fields(name + " " + strings.Trim(ending, ",.& ")); len(words) > 2 && f.random.IntN(2) == 0 {
		short = ""
		for _, w := range words {
			short += w[:1]
		}
	}
	if !strings.HasPrefix(ending, ",") {
		ending = " " + ending
	}
	return company{name + ending, short}
}

// fill fills the blanks of a form.
func (c *cast) fill(form string) sentence {
	form = strings.ReplaceAll(form, `\n`, "\n")
	var b strings.Builder
	s := sentence{}
	c.random.Shuffle(len(c.people), func(i, j int) { c.people[i], c.people[j] = c.people[j], c.people[i] })
	c.random.Shuffle(len(c.orgs), func(i, j int) { c.orgs[i], c.orgs[j] = c.orgs[j], c.orgs[i] })
	used := filled{}
	for {
		before, rest, found := strings.Cut(form, "{")
		b.WriteString(before)
		if !found {
			break
		}
		var blank string
		blank, form, _ = strings.Cut(rest, "}")
		key, literal, isLiteral := strings.Cut(blank, ":")
		key = strings.ToLower(key)
		if isLiteral {
			b.WriteString(literal)
			s.names = append(s.names, Name{b.Len() - len(literal), b.Len(), typeLetters[key]})
			continue
		}
		start := b.Len()
		for i, p := range c.blank(key, &used) {
			if i > 0 {
				start = b.Len()
			}
			text := p.text
			if blank == strings.ToUpper(blank) {
				text = strings.ToUpper(text)
			}
			b.WriteString(text)
			if p.typ != tagger.None {
				s.names = append(s.names, Name{start, b.Len(), p.typ})
			}
		}
	}
	s.text = b.String()
	return s
}

// part is a piece of text that fills a blank, with its type.
type part struct {
	text string
	typ  tagger.Type
}

// filled counts the members of a cast that a form has used.
type filled struct{ people, orgs int }

func (c *cast) nextPerson(used *filled) person {
	used.people++
	return c.people[used.people%len(c.people)]
}

func (c *cast) nextOrg(used *filled) company {
	used.orgs++
	return c.orgs[used.orgs%len(c.orgs)]
}

// blank returns what fills a blank.
func (c *cast) blank(key string, used *filled) []part {
	one := func(text string, t tagger.Type) []part { return []part{{text, t}} }
	switch key {
	case "person":
		return one(c.nextPerson(used).full, tagger.Person)
	case "last":
		return one(c.nextPerson(used).last, tagger.Person)
	case "last=":
		return one(c.people[used.people%len(c.people)].last, tagger.Person)
	case "first":
		return one(c.nextPerson(used).first, tagger.Person)
	case "party":
		if c.random.IntN(2) == 0 {
			return one(c.nextPerson(used).full, tagger.Person)
		}
		return one(c.nextOrg(used).full, tagger.Org)
	case "org":
		return one(c.nextOrg(used).full, tagger.Org)
	case "short":
		return one(c.nextOrg(used).short, tagger.Org)
	case "orgdef":
		o := c.nextOrg(used)
		quote := c.pick([]string{"“|”", "\"|\"", "|", "the “|”", "“|” or “Defendant”"})
		open, shut, _ := strings.Cut(quote, "|")
		return []part{{o.full, tagger.Org}, {" (" + open, tagger.None}, {o.short, tagger.Org}, {shut + ")", tagger.None}}
	case "actdef":
		law := strings.TrimPrefix(c.pick(laws), "%s ")
		short := ""
		for w := range strings.FieldsSeq(law) {
			short += w[:1]
		}
		short = strings.ToUpper(short)
		return []part{{law, tagger.Law}, {c.pick([]string{" (“", " (\"", " (the “"}), tagger.None}, {short, tagger.Law}, {"”)", tagger.None}}
	case "act":
		law := c.pick(laws)
		if strings.Contains(law, "%s") {
			law = fmt.Sprintf(law, c.pick(c.states))
		}
		return one(law, tagger.Law)
	case "case":
		if c.random.IntN(3) == 0 {
			return one(c.pick(c.last)+" v. "+c.pick(c.last), tagger.Case)
		}
		return one(c.pick(c.last), tagger.Case)
	}
	return c.bodyOrPlace(key)
}

// blanks are those whose names the cast does not keep, with what fills them.
var blanks = map[string]struct {
	typ  tagger.Type
	text func(c *cast) string
}{
	"orgfirm":   {tagger.Org, func(c *cast) string { return c.firmName() }},
	"orgng":     {tagger.Org, func(c *cast) string { return c.societyName() }},
	"orgpolice": {tagger.Org, func(c *cast) string { return c.pick(c.places) + " Police Department" }},
	"orguni": {tagger.Org, func(c *cast) string {
		return c.pick([]string{"University of " + c.pick(c.states), c.pick(c.states) + " State University", c.pick(c.last) + " College"})
	}},
	"orgpaper": {tagger.Org, func(c *cast) string { return strings.TrimPrefix(c.pick(papers), "the ") }},
	"agency": {tagger.Org, func(c *cast) string {
		return c.pick([]string{c.pick(agencies), "Department of " + c.pick(topics), c.pick(c.states) + " Department of " + c.pick(topics), "U.S. Department of " + c.pick(topics)})
	}},
	"agencyshort": {tagger.Org, func(c *cast) string { return c.pick(acronyms) }},
	"orgoffice": {tagger.Org, func(c *cast) string {
		return c.pick([]string{"Office of the Solicitor", "Office of Immigration Litigation", "Civil Division", "Office of the General Counsel", "Office of the Attorney General"})
	}},
	"orgcampaign": {tagger.Org, func(c *cast) string { return c.pick(c.last) + " Campaign" }},
	"orgparty": {tagger.Org, func(c *cast) string {
		return c.pick([]string{"Republican Party", "Democratic National Committee", "Democratic Party", "DNC", "RNC", "Republican National Committee", c.pick(c.last) + " Foundation"})
	}},
	"orgschool": {tagger.Org, func(c *cast) string {
		return c.pick(c.places) + " " + c.pick([]string{"Union School District", "Public Schools", "Unified School District", "High School", "School Committee"})
	}},
	"building": {tagger.Location, func(c *cast) string {
		return c.pick([]string{c.newPerson().full, c.pick(c.places), c.pick(c.places)}) + " " + c.pick(buildings)
	}},
	"city":  {tagger.Location, func(c *cast) string { return c.town() }},
	"state": {tagger.Location, func(c *cast) string { return c.pick(c.states) }},
	"stateof": {tagger.Org, func(c *cast) string {
		return c.pick([]string{"State", "State", "Commonwealth"}) + " of " + c.pick(c.states)
	}},
	"cityof": {tagger.Org, func(c *cast) string {
		return c.pick([]string{"City", "City", "Town", "County", "Village"}) + " of " + c.pick(c.places)
	}},
	"rules": {tagger.Law, func(c *cast) string {
		return c.pick(ordinals) + " Circuit " + c.pick([]string{"Rule", "Rules", "Local Rule", "L.A.R."})
	}},
	"st":          {tagger.Location, func(c *cast) string { return c.pick(postal) }},
	"country":     {tagger.Location, func(c *cast) string { return c.pick(countries) }},
	"county":      {tagger.Location, func(c *cast) string { return fmt.Sprintf(c.pick(counties), c.pick(c.places)) }},
	"court":       {tagger.Court, func(c *cast) string { return c.courtName() }},
	"circuit":     {tagger.Court, func(c *cast) string { return c.pick(ordinals) + " Circuit" }},
	"circuitabbr": {tagger.Court, func(c *cast) string { return c.shortDistrict() }},
}

// bodyOrPlace fills the blanks whose names the cast does not keep.
func (c *cast) bodyOrPlace(key string) []part {
	if b, ok := blanks[key]; ok {
		return []part{{b.text(c), b.typ}}
	}
	return []part{{c.figure(key), tagger.None}}
}

// shortDistrict draws the abbreviation of a federal district.
func (c *cast) shortDistrict() string {
	text := c.pick(districts)
	if strings.HasSuffix(text, ".D.") || text == "D." {
		text += " " + c.pick([]string{"Cal.", "Tex.", "Ill.", "Pa.", "Ala.", "Mass.", "Wash."})
	}
	return text
}

var postal = strings.Fields(`AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC`)

func (c *cast) firmName() string {
	switch c.random.IntN(6) {
	case 0:
		return c.pick(c.last) + " " + c.pick(c.last)
	case 1:
		return "Law Offices of " + c.newPerson().full
	case 2:
		return c.pick(c.last) + ", " + c.pick(c.last) + " & " + c.pick(c.last) + c.pick([]string{" LLP", ", P.C.", " LLC", "", ", P.A."})
	case 3:
		return c.pick(c.last) + " " + c.pick(c.last) + " " + c.pick(c.last) + " & " + c.pick(c.last) + " LLP"
	case 4:
		return "The " + c.pick(c.last) + " Law Firm" + c.pick([]string{"", ", P.C.", ", PLLC"})
	}
	return c.pick(c.last) + " & " + c.pick(c.last) + c.pick([]string{" LLP", " LLP", ", PC", ", P.C.", " PLLC", ", P.L.L.C."})
}

func (c *cast) societyName() string {
	switch c.random.IntN(8) {
	case 0:
		return c.pick([]string{"National", "American", "United", "International", "Central"}) + " " + c.pick(bodies) + " of " + c.pick(causes) + " " + c.pick([]string{"Lawyers", "Teachers", "Rabbis", "Churches", "Workers", "Women", "Voters"})
	case 1:
		return c.pick(bodies) + " for " + c.pick(causes) + " " + c.pick([]string{"and " + c.pick(causes), c.pick(bodies), "in America"})
	case 2:
		return c.pick([]string{"First", "Second", "New Hope", "Grace", "St. " + c.pick(c.first), "Trinity", "Calvary"}) + " " + c.pick([]string{"Baptist", "Community", "Union", "Methodist", "Lutheran"}) + " " + c.pick([]string{"Church", "Chapel", "Church of " + c.pick(c.places)})
	case 3:
		return c.pick([]string{"Americans", "Citizens", "Women", "Lawyers", "Doctors", "Parents"}) + " " + c.pick([]string{"United for", "for", "Against", "of"}) + " " + c.pick(causes) + c.pick([]string{"", " and " + c.pick(causes), " Reform"})
	case 4:
		return c.pick(c.states) + " " + c.pick(causes) + " " + c.pick(bodies)
	case 5:
		return c.pick([]string{"American", "National"}) + " " + c.pick(causes) + " " + c.pick(bodies)
	case 6:
		return c.pick(c.places) + " " + c.pick(causes) + " " + c.pick(bodies)
	}
	return c.pick(causes) + " " + c.pick(causes) + " " + c.pick(bodies)
}

func (c *cast) courtName() string {
	district := c.pick([]string{"District", "Northern District", "Southern District", "Eastern District", "Western District", "Central District", "Middle District"}) + " of " + c.pick(c.states)
	us := c.pick([]string{"United States ", "United States ", "U.S. "})
	link := c.pick([]string{" for the ", " for the ", "\nfor the ", "\n", ", "})
	switch c.random.IntN(7) {
	case 0, 1:
		return us + "District Court" + link + district
	case 2:
		return us + "Bankruptcy Court" + link + district
	case 3:
		return us + "Court of Appeals" + c.pick([]string{" for the ", "\nfor the ", "\n"}) + c.pick(ordinals[:12]) + " Circuit"
	case 4:
		return c.pick([]string{"Superior Court", "Circuit Court", "District Court", "Court of Common Pleas", "Supreme Court", "Court of Appeals"}) + " of " + c.pick([]string{c.pick(c.places) + " County", c.pick(c.states)})
	case 5:
		return c.pick(c.states) + " " + c.pick([]string{"Supreme Court", "Court of Appeals", "Superior Court", "Court of Criminal Appeals"})
	}
	return c.pick(c.courts)
}

// figure fills blanks that hold no names.
func (c *cast) figure(key string) string {
	r := c.random
	switch key {
	case "date":
		return fmt.Sprintf("%s %d, %d", c.pick(months), 1+r.IntN(28), 1980+r.IntN(45))
	case "month":
		return fmt.Sprintf("%s %d", c.pick(months), 1980+r.IntN(45))
	case "year":
		return fmt.Sprint(1950 + r.IntN(75))
	case "generic":
		return c.pick(generics)
	case "lit":
		return string(rune('A'+r.IntN(6))) + "."
	case "street":
		return c.pick(c.last)
	case "zip":
		return fmt.Sprintf("%05d", r.IntN(100000))
	case "docket":
		return fmt.Sprintf("%d:%02d-cv-%05d", 1+r.IntN(5), r.IntN(25), r.IntN(10000))
	case "phone":
		return fmt.Sprintf("(%d) 555-%04d", 201+r.IntN(700), r.IntN(10000))
	case "email":
		return strings.ToLower(c.pick(c.first)) + "@example.com"
	}
	return fmt.Sprint(1 + r.IntN(2000))
}

var months = strings.Fields("January February March April May June July August September October November December")
