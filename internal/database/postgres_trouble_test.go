package database

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	reported := func(code string) error {
		return fmt.Errorf("migrate: %w", &pgconn.PgError{Severity: "FATAL", Message: "no", Code: code})
	}
	with, without := func(err error) error { return notLetIn(err, true) }, func(err error) error { return notLetIn(err, false) }
	for _, c := range []struct {
		name    string
		explain func(error) error
		code    string
		want    string
	}{
		{"no password", without, "28P01", "none was given; set PGPASSWORD, or write it into ~/.pgpass: "},
		{"a wrong password", with, "28P01", "the server refuses the user or the password; check both"},
		{"no rights and no password", without, "28000", "the server refuses the user or the password; check both"},
		{"a pooler", with, "08P01", "through a pooler in session mode"},
		{"an unknown database", Explained, "3D000", "make it with CREATE DATABASE"},
		{"no tables to make", Explained, "42501", "the user may not make tables; GRANT CREATE"},
		{"no tables to read", ExplainedRead, "42501", "the user may not read all tables; GRANT SELECT"},
		{"something else to read", ExplainedRead, "08P01", "through a pooler in session mode"},
	} {
		err := c.explain(reported(c.code))
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "(SQLSTATE "+c.code+")") || strings.Contains(err.Error(), "--") {
			t.Errorf("%s: %v, want %q, and no flag", c.name, err, c.want)
		}
		for _, again := range []func(error) error{Explained, ExplainedRead} { // on its way up
			if twice := again(fmt.Errorf("up: %w", err)); twice.Error() != "up: "+err.Error() {
				t.Errorf("%s, Explained twice: %v", c.name, twice)
			}
		}
	}
	if Explained(nil) != nil || ExplainedRead(nil) != nil {
		t.Error("what went well is Explained")
	}
}

// With sslmode=prefer the driver tries each address twice.
func TestErrorsInOneLine(t *testing.T) {
	t.Parallel()
	err := inOneLine(errors.New("failed to connect:\n\t127.0.0.1:1 (x): refused\n\t[::1]:1 (x): refused\n\t127.0.0.1:1 (x): refused\n"))
	if want := "failed to connect: 127.0.0.1:1 (x): refused [::1]:1 (x): refused"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}
