package lawsuit

// TruthFile is what a careful reader of the papers knows.
type TruthFile struct {
	Docket        string      `json:"docket"`
	Court         string      `json:"court"` // id
	Documents     int         `json:"documents"`
	Instances     int         `json:"instances"`
	Unsupported   []string    `json:"unsupported"`
	People        []Named     `json:"people"`
	Organisations []Named     `json:"organisations"`
	Roles         []Role      `json:"roles"`
	Dates         []string    `json:"dates"`     // ISO
	Citations     []string    `json:"citations"` // normal forms, as are the statutes
	Statutes      []string    `json:"statutes"`
	Apart         [][2]string `json:"must_not_merge"`
	Phrases       []Phrase    `json:"phrases"`
}

// Named is somebody under the forms in which the papers name them, the
// fullest first. All forms are one entity.
type Named struct {
	Forms []string `json:"forms"`
}

// Role is a relation that the papers state.
type Role struct {
	Kind string `json:"kind"`
	From string `json:"from"`
	To   string `json:"to"`
	Role string `json:"role,omitempty"`
}

// Phrase is a phrase that a search must find in a file.
type Phrase struct {
	File   string `json:"file"`
	Phrase string `json:"phrase"`
}

// Truth returns the truth about the example case file.
func Truth() TruthFile {
	const docket = "1:23-cv-04417"
	return TruthFile{
		Docket: docket, Court: "mad",
		Documents: 27, Instances: 28, // attachments are documents; one paper is there twice
		Unsupported: []string{"native-readings.7z"},
		People: []Named{
			{[]string{"Marian A. Castellan", "Marian Castellan", "Castellan, Marian A."}},
			{[]string{"Peter Castellan"}},
			{[]string{"Thomas Everly Sr."}},
			{[]string{"Thomas Everly Jr."}},
			{[]string{"Luis Ferrante"}},
			{[]string{"Ruth N. Okafor"}},
			{[]string{"Daniel Whitcombe"}},
			{[]string{"Miriam K. Bellamy"}},
			{[]string{"Helen Marsh"}},
		},
		Organisations: []Named{
			{[]string{"Halden Logistics Inc.", "Halden Logistics Incorporated", "Halden Logistics, Inc.", "HALDEN LOGISTICS INC."}},
			{[]string{"Halden Logistics LLC"}},
			{[]string{"Northgate Insurance Company", "Northgate Insurance Co.", "NORTHGATE INSURANCE COMPANY"}},
			{[]string{"Brackwater Storage LLC", "Brackwater Storage, LLC", "BRACKWATER STORAGE LLC"}},
			{[]string{"Castellan Holdings Corp."}},
			{[]string{"Blue Heron Freight Corp."}},
			{[]string{"Okafor & Lindqvist LLP", "OKAFOR & LINDQVIST LLP"}},
			{[]string{"Whitcombe Hale LLP", "WHITCOMBE HALE LLP"}},
			{[]string{"New Bedford Fire Department", "NEW BEDFORD FIRE DEPARTMENT"}},
		},
		Roles: []Role{
			{"party_in_case", "Halden Logistics Inc.", docket, "plaintiff"},
			{"party_in_case", "Northgate Insurance Company", docket, "defendant"},
			{"party_in_case", "Brackwater Storage LLC", docket, "defendant"},
			{"counsel_for", "Ruth N. Okafor", "Halden Logistics Inc.", ""},
			{"counsel_for", "Daniel Whitcombe", "Northgate Insurance Company", ""},
			{"judge_of", "Miriam K. Bellamy", docket, ""},
			{"party_to_contract", "Halden Logistics Inc.", "Brackwater Storage LLC", ""},
			{"sent_to", "Thomas Everly Jr.", "Marian A. Castellan", ""},
			{"sent_to", "Peter Castellan", "Marian A. Castellan", ""},
			{"sent_to", "Marian A. Castellan", "Luis Ferrante", ""},
		},
		Dates: []string{
			"2022-03-01", "2022-06-15", "2022-09-12", "2022-10-01", "2022-10-06", "2022-11-03", "2022-11-30", "2022-12-18",
			"2022-12-19", "2023-01-01", "2023-01-20", "2023-01-30", "2023-02-14", "2023-02-15", "2023-09-05", "2023-10-02",
			"2023-10-09", "2023-11-20", "2023-12-08", "2023-12-11", "2024-01-08", "2024-03-14", "2024-04-02", "2024-04-22", "2025-02-28",
		},
		Citations: []string{"550 U.S. 544", "556 U.S. 662", "355 U.S. 41", "551 U.S. 89", "490 F.3d 143"},
		Statutes: []string{
			"28 U.S.C. § 1332", "28 U.S.C. § 1391(b)", "Fed. R. Civ. P. 7.1", "Fed. R. Civ. P. 12(b)(6)", "Mass. Gen. Laws ch. 93A § 11",
		},
		Apart: [][2]string{
			{"Thomas Everly Sr.", "Thomas Everly Jr."},
			{"Marian A. Castellan", "Peter Castellan"},
			{"Halden Logistics Inc.", "Halden Logistics LLC"},
		},
		Phrases: []Phrase{
			{"01-complaint.pdf", "sprinkler system of its New Bedford warehouse"},
			{"05-disclosure-statement.pdf", "privately held corporation"},
			{"12-answer.pdf", "FIRST AFFIRMATIVE DEFENSE"},
			{"18-memorandum-to-dismiss.pdf", "nudge the claim across the line"},
			{"31-order.pdf", "did not correct its mistake for ten months"},
			{"docket-sheet.html", "CIVIL DOCKET FOR CASE"},
			{"warehouse-agreement.docx", "inspected every six months"},
			{"warehouse-agreement.docx", "Cold storage, a month"},
			{"2022-11-03-inspection.eml", "main valve of the sprinkler system was closed"},
			{"fire-department-report.pdf", "found in the closed position"},
			{"goods.txt", "Machine parts"},
			{"A-invoice.png", "Cold storage, November 2022"},
			{"B-denial-letter.jpg", "finished our review of your claim"},
			{"C-bill-of-lading.tif", "420 cartons of textiles"},
			{"D-fire-marshal-report.pdf", "The cause of the fire is accidental"},
			{"E-affidavit-ferrante.pdf", "Signed under the penalties of perjury"},
			{"G-valve-label.jpg", "DO NOT OPEN THIS VALVE"},
			{"H-deposition-excerpt.txt", "wrote to nobody at Northgate"},
			{"case-notes.md", "Keep the two apart"},
			{"press-release.html", "Fire destroys warehouse on Pier Road"},
		},
	}
}
