package mail

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

// alternatives writes a mail of a plain and an HTML part.
func alternatives(plain, rich string) []byte {
	return fmt.Appendf(nil, "Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"+
		"--b\nContent-Type: text/plain; charset=utf-8\n\n%s\n--b\nContent-Type: text/html; charset=utf-8\n\n%s\n--b--\n", plain, rich)
}

func TestAlternativesThatSayTheSame(t *testing.T) {
	for name, parts := range map[string][2]string{
		"links written out":  {"See the order <https://court.example/orders/17> of today.", `<p>See the <a href="https://court.example/orders/17">order</a> of today.</p>`},
		"quotation, breaks":  {"I agree.\n\nOn Monday Peter wrote:\n> We will deliver the\n> goods.", "<p>I agree.</p><div>On Monday Peter wrote:<blockquote>We will deliver the goods.</blockquote></div>"},
		"emphasis, a list":   {"*Terms*\n 1. _Price_\n 2. Delivery by sea", "<b>Terms</b><ol><li><i>Price</i></li><li>Delivery by sea</li></ol>"},
		"a table":            {"Rent  $1,200\nDeposit\n$2,400.50", "<table><tr><td>Rent</td><td>$1,200</td></tr><tr><td>Deposit</td><td>$2,400.50</td></tr></table>"},
		"typography":         {"He doesn't \"recall\" -- the call", "<p>He doesn’t “recall” — the&nbsp;call</p>"},
		"a picture":          {"[image: logo]\nKind regards, Ann", `<img src="cid:logo"><p>Kind regards, Ann</p>`},
		"words glued by CSS": {"Invoice Total Due", "<span>Invoice</span><span>Total Due</span>"},
	} {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, alternatives(parts[0], parts[1]))
			if text := got.Pages[0].Text; text != "Subject: s\n\n"+parts[0] || len(got.Warnings) > 0 {
				t.Errorf("%q, warnings %q", text, got.Warnings)
			}
		})
	}
}

func TestAlternativesThatDiffer(t *testing.T) {
	mark := "\n\n" + richMark + "\n\n"
	for name, tt := range map[string]struct{ plain, rich, want, warning string }{
		"a hint": {
			"Please view this in an HTML reader.", "<p>Alan Whitcombe accepts $31,000.</p>",
			"Please view this in an HTML reader." + mark + "Alan Whitcombe accepts $31,000.", warnDiffer,
		},
		"an empty part":       {" \n", "<p>Alan accepts.</p>", "Alan accepts.", ""},
		"another amount":      {"Alan accepts $13,000 for it.", "<p>Alan accepts $31,000 for it.</p>", "Alan accepts $13,000 for it." + mark + "Alan accepts $31,000 for it.", warnDiffer},
		"a point in a number": {"The rate is 1.5 percent.", "<p>The rate is 15 percent.</p>", "The rate is 1.5 percent." + mark + "The rate is 15 percent.", warnDiffer},
		"the same words in another order": {
			"We do accept. He will not sue.", "<p>We do not accept. He will sue.</p>", "We do accept. He will not sue." + mark + "We do not accept. He will sue.", warnDiffer,
		},
		"the first paragraph only": {
			"Dear Ann,", "<p>Dear Ann,</p><p>the hearing is on May 3.</p>", "Dear Ann,\n\nthe hearing is on May 3.", warnPart,
		},
		"a line more": {
			"Dear Ann,\n\nthe hearing that we spoke of yesterday is on May 3.", "<p>Dear Ann,</p><p>the hearing that we spoke of yesterday is on May 3.</p><p>Bring Exhibit 4.</p>",
			"Dear Ann,\n\nthe hearing that we spoke of yesterday is on May 3." + mark + "Bring Exhibit 4.", warnDiffer,
		},
		"a link shown": {
			"The order of today is on the site of the court, with the exhibits.", "<p>The order of today is on the site of the court, with the exhibits.</p><p>https://court.example/17</p>",
			"The order of today is on the site of the court, with the exhibits." + mark + "https://court.example/17", warnDiffer,
		},
		"a plain part beside a long HTML part": {
			"The price is $5.", "<p>" + strings.Repeat("All prices are in the list. ", 20) + "</p>",
			"The price is $5." + mark + strings.TrimSpace(strings.Repeat("All prices are in the list. ", 20)), warnDiffer,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, alternatives(tt.plain, tt.rich))
			if text := got.Pages[0].Text; text != "Subject: s\n\n"+tt.want || strings.Join(got.Warnings, "\n") != tt.warning {
				t.Errorf("%q, warnings %q; want %q", text, got.Warnings, tt.want)
			}
		})
	}
}

func TestOutlookBodiesThatDiffer(t *testing.T) {
	got := extracttest.MustRead(t, ReadMSG, extracttest.Compound(mapi(headTop, map[uint16]any{
		propBody: "Plain words", propHTML: []byte("<p>Rich words</p>"),
	}, nil)))
	if want := "Plain words\n\n" + richMark + "\n\nRich words"; got.Pages[0].Text != want || len(got.Warnings) != 1 {
		t.Errorf("%q, warnings %q; want %q", got.Pages[0].Text, got.Warnings, want)
	}
}

// TestLongAlternativesAreBounded compares texts whose every line must be looked up.
func TestLongAlternativesAreBounded(t *testing.T) {
	var plain, rich strings.Builder
	for i := range 3 * maxPhrases {
		fmt.Fprintf(&plain, "the line with the number %d ends\n", i)
		fmt.Fprintf(&rich, "the line with the number %d ends here\n", i)
	}
	w := newWording(plain.String())
	if lacking := w.lacking(rich.String()); strings.Count(lacking, "\n") != 3*maxPhrases-1 || w.searches != maxPhrases {
		t.Errorf("%d lines lacking after %d searches", strings.Count(lacking, "\n")+1, w.searches)
	}
}

func TestEveryPartIsOnRecord(t *testing.T) {
	part := func(head, body string) string { return "--b\n" + head + "\n\n" + body + "\n" }
	mail := "Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" +
		part("Content-Type: text/html", "<p>First page</p>") +
		part("Content-Type: application/pdf", "%PDF-nameless") +
		part("Content-Type: text/html", "<p>Second page</p>") +
		part("Content-Type: text/plain\nContent-Disposition: x-odd; filename=odd.csv", "odd") +
		part("Content-Type: image/png\nContent-ID: <logo>", "\x89PNG small") +
		part("Content-Type: text/html; name=page.html", "<p>A file</p>") +
		"--b--\n"
	got := extracttest.MustRead(t, ReadEmail, []byte(mail))
	if want := "Subject: s\n\nFirst page\n--\nSecond page\n--\nodd"; got.Pages[0].Text != want {
		t.Errorf("%q, want %q", got.Pages[0].Text, want)
	}
	var names []string
	for _, c := range got.Children {
		names = append(names, c.Name+"="+string(c.Data))
	}
	if want := []string{"attachment-1.pdf=%PDF-nameless", "page.html=<p>A file</p>"}; strings.Join(names, "|") != strings.Join(want, "|") {
		t.Errorf("files %q, want %q", names, want)
	}
	if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "small pictures") {
		t.Errorf("warnings %q", got.Warnings)
	}
}
