package text

import (
	"fmt"
	"io"
	"strconv"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// codePageNames are the code pages of Windows under the names that the web
// gives them. The others follow a rule or are not on the web.
var codePageNames = map[int]string{
	874: "windows-874", 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5",
	10000: "macintosh", 10007: "x-mac-cyrillic", 20127: "windows-1252", 20866: "koi8-r", 20932: "euc-jp", 21866: "koi8-u",
	50220: "iso-2022-jp", 50221: "iso-2022-jp", 50222: "iso-2022-jp", 51932: "euc-jp", 51936: "gbk", 51949: "euc-kr",
	54936: "gb18030", 65001: "utf-8", 866: "ibm866",
}

var dosPages = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855,
	858: charmap.CodePage858, 860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863, 865: charmap.CodePage865,
}

// CodePage returns the encoding with a number of Windows, nil if it is unknown.
func CodePage(n int) encoding.Encoding {
	name := codePageNames[n]
	switch {
	case dosPages[n] != nil:
		return dosPages[n]
	case n >= 1250 && n <= 1258:
		name = "windows-" + strconv.Itoa(n)
	case n > 28590 && n <= 28606:
		name = "iso-8859-" + strconv.Itoa(n-28590)
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil
	}
	return enc
}

// CharsetReader decodes text in the character set with a name.
func CharsetReader(name string, r io.Reader) (io.Reader, error) {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, fmt.Errorf("character set %q: %w", name, err)
	}
	return enc.NewDecoder().Reader(r), nil
}
