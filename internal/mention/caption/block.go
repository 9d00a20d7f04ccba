// Package caption reads what documents have in place of sentences: captions,
// signature blocks, the labels of filing dates, and the marks of layout (line
// numbers, dots, fences) that stand between words.
//
// [Plain] runs before names are looked for, so that a name goes on across the
// marks. [MarkFiled] and [Blocks] run on the mentions of a text. All take time
// linear in the text.
package caption

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// BlockKind is what a block of a document is.
type BlockKind string

// The kinds of blocks.
const (
	Caption   BlockKind = "caption"   // names the court, the case and its parties
	Signature BlockKind = "signature" // names who signs, for whom, and how to reach them
)

// Block is a part of a document that has a form instead of sentences. Names and
// numbers are the normal forms of the mentions in it. Start and End are bytes.
type Block struct {
	Kind  BlockKind `json:"kind"`
	Start int       `json:"start"`
	End   int       `json:"end"`
	// Of a caption.
	Court   string   `json:"court,omitempty"`
	Docket  string   `json:"docket,omitempty"`
	Judges  []string `json:"judges,omitempty"`
	Parties []Party  `json:"parties,omitempty"`
	// Of a signature: the people, their firms, and whom they act for in the
	// words of the document.
	People     []string `json:"people,omitempty"`
	Firms      []string `json:"firms,omitempty"`
	For        string   `json:"for,omitempty"`
	BarNumbers []string `json:"bar_numbers,omitempty"`
	Contacts   []string `json:"contacts,omitempty"` // addresses, telephone numbers and mail addresses
}

// Party is a name in a caption, with the role of its side: "plaintiff".
type Party struct {
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Blocks returns the captions and signature blocks of a text in order of Start.
// The mentions are all those of the text, in order of Start and not overlapping.
func Blocks(text string, mentions []dossier.Mention) []Block {
	b := blocks{text: text, mentions: mentions, lines: linesOf(text)}
	var out []Block
	for i := 0; i < len(b.lines); {
		block, next, ok := b.at(i)
		if ok {
			out = append(out, block)
		}
		i = max(next, i+1)
	}
	return out
}

// span is a stretch of text, in bytes.
type span struct{ start, end int }

// roleWords name the side of a party; a caption has them after the name.
var roleWords = vocabulary.With(vocabulary.FindRole)

// blocks is a text by lines.
type blocks struct {
	text     string
	mentions []dossier.Mention
	lines    []span
	done     int // lines before are in a block
}

func linesOf(text string) (lines []span) {
	at := 0
	for line := range strings.Lines(text) {
		lines = append(lines, span{at, at + len(strings.TrimRight(line, "\r\n\f"))})
		at += len(line)
	}
	return lines
}

// The reach of blocks, in lines, and the width beyond which a line is prose.
const (
	captionReach   = 30
	signatureReach = 14
	proseWidth     = 100
)

// at reads the block that line i is the heart of: the "v." of a caption, the
// "/s/" or "Attorneys for" of a signature.
func (b *blocks) at(i int) (block Block, next int, ok bool) {
	line := strings.Trim(b.line(i), " \t|)(:*§-–—_")
	switch {
	case isVersus(line):
		block, next = b.caption(i)
		return block, next, len(block.Parties) > 1
	case isSigned(line):
		block, next = b.signature(i)
		return block, next, len(block.People)+len(block.Firms) > 0
	}
	return block, i + 1, false
}

func (b *blocks) line(i int) string { return b.text[b.lines[i].start:b.lines[i].end] }

// isVersus reports whether a line is "v.", with nothing or another column
// beside it.
func isVersus(line string) bool {
	if column := strings.Index(line, "  "); column > 0 {
		line = line[:column]
	}
	switch strings.ToLower(strings.TrimRight(line, ".,")) {
	case "v", "vs", "versus", "against":
		return true
	}
	return false
}

var signCues = []string{"attorney for ", "attorneys for ", "counsel for ", "counsel to ", "respectfully submitted"}

func isSigned(line string) bool {
	lower := strings.ToLower(line)
	if strings.Contains(lower, "/s/") || strings.HasPrefix(lower, "s/") {
		return true
	}
	return slices.ContainsFunc(signCues, func(cue string) bool { return strings.HasPrefix(lower, cue) })
}

// caption reads around the line with "v.": up to the court, down to the last
// role, docket number or judge.
func (b *blocks) caption(versus int) (Block, int) {
	top := versus
	for i := versus - 1; i >= max(b.done, versus-captionReach) && !b.prose(i); i-- {
		if !b.blank(i) {
			top = i
		}
		if b.has(i, dossier.Court) && (i == 0 || !b.has(i-1, dossier.Court)) {
			break
		}
	}
	lastRole, bottom := b.captionEnd(versus)
	block := Block{Kind: Caption, Start: b.lines[top].start, End: b.lines[bottom].end}
	block.Parties = append(b.side(top, versus), b.side(versus+1, lastRole+1)...)
	for _, m := range b.within(block.Start, block.End) {
		switch {
		case m.Type == dossier.Court && block.Court == "":
			block.Court = m.Norm
		case m.Type == dossier.Docket && block.Docket == "":
			block.Docket = m.Norm
		case m.Role == "judge":
			block.Judges = append(block.Judges, m.Norm)
		}
	}
	b.done = bottom + 1
	return block, bottom + 1
}

// captionEnd returns the line of the last role below the "v.", and the last line
// of the caption, where the docket number or the judge may stand.
func (b *blocks) captionEnd(versus int) (lastRole, bottom int) {
	const apart = 4 // lines between what is one caption
	lastRole, bottom = versus, versus
	for i := versus + 1; i < min(len(b.lines), versus+captionReach) && !b.prose(i); i++ {
		line := strings.TrimSpace(b.line(i))
		if isVersus(line) || isSigned(line) || lastRole > versus && i > bottom+apart {
			break
		}
		switch {
		case b.roleAt(i) != "" && (lastRole == versus || i <= lastRole+apart):
			lastRole, bottom = i, i
		case b.has(i, dossier.Docket):
			bottom = i
		}
	}
	if lastRole == versus { // no roles: the name after the "v."
		for lastRole+1 < len(b.lines) && lastRole < versus+apart && !b.prose(lastRole+1) && (b.blank(lastRole) || lastRole == versus) {
			lastRole++
		}
		bottom = max(bottom, lastRole)
	}
	return lastRole, bottom
}

// side returns the parties in lines from up to end. The role that follows a
// name is its own.
func (b *blocks) side(from, end int) (parties []Party) {
	waiting := 0 // the parties from here on have no role yet
	for i := from; i < end; i++ {
		for _, m := range b.within(b.lines[i].start, b.lines[i].end) {
			known := slices.ContainsFunc(parties, func(p Party) bool { return p.Name == m.Norm })
			if !known && m.Role != "judge" && (m.Type == dossier.Person || m.Type == dossier.Org || m.Type == dossier.Location) {
				parties = append(parties, Party{Name: m.Norm, Start: m.Start, End: m.End})
			}
		}
		if role := b.roleAt(i); role != "" {
			for n := waiting; n < len(parties); n++ {
				parties[n].Role = role
			}
			waiting = len(parties)
		}
	}
	return parties
}

// roleAt returns the role named in line i, in lower case and the singular.
func (b *blocks) roleAt(i int) string {
	for word := range strings.FieldsFuncSeq(b.line(i), func(r rune) bool { return !lex.IsAlpha(byte(r)) || r > 127 }) {
		if word = strings.ToLower(word); roleWords[word] {
			return strings.TrimSuffix(word, "s")
		}
	}
	return ""
}

// signature reads the short lines around a cue.
func (b *blocks) signature(at int) (Block, int) {
	top, bottom := at, at
	for top > max(b.done, at-signatureReach) && !b.blank(top-1) && !b.prose(top-1) {
		top--
	}
	for bottom+1 < min(len(b.lines), at+signatureReach) && !b.prose(bottom+1) {
		if b.blank(bottom+1) && !b.goesOn(bottom+2) {
			break
		}
		bottom++
	}
	block := Block{Kind: Signature, Start: b.lines[top].start, End: b.lines[bottom].end}
	for _, m := range b.within(block.Start, block.End) {
		switch m.Type {
		case dossier.Person:
			if b.client(b.lineAt(m.Start)) != "" {
				continue // whom they act for
			}
			block.People = appendNew(block.People, m.Norm)
		case dossier.Org:
			block.Firms = appendNew(block.Firms, m.Norm)
		case dossier.BarNumber:
			block.BarNumbers = appendNew(block.BarNumbers, m.Norm)
		case dossier.Address, dossier.Phone, dossier.Email:
			block.Contacts = appendNew(block.Contacts, m.Norm)
		}
	}
	for i := top; i <= bottom && block.For == ""; i++ {
		block.For = b.client(i)
	}
	b.done = bottom + 1
	return block, bottom + 1
}

// goesOn reports whether a signature goes on with line i, after an empty one.
func (b *blocks) goesOn(i int) bool {
	return i < len(b.lines) && (b.contact(i) || isSigned(strings.TrimSpace(b.line(i))))
}

// client returns whom line i says the signer acts for.
func (b *blocks) client(i int) string {
	line := strings.TrimSpace(b.line(i))
	for _, cue := range signCues {
		if strings.HasSuffix(cue, " ") && len(line) > len(cue) && strings.EqualFold(line[:len(cue)], cue) {
			return strings.TrimRight(lex.OneLine(line[len(cue):]), ".,;")
		}
	}
	return ""
}

// lineAt returns the line of a byte.
func (b *blocks) lineAt(at int) int {
	i, found := slices.BinarySearchFunc(b.lines, at, func(l span, at int) int { return l.start - at })
	if !found {
		i--
	}
	return i
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func (b *blocks) blank(i int) bool { return strings.TrimSpace(b.line(i)) == "" }

// prose reports whether line i is too long for a block, or begins a page.
func (b *blocks) prose(i int) bool { return b.lines[i].end-b.lines[i].start > proseWidth }

func (b *blocks) has(i int, typ dossier.MentionType) bool {
	return slices.ContainsFunc(b.within(b.lines[i].start, b.lines[i].end), func(m dossier.Mention) bool { return m.Type == typ })
}

func (b *blocks) contact(i int) bool {
	return b.has(i, dossier.Address) || b.has(i, dossier.Phone) || b.has(i, dossier.Email) || b.has(i, dossier.BarNumber)
}

// within returns the mentions that touch bytes start to end.
func (b *blocks) within(start, end int) []dossier.Mention {
	from, _ := slices.BinarySearchFunc(b.mentions, start, func(m dossier.Mention, at int) int {
		if m.End <= at {
			return -1
		}
		return 1
	})
	to := from
	for to < len(b.mentions) && b.mentions[to].Start < end {
		to++
	}
	return b.mentions[from:to]
}
