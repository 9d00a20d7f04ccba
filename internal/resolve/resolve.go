// Package resolve decides which names of one document mean the same person or
// organisation.
//
// A document explains its own names: a bare surname, an acronym or a defined term
// ("Acuity") may stand for a name given in full, if only one fits. [Document] first
// joins names given in full, then names that share an identifier, then the terms
// that the text defines, and last the parts of names, by an ordered list of finders
// (finder.go). Each join is explained by a reason whose code names the rule.
//
// Package names parses and compares two names; package cluster joins the names of
// many documents.
//
// All functions are pure and deterministic and safe for concurrent use.
// [Documents] is not, as it keeps what it parsed.
package resolve

// Version changes whenever the same names would be resolved in another way, in a
// document or across documents. Stored entities, norms and keys of other versions
// are stale.
const Version = "9"
