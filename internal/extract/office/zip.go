// Package office reads the office files of today: Word documents, Excel workbooks,
// PowerPoint presentations and OpenDocument files, which are XML in a ZIP archive,
// and tables in CSV and TSV.
//
// Text becomes pages: one for a document, one for each sheet or slide. What a
// reader of the printed file would not see becomes findings: comments, tracked
// changes, hidden text, hidden sheets, notes of a speaker.
package office

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/story"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// Bounds of an office file, in bytes; see also those of archives in package wire.
const (
	maxZIPPart = 256 << 20
	// maxSmallPart bounds the parts that are decoded as a whole: lists of
	// sheets, styles, properties.
	maxSmallPart = 16 << 20
	// maxXMLDepth bounds how deep elements nest. Real documents stay below 100.
	maxXMLDepth = 4000
)

// officeZIP is an office file of our days: XML parts in a ZIP archive.
type officeZIP struct {
	file  *zip.ReadCloser
	parts map[string]*zip.File // by the name that partName makes
}

// openOffice opens file, which is a kind of document as people call it.
func openOffice(file, kind string) (*officeZIP, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeDamaged, "not a readable %s: %w", kind, err).WithCure(wire.CureSaveAgain)
	}
	if len(z.File) > wire.MaxZIPEntries {
		z.Close()
		return nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the %s holds more than %d parts", kind, wire.MaxZIPEntries)
	}
	o := &officeZIP{file: z, parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if name := partName(f.Name); o.parts[name] == nil {
			o.parts[name] = f
		}
	}
	return o, nil
}

func (o *officeZIP) Close() error { return o.file.Close() }

// partName returns the form in which parts are looked up: names differ in case
// and slashes between the programs that write them.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// names lists the parts in order.
func (o *officeZIP) names() []string {
	list := make([]string, 0, len(o.parts))
	for name := range o.parts {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func (o *officeZIP) has(name string) bool { return o.parts[partName(name)] != nil }

// open opens a part for reading within its bounds.
func (o *officeZIP) open(name string) (io.ReadCloser, error) {
	f := o.parts[partName(name)]
	if f == nil {
		return nil, dossier.Errorf(dossier.CodeDamaged, "the part %s is missing", name).WithCure(wire.CureSaveAgain)
	}
	return openPart(f)
}

// openPart opens a part for reading within its bounds. archive/zip stops at
// the size the part announced, so they hold for any data.
func openPart(f *zip.File) (io.ReadCloser, error) {
	if f.UncompressedSize64 > maxZIPPart ||
		f.UncompressedSize64 > wire.ZIPRatioFrom && f.UncompressedSize64/wire.MaxZIPRatio > f.CompressedSize64 {
		return nil, dossier.Errorf(dossier.CodeOutputTooLarge, "the part %s grows from %d to %d bytes",
			f.Name, f.CompressedSize64, f.UncompressedSize64)
	}
	if f.Flags&1 != 0 {
		return nil, wire.PasswordNeeded()
	}
	r, err := f.Open()
	if err != nil {
		return nil, damagedPart(f.Name, err)
	}
	return r, nil
}

func damagedPart(name string, err error) error {
	if known, ok := errors.AsType[*dossier.Error](err); ok {
		return known
	}
	return dossier.Errorf(dossier.CodeDamaged, "the part %s is damaged: %w", name, err).WithCure(wire.CureSaveAgain)
}

// decode reads a small part into v. A part that is missing leaves v as it is.
func (o *officeZIP) decode(name string, v any) error {
	f := o.parts[partName(name)]
	if f == nil {
		return nil
	}
	if f.UncompressedSize64 > maxSmallPart {
		return dossier.Errorf(dossier.CodeOutputTooLarge, "the part %s has %d MiB", f.Name, f.UncompressedSize64>>20)
	}
	r, err := openPart(f)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := newXML(r).Decode(v); err != nil {
		return damagedPart(f.Name, err)
	}
	return nil
}

// walk takes v through the elements of a part.
func (o *officeZIP) walk(name string, v xmlVisitor) error {
	r, err := o.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := walkXML(r, v); err != nil {
		return damagedPart(name, err)
	}
	return nil
}

// relation is a link from one part to another.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// is reports whether the relation has the kind, the last word of its type. The
// rest of the type differs between the editions of the standard.
func (r relation) is(kind string) bool { return path.Base(r.Type) == kind }

// relations returns where a part links to, with full names as targets. Links
// out of the file are left out.
func (o *officeZIP) relations(part string) ([]relation, error) {
	dir, base := path.Split(part)
	var list struct{ Relationship []relation }
	if err := o.decode(dir+"_rels/"+base+".rels", &list); err != nil {
		return nil, err
	}
	inside := slices.DeleteFunc(list.Relationship, func(r relation) bool { return r.Mode == "External" })
	for i := range inside {
		if r := &inside[i]; !strings.HasPrefix(r.Target, "/") {
			r.Target = path.Join(dir, r.Target)
		}
	}
	return inside, nil
}

// target returns the part that the relation with the id leads to, or "".
func target(list []relation, id string) string {
	for _, r := range list {
		if r.ID == id {
			return r.Target
		}
	}
	return ""
}

// coreProperties reads what the file says of itself. That is of use but not
// needed, so damage to it is a warning.
func (o *officeZIP) coreProperties() wire.FileMeta {
	var core struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
		Subject string `xml:"subject"`
		Created string `xml:"created"`
	}
	m := wire.FileMeta{Meta: map[string]string{}}
	if err := o.decode("docProps/core.xml", &core); err != nil {
		m.Warnings = append(m.Warnings, dossier.TextOf(err))
	}
	wire.AddMeta(m.Meta, "title", core.Title)
	wire.AddMeta(m.Meta, "author", core.Creator)
	wire.AddMeta(m.Meta, "subject", core.Subject)
	wire.AddMeta(m.Meta, "date", core.Created)
	return m
}

// newXML returns a decoder that knows the encodings XML files come in.
func newXML(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(transform.NewReader(r, unicode.BOMOverride(transform.Nop)))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // the mark at the start has seen to it
		}
		return charset.NewReaderLabel(label, in)
	}
	return d
}

// xmlVisitor is shown the elements of a part, one after the other.
type xmlVisitor interface {
	open(t xml.StartElement)
	close(name string)
	text(s []byte)
	Fault() error // why it wants to see no more
}

// walkXML takes v through a document. Elements go by their local names: the
// namespaces differ between the editions of the standards.
func walkXML(r io.Reader, v xmlVisitor) error {
	d := newXML(r)
	for depth := 0; ; {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return v.Fault()
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				return story.ErrTooDeep
			}
			v.open(t)
		case xml.EndElement:
			depth--
			v.close(t.Name.Local)
		case xml.CharData:
			v.text(t)
		}
		if err := v.Fault(); err != nil {
			return err
		}
	}
}

// attr returns the value of an attribute by its local name, or "".
func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// isOff reports whether a value of an on-off setting means no.
func isOff(value string) bool {
	return value == "0" || value == "false" || value == "off" || value == "none"
}
