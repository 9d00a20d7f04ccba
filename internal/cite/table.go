package cite

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/table"
)

//go:generate go run ./gendata -from ../../../shared/data -to data

// The tables are written by the command in gendata, which describes the lines
// of each.
//
//go:embed data/*.tsv.gz
var dataFiles embed.FS

// readTable calls row with the fields of every line of a table.
func readTable(name string, row func(fields []string)) {
	packed, err := dataFiles.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("cite: %v", err)) // no build has it
	}
	for line := range table.Lines(name, packed) {
		row(strings.Split(line, "\t"))
	}
}

// authority is one meaning of a written form of a reporter, law or court.
type authority struct {
	canonical  string
	lead, item string // parts of a law: before the form, after it
	from, to   int    // years of publication; 0 is open
	kind       byte   // see the kinds below
	prefix     byte   // letter that may stand before the page, 0 if none
	numbered   bool   // a volume or title number goes before the form
	opens      bool   // the form itself can open the citation
	marked     bool   // a section mark must follow
	glued      bool   // number, form and page may stand without blanks
	lettered   bool   // the number after the form may have letters and hyphens
	placed     bool   // a state may stand before the paragraph
	pointed    bool   // the section has a point, "410.354", or it is another's page
}

// What a form can be.
const (
	ofCase         = 'c'
	ofJournal      = 'j'
	ofStatute      = 's'
	ofRegulation   = 'r'
	ofAgency       = 'd' // docket of an agency
	ofRules        = 'b'
	ofConstitution = 'k'
	ofCourt        = 'x' // neutral citation
	ofReports      = 'e' // reports cited by a year in brackets
)

// isLaw reports whether sections follow the form.
func (a *authority) isLaw() bool {
	switch a.kind {
	case ofStatute, ofRegulation, ofAgency, ofRules:
		return true
	}
	return false
}

// isPrinted reports whether volume and page go around the form.
func (a *authority) isPrinted() bool { return a.kind == ofCase || a.kind == ofJournal }

// covers reports whether the authority was published in year.
func (a *authority) covers(year int) bool {
	return (a.from == 0 || a.from <= year) && (a.to == 0 || year <= a.to)
}

// loadForms builds the trie of all written forms.
var loadForms = sync.OnceValue(func() *forms {
	f := newForms()
	readTable("authorities.tsv.gz", func(row []string) {
		flags := row[3]
		a := authority{
			canonical: row[1], kind: row[2][0], lead: row[6], item: row[7],
			numbered: strings.Contains(flags, "n"),
			opens:    strings.Contains(flags, "w"),
			marked:   strings.Contains(flags, "m"),
			glued:    strings.Contains(flags, "g"),
			lettered: strings.Contains(flags, "f"),
			placed:   strings.Contains(flags, "u"),
			pointed:  strings.Contains(flags, "p"),
		}
		if at := strings.IndexAny(flags, "DS"); at >= 0 {
			a.prefix = flags[at]
		}
		// An empty year is an open end.
		a.from, _ = strconv.Atoi(row[4])
		a.to, _ = strconv.Atoi(row[5])
		f.add(row[0], a)
	})
	return f
})

// forms is a trie over written forms. White space is folded: none after a full
// stop, one blank elsewhere, so "F. Supp. 2d" and "F.Supp.2d" are one form and
// a line break inside a form does not hide it.
type forms struct {
	roots [256]int32 // the first step is by far the most frequent one
	nodes []formNode
	lists [][]authority
}

type formNode struct {
	b           byte
	child, next int32 // first child and next sibling, 0 if none
	list        int32 // index into lists plus 1, 0 if no form ends here
}

func newForms() *forms { return &forms{nodes: make([]formNode, 1)} }

func (f *forms) add(form string, a authority) {
	node := int32(0)
	for _, b := range []byte(foldForm(form)) {
		node = f.grow(node, b)
	}
	n := &f.nodes[node]
	if n.list == 0 {
		f.lists = append(f.lists, nil)
		n.list = int32(len(f.lists))
	}
	f.lists[n.list-1] = append(f.lists[n.list-1], a)
}

func (f *forms) grow(node int32, b byte) int32 {
	if next := f.step(node, b); next != 0 {
		return next
	}
	f.nodes = append(f.nodes, formNode{b: b})
	next := int32(len(f.nodes) - 1)
	if node == 0 {
		f.roots[b] = next
		return next
	}
	f.nodes[next].next = f.nodes[node].child
	f.nodes[node].child = next
	return next
}

// step follows the edge b from node and returns 0 if there is none.
func (f *forms) step(node int32, b byte) int32 {
	if node == 0 {
		return f.roots[b]
	}
	next := f.nodes[node].child
	for next != 0 && f.nodes[next].b != b {
		next = f.nodes[next].next
	}
	return next
}

// match returns the meanings of the longest form that starts at i and the end
// of that form. It returns nil if no form starts there.
func (f *forms) match(t string, i int) (meanings []authority, end int) {
	return f.walk(t, i, false)
}

// matchGlued is match for forms that a digit may follow, "21COA112".
func (f *forms) matchGlued(t string, i int) (meanings []authority, end int) {
	return f.walk(t, i, true)
}

func (f *forms) walk(t string, i int, glued bool) (meanings []authority, end int) {
	node := int32(0)
	for i < len(t) {
		b, size := t[i], 1
		if w := lex.SpaceAt(t, i); w > 0 {
			b, size = ' ', w
		} else if strings.HasPrefix(t[i:], "’") {
			b, size = '\'', len("’")
		}
		if node = f.step(node, b); node == 0 {
			break
		}
		i += size
		if list := f.nodes[node].list; list != 0 && (!lex.IsAlnumAt(t, i) || glued && lex.IsDigit(t[i])) {
			meanings, end = f.lists[list-1], i
		}
		if b == ' ' || b == '.' {
			i = lex.SkipSpace(t, i)
		}
	}
	return meanings, end
}

func foldForm(form string) string {
	form = strings.ReplaceAll(form, "’", "'")
	form = strings.Join(strings.Fields(form), " ")
	return strings.ReplaceAll(form, ". ", ".")
}

func findAuthority(list []authority, ok func(*authority) bool) *authority {
	for i := range list {
		if ok(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// choose picks the meaning that was in print in year. Of several, and without a
// year, it is the one whose own name is the form, else the first. By year
// reports whether the year had a part in it.
func choose(meanings []authority, year int, form string) (best *authority, byYear bool) {
	rank := 0
	for i := range meanings {
		a := &meanings[i]
		if !a.isPrinted() {
			continue
		}
		r := 1
		inPrint := year != 0 && a.from > 0 && a.covers(year)
		if inPrint {
			r += 2
		}
		if sameForm(a.canonical, form) {
			r++
		}
		if r > rank {
			best, rank, byYear = a, r, inPrint
		}
	}
	return best, byYear
}

// sameForm reports whether two written forms differ in blanks only.
func sameForm(a, b string) bool {
	return a == b || foldForm(a) == foldForm(b)
}

// loadCourts maps squeezed abbreviations to ids of courts: "sdny" to "nysd".
var loadCourts = sync.OnceValue(func() map[string]string {
	courts := map[string]string{}
	readTable("courts.tsv.gz", func(row []string) { courts[row[0]] = row[1] })
	for n := 1; n <= 11; n++ {
		id := "ca" + strconv.Itoa(n)
		for _, suffix := range []string{"st", "nd", "rd", "th", "d"} {
			courts[strconv.Itoa(n)+suffix+"cir"] = id
		}
		courts[id] = id // "CA9"
	}
	courts["cadc"], courts["cafed"], courts["us"] = "cadc", "cafc", "scotus"
	return courts
})

// stateNames are the states' names and abbreviations, as laws are cited under
// them; a party of such a name says nothing of the case.
var stateNames = func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.SplitSeq("Ala. Alabama|Alaska|Ariz. Arizona|Ark. Arkansas|Cal. California|Colo. Colorado|Conn. Connecticut|Del. Delaware|"+
		"D.C.|Fla. Florida|Ga. Georgia|Haw. Hawaii|Idaho|Ill. Illinois|Ind. Indiana|Iowa|Kan. Kansas|Ky. Kentucky|La. Louisiana|Me. Maine|Md. Maryland|"+
		"Mass. Massachusetts|Mich. Michigan|Minn. Minnesota|Miss. Mississippi|Mo. Missouri|Mont. Montana|Neb. Nebraska|Nev. Nevada|N.H. New_Hampshire|"+
		"N.J. New_Jersey|N.M. New_Mexico|N.Y. New_York|N.C. North_Carolina|N.D. North_Dakota|Ohio|Okla. Oklahoma|Or. Oregon|Pa. Pennsylvania|"+
		"P.R. Puerto_Rico|R.I. Rhode_Island|S.C. South_Carolina|S.D. South_Dakota|Tenn. Tennessee|Tex. Texas|Utah|Vt. Vermont|Va. Virginia|"+
		"V.I.|Wash. Washington|W._Va. W.Va. West_Virginia|Wis. Wisconsin|Wyo. Wyoming", "|") {
		for w := range strings.FieldsSeq(name) {
			name := strings.ReplaceAll(w, "_", " ")
			set[name], set[strings.ToUpper(name)] = true, true
		}
	}
	return set
}()
