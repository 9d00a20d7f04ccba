// Package marked reads pages on which a person marked every name, and judges
// by them what was found. The list of the names is a part of the project; the
// texts are those of the corpus of real papers.
//
// What is marked as a name:
//
//   - A PERSON without title, "Esq." and possessive 's, but with "Jr." and "III";
//     in lists as it stands there: "Roe, Jane". Each party of the caption of the
//     case itself, also in "Re: Roe v. Halden Inc."; never the parties of an
//     authority that is cited.
//   - An ORG with its "Inc.", a government by its full name ("State of Halden",
//     "City of Halden"), and each half of "Halden Inc. dba Oakline"; a named
//     unit of an agency beside the agency; the short name that a paper defines,
//     ("Halden"), but no common noun that it defines ("the City", "the Office").
//     A trade name where the company is meant.
//   - A LOCATION: town and state each, "Washington, DC" as one; the state before
//     "law", and "U.S." before "government", but no adjective ("Russian") and no
//     name in the title of an office, a law or a work. Buildings and prisons,
//     but no streets.
//   - A COURT with its district and division, across the lines of a caption.
//   - A name before a hyphen ("Halden-owned") but none after one ("pro-Halden"),
//     and none in addresses of mail and web, or account names.
//
// There are two lists. Rules and models may be tuned on the pages of pages.tsv;
// those of heldout.tsv are for measuring alone. Whoever reads the errors of these
// to improve anything must move their pages to pages.tsv and mark new ones.
package marked

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Name is a name: bytes Start to End of a text, and its type, "PERSON".
type Name struct {
	Type       string
	Start, End int
}

// File is a text, the pages of it that were read, and the names there.
type File struct {
	Name  string // of the file
	Text  string
	Names []Name
	pages [][2]int // first byte and end of each
}

// Pages is how many pages were read.
func (f *File) Pages() int { return len(f.pages) }

// Kind is the part of the corpus that the file is of: "opinions".
func (f *File) Kind() string {
	kind, _, _ := strings.Cut(f.Name, "__")
	return kind
}

// Around returns a name with the words beside it, on one line.
func (f *File) Around(n Name) string {
	const beside = 40
	start, end := max(0, n.Start-beside), min(len(f.Text), n.End+beside)
	words := f.Text[start:n.Start] + "[" + f.Text[n.Start:n.End] + "]" + f.Text[n.End:end]
	return strings.Join(strings.Fields(strings.ToValidUTF8(words, "")), " ")
}

// Read reads a list: file, page, start, end and type a line, parted by tabs,
// offsets in bytes of the file, and a line of type PAGE for every page that was
// read. The files are in the folder texts.
func Read(list, texts string) ([]File, error) {
	raw, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var files []File
	last := ""
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 5 {
			return nil, fmt.Errorf("%s: %q has %d cells, want 5", list, line, len(cells))
		}
		if cells[0] != last {
			text, err := os.ReadFile(filepath.Join(texts, cells[0]))
			if err != nil {
				return nil, err
			}
			files, last = append(files, File{Name: cells[0], Text: string(text)}), cells[0]
		}
		if err := files[len(files)-1].add(cells[1:]); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", list, line, err)
		}
	}
	return files, nil
}

// add takes page, start, end and type, or a page and the type PAGE.
func (f *File) add(cells []string) error {
	if cells[3] == "PAGE" {
		return f.addPage(cells[0])
	}
	start, errStart := strconv.Atoi(cells[1])
	end, errEnd := strconv.Atoi(cells[2])
	if err := errors.Join(errStart, errEnd); err != nil {
		return err
	}
	if start < 0 || end > len(f.Text) || start >= end {
		return fmt.Errorf("bytes %d to %d are not in the text", start, end)
	}
	f.Names = append(f.Names, Name{cells[3], start, end})
	return nil
}

// addPage adds a page by its number; form feeds part the pages.
func (f *File) addPage(number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	at := 0
	for page := range strings.SplitAfterSeq(f.Text, "\f") {
		if n--; n == 0 {
			f.pages = append(f.pages, [2]int{at, at + len(page)})
			return nil
		}
		at += len(page)
	}
	return fmt.Errorf("there is no page %s", number)
}

// Split returns the pages that were read as files of their own, each with its
// names.
func (f *File) Split() []File {
	var out []File
	for _, p := range f.pages {
		page := File{Name: f.Name, Text: f.Text[p[0]:p[1]], pages: [][2]int{{0, p[1] - p[0]}}}
		for _, n := range f.Names {
			if n.Start >= p[0] && n.End <= p[1] {
				page.Names = append(page.Names, Name{n.Type, n.Start - p[0], n.End - p[0]})
			}
		}
		out = append(out, page)
	}
	return out
}

// Judge parts names into those that were found rightly, those that were
// overlooked, and those that are none, on the pages that were read and of the
// types that are known. Town and state are marked in addresses too, which are
// found as a whole: they are left out.
func (f *File) Judge(found []Name, types []string) (right, missed, wrong []Name) {
	inAddress := func(n Name) bool {
		return slices.ContainsFunc(found, func(m Name) bool { return m.Type == "ADDRESS" && n.Start >= m.Start && n.End <= m.End })
	}
	known := map[Name]bool{}
	for _, n := range f.Names {
		if !inAddress(n) {
			known[n] = true
		}
	}
	for _, m := range found {
		onPage := slices.ContainsFunc(f.pages, func(p [2]int) bool { return m.Start >= p[0] && m.Start < p[1] })
		switch {
		case !onPage || !slices.Contains(types, m.Type):
		case known[m]:
			right = append(right, m)
			delete(known, m)
		default:
			wrong = append(wrong, m)
		}
	}
	for _, n := range f.Names {
		if known[n] {
			missed = append(missed, n)
		}
	}
	return right, missed, wrong
}
