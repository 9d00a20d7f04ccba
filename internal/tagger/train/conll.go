package train

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/dossier-legal/dossier/internal/tagger"
)

// sentence is one sentence of a label file as text.
type sentence struct {
	text  string
	names []Name
	loose []tagger.Span // names whose type the convention does not have
}

// readCoNLL reads sentences of lines "word TAB label" with labels such as
// B-PER, and calls each with them; parted says that a new document begins.
func readCoNLL(r io.Reader, each func(s sentence, parted bool)) error {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	var words, labels []string
	parted := true
	flush := func() {
		if len(words) > 0 {
			each(joinWords(words, labels), parted)
			words, labels, parted = words[:0], labels[:0], false
		}
	}
	for in.Scan() {
		line := in.Text()
		word, label, found := strings.Cut(line, "\t")
		switch {
		case strings.HasPrefix(line, "-DOCSTART-"):
			flush()
			parted = true
		case !found:
			flush()
		default:
			words, labels = append(words, word), append(labels, label)
		}
	}
	flush()
	if err := in.Err(); err != nil {
		return fmt.Errorf("read labels: %w", err)
	}
	return nil
}

var labelTypes = map[string]tagger.Type{
	"PER": tagger.Person, "ORG": tagger.Org, "LOC": tagger.Location, "COURT": tagger.Court, "LAW": tagger.Law, "PROV": tagger.Law, "CASE": tagger.Case, "DOCKET": tagger.None, "DATE": tagger.None, "MISC": tagger.None,
}

// joinWords sets words as they are printed, with their names.
func joinWords(words, labels []string) sentence {
	var b strings.Builder
	var s sentence
	open, openType, start := false, "", 0
	end := 0
	closeName := func() {
		if open {
			s.add(b.String(), start, end, openType)
		}
		open = false
	}
	for i, w := range words {
		if b.Len() > 0 && !sticksLeft(w) && !sticksRight(words[i-1]) {
			b.WriteByte(' ')
		}
		kind, typ, _ := strings.Cut(labels[i], "-")
		if kind != "I" || typ != openType {
			closeName()
		}
		if kind == "B" || kind == "I" && !open {
			open, openType, start = true, typ, b.Len()
		}
		b.WriteString(w)
		end = b.Len()
	}
	closeName()
	s.text = b.String()
	return s
}

func (s *sentence) add(text string, start, end int, typ string) {
	n := Name{start, end, labelTypes[typ]}
	if n.Type == tagger.Law || n.Type == tagger.Case {
		s.names = append(s.names, n)
		return
	}
	switch n = tidy(text, n); {
	case n.Start >= n.End || n.Type == tagger.None && typ != "PER" && typ != "ORG":
	case n.Type == tagger.None:
	case n.Type == tagger.Court && !namesCourt(text[n.Start:n.End]), n.Type == tagger.Location && strings.ContainsAny(text[n.Start:n.End], "0123456789"):
		s.loose = append(s.loose, tagger.Span{Start: n.Start, End: n.End})
	default:
		s.names = append(s.names, n)
	}
}

func namesCourt(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "court") || strings.Contains(s, "tribunal") || strings.Contains(s, "circuit")
}

func sticksLeft(w string) bool {
	return w == "'s" || w == "’s" || w == "n't" || w == "/" || strings.Trim(w, ".,;:)]}?!%”\"") == "" && !strings.HasPrefix(w, "\"")
}

func sticksRight(w string) bool {
	return w == "/" || strings.Trim(w, "([{$“#") == ""
}

// block joins sentences to one document, on lines of their own or running on.
func block(id string, sentences []sentence, random *rand.Rand) Document {
	d := Document{ID: id}
	var b strings.Builder
	for i, s := range sentences {
		if i > 0 {
			gaps := []string{"\n", "\n\n", " ", " "}
			if !strings.HasSuffix(b.String(), ".") {
				gaps = gaps[:2]
			}
			b.WriteString(gaps[random.IntN(len(gaps))])
		}
		at := b.Len()
		b.WriteString(s.text)
		for _, n := range s.names {
			d.Names = append(d.Names, Name{at + n.Start, at + n.End, n.Type})
		}
		for _, x := range s.loose {
			d.Doubt = append(d.Doubt, tagger.Span{Start: at + x.Start, End: at + x.End})
		}
	}
	d.Text = strings.ToValidUTF8(b.String(), "?")
	if len(d.Text) != b.Len() {
		return Document{ID: id} // offsets are of another text
	}
	return d
}
