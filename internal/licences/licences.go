// Package licences holds the licence texts of the modules that are compiled into
// the program. The file modules.txt is generated; a test of the generator compares
// it with what go list reports. The data in the program is described by the file
// NOTICE at the root.
package licences

import _ "embed"

//go:generate go run ./generate

//go:embed modules.txt
var modules string

// Modules returns the licence texts of all modules in the program and of Go's
// standard library. Each text follows the list of the files that contain it.
func Modules() string { return modules }
