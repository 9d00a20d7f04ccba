// Package build names the build of this program, so that workers of two builds can
// be told apart.
package build

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"
)

// Name is the version of this program; see nameOf.
var Name = sync.OnceValue(func() string {
	info, _ := debug.ReadBuildInfo()
	return nameOf(info, executableHash)
})

// At is when the revision of this program was committed, or now if that is
// unknown.
func At() time.Time {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if t, err := time.Parse(time.RFC3339, s.Value); s.Key == "vcs.time" && err == nil {
				return t
			}
		}
	}
	return time.Now()
}

// nameOf names a build so that two that differ have two names: by the revision
// it was built from, or the version of a released module. A tree with changes
// that were not committed, and one without a revision, have no name; there the
// hash of the executable tells builds apart.
func nameOf(info *debug.BuildInfo, hash func() string) string {
	var revision, version string
	modified := false
	if info != nil {
		version = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value[:min(12, len(s.Value))]
			case "vcs.modified":
				modified = s.Value == "true"
			}
		}
	}
	switch {
	case revision != "" && modified:
		return revision + "+dirty." + hash()
	case revision != "":
		return revision
	case version != "" && version != "(devel)":
		return version
	}
	return "devel." + hash()
}

// executableHash is the beginning of the SHA-256 of this program's file.
func executableHash() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
