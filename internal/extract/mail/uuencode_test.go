package mail

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// uuencode writes a file into text; zero stands for six bits that are not set.
func uuencode(name string, data []byte, zero byte) string {
	char := func(v byte) byte {
		if v &= 63; v != 0 {
			return v + ' '
		}
		return zero
	}
	var b strings.Builder
	fmt.Fprintf(&b, "begin 644 %s\n", name)
	for len(data) > 0 {
		line := data[:min(len(data), 45)]
		data = data[len(line):]
		b.WriteByte(char(byte(len(line))))
		for i := 0; i < len(line); i += 3 {
			var t [3]byte
			copy(t[:], line[i:])
			b.Write([]byte{char(t[0] >> 2), char(t[0]<<4 | t[1]>>4), char(t[1]<<2 | t[2]>>6), char(t[2])})
		}
		b.WriteByte('\n')
	}
	return b.String() + string(zero) + "\nend\n"
}

func TestFilesInTheTextAreTakenOut(t *testing.T) {
	data := make([]byte, 300)
	for i := range data {
		data[i] = byte(i * i)
	}
	zeros := append([]byte("PK\x03\x04"), make([]byte, 70)...)
	trimmed := func(s string) string { // as mail programs do
		lines := strings.Split(s, "\n")
		for i := range lines {
			lines[i] = strings.TrimRight(lines[i], " ")
		}
		return strings.Join(lines, "\n")
	}
	two := wire.Child{Name: "two files.bin", Data: data}
	for name, tt := range map[string]struct {
		body, text string
		files      []wire.Child
	}{
		"one":          {"Here.\n\n" + uuencode("a.bin", data, '`') + "\nBye", "Here.\n\n[attached: a.bin]\n\nBye", []wire.Child{{Name: "a.bin", Data: data}}},
		"two":          {uuencode("a.zip", zeros, '`') + "and\n" + uuencode(`C:\two files.bin`, data, ' '), "[attached: a.zip]\nand\n[attached: two files.bin]", []wire.Child{{Name: "a.zip", Data: zeros}, two}},
		"blanks lost":  {trimmed(uuencode("a.zip", zeros, ' ')), "[attached: a.zip]", []wire.Child{{Name: "a.zip", Data: zeros}}},
		"CRLF":         {strings.ReplaceAll("Here.\n"+uuencode("a.zip", zeros, ' '), "\n", "\r\n"), "Here.\n[attached: a.zip]", []wire.Child{{Name: "a.zip", Data: zeros}}},
		"base64":       {"begin-base64 644 a.bin\n" + base64.StdEncoding.EncodeToString(data) + "\n====\n", "[attached: a.bin]", []wire.Child{{Name: "a.bin", Data: data}}},
		"prose":        {"begin 644 words\n\nare no file\nend", "begin 644 words\n\nare no file\nend", nil},
		"more prose":   {"We begin 644 days ago.\nbegin 644 x\nThis is a line.\nend", "We begin 644 days ago.\nbegin 644 x\nThis is a line.\nend", nil},
		"inside MIME?": {"begin the meeting\nend", "begin the meeting\nend", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, plainMail(tt.body))
			if got.Pages[0].Text != "Subject: s\n\n"+tt.text || len(got.Warnings) > 0 {
				t.Errorf("%q, warnings %q; want %q", got.Pages[0].Text, got.Warnings, tt.text)
			}
			if diff := cmp.Diff(tt.files, got.Children); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDamagedFilesInTheTextStay(t *testing.T) {
	whole := strings.TrimSuffix(uuencode("a.bin", []byte(strings.Repeat("some text ", 20)), '`'), "\n")
	lines := strings.Split(whole, "\n")
	for name, body := range map[string]string{
		"cut off":         strings.Join(lines[:3], "\n"),
		"a line short":    strings.Join(append([]string{lines[0], lines[1], "M'10`"}, lines[2:]...), "\n"),
		"a foreign line":  strings.Join(append([]string{lines[0], lines[1], "-- page 2 --"}, lines[2:]...), "\n"),
		"base64, cut off": "begin-base64 644 a.bin\nc29tZSB0ZXh0",
	} {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, plainMail(body))
			if got.Pages[0].Text != "Subject: s\n\n"+body || len(got.Children) > 0 {
				t.Errorf("%q, files %q", got.Pages[0].Text, got.Children)
			}
			if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "a.bin") {
				t.Errorf("warnings %q", got.Warnings)
			}
		})
	}
}
