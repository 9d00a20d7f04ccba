package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestMailThreads(t *testing.T) {
	tests := []struct{ head, want string }{
		{"Message-ID: <3@x>\nIn-Reply-To: <2@x>\nReferences: <1@x> <2@x>\n", "<1@x>"},
		{"Message-ID: <3@x>\nIn-Reply-To: Your mail of Monday <2@x>\n", "<2@x>"},
		{"Message-ID: <3@x>\n", "<3@x>"},
	}
	for _, tt := range tests {
		got, err := extracttest.Read(t, ReadEmail, []byte("Subject: a\n"+tt.head+"\nbody\n"))
		if err != nil || got.Meta["thread_id"] != tt.want {
			t.Errorf("%q: thread %q, %v; want %q", tt.head, got.Meta["thread_id"], err, tt.want)
		}
	}
	var threads []string
	for _, subject := range []string{"The  Lease", "RE: the lease", "Fwd: AW: Re[2]: The lease"} {
		threads = append(threads, (&letter{subject: subject}).thread())
	}
	if threads[0] == "" || threads[1] != threads[0] || threads[2] != threads[0] || (&letter{subject: "Releases"}).thread() == threads[0] {
		t.Errorf("threads by subject %q", threads)
	}
}

func TestParseDate(t *testing.T) {
	for _, s := range []string{
		"Mon, 2 Jan 2023 16:04:05 +0100", "Mon, 02 Jan 2023 15:04:05 GMT", "2 Jan 2023 10:04:05 -0500 (EST)",
		"Mon, 2 Jan 23 15:04:05 +0000", "Mon Jan  2 15:04:05 2023", "Mon,  2 Jan 2023 15:04:05 +0000 (some place)", "2023-01-02T15:04:05Z",
	} {
		if got := ParseDate(s); !got.Equal(testSent) {
			t.Errorf("%q: %v", s, got)
		}
	}
	if got := ParseDate("soon"); !got.IsZero() {
		t.Errorf("soon is %v", got)
	}
}

func TestMailBcc(t *testing.T) {
	got, err := extracttest.Read(t, ReadEmail, []byte("Message-ID: <1@x>\nFrom: a@x\nTo: b@x\nBcc: c@x\nSubject: s\n\nbody"))
	if err != nil || got.Meta["bcc"] != "c@x" || got.Pages[0].Text != "Subject: s\nFrom: a@x\nTo: b@x\nBcc: c@x\n\nbody" {
		t.Errorf("%q, meta %v, %v", got.Pages[0].Text, got.Meta, err)
	}
}

func TestMailLabelsThatLie(t *testing.T) {
	tests := []struct{ label, raw, want string }{
		{"utf-8", "Caf\xe9 and \x93quotes\x94", "Café and “quotes”"},
		{"iso-8859-1", "Gr\xc3\xbc\xc3\x9fe aus M\xc3\xbcnchen", "Grüße aus München"},
		{"iso-8859-1", "see \xc2\xa7 12", "see § 12"},
		{"iso-8859-1", "S\xc3\x83O PAULO", "SÃO PAULO"},
		{"iso-8859-1", "wrong here \xc3\x82", "wrong here Ã"}, // decoded wrongly before: the label stands
		{"us-ascii", strings.Repeat("\xd1\xf3\xe4 \xef\xee\xf1\xf2\xe0\xed\xee\xe2\xe8\xeb ", 5), strings.TrimSpace(strings.Repeat("Суд постановил ", 5))},
		{"iso-8859-1", "Un caf\xe9 pr\xe8s du palais", "Un café près du palais"},
		{"no-such-charset", "Caf\xe9", "Café"},
	}
	for _, tt := range tests {
		mail := "Message-ID: <1@x>\nSubject: s\nContent-Type: text/plain; charset=" + tt.label + "\nContent-Transfer-Encoding: 8bit\n\n" + tt.raw + "\n"
		got, err := extracttest.Read(t, ReadEmail, []byte(mail))
		if err != nil || got.Pages[0].Text != "Subject: s\n\n"+tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.label, got.Pages[0].Text, err, tt.want)
		}
	}
}

func TestMailHeadersInAnyCharacterSet(t *testing.T) {
	for raw, want := range map[string]string{
		"Gr\xfc\xdfe aus M\xfcnchen":                                                      "Grüße aus München",
		"=?iso-8859-1?Q?Gr\xfc\xdfe_aus?= =?iso-8859-1?q?_K=F6ln?=":                       "Grüße aus Köln",
		"=?8bit?Q?Gr=FC=DFe?= and =?windows-1251?B?z/Do4uXy?= today":                      "Grüße and Привет today",
		"\xd1\xf3\xe4 \xef\xee\xf1\xf2\xe0\xed\xee\xe2\xe8\xeb \xef\xee \xe4\xe5\xeb\xf3": "Суд постановил по делу",
		"=?koi8-r?B?8NLJ18XU?=":                                                           "Привет",
		"Grüße":                                                                           "Grüße",
		"=?utf-8?Q?broken":                                                                "=?utf-8?Q?broken",
	} {
		got := extracttest.MustRead(t, ReadEmail, []byte("Message-ID: <1@x>\nSubject: "+raw+"\n\nx"))
		if got.Meta["subject"] != want {
			t.Errorf("%q: %q, want %q", raw, got.Meta["subject"], want)
		}
	}
}

func TestMailInUTF16(t *testing.T) {
	const mail = "Message-ID: <1@x>\r\nFrom: a@x\r\nSubject: Grüße\r\n\r\nthe body ü\r\n"
	wide := compound.EncodeUTF16(mail)
	for name, data := range map[string][]byte{
		"UTF-16": wide, "UTF-16 with its mark": append([]byte{0xff, 0xfe}, wide...), "the mark of UTF-8": []byte("\ufeff" + mail),
	} {
		got := extracttest.MustRead(t, ReadEmail, data)
		if want := "Subject: Grüße\nFrom: a@x\n\nthe body ü"; got.Pages[0].Text != want || len(got.Losses) > 0 {
			t.Errorf("%s: %q, losses %v; want %q", name, got.Pages[0].Text, got.Losses, want)
		}
	}
	for _, label := range []string{"; charset=utf-16", "; charset=utf-16le", ""} {
		got := extracttest.MustRead(t, ReadEmail, []byte("Message-ID: <1@x>\nSubject: s\nContent-Type: text/plain"+label+"\nContent-Transfer-Encoding: base64\n\n"+
			base64.StdEncoding.EncodeToString(compound.EncodeUTF16("Grüße aus Köln"))))
		if got.Pages[0].Text != "Subject: s\n\nGrüße aus Köln" {
			t.Errorf("body%s: %q", label, got.Pages[0].Text)
		}
	}
}

func TestHTMLMailNamesItsCharacterSet(t *testing.T) {
	const part = "Content-Type: text/html\nContent-Transfer-Encoding: 8bit\n\n" +
		"<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\"></head><p>\xcf\xf0\xe8\xe2\xe5\xf2 X</p>\n"
	for _, mail := range []string{part, "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + part + "--b--\n"} {
		got := extracttest.MustRead(t, ReadEmail, []byte("Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\n"+mail))
		if got.Pages[0].Text != "Subject: s\n\nПривет X" {
			t.Errorf("%q", got.Pages[0].Text)
		}
	}
	// Bytes that are UTF-8 by chance only.
	got := extracttest.MustRead(t, ReadEmail, []byte("Message-ID: <1@x>\nSubject: s\nContent-Type: text/html\n\n<meta charset=windows-1250><p>\xc2\x80 5</p>"))
	if got.Pages[0].Text != "Subject: s\n\nÂ€ 5" {
		t.Errorf("%q", got.Pages[0].Text)
	}
}

// ber writes an element with a size, or without one and with a mark at its end.
func ber(tag byte, endless bool, content ...[]byte) []byte {
	body := slices.Concat(content...)
	if endless {
		return slices.Concat([]byte{tag, 0x80}, body, []byte{0, 0})
	}
	return slices.Concat([]byte{tag, 0x82, byte(len(body) >> 8), byte(len(body))}, body)
}

// makeSigned writes content inside a signature without signers.
func makeSigned(kind []byte, content string, endless bool) []byte {
	text := ber(berOctets, false, []byte(content))
	if endless { // in two parts
		half := len(content) / 2
		text = ber(berOctetsParts, true, ber(berOctets, false, []byte(content[:half])), ber(berOctets, false, []byte(content[half:])))
	}
	inner := ber(berSequence, endless, ber(berOID, false, oidData), ber(berContext0, endless, text))
	signed := ber(berSequence, endless, []byte{2, 1, 1}, ber(0x31, false), inner, ber(0x31, false))
	return ber(berSequence, endless, ber(berOID, false, kind), ber(berContext0, endless, signed))
}

func smimeMail(p7m []byte) []byte {
	return []byte("Message-ID: <1@x>\nFrom: a@x\nSubject: s\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n" +
		"Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n\n" + base64.StdEncoding.EncodeToString(p7m) + "\n")
}

func TestMailInsideSignature(t *testing.T) {
	const inner = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe signed text\r\n" +
		"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n"
	for _, endless := range []bool{false, true} {
		got, err := extracttest.Read(t, ReadEmail, smimeMail(makeSigned(oidSigned, inner, endless)))
		if err != nil {
			t.Fatal(err)
		}
		if got.Pages[0].Text != "Subject: s\nFrom: a@x\n\nthe signed text" || len(got.Children) != 1 || got.Children[0].Name != "a.txt" {
			t.Errorf("%q, files %q, warnings %q", got.Pages[0].Text, got.Children, got.Warnings)
		}
	}
	for want, p7m := range map[string][]byte{
		errEncrypted.Error(): makeSigned(oidEnveloped, "x", false),
		errSMIME.Error():     []byte("no signature"),
	} {
		got, err := extracttest.Read(t, ReadEmail, smimeMail(p7m))
		if err != nil || len(got.Losses) != 1 || got.Losses[0].Text != want || len(got.Children) != 1 {
			t.Errorf("losses %v, %d files, %v; want %q and the file itself", got.Losses, len(got.Children), err, want)
		}
	}
}

// attribute writes an attribute of winmail.dat.
func attribute(id uint32, data []byte) []byte {
	b := append([]byte{1}, binary.LittleEndian.AppendUint32(nil, id)...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(append(b, data...), 0, 0)
}

func tnefStart() []byte { return []byte{0x78, 0x9f, 0x3e, 0x22, 1, 0} }

// tnefString writes a Unicode property of winmail.dat.
func tnefString(id uint16, s string) []byte {
	v := append(compound.EncodeUTF16(s), 0, 0)
	b := binary.LittleEndian.AppendUint16(nil, mapiUnicode)
	b = binary.LittleEndian.AppendUint16(b, id)
	b = binary.LittleEndian.AppendUint32(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(v)))
	return append(b, extracttest.Pad(v, 4)...)
}

func tnefList(props ...[]byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(props))), slices.Concat(props...)...)
}

func makeTNEF() []byte {
	named := slices.Concat([]byte{0x03, 0x10, 0x05, 0x80}, make([]byte, 16), []byte{0, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0})
	inner := slices.Concat(tnefStart(), attribute(tnefMessage, tnefList(tnefString(propSubject, "Inner"), tnefString(propBody, "inner text"))))
	object := slices.Concat([]byte{mapiObject, 0, 0x01, 0x37, 1, 0, 0, 0}, binary.LittleEndian.AppendUint32(nil, uint32(16+len(inner))), make([]byte, 16), extracttest.Pad(inner, 4))
	return slices.Concat(tnefStart(),
		attribute(tnefCodePage, []byte{0xe4, 4, 0, 0, 0, 0, 0, 0}),
		attribute(tnefMessage, tnefList(named, tnefString(propBody, "the text from Outlook"))),
		attribute(tnefNewFile, make([]byte, 14)),
		attribute(tnefFileTitle, []byte("K\xfcrzel~1.txt\x00")),
		attribute(tnefFileData, []byte("file")),
		attribute(tnefFileProps, tnefList(tnefString(propAttachLongName, "Kürzel lang.txt"))),
		attribute(tnefNewFile, make([]byte, 14)),
		attribute(tnefFileTitle, []byte("K\xfcrzel.txt\x00")),
		attribute(tnefFileData, []byte("two")),
		attribute(tnefNewFile, make([]byte, 14)),
		attribute(tnefFileProps, tnefList(object)))
}

func tnefMessageMail(tnef []byte) []byte {
	return []byte("Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\n" +
		"--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n" +
		"Content-Disposition: attachment; filename=winmail.dat\n\n" + base64.StdEncoding.EncodeToString(tnef) + "\n--b--\n")
}

func TestMailWithTNEF(t *testing.T) {
	got, err := extracttest.Read(t, ReadEmail, tnefMessageMail(makeTNEF()))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Subject: s\n\nthe text from Outlook"; got.Pages[0].Text != want || len(got.Warnings) > 0 {
		t.Errorf("%q, warnings %q; want %q", got.Pages[0].Text, got.Warnings, want)
	}
	if len(got.Children) != 3 || got.Children[2].Name != "Inner.eml" {
		t.Fatalf("files %q", got.Children)
	}
	if diff := cmp.Diff([]wire.Child{{Name: "Kürzel lang.txt", Data: []byte("file")}, {Name: "Kürzel.txt", Data: []byte("two")}}, got.Children[:2]); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	inner, err := extracttest.Read(t, ReadEmail, got.Children[2].Data)
	if err != nil || inner.Pages[0].Text != "Subject: Inner\n\ninner text" {
		t.Errorf("inner mail %q, %v", inner.Pages[0].Text, err)
	}

	differs := bytes.Replace(tnefMessageMail(makeTNEF()), []byte("text/plain\n\n\n"), []byte("text/plain\n\nanother text\n"), 1)
	if got := extracttest.MustRead(t, ReadEmail, differs); got.Pages[0].Text != "Subject: s\n\nanother text\n\n"+richMark+"\n\nthe text from Outlook" {
		t.Errorf("%q, want both texts", got.Pages[0].Text)
	}

	whole := makeTNEF()
	got, err = extracttest.Read(t, ReadEmail, tnefMessageMail(whole[:len(whole)-9]))
	if err != nil || len(got.Children) != 1 || got.Children[0].Name != "winmail.dat" || len(got.Losses) != 1 {
		t.Errorf("cut off: files %q, losses %v, %v; want winmail.dat itself and a loss", got.Children, got.Losses, err)
	}
}

// TestInnerMailsHaveTheSameBytes reads mails in mails twice: what is written of
// them is known by its bytes.
func TestInnerMailsHaveTheSameBytes(t *testing.T) {
	t.Parallel()
	for name, mail := range map[string]struct {
		read wire.Reader
		data []byte
	}{"a.msg": {ReadMSG, makeMSG()}, "b.eml": {ReadEmail, tnefMessageMail(makeTNEF())}} {
		var before []wire.Child
		for i := range 3 {
			doc := extracttest.MustRead(t, mail.read, mail.data)
			files := doc.Children
			if !slices.ContainsFunc(files, func(c wire.Child) bool { return strings.HasSuffix(c.Name, ".eml") }) {
				t.Fatalf("%s: %v", name, doc)
			}
			if i > 0 && cmp.Diff(before, files) != "" {
				t.Errorf("%s: other bytes (-first +now):\n%s", name, cmp.Diff(before, files))
			}
			before = files
		}
	}
}

// TestAttachedFilesKeepTheirBytes attaches what a parser of mail would convert.
func TestAttachedFilesKeepTheirBytes(t *testing.T) {
	inner := "From: a@x\r\nSubject: caf\xe9\r\nContent-Type: multipart/mixed; boundary=odd\r\n\r\n--odd\r\n\r\nhello  \r\n--odd--\r\n"
	latin := "caf\xe9, \x93quoted\x94,\r\nna\xefve r\xe9sum\xe9\r\n"
	mail := "From: b@x\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\nthe body\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner +
		"\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n" + latin +
		"\r\n--b\r\nContent-Type: text/csv; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=b.csv\r\n\r\n" +
		base64.StdEncoding.EncodeToString([]byte(latin)) +
		"\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Disposition: attachment; filename=c.txt\r\n\r\ncaf=E9 =\r\nna=EFve" +
		"\r\n--b--\r\n"
	got, err := extracttest.Read(t, ReadEmail, []byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a.txt": latin, "b.csv": latin, "c.txt": "caf\xe9 na\xefve"}
	for _, c := range got.Children {
		if strings.HasSuffix(c.Name, ".eml") {
			want[c.Name] = inner
		}
		if string(c.Data) != want[c.Name] {
			t.Errorf("%s: %q, want %q", c.Name, c.Data, want[c.Name])
		}
	}
	if len(got.Children) != 4 {
		t.Errorf("files %q", got.Children)
	}
}

func FuzzMailParts(f *testing.F) {
	f.Add(byte(0), makeTNEF())
	f.Add(byte(1), makeSigned(oidSigned, "text", true))
	f.Add(byte(2), packRTF(`{\rtf1\fromhtml1{\*\htmltag <p>}x\'41\u1234?}`))
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		switch kind % 3 {
		case 0:
			m, err := readTNEF(data, 0)
			if err == nil && m == nil {
				t.Error("neither mail nor error")
			}
		case 1:
			content, err := signedContent(data)
			if err == nil && len(content) > len(data) {
				t.Error("the content is larger than its envelope")
			}
		case 2:
			rtf, err := unpackRTF(data)
			if err == nil && len(rtf) > 9*len(data) {
				t.Errorf("%d bytes unpacked from %d", len(rtf), len(data))
			}
			mailRTF(rtf)
		}
	})
}
