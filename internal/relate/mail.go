package relate

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// The confidence in headers of mail, and in what the file says of itself.
const (
	headerConfidence = 0.95
	metaConfidence   = 0.7
)

// headerGap bounds how far the To line of a mail may stand from its From line.
const headerGap = 600

// addressee is somebody in a header, with its label and where that stands.
type addressee struct {
	place
	label   string
	labelAt int
}

// mail reads who wrote to whom from the header lines of mails in the text, or,
// where there are none, from what the file says of itself.
func (f *finder) mail(meta map[string]string) {
	var sender []place
	var early []addressee // above the sender, as in a memorandum
	senderAt, stated := 0, false
	send := func(a addressee, start, end int) {
		stated = true
		f.state(dossier.Relation{
			Kind: dossier.SentTo, From: sender[0].key, To: a.key, Role: a.label, Confidence: headerConfidence,
		}, start, end)
	}
	for at := 0; at < len(f.text); {
		end := lineEnd(f.text, at)
		next := end + 1
		label, value := header(f.text[at:end])
		if label == "" {
			at = next
			continue
		}
		start := at + value
		for next < len(f.text) && label != "from" && isFolded(f.text[next:]) {
			next = lineEnd(f.text, next) + 1
		}
		people := f.correspondents(start, min(next, len(f.text)))
		switch {
		case len(people) == 0:
		case label == "from":
			sender, senderAt = people, at+indexFold(f.text[at:start], label)
			for _, a := range early {
				if senderAt-a.labelAt <= headerGap {
					send(a, a.labelAt, people[0].end)
				}
			}
			early = nil
		case len(sender) > 0 && at-senderAt <= headerGap:
			for _, p := range people {
				send(addressee{p, label, at}, senderAt, p.end)
			}
		default:
			for _, p := range people {
				early = append(early, addressee{p, label, at + indexFold(f.text[at:start], label)})
			}
		}
		at = next
	}
	if !stated {
		f.mailMeta(meta)
	}
}

// header returns the label of a line that is a mail's header, in lower case,
// and where its value begins; "" for other lines.
func header(line string) (label string, value int) {
	i := 0
	for i < len(line) && strings.IndexByte(" \t>*", line[i]) >= 0 {
		i++
	}
	for _, label := range []string{"from", "to", "cc", "bcc"} {
		end := i + len(label)
		if end >= len(line) || !strings.EqualFold(line[i:end], label) {
			continue
		}
		for end < len(line) && strings.IndexByte(" \t*", line[end]) >= 0 {
			end++
		}
		if end < len(line) && line[end] == ':' {
			return label, end + 1
		}
	}
	return "", 0
}

// lineEnd returns the end of the line at the offset.
func lineEnd(text string, at int) int {
	if n := strings.IndexByte(text[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(text)
}

// isFolded reports whether a line goes on with the header above it: it is set
// in, and no header itself.
func isFolded(line string) bool {
	if line[0] != ' ' && line[0] != '\t' {
		return false
	}
	line = line[:lineEnd(line, 0)]
	label, _ := header(line)
	return label == "" && strings.TrimSpace(line) != "" && !strings.Contains(line, ":")
}

// indexFold is the place of an ASCII word in s, without regard to case.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return 0
}

// correspondents returns who is named in a header: persons and organisations,
// and addresses that no name comes before.
func (f *finder) correspondents(start, end int) []place {
	var out []place
	for _, p := range f.within(start, end) {
		switch p.typ {
		case dossier.Person, dossier.Org:
			if len(out) > 0 && p.start < out[len(out)-1].end {
				continue // a name inside an address
			}
		case dossier.Email:
			if len(out) > 0 && out[len(out)-1].typ != dossier.Email &&
				!strings.ContainsAny(f.text[out[len(out)-1].end:p.start], ",;\n") {
				continue // of the one named before it
			}
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// mailMeta states who wrote to whom by the file's own headers, if the text
// names both.
func (f *finder) mailMeta(meta map[string]string) {
	from := f.named(meta["from"])
	if len(from) == 0 {
		return
	}
	for _, role := range []string{"to", "cc", "bcc"} {
		for _, p := range f.named(meta[role]) {
			f.state(dossier.Relation{
				Kind: dossier.SentTo, From: from[0].key, To: p.key, Role: role, Confidence: metaConfidence,
			}, p.start, p.end)
		}
	}
}

// named returns the first place of each address that a header names.
func (f *finder) named(header string) []place {
	if header == "" {
		return nil
	}
	header = strings.ToLower(header)
	var out []place
	for _, p := range f.places {
		if p.typ == dossier.Email && strings.Contains(header, strings.ToLower(f.text[p.start:p.end])) &&
			!slices.ContainsFunc(out, func(o place) bool { return o.key == p.key }) {
			out = append(out, p)
		}
	}
	return out
}
