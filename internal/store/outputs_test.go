package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/store"
)

func openOutputs(t *testing.T, path string) *store.Outputs {
	t.Helper()
	o := store.NewOutputs(path)
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func outputKey(n int) store.OutputKey {
	return store.OutputKey{Stage: "ocr", Version: "7", SHA256: fmt.Sprintf("%064x", n)}
}

// Several processes write, read and delete in one file at a time.
func TestOutputsOfSeveralProcesses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outputs.db")
	const processes, each = 4, 12
	var all sync.WaitGroup
	for p := range processes {
		o := openOutputs(t, path)
		all.Go(func() {
			for i := range each {
				key, data := outputKey(p*each+i), fmt.Append(nil, "output ", p*each+i)
				err := errors.Join(o.Put(t.Context(), key, []byte("older and longer")), o.Put(t.Context(), key, data))
				got, ok, getErr := o.Get(t.Context(), key)
				if err = errors.Join(err, getErr); err != nil || !ok || !bytes.Equal(got, data) {
					t.Errorf("%d: %q, %v, %v", i, got, ok, err)
				}
				if i%2 == 0 {
					continue
				}
				if err := errors.Join(o.Delete(t.Context(), key), o.Delete(t.Context(), key)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	other := store.OutputKey{Stage: "chunking", Version: "7", SHA256: outputKey(0).SHA256}
	o := openOutputs(t, path)
	if _, ok, err := o.Get(t.Context(), other); ok || err != nil {
		t.Errorf("the output of another stage: %v, %v", ok, err)
	}
	listed := map[store.OutputKey]bool{}
	if err := o.List(t.Context(), func(i store.OutputInfo) error {
		listed[i.Key] = i.Size > 0 && !i.Written.IsZero()
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for n := range processes * each {
		if kept := n%each%2 == 0; listed[outputKey(n)] != kept {
			t.Errorf("output %d: listed %v, want %v", n, !kept, kept)
		}
	}
	stop := errors.New("stop")
	if err := o.List(t.Context(), func(store.OutputInfo) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("a listing that is stopped: %v", err)
	}
}

// What is deleted leaves the file: neither its bytes nor its space stay.
func TestDeletedOutputsLeaveTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outputs.db")
	o := store.NewOutputs(path)
	secret := strings.Repeat("attorney-client privilege ", 100)
	for n := range 100 {
		if err := o.Put(t.Context(), outputKey(n), []byte(secret)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 100 {
		if err := o.Delete(t.Context(), outputKey(n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(file) > 64<<10 || bytes.Contains(file, []byte("privilege")) {
		t.Errorf("%d bytes, with the text: %v", len(file), bytes.Contains(file, []byte("privilege")))
	}
}

// An output that was made when its process is told to stop is kept.
func TestOutputsAreKeptAtTheEnd(t *testing.T) {
	t.Parallel()
	o := openOutputs(t, filepath.Join(t.TempDir(), "outputs.db"))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := o.Put(ended, outputKey(1), []byte("paid for")); err != nil {
		t.Fatal(err)
	}
	if data, ok, err := o.Get(t.Context(), outputKey(1)); string(data) != "paid for" || !ok || err != nil {
		t.Errorf("%q, %v, %v", data, ok, err)
	}
}

// A file that is damaged is an error that says how to go on.
func TestDamagedOutputs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "outputs.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := openOutputs(t, path).Get(t.Context(), outputKey(1))
	var own *dossier.Error
	if !errors.As(err, &own) || own.Code != dossier.CodeStorage || own.Cure == "" {
		t.Errorf("%v", err)
	}
}
