package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/search"
)

func TestTerms(t *testing.T) {
	for text, want := range map[string]string{
		"The oﬃcer ﬁled an aﬃdavit":         "the officer~offic filed~file an affidavit",
		"Ｃｏｎｔｒａｃｔ ４２":                       "contract 42",
		"Müller’s ÉTAT":                     "muller etat",
		"本合同由甲":                             "本合 合同 同由 由甲",
		"第1条":                               "第 1 条",
		"settle-\nment of claims":           "settlement=settle=ment of claims~claim",
		"well-\nKnown":                      "well known",
		"RE-\nQUIRED":                       "required=re=quired~requir",
		"e-mail, E-Mail":                    "e=email mail e=email mail",
		"O'Brien and O’Neil":                "obrien=o=brien and oneil=o=neil",
		"1:23-cv-04417 31,000":              "1 23 cv 04417 31 000",
		"co\u00ADoperation zero\u200Bwidth": "cooperation~cooper zerowidth",
		"x² ½":                              "x2 12",
		"— … !":                             "",
	} {
		var got []string
		for _, term := range search.Terms(text) {
			s := term.Text
			for _, j := range term.Joined {
				s += "=" + j
			}
			if term.Stem != "" {
				s += "~" + term.Stem
			}
			got = append(got, s)
			if term.Start < 0 || term.Start >= term.End || term.End > len(text) {
				t.Errorf("%q: %+v", text, term)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// What a query means is said in words; an error names what cannot be read.
func TestParse(t *testing.T) {
	for query, want := range map[string]string{
		`breach`:                          `breach`,
		`breach of contract`:              `breach and of and contract`,
		`"breach of contract" fire`:       `"breach of contract" and fire`,
		`fire OR flood AND insur*`:        `fire or (flood and insur*)`,
		`(fire OR flood) NOT "act of"`:    `(fire or flood) and not "act of"`,
		`fire AND NOT flood`:              `fire and not flood`,
		`1:23-cv-04417`:                   `"1 23 cv 04417"`,
		`and or not near`:                 `and and or and not and near`,
		`"unclosed phrase`:                `"unclosed phrase"`,
		`Müller's`:                        `muller`,
		`((a) OR (b))`:                    `a or b`,
		`merger w/5 agreement`:            `merger within 5 words of agreement`,
		`merger W/5 agreement /s duty`:    `(merger within 5 words of agreement) in the same sentence as duty`,
		`merger pre/3 agreement fire`:     `(merger at most 3 words before agreement) and fire`,
		`merger +3 agreement`:             `merger at most 3 words before agreement`,
		`(merger OR fusion) /p duty`:      `(merger or fusion) in the same paragraph as duty`,
		`merger NEAR agreement`:           `merger within 10 words of agreement`,
		`merger NEAR/4 agreement`:         `merger within 4 words of agreement`,
		`"merger agreement"~5`:            `merger within 5 words of agreement`,
		`negligen! wom*n *berg m?n`:       `negligen* and wom*n and *berg and m?n`,
		`who closed the valve?`:           `who and closed and the and valve`,
		`e-mail`:                          `"e mail" or email`,
		`合同`:                              `合同`,
		`合`:                               `合*`,
		`Ｃｏｎｔｒａｃｔ`:                        `contract`,
		`and/or 24/7`:                     `"and or" and "24 7"`,
		"page\tbreak":                     `page and break`,
		`text:x`:                          `error: the search has no field "text"`,
		``:                                `error: a word or phrase is missing at the end`,
		`OR fire`:                         `error: a word or phrase is missing before OR`,
		`fire)`:                           `error: a closing parenthesis has no opening one`,
		`(fire`:                           `error: a parenthesis is not closed`,
		`***`:                             `error: the pattern "***" fits every word`,
		`NOT fire`:                        `error: NOT alone would find nearly everything`,
		`fire OR NOT flood`:               `error: NOT alone would find nearly everything`,
		`merger w/5`:                      `error: a word or phrase is missing at the end`,
		`merger w/x agreement`:            `error: the connector "w/x" has no distance`,
		`merger w/0 agreement`:            `error: the connector "w/0" has no distance`,
		`(merger AND fire) w/5 agreement`: `error: beside w/5 stands something that has no place of its own: merger and fire`,
		`"merger agreement"~x`:            `error: the ~ behind "merger agreement" has no distance`,
		`"…"`:                             `error: the phrase "…" has no letters or digits`,
	} {
		got := ""
		q, err := search.Parse(query)
		if err != nil {
			got = "error: " + dossier.TextOf(err)
		} else {
			got = q.String()
		}
		if want, isError := strings.CutPrefix(want, "error: "); isError {
			if dossier.CodeOf(err) != dossier.CodeInvalidInput || !strings.Contains(got, want) {
				t.Errorf("Parse(%q) = %s, want the error %s", query, got, want)
			}
		} else if got != want {
			t.Errorf("Parse(%q) = %s, want %s", query, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	const page = "The merger was signed. An agreement of merger followed; the oﬃcers filed settle-\nment papers by e-mail.\n\nMs. Goldberg, a woman of duty, read the Agreements twice."
	for query, want := range map[string]string{
		`merger w/3 agreement`:              "An [agreement] of [merger]",
		`merger pre/3 agreement`:            "",
		`agreement pre/3 merger`:            "[agreement]",
		`signed /s agreement`:               "",
		`merger /s signed`:                  "[merger] was [signed]",
		`duty /p merger`:                    "",
		`settlement /p merger`:              "[settle-\nment]",
		`goldberg /p agreement`:             "[Goldberg]",
		`"merger agreement"~2`:              "[agreement] of [merger]",
		`officer w/1 file`:                  "[oﬃcers] [filed]",
		`email`:                             "[e]-mail",
		`e-mail`:                            "[e-mail]",
		`wom*n w/3 duty`:                    "[woman] of [duty]",
		`*berg`:                             "[Goldberg]",
		`"agreements"`:                      "the [Agreements] twice",
		`"an agreement of merger"`:          "[An agreement of merger]",
		`agreements NOT "agreements"`:       "",
		`merger NOT (merger w/3 agreement)`: "",
	} {
		q, err := search.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		p := search.NewPage(page)
		if p.Matches(q) != (want != "") {
			t.Errorf("%s: matches %v", query, p.Matches(q))
			continue
		}
		text, marks := p.Snippet(q)
		for _, m := range slices.Backward(marks) {
			text = text[:m[0]] + "[" + text[m[0]:m[1]] + "]" + text[m[1]:]
		}
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q has no %q", query, text, want)
		}
	}
}

// The words that say nothing are not marked beside others.
func TestSmallWordsAreNotMarked(t *testing.T) {
	q, err := search.Parse("breach of contract")
	if err != nil {
		t.Fatal(err)
	}
	text, marks := search.NewPage("a breach of the contract").Snippet(q)
	if got := fmt.Sprint(text, marks); got != "a breach of the contract[[2 8] [16 24]]" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`"a b"~3 OR (c NOT d*) w/5 x*y /s 合同`, "a b c e-\nmail 本合同")
	f.Fuzz(func(t *testing.T, query, text string) {
		q, err := search.Parse(query)
		if err != nil {
			return
		}
		if q.String() == "" {
			t.Error("a query without a meaning")
		}
		p := search.NewPage(text)
		p.Matches(q)
		snippet, marks := p.Snippet(q)
		last := 0
		for _, m := range marks {
			if m[0] < last || m[0] >= m[1] || m[1] > len(snippet) {
				t.Fatalf("%q: marks %v of %q", query, marks, snippet)
			}
			last = m[1]
		}
	})
}
