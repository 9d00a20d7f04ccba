package batch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/extract"
)

// manifestVersion is the version of manifests that this program reads.
const manifestVersion = 1

// manifest is a batch as a file: what to do, and with which documents.
type manifest struct {
	Version   int              `json:"version"`
	Project   string           `json:"project"`
	Name      string           `json:"name"`
	Priority  dossier.Priority `json:"priority"`
	Deadline  time.Time        `json:"deadline"`
	OCR       extract.OCRMode  `json:"ocr"`
	Documents []struct {
		Path   string `json:"path"`   // relative to the manifest
		SHA256 string `json:"sha256"` // hex; checked if it is given
	} `json:"documents"`
}

// ReadManifest reads the request that a manifest describes. ok is false if the
// file is JSON of another kind: without a version it is a paper like others. A
// field that is not known is refused by its name.
func ReadManifest(path string) (r Request, ok bool, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return r, false, asUnreadable(err, path)
	}
	var probe struct {
		Version   *int             `json:"version"`
		Documents *json.RawMessage `json:"documents"`
	}
	if json.Unmarshal(data, &probe) != nil || probe.Version == nil || probe.Documents == nil {
		return r, false, nil
	}
	refuse := func(cure, format string, args ...any) (Request, bool, error) {
		return Request{}, true, dossier.Errorf(dossier.CodeInvalidInput, format, args...).About(path).WithCure(cure)
	}
	m := manifest{Project: "default", Priority: dossier.PriorityNormal, OCR: extract.OCRAuto}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return refuse("the fields are version, project, name, priority, deadline, ocr, documents[path, sha256]", "%w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return refuse("a manifest is one JSON object", "something follows the manifest")
	}
	switch {
	case m.Version != manifestVersion:
		return refuse("write version 1", "manifests of version %d cannot be read", m.Version)
	case m.Priority != dossier.PriorityHigh && m.Priority != dossier.PriorityNormal && m.Priority != dossier.PriorityLow:
		return refuse("write high, normal or low", "priority: there is no priority %q", m.Priority)
	case m.OCR != extract.OCRAuto && m.OCR != extract.OCROff && m.OCR != extract.OCRForce:
		return refuse("write auto, off or force", "ocr: there is no mode %q", m.OCR)
	case len(m.Documents) == 0:
		return refuse("list what the batch is to read", "documents: there are none")
	}
	r = Request{
		Project: m.Project, Name: m.Name, Priority: m.Priority, Deadline: m.Deadline, OCR: m.OCR,
		Expected: map[string]string{},
	}
	for i, d := range m.Documents {
		if d.Path == "" {
			return refuse("name the file", "documents[%d].path is empty", i)
		}
		file := d.Path
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(path), file)
		}
		if _, seen := r.Expected[file]; seen {
			return refuse("list every file once", "documents[%d].path: %s is listed twice", i, d.Path)
		}
		r.Expected[file] = d.SHA256
		r.Paths = append(r.Paths, file)
	}
	return r, true, nil
}
