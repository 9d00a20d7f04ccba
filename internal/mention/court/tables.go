package court

import (
	_ "embed"
	"maps"
	"strconv"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/table"
)

// The table is written by the command in gendata, which describes its lines.
//
//go:embed data/courts.tsv.gz
var packedCourts []byte

// titleTable finds courts by the words of their titles.
type titleTable struct {
	byKey  map[string]string
	rivals map[string][]string // the ids of each title that courts of several states have
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

var loadTable = sync.OnceValue(func() *titleTable {
	c := &titleTable{byKey: map[string]string{}, rivals: map[string][]string{}}
	for line := range table.Lines("courts", packedCourts) {
		title, id, _ := strings.Cut(line, "\t")
		if have, seen := c.byKey[title]; seen && have != id {
			// Two courts of one name (a county court in two states): the title is a
			// court's, but the document must say which.
			if have != "" {
				c.rivals[title] = append(c.rivals[title], have)
			}
			c.rivals[title] = append(c.rivals[title], id)
			id = ""
		}
		c.byKey[title] = id
	}
	for n, word := range ordinals {
		id := "ca" + strconv.Itoa(n+1)
		for _, ordinal := range []string{word, ordinalNumber(n + 1)} {
			for _, before := range []string{"", "court appeals ", "united states court appeals ", "united states circuit court appeals "} {
				c.byKey[before+ordinal+" circuit"] = id
			}
			c.byKey[ordinal+" circuit court appeals"] = id
			c.byKey["united states "+ordinal+" circuit court appeals"] = id
		}
	}
	maps.Copy(c.byKey, extraCourts)
	return c
})

func ordinalNumber(n int) string {
	suffix := "th"
	if n < 4 {
		suffix = []string{"st", "nd", "rd"}[n-1]
	}
	return strconv.Itoa(n) + suffix
}
