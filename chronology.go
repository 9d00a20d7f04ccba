package dossier

import "time"

// EventKind says in what kind of words a document states a date.
type EventKind string

// The kinds of events.
const (
	EventStated EventKind = "stated" // a sentence, or a row of a table
	EventDated  EventKind = "dated"  // the line by which a paper says of when it is
	EventSent   EventKind = "sent"   // the header of a mail, the paper's own or a quoted one
)

// Event is a date that a document states, with the words that say of what it
// is the date.
type Event struct {
	Kind EventKind `json:"kind"`
	// Date is as exact as the document: 2019-05-03, 2019-05 or 2019. DateEnd is
	// the other end of a range, or "".
	Date    string `json:"date"`
	DateEnd string `json:"date_end,omitempty"`
	// Page, Start, End and Sentence are the proof: Sentence is exactly
	// text[Start:End].
	Page     int    `json:"page"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	Sentence string `json:"sentence"`
	// Key is the same wherever the same date is stated in the same words.
	Key        string   `json:"key"`
	Entities   []string `json:"entities,omitempty"` // keys of the entities that the words name, sorted
	Confidence float64  `json:"confidence"`
	Method     string   `json:"method"` // the finder of the date
}

// Precision is how exact a date is: "day", "month" or "year".
func Precision(date string) string {
	switch len(date) {
	case len("2006"):
		return "year"
	case len("2006-01"):
		return "month"
	}
	return "day"
}

// Days returns the first and the last day of a date or of a part of one:
// "2019-05" is 2019-05-01 to 2019-05-31. False if it is no date.
func Days(date string) (first, last string, ok bool) {
	layout := map[int]string{len("2006"): "2006", len("2006-01"): "2006-01", len(time.DateOnly): time.DateOnly}[len(date)]
	from, err := time.Parse(layout, date)
	if layout == "" || err != nil {
		return "", "", false
	}
	to := from
	switch Precision(date) {
	case "year":
		to = from.AddDate(1, 0, -1)
	case "month":
		to = from.AddDate(0, 1, -1)
	}
	return from.Format(time.DateOnly), to.Format(time.DateOnly), true
}
