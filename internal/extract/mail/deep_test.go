package mail

import (
	"fmt"
	"strings"
	"testing"
)

func TestDeepPartsAreCounted(t *testing.T) {
	parts := func(levels int) string {
		var b strings.Builder
		b.WriteString("From: a@example.com\nMIME-Version: 1.0\n")
		for i := range levels {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		return b.String() + "Content-Type: text/plain\n\ndeepest\n"
	}
	if !nestsTooDeep([]byte(parts(maxMIMEDepth+1))) || nestsTooDeep([]byte(parts(maxMIMEDepth))) {
		t.Error("the depth of a mail is not counted")
	}
	// Many parts beside each other are not deep, closed or not.
	for _, end := range []string{"--in--\n", ""} {
		beside := "Content-Type: multipart/mixed;\n boundary=\"out\"\n\n" +
			strings.Repeat("--out\nContent-Type: multipart/alternative; boundary=in\n\n--in\n\ntext\n"+end, 1000) + "--out--\n"
		if nestsTooDeep([]byte(beside)) {
			t.Error("parts beside each other count as depth")
		}
	}
}

func TestStringsInStringsAreBounded(t *testing.T) {
	const depth = 200_000
	// A string of strings without an announced length, in BER.
	signed := strings.Repeat("\x24\x80", depth) + "\x04\x01x" + strings.Repeat("\x00\x00", depth)
	if _, ok := berString([]byte(signed), 0); ok {
		t.Error("a string of strings was followed to any depth")
	}
}
