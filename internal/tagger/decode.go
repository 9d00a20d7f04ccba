package tagger

// emission holds a value for every label.
type emission [stride]int32

// trace holds the best label before, for every label.
type trace [stride]uint8

// impossible is the score of what must not be; sums of it stay in range.
const impossible = -1 << 28

// lanes spreads the bytes of a row over 16 bits each, so that they add up
// without carrying into each other: 52 features of at most 255.
const lanes = 0x00FF00FF00FF00FF

// emit adds up the weights of the features of one token.
func (m *Model) emit(f *featureSet, e *emission) {
	var even0, odd0, even1, odd1 uint64
	for _, row := range f.rows[:f.n] {
		w := (*[2]uint64)(m.weights[2*row:])
		even0 += w[0] & lanes
		odd0 += w[0] >> 8 & lanes
		even1 += w[1] & lanes
		odd1 += w[1] >> 8 & lanes
	}
	zero := bias * int32(f.n)
	for k := range 4 {
		e[2*k] = int32(even0>>(16*k)&0xFFFF) - zero
		e[2*k+1] = int32(odd0>>(16*k)&0xFFFF) - zero
		e[8+2*k] = int32(even1>>(16*k)&0xFFFF) - zero
		e[8+2*k+1] = int32(odd1>>(16*k)&0xFFFF) - zero
	}
}

// decode appends the names among tokens from up to to, an island.
func (r *reader) decode(m *Model, from, to int, found []Entity) []Entity {
	n := to - from
	r.size(n)
	f := featureSet{shift: 32 - m.bits}
	for i := range n {
		f.of(r.tokens, from+i)
		m.emit(&f, &r.scores[i])
	}
	m.forward(r.scores[:n], r.paths[:n])
	label := best(&r.scores[n-1])
	if label == Outside && m.allOutside(r.paths[:n]) {
		return found
	}
	return r.collect(m, from, n, label, found)
}

// size makes room for n tokens.
func (r *reader) size(n int) {
	if len(r.scores) < n {
		r.scores, r.paths, r.back = make([]emission, MaxIsland), make([]trace, MaxIsland), make([]emission, MaxIsland)
	}
}

// forward turns emissions into the scores of the best paths up to each label.
// Only a name's beginning or inside leads to its inside.
func (m *Model) forward(e []emission, paths []trace) {
	first := &e[0]
	for k := range NumLabels {
		if IsInside(k) {
			first[k] = impossible
		} else {
			first[k] += m.trans[Outside][k]
		}
	}
	for i := 1; i < len(e); i++ {
		prev, now, path := &e[i-1], &e[i], &paths[i]
		m.step(prev, now, path, Outside)
		for t := Person; t < numTypes; t++ {
			b, in := BeginOf(t), InsideOf(t)
			m.step(prev, now, path, b)
			begun, going := prev[b]+m.trans[b][in], prev[in]+m.trans[in][in]
			if begun > going {
				now[in], path[in] = now[in]+begun, uint8(b)
			} else {
				now[in], path[in] = now[in]+going, uint8(in)
			}
		}
	}
}

// step finds the best label before k, any of all.
func (m *Model) step(prev, now *emission, path *trace, k int) {
	column := &m.into[k]
	top, from := prev[0]+column[0], 0
	for j := 1; j < NumLabels; j++ {
		if s := prev[j] + column[j]; s > top {
			top, from = s, j
		}
	}
	now[k] += top
	path[k] = uint8(from)
}

// best returns the label of the highest score.
func best(e *emission) int {
	top := 0
	for k := 1; k < NumLabels; k++ {
		if e[k] > e[top] {
			top = k
		}
	}
	return top
}

// allOutside reports whether the best path that ends outside has no name.
func (m *Model) allOutside(paths []trace) bool {
	for i := len(paths) - 1; i > 0; i-- {
		if paths[i][Outside] != Outside {
			return false
		}
	}
	return true
}

// collect walks the best path back and appends its names in order.
func (r *reader) collect(m *Model, from, n, label int, found []Entity) []Entity {
	var labels [MaxIsland]uint8
	for i := n - 1; ; i-- {
		labels[i] = uint8(label)
		if i == 0 {
			break
		}
		label = int(r.paths[i][label])
	}
	m.backward(r, from, n)
	for i := 0; i < n; {
		t := typeOf(int(labels[i]))
		end := i + 1
		for end < n && IsInside(int(labels[end])) {
			end++
		}
		if t.Given() {
			found = append(found, Entity{
				Start: r.tokens[from+i].start, End: r.tokens[from+end-1].end, Type: t,
				Score: confidence(float32(r.margin(labels[:n], i, end)) * m.slope),
			})
		}
		i = end
	}
	return found
}

// backward fills in the scores of the best paths from each label to the end,
// without what the label itself scores.
func (m *Model) backward(r *reader, from, n int) {
	f := featureSet{shift: 32 - m.bits}
	r.back[n-1] = emission{}
	var e emission
	for i := n - 2; i >= 0; i-- {
		f.of(r.tokens, from+i+1)
		m.emit(&f, &e)
		for k := range NumLabels {
			e[k] += r.back[i+1][k]
		}
		for j := range NumLabels {
			top := int32(impossible)
			for k := range NumLabels {
				if !IsInside(k) || j == k || j == k-1 {
					top = max(top, m.trans[j][k]+e[k])
				}
			}
			r.back[i][j] = top
		}
	}
}

// margin is the distance of the best path to the best other one that gives a
// word of the name i to end, or the word after it, another label.
func (r *reader) margin(labels []uint8, i, end int) int32 {
	least := int32(-impossible)
	for k := i; k < min(end+1, len(labels)); k++ {
		own := int(labels[k])
		total := r.scores[k][own] + r.back[k][own]
		for other := range NumLabels {
			if other != own {
				least = min(least, total-r.scores[k][other]-r.back[k][other])
			}
		}
	}
	return least
}
