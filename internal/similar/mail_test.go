package similar

import (
	"maps"
	"testing"
)

func testMail() (meta map[string]string, body string, files []string) {
	return map[string]string{
		"sent": "2023-01-02T15:04:05Z", "from": "Jørgen Dahl <dahl@example.com>", "to": `"Ortega, B." <ortega@example.com>, clerk@example.com`,
		"cc": "file@example.com", "bcc": "x@example.com", "subject": "The draft",
		"message_id": "<1@example.com>", "date": "Mon, 02 Jan 2023 15:04:05 +0000",
	}, "Dear Ms. Ortega,\n\nthe draft is attached.", []string{"aa", "bb"}
}

func TestMailKeyJoinsCopies(t *testing.T) {
	meta, body, files := testMail()
	want := MailKey(meta, body, files)
	copied := maps.Clone(meta)
	copied["message_id"] = "<other@example.com>"
	copied["date"] = "Mon, 02 Jan 2023 16:04:05 +0100"
	copied["from"] = "DAHL@example.com"
	copied["to"] = "Clerk <clerk@Example.com>, Ortega@example.com"
	copied["subject"] = " The  draft "
	if got := MailKey(copied, "Dear Ms. Ortega,\r\n\r\n\r\nthe draft is\tattached.\r\n", []string{"BB", "aa"}); got != want {
		t.Error("a copy has another key")
	}
}

func TestMailKeySeparates(t *testing.T) {
	meta, body, files := testMail()
	seen := map[string]string{MailKey(meta, body, files): "the mail"}
	check := func(what, key string) {
		if other, ok := seen[key]; ok {
			t.Errorf("%s: the same key as %s", what, other)
		}
		seen[key] = what
	}
	for _, field := range []string{"sent", "from", "to", "cc", "bcc", "subject"} {
		changed := maps.Clone(meta)
		changed[field] += "x"
		check(field+" differs", MailKey(changed, body, files))
		delete(changed, field)
		check(field+" is absent", MailKey(changed, body, files))
	}
	moved := maps.Clone(meta)
	moved["cc"], moved["bcc"] = meta["bcc"], meta["cc"]
	check("cc and bcc change places", MailKey(moved, body, files))
	check("the body differs", MailKey(meta, body+" x", files))
	check("a file more", MailKey(meta, body, append(files, "cc")))
	check("no files", MailKey(meta, body, nil))
	check("a file twice", MailKey(meta, body, []string{"aa", "aa", "bb"}))
}
