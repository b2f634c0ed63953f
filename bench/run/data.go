package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// made is what is kept between runs, and how long it took to make.
type made struct {
	Import      float64 `json:"import"`      // seconds that diwan import took
	Handwritten float64 `json:"handwritten"` // seconds for the same rows by hand
	diwan       string
	plain       string
	repeated    string
	handwritten string // the program
	binaries    binaries
}

// prepare builds the programs and makes the databases that are missing.
func (o options) prepare() (*made, error) {
	if err := os.MkdirAll(o.data, 0o755); err != nil {
		return nil, err
	}
	data, err := filepath.Abs(o.data)
	if err != nil {
		return nil, err
	}
	at := func(format string) string { return filepath.Join(data, fmt.Sprintf(format, o.articles)) }
	m := &made{
		diwan: at("diwan-%d.db"), plain: at("handwritten-%d.db"), repeated: at("handwritten-repeated-%d.db"),
		handwritten: filepath.Join(data, "handwritten"), binaries: o.binaries,
	}
	if err := o.build(m, data); err != nil {
		return nil, err
	}
	if o.database == "postgres" {
		return m, o.fillPostgres(m)
	}
	times := at("times-%d.json")
	if text, err := os.ReadFile(times); err == nil {
		if err := json.Unmarshal(text, m); err != nil {
			return nil, err
		}
	}
	steps := []struct {
		file string
		took *float64
		make func(file string) error
	}{
		{at("reference-%d.ndjson"), new(float64), func(file string) error {
			return run(os.Stderr, filepath.Join(data, "reference"), "-articles", strconv.Itoa(o.articles), "-countries", o.countries(), "-out", file)
		}},
		{m.diwan, &m.Import, func(file string) error {
			return run(os.Stderr, m.binaries[0].path, "import", "--database", file, at("reference-%d.ndjson"))
		}},
		{m.repeated, &m.Handwritten, func(file string) error { return o.fillSQLite(m, file, "-repeated") }},
		{m.plain, new(float64), func(file string) error { return o.fillSQLite(m, file) }},
	}
	for _, step := range steps {
		if err := missing(step.file, step.took, step.make); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return m, os.WriteFile(times, text, 0o644)
}

// missing makes a file that is not there. It appears under its name once it is whole.
func missing(file string, took *float64, fill func(file string) error) error {
	if _, err := os.Stat(file); err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	part := file + ".part"
	remove(part) // of a run that was interrupted
	fmt.Fprintf(os.Stderr, "making %s\n", file)
	began := time.Now()
	if err := fill(part); err != nil {
		return err
	}
	*took = time.Since(began).Seconds()
	return os.Rename(part, file)
}

func (o options) countries() string {
	path, _ := filepath.Abs(filepath.Join(o.root, "internal", "content", "countries.json")) // it was read before
	return path
}

func (o options) fillSQLite(m *made, file string, flags ...string) error {
	args := append([]string{m.handwritten, "-database", file, "-fill", strconv.Itoa(o.articles), "-countries", o.countries()}, flags...)
	return run(os.Stderr, args...)
}

// build builds the programs. They are built with the flags of the environment, which
// make sets.
func (o options) build(m *made, data string) error {
	for _, program := range []string{"reference", "handwritten"} {
		if err := run(os.Stderr, "go", "build", "-C", filepath.Join(o.root, "bench"), "-o", filepath.Join(data, program), "./"+program); err != nil {
			return err
		}
	}
	if len(m.binaries) > 0 {
		return nil
	}
	path := filepath.Join(data, "diwan")
	m.binaries = binaries{{"diwan", path}}
	return run(os.Stderr, "go", "build", "-C", o.root, "-tags=sqlite_fts5", "-buildvcs=false", "-o", path, ".")
}
