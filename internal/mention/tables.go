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

	"dossier/internal/gazetteer"
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

// courtTable finds courts by the words of their titles.
type courtTable struct {
	titles map[string]string
}

// extraCourts are titles that lists of courts leave out.
var extraCourts = map[string]string{
	"united states supreme court":                           "scotus",
	"supreme court united states":                           "scotus",
	"united states court appeals":                           "",
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
	"united states district court":                          "",
	"united states bankruptcy court":                        "",
	"court appeals federal circuit":                         "cafc",
	"united states court appeals federal circuit":           "cafc",
	"delaware court chancery":                               "delch",
	"court chancery delaware":                               "delch",
}

var ordinals = []string{
	"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
}

var loadCourts = sync.OnceValue(func() *courtTable {
	c := &courtTable{titles: map[string]string{}}
	readTable("courts.tsv.gz", func(row []string) {
		if have, seen := c.titles[row[0]]; seen && have != row[1] {
			// Two courts of one name (a county court in two states): the title
			// is a court's, but not which.
			c.titles[row[0]] = ""
			return
		}
		c.titles[row[0]] = row[1]
	})
	for n, word := range ordinals {
		id := "ca" + strconv.Itoa(n+1)
		for _, ordinal := range []string{word, ordinalNumber(n + 1)} {
			for _, before := range []string{"", "court appeals ", "united states court appeals ", "united states circuit court appeals "} {
				c.titles[before+ordinal+" circuit"] = id
			}
			c.titles[ordinal+" circuit court appeals"] = id
			c.titles["united states "+ordinal+" circuit court appeals"] = id
		}
	}
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
type wordFlags = gazetteer.Flags

const (
	firstName  = gazetteer.FirstName
	nameWord   = gazetteer.NameWord
	placeName  = gazetteer.PlaceName
	commonWord = gazetteer.CommonWord
)
