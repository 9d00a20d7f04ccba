package chronology_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/chronology"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/resolve"
)

// find reads a text of one page as the stages do.
func find(text string, zones ...dossier.Zone) []dossier.Event {
	mentions := mention.Find(text)
	pages := []dossier.PageSpan{{Number: 1, End: len(text)}}
	return chronology.Find(text, pages, zones, mentions, resolve.Document(text, mentions))
}

// lines renders events as "kind date–end: words".
func lines(events []dossier.Event) []string {
	list := []string{}
	for _, e := range events {
		when := e.Date
		if e.DateEnd != "" {
			when += "–" + e.DateEnd
		}
		list = append(list, string(e.Kind)+" "+when+": "+strings.Join(strings.Fields(e.Sentence), " "))
	}
	return list
}

func TestEvents(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{
			"the sentence that states it", "The goods were stored. On December 18, 2022, a fire destroyed the warehouse. Nobody was hurt.",
			[]string{"stated 2022-12-18: On December 18, 2022, a fire destroyed the warehouse."},
		},
		{
			"a month", "The premium for May 2019 was not paid by anybody.",
			[]string{"stated 2019-05: The premium for May 2019 was not paid by anybody."},
		},
		{
			"a range", "The audit ran from May 3 to June 5, 2019 in Boston.",
			[]string{"stated 2019-05-03–2019-06-05: The audit ran from May 3 to June 5, 2019 in Boston."},
		},
		{
			"between", "The goods were lost between May 3, 2019 and June 5, 2019.",
			[]string{"stated 2019-05-03–2019-06-05: The goods were lost between May 3, 2019 and June 5, 2019."},
		},
		{
			"two dates are no range", "It was signed on May 3, 2019 and June 5, 2019 by both.",
			[]string{
				"stated 2019-05-03: It was signed on May 3, 2019 and June 5, 2019 by both.",
				"stated 2019-06-05: It was signed on May 3, 2019 and June 5, 2019 by both.",
			},
		},
		{
			"the same words twice", "1. On May 3, 2019, he left the firm.\n\nHe said so.\n\n7. On May 3,\n2019, he left the firm.",
			[]string{"stated 2019-05-03: On May 3, 2019, he left the firm."},
		},
		{
			"a paper dates itself", "The motion should be denied.\n\nDated: January 8, 2024\n\nRespectfully submitted,",
			[]string{"dated 2024-01-08: Dated: January 8, 2024"},
		},
		{"a date alone", "Letter\n\nFebruary 14, 2023\n\nDear Ms. Roe,", []string{"dated 2023-02-14: February 14, 2023"}},
		{
			"rows of a docket", "Date Filed\t#\tDocket Text\n10/02/2023\t1\tCOMPLAINT filed by Jane Roe\n10/09/2023\t5\tANSWER by John Poe",
			[]string{
				"stated 2023-10-02: 10/02/2023 1 COMPLAINT filed by Jane Roe",
				"stated 2023-10-09: 10/09/2023 5 ANSWER by John Poe",
			},
		},
		{
			"a label and its value", "Assigned to: Judge Jane Roe\nDate Terminated: 12/22/2020\nJury Demand: Both",
			[]string{"stated 2020-12-22: Date Terminated: 12/22/2020"},
		},
		{
			"the header of a mail", "Subject: The claim\nFrom: Jane Roe <jane@roe.example>\nTo: John Poe <john@poe.example>\nDate: Tue, 3 May 2022 09:00:00 -0400\n\nPlease pay.",
			[]string{"sent 2022-05-03: Subject: The claim From: Jane Roe <jane@roe.example> To: John Poe <john@poe.example> Date: Tue, 3 May 2022 09:00:00 -0400"},
		},
		{"a filing stamp", "Case 1:23-cv-04417-MKB Document 31 Filed 03/14/2024 Page 1 of 6\n\nThe motion is denied.", nil},
		{"a visit to a page", "See roe.example/terms (last visited May 3, 2019) for the terms.", nil},
		{
			"a change is an event", "The lease was\nmodified on May 3, 2019 by both parties.",
			[]string{"stated 2019-05-03: The lease was modified on May 3, 2019 by both parties."},
		},
		{"an edition", "AO 88 (Rev. 12/01/2013) Subpoena to testify", nil},
		{"a printing mark", "Printed on 3/14/2024 by jroe", nil},
		{"a decision", "See Roe v. Poe, 123 F.3d 456, 458 (2d Cir. May 3, 1997).", nil},
		{"a decision in no reporter", "Roe v. Poe, No. 20-CV-02731 (N.D.\nCal. June 9, 2020), held the same of the plaintiff.", nil},
		{
			"a mail to many", "Subject: All\nFrom: Jane Roe <jane@roe.example>\nTo: " + strings.Repeat("John Poe <john@poe.example>, ", 60) + "\nDate: Tue, 3 May 2022 09:00:00 -0400\n\nPlease pay.",
			[]string{"sent 2022-05-03: Date: Tue, 3 May 2022 09:00:00 -0400"},
		},
		{"a docket cited", "See Roe v. Poe, No. 1:17-cr-232 (D.D.C. Dec. 1, 2017), on the plea of the defendant.", nil},
		{"a note that names a source", "420 Poe 8/10/17 302, at 2.", nil},
		{
			"a note that tells", "1049 Poe booked a ticket to the Seychelles on January 7, 2017.",
			[]string{"stated 2017-01-07: 1049 Poe booked a ticket to the Seychelles on January 7, 2017."},
		},
		{
			"the mark of a note", "He worked on it as late as June 2016.349 On January 20, 2016, he received a letter.",
			[]string{
				"stated 2016-06: He worked on it as late as June 2016.349",
				"stated 2016-01-20: On January 20, 2016, he received a letter.",
			},
		},
		{
			"a row after the rest of another", "03/01/2021\t1\tMOTION for a Plan.(Roe, Jane) (Entered: 03/02/2021)\n03/05/2021\t2\tORDER denying the motion of the plaintiff",
			[]string{
				"stated 2021-03-01: 03/01/2021 1 MOTION for a Plan.(Roe, Jane) (Entered: 03/02/2021)",
				"stated 2021-03-05: 03/05/2021 2 ORDER denying the motion of the plaintiff",
			},
		},
		{"numbers of a table", "05/03/2019\t12.50\t13.00", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(append([]string{}, tt.want...), lines(find(tt.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEntitiesOfAnEvent(t *testing.T) {
	text := "Luis Poe lives here. On May 3, 2022, Jane Roe sued Halden Logistics Inc. in Boston."
	events := find(text)
	if len(events) != 1 {
		t.Fatalf("%d events", len(events))
	}
	keys := strings.Join(events[0].Entities, " ")
	for _, want := range []string{"PERSON:jane roe", "ORG:halden logistics"} {
		if !strings.Contains(keys, want) {
			t.Errorf("%q is not among %s", want, keys)
		}
	}
	if strings.Contains(keys, "poe") {
		t.Errorf("the sentence does not name Poe: %s", keys)
	}
}

func TestZonesAreNoProse(t *testing.T) {
	text := "Draft sent to both parties on May 3, 2019\n\nOn June 5, 2019, the goods were lost."
	header := dossier.Zone{Kind: dossier.ZoneHeader, End: strings.IndexByte(text, '\n')}
	if diff := cmp.Diff([]string{"stated 2019-06-05: On June 5, 2019, the goods were lost."}, lines(find(text, header))); diff != "" {
		t.Error(diff)
	}
	footnote := header
	footnote.Kind = dossier.ZoneFootnotes
	if n := len(find(text, footnote)); n != 2 {
		t.Errorf("%d events: footnotes are prose", n)
	}
}

// A mail and what others quote of it is one event.
func TestQuotedMailHasOneKey(t *testing.T) {
	mail := "Subject: The claim\nFrom: Jane Roe <jane@roe.example>\nTo: John Poe <john@poe.example>\n" +
		"Date: Tue, 3 May 2022 09:00:00 -0400\n\nThe valve was closed on May 1, 2022 by our men."
	outlook := "Subject: RE: The claim\nFrom: John Poe <john@poe.example>\nDate: Wed, 4 May 2022 10:00:00 -0400\n\nNo.\n\n" +
		"From: Jane Roe\nSent: Tuesday, May 3, 2022 9:00 AM\nTo: John Poe\nSubject: The claim\n\nThe valve was closed on May 1, 2022 by our men."
	gmail := "Subject: Re: The claim\nFrom: John Poe <john@poe.example>\nDate: Wed, 4 May 2022 10:00:00 -0400\n\nNo.\n\n" +
		"On Tue, May 3, 2022 at 9:00 AM Jane Roe <jane@roe.example> wrote:\n> The valve was closed\n> on May 1, 2022 by our men."
	keys := func(text string) map[string]bool {
		set := map[string]bool{}
		for _, e := range find(text) {
			set[e.Date+" "+string(e.Kind)+" "+e.Key] = true
		}
		return set
	}
	original := keys(mail)
	if len(original) != 2 {
		t.Fatalf("%v", lines(find(mail)))
	}
	for name, quoting := range map[string]string{"outlook": outlook, "gmail": gmail} {
		got := keys(quoting)
		for k := range original {
			if !got[k] {
				t.Errorf("%s: %s is another event: %v", name, k, lines(find(quoting)))
			}
		}
		if len(got) != 3 {
			t.Errorf("%s: %d events, want the two quoted and the answer", name, len(got))
		}
	}
}

// Whatever the text, the words of an event are those of the text, hold its
// date, and are found again.
func TestProofIsExact(t *testing.T) {
	parts := []string{"On May 3, 2019, ", "he left. ", "\n", "\n\n", "\f", "> ", "\t", "From: Jane Roe\n", "Sent: May 4, 2019\n", "Dated: ", "é", "2019-05-03", " to ", "; ", strings.Repeat("long ", 200), strings.Repeat("x", 700), "("}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 30).Draw(t, "parts"), "")
		for _, e := range find(text) {
			if e.Sentence != text[e.Start:e.End] || strings.TrimSpace(e.Sentence) == "" {
				t.Fatalf("%+v", e)
			}
			if _, _, ok := dossier.Days(e.Date); !ok {
				t.Fatalf("%+v", e)
			}
		}
	})
}

func TestDays(t *testing.T) {
	for _, tt := range []struct {
		date, first, last string
		ok                bool
	}{
		{"2019-05-03", "2019-05-03", "2019-05-03", true},
		{"2019-05", "2019-05-01", "2019-05-31", true},
		{"2020-02", "2020-02-01", "2020-02-29", true},
		{"2019", "2019-01-01", "2019-12-31", true},
		{"2019-13", "", "", false},
		{"2019-02-30", "", "", false},
		{"", "", "", false},
		{"May", "", "", false},
	} {
		if first, last, ok := dossier.Days(tt.date); first != tt.first || last != tt.last || ok != tt.ok {
			t.Errorf("%q: %s to %s, %v", tt.date, first, last, ok)
		}
	}
}
