package tagger

// maxFeatures is the number of features of a token.
const maxFeatures = 61

// featureSet collects the rows of one token's features.
type featureSet struct {
	rows  [maxFeatures]uint32
	n     int
	shift uint // 32 less the bits of a row number
}

// put adds the feature of template id with a value.
func (f *featureSet) put(id, value uint32) {
	h := (value + id*0x9E3779B1) * 0x85EBCA6B
	h ^= h >> 15
	h *= 0xC2B2AE35
	f.rows[f.n] = h >> f.shift
	f.n++
}

// of fills in the features of token i.
func (f *featureSet) of(tokens []token, i int) {
	f.n = 0
	near := tokens[i-2 : i+3 : i+3]
	t := &near[2]
	f.word(t)
	f.neighbours(near)
	f.looks(near)
	f.knowledge(near)
	f.surroundings(t)
	f.company(near)
}

// word are features of the word by itself.
func (f *featureSet) word(t *token) {
	looks := uint32(t.class)<<1 | truth(t.shouted)
	f.put(1, looks)
	f.put(2, t.hash)
	f.put(3, Mix(t.hash, looks))
	f.put(4, t.shape)
	f.put(5, t.prefix[0])
	f.put(6, t.prefix[1])
	f.put(7, t.prefix[2])
	f.put(8, t.suffix[0])
	f.put(9, t.suffix[1])
	f.put(10, t.suffix[2])
	f.put(11, Mix(t.shape, looks))
}

// neighbours are features of the words beside it.
func (f *featureSet) neighbours(near []token) {
	b2, b1, t, a1, a2 := &near[0], &near[1], &near[2], &near[3], &near[4]
	f.put(12, b1.hash)
	f.put(13, a1.hash)
	f.put(14, b2.hash)
	f.put(15, a2.hash)
	f.put(16, Mix(b1.hash, t.hash))
	f.put(17, Mix(t.hash, a1.hash))
	f.put(18, Mix(b1.hash, a1.hash))
	f.put(19, Mix(b2.hash, b1.hash))
	f.put(20, Mix(a1.hash, a2.hash))
	f.put(21, Mix(b1.hash, uint32(t.class)))
	f.put(22, Mix(a1.hash, uint32(t.class)))
	f.put(23, b1.suffix[1])
	f.put(24, a1.suffix[1])
}

// looks are features of shapes and gaps.
func (f *featureSet) looks(near []token) {
	b2, b1, t, a1, a2 := &near[0], &near[1], &near[2], &near[3], &near[4]
	gaps := uint32(t.gap)<<2 | uint32(a1.gap)
	f.put(25, pack(b1.class, t.class, a1.class))
	f.put(26, pack(b2.class, b1.class, t.class))
	f.put(27, pack(t.class, a1.class, a2.class))
	f.put(28, Mix(b1.shape, t.shape))
	f.put(29, Mix(t.shape, a1.shape))
	f.put(30, gaps<<8|uint32(t.class))
	f.put(31, Mix(gaps, b1.hash))
	f.put(32, Mix(gaps, a1.hash))
}

func pack(a, b, c class) uint32 { return uint32(a)<<8 | uint32(b)<<4 | uint32(c) }

// knowledge are features of the word lists and of the document.
func (f *featureSet) knowledge(near []token) {
	b2, b1, t, a1, a2 := &near[0], &near[1], &near[2], &near[3], &near[4]
	own := uint32(t.lexicon)
	f.put(33, own)
	f.put(34, Mix(uint32(b1.lexicon), own))
	f.put(35, Mix(own, uint32(a1.lexicon)))
	f.put(36, Mix(own, t.shape))
	f.put(37, Mix(uint32(a1.lexicon), uint32(a2.lexicon)))
	f.put(38, Mix(uint32(b2.lexicon), uint32(b1.lexicon)))
	f.put(39, Mix(own, b1.hash))
	f.put(40, Mix(own, a1.hash))
	f.put(41, t.facts)
	f.put(42, Mix(t.facts, own))
	f.put(43, Mix(b1.facts, a1.facts))
	f.put(44, Mix(t.facts, uint32(t.class)<<1|truth(t.shouted)))
}

// runKinds are the kinds of words that say what a run of capitals names.
const runKinds = CompanyEnd | OrgNoun | CourtNoun | LawNoun | Role | Honorific | Street

// surroundings are features of the run of capitals around the word.
func (f *featureSet) surroundings(t *token) {
	ahead, behind := uint32(t.run.ahead&runKinds), uint32(t.run.behind&(runKinds|FirstName))
	f.put(45, Mix(ahead, behind))
	f.put(46, Mix(ahead, uint32(t.class)))
	f.put(47, Mix(behind, uint32(t.lexicon)))
	f.put(48, Mix(t.run.before, uint32(t.run.place)))
	f.put(49, Mix(t.run.after, uint32(t.run.left)))
	f.put(50, Mix(Mix(t.run.before, t.run.after), uint32(min(t.run.place, 2))))
	f.put(51, uint32(t.run.place)<<8|uint32(t.run.left)<<4|uint32(t.class))
	f.put(52, Mix(ahead, uint32(t.lexicon)))
}

// company are features of the clusters of words.
func (f *featureSet) company(near []token) {
	b1, t, a1 := &near[1], &near[2], &near[3]
	class := uint32(t.class)<<1 | truth(t.shouted)
	f.put(53, Mix(t.cluster, class))
	f.put(54, Mix(b1.cluster, class))
	f.put(55, Mix(a1.cluster, class))
	f.put(56, Mix(b1.cluster, t.cluster))
	f.put(57, Mix(t.cluster, a1.cluster))
	wide := Mix(t.group(), class)
	f.put(58, wide)
	f.put(59, Mix(b1.group(), wide))
	f.put(60, Mix(a1.group(), wide))
	f.put(61, Mix(Mix(b1.group(), a1.group()), wide))
}

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
