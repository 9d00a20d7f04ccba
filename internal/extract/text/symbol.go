package text

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// The fonts Symbol and Wingdings draw their own signs for the codes of letters.
// Only signs that carry meaning in documents are named here; the others become a
// bullet, which is what they mostly serve as.
const (
	greekCapitals = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ" // for A to Z
	greekSmalls   = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ" // for a to z
)

var symbolSigns = map[byte]rune{
	0xa2: '′', 0xa3: '≤', 0xa5: '∞', 0xb0: '°', 0xb1: '±', 0xb2: '″', 0xb3: '≥', 0xb4: '×', 0xb7: '•', 0xb8: '÷', 0xb9: '≠', 0xbb: '≈',
	0xbc: '…', 0xd2: '®', 0xd3: '©', 0xd4: '™', 0xd6: '√', 0xe2: '®', 0xe3: '©', 0xe4: '™',
}

var wingdingsSigns = map[byte]rune{
	0x6f: '□', 0x71: '❑', 0xa8: '☐', 0xfb: '✗', 0xfc: '✓', 0xfd: '☒', 0xfe: '☑', 0xe0: '→', 0xdf: '←',
}

// IsSymbolFont reports whether a font draws signs in place of letters.
func IsSymbolFont(font string) bool {
	font = strings.ToLower(font)
	return font == "symbol" || strings.HasPrefix(font, "wingdings") || strings.HasPrefix(font, "webdings")
}

// SymbolText returns the sign with a hexadecimal code in a font.
func SymbolText(font, code string) string {
	n, err := strconv.ParseUint(code, 16, 32)
	if err != nil {
		return ""
	}
	if n >= 0xf000 && n <= 0xf0ff || n <= 0xff && IsSymbolFont(font) {
		return string(SymbolRune(font, byte(n)))
	}
	if !utf8.ValidRune(rune(n)) {
		return ""
	}
	return string(rune(n))
}

// SymbolRune returns the sign that font draws for a byte.
func SymbolRune(font string, b byte) rune {
	if strings.EqualFold(font, "symbol") {
		switch {
		case b >= 'A' && b <= 'Z':
			return []rune(greekCapitals)[b-'A']
		case b >= 'a' && b <= 'z':
			return []rune(greekSmalls)[b-'a']
		case b >= ' ' && b < 'A':
			return rune(b)
		case symbolSigns[b] != 0:
			return symbolSigns[b]
		}
		return '•'
	}
	if r := wingdingsSigns[b]; r != 0 {
		return r
	}
	if !IsSymbolFont(font) && b > ' ' && b < 0x7f {
		return rune(b)
	}
	return '•'
}
