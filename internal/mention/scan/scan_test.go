package scan_test

import (
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/mention/scan"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"long date", "on May 3, 2019, he", []string{"DATE May 3, 2019 = 2019-05-03"}},
		{"day first", "on 3 May 2019 and the 3rd day of May, 2019", []string{"DATE 3 May 2019 = 2019-05-03", "DATE 3rd day of May, 2019 = 2019-05-03"}},
		{"numbers", "05/03/2019 or 2019-05-03 or 5/3/19", []string{"DATE 05/03/2019 = 2019-05-03", "DATE 2019-05-03 = 2019-05-03", "DATE 5/3/19 = 2019-05-03"}},
		{"month", "in May 2019 and Sept. 2020", []string{"DATE May 2019 = 2019-05", "DATE Sept. 2020 = 2020-09"}},
		{"range", "from May 3 to June 5, 2019", []string{"DATE May 3 = 2019-05-03", "DATE June 5, 2019 = 2019-06-05"}},
		{"day range", "May 3-5, 2019", []string{"DATE May 3 = 2019-05-03", "DATE 5, 2019 = 2019-05-05"}},
		{"ranges of months and days", "from March through June 2019, 3-5 May 2019, March 2018 through June 2019", []string{"DATE March = 2019-03", "DATE June 2019 = 2019-06", "DATE 3 = 2019-05-03", "DATE 5 May 2019 = 2019-05-05", "DATE March 2018 = 2018-03", "DATE June 2019 = 2019-06"}},
		{"told by an event", "three days after service of the complaint, ten (10) days before the Effective Date", []string{"DATE three days after service of the complaint = P3D after service of the complaint", "DATE ten (10) days before the Effective Date = P10D before the Effective Date"}},
		{"told by a day", "On May 3, 2019, it broke. The following Monday it was mended.", []string{"DATE May 3, 2019 = 2019-05-03", "DATE The following Monday = 2019-05-06"}},
		{"told by a day, counted", "On May 3, 2019, it broke. Three days later it was mended.", []string{"DATE May 3, 2019 = 2019-05-03", "DATE Three days later = 2019-05-06"}},
		{"told by no certain day", "The lease of May 3, 2019, was read. The following Monday it rained; the next day, too.", []string{"DATE May 3, 2019 = 2019-05-03", "DATE The following Monday = following Monday", "DATE the next day = next day"}},
		{"told by a mail", "Date: Fri, 3 May 2019\n\nit came yesterday, not last month, nor two weeks ago", []string{"DATE 3 May 2019 = 2019-05-03", "DATE yesterday = 2019-05-02", "DATE last month = 2019-04", "DATE two weeks ago = 2019-04-19"}},
		{"not told", "for three days after the storm, ten days after he fell, the last year of it, 30 days after May 3, 2019, today", []string{"DURATION three days = P3D", "DURATION ten days = P10D", "DURATION 30 days = P30D", "DATE May 3, 2019 = 2019-05-03"}},
		{"no such day", "February 30, 2019 or 13/45/2019 or 2019-02-30", nil},
		{"broken line", "on May\n3, 2019", []string{"DATE May 3, 2019 = 2019-05-03"}},
		{"dollars", "paid $1,250 or $1,250.50 today", []string{"MONEY $1,250 = USD 1250.00", "MONEY $1,250.50 = USD 1250.50"}},
		{"scale", "$1.2 million, €3 billion, USD 5,000", []string{"MONEY $1.2 million = USD 1200000.00", "MONEY €3 billion = EUR 3000000000.00", "MONEY USD 5,000 = USD 5000.00"}},
		{"spelled", "ten thousand dollars ($10,000) and 500 dollars", []string{"MONEY ten thousand dollars ($10,000) = USD 10000.00", "MONEY 500 dollars = USD 500.00"}},
		{"spelled, with cents", "Twenty-Five Thousand and 00/100 Dollars ($25,000.00) or one hundred and five dollars ($105.50)", []string{"MONEY Twenty-Five Thousand and 00/100 Dollars ($25,000.00) = USD 25000.00", "MONEY one hundred and five dollars ($105.50) = USD 105.50"}},
		{"spelled, with a fraction", "Two Million Five Hundred Thousand and 50/100 Dollars, one point two million dollars, forty five hundred thirty dollars and ninety cents, two and a half million dollars, three point five dollars", []string{
			"MONEY Two Million Five Hundred Thousand and 50/100 Dollars = USD 2500000.50", "MONEY one point two million dollars = USD 1200000.00",
			"MONEY forty five hundred thirty dollars and ninety cents = USD 4530.90", "MONEY two and a half million dollars = USD 2500000.00", "MONEY three point five dollars = USD 3.50",
		}},
		{"dollars and cents in figures", "2,500 and 50/100 dollars, 12 dollars and 5 cents", []string{"MONEY 2,500 and 50/100 dollars = USD 2500.50", "MONEY 12 dollars and 5 cents = USD 12.05"}},
		{"a part of an amount in words", "seventeen point blank dollars, half a million dollars, ten and 150/100 dollars", nil},
		{"amounts over lines", "($20,\n000.00) and $1,250,\n000) but $20,\n500 shares and $20, 300 of them", []string{"MONEY $20, 000.00 = USD 20000.00", "MONEY $1,250, 000 = USD 1250000.00", "MONEY $20 = USD 20.00"}},
		{"amounts with the spaces of recognition", "$ 1 , 250 . 00 and $2 ,500 or $ 12 . 50", []string{"MONEY $ 1 , 250 . 00 = USD 1250.00", "MONEY $2 ,500 = USD 2500.00", "MONEY $ 12 . 50 = USD 12.50"}},
		{"lakhs and crores", "Rs. 12,50,000, Rs. 5 lakhs, ₹2.5 crore, INR 1,00,00,000", []string{
			"MONEY Rs. 12,50,000 = INR 1250000.00", "MONEY Rs. 5 lakhs = INR 500000.00", "MONEY ₹2.5 crore = INR 25000000.00", "MONEY INR 1,00,00,000 = INR 10000000.00",
		}},
		{"marks of the continent", "€1.250,00, € 1.250.000, EUR 12,50, CHF 1'250.50, €1.2 million, $1.250", []string{
			"MONEY €1.250,00 = EUR 1250.00", "MONEY € 1.250.000 = EUR 1250000.00", "MONEY EUR 12,50 = EUR 12.50", "MONEY CHF 1'250.50 = CHF 1250.50", "MONEY €1.2 million = EUR 1200000.00", "MONEY $1.250 = USD 1.25",
		}},
		{"no number", "it happened to be one of seven, and sixteen others", nil},
		{"rupees", "Rs. 1,500 and ₹200", []string{"MONEY Rs. 1,500 = INR 1500.00", "MONEY ₹200 = INR 200.00"}},
		{"percent with a fraction", "three point five percent", []string{"PERCENT three point five percent = 3.5%"}},
		{"percent", "25%, twenty percent (20%), 12.50 per cent, three percentage points and 50 basis points", []string{"PERCENT 25% = 25%", "PERCENT twenty percent (20%) = 20%", "PERCENT 12.50 per cent = 12.5%", "PERCENT three percentage points = 3 points", "PERCENT 50 basis points = 50 bp"}},
		{"durations", "thirty (30) days, 2 years and 6 months, a six-month term, ten business days, 48 hours", []string{"DURATION thirty (30) days = P30D", "DURATION 2 years and 6 months = P2Y6M", "DURATION six-month = P6M", "DURATION ten business days = 10 business days", "DURATION 48 hours = PT48H"}},
		{"no durations", "the 30 days' notice of a man 40 years old and Day 5", []string{"DURATION 30 days = P30D"}},
		{"two durations", "5 days and 10 days", []string{"DURATION 5 days = P5D", "DURATION 10 days = P10D"}},
		{"date in words", "this first day of June, two thousand nineteen, and the twenty-third day of May 2020", []string{"DATE first day of June, two thousand nineteen = 2019-06-01", "DATE twenty-third day of May 2020 = 2020-05-23"}},
		{"day first by the others", "13/02/2019 and 03/04/2019", []string{"DATE 13/02/2019 = 2019-02-13", "DATE 03/04/2019 = 2019-04-03"}},
		{"month first by the others", "02/13/2019 and 03/04/2019", []string{"DATE 02/13/2019 = 2019-02-13", "DATE 03/04/2019 = 2019-03-04"}},
		{"between stops", "03.04.2019", []string{"DATE 03.04.2019 = 2019-04-03"}},
		{"address", "at 353 Sacramento Street, 16th Floor, San Francisco, California 94111.", []string{"ADDRESS 353 Sacramento Street, 16th Floor, San Francisco, California 94111 = 353 Sacramento Street, 16th Floor, San Francisco, CA 94111"}},
		{"post box", "P.O. Box 12, Boston, MA 02110", []string{"ADDRESS P.O. Box 12, Boston, MA 02110 = P.O. Box 12, Boston, MA 02110"}},
		{"no address", "In 2019 we counted the cars, all MA 02110 did", nil},
		{"mail", "write to Jane.Roe@Example.com.", []string{"EMAIL Jane.Roe@Example.com = jane.roe@example.com"}},
		{"phones", "(617) 555-0100, 617-555-0101 or +44 20 7946 0958", []string{"PHONE (617) 555-0100 = +16175550100", "PHONE 617-555-0101 = +16175550101", "PHONE +44 20 7946 0958 = +442079460958"}},
		{"phones with extensions", "(617) 555-0100 ext. 12 or 617-555-0101 x7, +41 (0)44 555 01 23", []string{"PHONE (617) 555-0100 ext. 12 = +16175550100;ext=12", "PHONE 617-555-0101 x7 = +16175550101;ext=7", "PHONE +41 (0)44 555 01 23 = +41445550123"}},
		{"labelled phone", "Tel.: 0113 496 0958", []string{"PHONE 0113 496 0958 = 01134960958"}},
		{"no national phone", "row 0113 496 0958 of them", nil},
		{"no phones", "account 123-456-78901234, 2019-555-0100", nil},
		{"days of a list", "on January 5, 6 and 7, 2015; May 3 & 4, 2019; 5, 6 and 7 January 2015; on March 30, April 2, and May 1, 2020", []string{
			"DATE January 5 = 2015-01-05", "DATE 6 = 2015-01-06", "DATE 7, 2015 = 2015-01-07", "DATE May 3 = 2019-05-03", "DATE 4, 2019 = 2019-05-04",
			"DATE 5 = 2015-01-05", "DATE 6 = 2015-01-06", "DATE 7 January 2015 = 2015-01-07",
			"DATE March 30 = 2020-03-30", "DATE April 2 = 2020-04-02", "DATE May 1, 2020 = 2020-05-01",
		}},
		{"no days of a list", "the May 7, 6 and 5, 2015 hearing; January 5, 40 and 41, 2015", nil},
		{"two days of a month", "on 29/30.10.2014", []string{"DATE 29 = 2014-10-29", "DATE 30.10.2014 = 2014-10-30"}},
		{"with the time of day", "2020-11-10T08:30:00Z and 2020-11-10T08", []string{"DATE 2020-11-10 = 2020-11-10"}},
		{"month in letters between dashes", "7-Sep-98, 07-SEP-1998 and 7/Sep/2014, not 7-Sep-981", []string{"DATE 7-Sep-98 = 1998-09-07", "DATE 07-SEP-1998 = 1998-09-07", "DATE 7/Sep/2014 = 2014-09-07"}},
		{"in the year of our Lord", "this 12th day of May, A.D. 2014, May 3 in the year of our Lord 1914, and June, A.D. 1920", []string{
			"DATE 12th day of May, A.D. 2014 = 2014-05-12", "DATE May 3 in the year of our Lord 1914 = 1914-05-03", "DATE June, A.D. 1920 = 1920-06",
		}},
		{"spaced ordinal", "the 8 th February, 1999", []string{"DATE 8 th February, 1999 = 1999-02-08"}},
		{"numbers of parts", "Section 12.10.2019 of the Code, § 1.2.2020, version 1.2.2020, v. 1.2.2020, Rule 3.4.2019, 12.10.2019(b), Article 5.6.2018", nil},
		{"federal docket", "No. 1:19-cv-01234-ABC", []string{"DOCKET No. 1:19-cv-01234-ABC = 1:19-cv-01234"}},
		{"dockets", "Case No. 19-1234; Civil Action No. 04-10981-PBS; Index No. 650123/2019", []string{"DOCKET Case No. 19-1234 = 19-1234", "DOCKET Civil Action No. 04-10981-PBS = 04-10981", "DOCKET Index No. 650123/2019 = 650123/2019"}},
		{"dockets of a list", "Nos. 18-1233 & 18-1234; Docket Nos. 2020-0528, 2020-0546 & 2020-0548; Case Nos. 12345 and 12346; Nos. 18-1233, -1234, and -1235", []string{
			"DOCKET Nos. 18-1233 = 18-1233", "DOCKET 18-1234 = 18-1234", "DOCKET Docket Nos. 2020-0528 = 2020-0528", "DOCKET 2020-0546 = 2020-0546", "DOCKET 2020-0548 = 2020-0548",
			"DOCKET Case Nos. 12345 = 12345", "DOCKET 12346 = 12346", "DOCKET Nos. 18-1233 = 18-1233", "DOCKET -1234 = 18-1234", "DOCKET -1235 = 18-1235",
		}},
		{"docket before a date", "No. 18-1233, 5-3-2019 and Case No. 19-1234, 10 days", []string{"DOCKET No. 18-1233 = 18-1233", "DATE 5-3-2019 = 2019-05-03", "DOCKET Case No. 19-1234 = 19-1234", "DURATION 10 days = P10D"}},
		{"dockets of a court of appeals", "No. 05-19-00123-CV and No. 05-19-00123-CR, No. 05-19-00123-JKL", []string{
			"DOCKET No. 05-19-00123-CV = 05-19-00123-CV", "DOCKET No. 05-19-00123-CR = 05-19-00123-CR", "DOCKET No. 05-19-00123-JKL = 05-19-00123",
		}},
		{"docket of a year", "Civil Appeal No. 2878 of 2014, Nos. 12 and 13 of 2015, Act No. 12 of 2014", []string{
			"DOCKET Appeal No. 2878 of 2014 = 2878 of 2014", "DOCKET Nos. 12 = 12 of 2015", "DOCKET 13 of 2015 = 13 of 2015",
		}},
		{"docket over a line", "No. 2:19-cv-\n00123-JAM and 1:19-\ncv-456", []string{"DOCKET No. 2:19-cv- 00123-JAM = 2:19-cv-00123", "DOCKET 1:19- cv-456 = 1:19-cv-456"}},
		{"no docket", "Document No. 5 and Exhibit No. 12", nil},
		{"event of an event", "within 30 days from the achievement of such Results", []string{"DATE 30 days from the achievement of such Results = P30D from the achievement of such Results"}},
		{"docket of a county", "Case No. RG19012345 and Case No. 650123", []string{"DOCKET Case No. RG19012345 = RG19012345", "DOCKET Case No. 650123 = 650123"}},
		{"numbers of other things", "OMB No. 1545-0074, File No. 333-12345, Form No. 10-123 and Commission File Number: 001-36042", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, m := range scan.Find(c.text) {
				got = append(got, fmt.Sprintf("%s %s = %s", m.Type, lex.OneLine(m.Text), m.Norm))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzFind checks what Find promises: mentions in order that do not overlap and
// are where they say.
func FuzzFind(f *testing.F) {
	f.Add("May 3-5, 2019 $1.2 million +1 617 555 0100 a@b.cc, 1:19-cv-1-A, ten days after service; 1 Main St., Ada, OK 74820, SBN 12345")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("texts are valid UTF-8")
		}
		end := 0
		for _, m := range scan.Find(text) {
			if m.Start < end || m.Start >= m.End || m.End > len(text) || text[m.Start:m.End] != m.Text || m.Norm == "" || m.Method == "" {
				t.Fatalf("%+v after %d", m, end)
			}
			end = m.End
		}
	})
}
