package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier"
)

// Document resolves the mentions of one document. Every mention but those of
// dates and amounts, which are values, belongs to exactly one of the entities
// returned; they are sorted by key. Of dates, those on which something was
// filed are entities, as a case stands in a relation to them.
//
// Courts, dockets, citations, statutes, places, addresses and numbers are one
// entity per Norm of their mentions. Persons and organisations are compared by
// name, and within the document a part of a name may stand for the whole if
// one whole fits and only one: a surname, "J. Roe", an acronym, the leading
// words of an organisation, a term the document defines. What fits none, or
// more than one, is an entity of its own, marked Partial; a reason "ambiguous"
// names those that it may be. A bar number or a mail address beside two
// spellings ties them, and agencies of the United States are known by all their
// names. What is not surely a name, or only a piece of one, stands for itself
// and ties nothing together. A veto is never overridden.
//
// Without the text (""), the order and the adjacency of the mentions stand in
// for what the text would define.
func Document(text string, mentions []dossier.Mention) []dossier.DocumentEntity {
	var d Documents
	return d.Resolve(text, mentions)
}

// Documents resolves documents one after the other, each by itself, and
// remembers how it took their names apart, as most come again. The zero value
// is ready.
type Documents struct {
	forms map[dossier.MentionType]map[string]*form
}

func (d *Documents) parse(text string, t dossier.MentionType) *form {
	if d.forms == nil {
		d.forms = map[dossier.MentionType]map[string]*form{dossier.Person: {}, dossier.Org: {}}
	}
	f, ok := d.forms[t][text]
	if !ok {
		parsed := parse(text, t)
		f = &parsed
		d.forms[t][strings.Clone(text)] = f
	}
	return f
}

// Resolve does for one document what [Document] does.
func (d *Documents) Resolve(text string, mentions []dossier.Mention) []dossier.DocumentEntity {
	var out []dossier.DocumentEntity
	for _, t := range []dossier.MentionType{
		dossier.Court, dossier.Docket, dossier.Citation, dossier.Statute,
		dossier.Location, dossier.Address, dossier.Email, dossier.Phone,
	} {
		out = append(out, byNorm(mentions, t)...)
	}
	out = append(out, filingDates(mentions)...)
	for _, t := range []dossier.MentionType{dossier.Person, dossier.Org} {
		r := d.newResolver(text, mentions, t)
		identified := r.registers()
		r.joinFull()
		r.joinIdentified(identified)
		r.joinDefined()
		r.joinPartial()
		r.explainUnclear()
		out = append(out, r.entities()...)
	}
	slices.SortFunc(out, func(a, b dossier.DocumentEntity) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

func key(t dossier.MentionType, norm string) string { return string(t) + ":" + norm }

// clean is a mention's text on one line.
func clean(text string) string {
	if isClean(text) {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

func isClean(text string) bool {
	space := true // before the text, as it were
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && !space:
			space = true
		case c <= ' ', c >= utf8.RuneSelf:
			return false
		default:
			space = false
		}
	}
	return !space
}

// byNorm makes one entity of all mentions of the type with one norm.
func byNorm(mentions []dossier.Mention, t dossier.MentionType) []dossier.DocumentEntity {
	groups := map[string][]int{}
	texts := make([]string, len(mentions))
	for i, m := range mentions {
		if m.Type != t {
			continue
		}
		texts[i] = clean(m.Text)
		norm := m.Norm
		if norm == "" {
			norm = Norm(m.Text, t)
		}
		if t == dossier.Docket {
			norm = docketNorm(norm)
		}
		groups[norm] = append(groups[norm], i)
	}
	out := make([]dossier.DocumentEntity, 0, len(groups))
	for norm, group := range groups {
		e := dossier.DocumentEntity{Key: key(t, norm), Type: t, Norm: norm, Mentions: group}
		names := distinctNames(texts, group)
		e.Name, e.Aliases = bestName(names)
		for _, alias := range e.Aliases {
			e.Reasons = append(e.Reasons, dossier.Reason{Code: "norm", Detail: alias + " / " + e.Name, Weight: 1})
		}
		out = append(out, e)
	}
	return out
}

// docketNorm writes the number of "8:16-cv-01261" without the zeros in front of
// it, which some leave out. Numbers of other forms stay: there a zero may count.
func docketNorm(norm string) string {
	parts := strings.Split(norm, "-")
	if len(parts) != 3 || parts[1] == "" || strings.Trim(parts[1], "abcdefghijklmnopqrstuvwxyz") != "" || strings.Trim(parts[2], digits) != "" {
		return norm
	}
	number := strings.TrimLeft(parts[2], "0")
	if number == "" {
		return norm
	}
	return parts[0] + "-" + parts[1] + "-" + number
}

// filingDates makes an entity of each day on which something was filed, named
// by its ISO form.
func filingDates(mentions []dossier.Mention) []dossier.DocumentEntity {
	days := map[string]int{}
	var out []dossier.DocumentEntity
	for i, m := range mentions {
		if m.Type != dossier.Date || m.Role != "filed" {
			continue
		}
		at, ok := days[m.Norm]
		if !ok {
			at = len(out)
			days[m.Norm] = at
			out = append(out, dossier.DocumentEntity{Key: key(m.Type, m.Norm), Type: m.Type, Name: m.Norm, Norm: m.Norm})
		}
		out[at].Mentions = append(out[at].Mentions, i)
	}
	return out
}

// distinctNames returns the names of a group, sorted, each once.
func distinctNames(names []string, group []int) []string {
	distinct := make([]string, 0, len(group))
	for _, i := range group {
		distinct = append(distinct, names[i])
	}
	slices.Sort(distinct)
	return slices.Compact(distinct)
}

// bestName returns the best of the sorted names and the others.
func bestName(names []string) (best string, others []string) {
	best = names[0]
	for _, n := range names[1:] {
		if betterName(n, best) {
			best = n
		}
	}
	for _, n := range names {
		if n != best {
			others = append(others, n)
		}
	}
	return best, others
}

// resolver joins the names of one type in one document.
type resolver struct {
	*partition
	text     string
	mentions []dossier.Mention
	typ      dossier.MentionType
	groups   [][]int          // per form: the indexes of its mentions
	names    [][]string       // per form: the distinct texts, sorted
	formOf   []int            // per mention: its form, or -1
	byNorm   map[string]int   // form of a norm
	unclear  map[int][]int    // per form that more than one fits: those
	partial  []bool           // per form: only a part of a name
	settled  []bool           // per form: found to stand for another
	reasons  []dossier.Reason // parallel to reasonAt
	reasonAt []int            // a form of the cluster that the reason is about
}

// newResolver groups the mentions by the norm of their text.
func (d *Documents) newResolver(text string, mentions []dossier.Mention, t dossier.MentionType) *resolver {
	r := &resolver{text: text, mentions: mentions, typ: t, byNorm: map[string]int{}, formOf: make([]int, len(mentions))}
	names := spellings(text, mentions, t)
	var first []*form // of each norm
	for i, m := range mentions {
		r.formOf[i] = -1
		if m.Type != t {
			continue
		}
		f := d.parse(names[i], t)
		at, ok := r.byNorm[f.norm]
		if !ok {
			at = len(first)
			r.byNorm[f.norm] = at
			first, r.groups = append(first, f), append(r.groups, nil)
		}
		r.groups[at], r.formOf[i] = append(r.groups[at], i), at
	}
	forms := make([]form, len(first))
	for at, f := range first {
		forms[at] = *f
		for _, i := range r.groups[at] {
			forms[at].merge(d.parse(names[i], t))
		}
	}
	r.partition, r.settled = newPartition(forms), make([]bool, len(forms))
	for i := range forms {
		r.names = append(r.names, distinctNames(names, r.groups[i]))
		r.partial = append(r.partial, forms[i].partial() || t == dossier.Org && r.severalAt(i))
	}
	return r
}

// merge keeps what another spelling of the same norm tells beyond it.
func (f *form) merge(g *form) {
	f.judge = f.judge || g.judge
	if f.letters == "" {
		f.letters = g.letters
	}
}

// partial reports whether the form is only a part of a name: a single word, or
// an initial and a surname, or the end of a longer name ("Technologies Inc."),
// or what a side of a deal or a case is called ("Committee of Creditors"). An
// acronym of three letters or more is what an agency is called, and no part.
func (f *form) partial() bool {
	if f.typ == dossier.Person {
		return f.given == "" || initial(f.given)
	}
	if len(f.words) == 1 {
		return f.legal == "" && len(f.letters) < 3 || generics[f.words[0]]
	}
	return slices.ContainsFunc(f.words, func(w string) bool { return sidesOfDeals[wordKey(w)] }) && !slices.ContainsFunc(f.words, names)
}

// window bounds how many names are all compared with each other.
const window = 64

// joinFull joins names given in full.
func (r *resolver) joinFull() {
	var links []link
	r.eachPair(func(a, b int) {
		if r.typ == dossier.Org && (r.severalAt(a) || r.severalAt(b)) {
			return
		}
		if score := decide(&r.forms[a], &r.forms[b], true); score >= SameAt {
			links = append(links, link{a, b, Match{Score: score, Decision: Same}})
		}
	})
	for _, l := range r.joinAll(links) {
		r.explain(l.b, l.a, decisive(compareTogether(&r.forms[l.a], &r.forms[l.b])), l.match.Score)
	}
}

// eachPair calls f for all pairs of names given in full that may be the same:
// those that share a key, or simply all if they are few.
func (r *resolver) eachPair(f func(a, b int)) {
	if len(r.forms) > window {
		newIndex(r.forms, blockCap).eachPair(f)
		return
	}
	for a := range r.forms {
		for b := a + 1; b < len(r.forms); b++ {
			if !r.partial[a] && !r.partial[b] {
				f(a, b)
			}
		}
	}
}

// decisive is the code of the part of a match that is least certain.
func decisive(m Match) string {
	return slices.MinFunc(m.Reasons, func(a, b dossier.Reason) int { return cmp.Compare(a.Weight, b.Weight) }).Code
}

// explain records why the name of form a stands for that of form b.
func (r *resolver) explain(a, b int, code string, weight float64) {
	nameA, _ := bestName(r.names[a])
	nameB, _ := bestName(r.names[b])
	r.reasons = append(r.reasons, dossier.Reason{Code: code, Detail: fmt.Sprintf("%s / %s", nameA, nameB), Weight: weight})
	r.reasonAt = append(r.reasonAt, a)
}

// entities makes an entity of each cluster.
func (r *resolver) entities() []dossier.DocumentEntity {
	var out []dossier.DocumentEntity
	for root, members := range r.members {
		if members == nil {
			continue
		}
		out = append(out, r.entity(root))
	}
	return out
}

// entity describes the cluster with the root.
func (r *resolver) entity(root int) dossier.DocumentEntity {
	members := r.members[root]
	main := members[0]
	for _, i := range members[1:] {
		if r.betterForm(i, main) {
			main = i
		}
	}
	e := dossier.DocumentEntity{
		Key: key(r.typ, r.forms[main].norm), Type: r.typ, Norm: r.forms[main].norm, Partial: r.partial[main],
	}
	e.Name, _ = bestName(r.names[main])
	for _, i := range members {
		e.Mentions = append(e.Mentions, r.groups[i]...)
		for _, name := range r.names[i] {
			if name != e.Name {
				e.Aliases = append(e.Aliases, name)
			}
		}
		best, spellings := bestName(r.names[i])
		for _, name := range spellings {
			e.Reasons = append(e.Reasons, dossier.Reason{Code: "norm", Detail: name + " / " + best, Weight: 1})
		}
	}
	slices.Sort(e.Mentions)
	slices.Sort(e.Aliases)
	e.Aliases = slices.Compact(e.Aliases)
	for i, at := range r.reasonAt {
		if r.root(at) == root {
			e.Reasons = append(e.Reasons, r.reasons[i])
		}
	}
	slices.SortFunc(e.Reasons, func(a, b dossier.Reason) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return e
}

// betterForm reports whether form a names its cluster better than form b.
func (r *resolver) betterForm(a, b int) bool {
	if r.partial[a] != r.partial[b] {
		return !r.partial[a]
	}
	nameA, _ := bestName(r.names[a])
	nameB, _ := bestName(r.names[b])
	return betterName(nameA, nameB)
}
