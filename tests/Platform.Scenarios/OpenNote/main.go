// Opens a signed note with the implementation that Go's own checksum database uses: key and note are files.
package main

import (
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	key, err := os.ReadFile(os.Args[1])
	check(err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	check(err)
	text, err := os.ReadFile(os.Args[2])
	check(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	fmt.Print(opened.Text)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
