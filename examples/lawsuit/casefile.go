// Package lawsuit makes the example case file: the papers of a lawsuit that
// never was, in every format dossier reads, and the truth about them. The same
// bytes come out every time.
package lawsuit

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Write writes the papers to dir/papers and the truth to dir/truth.json.
func Write(dir string) error {
	papers, err := papers()
	if err != nil {
		return err
	}
	for _, p := range papers {
		if err := write(filepath.Join(dir, "papers", filepath.FromSlash(p.name)), p.data); err != nil {
			return err
		}
	}
	truth, err := json.MarshalIndent(Truth(), "", "  ")
	if err != nil {
		return err
	}
	return write(filepath.Join(dir, "truth.json"), append(truth, '\n'))
}

func write(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o644)
}

// paper is a file of the case file.
type paper struct {
	name string
	data []byte
}

// filed is the stamp that the court's system prints on a filed page.
func filed(number, pages int, date string) func(page int) string {
	return func(page int) string {
		return fmt.Sprintf("Case 1:23-cv-04417-MKB   Document %d   Filed %s   Page %d of %d", number, date, page, pages)
	}
}

// papers makes all papers.
func papers() ([]paper, error) {
	all := append(pleadings(), mails()...)
	for _, make := range []func() ([]paper, error){contracts, exhibits} {
		more, err := make()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return append(all,
		paper{"exhibits/H-deposition-excerpt.txt", []byte(deposition)},
		paper{"notes/case-notes.md", []byte(notes)},
		paper{"notes/press-release.html", []byte(press)},
	), nil
}

func pleadings() []paper {
	statement := textPDF("Corporate Disclosure Statement", disclosure, nil)
	return []paper{
		{"pleadings/01-complaint.pdf", textPDF("Complaint", complaint, nil)},
		{"pleadings/05-disclosure-statement.pdf", statement},
		{"pleadings/12-answer.pdf", textPDF("Answer", answer, nil)},
		{"pleadings/18-memorandum-to-dismiss.pdf", textPDF("Memorandum of Law", memorandum, nil)},
		{"pleadings/24-opposition.pdf", textPDF("Opposition", opposition, nil)},
		{"orders/31-order.pdf", textPDF("Memorandum and Order", order, filed(31, 2, "03/14/24"))},
		{"orders/docket-sheet.html", []byte(docketSheet)},
		{"copies/served-on-defendant.pdf", statement}, // the same bytes
	}
}

func contracts() ([]paper, error) {
	first, err := docx(agreement, [][]string{
		{"Service", "Fee"},
		{"Dry storage, a month", "$12,000.00"},
		{"Cold storage, a month", "$17,250.00"},
	})
	if err != nil {
		return nil, err
	}
	second, err := docx(amendment, nil)
	if err != nil {
		return nil, err
	}
	return []paper{{"contracts/warehouse-agreement.docx", first}, {"contracts/first-amendment.docx", second}}, nil
}

func mails() []paper {
	return []paper{
		{"mail/2022-11-03-inspection.eml", mail(`
			From: Thomas Everly Jr. <tom@brackwater.example>
			To: Marian A. Castellan <mcastellan@halden.example>
			Subject: Inspection of the sprinklers
			Date: Thu, 3 Nov 2022 16:20:00 -0400
			Message-ID: <inspection-1@brackwater.example>`, inspection)},
		{"mail/2022-11-08-re-inspection.eml", mail(`
			From: Marian Castellan <mcastellan@halden.example>
			To: Thomas Everly Jr. <tom@brackwater.example>
			Subject: Re: Inspection of the sprinklers
			Date: Tue, 8 Nov 2022 09:05:00 -0500
			Message-ID: <inspection-2@halden.example>
			In-Reply-To: <inspection-1@brackwater.example>`, inspectionReply)},
		{"mail/2022-12-19-fire.eml", mail(`
			From: Peter Castellan <pcastellan@halden.example>
			To: Marian A. Castellan <mcastellan@halden.example>
			Subject: Fire
			Date: Mon, 19 Dec 2022 07:12:00 -0500
			Message-ID: <fire-1@halden.example>`, fireMail,
			attached{"fire-department-report.pdf", "application/pdf", textPDF("Fire report", fireReport, nil)})},
		{"mail/2023-01-20-claim.eml", mail(`
			From: Marian A. Castellan <mcastellan@halden.example>
			To: Luis Ferrante <lferrante@northgate.example>
			Cc: Peter Castellan <pcastellan@halden.example>
			Subject: Proof of loss, policy NG-20417
			Date: Fri, 20 Jan 2023 10:00:00 -0500
			Message-ID: <claim-1@halden.example>`, claimMail,
			attached{"goods.txt", "text/plain", []byte(goods)})},
		{"mail/2023-02-14-denial.eml", mail(`
			From: Luis Ferrante <lferrante@northgate.example>
			To: Marian A. Castellan <mcastellan@halden.example>
			Subject: Your claim
			Date: Tue, 14 Feb 2023 15:45:00 -0500
			Message-ID: <denial-1@northgate.example>`, denialMail)},
	}
}

// exhibits are scans, but for the last, which no reader opens.
func exhibits() ([]paper, error) {
	s, err := newScanner()
	if err != nil {
		return nil, err
	}
	var list []paper
	var failed error
	add := func(name string, data []byte, err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, paper{name, data})
	}
	data, err := encodePNG(s.pages(invoice)[0])
	add("exhibits/A-invoice.png", data, err)
	data, err = encodeJPEG(s.pages(denialLetter)[0])
	add("exhibits/B-denial-letter.jpg", data, err)
	data, err = encodeTIFF(s.pages(lading)[0])
	add("exhibits/C-bill-of-lading.tif", data, err)
	data, err = scanPDF("Fire marshal", s.pages(marshal))
	add("exhibits/D-fire-marshal-report.pdf", data, err)
	affidavitScan := s.pages(affidavit)
	affidavitScan[0] = worn(affidavitScan[0])
	data, err = scanPDF("Affidavit", affidavitScan)
	add("exhibits/E-affidavit-ferrante.pdf", data, err)
	data, err = encodePNG(blank())
	add("exhibits/F-back-of-invoice.png", data, err)
	data, err = encodeJPEG(pale(s.pages(label)[0]))
	add("exhibits/G-valve-label.jpg", data, err)
	add("exhibits/native-readings.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04 readings of the sprinkler valve"), nil)
	return list, failed
}
