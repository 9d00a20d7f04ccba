package mail

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

var testSent = time.Date(2023, 1, 2, 15, 4, 5, 0, time.UTC)

// makeMSG writes an Outlook mail with a file, a mail and a link attached.
func makeMSG() []byte {
	inner := mapi(headEmbedded, map[uint16]any{
		propMessageClass: "IPM.Note", propSubject: "Ré: draft", propSenderName: "B. Ortega", propSenderAddr: "ortega@example.com",
		propBody: "The inner mail.", propHTML: []byte("<p>The inner <b>mail</b>.</p>"), propInternetPage: 65001,
		propSubmitTime: testSent, propMessageID: "<2@example.com>", propInReplyTo: "<1@example.com>",
	}, extracttest.Folder{
		compound.PrefixPerson + "#00000000": mapi(headPart, map[uint16]any{propDisplayName: "Jørgen Dahl", propSMTPAddress: "dahl@example.com", propRecipientType: recipientTo}, nil),
		compound.PrefixAttach + "#00000000": mapi(headPart, map[uint16]any{propAttachLongName: "Anlage ü.txt", propAttachData: []byte("inner file"), propAttachMethod: 1}, nil),
	})
	return extracttest.Compound(mapi(headTop, map[uint16]any{
		propMessageClass: "IPM.Note", propSubject: "Draft", propSubmitTime: testSent, propMessagePage: 1252,
		propOnBehalfName: oldString("J\xf8rgen Dahl"), propOnBehalfAddr: "/O=FIRM/CN=DAHL", propSenderSMTP: "dahl@example.com",
		propDisplayBcc: "file@example.com", propBody: strings.Repeat("Dear Ms. Ortega,\r\n", 300),
		propMessageID: "<1@example.com>", propReferences: "<0@example.com> <00@example.com>",
	}, extracttest.Folder{
		compound.PrefixPerson + "#00000000": mapi(headPart, map[uint16]any{propDisplayName: "ortega@example.com", propAddress: "ortega@example.com", propRecipientType: recipientTo}, nil),
		compound.PrefixPerson + "#00000001": mapi(headPart, map[uint16]any{propDisplayName: "Clerk", propSMTPAddress: "clerk@example.com", propRecipientType: 0x10000000 | recipientCc}, nil),
		compound.PrefixAttach + "#00000000": mapi(headPart, map[uint16]any{propAttachName: "DRAFT~1.TXT", propAttachLongName: `..\draft.txt`, propAttachData: []byte("the draft"), propAttachMethod: 1}, nil),
		compound.PrefixAttach + "#00000001": mapi(headPart, map[uint16]any{propDisplayName: "Draft", propAttachMethod: attachEmbedded}, extracttest.Folder{embeddedValue: inner}),
		compound.PrefixAttach + "#00000002": mapi(headPart, map[uint16]any{propAttachLongName: "big.pdf", propAttachPath: `\\server\big.pdf`, propAttachMethod: 2}, nil),
		compound.PrefixAttach + "#00000003": mapi(headPart, map[uint16]any{propDisplayName: "Chart", propAttachMethod: attachOLE}, extracttest.Folder{embeddedValue: extracttest.Folder{"CONTENTS": []byte("x")}}),
	}))
}

func TestReadMSG(t *testing.T) {
	doc := extracttest.MustRead(t, ReadMSG, makeMSG())
	head := "Subject: Draft\nFrom: Jørgen Dahl <dahl@example.com>\nTo: ortega@example.com\nCc: Clerk <clerk@example.com>\n" +
		"Bcc: file@example.com\nDate: Mon, 02 Jan 2023 15:04:05 +0000\n\nDear Ms. Ortega,\n"
	if !strings.HasPrefix(doc.Pages[0].Text, head) {
		t.Errorf("page %q, want %q", doc.Pages[0].Text[:min(300, len(doc.Pages[0].Text))], head)
	}
	wantMeta := map[string]string{
		"subject": "Draft", "from": "Jørgen Dahl <dahl@example.com>", "to": "ortega@example.com", "cc": "Clerk <clerk@example.com>",
		"bcc": "file@example.com", "date": "Mon, 02 Jan 2023 15:04:05 +0000", "sent": "2023-01-02T15:04:05Z",
		"message_id": "<1@example.com>", "references": "<0@example.com> <00@example.com>", "thread_id": "<0@example.com>",
	}
	if diff := cmp.Diff(wantMeta, doc.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
	files := doc.Children
	if len(files) != 2 || files[0].Name != "draft.txt" || string(files[0].Data) != "the draft" || files[1].Name != "Ré: draft.eml" {
		t.Fatalf("attachments %q", files)
	}
	if diff := cmp.Diff([]string{`big.pdf is not in the mail but at \\server\big.pdf`}, doc.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	wantLosses := []dossier.Loss{{Code: dossier.CodeUnsupported, Text: "the embedded object Chart cannot be read; save it from Outlook"}}
	if diff := cmp.Diff(wantLosses, doc.Losses); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}

	inner := extracttest.MustRead(t, ReadEmail, files[1].Data)
	want := "Subject: Ré: draft\nFrom: \"B. Ortega\" <ortega@example.com>\nTo: Jørgen Dahl <dahl@example.com>\nDate: Mon, 02 Jan 2023 15:04:05 +0000\n\nThe inner mail."
	if inner.Pages[0].Text != want || inner.Meta["thread_id"] != "<1@example.com>" {
		t.Errorf("%q, want %q; meta %v", inner.Pages[0].Text, want, inner.Meta)
	}
	if diff := cmp.Diff([]wire.Child{{Name: "Anlage ü.txt", Data: []byte("inner file")}}, inner.Children); diff != "" {
		t.Errorf("attachments of the inner mail (-want +got):\n%s", diff)
	}
}

func TestReadMSGTakesTheHeaderThatCame(t *testing.T) {
	data := extracttest.Compound(mapi(headTop, map[uint16]any{
		propSubject: "x", propSubmitTime: testSent, propSenderAddr: "/O=FIRM/CN=A",
		propHeaders: "Received: from x\r\nFrom: =?utf-8?q?J=C3=B8rgen?= <dahl@example.com>\r\nTo: a@example.com\r\n" +
			"Date: Mon, 2 Jan 2023 16:04:05 +0100\r\nMessage-ID: <9@example.com>\r\nReferences: <7@example.com>\r\n <8@example.com>\r\n",
	}, nil))
	got, err := extracttest.Read(t, ReadMSG, data)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"subject": "x", "from": "Jørgen <dahl@example.com>", "to": "a@example.com", "date": "Mon, 2 Jan 2023 16:04:05 +0100",
		"sent": "2023-01-02T15:04:05Z", "message_id": "<9@example.com>", "references": "<7@example.com> <8@example.com>", "thread_id": "<7@example.com>",
	}
	if diff := cmp.Diff(want, got.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
}

func TestReadMSGBodies(t *testing.T) {
	t.Parallel()
	hidden := `{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}{\*\htmltag64 <html><body>}\htmlrtf {\htmlrtf0 ` +
		`{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe \u8364?{\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0  more\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}}}`
	plain := `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset128 Mincho;}}{\*\generator x;}\f0 One\par \lquote Two\rquote\tab{\f1\'93\'fa\'96\'7b} \{x\}}`
	tests := []struct {
		name  string
		props map[uint16]any
		want  string
	}{
		{"HTML in RTF", map[uint16]any{propRTF: packRTF(hidden)}, "Grüße €& more"},
		{"RTF", map[uint16]any{propRTF: packRTF(plain)}, "One\n‘Two’\t日本 {x}"},
		{"HTML with a code page", map[uint16]any{propHTML: []byte("<p>Gr\xfc\xdfe</p>"), propInternetPage: 28591}, "Grüße"},
		{"plain text wins", map[uint16]any{propBody: "Dear all", propHTML: []byte("<p>Dear all</p>")}, "Dear all"},
		{"broken RTF", map[uint16]any{propRTF: []byte("x"), propBody: "kept"}, "kept"},
		{"old string", map[uint16]any{propBody: oldString("\x93\xfa\x96\x7b"), propMessagePage: 932}, "日本"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := extracttest.Read(t, ReadMSG, extracttest.Compound(mapi(headTop, tt.props, nil)))
			if err != nil {
				t.Fatal(err)
			}
			if got.Pages[0].Text != tt.want {
				t.Errorf("%q, want %q", got.Pages[0].Text, tt.want)
			}
		})
	}
}

func TestReadMSGAppointment(t *testing.T) {
	names := []byte{0x0d, 0x82, 0, 0, 6, 0, 0, 0, 0x08, 0x82, 0, 0, 6, 0, 1, 0}
	data := extracttest.Compound(mapi(headTop, map[uint16]any{
		propMessageClass: "IPM.Appointment", propSubject: "Hearing", 0x8000: testSent, 0x8001: "Courtroom 4",
	}, extracttest.Folder{compound.StorageNames: extracttest.Folder{compound.PrefixValue + "00030102": names}}))
	got, err := extracttest.Read(t, ReadMSG, data)
	if err != nil {
		t.Fatal(err)
	}
	if want := "Subject: Hearing\nStart: Mon, 02 Jan 2023 15:04:05 +0000\nLocation: Courtroom 4"; got.Pages[0].Text != want {
		t.Errorf("%q, want %q", got.Pages[0].Text, want)
	}
}

func TestUnpackRTF(t *testing.T) {
	// The example of the specification: "{\rtf1\ansi\ansicpg1252\pard hello world}\r\n".
	packed := []byte{
		0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7,
		0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20,
		0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
	}
	got, err := unpackRTF(packed)
	if want := "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestDetectMSG(t *testing.T) {
	got, err := detect.File(extracttest.WriteFile(t, "a", makeMSG()), "a")
	if err != nil || got != wire.FormatMSG {
		t.Errorf("%q, %v", got, err)
	}
	doc := extracttest.Compound(extracttest.Folder{"WordDocument": []byte("x"), "1Table": []byte("y")})
	if got, err := detect.File(extracttest.WriteFile(t, "a.doc", doc), "a.doc"); got == wire.FormatMSG {
		t.Errorf("a Word document is %q, %v", got, err)
	}
}

func FuzzReadMSG(f *testing.F) {
	f.Add(makeMSG())
	f.Add(extracttest.Compound(mapi(headTop, map[uint16]any{propRTF: packRTF(`{\rtf1\fromhtml1{\*\htmltag <p>}x\'41\u1234?}`)}, nil)))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := extracttest.Read(t, ReadMSG, data)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		for _, page := range got.Pages {
			if page.Text != wire.CleanText(page.Text) {
				t.Errorf("text is not clean: %q", page.Text)
			}
		}
	})
}
