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
	m, err := firstNames(men)
	if err != nil {
		return nil, err
	}
	f, err := firstNames(women)
	if err != nil {
		return nil, err
	}
	return append(onlyIn(m, f, "m"), onlyIn(f, m, "f")...), nil
}

// firstNames reads a list of names, in lower case.
func firstNames(file string) (names []string, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(strings.ToLower(string(b))), &names); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return names, nil
}

// onlyIn lists those of the names that are not among others, with the gender.
func onlyIn(names, others []string, gender string) []string {
	var list []string
	for _, name := range names {
		if !slices.Contains(others, name) {
			list = append(list, name+"\t"+gender)
		}
	}
	return list
}
