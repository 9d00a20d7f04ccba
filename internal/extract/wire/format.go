package wire

// Format is a kind of file that can be read.
type Format string

// The formats.
const (
	FormatPDF      Format = "pdf"
	FormatPNG      Format = "png"
	FormatJPEG     Format = "jpeg"
	FormatTIFF     Format = "tiff"
	FormatText     Format = "text"
	FormatMarkdown Format = "markdown"
	FormatHTML     Format = "html"
	FormatEmail    Format = "email"
	FormatDOCX     Format = "docx"
	FormatXLSX     Format = "xlsx"
	FormatPPTX     Format = "pptx"
	FormatODT      Format = "odt"
	FormatODS      Format = "ods"
	FormatODP      Format = "odp"
	FormatRTF      Format = "rtf"
	FormatDOC      Format = "doc"
	FormatLocked   Format = "locked-office" // any office file under a password
	FormatCSV      Format = "csv"
	FormatTSV      Format = "tsv"
	FormatMSG      Format = "msg"
	FormatMbox     Format = "mbox"
	FormatZIP      Format = "zip"
	FormatTAR      Format = "tar"
	FormatGZIP     Format = "gzip"
)

// OCRMode says when pages are recognised.
type OCRMode string

// The modes. The zero value means OCRAuto.
const (
	OCRAuto  OCRMode = "auto"  // pages whose text layer is missing or a mere stamp
	OCROff   OCRMode = "off"   // never
	OCRForce OCRMode = "force" // every page that has a picture
)
