package ocr

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/child"
)

// page is one page being read.
type page struct {
	t         *Tesseract
	ctx       context.Context
	languages []string
}

// The page segmentation modes of tesseract.
const (
	modeOrient   = "0" // find the orientation, read nothing
	modeTurn     = "1" // find the orientation, then read
	modeAsItLies = "3" // read as it lies: looking for the orientation costs half as much again
	modeBlock    = "6" // take it for one block of text
)

// trustedMean is the mean confidence from which on a page was plainly the right
// way up. Of 44 scans, those that lay on their side or upside down and were not
// noticed read at 0.27 to 0.44, the worst upright copies at 0.58, print at 0.9.
const trustedMean = 0.5

// doubtfulMean is the mean confidence below which a page is read once more from
// a picture with thicker strokes: copies of copies lose the thin ones.
const doubtfulMean = 0.8

// readFile reads a picture that only the program itself can open.
func (p page) readFile(img Image) (*Result, error) {
	read := func(mode string) (*reading, error) {
		out, err := p.t.run(p.ctx, []string{
			img.Path, "stdout", "-l", strings.Join(p.languages, "+"), "--psm", mode,
			"-c", "tessedit_page_number=" + strconv.Itoa(img.Frame), "-c", "tessedit_create_tsv=1",
		})
		return p.words(out, err)
	}
	best, err := read(modeAsItLies)
	if err != nil || !p.t.orients() || best.mean() >= trustedMean {
		return best.orNothing(), err
	}
	turned, err := read(modeTurn)
	if err != nil {
		return nil, err
	}
	if turned.weight() > best.weight() {
		best = turned
	}
	return best.result(), nil
}

func (r *reading) orNothing() *Result {
	if r == nil {
		return nil
	}
	return r.result()
}

// readPicture straightens a picture and reads it; if that goes badly, it tries
// it turned and with thicker strokes. What reads with the most weight stands.
func (p page) readPicture(pic *Picture) (*Result, error) {
	v := straightened(pic)
	best, err := p.view(v)
	if err != nil {
		return nil, err
	}
	for _, try := range []func(view, *reading) (view, bool, error){p.turned, p.thickened} {
		again, worth, err := try(v, best)
		if err != nil {
			return nil, err
		}
		if !worth {
			continue
		}
		r, err := p.view(again)
		if err != nil {
			return nil, err
		}
		if r.weight() > best.weight() {
			v, best = again, r
		}
	}
	numbers, err := p.lineNumbers(v, best)
	if err != nil {
		return nil, err
	}
	res := best.result()
	res.addLineNumbers(numbers)
	v.restore(res)
	return res, nil
}

// turned returns the view as it should lie, if it was read as if it lay wrong.
func (p page) turned(v view, r *reading) (view, bool, error) {
	if r.mean() >= trustedMean || !p.t.orients() {
		return v, false, nil
	}
	turns, err := p.orientation(v)
	return v.turnedBy(turns), turns != 0, err
}

// thickened returns the view with thicker strokes, if it read badly but was
// the right way up.
func (p page) thickened(v view, r *reading) (view, bool, error) {
	if r.mean() >= doubtfulMean || r.mean() < trustedMean {
		return v, false, nil
	}
	v.pic = v.sharp.thickened()
	v.notes = append(slices.Clone(v.notes), "thickened")
	return v, true, nil
}

var rotateLine = regexp.MustCompile(`(?m)^Rotate: (\d+)$`)

// orientation returns by how many quarter turns clockwise a view must be turned
// to stand upright. A page with too little print to be sure stays as it is.
func (p page) orientation(v view) (turns int, err error) {
	out, err := p.t.read(p.ctx, []string{"-l", "osd", "--psm", modeOrient}, v.pic, false)
	err = p.named(err)
	if dossier.CodeOf(err) == dossier.CodeOCRFailed {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	m := rotateLine.FindSubmatch(out)
	if m == nil {
		return 0, nil
	}
	degrees, err := strconv.Atoi(string(m[1]))
	return degrees / 90 % 4, err
}

// view reads a view of the page as it lies.
func (p page) view(v view) (*reading, error) {
	return p.picture(v.pic, "-l", strings.Join(p.languages, "+"), "--psm", modeAsItLies)
}

// picture reads the words of a picture.
func (p page) picture(pic *Picture, args ...string) (*reading, error) {
	return p.words(p.t.read(p.ctx, append(args, "-c", "tessedit_create_tsv=1"), pic, true))
}

// words reads the table that tesseract printed, or names what went wrong.
func (p page) words(out []byte, err error) (*reading, error) {
	if err != nil {
		return nil, p.named(err)
	}
	return parseTSV(out)
}

// named returns an error of tesseract with its code.
func (p page) named(err error) error {
	switch {
	case err == nil:
		return nil
	case p.ctx.Err() != nil:
		return p.ctx.Err()
	case tooLong(err) != nil:
		return tooLong(err)
	case errors.Is(err, child.ErrMemory):
		return dossier.Errorf(dossier.CodeMemory, "text recognition used more than %d MiB", p.t.cfg.Memory>>20)
	case dossier.CodeOf(err) != dossier.CodeInternal:
		return err
	}
	return dossier.Errorf(dossier.CodeOCRFailed, "text recognition failed: %w", err)
}

// lineNumbers reads the numbered lines of a pleading. Their column, tall and
// narrow, is taken for text that runs upwards and comes out as nonsense, so the
// strip is cut out and read as lines of digits. The nonsense leaves r.
func (p page) lineNumbers(v view, r *reading) ([]wordAt, error) {
	strip, ok := r.numberStrip()
	if !ok {
		strip, ok = v.pic.unreadColumn(r)
	}
	if !ok || r.numbersIn(strip).counts() {
		return nil, nil
	}
	const margin = 12 // pixels of paper that tesseract wants around print
	area := dossier.Box{strip[0] - margin, strip[1] - 6*margin, strip[2] + margin, strip[3] + 6*margin}
	cut, left, top := v.pic.cut(area)
	digits, err := p.picture(cut, "-l", "eng", "--psm", modeBlock, "-c", "tessedit_char_whitelist=0123456789")
	if err != nil {
		return nil, err
	}
	if !digits.counts() {
		return nil, nil
	}
	r.words = slices.DeleteFunc(r.words, func(w wordAt) bool { return within(w.Box, strip) })
	for i := range digits.words {
		b := &digits.words[i].Box
		*b = dossier.Box{b[0] + left, b[1] + top, b[2] + left, b[3] + top}
	}
	return digits.words, nil
}

// numberStrip returns the place of a tall, narrow column of words at the left
// edge of the print.
func (r *reading) numberStrip() (strip dossier.Box, ok bool) {
	withWords := map[int]bool{}
	for _, w := range r.words {
		withWords[w.at[0]] = true
	}
	for n, b := range r.blocks {
		w, h := b[2]-b[0], b[3]-b[1]
		if !withWords[n] || w > 0.06*r.width || h < 6*w || b[2] > 0.25*r.width {
			continue
		}
		if !ok {
			strip, ok = b, true
			continue
		}
		strip = dossier.Box{min(strip[0], b[0]), min(strip[1], b[1]), max(strip[2], b[2]), max(strip[3], b[3])}
	}
	return strip, ok && strip[3]-strip[1] > 0.25*r.height && strip[2]-strip[0] < 0.08*r.width
}

// numbersIn returns the words inside a strip.
func (r *reading) numbersIn(strip dossier.Box) *reading {
	part := &reading{}
	for _, w := range r.words {
		if within(w.Box, strip) {
			part.words = append(part.words, w)
		}
	}
	return part
}

// unreadColumn returns the place of a narrow column of print to the left of all
// that was read: tesseract drops numbers that stand far apart.
func (p *Picture) unreadColumn(r *reading) (strip dossier.Box, ok bool) {
	if len(r.words) == 0 {
		return strip, false
	}
	lefts := make([]float32, len(r.words))
	for i, w := range r.words {
		lefts[i] = w.Box[0]
	}
	slices.Sort(lefts)
	const gap = 6 // pixels that part the column from what was read
	right := int(lefts[len(lefts)/50]) - gap
	columns := p.inkColumns(right)
	left := slices.Index(columns, true)
	if left < 0 {
		return strip, false
	}
	right = len(columns) - 1
	for !columns[right] {
		right--
	}
	if right-left > p.Width/16 {
		return strip, false
	}
	lines, top, bottom := p.inkLines(left, right+1)
	const fewest = 8
	return dossier.Box{float32(left), float32(top), float32(right), float32(bottom)}, lines >= fewest
}

// inkColumns tells which of the first columns of pixels hold print: more than
// specks, less than a rule or the dark edge of a copy.
func (p *Picture) inkColumns(n int) []bool {
	limit := p.threshold()
	columns := make([]bool, min(max(n, 0), p.Width))
	for x := range columns {
		ink := 0
		for y := range p.Height {
			if p.Pix[y*p.Width+x] <= limit {
				ink++
			}
		}
		columns[x] = ink > p.Height/200 && ink < p.Height/3
	}
	return columns
}

// inkLines counts the lines of print between two columns, and returns where the
// first begins and the last ends.
func (p *Picture) inkLines(left, right int) (lines, top, bottom int) {
	const tallest = 60 // pixels; higher is no print
	limit := p.threshold()
	start := -1
	for y := range p.Height {
		ink := 0
		for _, v := range p.Pix[y*p.Width+left : y*p.Width+right] {
			if v <= limit {
				ink++
			}
		}
		switch {
		case ink > 1 && start < 0:
			start = y
		case ink <= 1 && start >= 0:
			if y-start > 6 && y-start < tallest {
				if lines == 0 {
					top = start
				}
				lines, bottom = lines+1, y
			}
			start = -1
		}
	}
	return lines, top, bottom
}

func within(inner, outer dossier.Box) bool {
	x, y := (inner[0]+inner[2])/2, (inner[1]+inner[3])/2
	return x >= outer[0] && x <= outer[2] && y >= outer[1] && y <= outer[3]
}

// counts reports whether the words are numbers of lines: nearly each is the one
// before plus one.
func (r *reading) counts() bool {
	const fewest = 5
	steps, last := 0, math.MinInt
	for _, w := range r.words {
		n, err := strconv.Atoi(w.Text)
		if err != nil {
			continue
		}
		if n == last+1 {
			steps++
		}
		last = n
	}
	return steps >= fewest && steps*10 >= 7*(len(r.words)-1)
}

// addLineNumbers puts the numbers of the lines at the end of the page, where
// they cut no sentence.
func (res *Result) addLineNumbers(numbers []wordAt) {
	if len(numbers) == 0 {
		return
	}
	var text strings.Builder
	text.WriteString(res.Text)
	if text.Len() > 0 {
		text.WriteString("\n\n")
	}
	start := text.Len()
	for i, w := range numbers {
		if i > 0 {
			text.WriteByte(' ')
		}
		w.Start = text.Len()
		text.WriteString(w.Text)
		w.End = text.Len()
		res.Words = append(res.Words, w.Word)
	}
	res.Text = text.String()
	res.Zones = append(res.Zones, dossier.Zone{Kind: dossier.ZoneLineNumbers, Start: start, End: len(res.Text)})
}

// view is the picture of a page as it is shown to tesseract.
type view struct {
	pic, original *Picture
	sharp         *Picture // pic before it was smoothed
	lean          float64  // degrees clockwise by which the original leans
	turns         int      // quarter turns clockwise made after straightening
	notes         []string
}

// leastSkew is the lean from which on a page is straightened, in degrees: below
// it, tesseract follows the lines as well.
const leastSkew = 0.5

// Scans of such a resolution read better with smooth edges: of the real scans,
// those at 200 dpi gained, coarser ones lost their small print.
const (
	smoothFrom = 180
	smoothTo   = 290
)

func straightened(pic *Picture) view {
	v := view{pic: pic, original: pic, sharp: pic}
	if lean := pic.skew(); math.Abs(lean) >= leastSkew {
		v.pic, v.lean = pic.straightened(lean), lean
		v.sharp = v.pic
		v.notes = []string{fmt.Sprintf("straightened by %.1f°", lean)}
	}
	if pic.DPI >= smoothFrom && pic.DPI < smoothTo {
		v.pic = v.pic.smoothed()
	}
	return v
}

func (v view) turnedBy(turns int) view {
	for range turns {
		v.pic, v.sharp = v.pic.quarterTurn(), v.sharp.quarterTurn()
	}
	v.turns = turns
	v.notes = append(slices.Clone(v.notes), fmt.Sprintf("turned by %d°", 90*turns))
	return v
}

// restore moves the boxes of a result to where the words are in the original.
func (v view) restore(res *Result) {
	res.Notes = v.notes
	for i := range res.Words {
		b := v.unturned(res.Words[i].Box)
		if v.lean != 0 {
			b = v.leaning(b)
		}
		res.Words[i].Box = b
	}
	res.Width, res.Height = float32(v.original.Width), float32(v.original.Height)
}

// unturned undoes the quarter turns.
func (v view) unturned(b dossier.Box) dossier.Box {
	w, h := float32(v.original.Width), float32(v.original.Height)
	switch v.turns {
	case 1:
		return dossier.Box{b[1], h - b[2], b[3], h - b[0]}
	case 2:
		return dossier.Box{w - b[2], h - b[3], w - b[0], h - b[1]}
	case 3:
		return dossier.Box{w - b[3], b[0], w - b[1], b[2]}
	}
	return b
}

// leaning moves the middle of a box to where it was before straightening; its
// size stays, as leans are small.
func (v view) leaning(b dossier.Box) dossier.Box {
	x, y := v.original.beforeStraightening(float64(b[0]+b[2])/2, float64(b[1]+b[3])/2, v.lean)
	w, h := (b[2]-b[0])/2, (b[3]-b[1])/2
	return dossier.Box{float32(x) - w, float32(y) - h, float32(x) + w, float32(y) + h}
}
