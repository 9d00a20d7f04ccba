// Package archive reads ZIP, TAR and GZIP files: a page with the list of contents, and
// each file inside as a child.
//
// Names are cleaned of folders that lead out of the archive. Sizes are checked as they
// are announced and again as bytes come, so that no bomb unpacks; an entry that is
// damaged, locked or packed in an unknown way is a loss, and the others are kept.
package archive

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/detect"
	"github.com/dossier-legal/dossier/internal/extract/text"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of an archive. The ratio of a part and the number of entries are
// those of office files.
const ()

const reasonArchive = "list of contents"

// archive collects what is said of an archive while its entries are sent.
type archive struct {
	out     *wire.Sender
	list    strings.Builder
	entries int
	size    int64 // bytes of all entries so far
	wire.Remarks
}

// enter counts an entry and writes its line of the list.
func (a *archive) enter(name string, size int64) error {
	a.entries++
	a.size += max(size, 0)
	if a.entries > wire.MaxZIPEntries {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the archive holds more than %d files", wire.MaxZIPEntries).
			WithCure("extract it and add the folder")
	}
	if a.size > wire.MaxArchive {
		return tooLargeArchive()
	}
	fmt.Fprintf(&a.list, "%s\t%s\n", name, byteCount(size))
	return nil
}

func tooLargeArchive() error {
	return dossier.Errorf(dossier.CodeOutputTooLarge, "the archive holds more than %d GiB", wire.MaxArchive>>30).
		WithCure("extract it and add the folder")
}

func bomb(name string, packed, size int64) error {
	return dossier.Errorf(dossier.CodeOutputTooLarge, "%s grows from %d to %d bytes: the archive looks like a bomb", name, packed, size).
		WithCure("if it is not, extract it and add the folder")
}

// send reads an entry to its end, sends it and returns its size. What is wrong
// with the entry becomes a loss; the error is one of the whole.
func (a *archive) send(name string, r io.Reader) (int64, error) {
	n, damage, err := a.out.ChildFrom(name, r)
	if err != nil {
		return n, err
	}
	if _, ok := errors.AsType[*dossier.Error](damage); ok {
		return n, damage
	}
	if damage != nil {
		a.Lose(dossier.CodeDamaged, "%s is damaged: %v", name, damage)
	}
	return n, nil
}

// end sends the list of contents and the remarks.
func (a *archive) end() error {
	text := fmt.Sprintf("Archive of %d files\n\n%s", a.entries, a.list.String())
	if len(text) > a.out.Limits.PageText {
		return wire.TooMuchText(a.out.Limits.PageText)
	}
	page := wire.TextPage(1, text)
	page.Reason = reasonArchive
	if err := a.out.Page(page); err != nil {
		return err
	}
	return a.out.Meta(a.Into(wire.FileMeta{}))
}

// ReadZIP sends every file in a ZIP archive as a child with its folders as
// name, and the list of contents as a page.
func ReadZIP(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	z, err := zip.NewReader(f, info.Size())
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable ZIP archive: %w", err).WithCure("get the original again")
	}
	files := plainFiles(z.File)
	if err := checkAnnounced(files, info.Size()); err != nil {
		return err
	}
	a := &archive{out: out}
	names := zipNames(files)
	for i, f := range files {
		name := cleanEntryName(names[i], i+1)
		if err := a.enter(name, int64(f.UncompressedSize64)); err != nil {
			return err
		}
		if err := a.sendZIPFile(name, f); err != nil {
			return err
		}
	}
	return a.end()
}

func plainFiles(all []*zip.File) []*zip.File {
	var files []*zip.File
	for _, f := range all {
		if !strings.HasSuffix(f.Name, "/") && f.Mode().IsRegular() {
			files = append(files, f)
		}
	}
	return files
}

// checkAnnounced refuses an archive that grows beyond reason by its own words,
// before anything is unpacked. Entries may share their packed bytes, so the
// size of the archive itself counts, too.
func checkAnnounced(files []*zip.File, packed int64) error {
	if len(files) > wire.MaxZIPEntries {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the archive holds more than %d files", wire.MaxZIPEntries).
			WithCure("extract it and add the folder")
	}
	var sum uint64
	for _, f := range files {
		size := f.UncompressedSize64
		if size > wire.ZIPRatioFrom && size/wire.MaxZIPRatio > f.CompressedSize64 {
			return bomb(cleanEntryName(f.Name, 1), int64(f.CompressedSize64), int64(min(size, wire.MaxArchive)))
		}
		if size > wire.MaxArchive || sum+size > wire.MaxArchive {
			return tooLargeArchive()
		}
		sum += size
	}
	if sum > wire.ZIPRatioFrom && sum/wire.MaxZIPRatio > uint64(packed) {
		return bomb("the whole", packed, int64(sum))
	}
	return nil
}

const zipEncrypted = 1 // flag of an entry

func (a *archive) sendZIPFile(name string, f *zip.File) error {
	switch {
	case isLitter(name):
		return nil
	case f.Flags&zipEncrypted != 0:
		a.Lose(dossier.CodePassword, "%s is locked with a password; unlock it and add it by itself", name)
		return nil
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		a.Lose(dossier.CodeUnsupported, "%s is packed with method %d, which cannot be read; extract it and add it by itself", name, f.Method)
		return nil
	}
	if err != nil {
		a.Lose(dossier.CodeDamaged, "%s is damaged: %v", name, err)
		return nil
	}
	defer r.Close()
	// Whatever the data does, no more comes than was announced and checked.
	_, err = a.send(name, &exactReader{r: r, left: int64(f.UncompressedSize64)})
	return err
}

var errLongerThanAnnounced = errors.New("it is longer than announced")

// exactReader fails when more comes than was announced.
type exactReader struct {
	r    io.Reader
	left int64
}

func (e *exactReader) Read(b []byte) (int, error) {
	n, err := e.r.Read(b)
	if e.left -= int64(n); e.left < 0 {
		return 0, errLongerThanAnnounced
	}
	return n, err
}

// isLitter recognises what operating systems leave in archives and nobody
// means: it is listed but no document.
func isLitter(name string) bool {
	base := path.Base(name)
	switch strings.ToLower(base) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "._")
}

// cleanEntryName returns the folders and name of an entry, without anything
// that leads out of a folder. Entries without a name are numbered.
func cleanEntryName(name string, number int) string {
	var parts []string
	size := 0
	for part := range strings.SplitSeq(strings.ReplaceAll(name, `\`, "/"), "/") {
		part = strings.Join(strings.Fields(wire.CleanText(part)), " ")
		if len(parts) == 0 && len(part) >= 2 && part[1] == ':' { // a drive
			part = part[2:]
		}
		if part == "" || part == "." || part == ".." {
			continue
		}
		if size += len(part) + 1; size > wire.MaxEntryName {
			break
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return fmt.Sprintf("file-%d", number)
	}
	return strings.Join(parts, "/")
}

// zipNames returns the names of files as Unicode. The format says UTF-8 or
// code page 437; Japanese programs write Shift-JIS, and some keep Unicode in
// an extra field. One program wrote all names, so they are judged together.
func zipNames(files []*zip.File) []string {
	names := make([]string, len(files))
	var old strings.Builder
	for i, f := range files {
		names[i] = f.Name
		if !utf8.ValidString(f.Name) {
			old.WriteString(f.Name + "\n")
		}
	}
	dec := charmap.CodePage437.NewDecoder()
	if readsJapanese(old.String()) {
		dec = japanese.ShiftJIS.NewDecoder()
	}
	for i, f := range files {
		if utf8.ValidString(f.Name) {
			continue
		}
		if name, ok := unicodePath(f); ok {
			names[i] = name
		} else if name, err := dec.String(f.Name); err == nil {
			names[i] = name
		}
	}
	return names
}

// unicodePath returns the name in the extra field 0x7075: a version, the
// checksum of the name it replaces, UTF-8.
func unicodePath(f *zip.File) (string, bool) {
	const id, head = 0x7075, 5
	for b := f.Extra; len(b) >= 4; {
		kind, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if b = b[4:]; size > len(b) {
			return "", false
		}
		field := b[:size]
		b = b[size:]
		if kind != id || size <= head || binary.LittleEndian.Uint32(field[1:]) != crc32.ChecksumIEEE([]byte(f.Name)) {
			continue
		}
		return string(field[head:]), utf8.Valid(field[head:])
	}
	return "", false
}

// readsJapanese reports whether s is Shift-JIS: all of it decodes, and most
// of what is not ASCII is Japanese letters.
func readsJapanese(s string) bool {
	text, err := japanese.ShiftJIS.NewDecoder().String(s)
	if err != nil || strings.ContainsRune(text, utf8.RuneError) {
		return false
	}
	letters, others := 0, 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case r >= 0xff61 && r <= 0xff9f: // narrow kana are one byte each: any byte might be one
			others++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han):
			letters++
		default:
			others++
		}
	}
	return letters > 1 && letters > others
}

// ReadTAR sends the files in a tar archive.
func ReadTAR(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	return sendTAR(f, out)
}

// ReadGZIP sends what a gzip file holds: the files of a tar archive, or one
// file.
func ReadGZIP(j wire.Job, out *wire.Sender) error {
	f, err := os.Open(j.Path)
	if err != nil {
		return wire.Unreadable(j.Path, err)
	}
	defer f.Close()
	packed := &countingReader{r: f}
	z, err := gzip.NewReader(packed)
	if err != nil {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable gzip file: %w", err).WithCure("get the original again")
	}
	defer z.Close()
	r := bufio.NewReader(&growthReader{r: z, packed: packed})
	// An error comes again with the first entry.
	if head, _ := r.Peek(detect.TARHead); detect.IsTAR(head) {
		return sendTAR(r, out)
	}
	a := &archive{out: out}
	name := cleanEntryName(z.Name, 1)
	size, err := a.send(name, r)
	if err != nil {
		return err
	}
	if err := a.enter(name, size); err != nil {
		return err
	}
	return a.end()
}

func sendTAR(r io.Reader, out *wire.Sender) error {
	a := &archive{out: out}
	t := tar.NewReader(r)
	for {
		head, err := t.Next()
		if errors.Is(err, io.EOF) {
			return a.end()
		}
		if err := a.tarEnd(err); err != nil {
			return err
		}
		if err != nil {
			return a.end()
		}
		if err := a.sendTARFile(head, t); err != nil {
			return err
		}
	}
}

// tarEnd tells what err ends: a damaged archive keeps the files before the
// damage, if any.
func (a *archive) tarEnd(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*dossier.Error](err); ok {
		return err
	}
	if a.entries == 0 {
		return dossier.Errorf(dossier.CodeDamaged, "not a readable tar archive: %w", err).WithCure("get the original again")
	}
	a.Lose(dossier.CodeDamaged, "the archive is damaged after %d files: %v", a.entries, err)
	return nil
}

func (a *archive) sendTARFile(head *tar.Header, r io.Reader) error {
	switch head.Typeflag {
	case tar.TypeReg, tar.TypeGNUSparse:
	case tar.TypeLink, tar.TypeSymlink:
		a.Warn("%s is a link to %s and not followed", cleanEntryName(decodeName(head.Name), a.entries+1), wire.CleanText(decodeName(head.Linkname)))
		return nil
	default:
		return nil
	}
	name := cleanEntryName(decodeName(head.Name), a.entries+1)
	if err := a.enter(name, head.Size); err != nil {
		return err
	}
	switch {
	case isLitter(name):
		return nil
	case isSparse(head): // its size is what it says, not what it has
		a.Lose(dossier.CodeUnsupported, "%s has holes; extract it and add it by itself", name)
		return nil
	}
	_, err := a.send(name, r)
	return err
}

func isSparse(head *tar.Header) bool {
	for key := range head.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return head.Typeflag == tar.TypeGNUSparse
}

// decodeName returns a name of unknown encoding as Unicode.
func decodeName(name string) string {
	text, err := text.Decode([]byte(name))
	if err != nil {
		return name
	}
	return text
}

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// growthReader fails when what is unpacked outgrows what was packed.
type growthReader struct {
	r      io.Reader
	packed *countingReader
	n      int64
}

func (g *growthReader) Read(b []byte) (int, error) {
	n, err := g.r.Read(b)
	g.n += int64(n)
	switch {
	case g.n > wire.MaxArchive:
		return 0, tooLargeArchive()
	case g.n > wire.ZIPRatioFrom && g.n/wire.MaxZIPRatio > g.packed.n:
		return 0, bomb("the file", g.packed.n, g.n)
	}
	return n, err
}

// byteCount writes a size for people.
func byteCount(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}
