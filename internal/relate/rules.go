package relate

// rule is a way to find relations. Its name is a part of the method of each
// relation that it states; methods are stored, so a name never changes.
type rule struct {
	name string
	read func(*finder)
}

// sheetRule reads the list of a docket sheet.
const sheetRule = "docket-sheet"

// The rules, in the order in which they read.
var (
	// caseRules read what a document says of its own case. A docket sheet lists the
	// parties and their counsel itself; there the rules have nothing to add.
	caseRules = []rule{
		{"caption", (*finder).caption},
		{"role-before-name", (*finder).inlineParties},
		{"counsel", (*finder).counsel},
		{"judge", (*finder).judges},
		{"filing", (*finder).filings},
	}
	otherRules = []rule{
		{"employment", (*finder).employment},
		{"contract", (*finder).contract},
		{"mail", (*finder).mail},
		{"citation", (*finder).citations},
		{"co-mention", (*finder).coMentions},
	}
)

// apply applies rules, one after the other.
func (f *finder) apply(rules []rule) {
	for _, r := range rules {
		f.setRule(r.name)
		r.read(f)
	}
}

// setRule names the rule that states the relations from now on.
func (f *finder) setRule(name string) { f.method = "rule:" + name }

// The confidence in what each pattern states. It was measured by reading results on
// real documents, and is no probability. That of co-mentions grows with their
// number; see coMentionConfidence.
const (
	sheetConfidence      = 0.97
	headerConfidence     = 0.95 // of a mail
	captionConfidence    = 0.92
	contractConfidence   = 0.9
	filedConfidence      = 0.9 // a date beside the word "Filed"
	citesConfidence      = 0.9 // an authority
	courtConfidence      = 0.85
	firmConfidence       = 0.85 // the line below the name of an attorney
	appositionConfidence = 0.85
	inlineConfidence     = 0.8 // "Plaintiff Jane Roe" in a sentence
	signatureConfidence  = 0.8
	briefConfidence      = 0.75 // an appearance
	judgeConfidence      = 0.75
	titleFirstConfidence = 0.75 // "Halden's president, Jane Roe"
	titleBlockConfidence = 0.75 // "Title: President" below a signature
	metaConfidence       = 0.7  // the metadata of a mail
	titleConfidence      = 0.6  // "X v. Y" alone: who the parties are, not which is what
)
