package mention

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"sync"
)

// The tables are written by the command in gendata, which describes the lines
// of each.
//
//go:embed data/*.tsv.gz
var dataFiles embed.FS

// readTable calls row with the fields of every line of a table. The tables are
// part of the program: one that cannot be read is a broken build, which the
// package's first test meets.
func readTable(name string, row func(fields []string)) {
	packed, err := dataFiles.ReadFile("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("mention: table %s: %v", name, err))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Sprintf("mention: table %s: %v", name, err))
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Sprintf("mention: table %s: %v", name, err))
	}
	for line := range strings.Lines(string(plain)) {
		row(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
}

// authority is one meaning of a written form of a reporter, journal or law.
type authority struct {
	canonical string
	kind      byte // c(ase), j(ournal), s(tatute), r(egulation)
	numbered  bool // a volume or title number goes before the form
	opens     bool // the form itself can open the citation
	marked    bool // a section mark must follow
	from, to  int  // years of publication; 0 is open
}

func (a *authority) isLaw() bool { return a.kind == 's' || a.kind == 'r' }

// covers reports whether the authority was published in year.
func (a *authority) covers(year int) bool {
	return (a.from == 0 || a.from <= year) && (a.to == 0 || year <= a.to)
}

// courtRules are rules and constitutions, which lists of statutes leave out.
var courtRules = []string{
	"Fed. R. Civ. P.", "Fed. R. Crim. P.", "Fed. R. App. P.", "Fed. R. Bankr. P.", "Fed. R. Evid.",
	"Fed.R.Civ.Proc.", "Federal Rule of Civil Procedure=Fed. R. Civ. P.", "Federal Rules of Civil Procedure=Fed. R. Civ. P.",
	"Federal Rule of Evidence=Fed. R. Evid.", "Federal Rules of Evidence=Fed. R. Evid.",
	"Federal Rule of Criminal Procedure=Fed. R. Crim. P.", "Federal Rules of Criminal Procedure=Fed. R. Crim. P.",
	"Federal Rule of Appellate Procedure=Fed. R. App. P.", "Federal Rule of Bankruptcy Procedure=Fed. R. Bankr. P.",
	"FRCP=Fed. R. Civ. P.", "FRE=Fed. R. Evid.", "Mass. R. Civ. P.", "Mass. R. Crim. P.", "Mass. R. App. P.", "Mass. R. Evid.",
	"Mass. R. Prof. C.", "Cal. R. Ct.", "Cal. Rules of Court=Cal. R. Ct.", "Tex. R. Civ. P.", "Tex. R. App. P.", "Tex. R. Evid.",
	"Fla. R. Civ. P.", "Fla. R. App. P.", "Del. Ch. Ct. R.", "Ariz. R. Civ. P.", "Colo. R. Civ. P.", "Minn. R. Civ. P.",
	"N.J. Ct. R.", "N.Y. Ct. R.", "Ohio R. Civ. P.", "Pa. R. Civ. P.", "Utah R. Civ. P.", "Wash. R. Civ. P.",
}

// sectionLaws are laws cited by a section mark or number right after the name,
// in the forms that pleadings use.
var sectionLaws = []string{
	"N.J.S.A.", "N.J.S.", "N.J.A.C.", "M.G.L.=Mass. Gen. Laws", "G.L.=Mass. Gen. Laws", "A.R.S.=Ariz. Rev. Stat.", "C.R.S.=Colo. Rev. Stat.",
	"O.C.G.A.=Ga. Code Ann.", "KRS=Ky. Rev. Stat.", "K.R.S.=Ky. Rev. Stat.", "NRS=Nev. Rev. Stat.", "N.R.S.=Nev. Rev. Stat.",
	"RCW=Wash. Rev. Code", "R.C.W.=Wash. Rev. Code", "ORS=Or. Rev. Stat.", "R.C.=Ohio Rev. Code", "MCL=Mich. Comp. Laws",
	"M.C.L.=Mich. Comp. Laws", "MCR=Mich. Ct. R.", "CPLR=N.Y. C.P.L.R.", "C.P.L.R.=N.Y. C.P.L.R.", "N.Y. C.P.L.R.", "U.S.S.G.", "USSG=U.S.S.G.",
	"Treas. Reg.", "K.S.A.=Kan. Stat. Ann.", "T.C.A.=Tenn. Code Ann.", "Minn. Stat.", "Iowa Code", "I.C.=Idaho Code",
	"Fla. Stat.", "Wis. Stat.", "Mo. Rev. Stat.", "RSMo=Mo. Rev. Stat.",
}

// loadAuthorities builds the trie of all written forms.
var loadAuthorities = sync.OnceValue(func() *forms {
	f := newForms()
	readTable("authorities.tsv.gz", func(row []string) {
		a := authority{
			canonical: row[1],
			kind:      row[2][0],
			numbered:  strings.Contains(row[3], "n"),
			opens:     strings.Contains(row[3], "w"),
			marked:    strings.Contains(row[3], "m"),
		}
		// An empty year is an open end.
		a.from, _ = strconv.Atoi(row[4])
		a.to, _ = strconv.Atoi(row[5])
		f.add(row[0], a)
	})
	for _, list := range [][]string{courtRules, sectionLaws} {
		for _, form := range list {
			form, canonical, ok := strings.Cut(form, "=")
			if !ok {
				canonical = form
			}
			f.add(form, authority{canonical: canonical, kind: 's', opens: true})
		}
	}
	for _, form := range []string{"ILCS", "Ill. Comp. Stat."} {
		f.add(form, authority{canonical: "Ill. Comp. Stat.", kind: 's', numbered: true})
	}
	f.add("WL", authority{canonical: "WL", kind: 'c', numbered: true})
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
	node := int32(0)
	for i < len(t) {
		b, size := t[i], 1
		if w := spaceAt(t, i); w > 0 {
			b, size = ' ', w
		} else if strings.HasPrefix(t[i:], "’") {
			b, size = '\'', len("’")
		}
		if node = f.step(node, b); node == 0 {
			break
		}
		i += size
		if list := f.nodes[node].list; list != 0 && !isAlnumAt(t, i) {
			meanings, end = f.lists[list-1], i
		}
		if b == ' ' || b == '.' {
			i = skipSpace(t, i)
		}
	}
	return meanings, end
}

func foldForm(form string) string {
	form = strings.ReplaceAll(form, "’", "'")
	form = strings.Join(strings.Fields(form), " ")
	return strings.ReplaceAll(form, ". ", ".")
}

// courtTable finds courts by the words of their titles and by the abbreviation
// used in a citation's parenthesis.
type courtTable struct {
	titles, abbreviations map[string]string
}

// extraCourts are titles that lists of courts leave out.
var extraCourts = map[string]string{
	"united states supreme court":                           "scotus",
	"supreme court united states":                           "scotus",
	"supreme judicial court massachusetts":                  "mass",
	"massachusetts supreme judicial court":                  "mass",
	"supreme judicial court":                                "mass",
	"massachusetts appeals court":                           "massappct",
	"dc circuit":                                            "cadc",
	"district columbia circuit":                             "cadc",
	"united states court appeals dc circuit":                "cadc",
	"court appeals dc circuit":                              "cadc",
	"court appeals district columbia circuit":               "cadc",
	"united states court appeals district columbia circuit": "cadc",
	"federal circuit":                                       "cafc",
	"court appeals federal circuit":                         "cafc",
	"united states court appeals federal circuit":           "cafc",
	"delaware court chancery":                               "delch",
	"court chancery delaware":                               "delch",
}

var ordinals = []string{
	"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
}

var loadCourts = sync.OnceValue(func() *courtTable {
	c := &courtTable{titles: map[string]string{}, abbreviations: map[string]string{}}
	readTable("courts.tsv.gz", func(row []string) {
		table := c.titles
		if row[0] == "a" {
			table = c.abbreviations
		}
		if have, seen := table[row[1]]; seen && have != row[2] {
			// Two courts of one name (a county court in two states): the title
			// is a court's, but not which.
			table[row[1]] = ""
			return
		}
		table[row[1]] = row[2]
	})
	for n, word := range ordinals {
		id := "ca" + strconv.Itoa(n+1)
		for _, ordinal := range []string{word, ordinalNumber(n + 1)} {
			for _, before := range []string{"", "court appeals ", "united states court appeals ", "united states circuit court appeals "} {
				c.titles[before+ordinal+" circuit"] = id
			}
		}
		c.abbreviations[ordinalNumber(n+1)+"cir"] = id
	}
	c.abbreviations["2dcir"], c.abbreviations["3dcir"] = "ca2", "ca3"
	maps.Copy(c.titles, extraCourts)
	return c
})

func ordinalNumber(n int) string {
	suffix := "th"
	if n < 4 {
		suffix = []string{"st", "nd", "rd"}[n-1]
	}
	return strconv.Itoa(n) + suffix
}

// wordFlags says what a lower-case word is known to be.
type wordFlags uint16

const (
	firstName wordFlags = 1 << iota
	nameWord            // of the name list, first or last
	placeName
	commonWord // running text has it in lower case
)

var loadNames = sync.OnceValue(func() map[string]wordFlags {
	names := make(map[string]wordFlags, 40000)
	readTable("names.tsv.gz", func(row []string) {
		var f wordFlags
		for _, c := range row[1] {
			switch c {
			case 'f':
				f |= firstName
			case 'n':
				f |= nameWord
			case 'p':
				f |= placeName
			case 'c':
				f |= commonWord
			}
		}
		names[row[0]] = f
	})
	return names
})
