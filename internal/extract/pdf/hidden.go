package pdf

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract/layout"
)

// Text that a page holds and does not show: under a bar that somebody took for
// a redaction, white on white, drawn as invisible, or on a layer that is off. Whether text shows is not
// guessed from shapes and colours. Those only tell where to look; then the page
// is drawn with the suspect text and without it, and text that makes no
// difference is hidden.

// inkObjects bounds how many objects of a page are looked at for hidden text.
const inkObjects = 6000

// scene is what a page draws, as far as it can hide text.
type scene struct {
	texts     []sceneText
	covers    []sceneCover
	images    float32 // part of the page under images
	invisible int     // texts drawn in the invisible mode
	objects   int
}

type sceneText struct {
	ref     references.FPDF_PAGEOBJECT
	at      int // place in the order of drawing
	box     dossier.Box
	suspect bool // by its own colour or mode
	layered bool // it belongs to a layer, which may be off
}

type sceneCover struct {
	at  int
	box dossier.Box
}

// scene lists the texts of a page and what may cover them.
func (e *Engine) scene(ref requests.Page, geo geometry) (*scene, error) {
	count, err := e.lib.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: ref})
	if err != nil {
		return nil, e.check(err)
	}
	if e.open.layers == nil {
		if e.open.layers, err = findLayers(e.open.file); err != nil {
			return nil, err
		}
	}
	s := &scene{}
	for i := range min(count.Count, inkObjects) {
		obj, err := e.lib.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: ref, Index: i})
		if err != nil {
			return nil, e.check(err)
		}
		if err := e.addToScene(s, obj.PageObject, geo, group{outer: upright}); err != nil {
			return nil, err
		}
	}
	if area := geo.width * geo.height; area > 0 {
		s.images /= area
	}
	return s, nil
}

var upright = structs.FPDF_FS_MATRIX{A: 1, D: 1}

// group is what objects are drawn in.
type group struct {
	outer   structs.FPDF_FS_MATRIX // where it stands
	depth   int
	layered bool
}

// addToScene adds an object of a group, or the objects of a group in it.
func (e *Engine) addToScene(s *scene, obj references.FPDF_PAGEOBJECT, geo geometry, in group) error {
	s.objects++
	kind, err := e.lib.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj})
	if err != nil {
		return e.check(err)
	}
	switch kind.Type {
	case enums.FPDF_PAGEOBJ_FORM:
		return e.addGroup(s, obj, geo, in)
	case enums.FPDF_PAGEOBJ_TEXT:
		return e.addText(s, obj, geo, in)
	case enums.FPDF_PAGEOBJ_IMAGE, enums.FPDF_PAGEOBJ_SHADING:
		if box, ok := e.bounds(obj, geo, in.outer); ok {
			s.covers = append(s.covers, sceneCover{s.objects, box})
			s.images += max(min(box[2], geo.width)-max(box[0], 0), 0) * max(min(box[3], geo.height)-max(box[1], 0), 0)
		}
	case enums.FPDF_PAGEOBJ_PATH:
		if len(s.texts) == 0 { // what is drawn before all text hides none
			return nil
		}
		if box, ok := e.bounds(obj, geo, in.outer); ok && box[2]-box[0] > 2 && box[3]-box[1] > 2 {
			s.covers = append(s.covers, sceneCover{s.objects, box})
		}
	}
	return nil
}

func (e *Engine) addText(s *scene, obj references.FPDF_PAGEOBJECT, geo geometry, in group) error {
	box, ok := e.bounds(obj, geo, in.outer)
	if !ok {
		return nil
	}
	suspect, invisible, err := e.suspectText(obj)
	if err != nil {
		return err
	}
	if invisible {
		s.invisible++
	}
	layered := in.layered
	if !layered {
		if layered, err = e.isLayered(obj); err != nil {
			return err
		}
	}
	s.texts = append(s.texts, sceneText{ref: obj, at: s.objects, box: box, suspect: suspect, layered: layered})
	return nil
}

func (e *Engine) addGroup(s *scene, obj references.FPDF_PAGEOBJECT, geo geometry, in group) error {
	const deepest = 4
	count, err := e.lib.FPDFFormObj_CountObjects(&requests.FPDFFormObj_CountObjects{PageObject: obj})
	if err != nil {
		return e.check(err)
	}
	m, err := e.lib.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: obj})
	if err != nil {
		return e.lost(err)
	}
	layered, err := e.isLayered(obj)
	if err != nil {
		return err
	}
	inside := group{times(m.Matrix, in.outer), in.depth + 1, in.layered || layered || e.open.layers.groups}
	for i := 0; i < count.Count && in.depth < deepest && s.objects < inkObjects; i++ {
		inner, err := e.lib.FPDFFormObj_GetObject(&requests.FPDFFormObj_GetObject{PageObject: obj, Index: uint64(i)})
		if err != nil {
			return e.check(err)
		}
		if err := e.addToScene(s, inner.PageObject, geo, inside); err != nil {
			return err
		}
	}
	return nil
}

// times returns the matrix that does a and then b.
func times(a, b structs.FPDF_FS_MATRIX) structs.FPDF_FS_MATRIX {
	return structs.FPDF_FS_MATRIX{
		A: a.A*b.A + a.B*b.C, B: a.A*b.B + a.B*b.D,
		C: a.C*b.A + a.D*b.C, D: a.C*b.B + a.D*b.D,
		E: a.E*b.A + a.F*b.C + b.E, F: a.E*b.B + a.F*b.D + b.F,
	}
}

// bounds returns the place of an object on the page as the reader sees it.
func (e *Engine) bounds(obj references.FPDF_PAGEOBJECT, geo geometry, outer structs.FPDF_FS_MATRIX) (dossier.Box, bool) {
	b, err := e.lib.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: obj})
	if err != nil {
		return dossier.Box{}, false // an object without extent
	}
	if outer == upright {
		return geo.place(b.Left, b.Bottom, b.Right, b.Top), true
	}
	var box dossier.Box
	for i, corner := range [4][2]float32{{b.Left, b.Bottom}, {b.Left, b.Top}, {b.Right, b.Bottom}, {b.Right, b.Top}} {
		x := outer.A*corner[0] + outer.C*corner[1] + outer.E
		y := outer.B*corner[0] + outer.D*corner[1] + outer.F
		at := geo.place(x, y, x, y)
		if i == 0 {
			box = at
		}
		box = layout.Union(box, at)
	}
	return box, true
}

// suspectText reports whether a text may not show because of how it is drawn:
// invisibly, or so light that only dark ground shows it.
func (e *Engine) suspectText(obj references.FPDF_PAGEOBJECT) (suspect, invisible bool, err error) {
	mode, err := e.lib.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: obj})
	if err != nil {
		return false, false, e.check(err)
	}
	switch mode.TextRenderMode {
	case enums.FPDF_TEXTRENDERMODE_INVISIBLE:
		return true, true, nil
	case enums.FPDF_TEXTRENDERMODE_CLIP:
		return true, false, nil
	}
	fill, err := e.lib.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: obj})
	if err != nil {
		return false, false, e.lost(err) // a pattern
	}
	const light, faint = 0xe6, 0x20
	c := fill.FillColor
	return min(c.R, c.G, c.B) >= light || c.A <= faint, false, nil
}

// isScanWithText reports whether the texts are what a recogniser hid behind the
// picture of the page.
func (s *scene) isScanWithText() bool {
	return s.images >= layout.WideImage && s.invisible > 0 && s.invisible*10 >= 8*len(s.texts)
}

// suspects returns the texts that may be hidden: by themselves, by something
// drawn later, or by an annotation. layered are those with no other reason than that
// their layer may be off.
func (s *scene) suspects(laidOver []dossier.Box) (list, layered []sceneText) {
	for _, t := range s.texts {
		hidden := t.suspect
		for _, c := range s.covers {
			hidden = hidden || c.at > t.at && meets(c.box, t.box)
		}
		for _, box := range laidOver {
			hidden = hidden || meets(box, t.box)
		}
		switch {
		case hidden:
			list = append(list, t)
		case t.layered:
			layered = append(layered, t)
		}
	}
	return append(list, layered...), layered
}

// meets reports whether a covers more than a sliver of b.
func meets(a, b dossier.Box) bool {
	w := min(a[2], b[2]) - max(a[0], b[0])
	h := min(a[3], b[3]) - max(a[1], b[1])
	return w > 1 && h > 0.3*(b[3]-b[1])
}

// hidden returns a finding for each run of words that the page does not show. off are
// those of them that are on a layer which is off: they are no text of the page.
func (e *Engine) hidden(ref requests.Page, geo geometry, s *scene, laidOver []dossier.Box, words []dossier.Word) (found []dossier.Finding, off map[int]bool, err error) {
	suspects, layered := s.suspects(laidOver)
	if len(suspects) == 0 {
		return nil, nil, nil
	}
	with, err := e.snapshot(ref, geo)
	if err != nil {
		return nil, nil, err
	}
	if err := e.show(suspects, false); err != nil {
		return nil, nil, err
	}
	without, err := e.snapshot(ref, geo)
	if err != nil {
		return nil, nil, err
	}
	if err := e.show(suspects, true); err != nil {
		return nil, nil, err
	}
	others := suspects[:len(suspects)-len(layered)]
	isOff := func(b dossier.Box) bool { return lies(b, layered) && !lies(b, others) }
	var unseen []int
	for i, w := range words {
		if (isWordy(w.Text) && lies(w.Box, suspects) || isOff(w.Box)) && !with.differs(without, w.Box) {
			unseen = append(unseen, i)
		}
	}
	if unseen, err = e.notRepeated(ref, s, suspects, words, unseen); err != nil {
		return nil, nil, err
	}
	off = map[int]bool{}
	for _, i := range unseen {
		off[i] = isOff(words[i].Box)
	}
	return runs(words, unseen, func(i int) string {
		if off[i] {
			return "on a layer that is off"
		}
		return "the page looks the same without these words"
	}), off, nil
}

// runs returns a finding for each run of the picked words that stand side by side in
// a line. detail says of each why it is not to be seen.
func runs(words []dossier.Word, picked []int, detail func(int) string) (found []dossier.Finding) {
	last := -2
	for _, i := range picked {
		w, why := words[i], detail(i)
		goesOn := last == i-1 && sameLine(words[last].Box, w.Box) && found[len(found)-1].Detail == why
		if last = i; goesOn {
			f := &found[len(found)-1]
			f.Text += " " + w.Text
			f.Box = layout.Union(f.Box, w.Box)
			continue
		}
		found = append(found, dossier.Finding{Kind: dossier.HiddenText, Text: w.Text, Box: w.Box, Detail: why})
	}
	return found
}

// notRepeated drops the words that another text, which is no suspect, prints in
// the same place once more.
func (e *Engine) notRepeated(ref requests.Page, s *scene, suspects []sceneText, words []dossier.Word, unseen []int) ([]int, error) {
	suspect := make(map[int]bool, len(suspects))
	for _, t := range suspects {
		suspect[t.at] = true
	}
	var clear []sceneText
	for _, t := range s.texts {
		if !suspect[t.at] {
			clear = append(clear, t)
		}
	}
	if !slices.ContainsFunc(unseen, func(i int) bool { return lies(words[i].Box, clear) }) {
		return unseen, nil
	}
	loaded, err := e.lib.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: ref})
	if err != nil {
		return nil, e.check(err)
	}
	var kept []int
	for _, i := range unseen {
		repeated := false
		for _, t := range clear {
			if repeated || !lies(words[i].Box, []sceneText{t}) {
				continue
			}
			text, err := e.lib.FPDFTextObj_GetText(&requests.FPDFTextObj_GetText{PageObject: t.ref, TextPage: loaded.TextPage})
			repeated = err == nil && saysAgain(text.Text, words[i].Text)
		}
		if !repeated {
			kept = append(kept, i)
		}
	}
	_, err = e.lib.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: loaded.TextPage})
	return kept, e.check(err)
}

// saysAgain reports whether a text says a word, or a part of it: some programs
// draw each letter on its own. PDFium gives the second of two equal texts in one
// place as empty.
func saysAgain(text, word string) bool {
	return text == "" || strings.Contains(text, word) || strings.Contains(word, strings.TrimSpace(text))
}

// sameLine reports whether two words stand at about the same height. Boxes of close lines
// overlap at their edges.
func sameLine(a, b dossier.Box) bool {
	return 2*(min(a[3], b[3])-max(a[1], b[1])) > min(a[3]-a[1], b[3]-b[1])
}

// isWordy reports whether there is something to read in a word.
func isWordy(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// lies reports whether the middle of a word lies in one of the texts.
func lies(b dossier.Box, texts []sceneText) bool {
	x, y := (b[0]+b[2])/2, (b[1]+b[3])/2
	for _, t := range texts {
		const near = 1 // point: fonts are placed on fractions
		if x >= t.box[0]-near && x <= t.box[2]+near && y >= t.box[1]-near && y <= t.box[3]+near {
			return true
		}
	}
	return false
}

func (e *Engine) show(texts []sceneText, active bool) error {
	for _, t := range texts {
		if _, err := e.lib.FPDFPageObj_SetIsActive(&requests.FPDFPageObj_SetIsActive{PageObject: t.ref, Active: active}); err != nil {
			return e.check(err)
		}
	}
	return nil
}

// snapshot is a coarse picture of a page, to see differences in.
type snapshot struct {
	pix           []byte
	width, height int
	stride        int
	scale         float32 // pixels a point
}

const snapshotDPI = 100

func (e *Engine) snapshot(ref requests.Page, geo geometry) (*snapshot, error) {
	s := &snapshot{}
	var dpi int
	s.width, s.height, dpi = pixels(geo, snapshotDPI)
	s.scale = float32(dpi) / 72
	err := e.bitmap(ref, s.width, s.height, func(grey []byte) error {
		s.pix, s.stride = bytes.Clone(grey), len(grey)/s.height
		return nil
	})
	return s, err
}

// differs reports whether two pictures of a page differ in a place.
func (s *snapshot) differs(t *snapshot, b dossier.Box) bool {
	x0, y0 := max(int(b[0]*s.scale), 0), max(int(b[1]*s.scale), 0)
	x1, y1 := min(int(b[2]*s.scale)+1, s.width), min(int(b[3]*s.scale)+1, s.height)
	const clearly, fewest = 24, 3
	n := 0
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			a, b := int(s.pix[y*s.stride+x]), int(t.pix[y*t.stride+x])
			if max(a-b, b-a) > clearly {
				n++
			}
		}
	}
	return n >= fewest
}
