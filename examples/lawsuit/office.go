package lawsuit

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
)

const wordNamespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

// docx makes a Word file of a text; rows become a table at its end.
func docx(text string, rows [][]string) ([]byte, error) {
	var body strings.Builder
	for p := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		var words []string
		for l := range strings.Lines(p) {
			if marked := strings.TrimLeft(l, "^|"); marked != l {
				body.WriteString(wordParagraph(strings.TrimSpace(marked)))
				continue
			}
			words = append(words, strings.Fields(l)...)
		}
		if len(words) > 0 {
			body.WriteString(wordParagraph(strings.Join(words, " ")))
		}
	}
	if len(rows) > 0 {
		body.WriteString("<w:tbl>")
		for _, row := range rows {
			body.WriteString("<w:tr>")
			for _, cell := range row {
				body.WriteString("<w:tc>" + wordParagraph(cell) + "</w:tc>")
			}
			body.WriteString("</w:tr>")
		}
		body.WriteString("</w:tbl>")
	}
	return zipped([][2]string{
		{"[Content_Types].xml", xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/document.xml", xml.Header + `<w:document xmlns:w="` + wordNamespace + `"><w:body>` + body.String() + `</w:body></w:document>`},
	})
}

func wordParagraph(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // into memory: cannot fail
	return `<w:p><w:r><w:t xml:space="preserve">` + b.String() + "</w:t></w:r></w:p>"
}

// zipped makes an archive of name and content pairs, without times.
func zipped(files [][2]string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f[0], Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(f[1])); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// attached is a file attached to a mail.
type attached struct {
	name, mime string
	data       []byte
}

// mail makes an EML file of header lines, a body and attachments.
func mail(headers, body string, files ...attached) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\r\n", args...) }
	for l := range strings.Lines(strings.TrimSpace(headers) + "\n") {
		line("%s", strings.TrimSpace(l))
	}
	line("MIME-Version: 1.0")
	text := strings.ReplaceAll(strings.Trim(body, "\n")+"\n", "\n", "\r\n")
	if len(files) > 0 {
		line("Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n--part")
	}
	line("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", text)
	for _, f := range files {
		line("--part\r\nContent-Type: %s; name=%q\r\nContent-Disposition: attachment; filename=%q", f.mime, f.name, f.name)
		line("Content-Transfer-Encoding: base64\r\n")
		for encoded := base64.StdEncoding.EncodeToString(f.data); encoded != ""; {
			n := min(76, len(encoded))
			line("%s", encoded[:n])
			encoded = encoded[n:]
		}
	}
	if len(files) > 0 {
		line("--part--")
	}
	return b.Bytes()
}
