package casefile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// scannedLines are lines that need no more than a scan.
var scannedLines = []string{
	`{"id":1,"document":"a","type":"PERSON","text":"Jane A. Roe","start":0}`,
	` { "id" : "x7" , "document":"", "type":"ORG" ,"text":"Société Générale","start":12 } ` + "\r",
	`{"document":"a","text":"Roe","end":9,"score":-0.5e+1,"norm":"","type":"PERSON","page":1,"start":6,"id":-0.1}`,
	`{"id":1,"id":2,"document":"a","document":"b","type":"ORG","text":"x","start":1,"text":"Roe","start":2}`,
}

// otherLines are lines that encoding/json has to take, or to refuse.
var otherLines = []string{
	`{"id":1,"document":"a","type":"PERSON","text":"Robert \"Bob\"\nRoe \ud83d\ude00 \ud83d","start":0}`,
	`{"id":{"a": [1, 2]},"document":"a","type":"PERSON","text":"Roe","start":0}`,
	`{"ID":1,"Document":"a","type":"PERSON","text":"Roe","start":0}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","` + "\u017f" + `tart":0}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","Text":"Poe","start":0}`,
	`{"id":null,"document":"a","type":"PERSON","text":"Roe","start":0,"role":null,"more":[{}]}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe` + "\xff" + `","start":0}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe` + "\x01" + `","start":0}`,
	`{"id":1,"document":"a","type":"PERSON","text":" ","start":0}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":-1}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":01}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":1.0}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":"1"}`,
	`{"id":1,"document":"a","type":"PERSON","text":7,"start":1}`,
	`{"id":01,"document":"a","type":"PERSON","text":"Roe","start":1}`,
	`{"id":1,"document":"a","type":"Wizard","text":"Roe","start":1}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":99999999999999999999}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":1,}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe","start":1} {}`,
	`{"id":1,"document":"a","type":"PERSON","text":"Roe"}`,
	`{"id":1 "document":"a"}`, `{1:2}`, `{}`, `[]`, `{"id":`, `{"id":"`, `{`, ``,
}

// FuzzMentionLine checks that a line taken at a glance is taken as encoding/json
// takes it.
func FuzzMentionLine(f *testing.F) {
	for _, line := range append(scannedLines, otherLines...) {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var got, want mentionLine
		if !got.scan(line) {
			return
		}
		if err := want.unmarshal(line); err != nil {
			t.Fatalf("%q was taken: %v", line, err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(mentionLine{})); diff != "" {
			t.Fatalf("%q: %s", line, diff)
		}
	})
}

func TestResolveScansPlainLines(t *testing.T) {
	var q mentionLine
	for _, line := range scannedLines {
		if !q.scan([]byte(line)) {
			t.Errorf("%s was left to encoding/json", line)
		}
	}
	for _, line := range otherLines {
		if q.scan([]byte(line)) {
			t.Errorf("%s was not left to encoding/json", line)
		}
	}
}

// FuzzAppendResolved checks that an answer is written as encoding/json writes it.
func FuzzAppendResolved(f *testing.F) {
	f.Add([]byte(`{"a": [1, "< >"], "b":null}`), "PERSON:jane roe", "ORG:roe & poe <\"x\">")
	f.Add([]byte(`"\u2028 "`), "DATE:\u2028\n\x01", "PERSON:\xff é")
	f.Fuzz(func(t *testing.T, id []byte, within, of string) {
		id = bytes.TrimSpace(id)
		if !json.Valid(id) {
			return
		}
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(struct {
			ID             json.RawMessage `json:"id"`
			DocumentEntity string          `json:"document_entity"`
			Entity         string          `json:"entity"`
		}{id, within, of}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(AppendResolved(nil, id, within, of))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestResolveReadsAndPrintsWithoutGarbage bounds what a line costs in
// allocations once its text is known, on the way in and on the way out.
func TestResolveReadsAndPrintsWithoutGarbage(t *testing.T) {
	const lines = 20_000
	input := madeUpMentions(lines, 50)
	perRun := testing.AllocsPerRun(3, func() {
		var m mentionList
		if err := m.read(strings.NewReader(input)); err != nil {
			t.Fatal(err)
		}
		m.keys.addString("PERSON:jane roe")
		for i := range m.list {
			m.list[i].within = 0
		}
		if err := m.print(bufio.NewWriterSize(io.Discard, 64<<10), AppendResolved); err != nil {
			t.Fatal(err)
		}
	})
	if perRun > lines/20 {
		t.Errorf("%.0f allocations for %d lines", perRun, lines)
	}
}

// madeUpMentions writes lines of mentions of some hundred people and
// organisations in documents of the given number of mentions.
func madeUpMentions(lines, perDocument int) string {
	var b strings.Builder
	for i := range lines {
		who := i * 7919 % 131
		name, typ := fmt.Sprintf("%s %c. Halden%c%c", []string{"Jane", "John", "Mary"}[who%3], 'A'+rune(who%7), 'a'+rune(who%11), 'a'+rune(who%13)), "PERSON"
		if who%4 == 0 {
			name, typ = fmt.Sprintf("Northgate%c Freight%c Inc.", 'a'+rune(who%17), 'a'+rune(who%5)), "ORG"
		}
		fmt.Fprintf(&b, `{"id":%d,"document":"paper %d","type":%q,"text":%q,"start":%d}`+"\n", i, i/perDocument, typ, name, i%perDocument*100)
	}
	return b.String()
}

// BenchmarkResolve is the command over fifty thousand lines; -cpuprofile shows
// where the time goes. That of a million names is in internal/resolve.
func BenchmarkResolve(b *testing.B) {
	input := madeUpMentions(50_000, 50)
	b.ReportAllocs()
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		if err := ResolveMentions(strings.NewReader(input), io.Discard, AppendResolved); err != nil {
			b.Fatal(err)
		}
	}
}
