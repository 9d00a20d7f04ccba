package layout

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// KeepStamps puts the court's stamps of a page's text layer into the recognised
// text of the same page. The layer has them to the letter, docket number and
// date of filing included; in the picture they often lie across other print.
func KeepStamps(recognised *dossier.Page, layer dossier.Page) {
	for _, zone := range slices.Backward(layer.Zones) {
		if zone.Kind != dossier.ZoneStamp {
			continue
		}
		words := slices.DeleteFunc(slices.Clone(layer.Words), func(w dossier.Word) bool { return w.Start < zone.Start || w.End > zone.End })
		if len(words) == 0 {
			continue
		}
		for i := range words {
			words[i].Start, words[i].End = words[i].Start-zone.Start, words[i].End-zone.Start
		}
		box := hull(words)
		dropLines(recognised, box)
		stamp := layer.Text[zone.Start:zone.End]
		const gap = "\n\n"
		part := dossier.Page{Text: stamp, Words: words, Zones: []dossier.Zone{{Kind: zone.Kind, End: len(stamp)}}}
		if (box[1]+box[3])/2 < layer.Height/2 {
			joinText(&part, gap, *recognised)
			recognised.Text, recognised.Words, recognised.Zones = part.Text, part.Words, part.Zones
		} else {
			joinText(recognised, gap, part)
		}
	}
}

// hull is the smallest box around words.
func hull(words []dossier.Word) dossier.Box {
	b := words[0].Box
	for _, w := range words[1:] {
		b = dossier.Box{min(b[0], w.Box[0]), min(b[1], w.Box[1]), max(b[2], w.Box[2]), max(b[3], w.Box[3])}
	}
	return b
}

// dropLines removes the lines of p that have most of their words in box.
func dropLines(p *dossier.Page, box dossier.Box) {
	type span struct{ start, end int }
	var dropped []span
	at, next := 0, 0
	for line := range strings.SplitAfterSeq(p.Text, "\n") {
		start := at
		at += len(line)
		words, inside := 0, 0
		for ; next < len(p.Words) && p.Words[next].End <= at; next++ {
			words++
			if w := p.Words[next].Box; holds(box, (w[0]+w[2])/2, (w[1]+w[3])/2) {
				inside++
			}
		}
		if inside*2 > words {
			dropped = append(dropped, span{start, at})
		}
	}
	for _, s := range slices.Backward(dropped) {
		remove(p, s.start, s.end)
	}
	remove(p, 0, len(p.Text)-len(strings.TrimLeft(p.Text, "\n")))
	p.Text = strings.TrimRight(p.Text, "\n")
}

func holds(b dossier.Box, x, y float32) bool {
	return x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]
}

// remove takes text[start:end] out of p, with its words and zones.
func remove(p *dossier.Page, start, end int) {
	p.Text = p.Text[:start] + p.Text[end:]
	shifted := func(offset int) int { return offset - max(0, min(offset, end)-start) }
	p.Words = slices.DeleteFunc(p.Words, func(w dossier.Word) bool { return w.Start >= start && w.End <= end })
	for i := range p.Words {
		w := &p.Words[i]
		w.Start, w.End = shifted(w.Start), shifted(w.End)
	}
	p.Zones = slices.DeleteFunc(p.Zones, func(z dossier.Zone) bool { return z.Start >= start && z.End <= end })
	for i := range p.Zones {
		z := &p.Zones[i]
		z.Start, z.End = shifted(z.Start), shifted(z.End)
	}
}

// Drop takes words out of the text of a page, given their indexes.
func Drop(p *dossier.Page, words map[int]bool) {
	for _, run := range slices.Backward(lineRuns(p, words)) {
		first, last := run[0], run[1]
		start, end := p.Words[first].Start, p.Words[last].End
		endsLine := end == len(p.Text) || p.Text[end] == '\n'
		switch { // white space goes on the side where there is nothing left of the line
		case first > 0 && (endsLine || p.Text[start-1] != '\n'):
			start = p.Words[first-1].End
		case last+1 < len(p.Words):
			end = p.Words[last+1].Start
		}
		remove(p, start, end)
	}
}

// lineRuns returns the first and the last of each run of the given words within a line.
func lineRuns(p *dossier.Page, words map[int]bool) (list [][2]int) {
	for i := range p.Words {
		if !words[i] {
			continue
		}
		if n := len(list); n > 0 && list[n-1][1] == i-1 && !strings.Contains(p.Text[p.Words[i-1].End:p.Words[i].Start], "\n") {
			list[n-1][1] = i
		} else {
			list = append(list, [2]int{i, i})
		}
	}
	return list
}

// joinText puts the text of next under that of p, with its words and zones.
func joinText(p *dossier.Page, gap string, next dossier.Page) {
	if p.Text == "" || next.Text == "" {
		gap = ""
	}
	at := len(p.Text) + len(gap)
	p.Text += gap + next.Text
	for _, w := range next.Words {
		w.Start, w.End = w.Start+at, w.End+at
		p.Words = append(p.Words, w)
	}
	for _, z := range next.Zones {
		z.Start, z.End = z.Start+at, z.End+at
		p.Zones = append(p.Zones, z)
	}
}
