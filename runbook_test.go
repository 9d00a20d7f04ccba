package dossier

import (
	"os"
	"strings"
	"testing"
)

// Whoever meets an error code finds what to do about it.
func TestEveryCodeHasASectionInTheRunbook(t *testing.T) {
	data, err := os.ReadFile("docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	for code := range categoryOf {
		if !strings.Contains(string(data), "\n### `"+string(code)+"`\n") {
			t.Errorf("docs/runbook.md has no section for the code %s: add what it means and what to do", code)
		}
	}
}
