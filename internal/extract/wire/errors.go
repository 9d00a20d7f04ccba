package wire

import (
	"errors"

	"github.com/dossier-legal/dossier"
)

// Error is a *dossier.Error on its way to the parent.
type Error struct {
	Code                   dossier.Code
	Subject, Message, Cure string
}

// Err returns the error as the child had it.
func (e Error) Err() *dossier.Error {
	return &dossier.Error{Code: e.Code, Subject: e.Subject, Message: e.Message, Cure: e.Cure}
}

// ErrorOf makes any error of a reader ready to be sent. What has no code is the
// fault of the file.
func ErrorOf(err error) Error {
	var e *dossier.Error
	if !errors.As(err, &e) {
		e = dossier.Errorf(dossier.CodeDamaged, "cannot read the file: %w", err)
	}
	return Error{Code: e.Code, Subject: e.Subject, Message: e.Message, Cure: e.Cure}
}

// Unreadable is the error for a file that the operating system does not let us
// read.
func Unreadable(path string, err error) error {
	return dossier.Errorf(dossier.CodeUnreadable, "cannot read the file: %w", err).About(path).WithCure("check its path and permissions")
}

const unsupportedCure = "convert it to PDF, DOCX, HTML, plain text or an image"

// Unsupported is the error for a kind of file that is recognized and not read.
// kind is its media type.
func Unsupported(kind string) *dossier.Error {
	if known, ok := unsupportedKinds[kind]; ok {
		return dossier.Errorf(dossier.CodeUnsupported, "%s cannot be read", known.name).WithCure(known.cure)
	}
	return dossier.Errorf(dossier.CodeUnsupported, "%s files cannot be read", kind).WithCure(unsupportedCure)
}

// PasswordNeeded is the error for an encrypted office file.
func PasswordNeeded() *dossier.Error {
	return dossier.Errorf(dossier.CodePassword, "the file is encrypted").
		WithCure("save a copy without a password")
}

// CureSaveAgain is what to do with a damaged office file.
const CureSaveAgain = "open it in the program that made it and save it again"

// TooMuchText is the error for a page with more than limit bytes of text.
func TooMuchText(limit int) *dossier.Error {
	return dossier.Errorf(dossier.CodeOutputTooLarge, "one page has more than %d KiB of text", limit>>10).
		WithCure("split the file")
}

// Message returns what happened, without the cure, which is for the whole file.
func Message(err error) string {
	if known, ok := errors.AsType[*dossier.Error](err); ok {
		return known.Message
	}
	return err.Error()
}

// LossCode is the code of an error of a library: an error without one says that
// the file is damaged.
func LossCode(err error) dossier.Code {
	if code := dossier.CodeOf(err); code != dossier.CodeInternal {
		return code
	}
	return dossier.CodeDamaged
}
