package dossier

import (
	"errors"
	"fmt"
)

// Category says what to do about an error: whether trying again can help.
type Category string

// The categories. Transient, rate limit and resource errors are tried again;
// the others need a person or another file.
const (
	Transient     Category = "transient"     // a broken connection, a busy database
	RateLimited   Category = "rate_limit"    // a provider asked us to wait
	Resource      Category = "resource"      // memory, disk or time ran out here
	Configuration Category = "configuration" // a program, a language or a setting is missing
	Data          Category = "data"          // the file is damaged, locked or hostile
	Permanent     Category = "permanent"     // it will never work
)

// Retryable reports whether an error of the category may go away by itself.
func (c Category) Retryable() bool {
	return c == Transient || c == RateLimited || c == Resource
}

// Code is a stable name of a failure, stored with it and safe to search for.
type Code string

// The codes.
const (
	CodeUnsupported     Code = "unsupported_format"
	CodeEmptyFile       Code = "empty_file"
	CodeUnreadable      Code = "unreadable_file"
	CodeDamaged         Code = "damaged_file"
	CodePassword        Code = "password_needed"
	CodeTooLarge        Code = "too_large"
	CodeTimeout         Code = "deadline_exceeded"
	CodeMemory          Code = "memory_exceeded"
	CodeChildDied       Code = "reader_died"
	CodeOCRMissing      Code = "ocr_missing"
	CodeOCRLanguage     Code = "ocr_language_missing"
	CodeOCRFailed       Code = "ocr_failed"
	CodeBlobMissing     Code = "original_missing"
	CodeWorkerLost      Code = "worker_lost"
	CodePoison          Code = "poison_file"
	CodeProviderDown    Code = "provider_unavailable"
	CodeRateLimited     Code = "rate_limited"
	CodeProviderRefuses Code = "provider_refuses"
	CodeBadAnswer       Code = "bad_answer"
	CodeBudget          Code = "budget_exhausted"
	CodeDatabase        Code = "database_error"
	CodeBusy            Code = "database_busy"
	CodeInvalidInput    Code = "invalid_input"
	CodeNotFound        Code = "not_found"
	CodeInconsistent    Code = "inconsistent_record"
	CodeDataDirBusy     Code = "data_dir_busy"
	CodeInternal        Code = "internal_error"
	CodeOutputTooLarge  Code = "output_too_large"
	CodeStorage         Code = "storage_error"
	CodeVersionSkew     Code = "version_skew"
	CodeWrongRedis      Code = "redis_of_another_database"
	CodeChanged         Code = "file_changed"
	CodeContainsItself  Code = "contains_itself"
	CodeHeld            Code = "legal_hold"
	CodeInterrupted     Code = "submission_interrupted"
)

var categoryOf = map[Code]Category{
	CodeUnsupported:     Permanent,
	CodeEmptyFile:       Data,
	CodeUnreadable:      Data,
	CodeDamaged:         Data,
	CodePassword:        Data,
	CodeTooLarge:        Data,
	CodeTimeout:         Resource,
	CodeMemory:          Data,
	CodeChildDied:       Data,
	CodeOCRMissing:      Configuration,
	CodeOCRLanguage:     Configuration,
	CodeOCRFailed:       Data,
	CodeBlobMissing:     Data,
	CodeWorkerLost:      Transient,
	CodePoison:          Data,
	CodeProviderDown:    Transient,
	CodeRateLimited:     RateLimited,
	CodeProviderRefuses: Configuration,
	CodeBadAnswer:       Permanent,
	CodeBudget:          Configuration,
	CodeDatabase:        Transient,
	CodeBusy:            Resource,
	CodeInvalidInput:    Configuration,
	CodeNotFound:        Permanent,
	CodeInconsistent:    Permanent,
	CodeDataDirBusy:     Configuration,
	CodeInternal:        Permanent,
	CodeOutputTooLarge:  Data,
	CodeStorage:         Resource,
	CodeVersionSkew:     Configuration,
	CodeWrongRedis:      Configuration,
	CodeChanged:         Data,
	CodeContainsItself:  Data,
	CodeHeld:            Configuration,
	CodeInterrupted:     Transient,
}

// Error is a failure that a user can act on: what happened, to what, and how
// to cure it.
type Error struct {
	Code    Code
	Subject string // the file, document, flag or setting concerned; may be empty
	Message string // what happened, in plain words
	Cure    string // what to do about it; may be empty
	Err     error  // the cause, if there is one
}

// Errorf makes an Error of the code with a formatted message; a %w verb sets
// the cause.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// About names the file, field or setting that the error is about.
func (e *Error) About(subject string) *Error {
	e.Subject = subject
	return e
}

// WithCure says what to do about the error.
func (e *Error) WithCure(cure string) *Error {
	e.Cure = cure
	return e
}

// Error renders subject, message and cure on one line.
func (e *Error) Error() string {
	if e.Subject == "" {
		return e.Text()
	}
	return e.Subject + ": " + e.Text()
}

// Text renders message and cure, for places that name the subject themselves.
func (e *Error) Text() string {
	if e.Cure == "" {
		return e.Message
	}
	return e.Message + " (" + e.Cure + ")"
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Category returns the category of the error's code.
func (e *Error) Category() Category { return categoryOf[e.Code] }

// CodeOf returns the code of err, CodeInternal for an error that has none and
// "" for nil.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return CodeInternal
}

// TextOf returns what err says without its subject, and "" for nil.
func TextOf(err error) string {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Text()
	}
	return err.Error()
}

// CategoryOf returns the category of err's code.
func CategoryOf(err error) Category { return categoryOf[CodeOf(err)] }

// Renamed returns err about another subject if it is an [Error], which it leaves
// as it is, and err itself otherwise.
func Renamed(err error, subject string) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	renamed := *e
	return renamed.About(subject)
}
