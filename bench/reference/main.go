// Command reference writes the reference newsroom in Diwan's import format.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/diwan-cms/diwan/bench/newsroom"
)

func main() {
	articles := flag.Int("articles", 100_000, "how many articles")
	countries := flag.String("countries", "../internal/content/countries.json", "Diwan's list of countries")
	out := flag.String("out", "-", "the file to write; - is the standard output")
	flag.Parse()
	if err := write(*articles, *countries, *out); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func write(articles int, list, out string) error {
	countries, err := newsroom.ReadCountries(list)
	if err != nil {
		return err
	}
	var to io.WriteCloser = os.Stdout
	if out != "-" {
		if to, err = os.Create(out); err != nil {
			return err
		}
	}
	if err := newsroom.New(articles, countries).Write(to); err != nil {
		return err
	}
	return to.Close()
}
