package mail

import (
	"encoding/base64"
	"regexp"
	"strings"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Before MIME, files travelled inside the text of mails: in a frame of lines that
// name the file and end it, in uuencode or in base64 (POSIX, uuencode).

var uuBegin = regexp.MustCompile(`^begin(-base64)? [0-7]{3,4} (\S.*)$`)

// takeUU takes the files out of a text. What has the head of a file and cannot be
// decoded stays, with a warning.
func takeUU(text string, notes *wire.Remarks) (string, []wire.Child) {
	if !strings.Contains(text, "begin") {
		return text, nil
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var kept []string
	var files []wire.Child
	for i := 0; i < len(lines); i++ {
		m := uuBegin.FindStringSubmatch(strings.TrimRight(lines[i], " \t"))
		if m == nil {
			kept = append(kept, lines[i])
			continue
		}
		decode := uuLines
		if m[1] != "" {
			decode = base64Lines
		}
		data, used, begun := decode(lines[i+1:])
		name := baseName(m[2])
		if used > 0 && name != "" && len(data) > 0 {
			files = append(files, wire.Child{Name: name, Data: data})
			kept = append(kept, "[attached: "+name+"]")
			i += used
			continue
		}
		if begun {
			notes.Warn("the file %s in the text of the mail is cut off or damaged; it stays as the text that it is", m[2])
		}
		kept = append(kept, lines[i])
	}
	if files == nil {
		return text, nil
	}
	return strings.Join(kept, "\n"), files
}

// uuLines decodes lines up to the one that says "end". used is how many those are, 0
// if the lines are no whole file; begun reports whether they are the start of one.
func uuLines(lines []string) (data []byte, used int, begun bool) {
	ended := false // the line of no bytes was there
	for i, line := range lines {
		line = strings.TrimRight(line, "\r")
		switch {
		case strings.TrimSpace(line) == "end":
			return data, i + 1, true
		case strings.Trim(line, " `") == "":
			ended = true
			continue
		}
		bytes, ok := uuLine(line)
		if !ok || ended {
			return nil, 0, len(data) > 0
		}
		data = append(data, bytes...)
	}
	return nil, 0, len(data) > 0
}

// uuLine decodes a line: the number of its bytes, then four characters of six bits for
// every three. A zero is a blank or an accent, as the encoder likes. Mail programs drop
// blanks at the end of a line; some encoders add a checksum there.
func uuLine(line string) ([]byte, bool) {
	const zero, most = ' ', 45
	n := int(line[0]-zero) & 63
	body := line[1:]
	need := (n + 2) / 3 * 4
	if n > most || len(body) > need+2 || len(body) < need && strings.Contains(body, "`") {
		return nil, false
	}
	body += strings.Repeat(" ", max(need-len(body), 0))
	out := make([]byte, 0, need)
	for at := 0; at < need; at += 4 {
		var v uint32
		for _, c := range []byte(body[at : at+4]) {
			if c < zero || c > '`' {
				return nil, false
			}
			v = v<<6 | uint32(c-zero)&63
		}
		out = append(out, byte(v>>16), byte(v>>8), byte(v))
	}
	return out[:n], true
}

// base64Lines is uuLines for base64, which "====" ends.
func base64Lines(lines []string) (data []byte, used int, begun bool) {
	var all strings.Builder
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "====" {
			data, err := base64.StdEncoding.DecodeString(all.String())
			if err != nil {
				return nil, 0, true
			}
			return data, i + 1, true
		}
		if strings.ContainsAny(line, " \t") {
			return nil, 0, i > 0
		}
		all.WriteString(line)
	}
	return nil, 0, all.Len() > 0
}
