package show

import (
	"strings"
	"testing"
)

const (
	idA = "0198a2c4-1f3b-7a10-8000-000000000001"
	idB = "0198a2c4-1f3b-7a10-8000-000000000002" // begins like A to the last letter
	idC = "0198a2c4-77aa-7a10-8000-000000000003" // begins like both for nine
	idD = "4f1c20ab-77aa-8a10-8000-000000000004"
)

func TestShortIDs(t *testing.T) {
	for _, c := range []struct{ ids, want string }{
		{idD, "4f1c20ab"},
		{idD + " " + idD, "4f1c20ab 4f1c20ab"},
		{idC + " " + idD, "0198a2c4 4f1c20ab"},
		{idA + " " + idC, "0198a2c4-1 0198a2c4-7"},
		{idA + " " + idB, idA + " " + idB},
		{"cleanup webhook.example", "cleanup webhook.example"}, // no ids
	} {
		ids := strings.Fields(c.ids)
		short := shortIDs(ids)
		for i, id := range ids {
			ids[i] = short[id]
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: got %s, want %s", c.ids, got, c.want)
		}
	}
}

func TestTableShortensIDs(t *testing.T) {
	var b strings.Builder
	if err := List(&b, "ID\tNAME", []string{idC, idD}, func(id string) []any { return []any{ID(id), id[:4]} }); err != nil {
		t.Fatal(err)
	}
	if want := "ID        NAME\n0198a2c4  0198\n4f1c20ab  4f1c\n"; b.String() != want {
		t.Errorf("got:\n%s", b.String())
	}
}
