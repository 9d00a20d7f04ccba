package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
)

// itself is a gzip file, named a.gz, that unpacks to itself.
const itself = `H4sICAEAAAAAA2EuZ3oAABQA6/8fiwgIAQAAAAADYS5negAAFADr/0KIIcQAAAUA+v9CiCHEAAAF
APr/AAUA+v8AFADr/0KIIcQAAAUA+v8ABQD6/wAUAOv/QoghxAAAFADr/0KIIcQAABQA6/9CiCHE
AAAUAOv/QoghxAAAFADr/0KIIcQAAAAA//8AAAD//wAUAOv/QoghxAAAAAD//wAAAP//ABQA6/9C
iCHEAAAAAP//AwB1YkRD0gAAAEKIIcQAAAAA//8DAHViREPSAAAA`

// pack puts files into a ZIP archive.
func pack(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packTAR puts a file into a tar archive.
func packTAR(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600})
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// nest compresses a file so many times.
func nest(t *testing.T, data []byte, times int) []byte {
	t.Helper()
	for range times {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write(data)
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	return data
}

// TestHostileContainers processes containers that hold themselves, copies of
// each other, and more than anybody would pack, beside a good letter: the run
// ends, the letter is read, and what was not followed is among the failures. A
// second run says the same from the record.
func TestHostileContainers(t *testing.T) {
	t.Parallel()
	quine, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(itself, "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(quine))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := io.ReadAll(r); err != nil || !bytes.Equal(again, quine) {
		t.Fatalf("the fixture does not unpack to itself: %v", err)
	}
	letter := []byte("Jane A. Roe wrote to Northgate Insurance Company on May 3, 2022.\n")
	bomb := letter
	for range 5 {
		copies := map[string][]byte{}
		for i := range 16 {
			copies[fmt.Sprintf("%d.zip", i)] = bomb
		}
		bomb = pack(t, copies)
	}
	many := map[string][]byte{}
	for i := range 100_000 {
		many[fmt.Sprint(i, ".txt")] = nil
	}
	shared := pack(t, map[string][]byte{"shared.txt": []byte("What both archives hold.\n"), "a.gz": quine})
	mail := "From: a@example.com\nTo: b@example.com\nSubject: two copies\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n" +
		strings.Repeat("--x\nContent-Type: application/gzip; name=a.gz\nContent-Disposition: attachment; filename=a.gz\nContent-Transfer-Encoding: base64\n\n"+itself+"\n", 2) + "--x--\n"
	dir := t.TempDir()
	for name, data := range map[string][]byte{
		"letter.txt": []byte("A good letter about Jane Roe.\n"), "a.gz": quine, "bomb.zip": bomb, "many.zip": pack(t, many),
		"deep.gz": nest(t, letter, 1000), "one.zip": pack(t, map[string][]byte{"s.zip": shared}),
		"two.zip":  pack(t, map[string][]byte{"s.zip": shared, "t.zip": shared}),
		"mail.eml": []byte(mail), "mixed.zip": pack(t, map[string][]byte{"inner.tar": packTAR(t, "a.gz", quine)}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := t.TempDir()
	for range 2 {
		cmd := exec.Command("dossier", "process", dir, "--json", "--ocr", "off", "--data", data)
		out, err := cmd.Output()
		if exitCode(err) != exitPartly {
			t.Fatalf("exit %d: %v: %s", exitCode(err), err, out)
		}
		var s casefile.Summary
		if err := json.Unmarshal(out, &s); err != nil {
			t.Fatal(err)
		}
		failed := map[string]dossier.Code{}
		for _, f := range s.Failures {
			failed[strings.TrimPrefix(f.Path, dir+"/")] = f.Code
		}
		for path, code := range map[string]dossier.Code{
			"a.gz!/a.gz": dossier.CodeContainsItself,
			"many.zip":   dossier.CodeOutputTooLarge,
			"deep.gz" + strings.Repeat("!/file-1", 9): dossier.CodeTooLarge,
		} {
			if failed[path] != code {
				t.Errorf("%s: %q, want %q", path, failed[path], code)
			}
			delete(failed, path)
		}
		if len(failed) > 0 {
			t.Errorf("these failed, too: %v", failed)
		}
		// letter.txt, a.gz, bomb.zip with four archives and a letter, deep.gz with
		// eight files, one.zip and two.zip with one archive and a text, mail.eml,
		// mixed.zip with one archive; and many.zip, which failed.
		if s.Documents[dossier.StatusCompleted] != 1+1+6+9+4+1+2 || s.Documents[dossier.StatusFailed] != 1 || !s.Finished {
			t.Errorf("%v", s.Documents)
		}
	}
}
