package databases

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/tests/testserver"
)

// No command prints the password of its URL, even if the URL is malformed.
func TestPasswordsAreNotShown(t *testing.T) {
	t.Parallel()
	n := newWire(t)
	server, err := url.Parse(n.dsn)
	if err != nil {
		t.Fatal(err)
	}
	at := n.address + server.Path
	user := n.role("Right1Word")
	const secret = "hunter2"
	cases := map[string]string{
		"in front":                 "postgres://diwan:" + secret + "@" + at + "?sslmode=disable",
		"another scheme":           "POSTGRESQL://diwan:" + secret + "@" + at + "?sslmode=disable",
		"another database's":       "mysql://diwan:" + secret + "@" + at,
		"with an escape":           "postgres://diwan:%40" + secret + "%2F@" + at + "?sslmode=disable",
		"with half an escape":      "postgres://diwan:" + secret + "%4@" + at,
		"with no escape":           "postgres://diwan:%zz" + secret + "@" + at,
		"with an @":                "postgres://diwan:x@" + secret + "@" + at,
		"with a slash":             "postgres://diwan:x/" + secret + "@" + at,
		"with digits and a slash":  "postgres://diwan:12/" + secret + "@" + at,
		"with a question mark":     "postgres://diwan:12?" + secret + "@" + at,
		"with a hash":              "postgres://diwan:12#" + secret + "@" + at,
		"with a space":             "postgres://diwan:12 " + secret + "@" + at,
		"with a bracket":           "postgres://diwan:[" + secret + "@" + at,
		"with a colon":             "postgres://diwan:1:" + secret + "@" + at,
		"as an option":             "postgres://diwan@" + at + "?sslmode=disable&password=" + secret,
		"as an option, escaped":    "postgres://diwan@" + at + "?sslmode=disable&pass%77ord=" + secret,
		"of a key":                 "postgres://diwan@" + at + "?sslmode=disable&sslpassword=" + secret,
		"of a key that is none":    "postgres://diwan@" + at + "?sslmode=require&sslcert=/no/cert&sslkey=/no/key&sslpassword=" + secret,
		"without a host":           "postgres://diwan:" + secret + "@/diwan?sslmode=disable&connect_timeout=1&port=1",
		"where the host is left":   "postgres://diwan:" + secret,
		"with a wrong port":        "postgres://diwan:" + secret + "@127.0.0.1:99999/diwan",
		"with a port of letters":   "postgres://diwan:" + secret + "@127.0.0.1:port/diwan",
		"with an unknown option":   "postgres://diwan:" + secret + "@" + at + "?sslmode=disable&no_such_option=1",
		"with a wrong sslmode":     "postgres://diwan:" + secret + "@" + at + "?sslmode=perhaps",
		"with a wrong pool":        "postgres://diwan:" + secret + "@" + at + "?pool_max_conns=many",
		"with a wrong time":        "postgres://diwan:" + secret + "@" + at + "?statement_timeout=later",
		"with half an option":      "postgres://diwan:" + secret + "@" + at + "?sslmode=%4",
		"where nobody listens":     "postgres://diwan:" + secret + "@127.0.0.1:1/diwan?sslmode=disable",
		"of a database that's not": "postgres://diwan:" + secret + "@" + n.address + "/no_such_database?sslmode=disable",
		"that is wrong":            "postgres://" + user + ":" + secret + "@" + at + "?sslmode=disable",
	}
	for name, dsn := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, args := range [][]string{{"serve", "--listen=127.0.0.1:0", "--demo=false"}, {"migrate"}, {"migrate", "--dry-run"}, {"export"}} {
				ctx, stop := context.WithTimeout(t.Context(), 1500*time.Millisecond) // ends the commands that serve
				status, out, errs := testserver.CommandContext(ctx, "", append(args, "--log-level=debug", "--log-format=text", "--database-wait=0", "--database", dsn)...)
				stop()
				for _, hidden := range []string{"hunter", "%4", "%zz"} {
					if strings.Contains(out, "hunter") || strings.Contains(errs, hidden) {
						t.Errorf("diwan %s on %s = %d, %s%s, want no password in the output", args, dsn, status, out, errs)
					}
				}
				if last := errs[strings.LastIndex(strings.TrimSuffix(errs, "\n"), "\n")+1:]; status == 1 && !strings.HasPrefix(last, "diwan: ") {
					t.Errorf("diwan %s on %s ended with %q, want a line that begins with \"diwan: \"", args, dsn, last)
				}
			}
		})
	}
	t.Run("that is wrong, where the server asks", func(t *testing.T) {
		t.Parallel()
		status, _, errs := testserver.Command("", "migrate", "--database-wait=1m", "--database", cases["that is wrong"])
		if !bytes.Contains([]byte(errs), []byte("28P01")) && status == 1 && strings.Contains(errs, "; GRANT ") {
			t.Skip("this server lets everyone in")
		}
		if status != 1 || !strings.Contains(errs, "password") || strings.Contains(errs, "trying again") {
			t.Errorf("diwan migrate = %d, %s, want the password refused at once", status, errs)
		}
	})
}
