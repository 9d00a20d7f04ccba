package wire

// Bounds that both sides of the wire know.
const (
	// HeadSize is how much of the start of a file decides its format, in bytes.
	HeadSize = 16 << 10
	// MaxTextFile is the largest file, in bytes, of the formats that are read as a whole.
	MaxTextFile = 64 << 20
	// MaxEntryName bounds the name of a file inside a file, folders included, in bytes.
	MaxEntryName = 1024
	// MaxZIPEntries is the maximum number of entries of an archive or an office file.
	MaxZIPEntries = 10_000
	// MaxZIPRatio is how many times smaller a part of an archive or an office file may
	// be than its content. Office programs write XML that shrinks about 20 times; a
	// part that shrinks more than 200 times is a bomb.
	MaxZIPRatio = 200
	// ZIPRatioFrom is the size, in bytes, below which MaxZIPRatio does not apply.
	ZIPRatioFrom = 4 << 20
	// MaxArchive is the maximum size of all files inside an archive together, in bytes.
	MaxArchive = 2 << 30
	// MaxAttachments is the maximum number of files attached to a mail or a PDF.
	MaxAttachments = 1000
	// MaxMails is the maximum number of mails in a mailbox.
	MaxMails = 100_000
)
