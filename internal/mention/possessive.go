package mention

import "strings"

// joinPossessives makes one token of a word and its ending where a company bears
// them as its name: "Macy's, Inc.", (“Papa John’s”). The document shows it: a
// company's end follows or quotation marks part it from the text, and the word
// never stands without its ending.
func joinPossessives(text string, tokens []token) []token {
	bears := map[string]bool{}
	for i := range tokens {
		tok := &tokens[i]
		if tok.isName() && tok.class != initial && endsPossessive(text, tokens, i+1) && !notNames[tok.key] &&
			(isQuoted(tokens, i) || companyFollows(tokens, i+3)) {
			bears[withWordBefore(tokens, i)] = true
		}
	}
	for i := 0; i < len(tokens) && len(bears) > 0; i++ {
		if tok := &tokens[i]; tok.isName() && tok.class != initial && !endsPossessive(text, tokens, i+1) {
			delete(bears, tok.key)
			delete(bears, withWordBefore(tokens, i))
		}
	}
	if len(bears) == 0 {
		return tokens
	}
	var out []token
	for i := 0; i < len(tokens); i++ {
		tok := tokens[i]
		if tok.isName() && endsPossessive(text, tokens, i+1) && (bears[tok.key] || bears[withWordBefore(tokens, i)]) {
			ending := tokens[i+2]
			tok.key, tok.end, tok.flags = tok.key+"'s", ending.start+1, 0
			out = append(out, tok)
			if i += 2; ending.key != "s" { // what is left of "s-branded"
				ending.start, ending.key = ending.start+len("s-"), ending.key[len("s-"):]
				out = append(out, ending)
			}
			continue
		}
		out = append(out, tok)
	}
	return out
}

// withWordBefore is the word of token i with the capitalised one before it, if
// there is one: "papa john".
func withWordBefore(tokens []token, i int) string {
	if hasWordBefore(tokens, i) {
		return tokens[i-1].key + " " + tokens[i].key
	}
	return tokens[i].key
}

func hasWordBefore(tokens []token, i int) bool {
	return i > 0 && (tokens[i].gap == blank || tokens[i].gap == wrapped) && tokens[i-1].isName() && !notNames[tokens[i-1].key] && !phraseWords[tokens[i-1].key]
}

// endsPossessive reports whether tokens i and i+1 are the ending of a possessive, or
// begin with it: "Macy's-branded".
func endsPossessive(text string, tokens []token, i int) bool {
	if i+1 >= len(tokens) {
		return false
	}
	mark, s := &tokens[i], &tokens[i+1]
	return mark.class == other && mark.gap == glued && (mark.mark == '\'' || strings.HasPrefix(text[mark.start:], "’")) &&
		s.gap == glued && (s.class == lower && s.key == "s" || strings.HasPrefix(strings.ToLower(s.key), "s-"))
}

// isQuoted reports whether quotation marks hold nothing but the name that ends in
// token i and its possessive ending.
func isQuoted(tokens []token, i int) bool {
	from, end := i, i+3
	if hasWordBefore(tokens, i) {
		from--
	}
	return from > 0 && tokens[from].gap == glued && tokens[from-1].class == other && isQuote(tokens[from-1].mark) &&
		end < len(tokens) && tokens[end].gap == glued && tokens[end].class == other && isQuote(tokens[end].mark)
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
