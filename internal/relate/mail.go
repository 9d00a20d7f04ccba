package relate

import (
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// headerGap bounds how far the To line of a mail may stand from its From line.
const headerGap = 600

// addressee is an address in a header, with its label and where that stands.
type addressee struct {
	place
	label   string
	labelAt int
}

// mail reads who wrote to whom from the header lines of mails in the text, or,
// where there are none, from the metadata of the file.
func (f *finder) mail() {
	m := mailReader{finder: f}
	for at := 0; at < len(f.text); {
		at = m.line(at)
	}
	if !m.stated {
		f.mailMeta()
	}
}

// mailReader reads header lines from the top of a text to its end.
type mailReader struct {
	*finder
	sender   []place     // the last
	senderAt int         // where the label of its line stands
	early    []addressee // above their sender, as in a memorandum
	stated   bool        // some mail was found
}

// line reads the line at the offset, with those that go on with it, and returns
// the start of the next.
func (m *mailReader) line(at int) (next int) {
	end := lineEnd(m.text, at)
	next = end + 1
	label, value := header(m.text[at:end])
	if label == "" {
		return next
	}
	start := at + value
	for next < len(m.text) && label != "from" && isFolded(m.text[next:]) {
		next = lineEnd(m.text, next) + 1
	}
	people := m.correspondents(start, min(next, len(m.text)))
	labelAt := at + indexFold(m.text[at:start], label)
	switch {
	case len(people) == 0:
	case label == "from":
		m.from(people, labelAt)
	case len(m.sender) > 0 && at-m.senderAt <= headerGap:
		for _, p := range people {
			m.send(addressee{p, label, at}, m.senderAt, p.end)
		}
	default:
		for _, p := range people {
			m.early = append(m.early, addressee{p, label, labelAt})
		}
	}
	return next
}

// from takes in a sender, to whom the addressees above belong.
func (m *mailReader) from(people []place, labelAt int) {
	m.sender, m.senderAt = people, labelAt
	for _, a := range m.early {
		if labelAt-a.labelAt <= headerGap {
			m.send(a, a.labelAt, people[0].end)
		}
	}
	m.early = nil
}

func (m *mailReader) send(a addressee, start, end int) {
	m.stated = true
	m.state(dossier.Relation{
		Kind: dossier.SentTo, From: m.sender[0].key, To: a.key, Role: a.label, Confidence: headerConfidence,
	}, start, end)
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

// mailMeta states who wrote to whom by the headers in the metadata of the file, if
// the text names both.
func (f *finder) mailMeta() {
	from := f.named(f.meta["from"])
	if len(from) == 0 {
		return
	}
	for _, role := range []string{"to", "cc", "bcc"} {
		for _, p := range f.named(f.meta[role]) {
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
