package detect

import (
	"bytes"

	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// officeParts name the entry by which each kind of office file is known. What
// has no Format cannot be read; its name says why to the user.
var officeParts = []struct {
	part   string
	format wire.Format
	kind   string
}{
	{"word/document", wire.FormatDOCX, ""},
	{"xl/workbook.xml", wire.FormatXLSX, ""},
	{"xl/workbook.bin", "", wire.KindXLSB},
	{"ppt/presentation", wire.FormatPPTX, ""},
}

// openDocuments are the types that OpenDocument files begin with.
var openDocuments = []struct {
	mime   string
	format wire.Format
}{
	{"application/vnd.oasis.opendocument.text", wire.FormatODT},
	{"application/vnd.oasis.opendocument.spreadsheet", wire.FormatODS},
	{"application/vnd.oasis.opendocument.presentation", wire.FormatODP},
}

// officeFormat finds which office program wrote a ZIP file, or what else from
// an office it is. It returns nothing for other archives.
func officeFormat(head, tail []byte) (wire.Format, string) {
	// OpenDocument keeps its type in the first entry, as it is.
	const nameOffset = 30
	if rest, ok := bytes.CutPrefix(head[min(len(head), nameOffset):], []byte("mimetype")); ok {
		for _, d := range openDocuments {
			if bytes.HasPrefix(rest, []byte(d.mime)) {
				return d.format, ""
			}
		}
	}
	for _, p := range officeParts {
		if listsEntry(tail, p.part) {
			return p.format, p.kind
		}
	}
	return "", ""
}

// listsEntry looks in the list of contents of a ZIP file for an entry whose
// name begins so. Names lie 46 bytes into an entry.
func listsEntry(tail []byte, name string) bool {
	const nameOffset = 46
	for rest := tail; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return false
		}
		if i >= nameOffset && bytes.HasPrefix(rest[i-nameOffset:], []byte("PK\x01\x02")) {
			return true
		}
		rest = rest[i+1:]
	}
}

// compoundFormat names the program that wrote a compound file by its folder,
// or what else the file is.
func compoundFormat(folder []byte, mime string) (wire.Format, string) {
	names := compound.RootStreams(folder)
	switch {
	case names[compound.StreamLocked]:
		return wire.FormatLocked, ""
	case names[compound.StreamWord]:
		return wire.FormatDOC, ""
	case names["Workbook"], names["Book"]:
		return "", "application/vnd.ms-excel"
	case names["PowerPoint Document"]:
		return "", "application/vnd.ms-powerpoint"
	case holdsMessage(folder):
		return wire.FormatMSG, ""
	}
	return "", mime
}

// holdsMessage recognises a folder of Outlook by the names in it.
func holdsMessage(folder []byte) bool {
	for _, name := range []string{compound.StorageNames, compound.StreamProps, compound.PrefixValue, compound.PrefixPerson, compound.PrefixAttach} {
		if bytes.Contains(folder, compound.EncodeUTF16(name)) {
			return true
		}
	}
	return false
}
