package mail

import (
	"errors"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Types of parts.
const (
	typePlain       = "text/plain"
	typeHTML        = "text/html"
	typeMail        = "message/rfc822"
	typeAlternative = "multipart/alternative"
	typeRelated     = "multipart/related"
)

const attached = "attachment" // a disposition

// betweenTexts separates the texts of a mail that has several.
const betweenTexts = "\n--\n"

// bodyReader makes the body of a mail out of its parts.
type bodyReader struct {
	notes *wire.Remarks
	pages bool                  // HTML files with names of their own count too
	used  map[*enmime.Part]bool // the parts whose text is in the body
	err   error
}

// bodyOf returns the text of a mail, and the parts that it is made of. Files of HTML
// in the mail are its text only if it has no other.
func bodyOf(env *enmime.Envelope, notes *wire.Remarks) (body string, used map[*enmime.Part]bool, err error) {
	used = map[*enmime.Part]bool{}
	if env.Root.FirstChild == nil {
		if env.Text+env.HTML != "" {
			used[env.Root] = true
		}
		rich := env.HTML
		// The envelope decodes by what the HTML says what is decoded already. Control
		// characters are a sign that it is not.
		if content := string(env.Root.Content); rich != "" && !strings.ContainsFunc(content, isC1) {
			rich = content
		}
		body, err = plainOrHTML(env.Text, rich)
		return body, used, err
	}
	r := &bodyReader{notes: notes, used: used}
	body = r.text(env.Root)
	if strings.TrimSpace(body) == "" {
		r.pages = true
		body = r.text(env.Root)
	}
	return strings.TrimSpace(body), used, r.err
}

// isC1 recognises the control characters beyond ASCII.
func isC1(r rune) bool { return r >= 0x80 && r < 0xa0 }

// text returns the text of p and of the parts in it.
func (r *bodyReader) text(p *enmime.Part) string {
	if p.FirstChild == nil {
		return r.leaf(p)
	}
	if p.ContentType == typeAlternative {
		return r.alternatives(p)
	}
	var texts []string
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		if s := r.text(c); strings.TrimSpace(s) != "" {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, betweenTexts)
}

// alternatives returns the text of parts that should say the same. The first one is
// the plainest.
func (r *bodyReader) alternatives(p *enmime.Part) string {
	var text string
	for c := p.FirstChild; c != nil; c = c.NextSibling {
		text = joinAlternatives(text, strings.TrimSpace(r.text(c)), r.notes)
	}
	return text
}

// leaf returns the text of a part without parts, empty if it is a file.
func (r *bodyReader) leaf(p *enmime.Part) string {
	if p.Disposition == attached {
		return ""
	}
	switch p.ContentType {
	case typePlain:
		r.used[p] = true
		return string(p.Content)
	case typeHTML:
		together := p.Parent.ContentType == typeAlternative || p.Parent.ContentType == typeRelated
		if p.FileName != "" && !together && !r.pages {
			return ""
		}
		shown, err := htmlText(string(p.Content))
		r.err = errors.Join(r.err, err)
		r.used[p] = true
		return shown
	}
	return ""
}
