package program

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// readiness asks /readyz.
func readiness(t testing.TB, s *testserver.Server, asked string) (status int, state struct {
	Read, Write bool
	Reason      string
},
) {
	t.Helper()
	response, err := http.Get(s.URL + "/readyz" + asked)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil {
		err = json.Unmarshal(body, &state)
	}
	if err != nil {
		t.Fatalf("/readyz = %d %q: %v", response.StatusCode, body, err)
	}
	return response.StatusCode, state
}

// wantNoWrites fails the test unless a mutation is UNAVAILABLE for this reason, which /readyz
// gives as well.
func wantNoWrites(t *testing.T, s *testserver.Server, as header, slug, reason string) {
	t.Helper()
	code, message := s.Refused(t, testserver.WriteTopic, variables{"slug": slug}, as)
	if code != "UNAVAILABLE" || !strings.Contains(message, reason) || !strings.Contains(message, "nothing was written") {
		t.Errorf("a mutation = %s %s, want UNAVAILABLE: %s; nothing was written", code, message, reason)
	}
	status, state := readiness(t, s, "?for=write")
	if status != http.StatusServiceUnavailable || state.Write || !strings.Contains(state.Reason, reason) {
		t.Errorf("/readyz?for=write = %d %+v, want 503 because %s", status, state, reason)
	}
}

// A file that is gone, or in whose place another is, takes no more writes, and none is
// acknowledged into it.
func TestNothingIsWrittenIntoAFileThatIsGone(t *testing.T) {
	t.Parallel()
	testserver.SQLiteOnly(t)
	for name, lose := range map[string]func(path string) error{
		"removed": os.Remove,
		"moved":   func(path string) error { return os.Rename(path, path+"-old") },
		"replaced": func(path string) error {
			content, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path+"-new", content, 0o600)
			}
			if err == nil {
				err = os.Rename(path+"-new", path)
			}
			return err
		},
		"its folder moved": func(path string) error { return os.Rename(filepath.Dir(path), filepath.Dir(path)+"-old") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &testserver.Log{}
			folder := filepath.Join(t.TempDir(), "folder")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(folder, "diwan.db")
			s := testserver.Start(t, func(c *app.Config) { c.Database, c.Log = path, log.Logger() })
			testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "before"}, testserver.AsAdmin)
			if status, state := readiness(t, s, "?for=write"); status != http.StatusOK || !state.Read || !state.Write || state.Reason != "" {
				t.Errorf("/readyz?for=write = %d %+v, want 200", status, state)
			}
			if err := lose(path); err != nil {
				t.Fatal(err)
			}
			wantNoWrites(t, s, testserver.AsAdmin, "after", "the file of the database is gone, or another is in its place")
			testserver.Until(t, "the line of the log", func() bool { return len(log.Lines("level=ERROR", `msg="this server writes no more"`)) > 0 })
			if told := log.Lines("internal error"); len(told) > 0 {
				t.Errorf("log = %s, want no internal error", told)
			}
			if told := log.Lines("level=WARN", "requestId=", "the database does not answer"); len(told) != 1 {
				t.Errorf("log = %s, want one line about the mutation", log)
			}
		})
	}
}

// Without its log, a file is not whole.
func TestNothingIsWrittenIntoALogThatIsGone(t *testing.T) {
	t.Parallel()
	testserver.SQLiteOnly(t)
	s := testserver.Start(t)
	testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "before"}, testserver.AsAdmin)
	if err := os.Remove(string(s.Database) + "-wal"); err != nil {
		t.Fatal(err)
	}
	if code, message := s.Refused(t, testserver.WriteTopic, variables{"slug": "after"}, testserver.AsAdmin); code != "UNAVAILABLE" || !strings.Contains(message, "is gone") {
		t.Errorf("a mutation = %s %s, want UNAVAILABLE", code, message)
	}
	if status, _ := readiness(t, s, "?for=write"); status != http.StatusServiceUnavailable {
		t.Errorf("/readyz?for=write = %d, want 503", status)
	}
}

// A disk that is full takes no writes, and all goes on once there is room.
func TestAFullDiskIsUnavailable(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	testserver.SQLiteOnly(t)
	disk := t.TempDir()
	if err := exec.CommandContext(t.Context(), "unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=8m", "none", disk).Run(); err != nil {
		t.Skipf("this system lets nobody mount a small disk: %v", err)
	}
	p := testserver.Launch(t, filepath.Join(disk, "diwan.db"), "unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=8m none "$0" && exec "$@"`, disk)
	as := header{"Authorization", "Bearer " + p.Token}
	testserver.Ask[any](t, &p.Server, testserver.WriteTopic, variables{"slug": "before"}, as)

	inside := filepath.Join("/proc", fmt.Sprint(p.Command.Process.Pid), "root", disk, "other")
	filler, err := os.Create(inside)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = filler.Write(make([]byte, 4096))
	}
	_ = filler.Close()
	written := 0
	for ; written < 10_000; written++ { // the log of the database has room left
		a := p.Post(t, testserver.WriteTopic, variables{"slug": fmt.Sprint("during-", written)}, as)
		if len(a.Errors) > 0 {
			break
		}
	}
	wantNoWrites(t, &p.Server, as, "full", "the database is out of room")
	testserver.Ask[any](t, &p.Server, `{ country(by: {code: "IQ"}) { name } topics { nodes { slug } } }`, nil) // reads go on
	if err := os.Remove(inside); err != nil {
		t.Fatal(err)
	}
	testserver.Ask[any](t, &p.Server, testserver.WriteTopic, variables{"slug": "after"}, as)
	if status, state := readiness(t, &p.Server, "?for=write"); status != http.StatusOK {
		t.Errorf("/readyz?for=write = %d %+v, want 200 once there is room", status, state)
	}
	topics := testserver.Ask[struct{ Topics struct{ TotalCount int } }](t, &p.Server, `{ topics { totalCount } }`, nil).Topics.TotalCount
	if topics != written+2 {
		t.Errorf("%d topics, want the %d that were acknowledged", topics, written+2)
	}
	if strings.Contains(p.Output.String(), "internal error") {
		t.Errorf("log = %s, want no internal error", &p.Output)
	}
}

// A server that finds the tables of a newer one writes no more, and is not ready.
func TestAnOlderServerStopsWriting(t *testing.T) {
	t.Parallel()
	log := &testserver.Log{}
	s := testserver.Start(t, func(c *app.Config) { c.Log = log.Logger() })
	testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "before"}, testserver.AsAdmin)
	topic := testserver.Ask[struct{ Topic testserver.Node }](t, s, `{ topic(by: {slug: "before"}) { id } }`, nil).Topic.ID
	s.Database.Exec(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)")
	wantNoWrites(t, s, testserver.AsAdmin, "after", "a newer diwan has migrated the database, and this server writes no more")
	if code, _ := s.Refused(t, `mutation($id: ID!) { deleteTopic(id: $id) { deletedId } }`, variables{"id": topic}, testserver.AsAdmin); code != "UNAVAILABLE" {
		t.Errorf("a deletion = %s, want UNAVAILABLE", code)
	}
	if status, state := readiness(t, s, ""); status != http.StatusServiceUnavailable || state.Read {
		t.Errorf("/readyz = %d %+v, want 503", status, state)
	}
	testserver.Until(t, "the line of the log", func() bool { return len(log.Lines("level=ERROR", `msg="this server writes no more"`)) == 1 })
	if got := s.Database.Rows(t, "SELECT slug FROM topics"); len(got) != 1 || got[0] != "before" {
		t.Errorf("topics = %v, want the one from before", got)
	}
	s.Database.Exec(t, "DELETE FROM goose_db_version WHERE version_id = 99999") // a backup was restored
	testserver.Ask[any](t, s, testserver.WriteTopic, variables{"slug": "again"}, testserver.AsAdmin)
}
