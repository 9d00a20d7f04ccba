package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// genders lists the first names that are in one of two files only, with "m" for
// the first and "f" for the second.
func genders(men, women string) ([]string, error) {
	var m, f []string
	for file, into := range map[string]*[]string{men: &m, women: &f} {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(strings.ToLower(string(b))), into); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	var list []string
	for _, name := range m {
		if !slices.Contains(f, name) {
			list = append(list, name+"\tm")
		}
	}
	for _, name := range f {
		if !slices.Contains(m, name) {
			list = append(list, name+"\tf")
		}
	}
	return list, nil
}
