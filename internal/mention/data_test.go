package mention

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/papertest"
)

var tags = regexp.MustCompile(`<[^>]*>`)

func ratio(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// docket is what the truth of a docket sheet tells of names.
type docket struct {
	Parties []struct {
		Name, Type string
		Attorneys  []struct{ Name string }
	}
	AssignedTo string `json:"assigned_to_str"`
}

var breaks = regexp.MustCompile(`(?i)<(br|/?tr|/?td|/?p|/?table|/?div)[^>]*>`)

// sheetText is the text of a docket sheet as a reader of HTML would give it.
func sheetText(raw string) string {
	raw = strings.ToValidUTF8(raw, " ")
	raw = regexp.MustCompile(`(?is)<(script|style|head).*?</(script|style|head)>`).ReplaceAllString(raw, "")
	raw = regexp.MustCompile(`\s+`).ReplaceAllString(raw, " ")
	raw = breaks.ReplaceAllString(raw, "\n")
	raw = html.UnescapeString(tags.ReplaceAllString(raw, ""))
	lines := strings.Split(raw, "\n")
	for i := range lines {
		lines[i] = lex.OneLine(lines[i])
	}
	return strings.Join(lines, "\n")
}

// TestDockets looks for the parties, lawyers and judges of docket sheets among
// the people and organisations that Find has in their text.
func TestDockets(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(papertest.Data(t, "dockets"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	found, total := map[string]int{}, map[string]int{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var d docket
		if json.Unmarshal(raw, &d) != nil {
			continue // an empty list: not a docket sheet
		}
		sheet, err := os.ReadFile(strings.TrimSuffix(f, ".json") + ".html")
		if err != nil {
			t.Fatal(err)
		}
		text := sheetText(string(sheet))
		have := map[string]dossier.MentionType{}
		for _, m := range Find(text) {
			if m.Type == dossier.Person || m.Type == dossier.Org || m.Type == dossier.Location {
				name, _, _ := strings.Cut(strings.ToLower(lex.OneLine(m.Text)), ",")
				have[name] = m.Type
			}
		}
		check := func(group, name string) {
			name, _, _ = strings.Cut(strings.TrimPrefix(lex.OneLine(name), "The "), ",")
			if strings.Contains(strings.ToLower(name), "trustee") || strings.ContainsAny(name, "0123456789#") {
				return // an office, or a name with the sheet's own marks
			}
			if len(name) < 4 || !strings.Contains(text, name) {
				return
			}
			total[group]++
			if typ, ok := have[strings.ToLower(name)]; ok && (group == "party" || typ == dossier.Person) {
				found[group]++
			} else {
				t.Logf("%s: %s %q (%s)", filepath.Base(f), group, name, typ)
			}
		}
		check("judge", d.AssignedTo)
		for _, p := range d.Parties {
			check("party", p.Name)
			for _, a := range p.Attorneys {
				check("attorney", a.Name)
			}
		}
	}
	for group, floor := range map[string]float64{"judge": 0.93, "party": 0.8, "attorney": 0.88} {
		recall := ratio(found[group], total[group])
		t.Logf("%s: found %.3f of %d", group, recall, total[group])
		if recall < floor {
			t.Errorf("%s: found %.3f, want %.2f", group, recall, floor)
		}
	}
}
