package tagger

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// dataPath finds the training data, or skips the test.
func dataPath(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("DOSSIER_DATA")
	if dir == "" {
		t.Skip("DOSSIER_DATA is not set")
	}
	return dir
}

func noMask(string) []Span { return nil }

func TestTrainOnData(t *testing.T) {
	dir := dataPath(t)
	begin := time.Now()
	data, err := ReadData(dir, noMask)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("read", time.Since(begin), len(data.Judgments), len(data.General), len(data.Dockets))
	lessons, err := data.lessons(dir, noMask, 1)
	if err != nil {
		t.Fatal(err)
	}
	begin = time.Now()
	m := Train(lessons, Options{Seed: 1})
	fmt.Println("train", time.Since(begin))
	f, err := os.Create(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	m.Write(f)
	st, _ := f.Stat()
	fmt.Println("size", st.Size())
	for name, docs := range map[string][]Document{"judgments": data.Judgments, "general": data.General, "dockets": data.Dockets} {
		_, test := Split(docs)
		res := m.Evaluate(test)
		var all Tally
		for _, typ := range []Type{Person, Org, Location, Court} {
			fmt.Println(name, typ, res[typ])
			all.Right += res[typ].Right
			all.Found += res[typ].Found
			all.Wanted += res[typ].Wanted
		}
		fmt.Println(name, "ALL", all, len(test))
	}
	_ = slices.Sort[[]int]
}
