// Command gendata writes the tables of packages mention/court and gazetteer from
// public lists of courts and names. It is run by hand when the lists change:
//
//	go run ./internal/mention/gendata -from ../shared/data -to internal
//
// Only facts are taken (abbreviations, titles, names), in the formats that
// their packages read. The output is the same on every run.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier/internal/table"
)

func main() {
	from := flag.String("from", "../shared/data", "folder with courts, names and ner")
	to := flag.String("to", "internal", "folder of the packages to write to")
	flag.Parse()
	log.SetFlags(0)
	for name, build := range map[string]func(string) ([]string, error){
		"mention/court/data/courts.tsv.gz": courts,
		"gazetteer/data/names.tsv.gz":      names,
	} {
		lines, err := build(*from)
		if err == nil {
			err = table.Write(filepath.Join(*to, filepath.FromSlash(name)), lines)
		}
		if err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
}

func readJSON(into any, parts ...string) error {
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// courts lists the words of the titles by which a court is known, with its id.
func courts(from string) ([]string, error) {
	var list []struct {
		ID, Name, System, Type, Location string
		Citation                         string `json:"citation_string"`
		Examples                         []string
	}
	if err := readJSON(&list, from, "courts", "courts.json"); err != nil {
		return nil, err
	}
	var lines []string
	for _, c := range list {
		title := func(name string) {
			if k := courtKey(name); strings.Contains(k, " ") {
				lines = append(lines, k+"\t"+c.ID)
			}
		}
		for _, name := range append(c.Examples, c.Name) {
			title(name)
			for _, alt := range otherOrder(name, c.Location) {
				title(alt)
			}
		}
		if c.System != "federal" {
			continue
		}
		district, bankruptcy := federalDistrict(c.Citation)
		switch {
		case district == "":
		case bankruptcy:
			title("United States Bankruptcy Court " + district)
			title("Bankruptcy Court " + district)
		case c.Type == "trial":
			title("United States District Court " + district)
			title("District Court " + district)
			if !strings.HasPrefix(district, "District") {
				title(district)
			}
		}
	}
	return lines, nil
}

// otherOrder turns "California Supreme Court" into "Supreme Court of
// California" and the other way round.
func otherOrder(name, place string) []string {
	if place == "" {
		return nil
	}
	var out []string
	if rest, ok := strings.CutPrefix(name, place+" "); ok {
		out = append(out, rest+" of "+place, "State of "+place+" "+rest)
	}
	if rest, ok := strings.CutSuffix(name, " of "+place); ok {
		out = append(out, place+" "+rest)
	}
	if rest, ok := strings.CutSuffix(name, ", "+place); ok {
		out = append(out, rest+" of "+place)
	}
	return out
}

var states = map[string]string{
	"Ala.": "Alabama", "Alaska": "Alaska", "Ariz.": "Arizona", "Ark.": "Arkansas", "Cal.": "California", "Colo.": "Colorado",
	"Conn.": "Connecticut", "Del.": "Delaware", "Fla.": "Florida", "Florida": "Florida", "Ga.": "Georgia", "Guam": "Guam",
	"Haw.": "Hawaii", "Idaho": "Idaho", "Ill.": "Illinois", "Ind.": "Indiana", "Iowa": "Iowa", "Kan.": "Kansas",
	"Ky.": "Kentucky", "La.": "Louisiana", "Me.": "Maine", "Md.": "Maryland", "Mass.": "Massachusetts", "Mich.": "Michigan",
	"Minn.": "Minnesota", "Miss.": "Mississippi", "Mo.": "Missouri", "Mont.": "Montana", "Neb.": "Nebraska", "Nev.": "Nevada",
	"N.H.": "New Hampshire", "N.J.": "New Jersey", "N.M.": "New Mexico", "N.Y.": "New York", "N.C.": "North Carolina",
	"N.D.": "North Dakota", "Ohio": "Ohio", "Okla": "Oklahoma", "Okla.": "Oklahoma", "Or.": "Oregon", "Pa.": "Pennsylvania",
	"Penn.": "Pennsylvania", "P.R.": "Puerto Rico", "R.I.": "Rhode Island", "S.C.": "South Carolina", "S.D.": "South Dakota",
	"Tenn.": "Tennessee", "Tex.": "Texas", "Utah": "Utah", "Vt.": "Vermont", "V.I.": "Virgin Islands", "Va.": "Virginia",
	"Wash.": "Washington", "W. Va.": "West Virginia", "W.Va.": "West Virginia", "Wis.": "Wisconsin", "Wyo.": "Wyoming",
	"D.C.": "Columbia", "C.": "Columbia",
}

// federalDistrict expands the abbreviation of a federal trial court, "S.D.
// Ala.", to the words of its district, and says whether it is a bankruptcy
// court.
func federalDistrict(abbreviation string) (district string, bankruptcy bool) {
	rest, bankruptcy := strings.CutPrefix(abbreviation, "Bankr.")
	rest = strings.TrimSpace(rest)
	if rest == "D.D.C." || bankruptcy && rest == "D.C." {
		return "District of Columbia", bankruptcy
	}
	for _, side := range [][2]string{
		{"N.D.", "Northern "}, {"S.D.", "Southern "}, {"E.D.", "Eastern "}, {"W.D.", "Western "}, {"M.D.", "Middle "}, {"C.D.", "Central "}, {"D.", ""},
	} {
		if place, ok := strings.CutPrefix(rest, side[0]); ok {
			if state := states[strings.TrimSpace(place)]; state != "" {
				return side[1] + "District of " + state, bankruptcy
			}
		}
	}
	return "", bankruptcy
}

// courtKey is the same normal form that package mention computes from text:
// lower-case words without little words and dots.
func courtKey(name string) string {
	name = strings.NewReplacer(".", "", "U. S.", "united states", "&", "and", "’", "'").Replace(name)
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\''
	}) {
		switch w {
		case "the", "of", "for", "in", "and", "a", "state", "commonwealth":
		case "us":
			words = append(words, "united", "states")
		default:
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// names lists lower-case words with what they can be: f(irst name), n(ame of
// a person), p(lace), and c(ommon word) if running text also has them in lower
// case.
func names(from string) ([]string, error) {
	flags := map[string]string{}
	for _, l := range []struct{ file, flag string }{
		{"first-names.txt", "f"}, {"names.txt", "n"}, {"places.txt", "p"},
	} {
		err := eachLine(filepath.Join(from, "names", l.file), func(line string) {
			w := strings.ToLower(strings.TrimSpace(line))
			if len(w) > 1 && !strings.Contains(flags[w], l.flag) {
				flags[w] += l.flag
			}
		})
		if err != nil {
			return nil, err
		}
	}
	lower, err := lowerWords(filepath.Join(from, "ner"))
	if err != nil {
		return nil, err
	}
	add := func(w, flag string) {
		if !strings.Contains(flags[w], flag) {
			flags[w] += flag
		}
	}
	for w := range strings.FieldsSeq(surnames) {
		add(w, "n")
	}
	for w := range strings.FieldsSeq(maleNames) {
		add(w, "f")
	}
	// Both sides of a nickname pair are first names, if a name at all.
	err = eachLine(filepath.Join(from, "names", "nicknames.csv"), func(line string) {
		for i, w := range strings.Split(line, ",") {
			if i != 1 && strings.Contains(flags[w], "n") {
				add(w, "f")
			}
		}
	})
	if err != nil {
		return nil, err
	}
	// Words of running text are kept even if they name nobody: that a
	// capitalised word is a common one is evidence too.
	for w, n := range lower {
		if n >= 3 && isWord(w) {
			flags[w] += "c"
		}
	}
	var lines []string
	for w, f := range flags {
		lines = append(lines, w+"\t"+f)
	}
	return lines, nil
}

// lowerWords counts how often labelled text in a folder has a word in lower case.
func lowerWords(dir string) (map[string]int, error) {
	counts := map[string]int{}
	files, err := filepath.Glob(filepath.Join(dir, "*.conll"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		err := eachLine(f, func(line string) {
			if w, _, ok := strings.Cut(line, "\t"); ok && w == strings.ToLower(w) {
				counts[w]++
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// surnames are frequent family names of the United States, of which the lists
// lack many.
const surnames = `smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson
thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright
scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz
parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly
howard ramos kim cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders
patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman butler henderson barnes gonzales fisher vasquez
simmons romero jordan patterson alexander hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis
tran medina aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas henry
chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder mason dixon munoz hunt hicks
holmes palmer wagner black robertson boyd rose stone salazar fox warren mills meyer rice schmidt garza daniels ferguson nichols stephens
soto weaver ryan gardner payne grant dunn kelley spencer hawkins arnold pierce hansen peters santos hart bradley knight elliott
cunningham duncan armstrong hudson carroll lane riley andrews alvarado ray delgado berry perkins hoffman johnston matthews pena richards
contreras willis carpenter lawrence sandoval guerrero george chapman rios estrada ortega watkins greene nunez wheeler valdez harper burke
larson santiago maldonado morrison franklin carlson austin dominguez carr lawson jacobs obrien lynch singh vega bishop montgomery oliver
jensen harvey williamson gilbert dean sims espinoza howell li wong reid hanson le mccoy garrett burton fuller wang weber welch rojas
lucas marquez fields park yang little banks padilla day walsh bowman schultz luna fowler mejia kagan sotomayor alito roberts ginsburg
breyer scalia kavanaugh gorsuch barrett stevens souter rehnquist o'connor o'brien o'neil o'donnell cohen levy katz goldberg friedman
schwartz rosen shapiro stein roth klein roe doe`

// maleNames are frequent first names of men, whom the list of first names lacks.
const maleNames = `james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony mark
donald steven andrew paul joshua kenneth kevin brian timothy ronald george jason edward jeffrey jeffery ryan jacob nicholas gary eric
jonathan stephen larry justin scott brandon benjamin samuel gregory greg alexander patrick frank raymond jack dennis jerry tyler aaron
jose adam nathan henry zachary douglas peter kyle noah ethan jeremy walter christian keith roger terry austin sean gerald carl harold
dylan arthur lawrence jordan jesse bryan billy bruce gabriel joe logan alan juan albert willie elijah wayne randy randall randal vincent
mason roy ralph bobby russell bradley philip phillip eugene luis carlos antonio miguel angel francisco pedro manuel jorge ricardo
eduardo fernando javier sergio rafael roberto mario alberto enrique hector oscar victor ruben raul ramon julio cesar alejandro andres
diego guillermo alfonso constantino arturo armando ernesto gerardo gustavo hugo ignacio jaime jeff marc craig todd chad derek shawn
shaun curtis glenn glen leonard leon louis lewis marvin martin maurice max melvin micah mitchell neil norman orlando perry preston
reginald rex rick ricky rodney roland ross ruben rudolph sam seth sidney spencer stanley stuart ted theodore theodor tim tom tommy tony
travis trevor troy vernon warren wesley will herbert harry howard hugh ian isaac ivan jared jay jim jimmy joel jon karl kurt kirk lance
lee leroy lloyd lonnie luke lyle malcolm marcus earl edgar edwin elliott elliot emmanuel ernest evan felix floyd francis fred frederick
gene gilbert gordon graham grant guy brett brad brent bernard ben barry arnold archie allen alvin alfred clarence clark claude clayton
clifford clint clinton clyde cody colin corey cory cameron calvin byron dale damon dan danny darrell darren darryl daryl dave dean devin
don donnie duane dustin dwayne dwight mohammed muhammad mohammad ahmed ali omar hassan hussein ibrahim abdul sergey sergei vladimir
dmitry dmitri igor alexei aleksandr oleg yuri boris nikolai mikhail viktor andrei raj sanjay anil vijay ravi sunil amit rajesh suresh
wei ming jian hiroshi kenji takashi jerome jermaine tyrone darnell reuben mordechai eli ezra abraham moses solomon simon nigel trevor
geoffrey clive alastair angus duncan ewan hamish rory declan liam conor brendan padraig`

func isWord(w string) bool {
	for _, r := range w {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return len(w) > 1
}

func eachLine(path string, do func(string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		do(s.Text())
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
