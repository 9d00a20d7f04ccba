package detect

import (
	"archive/tar"
	"image"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/compound"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

func TestDetect(t *testing.T) {
	const mail = "From: a@example.com\nTo: b@example.com\nSubject: x\n"
	tests := []struct {
		name string
		data []byte
		want wire.Format
	}{
		{"a.pdf", []byte("just text"), wire.FormatText},
		{"a.txt", extracttest.PDF(extracttest.Page{}), wire.FormatPDF},
		{"late.pdf", append([]byte("junk\n"), extracttest.PDF(extracttest.Page{})...), wire.FormatPDF},
		{"about.txt", []byte("Each file begins with %PDF-1.4 or so"), wire.FormatText},
		{"a.docx", extracttest.DOCX(t, ""), wire.FormatDOCX},
		{"a.png", extracttest.PNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), wire.FormatPNG},
		{"a.tif", extracttest.TIFF(image.Pt(1, 1)), wire.FormatTIFF},
		{"a.htm", []byte("<p>hello</p>"), wire.FormatHTML},
		{"a.txt", []byte("<html><body>hello"), wire.FormatHTML},
		{"a.md", []byte("hello"), wire.FormatMarkdown},
		{"a.eml", []byte(mail + "\nhello"), wire.FormatEmail},
		{"memo.txt", []byte(mail + "\nhello"), wire.FormatText},
		{"a.mbox", []byte("From - Mon Jan  2 15:04:05 2023\n" + mail + "\nhello"), wire.FormatMbox},
		{"Inbox", []byte("From - Mon Jan  2 15:04:05 2023\n" + mail + "\nhello"), wire.FormatMbox},
		{"mail.txt", []byte("Received: from x\n" + mail + "\nhello"), wire.FormatEmail},
	}
	for _, tt := range tests {
		got, err := File(extracttest.WriteFile(t, tt.name, tt.data), tt.name)
		if err != nil || got != tt.want {
			t.Errorf("%s %.20q: %q, %v; want %q", tt.name, tt.data, got, err, tt.want)
		}
	}
}

func TestDetectArchives(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want wire.Format
	}{
		{"a.zip", extracttest.ZIP(t, "a.txt", "x"), wire.FormatZIP},
		{"empty.zip", extracttest.ZIP(t), wire.FormatZIP},
		{"a.tar", extracttest.TAR(t, tar.Header{Name: "a", Size: 1}), wire.FormatTAR},
		{"a.tgz", extracttest.GZIP(t, "", []byte("x")), wire.FormatGZIP},
	}
	for _, tt := range tests {
		got, err := File(extracttest.WriteFile(t, tt.name, tt.data), tt.name)
		if err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestUnsupportedIsNamed(t *testing.T) {
	tests := map[string]string{
		"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic": "HEIC pictures cannot be read (save it as PNG, JPEG or PDF)",
		"7z\xbc\xaf\x27\x1c\x00\x04\x00\x00\x00\x00":       "7z archives cannot be read (extract it and add the folder, or pack it as ZIP)",
		"Rar!\x1a\x07\x01\x00\x00\x00\x00":                 "RAR archives cannot be read (extract it and add the folder, or pack it as ZIP)",
		"!BDN\x00\x00\x00\x00SM\x17\x00\x13\x00":           "Outlook mail stores (PST) cannot be read (export its folders as MBOX, or its mails as MSG or EML)",
	}
	for data, want := range tests {
		_, err := File(extracttest.WriteFile(t, "f", []byte(data)), "f")
		if dossier.CodeOf(err) != dossier.CodeUnsupported || dossier.TextOf(err) != want {
			t.Errorf("%q: %v, want %q", data, err, want)
		}
	}
}

func TestEncryptedFilesAreNamed(t *testing.T) {
	const cure = " cannot be read (decrypt it in your mail program and add what it holds)"
	for name, tt := range map[string][2]string{
		"a.asc": {"\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n", "messages and files encrypted with PGP" + cure},
		"a.gpg": {"\x85\x01\x0c\x03\x00\x00", "messages and files encrypted with PGP" + cure},
		"a.p7m": {"\x30\x82\x01\x00\x06\x09", "messages encrypted or signed with S/MIME" + cure},
	} {
		_, err := File(extracttest.WriteFile(t, name, []byte(tt[0])), name)
		if dossier.CodeOf(err) != dossier.CodeUnsupported || dossier.TextOf(err) != tt[1] {
			t.Errorf("%s: %v, want %q", name, err, tt[1])
		}
	}
}

func TestDetectOffice(t *testing.T) {
	nested := extracttest.Folder{"__substg1.0_3701000D": extracttest.Folder{compound.StreamWord: []byte("x")}, "__properties_version1.0": []byte("x")}
	tests := []struct {
		name string
		data []byte
		want wire.Format
	}{
		{"a.txt", extracttest.Compound(extracttest.Folder{compound.StreamWord: []byte("x")}), wire.FormatDOC},
		{"a.doc", extracttest.Compound(extracttest.Folder{"EncryptionInfo": []byte("x"), compound.StreamLocked: []byte("x")}), wire.FormatLocked},
		{"a.doc", extracttest.Compound(nested), wire.FormatMSG},
		{"a.zip", extracttest.XLSX(t, []string{""}), wire.FormatXLSX},
		{"a.zip", extracttest.PPTX(t), wire.FormatPPTX},
		{"a.zip", extracttest.ODF(t, openDocuments[0].mime, "", ""), wire.FormatODT},
		{"a.zip", extracttest.ODF(t, openDocuments[1].mime, "", ""), wire.FormatODS},
		{"a.zip", extracttest.ODF(t, openDocuments[2].mime, "", ""), wire.FormatODP},
		{"a.doc", extracttest.RTF("x"), wire.FormatRTF},
		{"a.xlsx", extracttest.ZIP(t, "notes/xl/workbook.xml", "x"), wire.FormatZIP},
	}
	for _, tt := range tests {
		if got, err := File(extracttest.WriteFile(t, tt.name, tt.data), tt.name); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	for name, data := range map[string][]byte{
		"a.xls":  extracttest.Compound(extracttest.Folder{"Workbook": []byte("x")}),
		"a.ppt":  extracttest.Compound(extracttest.Folder{"PowerPoint Document": []byte("x")}),
		"a.xlsb": extracttest.ZIP(t, "xl/workbook.bin", "x"),
	} {
		_, err := File(extracttest.WriteFile(t, name, data), name)
		if dossier.CodeOf(err) != dossier.CodeUnsupported {
			t.Errorf("%s: %v, want code %s", name, err, dossier.CodeUnsupported)
		}
	}
}

func TestLooksLikeMailbox(t *testing.T) {
	tests := map[string]bool{
		"From a@x.org Mon Jan  2 15:04:05 2023\nSubject: x\n":   true,
		"From a@x.org Thu Feb 20 18:22 EST 1997\nReceived: x\n": true,
		"From the desk of the Mayor, Mon 12:00\n\nDear all":     false,
		"From Monday on\nNote: x":                               false,
		"From: a\nTo: b\n":                                      false,
	}
	for text, want := range tests {
		if got := looksLikeMailbox(text); got != want {
			t.Errorf("%.40q: %v, want %v", text, got, want)
		}
	}
}

func TestDetectTables(t *testing.T) {
	tests := []struct {
		name, data string
		want       wire.Format
	}{
		{"a.csv", "a,b\n1,2\n", wire.FormatCSV},
		{"a.csv", "a;b,c\n1;2,3\n4;5\n6;7\n", wire.FormatCSV},
		{"a.tsv", "a\tb\n1\t2\n", wire.FormatTSV},
		{"a.tsv", "a,b\n1,2\n", wire.FormatText},
		{"a.txt", "a,b\n1,2\n", wire.FormatText},
		{"a.csv", "Dear Sir,\nplease find\nthe list, as you, and we, wished\n", wire.FormatText},
	}
	for _, tt := range tests {
		if got, err := File(extracttest.WriteFile(t, tt.name, []byte(tt.data)), tt.name); err != nil || got != tt.want {
			t.Errorf("%s %q: %q, %v; want %q", tt.name, tt.data, got, err, tt.want)
		}
	}
}
