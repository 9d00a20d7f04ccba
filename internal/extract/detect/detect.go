// Package detect finds the format of a file by its bytes. The name only breaks ties
// between text formats: a memo may be called .eml, and a PDF .txt.
//
// A file that dossier does not read is named in the error, with what to do about
// it; see [wire.Unsupported].
package detect

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// tailSize is how much of the end of a file is looked at, in bytes: there a ZIP
// file lists what it holds.
const tailSize = 1 << 20

// File returns the format of a file by its content; the name only breaks ties
// between text formats. Errors have code CodeEmptyFile, CodeUnreadable, or
// CodeUnsupported with a message that names what the file is.
func File(path, name string) (wire.Format, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", wire.Unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", wire.Unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return "", dossier.Errorf(dossier.CodeUnreadable, "not a regular file").About(path)
	}
	if info.Size() == 0 {
		return "", dossier.Errorf(dossier.CodeEmptyFile, "the file is empty").About(path).
			WithCure("get the original again; the copy may have failed")
	}
	head := make([]byte, min(info.Size(), wire.HeadSize))
	if _, err := io.ReadFull(f, head); err != nil {
		return "", wire.Unreadable(path, err)
	}
	tail := make([]byte, min(info.Size(), tailSize))
	if isZIP(head) {
		if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
			return "", wire.Unreadable(path, err)
		}
	}
	if compound.Is(head) {
		tail = compound.Folder(f, head)
	}
	if name == "" {
		name = path
	}
	format, kind := classify(head, tail, strings.ToLower(filepath.Ext(name)))
	if format == "" {
		return "", wire.Unsupported(kind).About(path)
	}
	return format, nil
}

// classify returns the format, or the media type of a file that is not read.
func classify(head, tail []byte, ext string) (wire.Format, string) {
	kind := mimetype.Detect(head)
	mime, _, _ := strings.Cut(kind.String(), ";")
	switch {
	case isPDF(head, ext):
		return wire.FormatPDF, ""
	case mime == "image/png":
		return wire.FormatPNG, ""
	case mime == "image/jpeg":
		return wire.FormatJPEG, ""
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return wire.FormatTIFF, ""
	case isZIP(head):
		if format, kind := officeFormat(head, tail); format != "" || kind != "" {
			return format, kind
		}
		if isArchive(mime) {
			return wire.FormatZIP, ""
		}
		return "", mime
	case bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n\ufeff"), []byte(`{\rtf`)):
		return wire.FormatRTF, ""
	case compound.Is(head):
		return compoundFormat(tail, mime)
	case bytes.HasPrefix(head, []byte("!BDN")):
		return "", wire.TypePST
	case IsTAR(head):
		return wire.FormatTAR, ""
	case mime == "application/gzip":
		return wire.FormatGZIP, ""
	case !text.IsText(head):
		return "", cmp.Or(encryptedTypes[ext], binaryName(mime))
	case mime == "application/postscript":
		return "", mime
	}
	return textFormat(head, ext)
}

// encryptedTypes are the types of bytes that only their names tell from noise.
var encryptedTypes = map[string]string{".p7m": "application/pkcs7-mime", ".pgp": wire.TypePGP, ".gpg": wire.TypePGP}

// binaryName keeps the sniffer from calling bytes text that are none.
func binaryName(mime string) string {
	if strings.HasPrefix(mime, "text/") {
		return "application/octet-stream"
	}
	return mime
}

// isPDF finds the header where PDF readers do: in the first kilobyte. Bytes
// before it are junk in a PDF but prose in a text about PDF, so then the name
// must agree.
func isPDF(head []byte, ext string) bool {
	i := bytes.Index(head[:min(len(head), 1024)], []byte("%PDF-"))
	return i == 0 || i > 0 && (ext == ".pdf" || !text.IsText(head))
}

// isZIP recognises the start of a ZIP file, one without entries included.
func isZIP(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// isArchive distinguishes a ZIP archive from documents that are ZIP files inside.
func isArchive(mime string) bool {
	return mime == "application/zip" || mime == "application/jar" || mime == "application/java-archive" || mime == "application/octet-stream"
}

var (
	htmlStart = regexp.MustCompile(`(?i)^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body)\b`)
	htmlTag   = regexp.MustCompile(`(?i)<(html|head|title|body|table|div|p|pre|h[1-6])\b[^>]*>`)
	mailField = regexp.MustCompile(`(?im)^(from|to|subject|date|message-id|received|mime-version|content-type|return-path|delivered-to|x-[a-z-]+):`)
	mailOnly  = regexp.MustCompile(`(?im)^(message-id|received|mime-version|return-path|delivered-to|x-[a-z-]+):`)
)

// textFormat distinguishes text formats. Only here does the name matter.
func textFormat(head []byte, ext string) (wire.Format, string) {
	content, err := text.Decode(head)
	if err != nil {
		return "", "application/octet-stream"
	}
	switch {
	case strings.HasPrefix(strings.TrimSpace(content), "-----BEGIN PGP MESSAGE-----"):
		return "", wire.TypePGP
	case htmlStart.MatchString(content):
		return wire.FormatHTML, ""
	case ext != ".eml" && looksLikeMailbox(content):
		return wire.FormatMbox, ""
	case looksLikeMail(content, ext):
		return wire.FormatEmail, ""
	case (ext == ".htm" || ext == ".html" || ext == ".xhtml") && htmlTag.MatchString(content):
		return wire.FormatHTML, ""
	case ext == ".md" || ext == ".markdown":
		return wire.FormatMarkdown, ""
	case text.TableDelimiter(content, ext) != 0:
		return tableFormat(ext), ""
	}
	return wire.FormatText, ""
}

// looksLikeMail counts known header fields before the first blank line. A
// memo, too, begins with From, To and Date, so without the name of a mail
// file one field is wanted that only mail programs write.
func looksLikeMail(text, ext string) bool {
	head, _, _ := strings.Cut(strings.TrimLeft(text, "\n"), "\n\n")
	fields := len(mailField.FindAllString(head, 12))
	if ext == ".eml" {
		return fields > 0
	}
	first, _, _ := strings.Cut(head, ":")
	startsWithField := !strings.ContainsAny(first, " \n\t<") && strings.Contains(head, ":")
	return startsWithField && fields > 1 && mailOnly.MatchString(head)
}

// TARHead is the size of the head of an entry of a tar archive.
const TARHead = 512

// IsTAR recognizes the head of an entry of a tar archive.
func IsTAR(head []byte) bool {
	const magicAt = 257
	return len(head) >= TARHead && bytes.HasPrefix(head[magicAt:], []byte("ustar"))
}

// tableFormat returns the format of a table in a file with the extension.
func tableFormat(ext string) wire.Format {
	if ext == ".csv" {
		return wire.FormatCSV
	}
	return wire.FormatTSV
}
