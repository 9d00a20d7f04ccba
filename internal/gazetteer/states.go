package gazetteer

import (
	"strings"
)

// stateLines are the states and territories of the United States, one a line:
// the name, then its abbreviations.
const stateLines = `Alabama|Ala.
Alaska
Arizona|Ariz.
Arkansas|Ark.
California|Cal.|Calif.
Colorado|Colo.
Connecticut|Conn.
Delaware|Del.
Florida|Fla.
Georgia|Ga.
Hawaii|Haw.
Idaho
Illinois|Ill.
Indiana|Ind.
Iowa
Kansas|Kan.
Kentucky|Ky.
Louisiana|La.
Maine|Me.
Maryland|Md.
Massachusetts|Mass.
Michigan|Mich.
Minnesota|Minn.
Mississippi|Miss.
Missouri|Mo.
Montana|Mont.
Nebraska|Neb.
Nevada|Nev.
New Hampshire|N.H.
New Jersey|N.J.
New Mexico|N.M.
New York|N.Y.
North Carolina|N.C.
North Dakota|N.D.
Ohio
Oklahoma|Okla.
Oregon|Or.
Pennsylvania|Pa.
Rhode Island|R.I.
South Carolina|S.C.
South Dakota|S.D.
Tennessee|Tenn.
Texas|Tex.
Utah
Vermont|Vt.
Virginia|Va.
Washington|Wash.
West Virginia|W. Va.
Wisconsin|Wis.
Wyoming|Wyo.
District of Columbia|D.C.
Puerto Rico|P.R.
Guam
Virgin Islands|V.I.`

// stateCodes are the two letters of each state, in the order of stateLines.
const stateCodes = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI"

// states are the tables made of these lines.
var states = readStates()

type stateTables struct {
	byForm map[string]string // names by name and abbreviation, as written
	byCode map[string]string // names by their two letters
	codes  map[string]string // two letters by form in lower case, without a last stop
	names  map[string]bool   // names in lower case
}

func readStates() stateTables {
	t := stateTables{map[string]string{}, map[string]string{}, map[string]string{}, map[string]bool{}}
	codes := strings.Fields(stateCodes)
	for i, line := range strings.Split(stateLines, "\n") {
		forms := strings.Split(line, "|")
		t.byCode[codes[i]] = forms[0]
		t.names[strings.ToLower(forms[0])] = true
		for _, form := range forms {
			t.byForm[form] = forms[0]
			t.codes[strings.ToLower(strings.TrimSuffix(form, "."))] = codes[i]
		}
	}
	return t
}

// State returns the name of the state that a form is the name or an
// abbreviation of: "Massachusetts" for "Mass.". It returns "" for other forms;
// capitals and stops count.
func State(form string) string { return states.byForm[form] }

// StateOfCode returns the name of the state with the two letters, "MA"; "" if
// there is none. The letters name a place only after a town or before a ZIP code.
func StateOfCode(code string) string { return states.byCode[code] }

// CodeOfState returns the two letters of the state that a form is the name or an
// abbreviation of, in lower case and without its last stop: "MA" for "mass". It
// returns "" for other forms.
func CodeOfState(form string) string { return states.codes[form] }

// IsState reports whether name is a state's, in lower case.
func IsState(name string) bool { return states.names[name] }
