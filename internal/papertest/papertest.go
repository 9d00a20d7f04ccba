// Package papertest gives tests of the stages what they read: the real papers
// and labelled data that lie beside the project on some machines, and a made
// text at the size that is wanted.
package papertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Corpus returns the path of a file or folder of the corpus of real papers
// (DOSSIER_CORPUS), or skips the test.
func Corpus(t testing.TB, parts ...string) string {
	t.Helper()
	return shared(t, "DOSSIER_CORPUS", "corpus", parts)
}

// Data returns the path of a file or folder of the labelled data (DOSSIER_DATA),
// or skips the test.
func Data(t testing.TB, parts ...string) string {
	t.Helper()
	return shared(t, "DOSSIER_DATA", "data", parts)
}

func shared(t testing.TB, env, name string, parts []string) string {
	t.Helper()
	root := os.Getenv(env)
	if root == "" {
		root = filepath.Join(moduleRoot(t), "..", "shared", name)
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not set and %s is not there", env, path)
	}
	return path
}

// moduleRoot returns the folder of go.mod above the package under test.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the package under test")
		}
		dir = parent
	}
}

// Pleading is a text of about size bytes: prose with names, citations and dates
// at about the rate of a brief.
func Pleading(size int) string {
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "%d. On May %d, 2019, Plaintiff Mary Quillfeather met Robert K. Hale of Halden Logistics Inc. at the office in Boston, Massachusetts, "+
			"and asked for the payment of $%d,250.00 that the parties had agreed upon in the contract. The defendant did not answer, and the plaintiff "+
			"waited for several weeks before she wrote again. See Smith v. Jones, %d U.S. %d, %d (2000); Doe v. Roe, 12 F.3d 34, 36 (1st Cir. 1993). Under 42 U.S.C. § 1983 the "+
			"court may hear such a claim. Id. at %d. The motion was filed in the United States District Court for the District of Massachusetts, "+
			"No. 1:19-cv-%05d, and nothing in the record shows that it was ever opposed by Quillfeather or by anybody else.\n\n",
			n, n%28+1, n%900+1, n%500+1, n%1000+1, n%1000+3, n%1000+2, n)
	}
	return b.String()
}
