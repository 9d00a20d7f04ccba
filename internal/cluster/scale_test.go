package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// corpus makes up people and organisations and how papers write their names.
type corpus struct {
	rng      *rand.Rand
	surnames []string
	words    []string
	seen     map[string]bool
}

const syllables = "ba ke lo mi nor dal vin per sto gra hel bru cas tor mun wek fal rin os ul"

var (
	givenNames = strings.Fields(`James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara
		Richard Susan Joseph Jessica Thomas Karen Christopher Sarah Charles Lisa Daniel Nancy Matthew Sandra Anthony
		Betty Mark Ashley Donald Emily Steven Kimberly Andrew Margaret Paul Donna Joshua Michelle Kenneth Carol Kevin
		Amanda Brian Melissa Timothy Deborah Ronald Stephanie George Rebecca Jason Sharon Edward Laura Jeffrey Cynthia`)
	trades = strings.Fields(`Logistics Holdings Energy Capital Insurance Freight Media Systems Foods Partners Bank Steel
		Pharma Realty Mining Shipping Textiles Motors Software Health`)
	formsOf = [][]string{{"Inc.", "Incorporated", ", Inc"}, {"LLC", "L.L.C.", ", LLC"}, {"Corp.", "Corporation", ", Corp."}, {"Ltd.", "Limited", ", Ltd"}}
)

func newCorpus() *corpus {
	c := &corpus{rng: rand.New(rand.NewPCG(7, 7)), seen: map[string]bool{}}
	for range 8000 {
		c.surnames = append(c.surnames, c.word(2+c.rng.IntN(2)))
	}
	for range 4000 {
		c.words = append(c.words, c.word(2+c.rng.IntN(2)))
	}
	return c
}

func (c *corpus) word(n int) string {
	list := strings.Fields(syllables)
	var b strings.Builder
	for range n {
		b.WriteString(list[c.rng.IntN(len(list))])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

// of picks from a list, the first most often.
func (c *corpus) of(list []string) string {
	return list[int(float64(len(list))*c.rng.Float64()*c.rng.Float64())]
}

// written are the ways in which papers write one entity.
type written struct {
	typ   dossier.MentionType
	names []string
}

func (c *corpus) entity() written {
	if c.rng.IntN(10) < 3 {
		return c.org()
	}
	return c.person()
}

func (c *corpus) person() written {
	given, middle, surname := c.of(givenNames), c.of(givenNames), c.of(c.surnames)
	suffix := ""
	if c.rng.IntN(50) == 0 {
		suffix = ", Jr."
	}
	if c.rng.IntN(20) == 0 {
		middle = "" // a namesake of somebody, as likely as not
	}
	full := strings.ReplaceAll(given+" "+middle+" "+surname, "  ", " ")
	short := given + " " + surname
	if middle != "" {
		short = given + " " + middle[:1] + ". " + surname
	}
	return written{dossier.Person, []string{
		full + suffix, short + suffix, strings.ToUpper(short + suffix), surname + ", " + strings.TrimSuffix(short, " "+surname) + suffix,
		"Mr. " + short + suffix, c.slip(full) + suffix,
	}}
}

func (c *corpus) org() written {
	name, form := c.of(c.words)+" "+c.word(2)+" "+c.of(trades), formsOf[c.rng.IntN(len(formsOf))]
	return written{dossier.Org, []string{
		name + " " + form[0], name + " " + form[1], name + form[2], strings.ToUpper(name + " " + form[0]), c.slip(name) + " " + form[0],
	}}
}

// slip is what a scanner may read.
func (c *corpus) slip(name string) string {
	switch at := 2 + c.rng.IntN(len(name)-3); {
	case strings.Contains(name, "m"):
		return strings.Replace(name, "m", "rn", 1)
	case name[at] == ' ' || name[at-1] == ' ':
		return name
	default:
		return name[:at] + "x" + name[at+1:]
	}
}

// BenchmarkProject resolves a million mentions of a hundred thousand distinct
// names in twenty thousand documents: each document by itself, then the
// project. CPU time and memory are of the whole process, the making of the
// names included.
func BenchmarkProject(b *testing.B) {
	const documents, perDocument, distinct = 20_000, 50, 100_000
	c := newCorpus()
	var entities []written
	for len(c.seen) < distinct {
		e := c.entity()
		for _, n := range e.names {
			c.seen[n] = true
		}
		entities = append(entities, e)
	}
	for b.Loop() {
		var before, after syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &before); err != nil {
			b.Fatal(err)
		}
		var gathered cluster.Names
		var docs resolve.Documents
		truth := make([]bearer, 0, documents*perDocument)
		for d := range documents {
			mentions := make([]dossier.Mention, perDocument)
			who := make([]int, perDocument)
			for i := range mentions {
				who[i] = (d*perDocument+i)*7919%len(entities)*c.rng.IntN(2) + int(float64(len(entities))*c.rng.Float64()*c.rng.Float64()*c.rng.Float64())
				who[i] %= len(entities)
				e := entities[who[i]]
				mentions[i] = dossier.Mention{Type: e.typ, Text: e.names[c.rng.IntN(len(e.names))], Start: i * 100}
				mentions[i].End = mentions[i].Start + len(mentions[i].Text)
			}
			for _, e := range docs.Resolve("", mentions) {
				id := gathered.Add(fmt.Sprint(d), e)
				for _, m := range e.Mentions {
					truth = append(truth, bearer{id, who[m]})
				}
			}
		}
		nodes := gathered.Nodes()
		clusters, blocking := cluster.Project(nodes)
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
			b.Fatal(err)
		}
		precision, recall := byMention(clusters, truth)
		b.ReportMetric(seconds(after)-seconds(before), "cpu-s")
		b.ReportMetric(float64(after.Maxrss)/1024, "MiB-peak")
		b.ReportMetric(float64(len(nodes)), "names")
		b.ReportMetric(float64(blocking.Pairs), "pairs")
		b.ReportMetric(float64(blocking.Refined), "refined")
		b.ReportMetric(precision, "precision")
		b.ReportMetric(recall, "recall")
	}
}

func seconds(r syscall.Rusage) float64 {
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)/1e6
}

// bearer is the name of a mention and the entity that bears it.
type bearer struct {
	name string
	who  int
}

// byMention is the pairwise precision and recall of mentions.
func byMention(clusters []cluster.Cluster, bearers []bearer) (precision, recall float64) {
	truth := map[string]map[int]int{}
	for _, b := range bearers {
		if truth[b.name] == nil {
			truth[b.name] = map[int]int{}
		}
		truth[b.name][b.who]++
	}
	together, found, want := 0.0, 0.0, 0.0
	total := map[int]int{}
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	count := func(of map[int]int) {
		n := 0
		for who, k := range of {
			total[who] += k
			n += k
			together += pairs(k)
		}
		found += pairs(n)
	}
	for _, c := range clusters {
		sum := map[int]int{}
		for _, id := range c.Nodes {
			for who, k := range truth[id] {
				sum[who] += k
			}
			delete(truth, id)
		}
		count(sum)
	}
	for _, of := range truth { // partial names
		count(of)
	}
	for _, n := range total {
		want += pairs(n)
	}
	return together / found, together / want
}
