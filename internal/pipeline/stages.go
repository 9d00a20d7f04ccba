package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/blob"
	"github.com/dossier-legal/dossier/internal/cache"
	"github.com/dossier-legal/dossier/internal/chronology"
	"github.com/dossier-legal/dossier/internal/chunk"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/identity"
	"github.com/dossier-legal/dossier/internal/mention"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/relate"
	"github.com/dossier-legal/dossier/internal/resolve"
	"github.com/dossier-legal/dossier/internal/store"
)

const noText = "the document has no text"

// reading is the cached output of the first stage.
type reading struct {
	Pages       []readPage
	Findings    []dossier.Finding
	Metadata    map[string]string
	Warnings    []string
	Losses      []dossier.Loss // one with losses is not cached
	Locked      bool           // opened with a password of the project
	Attachments []attachment
}

// readPage is a page with its words packed.
type readPage struct {
	dossier.Page
	Packed []byte
}

// attachment is a file that came out of another; its bytes are in the blob
// store.
type attachment struct {
	Name   string
	SHA256 string
	Size   int64
}

// storageFault turns the error of an original that cannot be opened into one of
// the storage, which is tried again: the intake has read the file, so it is
// there, but a shared folder may be away for a moment.
func storageFault(err error) error {
	if dossier.CodeOf(err) != dossier.CodeUnreadable {
		return err
	}
	return dossier.Errorf(dossier.CodeStorage, "the stored original cannot be read: %s", dossier.TextOf(err)).
		WithCure("check the folder or bucket of the blobs; the document is tried again")
}

// readFile is the first stage: the bytes of the original become pages.
func (p *Pipeline) readFile(ctx context.Context, s step) (out outcome, err error) {
	passwords, err := p.DB.Passwords().List(ctx, s.doc.ProjectID)
	if err != nil {
		return out, err
	}
	parts := []string{s.doc.SHA256, s.doc.Format, s.doc.OCRMode, strings.Join(p.Languages, "+"), p.Services.Recognition.Name()}
	open := s.cacheKey(parts...)
	// What a password opened is read by the project that knows it, and by no other.
	locked := s.cacheKey(append(parts, "opened with a password of", s.doc.ProjectID)...)
	keys := []cache.Key{open}
	if len(passwords) > 0 {
		keys = append(keys, locked)
	}
	r, yield, err := output[reading]{
		keys: keys, whole: p.whole, do: func() (reading, error) { return p.readOriginal(ctx, s, open, passwords) },
		keep: func(r reading) (cache.Key, bool) {
			if r.Locked {
				return locked, len(r.Losses) == 0
			}
			return open, len(r.Losses) == 0 // a reading with losses is made again, here and elsewhere
		},
	}.get(ctx, p, s)
	if err != nil {
		return out, err
	}
	pages, err := r.pages()
	if err != nil {
		return out, err
	}
	children, err := p.children(ctx, s.doc, r.Attachments)
	if err != nil {
		return out, err
	}
	yield.Count = len(pages)
	if len(pages) == 0 {
		yield.Note = "the file has no pages"
	}
	like := likeness(s.doc, textOf(pages), r)
	return outcome{yield, func(ctx context.Context, tx *store.Tx) ([]store.Member, error) {
		if err := tx.Documents().SaveLikeness(ctx, s.doc.ID, like); err != nil {
			return nil, err
		}
		admitted, warnings, err := p.follow(ctx, tx, s.doc, children)
		if err != nil {
			return nil, err
		}
		warnings = slices.Concat(r.Warnings, warnings)
		if err := tx.Contents().SavePages(ctx, s.doc.ID, pages, r.Findings, r.Metadata, warnings, r.Losses); err != nil || len(children) == 0 {
			return nil, err
		}
		return registerChildren(ctx, tx, s, admitted)
	}}, nil
}

// readOriginal reads the original of a document. key names the reading to
// services that are paid.
func (p *Pipeline) readOriginal(ctx context.Context, s step, key cache.Key, passwords []string) (reading, error) {
	if err := p.enoughMemory(); err != nil {
		return reading{}, err
	}
	p.reading.Add(1)
	defer p.reading.Add(-1)
	path, release, err := p.Blobs.Local(ctx, blob.OriginalKey(s.doc.SHA256))
	if err != nil {
		return reading{}, dossier.Renamed(err, s.doc.Paths[0])
	}
	defer release()
	found, err := p.Blobs.NewFolder()
	if err != nil {
		return reading{}, err
	}
	defer func() { _ = os.RemoveAll(found) }() // what is left is swept
	doc, err := p.Services.Read(ctx, p.Extractor, s.task, extract.Request{
		Path: path, Name: s.doc.FileName, Key: key.String(),
		OCR: extract.OCRMode(s.doc.OCRMode), Languages: p.Languages, Passwords: passwords, Inside: found,
	})
	if err != nil {
		return reading{}, dossier.Renamed(storageFault(err), s.doc.Paths[0])
	}
	return p.keepReading(ctx, doc)
}

// whole reports whether the attachments of a cached reading are among the blobs:
// a cache can be shared by more than one store of blobs, and outlive one. If
// not, the file is read again, which brings them back.
func (p *Pipeline) whole(ctx context.Context, r reading) (bool, error) {
	for _, a := range r.Attachments {
		if ok, err := p.Blobs.Has(ctx, blob.OriginalKey(a.SHA256)); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// A file is read only while readerMemory bytes are free, or nothing else is
// read here; otherwise it waits for memoryWait.
const (
	readerMemory = 512 << 20
	memoryWait   = 5 * time.Second
)

// enoughMemory puts a file off while memory is short. It is never a failure of
// the file, and one file at a time is always read.
func (p *Pipeline) enoughMemory() error {
	if p.Memory == nil || p.reading.Load() == 0 {
		return nil
	}
	if free, ok := p.Memory(); ok && free < readerMemory {
		return queue.Park{Until: time.Now().Add(memoryWait), Why: "memory is short"}
	}
	return nil
}

// keepReading puts the attachments into the blob store and packs the words.
func (p *Pipeline) keepReading(ctx context.Context, doc *extract.Document) (reading, error) {
	r := reading{Findings: doc.Findings, Metadata: doc.Meta, Warnings: doc.Warnings, Losses: doc.Losses, Locked: doc.Locked}
	for _, page := range doc.Pages {
		packed := dossier.PackWords(page.Words)
		page.Words = nil
		r.Pages = append(r.Pages, readPage{page, packed})
	}
	for _, c := range doc.Children {
		if err := p.Blobs.AddFile(ctx, c.Path, blob.Original{SHA256: c.SHA256, Size: c.Size}); err != nil {
			return r, err
		}
		r.Attachments = append(r.Attachments, attachment{c.Name, c.SHA256, c.Size})
	}
	return r, nil
}

func (r reading) pages() ([]dossier.Page, error) {
	pages := make([]dossier.Page, 0, len(r.Pages))
	for _, rp := range r.Pages {
		page := rp.Page
		var err error
		if page.Words, err = dossier.UnpackWords(page.Text, rp.Packed); err != nil {
			return nil, fmt.Errorf("page %d: %w", page.Number, err)
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// chunk is the second stage.
func (p *Pipeline) chunk(ctx context.Context, s step) (out outcome, err error) {
	text, spans, err := p.DB.Contents().Text(ctx, s.doc.ID)
	if err != nil {
		return out, err
	}
	chunks, yield, err := cached(ctx, p, s, []string{text, jsonOf(spans)}, func() ([]dossier.Chunk, error) {
		chunks := chunk.Split(text, spans, chunk.Options{})
		for i := range chunks {
			chunks[i].Text = "" // the pages have it
		}
		return chunks, nil
	})
	if err != nil {
		return out, err
	}
	yield.Count = len(chunks)
	if len(chunks) == 0 {
		yield.Note = noText
	}
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error {
		return tx.Contents().SaveChunks(ctx, s.doc.ID, chunks)
	})}, nil
}

// findMentions is the third stage.
func (p *Pipeline) findMentions(ctx context.Context, s step) (out outcome, err error) {
	text, spans, err := p.DB.Contents().Text(ctx, s.doc.ID)
	if err != nil {
		return out, err
	}
	chunks, err := p.DB.Contents().Chunks(ctx, s.doc.ID, text)
	if err != nil {
		return out, err
	}
	if p.Services.Model != nil {
		return p.findWithModel(ctx, s, text, spans, chunks)
	}
	mentions, yield, err := cached(ctx, p, s, []string{text, jsonOf(spans), chunk.Version}, func() ([]store.PlacedMention, error) {
		return Place(text, spans, chunks, mention.Find(text))
	})
	if err != nil {
		return out, err
	}
	yield.Count, yield.Note = len(mentions), whyNone(len(mentions), len(chunks))
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error {
		return tx.Contents().SaveMentions(ctx, s.doc.ID, mentions)
	})}, nil
}

// whyNone says why a document has no mentions; it is "" if it has some.
func whyNone(mentions, chunks int) string {
	switch {
	case mentions > 0:
		return ""
	case chunks == 0:
		return noText
	}
	return "no mention was found"
}

// Place gives every mention its page and the first chunk that holds all of it,
// and checks that its offsets are true. A mention that no chunk holds is longer
// than their overlap: it gets the last chunk in which it starts, and ends there
// with the chunk.
func Place(text string, spans []dossier.PageSpan, chunks []dossier.Chunk, mentions []dossier.Mention) ([]store.PlacedMention, error) {
	placed := make([]store.PlacedMention, 0, len(mentions))
	for _, m := range mentions {
		if len(chunks) == 0 || m.Start < 0 || m.End > len(text) || m.Start >= m.End || text[m.Start:m.End] != m.Text {
			return nil, dossier.Errorf(dossier.CodeInconsistent, "the offsets %d–%d of the mention %q are not true", m.Start, m.End, m.Text)
		}
		m.Page = dossier.PageAt(spans, m.Start)
		i := sort.Search(len(chunks), func(i int) bool { return chunks[i].End >= m.End })
		for i == len(chunks) || i > 0 && chunks[i].Start > m.Start {
			i--
		}
		c := chunks[i]
		placed = append(placed, store.PlacedMention{
			Mention: m, ChunkIndex: c.Index, ChunkStart: m.Start - c.Start, ChunkEnd: min(m.End, c.End) - c.Start,
		})
	}
	return placed, nil
}

// resolveEntities is the fourth stage: inside the document, which is a pure
// function and cached, then against the project, inside the transaction.
func (p *Pipeline) resolveEntities(ctx context.Context, s step) (out outcome, err error) {
	text, _, mentions, err := p.textAndMentions(ctx, s.doc.ID)
	if err != nil {
		return out, err
	}
	entities, yield, err := cached(ctx, p, s, []string{text, jsonOf(mentions)}, func() ([]dossier.DocumentEntity, error) {
		return relate.WithCase(text, mentions, resolve.Document(text, mentions)), nil
	})
	if err != nil {
		return out, err
	}
	yield.Count = len(entities)
	if len(entities) == 0 {
		yield.Note = "no mention names an entity"
	}
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error {
		names, err := identity.Attach(ctx, tx, s.doc.ProjectID, s.doc.ID, entities)
		if err != nil {
			return err
		}
		return tx.Contents().SaveEntities(ctx, s.doc.ID, entities, names)
	})}, nil
}

// links is the cached output of the fifth stage.
type links struct {
	Relations []dossier.Relation
	Events    []dossier.Event
}

// findRelations is the fifth stage: the relations between entities, and dated
// events.
func (p *Pipeline) findRelations(ctx context.Context, s step) (out outcome, err error) {
	text, spans, mentions, err := p.textAndMentions(ctx, s.doc.ID)
	if err != nil {
		return out, err
	}
	entities, err := p.DB.Contents().Entities(ctx, s.doc.ID)
	if err != nil {
		return out, err
	}
	zones, err := p.DB.Contents().Zones(ctx, s.doc.ID, spans)
	if err != nil {
		return out, err
	}
	parts := []string{text, jsonOf(spans), jsonOf(mentions), jsonOf(entities), jsonOf(s.doc.Metadata), jsonOf(zones)}
	found, yield, err := cached(ctx, p, s, parts, func() (links, error) {
		return links{
			relate.Find(text, spans, mentions, entities, s.doc.Metadata),
			chronology.Find(text, spans, zones, mentions, entities),
		}, nil
	})
	if err != nil {
		return out, err
	}
	yield.Count = len(found.Relations)
	if len(found.Relations) == 0 {
		yield.Note = "no two entities stand in a relation"
	}
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.Contents().SaveRelations(ctx, s.doc.ID, found.Relations); err != nil {
			return err
		}
		return tx.Contents().SaveEvents(ctx, s.doc.ProjectID, s.doc.ID, found.Events)
	})}, nil
}

// finalize is the last stage: the pages become searchable. The document's
// status follows in the same transaction.
func (p *Pipeline) finalize(s step) outcome {
	yield := store.Yield{Count: s.doc.Pages}
	if s.doc.Words == 0 {
		yield.Note = noText
	}
	return outcome{yield, saving(func(ctx context.Context, tx *store.Tx) error { return tx.Contents().IndexPages(ctx, s.doc.ID) })}
}

func (p *Pipeline) textAndMentions(ctx context.Context, id string) (string, []dossier.PageSpan, []dossier.Mention, error) {
	text, spans, err := p.DB.Contents().Text(ctx, id)
	if err != nil {
		return "", nil, nil, err
	}
	placed, err := p.DB.Contents().Mentions(ctx, id)
	mentions := make([]dossier.Mention, len(placed))
	for i, m := range placed {
		mentions[i] = m.Mention
	}
	return text, spans, mentions, err
}

// jsonOf renders v for hashing. The types hashed have no way to fail.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("pipeline: " + err.Error())
	}
	return string(b)
}
