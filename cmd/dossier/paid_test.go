package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dossier-legal/dossier/examples/lawsuit"
	"github.com/dossier-legal/dossier/internal/textract/textracttest"
)

var pageObject = regexp.MustCompile(`/Type\s*/Page\b`)

// TestTextractReadsAScan has the real program send the pages of a scan to a
// service, and none of a paper that has text.
func TestTextractReadsAScan(t *testing.T) {
	papers := t.TempDir()
	if err := lawsuit.Write(papers); err != nil {
		t.Fatal(err)
	}
	fake := textracttest.Start(t)
	fake.Waits = 1
	fake.Pages = func(file []byte) int { return len(pageObject.FindAll(file, -1)) }
	fake.Text = func(file []byte, n int) string {
		if !strings.HasPrefix(string(file), "%PDF") {
			t.Errorf("the service got %q", file[:min(len(file), 20)])
		}
		return fmt.Sprintf("Sworn before me on page %d\nNotary Public", n)
	}
	data := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("dossier", args...)
		cmd.Env = append(os.Environ(), "DOSSIER_DATA="+data, "DOSSIER_OCR_WITH=textract", "DOSSIER_TEXTRACT_REGION=us-east-1",
			"DOSSIER_TEXTRACT_BUCKET=papers", "DOSSIER_TEXTRACT_ENDPOINT="+fake.URL, "DOSSIER_TEXTRACT_S3_ENDPOINT="+fake.URL)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("dossier %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	scan := filepath.Join(papers, "papers", "exhibits", "E-affidavit-ferrante.pdf")
	estimate := run("batch", "estimate", scan, "--json")
	if !strings.Contains(estimate, `"pages_to_recognise":`) || fake.Calls() != 0 {
		t.Errorf("estimate %s after %d calls", estimate, fake.Calls())
	}
	run("process", scan)
	if got := run("document", "text", filepath.Base(scan)); !strings.Contains(got, "Sworn before me on page 1\nNotary Public") {
		t.Errorf("the text is %q", got)
	}
	shown := run("document", "show", filepath.Base(scan))
	if !strings.Contains(shown, "read by AWS Textract") || fake.Jobs() != 1 {
		t.Errorf("%d jobs for\n%s", fake.Jobs(), shown)
	}
	run("process", scan)
	if fake.Jobs() != 1 || fake.Starts() != 1 {
		t.Errorf("a second run paid again: %d starts", fake.Starts())
	}
}
