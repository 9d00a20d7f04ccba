// Package chronology finds the events of a document: the dates it states, each
// with the sentence that states it and the entities that the sentence names.
//
// Not every date is an event. Those of running headers, footers, filing stamps
// and printing marks say when a page was made and are left out; so are the
// dates of authorities and of visits to web pages. The date of the document itself
// and that of a mail's header are kept and marked as such. A row of a
// table that begins with its date, as those of docket sheets do, is a sentence
// of its own.
//
// The same words that state the same date are one event, in a document and
// across documents: [dossier.Event].Key is made of the words alone, without the
// marks of quoting, breaks of lines and numbers of paragraphs. Find is pure and
// deterministic.
package chronology

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/sentence"
)

// Version changes whenever the same document would yield other events; cached
// results of other versions are stale.
const Version = "2"

// Find returns the events of a document in the order of their words. Zones are
// those of its pages as offsets into the text; entities are those that were
// resolved from the mentions.
func Find(text string, pages []dossier.PageSpan, zones []dossier.Zone, mentions []dossier.Mention, entities []dossier.DocumentEntity) []dossier.Event {
	f := finder{
		text: text, pages: pages, places: placesOf(mentions, entities),
		subjects: subjectRE.FindAllStringIndex(text, -1),
	}
	for _, z := range zones {
		if z.Kind == dossier.ZoneFootnotes {
			f.footnotes = append(f.footnotes, span{z.Start, z.End})
		}
	}
	dates := f.dates(zones, mentions)
	var events []dossier.Event
	seen := map[string]bool{}
	add := func(e dossier.Event) {
		if !seen[e.Key] {
			seen[e.Key] = true
			events = append(events, e)
		}
	}
	at := 0
	for _, s := range sentences(text) {
		var within []dossier.Mention
		for at < len(dates) && dates[at].Start < s.end {
			if dates[at].End <= s.end {
				within = append(within, dates[at])
			}
			at++
		}
		for _, e := range f.sentence(s, within) {
			add(e)
		}
	}
	slices.SortStableFunc(events, func(a, b dossier.Event) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Date, b.Date), cmp.Compare(a.DateEnd, b.DateEnd))
	})
	return events
}

// noteRE matches the end of a sentence that the mark of a footnote hides: it has
// lost its small print and its space ("in June 2016.349 On").
var noteRE = regexp.MustCompile(`(?:[\pL)\]”"’]|\b(?:19|20)\d\d)[.?!][”"’)]?\d{1,4}\s+[\p{Lu}“"”(]`)

// sentences returns the sentences of a text in order.
func sentences(text string) []span {
	var list []span
	for _, s := range sentence.Split(text) {
		start := s.Start
		for _, m := range noteRE.FindAllStringIndex(text[s.Start:s.End], -1) {
			end := s.Start + m[1]
			_, last := utf8.DecodeLastRuneInString(text[:end])
			cut := strings.TrimRightFunc(text[start:end-last], unicode.IsSpace)
			list = append(list, span{start, start + len(cut)})
			start = end - last
		}
		list = append(list, span{start, s.End})
	}
	return list
}

// place is a mention of an entity.
type place struct {
	start, end int
	key        string
}

// placesOf returns where the entities of a document are named, in order.
func placesOf(mentions []dossier.Mention, entities []dossier.DocumentEntity) []place {
	var places []place
	for _, e := range entities {
		for _, i := range e.Mentions {
			places = append(places, place{mentions[i].Start, mentions[i].End, e.Key})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end), cmp.Compare(a.key, b.key))
	})
	return places
}

type finder struct {
	text      string
	pages     []dossier.PageSpan
	places    []place
	footnotes []span  // in order
	subjects  [][]int // of mails: spans of their lines, in order
}

// span is a part of the text.
type span struct{ start, end int }

// compareSpan compares a span with an offset, for binary search.
func compareSpan(s span, at int) int {
	switch {
	case s.end <= at:
		return -1
	case s.start > at:
		return 1
	}
	return 0
}

// dates returns the mentions of dates that are no boilerplate, in order.
func (f *finder) dates(zones []dossier.Zone, mentions []dossier.Mention) []dossier.Mention {
	var covered []span // what is no prose, and authorities with dates of their own
	for _, z := range zones {
		if z.Kind != dossier.ZoneFootnotes {
			covered = append(covered, span{z.Start, z.End})
		}
	}
	for _, m := range mentions {
		if m.Type == dossier.Citation || m.Type == dossier.Statute {
			covered = append(covered, span{m.Start, m.End + f.parenthesis(m.End)})
		}
	}
	slices.SortFunc(covered, func(a, b span) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	var dates []dossier.Mention
	reach, next := 0, 0 // how far the covered parts that begin before a date go
	for _, m := range mentions {
		for next < len(covered) && covered[next].start <= m.Start {
			reach = max(reach, covered[next].end)
			next++
		}
		if _, _, ok := dossier.Days(m.Norm); m.Type == dossier.Date && ok && m.Start >= reach && !f.boilerplate(m) {
			dates = append(dates, m)
		}
	}
	return dates
}

// parenthesis returns how far the parenthesis with court and date reaches that
// follows a citation.
func (f *finder) parenthesis(at int) int {
	return len(parenthesisRE.FindString(f.text[at:]))
}

var parenthesisRE = regexp.MustCompile(`^[\d\s,–-]{0,30}\([^()]{0,80}\)`)

// sentence returns the events of a sentence that states the dates.
func (f *finder) sentence(s span, dates []dossier.Mention) []dossier.Event {
	var events []dossier.Event
	rows := f.rows(s, dates)
	for i := 0; i < len(dates); i++ {
		first, last := dates[i], dates[i]
		if i+1 < len(dates) && f.isRange(s.start, dates[i], dates[i+1]) {
			last = dates[i+1]
			i++
		}
		if e, ok := f.event(s, rows, first, last); ok {
			events = append(events, e)
		}
	}
	return events
}

// event describes the event of a date, or of the range from first to last, in
// a sentence; false if nothing is said of it.
func (f *finder) event(s span, rows []int, first, last dossier.Mention) (dossier.Event, bool) {
	e := dossier.Event{Date: first.Norm, Confidence: first.Score, Method: first.Method}
	if last.Norm != first.Norm {
		e.DateEnd, e.Confidence = last.Norm, min(first.Score, last.Score)
	}
	where, said, kind := f.where(s, rows, first, last)
	if kind == "" {
		return e, false
	}
	e.Kind, e.Start, e.End, e.Sentence = kind, where.start, where.end, f.text[where.start:where.end]
	e.Page = dossier.PageAt(f.pages, first.Start)
	e.Entities = f.named(where)
	e.Key = dossier.DeriveID("event", e.Date, e.DateEnd, string(kind), f.words(said, kind))
	return e, true
}

// where returns the words that state a date, and of what kind they are: a
// header of a mail, a row of a table, a line that stands by itself, or the
// sentence; no kind if they say nothing. Said is what makes the event the same
// elsewhere: all of a header, even if only its date is shown.
func (f *finder) where(s span, rows []int, first, last dossier.Mention) (where, said span, kind dossier.EventKind) {
	line := f.line(first.Start)
	if header, ok := f.header(line); ok {
		where = f.trim(header)
		if where.end-where.start > 2*longest { // a list of recipients
			where = f.trim(line)
		}
		return where, header, dossier.EventSent
	}
	whole := span{f.afterHeader(s.start, first.Start), s.end}
	row := rowAt(rows, whole, first.Start)
	if row != whole {
		whole = row
	} else if last.End <= line.end && f.standsAlone(line, whole, first, last) {
		whole = span{max(line.start, whole.start), min(line.end, whole.end)}
	}
	whole.end = max(whole.end, last.End) // a range may go over rows
	whole = f.trim(f.excerpt(whole, first.Start, last.End))
	rest := strings.TrimSpace(f.text[whole.start:first.Start] + " " + f.text[last.End:whole.end])
	switch {
	case datedRE.MatchString(rest):
		return whole, whole, dossier.EventDated
	case !speaks(rest), f.source(first.Start, f.text[whole.start:whole.end], rest): // numbers of a table, a note
		return whole, whole, ""
	}
	return whole, whole, dossier.EventStated
}

// named returns the keys of the entities named in a part of the text, sorted.
func (f *finder) named(where span) []string {
	var keys []string
	i, _ := slices.BinarySearchFunc(f.places, where.start, func(p place, at int) int { return cmp.Compare(p.start, at) })
	for ; i < len(f.places) && f.places[i].start < where.end; i++ {
		if f.places[i].end <= where.end {
			keys = append(keys, f.places[i].key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// longest is how much of a sentence is shown, in bytes; of a longer one, what
// stands around its date.
const longest = 600

// excerpt cuts what is too long to be read at a glance.
func (f *finder) excerpt(s span, start, end int) span {
	if s.end-s.start <= longest {
		return s
	}
	spare := max(longest-(end-start), 0)
	low := max(s.start, start-spare/2)
	if i := strings.LastIndexAny(f.text[low:start], ";\n"); i >= 0 && low > s.start {
		low += i + 1 // a clause or a line is a better beginning
	}
	high := min(s.end, low+longest)
	if i := strings.IndexAny(f.text[end:max(end, high)], ";\n"); i >= 0 && high < s.end && end+i-low > longest/3 {
		high = end + i
	}
	return span{f.wordStart(low, s.start, start), f.wordEnd(max(high, end), s.end, end)}
}

// wordStart moves an offset forward to where a word begins, but not over most;
// floor is the beginning of one.
func (f *finder) wordStart(at, floor, most int) int {
	if at == floor {
		return at
	}
	if i := strings.IndexAny(f.text[at-1:most], " \n\t\f"); i >= 0 {
		return at - 1 + i
	}
	return most
}

// wordEnd moves an offset back to where a word ends, but not over least;
// ceiling is the end of one.
func (f *finder) wordEnd(at, ceiling, least int) int {
	if at == ceiling {
		return at
	}
	return least + max(0, strings.LastIndexAny(f.text[least:at+1], " \n\t\f"))
}

// trim takes white space and the bars of tables and quotes off both ends.
func (f *finder) trim(s span) span {
	t := strings.TrimLeft(f.text[s.start:s.end], " \t\r\n\f>|*#-")
	start := s.end - len(t)
	t = strings.TrimRight(t, " \t\r\n\f|")
	return span{start, start + len(t)}
}
