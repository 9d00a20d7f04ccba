package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/extracttest"
	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// rawEntry writes an entry whose head says what the test wants.
func rawEntry(t testing.TB, z *zip.Writer, h *zip.FileHeader, packed string) {
	t.Helper()
	w, err := z.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(packed)); err != nil {
		t.Fatal(err)
	}
}

func stored(name, data string) (h *zip.FileHeader, packed string) {
	return &zip.FileHeader{
		Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)),
		CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data)),
	}, data
}

// makeRawZIP writes the entries that fill adds.
func makeRawZIP(t testing.TB, fill func(z *zip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	fill(z)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadZIP(t *testing.T) {
	data := extracttest.ZIP(t, "evidence/a.txt", "one", "evidence/sub/", "", `..\..\b.txt`, "two", "__MACOSX/._a.txt", "junk", "empty.txt", "")
	got := extracttest.MustRead(t, ReadZIP, data)
	want := []wire.Child{{Name: "evidence/a.txt", Data: []byte("one")}, {Name: "b.txt", Data: []byte("two")}, {Name: "empty.txt", Data: []byte{}}}
	if diff := cmp.Diff(want, got.Children); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	list := "Archive of 4 files\n\nevidence/a.txt\t3 bytes\nb.txt\t3 bytes\n__MACOSX/._a.txt\t4 bytes\nempty.txt\t0 bytes"
	if got.Pages[0].Text != list {
		t.Errorf("page %q, want %q", got.Pages[0].Text, list)
	}
}

func TestReadZIPKeepsTheGoodEntries(t *testing.T) {
	data := makeRawZIP(t, func(z *zip.Writer) {
		locked, packed := stored("locked.pdf", "secret")
		locked.Flags |= zipEncrypted
		rawEntry(t, z, locked, packed)
		damaged, packed := stored("damaged.txt", "damaged")
		damaged.CRC32++
		rawEntry(t, z, damaged, packed)
		strange, packed := stored("strange.txt", "strange")
		strange.Method = 99
		rawEntry(t, z, strange, packed)
		longer, _ := stored("longer.txt", "short")
		longer.CompressedSize64 = 11
		rawEntry(t, z, longer, "much longer")
		good, packed := stored("good.txt", "good")
		rawEntry(t, z, good, packed)
	})
	got, err := extracttest.Read(t, ReadZIP, data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]wire.Child{{Name: "good.txt", Data: []byte("good")}}, got.Children); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	for i, want := range []string{"locked.pdf is locked", "damaged.txt is damaged", "strange.txt is packed with method 99", "longer.txt is damaged"} {
		if i >= len(got.Losses) || !strings.HasPrefix(got.Losses[i].Text, want) {
			t.Errorf("losses %v, want number %d to begin with %q", got.Losses, i, want)
		}
	}
}

func TestReadZIPRefusesBombs(t *testing.T) {
	t.Parallel()
	tests := map[string][]byte{
		"one entry grows": extracttest.ZIP(t, "bomb.txt", strings.Repeat("0", wire.ZIPRatioFrom*2)),
		"the sum grows": makeRawZIP(t, func(z *zip.Writer) {
			for i := range 4 {
				h, packed := stored(fmt.Sprint(i), "x")
				h.UncompressedSize64 = 900 << 20
				h.CompressedSize64 = 900 << 20 // more than the archive has
				rawEntry(t, z, h, packed)
			}
		}),
		"too many": makeRawZIP(t, func(z *zip.Writer) {
			for i := range wire.MaxZIPEntries + 1 {
				h, packed := stored(fmt.Sprint(i), "x")
				rawEntry(t, z, h, packed)
			}
		}),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := extracttest.Read(t, ReadZIP, data)
			if dossier.CodeOf(err) != dossier.CodeOutputTooLarge || len(got.Children)+len(got.Pages) > 0 {
				t.Errorf("%d children, %d pages, error %v; want nothing and %s", len(got.Children), len(got.Pages), err, dossier.CodeOutputTooLarge)
			}
		})
	}
	_, err := extracttest.Read(t, ReadGZIP, extracttest.GZIP(t, "bomb.txt", make([]byte, 32<<20)))
	if dossier.CodeOf(err) != dossier.CodeOutputTooLarge {
		t.Errorf("gzip bomb: %v", err)
	}
}

func TestReadZIPDamaged(t *testing.T) {
	data := extracttest.ZIP(t, "a.txt", "one")
	if _, err := extracttest.Read(t, ReadZIP, data[:len(data)-10]); dossier.CodeOf(err) != dossier.CodeDamaged {
		t.Errorf("cut off archive: %v", err)
	}
}

func TestZIPNames(t *testing.T) {
	sjis, err := japanese.ShiftJIS.NewEncoder().String("契約書.txt")
	if err != nil {
		t.Fatal(err)
	}
	const replaced = "K\x94ln?.txt"
	extra := binary.LittleEndian.AppendUint16(nil, 0x7075)
	name := "Köln€.txt"
	extra = binary.LittleEndian.AppendUint16(extra, uint16(5+len(name)))
	extra = append(extra, 1)
	extra = binary.LittleEndian.AppendUint32(extra, crc32.ChecksumIEEE([]byte(replaced)))
	extra = append(extra, name...)
	tests := []struct {
		raw, want string
		extra     []byte
	}{
		{"M\x81ller.txt", "Müller.txt", nil},
		{"Müller.txt", "Müller.txt", nil},
		{sjis, "契約書.txt", nil},
		{replaced, name, extra},
		{replaced, "Köln?.txt", []byte{0x75, 0x70, 200, 0, 1}},
	}
	for _, tt := range tests {
		h := zip.FileHeader{Name: tt.raw, Extra: tt.extra}
		if got := zipNames([]*zip.File{{FileHeader: h}}); got[0] != tt.want {
			t.Errorf("%q: %q, want %q", tt.raw, got[0], tt.want)
		}
	}
}

func TestCleanEntryName(t *testing.T) {
	tests := []struct{ in, want string }{
		{"a/b.txt", "a/b.txt"},
		{"/etc/passwd", "etc/passwd"},
		{"../../a", "a"},
		{`C:\Users\x\a.doc`, "Users/x/a.doc"},
		{"C:a.doc", "a.doc"},
		{"a\x00b\n/c\x1b.txt", "ab/c.txt"},
		{"a//./b/", "a/b"},
		{"..", "file-7"},
		{"", "file-7"},
	}
	for _, tt := range tests {
		if got := cleanEntryName(tt.in, 7); got != tt.want {
			t.Errorf("cleanEntryName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestReadTAR(t *testing.T) {
	data := extracttest.TAR(t,
		tar.Header{Name: "a/", Typeflag: tar.TypeDir},
		tar.Header{Name: "a/one.txt", Size: 3},
		tar.Header{Name: "a/link", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		tar.Header{Name: "../two.txt", Size: 2})
	want := []wire.Child{{Name: "a/one.txt", Data: []byte("xxx")}, {Name: "two.txt", Data: []byte("xx")}}
	for _, tt := range []struct {
		format string
		read   wire.Reader
		packed []byte
	}{{"tar", ReadTAR, data}, {"gzip", ReadGZIP, extracttest.GZIP(t, "x.tar", data)}} {
		got, err := extracttest.Read(t, tt.read, tt.packed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Children); diff != "" {
			t.Errorf("%s: entries (-want +got):\n%s", tt.format, diff)
		}
		if len(got.Warnings) != 1 || !strings.Contains(got.Warnings[0], "link to /etc/passwd") {
			t.Errorf("%s: warnings %q", tt.format, got.Warnings)
		}
	}
	got, err := extracttest.Read(t, ReadTAR, data[:len(data)-1800])
	if err != nil || len(got.Children) == 0 || !slices.ContainsFunc(got.Losses, func(l dossier.Loss) bool { return strings.Contains(l.Text, "damaged") }) {
		t.Errorf("cut off: %d children, losses %v, %v", len(got.Children), got.Losses, err)
	}
}

func TestReadGZIP(t *testing.T) {
	got, err := extracttest.Read(t, ReadGZIP, extracttest.GZIP(t, "brief.txt", []byte("May it please the court")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]wire.Child{{Name: "brief.txt", Data: []byte("May it please the court")}}, got.Children); diff != "" {
		t.Errorf("content (-want +got):\n%s", diff)
	}
}

func FuzzReadArchive(f *testing.F) {
	f.Add(byte(0), extracttest.ZIP(f, "a/b.txt", "one", "c.txt", "two"))
	f.Add(byte(1), extracttest.TAR(f, tar.Header{Name: "a", Size: 3}))
	f.Add(byte(2), extracttest.GZIP(f, "a", extracttest.TAR(f, tar.Header{Name: "a", Size: 3})))
	archives := []wire.Reader{ReadZIP, ReadTAR, ReadGZIP}
	f.Fuzz(func(t *testing.T, kind byte, data []byte) {
		got, err := extracttest.Read(t, archives[int(kind)%len(archives)], data)
		if err != nil && wire.ErrorOf(err).Message == "" {
			t.Errorf("error without a message: %v", err)
		}
		for _, c := range got.Children {
			if c.Name != cleanEntryName(c.Name, 1) {
				t.Errorf("name %q is not clean", c.Name)
			}
		}
	})
}
