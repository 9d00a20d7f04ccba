package resolve

import "github.com/dossier-legal/dossier/internal/vocabulary"

// Words of the names of people, and beside them.
var (
	titles     = vocabulary.With(vocabulary.CompareTitle)
	spousal    = vocabulary.With(vocabulary.Spousal)
	noSurnames = vocabulary.With(vocabulary.NotSurname)
)

// Words of the names of organisations, and beside them.
var (
	legalForms  = vocabulary.Values(vocabulary.Form)
	generics    = vocabulary.With(vocabulary.Generic)
	parts       = vocabulary.With(vocabulary.BodyPart)
	regions     = vocabulary.With(vocabulary.Region)
	governments = vocabulary.With(vocabulary.Government) // Cook and Cook County are two
	groupWords  = vocabulary.With(vocabulary.Group)
	streetWords = vocabulary.With(vocabulary.CompareStreet)
)
