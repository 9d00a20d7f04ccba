package mention

import "github.com/dossier-legal/dossier/internal/lex"

// The scanners look at bytes; package lex has the tests they share with those
// of citations.

const maxSpace = lex.MaxSpace

func isDigit(b byte) bool                          { return lex.IsDigit(b) }
func isUpper(b byte) bool                          { return lex.IsUpper(b) }
func isLower(b byte) bool                          { return lex.IsLower(b) }
func isAlpha(b byte) bool                          { return lex.IsAlpha(b) }
func isAlnum(b byte) bool                          { return lex.IsAlnum(b) }
func isAlnumAt(t string, i int) bool               { return lex.IsAlnumAt(t, i) }
func isAlnumBefore(t string, i int) bool           { return lex.IsAlnumBefore(t, i) }
func spaceAt(t string, i int) int                  { return lex.SpaceAt(t, i) }
func skipSpace(t string, i int) int                { return lex.SkipSpace(t, i) }
func trimSpaceBefore(t string, i int) int          { return lex.TrimSpaceBefore(t, i) }
func digitsEnd(t string, i int) int                { return lex.DigitsEnd(t, i) }
func lettersEnd(t string, i int) int               { return lex.LettersEnd(t, i) }
func hasWord(t string, i int, w string) bool       { return lex.HasWord(t, i, w) }
func hasWordFold(t string, i int, w string) bool   { return lex.HasWordFold(t, i, w) }
func dashAt(t string, i int) int                   { return lex.DashAt(t, i) }
func anyWord(t string, i int, words ...string) int { return lex.AnyWord(t, i, words...) }
func oneLine(s string) string                      { return lex.OneLine(s) }
func alnumEnd(t string, i int) int                 { return lex.WordEnd(t, i) }
func yearOf(s string) int                          { return lex.YearOf(s) }
