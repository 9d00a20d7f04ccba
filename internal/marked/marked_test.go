package marked

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadAndJudge(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("a.txt", "Roe\fHale Inc. in 1 Oak St, Boston\fSmith")
	list := write("list", "a.txt\t2\t-\t-\tPAGE\na.txt\t2\t4\t13\tORG\na.txt\t2\t28\t34\tLOCATION\n")
	files, err := Read(list, dir)
	if err != nil || len(files) != 1 || files[0].Pages() != 1 {
		t.Fatalf("read %+v, %v", files, err)
	}
	right, missed, wrong := files[0].Judge([]Name{
		{"PERSON", 0, 3}, {"ORG", 4, 8}, {"ADDRESS", 17, 34}, {"DATE", 9, 13}, {"PERSON", 35, 40},
	}, []string{"PERSON", "ORG", "LOCATION"})
	if right != nil {
		t.Errorf("right: %v", right)
	}
	if diff := cmp.Diff([]Name{{"ORG", 4, 13}}, missed); diff != "" {
		t.Error("missed", diff)
	}
	if diff := cmp.Diff([]Name{{"ORG", 4, 8}}, wrong); diff != "" {
		t.Error("wrong", diff)
	}
	if right, _, _ = files[0].Judge([]Name{{"ORG", 4, 13}}, []string{"ORG"}); len(right) != 1 {
		t.Errorf("right: %v", right)
	}
	for _, bad := range []string{"a.txt\t2\t4\t13\n", "a.txt\t9\t-\t-\tPAGE\n", "a.txt\t2\t4\t999\tORG\n", "none.txt\t1\t-\t-\tPAGE\n"} {
		if _, err := Read(write("bad", bad), dir); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestScores(t *testing.T) {
	s := Scores{}
	s.Add("opinions", []Name{{"ORG", 0, 1}, {"ORG", 2, 3}}, []Name{{"ORG", 4, 5}}, []Name{{"PERSON", 6, 7}})
	s.Add("filings", nil, []Name{{"PERSON", 0, 1}}, nil)
	want := [][]string{
		{"filings", "PERSON", "1", "1.000", "0.000", "0.000"},
		{"filings", "all", "1", "1.000", "0.000", "0.000"},
		{"opinions", "ORG", "3", "1.000", "0.667", "0.800"},
		{"opinions", "PERSON", "0", "0.000", "1.000", "0.000"},
		{"opinions", "all", "3", "0.667", "0.667", "0.667"},
		{"all", "ORG", "3", "1.000", "0.667", "0.800"},
		{"all", "PERSON", "1", "0.000", "0.000", "0.000"},
		{"all", "all", "4", "0.667", "0.500", "0.571"},
	}
	if diff := cmp.Diff(want, s.Rows()); diff != "" {
		t.Error(diff)
	}
}

func TestAround(t *testing.T) {
	f := File{Name: "opinions__a.txt", Text: "before\nHale Inc.\nand after"}
	if got, want := f.Around(Name{"ORG", 7, 16}), "before [Hale Inc.] and after"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if f.Kind() != "opinions" {
		t.Error(f.Kind())
	}
}
