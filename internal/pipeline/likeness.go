package pipeline

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/similar"
	"github.com/dossier-legal/dossier/internal/store"
)

// likeness is what a document that was read is compared with others by.
func likeness(doc store.Document, text string, r reading) store.Likeness {
	var l store.Likeness
	if sig, ok := similar.Sign(text); ok {
		l.Signature, l.Bands = sig.Pack(), sig.Bands()
	}
	if format := extract.Format(doc.Format); format == extract.FormatEmail || format == extract.FormatMSG {
		_, body, _ := strings.Cut(text, "\n\n") // after the fields, which are in the metadata
		var files []string
		for _, a := range r.Attachments {
			files = append(files, a.SHA256)
		}
		l.MailKey = similar.MailKey(r.Metadata, body, files)
	}
	return l
}

// textOf is the text of a reading.
func textOf(pages []dossier.Page) string {
	text, _ := dossier.JoinPages(pages)
	return text
}
