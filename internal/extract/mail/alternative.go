package mail

import (
	"regexp"
	"strings"

	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// A mail with a plain and an HTML part should say the same in both, and so should the
// bodies that Outlook adds. Where it does
// not, a reader sees one of them only, and which one depends on the program. So the
// text of the mail has both.

// richMark stands before what the plain part of a mail does not say.
const richMark = "[The HTML or RTF version of this mail differs:]"

// What is recorded of alternatives that differ.
const (
	warnDiffer = "the plain part and the HTML or RTF version of the mail differ; the text has both"
	warnPart   = "the plain part of the mail has only some of the words of its HTML or RTF version; the text is that version"
)

// htmlText returns the text of HTML in UTF-8, none of none.
func htmlText(rich string) (string, error) {
	if rich == "" {
		return "", nil
	}
	shown, _, err := text.HTML([]byte(rich), "text/html; charset=utf-8")
	return shown, err
}

// plainOrHTML returns the plain text of a mail, or that of its HTML if there is
// no plain text.
func plainOrHTML(plain, rich string) (string, error) {
	if plain = strings.TrimSpace(plain); plain != "" || rich == "" {
		return plain, nil
	}
	return htmlText(rich)
}

// joinAlternatives returns the text of a mail from its plain text and that of its
// HTML. The plain text stands alone if it has all words of the HTML. Otherwise what it
// lacks follows it, or all of the HTML if most is lacking. HTML that says most of the
// mail, and all of the plain text, stands alone.
func joinAlternatives(plain, shown string, notes *wire.Remarks) string {
	plain = strings.TrimSpace(plain)
	if plain == "" || shown == "" {
		return plain + shown
	}
	lacking := newWording(plain).lacking(shown)
	switch {
	case lacking == "":
		return plain
	case len(lacking) <= len(shown)/2:
	case newWording(shown).lacking(plain) == "":
		notes.Warn(warnPart)
		return shown
	default:
		lacking = shown
	}
	notes.Warn(warnDiffer)
	return plain + "\n\n" + richMark + "\n\n" + lacking
}

var (
	// writtenLink is the target of a link that plain text writes out.
	writtenLink = regexp.MustCompile(`(?i)\b(?:https?://|ftp://|mailto:|cid:|tel:)[^\s<>"()\[\]]+`)
	// anyWord is a word, or a number with its separators: an amount is one word.
	anyWord = regexp.MustCompile(`\pN+(?:[.,:/-]\pN+)*|[\pL\pM\pN]+`)
)

// shortPhrase is how many letters a phrase has at most that is looked up word by
// word only: it may stand inside longer words by chance.
const shortPhrase = 12

// maxPhrases bounds how often a text is searched for a whole phrase: each search goes
// through all of it.
const maxPhrases = 2000

// wording is a text by its words, without regard to white space, punctuation, case
// and the targets of links.
type wording struct {
	words    map[string]bool
	pairs    map[[2]string]bool // words that follow each other
	letters  string             // all words, without white space
	linked   string             // the same with the targets of links
	searches int                // for whole phrases
}

func newWording(s string) *wording {
	w := &wording{words: map[string]bool{}, pairs: map[[2]string]bool{}, linked: onlyLetters(s)}
	s = writtenLink.ReplaceAllString(s, " ")
	w.letters = onlyLetters(s)
	before := ""
	for _, word := range wordsOf(s) {
		w.words[word] = true
		w.pairs[[2]string{before, word}] = true
		before = word
	}
	return w
}

func wordsOf(s string) []string { return anyWord.FindAllString(strings.ToLower(s), -1) }

// onlyLetters returns the words of s without what is between them.
func onlyLetters(s string) string { return strings.Join(wordsOf(s), "") }

// lacking returns the lines of s that w does not have.
func (w *wording) lacking(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		for cell := range strings.SplitSeq(line, "\t") {
			if !w.has(cell) {
				lines = append(lines, line)
				break
			}
		}
	}
	return strings.Join(lines, "\n")
}

// has reports whether w has the words of a line: as they follow each other, or each
// beside one of its neighbours, as when something stands between the others.
func (w *wording) has(line string) bool {
	for _, link := range writtenLink.FindAllString(line, -1) {
		_, target, _ := strings.Cut(link, ":")
		if !strings.Contains(w.linked, onlyLetters(target)) {
			return false
		}
	}
	line = writtenLink.ReplaceAllString(line, " ")
	if phrase := onlyLetters(line); len(phrase) > shortPhrase && w.searches < maxPhrases {
		w.searches++
		if strings.Contains(w.letters, phrase) {
			return true
		}
	}
	words := wordsOf(line)
	for i, word := range words {
		if !w.words[word] {
			return false
		}
		follows := i > 0 && w.pairs[[2]string{words[i-1], word}]
		leads := i+1 < len(words) && w.pairs[[2]string{word, words[i+1]}]
		if len(words) > 1 && !follows && !leads {
			return false
		}
	}
	return true
}
