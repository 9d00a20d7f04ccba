package similar

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/mail"
	"slices"
	"strings"
)

// MailKey returns a key that copies of one mail share, from whichever mailbox
// they come, and other mails do not. It is a digest of when the mail was sent,
// by whom, to whom (to, cc, bcc), of subject, body and attachments; what mail
// servers add on the way does not count.
//
// meta has the keys "sent" (or "date"), "from", "to", "cc", "bcc", "subject".
// Of people the addresses count, in any order and letter case. Attachments are
// SHA-256 sums in hex, in any order. White space counts only as the end of a
// word.
func MailKey(meta map[string]string, body string, attachments []string) string {
	sent := meta["sent"]
	if sent == "" {
		sent = meta["date"]
	}
	files := make([]string, len(attachments))
	for i, a := range attachments {
		files[i] = strings.ToLower(a)
	}
	slices.Sort(files)
	digest := sha256.New()
	for _, field := range [][]string{
		{fold(sent)},
		addresses(meta["from"]),
		addresses(meta["to"]),
		addresses(meta["cc"]),
		addresses(meta["bcc"]),
		{fold(meta["subject"])},
		{fold(body)},
		files,
	} {
		// The length of each field and of each of its parts keeps them apart.
		b := binary.AppendUvarint(nil, uint64(len(field)))
		for _, s := range field {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
		digest.Write(b)
	}
	return hex.EncodeToString(digest.Sum(nil))
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// addresses returns the addresses in a header field, sorted. Of a field that
// is no list of addresses it returns what stands between commas.
func addresses(field string) []string {
	var out []string
	if list, err := mail.ParseAddressList(field); err == nil {
		for _, a := range list {
			out = append(out, strings.ToLower(a.Address))
		}
	} else {
		for part := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == ',' || r == ';' }) {
			if part = fold(strings.ToLower(part)); part != "" {
				out = append(out, part)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
