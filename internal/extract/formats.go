package extract

import (
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Format is a kind of file that can be read.
type Format = wire.Format

// The formats that other packages treat apart.
const (
	FormatPDF   = wire.FormatPDF
	FormatText  = wire.FormatText
	FormatEmail = wire.FormatEmail
	FormatMSG   = wire.FormatMSG
)

// OCRMode says when pages are recognized. The zero value means OCRAuto.
type OCRMode = wire.OCRMode

// The modes.
const (
	OCRAuto  = wire.OCRAuto
	OCROff   = wire.OCROff
	OCRForce = wire.OCRForce
)

// Detect returns the format of a file by its content; name, that of the file where
// it was found, only breaks ties between text formats. The code of an error is
// CodeEmptyFile, CodeUnreadable, or CodeUnsupported with a message that names what
// the file is.
func Detect(path, name string) (Format, error) { return detect.File(path, name) }
