package train

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/internal/tagger"
)

// heldOut is the share of documents that are measured on, in percent.
const heldOut = 15

// Split parts documents into those to learn from and those to measure on, by a
// hash of the ID: parts of one document stay together.
func Split(documents []Document) (learn, measure []Document) {
	for _, d := range documents {
		h := fnv.New32a()
		h.Write([]byte(d.ID))
		if tagger.Mix(h.Sum32(), 0x73706c69)%100 < heldOut {
			measure = append(measure, d)
		} else {
			learn = append(learn, d)
		}
	}
	return learn, measure
}

// Data is a folder of labelled data as documents, by source.
type Data struct {
	Judgments []Document // from Indian courts, labelled by hand
	General   []Document // encyclopedia and loan agreements, labelled by hand
	Dockets   []Document // of US courts, labelled from their records
	Pages     []Document // of American opinions and filings, labelled by hand

	courts []string // names of courts
}

// sentencesPerBlock makes documents of sources that have lost theirs.
const sentencesPerBlock = 20

// ReadData reads the folder's ner and dockets. The mask finds in a text what
// the scanners will find when the model is used.
func ReadData(dir string, mask func(text string) []tagger.Span) (Data, error) {
	var d Data
	var err error
	random := rand.New(rand.NewPCG(1, 1)) // how sentences are set; the same on every call
	if d.Judgments, err = readBlocks(filepath.Join(dir, "ner", "inlegal_judgments.conll"), "judgments", sentencesPerBlock, random); err != nil {
		return d, err
	}
	for _, name := range []string{"wikigold", "fin5"} {
		documents, err := readBlocks(filepath.Join(dir, "ner", name+".conll"), name, 0, random)
		if err != nil {
			return d, err
		}
		d.General = append(d.General, documents...)
	}
	if d.Dockets, err = readDockets(filepath.Join(dir, "dockets")); err != nil {
		return d, err
	}
	if d.courts, err = readCourts(filepath.Join(dir, "courts", "courts.json")); err != nil {
		return d, err
	}
	for _, documents := range [][]Document{d.Judgments, d.General, d.Dockets} {
		for i := range documents {
			documents[i].withMask(mask)
		}
	}
	return d, nil
}

// ReadPages adds the pages of a list on which a person marked the names. The texts
// are in a folder. The pages of one text are parts of one document.
func (d *Data) ReadPages(list, texts string, mask func(text string) []tagger.Span) error {
	files, err := marked.Read(list, texts)
	if err != nil {
		return err
	}
	for i := range files {
		for _, page := range files[i].Split() {
			doc := Document{ID: page.Name, Text: page.Text}
			for _, n := range page.Names {
				typ, ok := tagger.TypeOf(n.Type)
				if !ok {
					return fmt.Errorf("%s: %s: there is no type of names %q", list, page.Name, n.Type)
				}
				doc.Names = append(doc.Names, Name{n.Start, n.End, typ})
			}
			doc.Names = sortNames(doc.Names)
			doc.withMask(mask)
			d.Pages = append(d.Pages, doc)
		}
	}
	return nil
}

// readBlocks reads a file of labelled sentences as documents: those of the
// file, or of a number of sentences each.
func readBlocks(path, name string, size int, random *rand.Rand) ([]Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []Document
	var sentences []sentence
	flush := func() {
		if len(sentences) > 0 {
			out = append(out, block(fmt.Sprintf("%s/%d", name, len(out)), sentences, random))
			sentences = nil
		}
	}
	err = readCoNLL(f, func(s sentence, parted bool) {
		if size == 0 && parted || size > 0 && len(sentences) == size {
			flush()
		}
		sentences = append(sentences, s)
	})
	flush()
	return out, err
}

// readDockets reads the sheets of a folder: pages and the truth beside them.
func readDockets(dir string) ([]Document, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	common, err := countWords(files)
	if err != nil {
		return nil, err
	}
	var out []Document
	for _, path := range files {
		truth, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(strings.TrimSpace(string(truth)), "[") {
			continue // the answer to a page that is no docket sheet
		}
		page, err := os.Open(strings.TrimSuffix(path, ".json") + ".html")
		if err != nil {
			return nil, err
		}
		d, err := silver("dockets/"+strings.TrimSuffix(filepath.Base(path), ".json"), page, truth, common)
		page.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		if len(d.Names) > 0 {
			out = append(out, d)
		}
	}
	return out, nil
}

// countWords counts in how many of the sheets each capitalised word is.
func countWords(files []string) (map[uint32]int, error) {
	counts := map[uint32]int{}
	for _, path := range files {
		page, err := os.Open(strings.TrimSuffix(path, ".json") + ".html")
		if err != nil {
			return nil, err
		}
		words := wordsOf(pageText(page))
		page.Close()
		seen := map[uint32]bool{}
		for _, w := range words {
			if w.Capital && !seen[w.Hash] {
				seen[w.Hash] = true
				counts[w.Hash]++
			}
		}
	}
	return counts, nil
}

// TrainOn learns from the data, without the share that Split holds out, in the
// variety that documents come in. The same data, mask and options give the same
// model.
func TrainOn(data Data, mask func(text string) []tagger.Span, opt Options) *tagger.Model {
	trainers := make([]*trainer, courses)
	var all sync.WaitGroup
	for i := range trainers {
		all.Go(func() {
			course := opt
			course.Seed += uint64(i)
			trainers[i] = learn(newSchool(&data, mask, course.Seed).lessons, course)
		})
	}
	all.Wait()
	return blend(trainers).model()
}

// courses is how many models are trained, each with made-up documents and names of
// its own, and blended: one alone moves with its seed.
const courses = 8

// school varies the documents to learn from: every epoch sees the same
// sentences with other names and on other lines.
type school struct {
	*foreigner
	judgments, general, dockets, pages []Document
	mask                               func(string) []tagger.Span
}

func newSchool(data *Data, mask func(string) []tagger.Span, seed uint64) *school {
	s := &school{mask: mask}
	s.judgments, _ = Split(data.Judgments)
	s.general, _ = Split(data.General)
	s.dockets, _ = Split(data.Dockets)
	s.pages, _ = Split(data.Pages)
	s.foreigner = newForeigner(data.courts, s.dockets, rand.New(rand.NewPCG(seed, 0x6c657373)))
	return s
}

// lessons are the documents of an epoch.
func (s *school) lessons(int) []Document {
	out := slices.Concat(s.judgments, s.general, s.dockets)
	for i := range s.judgments {
		out[i].Weight = 2 // real sentences, against many made-up ones
		out = append(out, s.varied(s.judgments[i], s.mask, 0.7))
	}
	for i := range s.general {
		out = append(out, s.varied(s.general[i], s.mask, 0.3))
	}
	for _, d := range s.pages {
		d.Weight = 2
		out = append(out, d, s.varied(d, s.mask, 0.5))
	}
	for _, d := range s.papers(madeUp) {
		out = append(out, s.varied(d, s.mask, 0))
	}
	for i := range out {
		out[i].Hidden = []float64{0, 0.3}[s.random.IntN(2)]
	}
	return out
}

// madeUp is the number of made-up documents to learn from.
const madeUp = 300

// varied returns a copy of a document with other names, in lines of a page's
// width, and with some lines in capitals.
func (f *foreigner) varied(d Document, mask func(text string) []tagger.Span, share float64) Document {
	s := sentence{text: d.Text, names: d.Names, loose: d.Doubt}
	s = f.moved(s, share)
	v := Document{ID: d.ID, Text: s.text, Names: s.names, Doubt: s.loose}
	f.decoys(&v)
	for _, line := range lineBounds(v.Text) {
		if f.random.Float64() < 0.12 {
			upper(&v, line[0], line[1])
		}
	}
	wrap(&v, 50+f.random.IntN(40))
	v.withMask(mask)
	return v
}

// decoys masks half of the statutes and cited cases, as the scanners do.
func (f *foreigner) decoys(d *Document) {
	for _, n := range d.Names {
		if (n.Type == tagger.Case || n.Type == tagger.Law) && f.random.IntN(2) == 0 {
			kind := tagger.Citation
			if n.Type == tagger.Law {
				kind = tagger.Statute
			}
			d.Mask = append(d.Mask, tagger.Span{Start: n.Start, End: n.End, Kind: kind})
		}
	}
}

// lineBounds returns the bounds of the lines of a text.
func lineBounds(text string) [][2]int {
	var out [][2]int
	start := 0
	for line := range strings.Lines(text) {
		out = append(out, [2]int{start, start + len(line)})
		start += len(line)
	}
	return out
}
