package wire

import (
	"strings"

	"github.com/dossier-legal/dossier"
)

// Reasons of pages (dossier.Page.Reason) that more than one reader gives.
const (
	reasonText  = "text file"
	ReasonBlank = "blank page"
)

// TextPage makes a page of a file of plain text, without size or boxes. number
// counts from 1; the text is cleaned.
func TextPage(number int, text string) OutPage {
	page := OutPage{Page: dossier.Page{Number: number, Source: dossier.SourceLayer, Reason: reasonText, Text: CleanText(text)}}
	if strings.TrimSpace(page.Text) == "" {
		page.Text, page.Reason = "", ReasonBlank
	}
	return page
}

// PageWithReason is TextPage with a reason of its own. A page without text keeps
// ReasonBlank.
func PageWithReason(number int, reason, text string) OutPage {
	page := TextPage(number, text)
	if page.Text != "" {
		page.Reason = reason
	}
	return page
}
