package caption

import (
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/lex"
)

// filedRole marks the dates on which documents say that they, or their case, were
// filed. Other dates are values and stand in no relation.
const filedRole = "filed"

// filedReach is how much text before a date is looked at, in bytes.
const filedReach = 24

// MarkFiled gives the days among the mentions of a text the role "filed" where a
// label says so: "Date Filed: 05/03/2019", "FILED May 3, 2019", "Document 12 Filed
// 05/03/19". In lower case the word is a verb of the prose and says when something
// else was filed.
func MarkFiled(text string, found []dossier.Mention) {
	for i := range found {
		m := &found[i]
		if m.Type == dossier.Date && len(m.Norm) == len("2006-01-02") && isFiled(text[max(0, m.Start-filedReach):m.Start]) {
			m.Role = filedRole
		}
	}
}

// isFiled reports whether the text ends in "Filed" or "Date filed", written as
// a label.
func isFiled(before string) bool {
	before = strings.TrimRight(before, " \t\r\n\u00a0")
	if head, ok := strings.CutSuffix(before, " on"); ok {
		before = head
	}
	before = strings.TrimRight(before, " \t:")
	switch lex.TrailingWord(before) {
	case "Filed", "FILED", "Docketed":
		return true
	case "filed":
		return strings.HasSuffix(before, "Date filed")
	}
	return false
}
