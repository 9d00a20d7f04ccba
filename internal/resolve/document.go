package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/cluster"
	"github.com/dossier-legal/dossier/internal/names"
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

// Documents resolves documents one after the other, each by itself. It
// remembers how it took their names apart, as most come again, and works in the
// memory that the document before took. The zero value is ready; it is not
// safe for concurrent use.
type Documents struct {
	persons, orgs resolver
	entities      []dossier.DocumentEntity
}

// Resolve does for one document what [Document] does. What it returns holds
// until it is called again.
func (d *Documents) Resolve(text string, mentions []dossier.Mention) []dossier.DocumentEntity {
	out := d.entities[:0]
	for _, t := range []dossier.MentionType{
		dossier.Court, dossier.Docket, dossier.Citation, dossier.Statute,
		dossier.Location, dossier.Address, dossier.Email, dossier.Phone,
	} {
		out = append(out, byNorm(mentions, t)...)
	}
	out = append(out, filingDates(mentions)...)
	order := byStart(mentions)
	out = d.orgs.resolve(out, text, mentions, order, dossier.Org)
	out = d.persons.resolve(out, text, mentions, order, dossier.Person)
	slices.SortFunc(out, func(a, b dossier.DocumentEntity) int { return strings.Compare(a.Key, b.Key) })
	d.entities = out
	return out
}

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
	if !slices.ContainsFunc(mentions, func(m dossier.Mention) bool { return m.Type == t }) {
		return nil
	}
	groups := map[string][]int{}
	texts := make([]string, len(mentions))
	for i, m := range mentions {
		if m.Type != t {
			continue
		}
		texts[i] = clean(m.Text)
		norm := m.Norm
		if norm == "" {
			norm = names.Norm(m.Text, t)
		}
		if t == dossier.Docket {
			norm = docketNorm(norm)
		}
		groups[norm] = append(groups[norm], i)
	}
	out := make([]dossier.DocumentEntity, 0, len(groups))
	for norm, group := range groups {
		e := dossier.DocumentEntity{Key: names.Key(t, norm), Type: t, Norm: norm, Mentions: group}
		distinct := distinctNames(texts, group)
		e.Name, e.Aliases = bestName(distinct)
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
	if len(parts) != 3 || parts[1] == "" || strings.Trim(parts[1], "abcdefghijklmnopqrstuvwxyz") != "" || strings.Trim(parts[2], "0123456789") != "" {
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
			out = append(out, dossier.DocumentEntity{Key: names.Key(m.Type, m.Norm), Type: m.Type, Name: m.Norm, Norm: m.Norm})
		}
		out[at].Mentions = append(out[at].Mentions, i)
	}
	return out
}

// distinctNames returns the names of a group, sorted, each once.
func distinctNames(texts []string, group []int) []string {
	return appendDistinct(make([]string, 0, len(group)), texts, group)
}

// appendDistinct appends them to an empty list.
func appendDistinct(empty, texts []string, group []int) []string {
	for _, i := range group {
		empty = append(empty, texts[i])
	}
	slices.Sort(empty)
	return slices.Compact(empty)
}

// bestName returns the best of the sorted names and the others.
func bestName(texts []string) (best string, others []string) {
	best = texts[0]
	for _, n := range texts[1:] {
		if names.Better(n, best) {
			best = n
		}
	}
	for _, n := range texts {
		if n != best {
			others = append(others, n)
		}
	}
	return best, others
}

// resolver joins the names of one type in one document. Its forms are shared
// with other documents; own takes a copy of one to write into.
type resolver struct {
	forms    []*names.Name          // copies of those in parsed where own made them
	sets     cluster.Sets           // of forms
	parsed   map[string]*names.Name // by text, of all documents so far
	text     string
	mentions []dossier.Mention
	order    []int // the mentions by where they stand
	typ      dossier.MentionType
	spelled  []string         // per mention of the type: its name
	groups   [][]int          // per form: the indexes of its mentions
	names    [][]string       // per form: the distinct texts, sorted
	formOf   []int            // per mention: its form, or -1
	byNorm   map[string]int   // form of a norm
	unclear  map[int][]int    // per form that more than one fits: those
	partial  []bool           // per form: only a part of a name
	settled  []bool           // per form: found to stand for another
	single   *singles         // what single words may stand for, once asked for
	defined  map[string][]int // places of definitions by norm, once asked for
	reasons  []dossier.Reason // parallel to reasonAt
	reasonAt []int            // a form of the cluster that the reason is about

	// Memory that is used again: what groups, names and the mentions of
	// entities are parts of, and lists that one step needs.
	grouped, claimed, sizes, mains, ofType []int
	distinct                               []string
}

// resolve appends the entities of the type, by key.
func (r *resolver) resolve(out []dossier.DocumentEntity, text string, mentions []dossier.Mention, order []int, t dossier.MentionType) []dossier.DocumentEntity {
	r.text, r.mentions, r.order, r.typ = text, mentions, order, t
	r.read()
	if len(r.forms) == 0 {
		return out
	}
	identified := r.registers()
	r.joinFull()
	r.joinIdentified(identified)
	r.joinDefined()
	r.joinParts()
	r.joinPrevailing()
	r.explainUnclear()
	return r.entities(out)
}

func (r *resolver) parse(name string) *names.Name {
	f, ok := r.parsed[name]
	if !ok {
		f = names.Parse(name, r.typ)
		if r.parsed == nil {
			r.parsed = map[string]*names.Name{}
		}
		r.parsed[strings.Clone(name)] = f
	}
	return f
}

// read groups the mentions by the norm of their text.
func (r *resolver) read() {
	if r.byNorm == nil {
		r.byNorm = map[string]int{}
	}
	clear(r.byNorm)
	clear(r.unclear)
	r.defined, r.single = nil, nil
	r.forms, r.reasons, r.reasonAt = r.forms[:0], r.reasons[:0], r.reasonAt[:0]
	r.spell()
	r.formOf = cleared(r.formOf, len(r.mentions))
	for i := range r.mentions {
		r.formOf[i] = -1
		if r.mentions[i].Type == r.typ {
			r.formOf[i] = r.add(r.parse(r.spelled[i]))
		}
	}
	r.group()
	r.sets.Reset(r.forms)
	r.settled = cleared(r.settled, len(r.forms))
	r.partial = r.partial[:0]
	for i, f := range r.forms {
		r.partial = append(r.partial, f.Partial() || r.typ == dossier.Org && r.pieceAt(i))
	}
}

// add takes a form in, unless one of its norm is there, and returns its place.
func (r *resolver) add(f *names.Name) int {
	at, ok := r.byNorm[f.Norm]
	if !ok {
		at = len(r.forms)
		r.byNorm[f.Norm] = at
		r.forms = append(r.forms, f)
		return at
	}
	if first := r.forms[at]; f.Judge && !first.Judge || first.Letters == "" && f.Letters != "" {
		merge(r.own(at), f)
	}
	return at
}

// own makes the form a copy that other documents do not see.
func (r *resolver) own(at int) *names.Name {
	f := *r.forms[at]
	r.forms[at] = &f
	return &f
}

// group finds the mentions and the names of each form.
func (r *resolver) group() {
	r.groups, r.names = cleared(r.groups, len(r.forms)), cleared(r.names, len(r.forms))
	r.grouped, r.distinct = cleared(r.grouped, len(r.mentions)), cleared(r.distinct, len(r.mentions))
	r.sizes = cleared(r.sizes, len(r.forms))
	for _, at := range r.formOf {
		if at >= 0 {
			r.sizes[at]++
		}
	}
	from := 0
	for at, n := range r.sizes {
		r.groups[at] = r.grouped[from : from : from+n]
		r.names[at] = r.distinct[from : from : from+n]
		from += n
	}
	for i, at := range r.formOf {
		if at >= 0 {
			r.groups[at] = append(r.groups[at], i)
		}
	}
	for at, group := range r.groups {
		r.names[at] = appendDistinct(r.names[at], r.spelled, group)
	}
}

// explain records why the name of form a stands for that of form b.
func (r *resolver) explain(a, b int, code string, weight float64) {
	nameA, _ := bestName(r.names[a])
	nameB, _ := bestName(r.names[b])
	r.reasons = append(r.reasons, dossier.Reason{Code: code, Detail: fmt.Sprintf("%s / %s", nameA, nameB), Weight: weight})
	r.reasonAt = append(r.reasonAt, a)
}

// entities appends an entity for each cluster, by key.
func (r *resolver) entities(out []dossier.DocumentEntity) []dossier.DocumentEntity {
	r.claimed = slices.Grow(r.claimed[:0], len(r.mentions))
	r.mains = r.mains[:0]
	for root := range r.forms {
		if members := r.sets.Members(root); members != nil {
			r.mains = append(r.mains, r.main(members))
		}
	}
	slices.SortFunc(r.mains, func(a, b int) int { return strings.Compare(r.forms[a].Key, r.forms[b].Key) })
	for _, main := range r.mains {
		out = append(out, r.entity(main))
	}
	return out
}

// main is the form that names its cluster best.
func (r *resolver) main(members []int) int {
	main := members[0]
	for _, i := range members[1:] {
		if r.betterForm(i, main) {
			main = i
		}
	}
	return main
}

// entity describes the cluster with the main form.
func (r *resolver) entity(main int) dossier.DocumentEntity {
	f, root := r.forms[main], r.sets.Root(main)
	e := dossier.DocumentEntity{Key: f.Key, Type: r.typ, Norm: f.Norm, Partial: r.partial[main]}
	e.Name, _ = bestName(r.names[main])
	first := len(r.claimed)
	for _, i := range r.sets.Members(root) {
		r.claimed = append(r.claimed, r.groups[i]...)
		for _, name := range r.names[i] {
			if name != e.Name {
				e.Aliases = append(e.Aliases, name)
			}
			if surname := r.bare(i, name); surname != "" {
				e.Aliases = append(e.Aliases, surname)
				e.Reasons = append(e.Reasons, dossier.Reason{Code: "title", Detail: surname + " / " + name, Weight: 1})
			}
		}
		best, spellings := bestName(r.names[i])
		for _, name := range spellings {
			e.Reasons = append(e.Reasons, dossier.Reason{Code: "norm", Detail: name + " / " + best, Weight: 1})
		}
	}
	e.Mentions = r.claimed[first:len(r.claimed):len(r.claimed)]
	slices.Sort(e.Mentions)
	slices.Sort(e.Aliases)
	e.Aliases = slices.Compact(e.Aliases)
	for i, at := range r.reasonAt {
		if r.sets.Root(at) == root {
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
	return names.Better(nameA, nameB)
}

// merge adds what another spelling of the same norm says of the bearer.
func merge(f *names.Name, g *names.Name) {
	f.Judge = f.Judge || g.Judge
	if f.Letters == "" {
		f.Letters = g.Letters
	}
}

// cleared returns n zero values, in the memory of the slice if they fit.
func cleared[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}
