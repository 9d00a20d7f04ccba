package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// textLayers compares the words of text layers with those of pdftotext, page
// by page as bags: the order of reading is a matter of taste, words are not.
func (e *eval) textLayers() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return t, errAbsent("pdftotext is not installed")
	}
	files := e.corpus.Select(lab.TextPDF)
	paths := e.paths(files)
	docs, err := e.read(paths, "off")
	if err != nil {
		return t, err
	}
	scores := make([]marked.Score, len(files))
	err = lab.Each(len(files), func(i int) error {
		out, err := exec.CommandContext(e.ctx, "pdftotext", paths[i], "-").Output()
		if err != nil {
			return fmt.Errorf("pdftotext %s: %w", files[i].Name, err)
		}
		scores[i] = comparePages(strings.Split(strings.TrimSuffix(string(out), "\f"), "\f"), docs[i])
		return nil
	})
	if err != nil {
		return t, err
	}
	t.Head = []string{"folder", "files", "pages", "words of pdftotext", "recall", "precision", "F1 over all words", "mean F1 of the files"}
	byKind := map[string][]int{}
	for i, f := range files {
		byKind[f.Kind] = append(byKind[f.Kind], i)
		byKind["all"] = append(byKind["all"], i)
	}
	for _, kind := range []string{"contracts", "filings", "opinions", "all"} {
		var sum marked.Score
		var each []float64
		pages := 0
		for _, i := range byKind[kind] {
			sum = sum.Plus(scores[i])
			each = append(each, scores[i].F1())
			pages += files[i].Pages
		}
		t.Add(kind, count(len(each)), count(pages), count(sum.Wanted), decimals(sum.Recall()), decimals(sum.Precision()), decimals(sum.F1()), decimals(mean(each)))
	}
	return t, nil
}

func (e *eval) paths(files []lab.File) []string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = e.corpus.Path(f.Name)
	}
	return paths
}

// comparePages compares the pages of a document with those wanted; a page that
// only one side has counts against us.
func comparePages(want []string, got []lab.Page) (s marked.Score) {
	for i := range max(len(want), len(got)) {
		var w, g []string
		if i < len(want) {
			w = layerWords(want[i])
		}
		if i < len(got) {
			for _, word := range got[i].Words {
				g = append(g, layerWords(word.Text)...)
			}
		}
		s = s.Plus(compareBags(w, g))
	}
	return s
}

// scans compares recognised pages with their known text, and with what plain
// Tesseract reached on the same pages where that is on record.
func (e *eval) scans() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	if _, err := exec.LookPath("tesseract"); err != nil {
		return t, errAbsent("tesseract is not installed")
	}
	bars, err := readBars(e.corpus.Path("truth/ocr-reference.tsv"))
	if err != nil {
		return t, err
	}
	paths := make([]string, len(bars))
	for i, b := range bars {
		paths[i] = e.corpus.Path(b.file)
	}
	docs, err := e.read(paths, "")
	if err != nil {
		return t, err
	}
	var ours, bar struct{ recall, precision []float64 }
	var hard []marked.Score // the two files below
	better, worse := 0, 0
	for i, b := range bars {
		truth, err := os.ReadFile(e.corpus.Path("truth/text/" + strings.ReplaceAll(b.file, "/", "__") + ".txt"))
		if err != nil {
			return t, err
		}
		s := compareBags(truthWords(string(truth)), truthWords(text(docs[i])))
		ours.recall, ours.precision = append(ours.recall, s.Recall()), append(ours.precision, s.Precision())
		if slices.Contains(hardScans, b.file) {
			hard = append(hard, s)
		}
		bar.recall, bar.precision = append(bar.recall, b.recall), append(bar.precision, b.precision)
		switch {
		case s.Recall() > b.recall+0.01:
			better++
		case s.Recall() < b.recall-0.01:
			worse++
		}
	}
	t.Head = []string{"who", "files", "mean word recall", "mean word precision", "files better by more than 0.01 recall", "files worse"}
	t.Add("dossier", count(len(bars)), decimals(mean(ours.recall)), decimals(mean(ours.precision)), count(better), count(worse))
	t.Add("the bar: Tesseract 5.3 --psm 1, 200 dpi", count(len(bars)), decimals(mean(bar.recall)), decimals(mean(bar.precision)), "", "")
	for i, s := range hard {
		t.Add("dossier, "+hardScans[i], "1", decimals(s.Recall()), decimals(s.Precision()), "", "")
	}
	return t, e.peerScans(&t, bars, ours.recall, ours.precision)
}

// peerScans adds what OCRmyPDF makes of those of the scans that are PDF files,
// and what dossier made of the same.
func (e *eval) peerScans(t *lab.Table, bars []bar, recall, precision []float64) error {
	if _, err := exec.LookPath("ocrmypdf"); err != nil {
		t.Add("OCRmyPDF", "n/a: ocrmypdf is not installed", "", "", "", "")
		return nil
	}
	var files []int
	for i, b := range bars {
		if strings.HasSuffix(b.file, ".pdf") {
			files = append(files, i)
		}
	}
	scores := make([]marked.Score, len(files))
	err := lab.Each(len(files), func(i int) (err error) {
		scores[i], err = e.ocrmypdf(bars[files[i]].file)
		return err
	})
	if err != nil {
		return err
	}
	var ours, peer struct{ recall, precision []float64 }
	for i, n := range files {
		ours.recall, ours.precision = append(ours.recall, recall[n]), append(ours.precision, precision[n])
		peer.recall, peer.precision = append(peer.recall, scores[i].Recall()), append(peer.precision, scores[i].Precision())
	}
	t.Add("dossier, the PDF files", count(len(files)), decimals(mean(ours.recall)), decimals(mean(ours.precision)), "", "")
	t.Add("OCRmyPDF with --rotate-pages --deskew, the same", count(len(files)), decimals(mean(peer.recall)), decimals(mean(peer.precision)), "", "")
	return nil
}

// ocrmypdf compares what OCRmyPDF reads in a scan with its known text.
func (e *eval) ocrmypdf(file string) (marked.Score, error) {
	truth, err := os.ReadFile(e.corpus.Path("truth/text/" + strings.ReplaceAll(file, "/", "__") + ".txt"))
	if err != nil {
		return marked.Score{}, err
	}
	cmd := exec.CommandContext(e.ctx, "ocrmypdf", "-q", "--force-ocr", "--output-type", "none", "--rotate-pages", "--deskew",
		"--jobs", "1", "--sidecar", "/dev/stdout", e.corpus.Path(file), "-")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		return marked.Score{}, fmt.Errorf("ocrmypdf %s: %w", file, err)
	}
	return compareBags(truthWords(string(truth)), truthWords(string(out))), nil
}

// hardScans are the two files with goals of their own, in the order of the bars.
var hardScans = []string{
	"scans/synth12_photocopy__mueller__mueller-report-vol-2.pdf",
	"scans/synth15_table__plumber__WARN-Report-for-7-1-2015-to-03-.pdf",
}

// bar is what plain Tesseract reached on a scan.
type bar struct {
	file              string
	recall, precision float64
}

// readBars reads a table with the columns file, truth_words, recall, precision.
func readBars(path string) ([]bar, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var bars []bar
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if i == 0 {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 4 {
			return nil, fmt.Errorf("%s line %d has %d cells", path, i+1, len(cells))
		}
		b := bar{file: cells[0]}
		var errR, errP error
		b.recall, errR = strconv.ParseFloat(cells[2], 64)
		b.precision, errP = strconv.ParseFloat(cells[3], 64)
		if err := errors.Join(errR, errP); err != nil {
			return nil, fmt.Errorf("%s line %d: %w", path, i+1, err)
		}
		bars = append(bars, b)
	}
	return bars, nil
}

// phrases looks for lines known to be in the papers, folder by folder.
func (e *eval) phrases() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	truths, err := filepath.Glob(e.corpus.Path("truth/*.jsonl"))
	if err != nil {
		return t, err
	}
	t.Head = []string{"folder", "files", "phrases", "found", "rate"}
	for _, path := range truths { // Glob sorts
		byFile, err := readPhrases(path)
		if err != nil {
			return t, err
		}
		var names, paths []string
		for name := range byFile {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			paths = append(paths, e.corpus.Path(name))
		}
		docs, err := e.read(paths, "")
		if err != nil {
			return t, err
		}
		var s marked.Score
		for i, name := range names {
			hay := searchable(text(docs[i]))
			for _, phrase := range byFile[name] {
				s.Wanted++
				if containsPhrase(hay, phrase) {
					s.Right++
				}
			}
		}
		t.Add(strings.TrimSuffix(filepath.Base(path), ".jsonl"), count(len(names)), count(s.Wanted), count(s.Right), decimals(s.Recall()))
	}
	return t, nil
}

// readPhrases reads the phrases of a truth file, by file.
func readPhrases(path string) (map[string][]string, error) {
	facts, err := readFacts(path)
	if err != nil {
		return nil, err
	}
	byFile := map[string][]string{}
	for _, f := range facts {
		if phrase, ok := f.Value.(string); ok && f.Field == "phrase" {
			byFile[f.File] = append(byFile[f.File], phrase)
		}
	}
	return byFile, nil
}

// fact is what is known of a file.
type fact struct {
	File, Field string
	Value       any
}

// readFacts reads a truth file, a fact a line.
func readFacts(path string) (_ []fact, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var facts []fact
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var one fact
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		facts = append(facts, one)
	}
	return facts, lines.Err()
}

// hostile counts the damaged, encrypted and absurd files that end either read
// or with a reason; a file without a trace would be one that was lost.
func (e *eval) hostile() (t lab.Table, err error) {
	if err := e.needCorpus(); err != nil {
		return t, err
	}
	exported, summary, err := e.caseFile("hostile")
	if err != nil {
		return t, err
	}
	outcome, err := outcomes(exported, summary.Failures)
	if err != nil {
		return t, err
	}
	files := e.corpus.Select(func(f lab.File) bool { return f.Kind == "hostile" })
	counts := map[string]int{}
	for _, f := range files {
		counts[cmp.Or(outcome[e.corpus.Path(f.Name)], "without a trace")]++
	}
	t.Head = []string{"outcome", "files"}
	accounted := 0
	for _, what := range slices.Sorted(keys(counts)) {
		t.Add(what, count(counts[what]))
		if what != "without a trace" && !strings.HasPrefix(what, "open") {
			accounted += counts[what]
		}
	}
	t.Add("with a status and a reason / all", fmt.Sprintf("%d / %d", accounted, len(files)))
	slowest, most, err := e.hostileCosts()
	if err != nil {
		return t, err
	}
	t.Add("the slowest, read by itself, takes at most 15 s", yes(slowest <= 15*time.Second))
	t.Add("a reader takes at most 600 MiB", yes(most <= 600<<20))
	return t, nil
}

// caseFile makes a case file of a folder of the corpus and returns its export
// and the summary of the run.
func (e *eval) caseFile(folder string, args ...string) (exported []byte, summary lab.Summary, err error) {
	data, err := os.MkdirTemp("", "dossier-eval-")
	if err != nil {
		return nil, summary, err
	}
	defer func() { err = cmp.Or(err, os.RemoveAll(data)) }()
	if summary, _, err = e.dossier.Process(e.ctx, e.corpus.Path(folder), data, args...); err != nil {
		return nil, summary, err
	}
	exported, err = e.dossier.Output(e.ctx, nil, "export", "--data", data)
	return exported, summary, err
}

// outcomes tells what became of every path: "completed", or a status with the
// code of its reason. What has no reason is "open".
func outcomes(exported []byte, failures []lab.Failure) (map[string]string, error) {
	outcome := map[string]string{}
	dec := json.NewDecoder(strings.NewReader(string(exported)))
	for dec.More() {
		var d struct {
			Kind, Status string
			Code         string `json:"error_code"`
			Message      string `json:"error_message"`
			Paths        []string
		}
		if err := dec.Decode(&d); err != nil {
			return nil, fmt.Errorf("dossier export: %w", err)
		}
		if d.Kind != "document" {
			continue
		}
		what := d.Status
		switch {
		case d.Status == "completed":
		case d.Code == "" || d.Message == "":
			what = "open: " + d.Status
		default:
			what += ": " + d.Code
		}
		for _, p := range d.Paths {
			outcome[p] = what
		}
	}
	for _, f := range failures { // those that never became a document
		if outcome[f.Path] == "" && f.Code != "" && f.Message != "" {
			outcome[f.Path] = "unread: " + f.Code
		}
	}
	return outcome, nil
}

// yes says whether a bound was kept: the figure itself differs from run to run.
func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return "no"
}
