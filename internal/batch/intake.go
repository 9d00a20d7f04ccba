package batch

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
	"github.com/dossier-legal/dossier/internal/queue"
	"github.com/dossier-legal/dossier/internal/store"
)

// Files are registered in groups, one transaction each: when a group is full,
// or when the next file keeps it waiting.
const (
	groupFiles = 256
	groupWait  = 100 * time.Millisecond
)

// intake registers the files of a request.
type intake struct {
	*Manager
	batch    store.Batch
	mode     extract.OCRMode
	expected map[string]string
	skip     fs.FileInfo // the data directory: it does not process itself
	group    []store.NewDocument
	problems []problem
	since    time.Time
	unsent   bool // Redis did not take the news of the last group
	wake     func()
}

type problem struct {
	path  string
	cause error
}

// Intake finds the files of a request, keeps their bytes, registers them in
// the batch and starts them; wake is called when there is new work. Files that
// cannot be read are recorded as problems of the batch and do not stop it.
// When ctx ends the batch stays open, to be taken up again; house-keeping ends
// its intake if that does not happen (see [store.TxBatches.CloseInterrupted]).
func (m *Manager) Intake(ctx context.Context, b store.Batch, r Request, dataDir string, wake func()) error {
	skip, err := os.Stat(dataDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // with a shared record there may be none
		return dossier.Errorf(dossier.CodeStorage, "the data directory cannot be read: %w", err).About(dataDir)
	}
	defer m.atWork(ctx, b.ID)()
	in := &intake{Manager: m, batch: b, mode: r.OCR, expected: r.Expected, skip: skip, since: time.Now(), wake: wake}
	for _, path := range r.Paths {
		if err := in.walk(ctx, path); err != nil {
			return err
		}
	}
	if err := in.flush(ctx); err != nil {
		return err
	}
	err = m.DB.Write(ctx, func(tx *store.Tx) error { return tx.Batches().CloseIntake(ctx, b.ID) })
	wake()
	return err
}

// atWorkEvery is how often an intake says that it goes on.
const atWorkEvery = 15 * time.Second

// atWork says that the intake of a batch goes on until stop is called.
func (m *Manager) atWork(ctx context.Context, batchID string) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(atWorkEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := m.DB.Write(ctx, func(tx *store.Tx) error { return tx.Batches().TouchIntake(ctx, batchID) }); err != nil {
				m.Log.Warn("the record does not know that the submission goes on", "batch", batchID, "err", err)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// ignored reports whether a file is litter of an operating system or of an
// editor, which nobody means when they name a folder.
func ignored(name string) bool {
	switch strings.ToLower(name) {
	case ".ds_store", "thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, "._") || strings.HasPrefix(name, "~$")
}

func (in *intake) walk(ctx context.Context, root string) error {
	return walkFiles(ctx, root, in.skip, func(path string) error { return in.add(ctx, path) }, func(path string, err error) {
		in.problems = append(in.problems, problem{path, asUnreadable(err, path)})
	})
}

// walkFiles hands every file below root to file, and what cannot be looked at to
// unread. The folder skip is left out.
func walkFiles(ctx context.Context, root string, skip fs.FileInfo, file func(path string) error, unread func(path string, err error)) error {
	if info, err := os.Stat(root); err == nil && info.IsDir() {
		// A link that is named is meant: walk what it points at.
		if root, err = filepath.EvalSymlinks(root); err != nil {
			return err
		}
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			unread(path, err)
			return nil
		}
		if d.IsDir() {
			if info, err := d.Info(); err == nil && skip != nil && os.SameFile(info, skip) {
				return fs.SkipDir
			}
			return nil
		}
		if path != root && ignored(d.Name()) {
			return nil
		}
		return file(path)
	})
}

// add keeps the bytes of a file and puts it into the group.
func (in *intake) add(ctx context.Context, path string) error {
	doc, err := in.take(ctx, path)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case dossier.CodeOf(err) == dossier.CodeStorage: // not the file's fault: every other would fail too
		return err
	case err != nil:
		in.problems = append(in.problems, problem{path, asUnreadable(err, path)})
	case doc.SHA256 != "":
		in.group = append(in.group, doc)
	}
	if len(in.group)+len(in.problems) >= groupFiles || time.Since(in.since) >= groupWait {
		return in.flush(ctx)
	}
	return nil
}

// take copies a file into the blob store and says what it is. A symbolic link
// to a folder is skipped: the folder is found where it lies, or not meant.
func (in *intake) take(ctx context.Context, path string) (d store.NewDocument, err error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return d, err
	}
	if !info.Mode().IsRegular() {
		return d, dossier.Errorf(dossier.CodeUnreadable, "not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return d, err
	}
	defer f.Close()
	o, err := in.Blobs.AddOriginal(ctx, f)
	if err != nil {
		return d, err
	}
	if want := in.expected[path]; want != "" && want != o.SHA256 {
		return d, dossier.Errorf(dossier.CodeChanged, "its SHA-256 is %s, the manifest says %s", o.SHA256, want).
			WithCure("get the file that the manifest means, or correct the manifest")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return d, err
	}
	d = store.NewDocument{
		ProjectID: in.batch.ProjectID, SHA256: o.SHA256, Size: o.Size,
		Path: strings.ToValidUTF8(abs, "\uFFFD"),
	}
	return d, Describe(ctx, in.Blobs, in.Recipe, &d, in.mode, filepath.Base(path))
}

func asUnreadable(err error, path string) error {
	if e, ok := errors.AsType[*dossier.Error](err); ok {
		return e
	}
	code := dossier.CodeUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		code = dossier.CodeNotFound
	}
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathErr.Err
	}
	return dossier.Errorf(code, "cannot be read: %w", err).About(path).WithCure("check the path and its permissions")
}

// flush registers the group in one transaction. Bytes that somebody removed since
// they were stored, because the last document that had them was deleted, are
// stored again first.
func (in *intake) flush(ctx context.Context) error {
	var members []store.Member
	var going, stored store.Going
	err := errGoing
	for waited := time.Duration(0); errors.Is(err, errGoing); waited += goingWait {
		if len(going) > 0 {
			if err = in.storeAgain(ctx, going, waited); err != nil {
				break
			}
			stored = going
		}
		going, members, err = in.registerGroup(ctx, stored)
	}
	in.group, in.problems, in.since = nil, nil, time.Now()
	if err != nil {
		return err
	}
	if len(members) > 0 {
		news := &queue.News{}
		news.Members(members...)
		if in.unsent {
			news.Recount(in.batch.ID)
		}
		in.unsent = !in.send(ctx, news)
		in.wake()
	}
	return nil
}

// errGoing rolls a registration back whose bytes may be gone.
var errGoing = errors.New("the bytes of a document may be gone")

// A removal takes milliseconds; one whose process died is over after two minutes.
const (
	goingWait  = 200 * time.Millisecond
	goingLimit = store.RemovalSilence + time.Minute
)

// storeAgain waits a moment, and stores the bytes of the group's files again that
// may be gone.
func (in *intake) storeAgain(ctx context.Context, going store.Going, waited time.Duration) error {
	if waited > goingLimit {
		return dossier.Errorf(dossier.CodeStorage, "a deletion that began does not end").About(in.group[0].Path).
			WithCure("`dossier cleanup` completes it; then process the files again")
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(goingWait):
	}
	for _, d := range in.group {
		if _, ok := going[d.SHA256]; !ok {
			continue
		}
		if err := in.copyAgain(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (in *intake) copyAgain(ctx context.Context, d store.NewDocument) error {
	f, err := os.Open(d.Path)
	if err != nil {
		return asUnreadable(err, d.Path)
	}
	defer f.Close()
	o, err := in.Blobs.AddOriginal(ctx, f)
	if err == nil && o.SHA256 != d.SHA256 {
		err = dossier.Errorf(dossier.CodeChanged, "it changed while it was registered").About(d.Path).WithCure("process it again")
	}
	return err
}

// registerGroup registers the group. If its error is errGoing, nothing was
// registered, and going are the originals to be stored again.
func (in *intake) registerGroup(ctx context.Context, stored store.Going) (going store.Going, members []store.Member, err error) {
	err = in.DB.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Batches().KeepOpen(ctx, in.batch.ID); err != nil { // it may have been cancelled meanwhile
			return err
		}
		shas := make([]string, len(in.group))
		for i, d := range in.group {
			shas[i] = d.SHA256
		}
		var err error
		if going, err = tx.Removals().ClaimOriginals(ctx, in.batch.ProjectID, shas, stored); err != nil {
			return err
		}
		if len(going) > 0 {
			return errGoing
		}
		for _, pr := range in.problems {
			if err := tx.Batches().AddProblem(ctx, in.batch.ID, pr.path, pr.cause); err != nil {
				return err
			}
		}
		members, err = Register(ctx, tx, in.batch, in.group)
		return err
	})
	return going, members, err
}
