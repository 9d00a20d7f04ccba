package caption_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/dossier-legal/dossier/internal/lex"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/mention/caption"
)

func TestBlocks(t *testing.T) {
	const paper = `Zorblat Quine (SBN 121139)
QUINE & HALE LLP
1 Main Street, Suite 5
Springfield, IL 62701
Telephone: (617) 555-0100
zquine@example.com
Attorneys for Plaintiff Jane Roe

UNITED STATES DISTRICT COURT
FOR THE DISTRICT OF MASSACHUSETTS

JANE ROE,
          Plaintiff,                     Civil Action No. 1:19-cv-01234
     v.                                  Judge Mark G. Vantongeren
HALDEN LOGISTICS, LLC, and
JOHN SMITH,
          Defendants.

COMPLAINT

The plaintiff complains that the defendants did not pay what they owed her, and asks for judgment in full with costs.

Respectfully submitted,
/s/ Zorblat Quine
Zorblat Quine
Counsel for Plaintiff
`
	got := caption.Blocks(paper, mention.Find(paper))
	want := []caption.Block{
		{
			Kind: caption.Signature, People: []string{"Zorblat Quine"}, Firms: []string{"Quine & Hale LLP"}, For: "Plaintiff Jane Roe",
			BarNumbers: []string{"121139"},
			Contacts:   []string{"1 Main Street, Suite 5, Springfield, IL 62701", "+16175550100", "zquine@example.com"},
		},
		{
			Kind: caption.Caption, Court: "mad", Docket: "1:19-cv-01234", Judges: []string{"Mark G. Vantongeren"},
			Parties: []caption.Party{{Name: "Jane Roe", Role: "plaintiff"}, {Name: "Halden Logistics, LLC", Role: "defendant"}, {Name: "John Smith", Role: "defendant"}},
		},
		{Kind: caption.Signature, People: []string{"Zorblat Quine"}, For: "Plaintiff"},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(caption.Block{}, "Start", "End"), cmpopts.IgnoreFields(caption.Party{}, "Start", "End")); diff != "" {
		t.Error(diff)
	}
	for _, b := range got {
		if part := paper[b.Start:b.End]; strings.Contains(part, "complains") || strings.TrimSpace(part) != part {
			t.Errorf("%s block %q", b.Kind, part)
		}
		for _, p := range b.Parties {
			if !strings.EqualFold(lex.OneLine(paper[p.Start:p.End]), p.Name) {
				t.Errorf("party %q stands at %q", p.Name, paper[p.Start:p.End])
			}
		}
	}
}

// TestNoBlocks has the words of blocks in sentences.
func TestNoBlocks(t *testing.T) {
	const text = "He said that counsel for the plaintiff had met the defendant, Halden Logistics Inc., in May 2019, and that nothing came of it.\nv.\n"
	if got := caption.Blocks(text, mention.Find(text)); got != nil {
		t.Errorf("found %+v", got)
	}
}
