package mention

import "strings"

// joinPossessives makes one token of a word and its ending where a company bears
// them as its name: "Macy's, Inc.", (“Papa John’s”). The document shows it: a
// company's end follows or quotation marks part it from the text, and the word
// never stands without its ending.
func joinPossessives(text string, tokens []token) []token {
	bears, plain := map[string]bool{}, map[string]bool{}
	for i := range tokens {
		switch tok := &tokens[i]; {
		case !tok.isName() || tok.class == initial:
		case !endsPossessive(text, tokens, i+1):
			plain[tok.key], plain[withWordBefore(tokens, i)] = true, true
		case !notNames[tok.key] && (isQuoted(tokens, i+3) || companyFollows(tokens, i+3)):
			bears[withWordBefore(tokens, i)] = true
		}
	}
	for key := range plain {
		delete(bears, key)
	}
	if len(bears) == 0 {
		return tokens
	}
	var out []token
	for i := 0; i < len(tokens); i++ {
		tok := tokens[i]
		if tok.isName() && endsPossessive(text, tokens, i+1) && (bears[tok.key] || bears[withWordBefore(tokens, i)]) {
			tok.key, tok.end, tok.flags = tok.key+"'s", tokens[i+2].end, 0
			i += 2
		}
		out = append(out, tok)
	}
	return out
}

// withWordBefore is the word of token i with the capitalised one before it, if
// there is one: "papa john".
func withWordBefore(tokens []token, i int) string {
	if i > 0 && (tokens[i].gap == blank || tokens[i].gap == wrapped) && tokens[i-1].isName() {
		return tokens[i-1].key + " " + tokens[i].key
	}
	return tokens[i].key
}

// endsPossessive reports whether tokens i and i+1 are the ending of a possessive.
func endsPossessive(text string, tokens []token, i int) bool {
	if i+1 >= len(tokens) {
		return false
	}
	mark, s := &tokens[i], &tokens[i+1]
	return mark.class == other && mark.gap == glued && (mark.mark == '\'' || strings.HasPrefix(text[mark.start:], "’")) &&
		s.gap == glued && s.class == lower && s.key == "s"
}

// isQuoted reports whether token i closes a quotation: it is glued to the name.
func isQuoted(tokens []token, i int) bool {
	return i < len(tokens) && tokens[i].class == other && tokens[i].gap == glued && isQuote(tokens[i].mark)
}

// nearEnd is how many words may stand between a possessive and the end of the
// company's name.
const nearEnd = 4

// companyFollows reports whether the words at token i go on with the name of a
// company to its end: "Marketing Fund, Inc."
func companyFollows(tokens []token, i int) bool {
	for k := i; k < min(len(tokens), i+nearEnd+2) && tokens[k].gap != parted; k++ {
		switch tok := &tokens[k]; {
		case tok.isName() && hardSuffixes[tok.key] && len(tok.key) > 2:
			return true
		case tok.class == other && tok.mark != ',' && tok.mark != '&', !tok.isName() && tok.class != other, notOrg[tok.key]:
			return false
		}
	}
	return false
}
