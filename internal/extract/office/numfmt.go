package office

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormats are the formats that every workbook has without naming them.
// Those with dates follow the order that means the same everywhere.
var numberFormats = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
	14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
	22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
}

// showNumber writes a number as a cell with the format shows it, near enough
// to be found and understood: dates in the order of ISO 8601, the decimals,
// thousands, per cent and signs of money of the format. What it does not know
// it leaves as the number it is.
func showNumber(raw, format string, date1904 bool) string {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw
	}
	section := formatSection(format, v)
	switch {
	case section == "" || strings.EqualFold(section, "general"):
		return plainNumber(v)
	case isDateFormat(section):
		return showDate(v, section, date1904)
	}
	return showDecimal(v, section, strings.Contains(format, ";"))
}

// plainNumber writes v with the 15 digits that spreadsheets keep.
func plainNumber(v float64) string {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if a := math.Abs(v); a != 0 && (a >= 1e16 || a < 1e-7) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// formatSection picks the part of a format for the sign of v.
func formatSection(format string, v float64) string {
	parts := splitSections(format)
	switch {
	case v < 0 && len(parts) > 1:
		return parts[1]
	case v == 0 && len(parts) > 2:
		return parts[2]
	}
	return parts[0]
}

// splitSections splits a format at the semicolons outside of quotes.
func splitSections(format string) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(format); i++ {
		switch format[i] {
		case '"':
			quoted = !quoted
		case '\\':
			i++
		case ';':
			if !quoted {
				parts = append(parts, format[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, format[start:])
}

// bareFormat returns the part of a format that is no literal text: without
// quotes, colours and conditions. [h] and its like stay.
func bareFormat(section string) string {
	var b strings.Builder
	for i := 0; i < len(section); i++ {
		switch c := section[i]; c {
		case '"':
			i = skipTo(section, i+1, '"')
		case '\\', '_', '*':
			i++
		case '[':
			end := skipTo(section, i+1, ']')
			if inner := section[i+1 : min(end, len(section))]; inner != "" && strings.Trim(strings.ToLower(inner), "hms") == "" {
				b.WriteString(inner)
			}
			i = end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// skipTo returns the index of c in s from i, or the length of s.
func skipTo(s string, i int, c byte) int {
	if n := strings.IndexByte(s[min(i, len(s)):], c); n >= 0 {
		return i + n
	}
	return len(s)
}

func isDateFormat(section string) bool {
	bare := strings.ToLower(bareFormat(section))
	return !strings.Contains(bare, "general") && strings.ContainsAny(bare, "ymdhs") && !strings.ContainsAny(bare, "#?")
}

// showDate writes the day, the time, or both, as the format has them.
func showDate(v float64, section string, date1904 bool) string {
	const lastDay = 2_958_466 // the end of the year 9999
	if v < 0 || v >= lastDay {
		return plainNumber(v)
	}
	bare := strings.ToLower(bareFormat(section))
	if strings.Contains(section, "[h") {
		return showHours(v)
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case v < 60:
		epoch = epoch.AddDate(0, 0, 1) // Excel believes in 29 February 1900
	}
	day, part := math.Modf(v)
	at := epoch.AddDate(0, 0, int(day)).Add(time.Duration(math.Round(part*86_400)) * time.Second)
	hasTime := strings.ContainsAny(bare, "hs")
	hasDay := strings.ContainsAny(bare, "yd") || !hasTime
	clock := "15:04"
	if strings.Contains(bare, "s") {
		clock = "15:04:05"
	}
	switch {
	case hasDay && hasTime:
		return at.Format("2006-01-02 " + clock)
	case hasTime:
		return at.Format(clock)
	}
	return at.Format("2006-01-02")
}

// showHours writes a span of time, which may be longer than a day.
func showHours(v float64) string {
	seconds := int64(math.Round(v * 86_400))
	two := func(n int64) string { return strconv.FormatInt(100+n, 10)[1:] }
	return strconv.FormatInt(seconds/3600, 10) + ":" + two(seconds/60%60) + ":" + two(seconds%60)
}

// showDecimal writes v with the decimals, thousands and literals of a section.
// A section of its own for negative numbers has its own sign for them.
func showDecimal(v float64, section string, sections bool) string {
	bare := bareFormat(section)
	if !strings.ContainsAny(bare, "0#?") {
		if strings.Contains(bare, "@") {
			return plainNumber(v)
		}
		return strings.TrimSpace(literals(section, ""))
	}
	if strings.ContainsAny(bare, "/") {
		return plainNumber(v)
	}
	if strings.ContainsAny(bare, "Ee") {
		return strconv.FormatFloat(v, 'E', decimals(bare), 64)
	}
	negative := v < 0
	v = math.Abs(v)
	if strings.Contains(bare, "%") {
		v *= 100
	}
	digits := strconv.FormatFloat(v, 'f', decimals(bare), 64)
	if strings.Contains(bare, ",") {
		digits = groupThousands(digits)
	}
	text := strings.TrimSpace(literals(section, digits))
	if negative && (!sections || !strings.ContainsAny(text, "-()")) {
		text = "-" + text
	}
	return text
}

// decimals counts the places behind the point of a format.
func decimals(bare string) int {
	_, after, ok := strings.Cut(bare, ".")
	if !ok {
		return 0
	}
	n := 0
	for n < len(after) && n < 15 && strings.IndexByte("0#?", after[n]) >= 0 {
		n++
	}
	return n
}

func groupThousands(digits string) string {
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// literals writes the section with digits in the place of its digits.
func literals(section, digits string) string {
	var b strings.Builder
	done := false
	for i := 0; i < len(section); i++ {
		switch c := section[i]; {
		case c == '"':
			end := skipTo(section, i+1, '"')
			b.WriteString(section[i+1 : min(end, len(section))])
			i = end
		case c == '\\':
			if i++; i < len(section) {
				b.WriteByte(section[i])
			}
		case c == '_' || c == '*':
			i++
		case c == '[':
			end := skipTo(section, i+1, ']')
			b.WriteString(currency(section[i+1 : min(end, len(section))]))
			i = end
		case strings.IndexByte("0#?", c) >= 0:
			if !done {
				b.WriteString(digits)
				done = true
			}
		case c == '.' || c == ',':
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// currency returns the sign of money in brackets: [$€-407].
func currency(inner string) string {
	if !strings.HasPrefix(inner, "$") {
		return ""
	}
	sign, _, _ := strings.Cut(inner[1:], "-")
	return sign
}
