package layout

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
)

// numberColumn takes the line numbers of a pleading out of the words of a page: a
// column of numbers in a margin, each one more than the one above it, at even
// distances along the print. In the flow of the text they would cut every sentence,
// and words at the ends of lines.
func numberColumn(tokens []Token, width float32) (numbers, rest []Token) {
	run := longestCount(numbersOf(tokens))
	if !isMargin(tokens, run, width) || !runsAlong(tokens, run) {
		return nil, tokens
	}
	inRun := map[int]bool{}
	for _, c := range run {
		inRun[c.at] = true
		numbers = append(numbers, tokens[c.at])
	}
	for i, t := range tokens {
		if inRun[i] {
			continue
		}
		if i > 0 && inRun[i-1] {
			// A word that follows a number begins the line in its place.
			t.newLine = true
			if len(rest) > 0 {
				breakAtHyphen(&rest[len(rest)-1], t)
			}
		}
		rest = append(rest, t)
	}
	return numbers, rest
}

// breakAtHyphen marks that next, in a line below, goes on with the word before a
// hyphen. PDFium sees that only where no number stands between the two.
func breakAtHyphen(part *Token, next Token) {
	stem, ok := strings.CutSuffix(part.text, "-")
	last, _ := utf8.DecodeLastRuneInString(stem)
	first, _ := utf8.DecodeRuneInString(next.text)
	goesOn := unicode.IsLetter(last) && (unicode.IsLetter(first) || unicode.IsDigit(first))
	if ok && goesOn && next.box[1] > (part.box[1]+part.box[3])/2 {
		part.text, part.broken = stem, true
	}
}

// mostLines is how many numbered lines a page may have.
const mostLines = 40

// numbered is a token that may be the number of a line.
type numbered struct {
	at, value   int
	plain       bool // written as numbers are counted, not "07"
	top, right  float32
	next, count int // the candidate that counts on from it, and how many there are from it on
}

// numbersOf returns the candidates from the top of the page.
func numbersOf(tokens []Token) []numbered {
	var list []numbered
	for i, t := range tokens {
		if n, err := strconv.Atoi(t.text); err == nil && n > 0 && n <= mostLines {
			list = append(list, numbered{at: i, value: n, plain: t.text == strconv.Itoa(n), top: t.box[1], right: t.box[2]})
		}
	}
	slices.SortStableFunc(list, func(a, b numbered) int { return cmp.Compare(a.top, b.top) })
	return list
}

// longestCount returns the longest run of candidates, from the top, that counts
// up in one column. What counts on from a candidate is the same for every run
// that comes to it, so one pass from the bottom finds all runs.
func longestCount(list []numbered) (run []numbered) {
	const aside = 12 // points by which numbers of one and of two digits may differ at an edge
	var below [mostLines + 2][]int
	best := -1
	for i := len(list) - 1; i >= 0; i-- {
		c := &list[i]
		c.next, c.count = -1, 1
		for _, k := range slices.Backward(below[c.value+1]) {
			if abs(list[k].right-c.right) < aside && list[k].top > c.top {
				c.next, c.count = k, 1+list[k].count
				break
			}
		}
		if c.plain {
			below[c.value] = append(below[c.value], i)
		}
		if best < 0 || c.count >= list[best].count {
			best = i
		}
	}
	for i := best; i >= 0; i = list[i].next {
		run = append(run, list[i])
	}
	return run
}

// isMargin reports whether a column of numbers is long enough and stands where line
// numbers do: left of the print, or in the right margin of the page. There it must be
// longer, since tables end in columns of numbers too.
func isMargin(tokens []Token, run []numbered, width float32) bool {
	const fewest, fewestRight, rightMargin = 8, 20, 0.85
	if len(run) < fewest {
		return false
	}
	last := tokens[run[len(run)-1].at].box
	before, behind := 0, 0
	for _, t := range tokens {
		if t.box[0] < last[2] {
			before++
		}
		if t.box[2] > last[0] {
			behind++
		}
	}
	few := func(n int) bool { // beyond the numbers; with a word beside each they are a list: Item 1, Item 2
		return (n-len(run))*10 <= len(tokens) && (n-len(run))*2 <= len(run)
	}
	return few(before) || len(run) >= fewestRight && run[0].value == 1 && last[0] > width*rightMargin && few(behind)
}

// runsAlong reports whether the numbers stand at even distances of at most two lines
// of print, and along most words of the page. Those of paragraphs and of the rows of
// a list do not.
func runsAlong(tokens []Token, run []numbered) bool {
	const (
		even, evenShare = 0.2, 0.8 // how far distances may differ, and how many must not
		furthest        = 2.7      // distance of two numbers, in heights of the print
		most            = 0.7      // of the words that stand beside the numbers
	)
	pitches := make([]float32, len(run)-1)
	for i := range pitches {
		pitches[i] = run[i+1].top - run[i].top
	}
	pitch := median(pitches)
	heights := make([]float32, len(tokens))
	beside := 0
	for i, t := range tokens {
		heights[i] = t.box[3] - t.box[1]
		if t.box[1] > run[0].top-pitch && t.box[1] < run[len(run)-1].top+pitch {
			beside++
		}
	}
	regular := 0
	for _, p := range pitches {
		if abs(p-pitch) <= even*pitch {
			regular++
		}
	}
	return float32(regular) >= evenShare*float32(len(pitches)) && pitch <= furthest*median(heights) && float32(beside) >= most*float32(len(tokens))
}

// median returns the middle one of at least one value.
func median(values []float32) float32 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// zones finds the parts of a page that are not its prose: the court's stamp and
// the notes at its foot. starts are where the lines begin in the text.
func zones(lines []*line, starts []int, text string, height float32) []dossier.Zone {
	var list []dossier.Zone
	end := func(i int) int {
		if i+1 < len(starts) {
			return starts[i] + len(strings.TrimRight(text[starts[i]:starts[i+1]], "\n"))
		}
		return len(text)
	}
	const margin = 0.12
	for i, l := range lines {
		if atEdge := l.box[3] < height*margin || l.box[1] > height*(1-margin); atEdge && courtStamp.MatchString(text[starts[i]:end(i)]) {
			list = append(list, dossier.Zone{Kind: dossier.ZoneStamp, Start: starts[i], End: end(i)})
		}
	}
	if first, last, ok := footnotes(lines, height); ok {
		list = append(list, dossier.Zone{Kind: dossier.ZoneFootnotes, Start: starts[first], End: end(last)})
	}
	slices.SortFunc(list, func(a, b dossier.Zone) int { return cmp.Compare(a.Start, b.Start) })
	return list
}

var noteMark = regexp.MustCompile(`^(\d{1,3}|[*†‡§])$`)

// footnotes returns the lines of the notes at the foot of a page: print clearly
// smaller than the rest, in its lower half, whose first line begins with
// a mark.
func footnotes(lines []*line, height float32) (first, last int, ok bool) {
	const few, small, margin = 6, 0.9, 0.92
	if len(lines) < few {
		return 0, 0, false
	}
	sizes := make([]float32, len(lines))
	for i, l := range lines {
		sizes[i] = l.size()
	}
	usual := median(sizes)
	last = len(lines) - 1
	for last > 0 && lines[last].box[1] > height*margin { // the page number and the like
		last--
	}
	first = last + 1
	for first > 0 && sizes[first-1] < small*usual && lines[first-1].box[1] > height/2 {
		first--
	}
	for first <= last && !noteMark.MatchString(lines[first].tokens[0].text) {
		first++
	}
	return first, last, first <= last
}

// size is the height of the print of most words of a line.
func (l *line) size() float32 {
	heights := make([]float32, len(l.tokens))
	for i, t := range l.tokens {
		heights[i] = t.box[3] - t.box[1]
	}
	return median(heights)
}

// MarkRunningLines marks the headers and footers of a document: lines at the top and
// bottom of pages that are the same on most, numbers aside.
func MarkRunningLines(pages []dossier.Page) {
	const fewestPages = 3
	if len(pages) < fewestPages {
		return
	}
	for _, edge := range []struct {
		kind dossier.ZoneKind
		find func(*dossier.Page, int) (start, end int, ok bool)
	}{{dossier.ZoneHeader, lineFromTop}, {dossier.ZoneFooter, lineFromBottom}} {
		const deep = 2 // lines of a header
		for nth := range deep {
			count := map[string]int{}
			for i := range pages {
				if start, end, ok := edge.find(&pages[i], nth); ok {
					count[withoutNumbers(pages[i].Text[start:end])]++
				}
			}
			for i := range pages {
				start, end, ok := edge.find(&pages[i], nth)
				if ok && count[withoutNumbers(pages[i].Text[start:end])]*2 > len(pages) {
					pages[i].Zones = append(pages[i].Zones, dossier.Zone{Kind: edge.kind, Start: start, End: end})
				}
			}
		}
	}
	for i := range pages {
		slices.SortStableFunc(pages[i].Zones, func(a, b dossier.Zone) int { return cmp.Compare(a.Start, b.Start) })
	}
}

var digits = regexp.MustCompile(`\d+`)

// withoutNumbers is a line with every number made the same.
func withoutNumbers(line string) string {
	return digits.ReplaceAllString(strings.TrimSpace(line), "#")
}

// lineFromTop returns the nth line of a page that is no stamp.
func lineFromTop(p *dossier.Page, nth int) (start, end int, ok bool) {
	at := 0
	for line := range strings.Lines(p.Text) {
		start, end = at, at+len(strings.TrimRight(line, "\n"))
		at += len(line)
		if start == end || inZone(p, start) {
			continue
		}
		if nth == 0 {
			return start, end, true
		}
		nth--
	}
	return 0, 0, false
}

// lineFromBottom returns the nth line of a page from below that is neither stamp
// nor line numbers.
func lineFromBottom(p *dossier.Page, nth int) (start, end int, ok bool) {
	end = len(p.Text)
	for end > 0 {
		start = strings.LastIndexByte(p.Text[:end], '\n') + 1
		if start < end && !inZone(p, start) {
			if nth == 0 {
				return start, end, true
			}
			nth--
		}
		end = start - 1
	}
	return 0, 0, false
}

// inZone reports whether a line belongs to a zone that was found by itself.
func inZone(p *dossier.Page, start int) bool {
	return slices.ContainsFunc(p.Zones, func(z dossier.Zone) bool {
		return (z.Kind == dossier.ZoneStamp || z.Kind == dossier.ZoneLineNumbers) && start >= z.Start && start < z.End
	})
}
