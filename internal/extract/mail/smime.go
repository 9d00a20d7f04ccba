package mail

import (
	"bytes"
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// A signed mail may travel as a whole inside its signature (PKCS #7, file
// smime.p7m). Here the mail is taken out; whether the signature is good is not
// judged. The form is ASN.1 in the loose encoding (BER) that Go's own package
// does not read.

// maxBERDepth bounds elements inside elements.
const maxBERDepth = 32

// Tags of elements.
const (
	berOctets      = 0x04
	berOID         = 0x06
	berOctetsParts = 0x24 // a string in parts
	berSequence    = 0x30
	berContext0    = 0xa0
)

var (
	oidData      = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1}
	oidSigned    = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2}
	oidEnveloped = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3}
	oidAuthentic = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23} // encrypted and authenticated
)

var (
	errSMIME     = errors.New("the signed mail cannot be taken out of its signature; export it without")
	errEncrypted = errors.New("the mail is encrypted; add it after decryption")
)

// maxSigned bounds signed mails inside signed mails.
const maxSigned = 4

// setSignatureAside removes a signature that stands beside what it signs and that
// cannot be read as a document: one of S/MIME, or one of PGP that is no file.
func (m *openedMail) setSignatureAside(notes *wire.Remarks) {
	isSignature := func(p *enmime.Part) bool {
		switch p.ContentType {
		case "application/pkcs7-signature", "application/x-pkcs7-signature":
		case "application/pgp-signature":
			if p.FileName != "" {
				return false
			}
		default:
			return false
		}
		m.used[p] = p.Parent != nil
		return m.used[p]
	}
	if m.Root.DepthMatchFirst(isSignature) == nil {
		return
	}
	m.Attachments = slices.DeleteFunc(m.Attachments, isSignature)
	m.Inlines = slices.DeleteFunc(m.Inlines, isSignature)
	m.OtherParts = slices.DeleteFunc(m.OtherParts, isSignature)
	notes.Warn(warnSigned)
}

// openInner makes what a signature holds, beside other parts, a file of its own.
func openInner(p *enmime.Part, notes *wire.Remarks) {
	content, err := signedContent(p.Content)
	if errors.Is(err, errEncrypted) {
		notes.Lose(dossier.CodePassword, "%v", err)
		return
	}
	if err != nil {
		notes.LoseBy(0, "", err)
		return
	}
	name := p.FileName[:len(p.FileName)-len(filepath.Ext(p.FileName))]
	if filepath.Ext(name) == "" { // "smime.p7m" holds a mail, "contract.pdf.p7m" a contract
		name, p.ContentType = cmp.Or(name, "signed")+".eml", typeMail
	}
	p.Content, p.FileName = content, name
}

// isSMIME recognises what S/MIME encrypts, or signs as a whole.
func isSMIME(p *enmime.Part) bool {
	switch p.ContentType {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return true
	case "application/octet-stream":
		return strings.EqualFold(filepath.Ext(p.FileName), ".p7m")
	}
	return false
}

// openSigned puts the mail that a signature holds in place of m.
func (m *openedMail) openSigned(p7m []byte, notes *wire.Remarks, depth int) {
	content, err := signedContent(p7m)
	if errors.Is(err, errEncrypted) {
		notes.Lose(dossier.CodePassword, "%v", err)
		return
	}
	if err != nil {
		notes.LoseBy(0, "", err)
		return
	}
	inner, err := openMail(content, notes, depth+1)
	if err != nil {
		notes.LoseBy(0, "", errSMIME)
		return
	}
	m.body, m.used, m.Root = inner.body, inner.used, inner.Root
	m.Attachments, m.Inlines, m.OtherParts = inner.Attachments, inner.Inlines, inner.OtherParts
	m.Errors = append(m.Errors, inner.Errors...)
}

// signedContent returns what a signature signs and holds.
func signedContent(b []byte) ([]byte, error) {
	kind, content, ok := contentInfo(b)
	switch {
	case !ok:
		return nil, errSMIME
	case bytes.Equal(kind, oidEnveloped), bytes.Equal(kind, oidAuthentic):
		return nil, errEncrypted
	case !bytes.Equal(kind, oidSigned):
		return nil, errSMIME
	}
	// Version, digest algorithms, then the content.
	tag, signed, _, ok := berElement(content, 0)
	for range 2 {
		if !ok || tag != berSequence {
			return nil, errSMIME
		}
		_, _, signed, ok = berElement(signed, 0)
	}
	if !ok {
		return nil, errSMIME
	}
	kind, content, ok = contentInfo(signed)
	if !ok || !bytes.Equal(kind, oidData) {
		return nil, errSMIME
	}
	out, ok := berString(content, 0)
	if !ok {
		return nil, errSMIME
	}
	return out, nil
}

// contentInfo takes apart a sequence of an object identifier and [0] content.
func contentInfo(b []byte) (oid, content []byte, ok bool) {
	tag, seq, _, ok := berElement(b, 0)
	if !ok || tag != berSequence {
		return nil, nil, false
	}
	tag, oid, rest, ok := berElement(seq, 0)
	if !ok || tag != berOID {
		return nil, nil, false
	}
	tag, content, _, ok = berElement(rest, 0)
	return oid, content, ok && tag == berContext0
}

// berString returns the octet string at the start of b, its parts joined.
func berString(b []byte, depth int) ([]byte, bool) {
	tag, content, _, ok := berElement(b, 0)
	switch {
	case !ok || depth > maxBERDepth:
		return nil, false
	case tag == berOctets:
		return content, true
	case tag != berOctetsParts:
		return nil, false
	}
	var out []byte
	for len(content) > 0 {
		part, ok := berString(content, depth+1)
		if !ok {
			return nil, false
		}
		out = append(out, part...)
		_, _, content, _ = berElement(content, 0)
	}
	return out, true
}

// berElement returns the tag and content of the element at the start of b, and
// what follows it.
func berElement(b []byte, depth int) (tag byte, content, rest []byte, ok bool) {
	const longTag, endless = 0x1f, 0x80
	if len(b) < 2 || depth > maxBERDepth || b[0]&longTag == longTag {
		return 0, nil, nil, false
	}
	tag, size := b[0], int(b[1])
	b = b[2:]
	if size == endless {
		content, rest, ok = berUntilEnd(b, depth)
		return tag, content, rest, ok
	}
	if size > endless {
		n := size - endless
		if n > 4 || n > len(b) {
			return 0, nil, nil, false
		}
		size = 0
		for _, c := range b[:n] {
			size = size<<8 | int(c)
		}
		b = b[n:]
	}
	if size > len(b) {
		return 0, nil, nil, false
	}
	return tag, b[:size], b[size:], true
}

// berUntilEnd returns the elements before the mark of the end, which must be
// passed over one by one.
func berUntilEnd(b []byte, depth int) (content, rest []byte, ok bool) {
	for at := b; len(at) >= 2; {
		if at[0] == 0 && at[1] == 0 {
			return b[:len(b)-len(at)], at[2:], true
		}
		if _, _, at, ok = berElement(at, depth+1); !ok {
			return nil, nil, false
		}
	}
	return nil, nil, false
}
