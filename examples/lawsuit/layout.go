package lawsuit

import "strings"

// Papers are set on letter paper. All lengths are points.
const (
	pageWidth, pageHeight = 612.0, 792.0
	margin                = 72.0
	fontSize              = 12.0
	leading               = 15.0
	indent                = 36.0
)

// line is a line of a page, its baseline at x, y from the lower left corner.
type line struct {
	x, y float64
	text string
}

// setter breaks marked-up text into pages. A blank line ends a paragraph; a
// line that begins with ^ is centred; one that begins with | stands as it is;
// a form feed begins a page.
type setter struct {
	width func(string) float64 // of a text, in points
	stamp func(page int) string
	pages [][]line
	y     float64
}

// set sets the text; stamp, if not nil, is printed on top of each page, and
// page numbers at the foot.
func set(text string, width func(string) float64, stamp func(page int) string) [][]line {
	s := &setter{width: width, stamp: stamp}
	for part := range strings.SplitSeq(text, "\f") {
		s.newPage()
		for paragraph := range strings.SplitSeq(strings.Trim(part, "\n"), "\n\n") {
			s.paragraph(paragraph)
		}
	}
	return s.pages
}

func (s *setter) newPage() {
	s.pages = append(s.pages, nil)
	s.y = pageHeight - margin
	n := len(s.pages)
	if s.stamp != nil {
		s.put(margin, pageHeight-30, s.stamp(n))
	}
	number := string(rune('0' + n))
	s.put((pageWidth-s.width(number))/2, 40, number)
}

func (s *setter) put(x, y float64, text string) {
	last := len(s.pages) - 1
	s.pages[last] = append(s.pages[last], line{x, y, text})
}

func (s *setter) next(x float64, text string) {
	if s.y < margin {
		s.newPage()
	}
	s.put(x, s.y, text)
	s.y -= leading
}

func (s *setter) paragraph(p string) {
	var words []string
	for l := range strings.Lines(p) {
		l = strings.TrimRight(l, "\n")
		switch {
		case strings.HasPrefix(l, "^"):
			s.next((pageWidth-s.width(l[1:]))/2, l[1:])
		case strings.HasPrefix(l, "|"):
			s.preformatted(l[1:])
		default:
			words = append(words, strings.Fields(l)...)
		}
	}
	s.flow(words)
	s.y -= leading / 2
}

// preformatted sets a line whose runs of spaces are columns.
func (s *setter) preformatted(text string) {
	s.next(margin, "")
	s.y += leading
	for i := 0; i < len(text); {
		start := i + len(text[i:]) - len(strings.TrimLeft(text[i:], " "))
		end := len(text)
		if gap := strings.Index(text[start:], "  "); gap >= 0 {
			end = start + gap
		}
		if start < end {
			s.put(margin+float64(start)*columnWidth, s.y, text[start:end])
		}
		i = end
	}
	s.y -= leading
}

// columnWidth is the width of a column of preformatted lines.
const columnWidth = 5.5

// flow sets words into lines, the first one indented.
func (s *setter) flow(words []string) {
	x := margin + indent
	current := ""
	for _, w := range words {
		longer := strings.TrimPrefix(current+" "+w, " ")
		if current != "" && x+s.width(longer) > pageWidth-margin {
			s.next(x, current)
			x, longer = margin, w
		}
		current = longer
	}
	if current != "" {
		s.next(x, current)
	}
}
