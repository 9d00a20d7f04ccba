package llm

import (
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/papertest"
	"github.com/dossier-legal/dossier/internal/versiontest"
)

// versionCases are the requests for the papers in every format, and what is
// made of answers to them: the names placed, and the halves of passages.
func versionCases(t *testing.T) []versiontest.Case {
	papers := papertest.Papers(t)
	cases := versiontest.Grouped(papers, func(p papertest.Paper) string { return p.Name }, func(p papertest.Paper) any {
		var said []saidName
		for _, m := range p.Mentions {
			said = append(said, saidName{Chunk: 1, Type: m.Type, Text: m.Text, Occurrence: 1})
		}
		left, right := halve(p.Text)
		return []any{place(p.Text, said), left, right}
	})
	for _, format := range []int32{strictSchema, anyObject, plain} {
		q, err := request([]string{papers[0].Text, papers[1].Text}, format)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, versiontest.Case{Name: "request/" + string('0'+format), Output: q})
	}
	answers := []any{}
	for _, text := range []string{
		`{"read":[1,2],"mentions":[{"chunk":1,"type":"PERSON","text":"Jane Roe","occurrence":1}]}`,
		"Here it is:\n```json\n{\"read\":[1],\"mentions\":[]}\n```", `{"mentions":[]}`, `{"read":[1]`, "none", "",
	} {
		answers = append(answers, parse(text))
	}
	return append(cases, versiontest.Case{Name: "answers", Output: answers})
}

func TestVersion(t *testing.T) { versiontest.Check(t, Version, versionCases(t)) }

func TestVersionNoticesATable(t *testing.T) {
	was := nameTypes
	nameTypes = []dossier.MentionType{dossier.Person}
	defer func() { nameTypes = was }()
	versiontest.Notices(t, Version, versionCases(t))
}
