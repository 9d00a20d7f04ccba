package legacy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier/internal/extract/wire"
)

// A destination is a group that is not part of the running text. These are
// the ones without text for readers. Others that are marked with \* and not
// known here are skipped, too.
var rtfSkipped = map[string]bool{
	"colortbl": true, "stylesheet": true, "pict": true, "themedata": true, "colorschememapping": true, "datastore": true,
	"latentstyles": true, "listtable": true, "listoverridetable": true, "generator": true, "rsidtbl": true, "xmlnstbl": true,
	"fldinst": true, "objdata": true, "objclass": true, "objname": true, "bkmkstart": true, "bkmkend": true, "filetbl": true, "template": true,
	"nonshppict": true, "sp": true, "pn": true, "pntxta": true, "pntxtb": true, "ftnsep": true, "ftnsepc": true, "aftnsep": true,
	"aftnsepc": true, "ftncn": true, "aftncn": true, "nonesttables": true, "background": true, "falt": true, "panose": true, "fname": true,
	"fontemb": true, "fontfile": true, "operator": true, "comment": true, "doccomm": true, "hlinkbase": true, "category": true,
	"manager": true, "company": true, "keywords": true, "printim": true, "buptim": true, "revtim": true, "private": true,
	"xe": true, "tc": true, "tcn": true, "rxe": true, "txe": true, "shprslt": true,
}

// rtfProperties are what the file says of itself and is kept.
var rtfProperties = map[string]bool{"title": true, "author": true, "subject": true, "creatim": true}

// rtfAside are the other destinations whose text is kept aside: they speak of
// comments.
var rtfAside = map[string]bool{
	"atnid": true, "atnauthor": true, "atndate": true, "atnref": true, "atrfstart": true, "atrfend": true,
}

// rtfStarred are the destinations marked with \* whose text is for readers.
var rtfStarred = map[string]bool{"shpinst": true, "nesttableprops": true, "do": true, "moMath": true, "moMathPara": true}

// destination begins a destination if word is one. The text of a destination
// inside one that is skipped is skipped, but for Unicode that replaces bytes.
func (r *rtf) destination(word string) {
	g := &r.group
	starred := g.star
	g.star = false
	switch {
	case word == "upr":
		g.upr = true
	case word == "ud":
		g.skip = len(r.stack) > 0 && r.stack[len(r.stack)-1].skip
	case g.table == "info":
		if rtfProperties[word] {
			r.capture(word)
		}
	case g.table != "":
		if starred || rtfSkipped[word] {
			g.capture = ""
		}
	case g.skip:
	case word == "info":
		g.skip, g.table = true, word
	case word == "fonttbl", word == "revtbl":
		g.table = word
		r.capture(word)
	case rtfAside[word]:
		r.capture(word)
	case isRTFBlock(word):
		g.dest = word
		r.beginBlock()
	case rtfSkipped[word], starred && !rtfStarred[word]:
		g.skip = true
	}
}

func (r *rtf) capture(word string) {
	r.group.skip, r.group.dest, r.group.capture = true, word, word
	r.captured.Reset()
}

// isRTFBlock reports whether a destination is a text of its own.
func isRTFBlock(word string) bool {
	return isRTFHead(word) || isRTFFoot(word) || word == "footnote" || word == "annotation" || isRTFBox(word)
}

// isRTFBox recognises text in shapes, of new and of old programs.
func isRTFBox(word string) bool { return word == "shptxt" || word == "dptxbxtext" }

func isRTFHead(word string) bool {
	return slices.Contains([]string{"header", "headerl", "headerr", "headerf"}, word)
}

func isRTFFoot(word string) bool {
	return slices.Contains([]string{"footer", "footerl", "footerr", "footerf"}, word)
}

// beginBlock starts a text of its own, with formatting of its own.
func (r *rtf) beginBlock() {
	r.Settle()
	r.Push()
	g := &r.group
	g.hidden, g.deleted, g.inserted, g.inTable = false, false, false, false
}

// endDestination files what a destination held.
func (r *rtf) endDestination(dest string) {
	if dest == "" {
		return
	}
	text := strings.TrimSpace(r.captured.String())
	switch {
	case dest == "annotation":
		r.Comment(r.remark.by, r.Pop(), r.anchors.About(r.remark.id))
		r.remark = rtfRemark{}
	case isRTFBlock(dest):
		r.endBlock(dest)
	case dest == "creatim":
		r.setDate()
	case dest == "title", dest == "author", dest == "subject":
		wire.AddMeta(r.meta, dest, text)
	case dest == "revtbl":
		r.setAuthors(text)
	case dest == "atnauthor", dest == "atnid":
		if dest == "atnauthor" || r.remark.by.Author == "" {
			r.remark.by.Author = text
		}
	case dest == "atndate":
		var packed int32
		if _, err := fmt.Sscan(text, &packed); err == nil {
			r.remark.by.At = dttm(uint32(packed))
		}
	case dest == "atnref":
		r.remark.id = text
	case dest == "atrfstart":
		r.anchors.Start(text)
	case dest == "atrfend":
		r.anchors.End(text)
	}
}

// endBlock puts a text of its own where a reader meets it.
func (r *rtf) endBlock(dest string) {
	text := r.Pop()
	switch {
	case text == "":
	case isRTFBox(dest):
		r.AddBox(text)
	case dest == "footnote":
		r.notes = append(r.notes, text)
	case isRTFHead(dest) && !slices.Contains(r.heads, text):
		r.heads = append(r.heads, text)
	case isRTFFoot(dest) && !slices.Contains(r.feet, text):
		r.feet = append(r.feet, text)
	}
}

// setAuthors takes the names of those who changed the text. They stand between
// semicolons, each in a group.
func (r *rtf) setAuthors(text string) {
	for name := range strings.SplitSeq(strings.TrimSuffix(text, ";"), ";") {
		if len(r.authors) < maxRTFNames {
			r.authors = append(r.authors, strings.TrimSpace(name))
		}
	}
}

func (r *rtf) setDate() {
	if d := r.date; d[0] > 0 {
		wire.AddMeta(r.meta, "date", fmt.Sprintf("%04d-%02d-%02dT%02d:%02d", d[0], d[1], d[2], d[3], d[4]))
	}
	r.date = [5]int{}
}
