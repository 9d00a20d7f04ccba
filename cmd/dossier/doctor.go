package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/casefile"
	"github.com/dossier-legal/dossier/internal/child"
	"github.com/dossier-legal/dossier/internal/ocr"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/rdb"
	"github.com/dossier-legal/dossier/internal/show"
)

type doctorCmd struct{}

// Run checks all that dossier needs. Every check runs, even if others fail.
func (*doctorCmd) Run(e *env) error {
	d := casefile.NewDiagnosis()
	dirErr := checkDataDir(e.Data)
	d.Add("data directory", e.Data, dirErr)
	redisAnswers := checkRedis(e, d.Add)
	detail, err := checkTesseract(e)
	d.Add("tesseract", detail, err)
	detail, err = checkSandbox(e)
	d.Add("sandbox", detail, err)
	if e.MentionsWith == withLLM {
		detail, err = checkModel(e)
		d.Add("model of names", detail, err)
	}
	// What follows writes below the data directory.
	if dirErr == nil {
		detail, err = checkRecord(e)
		d.Add("database", detail, err)
		if err == nil && redisAnswers {
			detail, err = checkOwner(e)
			d.Add("Redis of this database", detail, err)
		}
		d.Add("blobs", cmp.Or(e.Blobs, "in the data directory"), checkBlobs(e))
		detail, err = checkPDFium(e)
		d.Add("PDFium", detail, err)
	}
	if err := one(show.Diagnosis)(e, d); err != nil || d.OK {
		return err
	}
	return failure(exitFailed)
}

// checkDataDir makes a file in the data directory.
func checkDataDir(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, "doctor-*"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return dossier.Errorf(dossier.CodeUnreadable, "cannot be written: %w", err).About(dir).
			WithCure("give yourself the right to write there, or name another directory with --data")
	}
	return nil
}

func checkRecord(e *env) (detail string, err error) {
	db, err := e.openDatabase()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	version, err := db.Check(e.ctx)
	return version, err
}

// checkBlobs keeps, reads and removes a blob.
func checkBlobs(e *env) error {
	blobs, err := e.openBlobs(os.TempDir())
	if err != nil {
		return err
	}
	return blobs.Check(e.ctx)
}

// checkOwner proves that the broker carries the work of this database and of no
// other.
func checkOwner(e *env) (detail string, err error) {
	db, err := e.openDatabase()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	r, err := rdb.Open(e.ctx, e.redisConfig())
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return fmt.Sprintf("the broker carries the work of %s (%.8s)", db.Name(), db.ID()), queue.CheckOwner(e.ctx, r, db)
}

// checkRedis tells what serves each purpose of Redis, and proves that it does.
// It reports whether it does.
func checkRedis(e *env, add func(check, detail string, err error)) bool {
	r, err := rdb.Open(e.ctx, e.redisConfig())
	if err == nil {
		err = errors.Join(r.Check(e.ctx), r.Close())
	}
	if err != nil {
		add("Redis", "", err)
		return false
	}
	for _, f := range r.Findings() {
		detail := strings.Join(strings.Fields(fmt.Sprintf("%s %s, %s", f.Server, f.Version, f.Space)), " ")
		if f.Warning != "" {
			detail += "; " + f.Warning + ": " + f.Cure
		}
		add("Redis "+f.Purpose.String(), detail, nil)
	}
	return true
}

func checkTesseract(e *env) (string, error) {
	info, err := ocr.New(ocr.Config{}).Probe(e.ctx)
	if err != nil {
		return "", err
	}
	for _, l := range e.Languages {
		if !slices.Contains(info.Languages, l) {
			return "", dossier.Errorf(dossier.CodeOCRLanguage, "the language %s is not installed", l).
				WithCure("apt-get install tesseract-ocr-" + l)
		}
	}
	return "version " + info.Version + ", languages " + strings.Join(info.Languages, " "), nil
}

// checkSandbox tells how the processes that read files are confined. A layer that
// the kernel lacks is named; it is no fault of dossier's.
func checkSandbox(e *env) (string, error) {
	layers, err := child.Layers(e.ctx)
	if err != nil {
		return "", err
	}
	parts := make([]string, len(layers))
	for i, l := range layers {
		parts[i] = l.Name
		if !l.Holds {
			parts[i] = "MISSING " + l.Name + " (" + l.Why + ")"
		}
	}
	return strings.Join(parts, "; "), nil
}

func checkPDFium(e *env) (detail string, err error) {
	pool, err := e.newPool(1, "")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	return "WebAssembly, in a process of its own", pool.Probe(e.ctx)
}
