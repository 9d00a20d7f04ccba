package mail

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

const testMbox = "From a@example.com Mon Jan  2 15:04:05 2023\n" +
	"Subject: one\nFrom: a@example.com\n\nDear b,\n\n>From here on\n>>From there\nFrom the start it was wrong.\n\n" +
	"From our side Mon 12:00 is fine, 2023\nbye\n\n" +
	"From - Tue Jan 03 15:04:05 2023\r\nSubject: two\r\nFrom: b@example.com\r\n\r\nfine\r\n\r\n" +
	"From MAILER-DAEMON Wed Jan  4 15:04:05 2023 +0100\n>From x Wed Jan  4\nSubject: three\n\nlast"

func TestReadMbox(t *testing.T) {
	want := []wire.Child{
		{Name: "message-0001.eml", Data: []byte("Subject: one\nFrom: a@example.com\n\nDear b,\n\nFrom here on\n>From there\nFrom the start it was wrong.\n\nFrom our side Mon 12:00 is fine, 2023\nbye\n")},
		{Name: "message-0002.eml", Data: []byte("Subject: two\r\nFrom: b@example.com\r\n\r\nfine\r\n")},
		{Name: "message-0003.eml", Data: []byte("From x Wed Jan  4\nSubject: three\n\nlast")},
	}
	got := extracttest.MustRead(t, ReadMbox, []byte(testMbox))
	if diff := cmp.Diff(want, got.Children); diff != "" {
		t.Errorf("mails (-want +got):\n%s", diff)
	}
	if got.Pages[0].Text != "Mailbox of 3 mails" {
		t.Errorf("page %q", got.Pages[0].Text)
	}
}

func TestReadMboxBounds(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	fmt.Fprintf(&b, "From a Mon Jan  2 15:04:05 2023\nSubject: big\n\n%s\n\n", strings.Repeat("a long line ", maxMail/12+1))
	b.WriteString("From a Mon Jan  2 15:04:05 2023\nSubject: small\n\nx\n")
	got, err := extracttest.Read(t, ReadMbox, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Children) != 1 || got.Children[0].Name != "message-0002.eml" || len(got.Losses) != 1 || got.Losses[0].Code != dossier.CodeTooLarge {
		t.Errorf("%d mails, losses %v; want the small one and a loss", len(got.Children), got.Losses)
	}
	if _, err := extracttest.Read(t, ReadMbox, []byte("no mail\n")); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("no mail: %v", err)
	}
}

func FuzzReadMbox(f *testing.F) {
	f.Add([]byte(testMbox))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := extracttest.Read(t, ReadMbox, data)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		size := 0
		for _, c := range got.Children {
			size += len(c.Data)
		}
		if size > len(data) {
			t.Errorf("%d bytes of mail in a mailbox of %d", size, len(data))
		}
	})
}
