package cite

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/vocabulary"
)

// maxAuthor bounds the words of an author's name, minTitle the bytes of a
// title.
const (
	maxAuthor = 6
	minTitle  = 8
)

// leadSignals open a citation of an article. Fewer words than before a case do:
// titles have "in", "with" and "from" in them.
var leadSignals = vocabulary.Set("see cf accord contra also generally e.g compare citing quoting but")

// author finds the author of an article, "Jane Smith, Title of the Article, 77
// Marq. L. Rev. 475", by whom the text may refer to it.
func (s *scanner) author(c *Citation) {
	before, from := s.before(c.Start)
	start := len(before)
	for start > 0 {
		wordStart, word := wordBefore(before, start)
		core := strings.Trim(word, ".,([“\"*_")
		if word == "" || endsSentence(word) || word[len(word)-1] == ';' || leadSignals[strings.ToLower(core)] {
			break
		}
		start = wordStart
		if strings.IndexByte("([", word[0]) >= 0 {
			start++
			break
		}
	}
	start += len(before[start:]) - len(strings.TrimLeft(before[start:], " \n"))
	name, title, found := strings.Cut(before[start:], ",")
	words := strings.Fields(name)
	if !found || len(title) < minTitle || len(words) == 0 || len(words) > maxAuthor || !strings.HasSuffix(strings.TrimSpace(title), ",") {
		return
	}
	for _, w := range words {
		if !lex.IsUpper(w[0]) && w[0] < 0x80 && w != "&" && !connectors[w] {
			return
		}
	}
	c.Groups["author"] = lex.OneLine(name)
	c.begin = from + start
}
