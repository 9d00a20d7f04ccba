package court

// rule is what a court was found by: a name for explanations, and the score.
type rule struct {
	name  string
	score float64
}

// The rules with their scores. A score says how strong the evidence is.
var (
	byTitle       = rule{"title-of-court", 0.97}
	byCommonTitle = rule{"title-of-several-courts", 0.85}
	byDistrict    = rule{"abbreviated-district", 0.9}
	byOnlyDist    = rule{"only-district-of-state", 0.8}
	byDivision    = rule{"appellate-division", 0.8}
	byShape       = rule{"shape-of-title", 0.7}
	byTribunal    = rule{"british-tribunal", 0.9}
)

const (
	rivalRule  = "state-of-document" // which of several courts of one title is meant
	rivalScore = 0.9
)
