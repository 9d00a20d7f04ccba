// Command generate writes the example case file:
//
//	go run ./examples/lawsuit/generate -out DIR
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/dossier-legal/dossier/examples/lawsuit"
)

func main() {
	out := flag.String("out", "examples/out", "the folder to write to")
	flag.Parse()
	if err := lawsuit.Write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
	fmt.Println("the example case file is in", *out+"/papers, the truth about it in", *out+"/truth.json")
}
