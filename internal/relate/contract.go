package relate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

var (
	betweenRE  = regexp.MustCompile(`(?i)\b(?:by\s+and\s+(?:between|among)|between|among|b\s?e\s?t\s?w\s?e\s?e\s?n|made\s+by|entered\s+into\s+by)\b:?\s*`)
	contractRE = regexp.MustCompile(`(?i)\b(?:agreement|contract|lease|amendment|license|deed|indenture|undertaking|addendum)\b`)
	preambleRE = regexp.MustCompile(`\b(?:W\s?I\s?T\s?N\s?E\s?S\s?S\s?E\s?T\s?H|WHEREAS|RECITALS|Recitals|Whereas|NOW,? THEREFORE|BACKGROUND)\b`)
	togetherRE = regexp.MustCompile(`(?i)\b(?:collectively|individually)\b|\beach\s+an?\s+["“]?party|\bsource:`)
	followsRE  = regexp.MustCompile(`^\s*(?:[.,;:(“"\[]|and\b|an?\b|as\b|of\b|whose\b|with\b|having\b|located\b|is\b|dba\b|d/b/a\b|$)|^[ \t]*\n`)
	precedesRE = regexp.MustCompile(`(?i)(?:\band[\s:\-–—]*|[,;)])\s*(?:\(\d\)|\(?[ivx]+\)|\([a-h]\)|\d\.)?\s*(?:on\s+the\s+other\s+hand,?\s+)?(?:the\s+)?(?:mr\.|ms\.|mrs\.|dr\.)?\s*$`)
	andRE      = regexp.MustCompile(`(?i)\band[\s:\-–—,]*(?:on\s+the\s+other\s+hand,?\s+)?(?:the\s+)?(?:mr\.|ms\.|mrs\.|dr\.)?\s*$`)
)

// The reach of a preamble in bytes, and the most parties a contract has before
// the pattern is taken to have found a list of something else.
const (
	preambleReach = 1800
	firstPartyGap = 60
	addressMost   = 420 // between one party and the next: its address and what it is called
	contractMost  = 6
)

// contract reads the preamble: "by and between X and Y".
func (f *finder) contract() {
	top := runeStart(f.text, min(head, len(f.text)))
	for _, at := range betweenRE.FindAllStringIndex(f.text[:top], -1) {
		if !contractRE.MatchString(f.text[max(0, at[0]-400):at[0]]) {
			continue
		}
		parties := f.contractParties(at[1])
		if len(parties) < 2 || len(parties) > contractMost {
			continue
		}
		for i, a := range parties {
			for _, b := range parties[i+1:] {
				f.state(dossier.Relation{
					Kind: dossier.PartyToContract, From: a.key, To: b.key, Confidence: contractConfidence,
				}, at[0], b.end)
			}
		}
		return
	}
}

// contractParties returns the parties listed after the offset.
func (f *finder) contractParties(at int) []place {
	high := runeStart(f.text, min(len(f.text), at+preambleReach))
	if m := preambleRE.FindStringIndex(f.text[at:high]); m != nil {
		high = at + m[0]
	}
	var out []place
	for _, p := range f.litigants(at, high) {
		gap := f.text[at:p.start]
		if len(out) == 0 && len(gap) > firstPartyGap {
			return nil
		}
		if len(out) > 0 && len(gap) > addressMost || len(out) > 1 && togetherRE.MatchString(gap) {
			break
		}
		listed := len(out) == 0 || continues(gap)
		if listed && followsRE.MatchString(f.text[p.end:min(len(f.text), p.end+20)]) &&
			!slices.ContainsFunc(out, func(o place) bool { return o.key == p.key }) {
			out = append(out, p)
			at = p.end
		}
	}
	return out
}

// continues reports whether the gap after one party leads to the next: "and"
// or a semicolon comes last, or a comma that ends no address.
func continues(gap string) bool {
	if !precedesRE.MatchString(gap) {
		return false
	}
	last := strings.TrimSpace(gap)
	if andRE.MatchString(gap) {
		return true
	}
	return !strings.HasSuffix(last, ",") || last == "," || strings.HasSuffix(strings.TrimSuffix(last, ","), ")")
}
