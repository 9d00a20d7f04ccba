package dossier

import _ "embed"

//go:embed NOTICE
var notice string

// Notice returns the file NOTICE: the data and code of others in the program, each
// with its origin and licence.
func Notice() string { return notice }
