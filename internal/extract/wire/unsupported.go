package wire

// kind is a sort of file that is recognised and not read.
type kind struct{ name, cure string }

const (
	curePicture   = "save it as PNG, JPEG or PDF"
	cureUnpack    = "extract it and add the folder, or pack it as ZIP"
	cureRecording = "add a transcript of it"
	cureDecrypt   = "decrypt it in your mail program and add what it holds"
)

// unsupportedKinds names what files that cannot be read are, and what to do
// about each. Keys are media types.
var unsupportedKinds = map[string]kind{
	"image/heic":          {"HEIC pictures", curePicture},
	"image/heic-sequence": {"HEIC pictures", curePicture},
	"image/heif":          {"HEIF pictures", curePicture},
	"image/heif-sequence": {"HEIF pictures", curePicture},
	"image/avif":          {"AVIF pictures", curePicture},
	"image/webp":          {"WebP pictures", curePicture},
	"image/gif":           {"GIF pictures", curePicture},
	"image/bmp":           {"BMP pictures", curePicture},
	"image/jp2":           {"JPEG 2000 pictures", curePicture},
	"image/jpx":           {"JPEG 2000 pictures", curePicture},
	"image/jxl":           {"JPEG XL pictures", curePicture},
	"image/svg+xml":       {"SVG drawings", curePicture},
	"image/vnd.dwg":       {"AutoCAD drawings", "plot it to PDF"},
	"image/vnd.djvu":      {"DjVu scans", "save it as PDF"},

	"application/x-7z-compressed":       {"7z archives", cureUnpack},
	"application/x-rar-compressed":      {"RAR archives", cureUnpack},
	"application/vnd.rar":               {"RAR archives", cureUnpack},
	"application/x-bzip2":               {"bzip2 archives", cureUnpack},
	"application/x-xz":                  {"xz archives", cureUnpack},
	"application/zstd":                  {"zstd archives", cureUnpack},
	"application/vnd.ms-cab-compressed": {"cabinet archives", cureUnpack},
	TypePST:                             {"Outlook mail stores (PST)", "export its folders as MBOX, or its mails as MSG or EML"},

	"application/vnd.ms-excel":      {"Excel workbooks of before 2007 (XLS)", "save it as XLSX or PDF"},
	"application/vnd.ms-powerpoint": {"PowerPoint presentations of before 2007 (PPT)", "save it as PPTX or PDF"},
	KindXLSB:                        {"binary Excel workbooks (XLSB)", "save it as XLSX"},
	"application/msword":            {"Word documents of before 1997", "save it as DOCX or PDF"},

	"application/vnd.wordperfect": {"WordPerfect documents", "save it as DOCX or PDF"},
	"application/postscript":      {"PostScript files", "convert it to PDF"},
	"application/onenote":         {"OneNote sections", "export it as PDF"},
	"application/x-msaccess":      {"Access databases", "export its tables as CSV or PDF"},

	TypePGP:                  {"messages and files encrypted with PGP", cureDecrypt},
	"application/pkcs7-mime": {"messages encrypted or signed with S/MIME", cureDecrypt},

	"audio/mpeg":      {"sound recordings", cureRecording},
	"audio/wav":       {"sound recordings", cureRecording},
	"audio/mp4":       {"sound recordings", cureRecording},
	"audio/x-m4a":     {"sound recordings", cureRecording},
	"audio/ogg":       {"sound recordings", cureRecording},
	"audio/amr":       {"sound recordings", cureRecording},
	"video/mp4":       {"films", cureRecording},
	"video/quicktime": {"films", cureRecording},
	"video/x-ms-asf":  {"films", cureRecording},
	"video/x-msvideo": {"films", cureRecording},
	"video/webm":      {"films", cureRecording},
}

// TypePST stands for the mail stores of Outlook, which have no media type.
const TypePST = "application/x-outlook-pst"

// TypePGP is the type of messages that are encrypted with PGP.
const TypePGP = "application/pgp-encrypted"

// KindXLSB stands for workbooks in the binary form of the ZIP format.
const KindXLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
