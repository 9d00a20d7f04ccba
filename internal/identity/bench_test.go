package identity

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dossier-legal/dossier/internal/gazetteer"
)

// BenchmarkAttach puts papers of 200 new names each into a case file of 100,000
// names. cpu-ms/op is the CPU time of one such paper.
func BenchmarkAttach(b *testing.B) {
	r, g := hundredThousand(b)
	papers := make([]string, b.N)
	for i := range papers {
		papers[i] = g.paper(200)
	}
	b.ResetTimer()
	start := cpuTime(b)
	for _, p := range papers {
		r.arrive(p, "recipe")
	}
	b.ReportMetric(float64((cpuTime(b)-start).Milliseconds())/float64(b.N), "cpu-ms/op")
}

// BenchmarkCheck resolves a case file of 100,000 names from scratch.
func BenchmarkCheck(b *testing.B) {
	r, _ := hundredThousand(b)
	b.ResetTimer()
	start := cpuTime(b)
	for range b.N {
		r.check()
	}
	b.ReportMetric((cpuTime(b)-start).Seconds()/float64(b.N), "cpu-s/op")
}

// hundredThousand is a case file of so many names.
func hundredThousand(b *testing.B) (*record, *madeNames) {
	r, g := newRecord(b, ""), newNames()
	for range 100 {
		r.arrive(g.paper(1000), "recipe")
	}
	return r, g
}

// cpuTime is the CPU time of this process so far.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// madeNames makes up names that are all different, some of them alike.
type madeNames struct {
	first, last []string
	random      *rand.Rand
	seen        map[string]bool
}

func newNames() *madeNames {
	g := &madeNames{random: rand.New(rand.NewPCG(1, 2)), seen: map[string]bool{}}
	for w, flags := range gazetteer.Words() {
		if flags&gazetteer.FirstName != 0 {
			g.first = append(g.first, w)
		} else if flags&gazetteer.NameWord != 0 && len(w) > 3 {
			g.last = append(g.last, w)
		}
	}
	slices.Sort(g.first)
	slices.Sort(g.last)
	return g
}

// paper is a paper of so many names, as arrive takes it.
func (g *madeNames) paper(n int) string {
	var list []string
	for len(list) < n {
		first, last := g.pick(g.first), g.pick(g.last)
		name := fmt.Sprintf("%s %c. %s", first, 'A'+rune(g.random.IntN(26)), last)
		if len(list)%2 == 0 {
			name = last + " " + g.pick(g.last) + g.pick([]string{" Inc.", " LLC", " Company", " & Sons", " Bank"})
		}
		if !g.seen[name] {
			g.seen[name] = true
			list = append(list, name)
		}
	}
	return strings.Join(list, "|")
}

func (g *madeNames) pick(list []string) string {
	w := list[g.random.IntN(len(list))]
	return strings.ToUpper(w[:1]) + w[1:]
}
