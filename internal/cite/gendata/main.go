// Command gendata writes the tables of package cite from public lists of
// reporters, statutes, journals and courts, and from the lists of its own. It
// is run by hand when they change (go generate ./internal/cite).
//
// Only facts are taken (abbreviations, years, names), in the format that
// table.go reads. The output is the same on every run.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dossier-legal/dossier/internal/table"
)

func main() {
	from := flag.String("from", "../shared/data", "folder with citations and courts")
	to := flag.String("to", "internal/cite/data", "folder to write to")
	flag.Parse()
	log.SetFlags(0)
	for name, build := range map[string]func(string) ([]string, error){
		"authorities.tsv.gz": authorities,
		"courts.tsv.gz":      courts,
		"words.tsv.gz":       words,
	} {
		lines, err := build(*from)
		if err == nil {
			err = table.Write(filepath.Join(*to, name), lines)
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

// row is one meaning of a written form.
type row struct {
	form, canonical, kind, flags, from, to string
	lead, item                             string // names of the number before the form and of the one after it
}

func (r row) String() string {
	return strings.Join([]string{r.form, r.canonical, r.kind, r.flags, r.from, r.to, r.lead, r.item}, "\t")
}

// authorities lists every written form of a reporter, journal, law, book of
// rules or constitution:
//
//	form, canonical, kind, flags, first year, last year, lead, item
//
// Kind is c(ase), j(ournal), s(tatute), r(egulation), d(ocket of an agency),
// b(ook of rules), k (constitution), x (neutral citation) or e (report cited
// by a year in brackets). Flags hold n where a number goes before the form, w
// where the form can open the citation, m where a section mark must follow, g
// where number, form and number may be written without blanks, f where a
// number with letters and hyphens follows, p where that number has a point, u where a state may stand before
// the paragraph, D or S where that letter may stand before the page. Lead and
// item name the numbers before and after the form of a law.
func authorities(from string) ([]string, error) {
	rows, err := reporters(from)
	if err != nil {
		return nil, err
	}
	more, err := journals(from)
	if err != nil {
		return nil, err
	}
	rows = append(rows, more...)
	more, err = laws(from)
	if err != nil {
		return nil, err
	}
	rows = slices.Concat(rows, more, ownLaws(), rules(), constitutions(), neutrals())
	var lines []string
	for _, r := range rows {
		lines = append(lines, r.String())
		// Opinions set the names of laws in small capitals.
		if strings.Contains("srbk", r.kind) {
			r.form = strings.ToUpper(r.form)
			lines = append(lines, r.String())
		}
	}
	return lines, nil
}

func reporters(from string) ([]row, error) {
	var list map[string][]struct {
		Editions map[string]struct {
			Start, End string
			Regexes    []string
		}
		Variations map[string]any
	}
	if err := readJSON(&list, from, "citations", "reporters.json"); err != nil {
		return nil, err
	}
	var rows []row
	add := func(form, canonical, start, end string, patterns []string) {
		rows = append(rows, row{form: form, canonical: canonical, kind: "c", flags: caseFlags(patterns), from: year(start), to: year(end)})
	}
	for _, reporters := range list {
		for _, r := range reporters {
			for name, e := range r.Editions {
				add(name, name, e.Start, e.End, e.Regexes)
				if slices.ContainsFunc(e.Regexes, func(p string) bool { return strings.Contains(p, "<supp>") }) {
					add(name+" Supp.", name+" Supp.", e.Start, e.End, nil)
				}
			}
			for form, to := range r.Variations {
				// A variation stands for one edition, or for several.
				for _, name := range stringsOf(to) {
					e := r.Editions[name]
					add(form, name, e.Start, e.End, e.Regexes)
				}
			}
		}
	}
	return append(rows, row{form: "WL", canonical: "WL", kind: "c", flags: "n"}), nil
}

// caseFlags reports how a case citation of the given patterns is written.
func caseFlags(patterns []string) string {
	flags := map[string]bool{"n": true}
	for _, p := range patterns {
		switch {
		case strings.HasPrefix(p, "$reporter"), strings.HasPrefix(p, "$volume_nominative ?"),
			p == "$full_cite_cch", p == "$full_cite_single_volume", p == "$full_cite_paragraph",
			p == "$full_cite_year_page", strings.HasPrefix(p, "(?:(?P<volume>1) )?"):
			flags["w"] = true
		case strings.Contains(p, ",? D?"):
			flags["D"] = true
		case strings.Contains(p, ",? S?"):
			flags["S"] = true
		case strings.Contains(p, "?$reporter ?"):
			flags["g"] = true
		case strings.Contains(p, "<jurisdiction>"):
			flags["u"] = true
		}
	}
	var names []string
	for f := range flags {
		names = append(names, f)
	}
	slices.Sort(names)
	return strings.Join(names, "")
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			out = append(out, stringsOf(x)...)
		}
		return out
	}
	return nil
}

func year(date string) string {
	if len(date) < 4 {
		return ""
	}
	return date[:4]
}

func journals(from string) ([]row, error) {
	var list map[string][]struct{ Variations []string }
	if err := readJSON(&list, from, "citations", "journals.json"); err != nil {
		return nil, err
	}
	var rows []row
	for name, entries := range list {
		for _, e := range entries {
			for _, form := range append(e.Variations, name) {
				rows = append(rows, row{form: form, canonical: name, kind: "j", flags: "n"})
			}
		}
	}
	return rows, nil
}

func laws(from string) ([]row, error) {
	var list map[string][]struct {
		CiteType   string `json:"cite_type"`
		Regexes    []string
		Variations []string
	}
	if err := readJSON(&list, from, "citations", "laws.json"); err != nil {
		return nil, err
	}
	var rows []row
	for name, entries := range list {
		for _, e := range entries {
			kind := "s"
			switch {
			case e.CiteType == "admin_docket":
				kind = "d"
			case strings.HasPrefix(e.CiteType, "admin"), strings.Contains(name, "Reg"):
				kind = "r"
			}
			r := lawShape(e.Regexes)
			r.canonical, r.kind = name, kind
			for _, form := range append(e.Variations, name) {
				r.form = form
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

var group = regexp.MustCompile(`\(\?P<(\w+)>|\$(law_section|law_year|page_with_commas|volume)`)

// groupName is the part that a marker in a pattern stands for.
func groupName(m []string) string {
	switch m[1] + m[2] {
	case "law_section":
		return "section"
	case "law_year":
		return "year"
	case "page_with_commas":
		return "page"
	}
	return m[1] + m[2]
}

// lawShape tells from its patterns how a law is cited.
func lawShape(patterns []string) row {
	var r row
	for _, p := range patterns {
		before, after, ok := strings.Cut(p, "$reporter")
		if !ok {
			continue // the form names its subject: the scanner knows those
		}
		if before == "" {
			r.flags += "w"
		} else if m := group.FindStringSubmatch(before); m != nil {
			r.flags += "n"
			r.lead = groupName(m)
		}
		if strings.Contains(p, "§ $law_section") || strings.Contains(p, "section_marker") {
			r.flags += "m"
		}
		r.item = "section"
		if m := group.FindStringSubmatch(after); m != nil && !strings.Contains(after, "$law_section") {
			r.item = groupName(m)
		} else if m != nil && strings.Contains(after, "$law_section?") {
			r.item = groupName(m) // the section is at will
		}
		switch r.item {
		case "docket_number", "number", "title", "law":
			r.flags += "f"
		}
	}
	return r
}

// courts lists the squeezed abbreviations by which a citation's parenthesis
// names a court, with the id of the court.
func courts(from string) ([]string, error) {
	var list []struct {
		ID       string
		Citation string `json:"citation_string"`
	}
	if err := readJSON(&list, from, "courts", "courts.json"); err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, c := range list {
		key := squeeze(c.Citation)
		if key == "" {
			continue
		}
		if have, seen := ids[key]; seen && have != c.ID {
			ids[key] = "" // courts of one name: which one is not said
			continue
		}
		ids[key] = c.ID
	}
	for _, c := range list {
		// "Mo. App." is short for "Mo. Ct. App.".
		if key := squeeze(strings.Replace(c.Citation, "Ct. App.", "App.", 1)); key != "" {
			if _, seen := ids[key]; !seen {
				ids[key] = ids[squeeze(c.Citation)]
			}
		}
	}
	var lines []string
	for key, id := range ids {
		if id != "" {
			lines = append(lines, key+"\t"+id)
		}
	}
	return lines, nil
}

// words lists the words of case names that are written short, in lower case:
// word, abbreviation without its full stop.
func words(from string) ([]string, error) {
	var list map[string][]string
	if err := readJSON(&list, from, "citations", "case_name_abbreviations.json"); err != nil {
		return nil, err
	}
	var lines []string
	for short, long := range list {
		for _, w := range long {
			lines = append(lines, strings.ToLower(w+"\t"+strings.Trim(short, ".")))
		}
	}
	return lines, nil
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
