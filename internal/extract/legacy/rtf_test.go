package legacy

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

func TestRTFText(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"paragraphs", `one\par\par two\line three\par`, "one\n\ntwo\nthree"},
		{"raw line ends", "o\r\nne \\\ntwo", "one\n\ntwo"},
		{"quotes", `\ldblquote a\rdblquote\~b\_c\emdash\'93d\'94`, "“a”\u00a0b-c—“d”"},
		{"code pages", `{\f1 \'cf\'f0\'e0\'e2\'ee} {\f0 caf\'e9} {\f3 \'83e\'83X\'83g}`, "Право café テスト"},
		{"signs", `{\f2 a\'b7}{\f2\u-3886 ?}`, "α•®"},
		{"unicode", `\u1055?\uc0\u8364\uc2\u8217ab\uc1\u-10179?\u-8704?{\u233\'e9}`, "П€’😀é"},
		{"destinations", `a{\pict 0102}{\*\unknown b}{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}{\*\bkmkstart x}{\bin3 }}}`, "alink"},
		{"binary", `a{\pict\bin5 }}}}}}b`, "ab"},
		{"both encodings", `{\upr{\'e9}{\*\ud{\u1055?}}}`, "П"},
		{"table", `before\par\trowd\pard\intbl a\par b\cell\pard\intbl\cell c\cell\row\pard\intbl d\cell\row\pard after`, "before\n\na b\t\tc\nd\n\nafter"},
		{"notes", `{\header Head}body{\footnote Note one.} goes on{\footer Foot}{\footerf Foot}`, "Head\n\nbody goes on\n\nNote one.\n\nFoot"},
		{"box", `text{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt boxed\par}}{\shprslt boxed}} ends\par`, "text ends\n\nboxed"},
		{"missing braces", `{\b one {two`, "one two"},
		{"hyphen after a word", `{\b-one}`, "-one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			extracttest.WantTexts(t, extracttest.MustRead(t, ReadRTF, extracttest.RTF(tt.body)), tt.want)
		})
	}
}

func TestRTFFindings(t *testing.T) {
	const stamp = `1512122436` // 2020-02-01 17:04, a Saturday
	doc := extracttest.MustRead(t, ReadRTF, extracttest.RTF(`{\*\revtbl{Unknown;}{A. Ortega;}}`+
		`{\info{\title The {\b Lease}}{\author A. Ortega}{\company C}{\creatim\yr2023\mo1\dy2\hr3\min4}}`+
		`rent {\deleted\revauthdel1\revdttmdel`+stamp+` one}{\revised\revauth1\revdttm`+stamp+` two} dollars{\v  secret}.`+
		`{\*\atrfstart 7}term{\*\atrfend 7}{\*\atnid B}{\*\atnauthor B. Cole}\chatn{\*\annotation{\*\atnref 7}{\*\atndate `+stamp+`}Is this right?}`))
	extracttest.WantTexts(t, doc, "rent two dollars.term")
	at := dttm(1512122436)
	extracttest.WantFindings(t, doc,
		dossier.Finding{Kind: dossier.Deleted, Page: 1, Text: "one", Author: "A. Ortega", At: at},
		dossier.Finding{Kind: dossier.Inserted, Page: 1, Text: "two", Author: "A. Ortega", At: at},
		dossier.Finding{Kind: dossier.HiddenText, Page: 1, Text: "secret"},
		dossier.Finding{Kind: dossier.Comment, Page: 1, Text: "Is this right?", Author: "B. Cole", At: at, Detail: "on “term”"})
	want := map[string]string{"title": "The Lease", "author": "A. Ortega", "date": "2023-01-02T03:04"}
	if diff := cmp.Diff(want, doc.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
}

func TestDTTM(t *testing.T) {
	packed := uint32(4 | 17<<6 | 1<<11 | 2<<16 | 120<<20 | 6<<29)
	if got := dttm(packed); got != "2020-02-01T17:04" {
		t.Errorf("dttm(%d) = %q", packed, got)
	}
	if got := dttm(0); got != "" {
		t.Errorf("dttm(0) = %q", got)
	}
}

func TestRTFHostile(t *testing.T) {
	_, err := extracttest.Read(t, ReadRTF, bytes.Repeat([]byte(`{\rtf1`), maxRTFGroups+1))
	if dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("%d groups: %v, want code %s", maxRTFGroups+1, err, dossier.CodeDamaged)
	}
}

func FuzzRTF(f *testing.F) {
	extracttest.Fuzz(
		f, ReadRTF, extracttest.RTF(`a\par\'e9\u1055?{\footnote b}{\v c}`),
		extracttest.RTF(`{\*\revtbl{A;}}{\deleted x}{\upr{a}{\*\ud{b}}}\intbl a\cell\row{\shptxt b}`),
		extracttest.RTF(`{\info{\title a}{\creatim\yr1}}{\*\atnauthor x}{\*\annotation{\*\atnref 1}y}{\pict\bin3 abc}{\header h}`),
	)
}
