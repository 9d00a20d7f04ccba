package mail

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
)

func plainMail(body string) []byte { return []byte("Message-ID: <1@x>\nSubject: s\n\n" + body) }

const pgpMessage = "-----BEGIN PGP MESSAGE-----\nVersion: 1\n\nhQEMA0c\n=abcd\n-----END PGP MESSAGE-----"

func TestEncryptedMailSaysSo(t *testing.T) {
	note := "Subject: s\n\nSee below.\n\n[encrypted with PGP: encrypted-1.asc]"
	head := "Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\nContent-Type: "
	tests := map[string]struct{ mail, text, file string }{
		"PGP in the text":     {string(plainMail("See below.\n\n" + pgpMessage + "\n\nRegards")), note + "\n\nRegards", "encrypted-1.asc"},
		"PGP, cut off":        {string(plainMail("See below.\n\n" + pgpMessage[:50])), note, "encrypted-1.asc"},
		"PGP in a quotation":  {string(plainMail("See below.\n\n> " + strings.ReplaceAll(pgpMessage, "\n", "\n> "))), note, "encrypted-1.asc"},
		"PGP in HTML":         {head + "text/html\n\n<p>See below.</p><pre>" + pgpMessage + "</pre>", note, "encrypted-1.asc"},
		"PGP/MIME":            {head + "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=a.asc\n\n" + pgpMessage + "\n--b--\n", "Subject: s", "a.asc"},
		"S/MIME beside parts": {head + "multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nfooter\n--b\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(makeSigned(oidAuthentic, "x", false)) + "\n--b--\n", "Subject: s\n\nfooter", "smime.p7m"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, []byte(tt.mail))
			if got.Pages[0].Text != tt.text {
				t.Errorf("%q, want %q", got.Pages[0].Text, tt.text)
			}
			if len(got.Losses) != 1 || got.Losses[0].Code != dossier.CodePassword || got.Losses[0].Text != errEncrypted.Error() {
				t.Errorf("losses %v", got.Losses)
			}
			if len(got.Children) != 1 || got.Children[0].Name != tt.file {
				t.Errorf("files %q", got.Children)
			}
			if len(got.Children) == 1 && strings.HasSuffix(tt.file, ".asc") && !strings.HasPrefix(string(got.Children[0].Data), pgpMessage[:50]) {
				t.Errorf("file %q", got.Children[0].Data)
			}
		})
	}
}

func TestSignedMailIsRead(t *testing.T) {
	signed := "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe terms:\n- - ten days\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
	inner := "Content-Type: text/plain\n\nsigned text"
	head := "Message-ID: <1@x>\nSubject: s\nMIME-Version: 1.0\nContent-Type: "
	for name, tt := range map[string]struct{ mail, text, file string }{
		"PGP in the text":     {string(plainMail("Hello.\n\n" + signed + "\nfooter")), "Hello.\n\nThe terms:\n- ten days\n\nfooter", ""},
		"PGP without end":     {string(plainMail(signed[:strings.Index(signed, "=abcd")])), "The terms:\n- ten days", ""},
		"beside the text":     {head + "multipart/signed; boundary=b\n\n--b\n" + inner + "\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\n\nxyz\n--b--\n", "signed text", ""},
		"PGP beside the text": {head + "multipart/signed; boundary=b\n\n--b\n" + inner + "\n--b\nContent-Type: application/pgp-signature\n\nxyz\n--b--\n", "signed text", ""},
		"S/MIME beside parts": {head + "multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nfooter\n--b\nContent-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString(makeSigned(oidSigned, inner, false)) + "\n--b--\n", "footer", "smime.eml"},
		"a signed contract": {head + "multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nfooter\n--b\nContent-Type: application/octet-stream; name=contract.pdf.p7m\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString(makeSigned(oidSigned, inner, false)) + "\n--b--\n", "footer", "contract.pdf"},
	} {
		t.Run(name, func(t *testing.T) {
			got := extracttest.MustRead(t, ReadEmail, []byte(tt.mail))
			if got.Pages[0].Text != "Subject: s\n\n"+tt.text || len(got.Losses) > 0 {
				t.Errorf("%q, losses %v; want %q", got.Pages[0].Text, got.Losses, tt.text)
			}
			switch {
			case tt.file == "" && (len(got.Children) != 0 || len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "signed")):
				t.Errorf("files %q, warnings %q", got.Children, got.Warnings)
			case tt.file != "" && (len(got.Children) != 1 || got.Children[0].Name != tt.file || string(got.Children[0].Data) != inner):
				t.Errorf("files %q", got.Children)
			}
		})
	}
}
