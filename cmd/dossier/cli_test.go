package main

import (
	"errors"
	"fmt"
	"testing"
)

// TestAlone tells an outcome that was reported in full from one that came with
// another error.
func TestAlone(t *testing.T) {
	partly := failure(exitPartly)
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{partly, true},
		{fmt.Errorf("command: %w", partly), true},
		{errors.Join(partly, nil), true},
		{errors.Join(partly, errors.New("the disk is full")), false},
		{errors.New("exit code 3"), false},
	} {
		if f, ok := alone(tt.err); ok != tt.want || ok && f != partly {
			t.Errorf("%q: %v, %v", tt.err, f, ok)
		}
	}
}
