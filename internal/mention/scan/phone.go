package scan

import (
	"strings"

	"github.com/dossier-legal/dossier/internal/lex"
)

// Phone numbers: North American ones, those with a country code, and national ones
// where the country is named nearby.

// diallingCodes are the country codes by the names of countries and of a few
// towns that stand for them. The national numbers begin with a 0 that is not dialled
// from abroad, but in Italy.
var diallingCodes = map[string]string{
	"United Kingdom": "44", "UK": "44", "England": "44", "Scotland": "44", "Wales": "44", "London": "44",
	"Ireland": "353", "Dublin": "353", "Germany": "49", "Berlin": "49", "Deutschland": "49", "France": "33", "Paris": "33",
	"Switzerland": "41", "Austria": "43", "Netherlands": "31", "Belgium": "32", "Sweden": "46", "Italy": "39",
	"Australia": "61", "New Zealand": "64", "India": "91", "Japan": "81", "China": "86", "Israel": "972", "South Africa": "27",
	"South Korea": "82", "Brazil": "55", "Turkey": "90",
}

// nationalPhone reads "020 7946 0958" where a country is named nearby, or a label
// stands before it; then the norm is the number as it is dialled there.
func (s *scanner) nationalPhone(i int) int {
	digits, end := s.nationalDigits(i)
	if end == i {
		return i
	}
	norm, by := digits, phoneLabelled
	code := s.countryNear(i, end)
	switch {
	case code == "39":
		norm, by = "+39"+digits, phoneOfCountry
	case code != "":
		norm, by = "+"+code+digits[1:], phoneOfCountry
	case !s.phoneLabel(i):
		return i
	}
	return s.add(by, i, s.extension(end, &norm), norm)
}

// nationalDigits reads the groups of digits of a number that begins with 0; end is
// i if there is none.
func (s *scanner) nationalDigits(i int) (digits string, end int) {
	t := s.text
	p, groups := i, 0
	for p < len(t) && len(digits) < 12 {
		open := t[p] == '('
		if open {
			p++
		}
		stop := lex.DigitsEnd(t, p)
		if stop < p+2 {
			break // a group has two digits at least
		}
		digits += t[p:stop]
		groups++
		if p = stop; open {
			if lex.ByteAt(t, p) != ')' {
				return "", i
			}
			p++
		}
		end = p
		if b := lex.ByteAt(t, p); b != ' ' && b != '-' && b != '/' || !lex.IsDigit(lex.ByteAt(t, p+1)) && lex.ByteAt(t, p+1) != '(' {
			if !lex.IsDigit(lex.ByteAt(t, p)) {
				break
			}
			continue
		}
		p++
	}
	if groups < 2 || len(digits) < 9 || len(digits) > 11 || digits[0] != '0' || digits[1] == '0' || lex.IsAlnumAt(t, end) {
		return "", i
	}
	return digits, end
}

// nearby is how far from a number its country may stand, in bytes.
const nearby = 160

// countryNear returns the dialling code of the country named last before a number
// or first after it; "" if there is none.
func (s *scanner) countryNear(start, end int) string {
	before := s.text[max(0, start-nearby):start]
	after := s.text[end:min(len(s.text), end+nearby)]
	code, distance := "", nearby+1
	for name, c := range diallingCodes {
		nearer := func(d int) {
			if d < distance || d == distance && c < code {
				code, distance = c, d
			}
		}
		if at := strings.LastIndex(before, name); at >= 0 && !lex.IsAlnumAt(before, at+len(name)) {
			nearer(len(before) - at)
		}
		if at := strings.Index(after, name); at >= 0 && !lex.IsAlnumAt(after, at+len(name)) {
			nearer(at + len(name))
		}
	}
	return code
}

var phoneLabels = []string{"tel", "telephone", "phone", "fax", "facsimile", "mobile", "cell", "telefax", "tel no", "phone no"}

// phoneLabel reports whether a label stands before a number: "Tel.:".
func (s *scanner) phoneLabel(i int) bool {
	const longest = 24
	before := strings.ToLower(strings.TrimRight(s.text[max(0, i-longest):i], " .:\t"))
	for _, label := range phoneLabels {
		if strings.HasSuffix(before, label) && !lex.IsAlnumBefore(before, len(before)-len(label)) {
			return true
		}
	}
	return false
}

// extension reads "ext. 12" or "x12" after a number, adds it to the norm as RFC 3966
// has it, and returns the end.
func (s *scanner) extension(end int, norm *string) int {
	t := s.text
	p := commaSpace(t, end)
	for _, w := range []string{"extension", "ext", "x"} {
		if len(t) < p+len(w) || !strings.EqualFold(t[p:p+len(w)], w) {
			continue
		}
		q := p + len(w)
		if lex.ByteAt(t, q) == '.' {
			q++
		}
		q = lex.SkipSpace(t, q)
		stop := lex.DigitsEnd(t, q)
		if stop == q || stop > q+6 || lex.IsAlnumAt(t, stop) {
			return end
		}
		*norm += ";ext=" + t[q:stop]
		return stop
	}
	return end
}

// phone reads "(617) 555-0100", "617.555.0100", "+44 20 7946 0958".
func (s *scanner) phone(i int) int {
	t := s.text
	if i > 0 && (lex.IsAlnumBefore(t, i) || strings.IndexByte("-./$#_", t[i-1]) >= 0) {
		return i
	}
	if t[i] == '+' {
		return s.internationalPhone(i)
	}
	if end := s.nationalPhone(i); end > i {
		return end
	}
	return s.americanPhone(i)
}

// americanPhone reads a number of North America at i.
func (s *scanner) americanPhone(i int) int {
	t := s.text
	area, p, bracketed := areaCode(t, i)
	if area == "" {
		return i
	}
	q := phoneGap(t, p)
	if !bracketed && q == p || lex.DigitsEnd(t, q) != q+3 || t[q] < '2' {
		return i
	}
	exchange := t[q : q+3]
	p = q + 3
	q = phoneGap(t, p)
	end := q + 4
	if q == p || lex.DigitsEnd(t, q) != end || lex.IsAlnumAt(t, end) || lex.DashAt(t, end) > 0 && lex.IsDigit(lex.ByteAt(t, end+1)) {
		return i
	}
	by := phoneOfAmerica
	if !bracketed && t[p] == ' ' {
		by = threeGroups
	}
	norm := "+1" + area + exchange + t[q:end]
	return s.add(by, i, s.extension(end, &norm), norm)
}

// areaCode reads the three digits of an area at i, with the 1 before them and the
// brackets around them, and returns the end; the area is "" if there is none.
func areaCode(t string, i int) (area string, end int, bracketed bool) {
	p := i
	if strings.HasPrefix(t[p:], "1-") || strings.HasPrefix(t[p:], "1 (") || strings.HasPrefix(t[p:], "1.") {
		p = lex.SkipSpace(t, p+1)
		p += lex.DashAt(t, p)
		if lex.ByteAt(t, p) == '.' {
			p++
		}
	}
	if bracketed = lex.ByteAt(t, p) == '('; bracketed {
		p++
	}
	if lex.DigitsEnd(t, p) != p+3 || t[p] < '2' {
		return "", i, false
	}
	area, end = t[p:p+3], p+3
	if bracketed {
		if lex.ByteAt(t, end) != ')' {
			return "", i, false
		}
		end++
	}
	return area, end, bracketed
}

// phoneGap skips what parts the groups of a phone number.
func phoneGap(t string, p int) int {
	q := p
	for q < len(t) && q-p < 2 && t[q] == ' ' {
		q++
	}
	switch w := lex.DashAt(t, q); {
	case w > 0:
		q += w
	case q < len(t) && (t[q] == '.' || t[q] == '/') && q == p:
		q++
	}
	if q < len(t) && t[q] == ' ' {
		q++
	}
	return q
}

// internationalPhone reads a number with its country code.
func (s *scanner) internationalPhone(i int) int {
	t := s.text
	digits := []byte{'+'}
	p, end := i+1, i
	for p < len(t) && len(digits) < 17 {
		switch {
		case strings.HasPrefix(t[p:], "(0)"): // dialled only at home
			p += len("(0)")
			end = p
			continue
		case lex.IsDigit(t[p]):
			digits = append(digits, t[p])
			p++
			end = p
			continue
		case strings.IndexByte(" .()-", t[p]) >= 0 && p-end < 2:
			p++
			continue
		}
		break
	}
	if len(digits) < 9 || len(digits) > 16 || digits[1] == '0' || lex.IsAlnumAt(t, end) {
		return i
	}
	norm := string(digits)
	return s.add(phoneWithCode, i, s.extension(end, &norm), norm)
}
