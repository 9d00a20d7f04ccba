package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/marked"
	"github.com/dossier-legal/dossier/tools/internal/lab"
)

// related is a relation as dossier prints it.
type related struct {
	Kind    string
	RoleRaw string `json:"role_raw"`
	From    string
	To      string
}

// listed is what is known of the parties of a docket sheet.
type listed struct {
	Parties []struct {
		Name, Type string
		Attorneys  []struct{ Name string }
	}
}

// sheetKind is a kind of courts, and what was found of its sheets: parties
// with their roles, and attorneys with whom they represent.
type sheetKind struct {
	name             string
	sheets           int
	parties, counsel marked.Score
}

// relations compares the relations found in docket sheets with what is known
// of them. Half of the sheets, by a hash of their names, may be looked at by
// who improves the program; the other half is for the score only.
func (e *eval) relations() (t lab.Table, err error) {
	if err := e.needData(); err != nil {
		return t, err
	}
	files, err := filepath.Glob(filepath.Join(e.data, "dockets", "*.html"))
	if err != nil {
		return t, err
	}
	totals := map[string]*sheetKind{}
	var order []string
	for _, half := range []string{"seen", "unseen"} {
		for _, kind := range []string{"district", "bankruptcy", "appellate", "all"} {
			order = append(order, kind+", "+half)
			totals[kind+", "+half] = &sheetKind{name: kind + ", " + half}
		}
	}
	for _, file := range files {
		if err := e.relationsOf(file, totals); err != nil {
			return t, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	t.Head = []string{"courts, half", "sheets", "of what", "known", "found", "precision", "recall", "F1"}
	for _, name := range order {
		k := totals[name]
		row := func(what string, s marked.Score) {
			t.Add(k.name, count(k.sheets), what, count(s.Wanted), count(s.Found), decimals(s.Precision()), decimals(s.Recall()), decimals(s.F1()))
		}
		row("party and role", k.parties)
		row("attorney and party", k.counsel)
	}
	return t, nil
}

// relationsOf adds the score of one sheet to that of its kind and half.
func (e *eval) relationsOf(file string, totals map[string]*sheetKind) error {
	raw, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".json")
	if err != nil {
		return err
	}
	var truth listed
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) || json.Unmarshal(raw, &truth) != nil || len(truth.Parties) == 0 {
		return nil // a page that is no docket sheet, or one without parties
	}
	out, err := e.dossier.Output(e.ctx, nil, "extract", "--as", "relations", "--json", file)
	var refused *exec.ExitError
	if err != nil && (e.ctx.Err() != nil || !errors.As(err, &refused)) {
		return err
	}
	var found []related
	if err == nil {
		if err := json.Unmarshal(out, &found); err != nil {
			return err
		}
	}
	kind, _, _ := strings.Cut(filepath.Base(file), "__")
	half := "seen"
	if sha256.Sum256([]byte(filepath.Base(file)))[0]%2 == 1 {
		half = "unseen"
	}
	parties, counsel := truth.score(found)
	for _, k := range []string{kind, "all"} {
		if total := totals[k+", "+half]; total != nil {
			total.sheets++
			total.parties = total.parties.Plus(parties)
			total.counsel = total.counsel.Plus(counsel)
		}
	}
	return nil
}

// namedPair is a name with a role, or with another name.
type namedPair struct{ a, b string }

// score compares what is known with what was found. Who represents himself is
// no attorney of a party.
func (l listed) score(found []related) (parties, counsel marked.Score) {
	var wantParties, wantCounsel []namedPair
	for _, p := range l.Parties {
		wantParties = append(wantParties, namedPair{p.Name, p.Type})
		for _, a := range p.Attorneys {
			if a.Name != "" && !sameName(a.Name, p.Name) && !sameName(p.Name, a.Name) {
				wantCounsel = append(wantCounsel, namedPair{a.Name, p.Name})
			}
		}
	}
	var gotParties, gotCounsel []namedPair
	for _, r := range found {
		switch r.Kind {
		case "party_in_case":
			role, _, _ := strings.Cut(r.RoleRaw, ";")
			gotParties = append(gotParties, namedPair{r.From, role})
		case "counsel_for":
			gotCounsel = append(gotCounsel, namedPair{r.From, r.To})
		}
	}
	parties = comparePairs(wantParties, gotParties, func(got, want string) bool { return bareRole(got) == bareRole(want) })
	counsel = comparePairs(wantCounsel, gotCounsel, sameName)
	return parties, counsel
}

// comparePairs counts the wanted pairs that were found, each once.
func comparePairs(want, got []namedPair, same func(got, want string) bool) marked.Score {
	var known []namedPair
	for _, w := range want {
		if !slices.ContainsFunc(known, func(k namedPair) bool { return sameName(k.a, w.a) && sameName(w.a, k.a) && same(k.b, w.b) }) {
			known = append(known, w)
		}
	}
	s := marked.Score{Wanted: len(known), Found: len(got)}
	for _, g := range got {
		i := slices.IndexFunc(known, func(k namedPair) bool { return sameName(g.a, k.a) && same(g.b, k.b) })
		if i >= 0 {
			s.Right++
			known = slices.Delete(known, i, i+1)
		}
	}
	return s
}

// sameName reports whether a name is the one known, letters and digits alone
// compared, which may go on to describe it: "Jane Roe, as trustee of …".
func sameName(got, known string) bool {
	if folded(got) == folded(known) {
		return true
	}
	for i := range known {
		if known[i] == ',' && folded(got) == folded(known[:i]) && strings.Contains(strings.TrimSpace(got), " ") {
			return true
		}
	}
	return false
}

func folded(name string) string { return strings.Join(plainWords(name), " ") }

// bareRole is a role without the number of the defendant.
func bareRole(role string) string {
	role, _, _ = strings.Cut(role, "(")
	return folded(role)
}
