package mail

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// PGP stands in the text of a mail as lines of ASCII (RFC 9580, section 6): a
// message that is encrypted, or a text that can be read, with a signature below.

// warnSigned is recorded of a mail without its signature.
const warnSigned = "the mail is signed; the signature was not verified and is not part of the text"

var (
	// The marks of quotation before the lines are those of answers.
	encryptedText = regexp.MustCompile(`(?m)^([> ]*)-----BEGIN PGP MESSAGE-----[ \t\r]*\n(?s:(.*?))(?:^[> ]*-----END PGP MESSAGE-----[ \t\r]*$|\z)`)
	signedHead    = regexp.MustCompile(`(?m)^[> ]*-----BEGIN PGP SIGNED MESSAGE-----[ \t\r]*\n(?:[> ]*[A-Za-z]+: [^\n]*\n)*(?:[> ]*\r?\n)?`)
	signatureText = regexp.MustCompile(`(?m)^[> ]*-----BEGIN PGP SIGNATURE-----[ \t\r]*\n(?s:.*?)(?:^[> ]*-----END PGP SIGNATURE-----[ \t\r]*$\n?|\z)`)
	quoteMarks    = regexp.MustCompile(`(?m)^[> ]+`)
	// escapedDash begins a line of a signed text that began with a dash.
	escapedDash = regexp.MustCompile(`(?m)^([> ]*)- -`)
)

// takePGP takes encrypted messages out of a text, to be files of their own, and
// removes what signs a text that can be read.
func takePGP(text string, notes *wire.Remarks) (string, []wire.Child) {
	if !strings.Contains(text, "-----BEGIN PGP ") {
		return text, nil
	}
	var files []wire.Child
	text = encryptedText.ReplaceAllStringFunc(text, func(block string) string {
		name := fmt.Sprintf("encrypted-%d.asc", len(files)+1)
		if len(files) == 0 {
			notes.Lose(dossier.CodePassword, "%v", errEncrypted)
		}
		files = append(files, wire.Child{Name: name, Data: []byte(quoteMarks.ReplaceAllString(block, "") + "\n")})
		return "[encrypted with PGP: " + name + "]"
	})
	if signedHead.MatchString(text) {
		notes.Warn(warnSigned)
		text = signedHead.ReplaceAllString(signatureText.ReplaceAllString(text, ""), "")
		text = escapedDash.ReplaceAllString(text, "$1-")
	}
	return text, files
}
