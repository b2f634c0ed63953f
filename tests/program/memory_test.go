package program

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// body is the body of a request, with a name.
type body struct{ name, text string }

// excessive returns a body just over each limit.
func excessive(t testing.TB) []body {
	limits := graph.DefaultLimits()
	asked := func(query string) string { return testserver.Encode(t, map[string]any{"query": query}) }
	numbered := func(times int, format string) string {
		var all strings.Builder
		for i := range times {
			all.WriteString(strings.ReplaceAll(format, "#", strconv.Itoa(i)))
		}
		return all.String()
	}
	topics := func(fields string) string { return asked("{ topics { nodes { " + fields + "} } }") }
	// fragments returns fragments, each of which spreads the next one, with # as its number.
	fragments := func(times int, spreads string) string {
		var all strings.Builder
		for i := range times {
			fmt.Fprintf(&all, " fragment f%d on Topic { %s }", i, strings.ReplaceAll(spreads, "#", strconv.Itoa(i+1)))
		}
		return fmt.Sprintf("{ topics { nodes { ...f0 } } }%s fragment f%d on Topic { id }", &all, times)
	}
	const page = "articles(first: 100) { nodes { topics { articles(first: 100) { nodes { id } } } } }"
	return []body{
		{"bytes", `{"query":"{ __typename }"` + strings.Repeat(" ", 4<<20) + "}"},
		{"depth of a body", `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", 127) + strings.Repeat("]", 127) + "}}"},
		{"values of a body", `{"query":"{ __typename }","variables":{"a":[0` + strings.Repeat(",0", 200_000) + "]}}"},
		{"tokens", asked("{ " + strings.Repeat("__typename ", limits.Tokens-1) + "}")},
		{"operations", asked(numbered(51, "query q# { __typename } "))},
		{"letters of a name", topics(strings.Repeat("x", 129) + " ")},
		{"depth", asked("{ topics { nodes { " + strings.Repeat("parent { ", limits.Depth-2) + "id" + strings.Repeat(" }", limits.Depth-2) + " } } }")},
		{"fragments in each other", asked(fragments(101, "...f#"))},
		{"fields, fragments unfolded", asked(fragments(11, "...f# ...f#"))},
		{"repeated fields", topics(strings.Repeat("id ", limits.Repeated+2))},
		{"aliases", topics(numbered(limits.Aliases+1, "a#: slug "))},
		{"fields at the root", asked("{ " + numbered(limits.RootFields+1, "a#: topics { totalCount } ") + "}")},
		{"objects", asked("{ " + page + " }")},
		{"values of an answer", asked("{ articles(first: 100) { nodes { related(first: 20) { " + numbered(101, "a#: version ") + "} } } }")},
		{"values of a list", asked("query($a: [ArticleFilter!] = [" + strings.Repeat("{}", limits.List+1) + "]) { articles(filter: {and: $a}) { totalCount } }")},
		{"bytes of a search", asked(`{ topics(search: "` + strings.Repeat("a", 4097) + `") { totalCount } }`)},
	}
}

// large returns a request for as much as the limits allow: 80,000 values in a megabyte.
func large(t testing.TB) string {
	var named strings.Builder
	for i := range 80 {
		fmt.Fprintf(&named, "a%d: names { value language direction } ", i)
	}
	return testserver.Encode(t, map[string]any{"query": "{ countries(first: 100) { nodes { " + named.String() + "} } }"})
}

// laborious returns bodies within the limits, or just over them, that make as much work
// with texts as possible.
func laborious(t testing.TB) []body {
	asked := func(query string) string { return testserver.Encode(t, map[string]any{"query": query}) }
	var many strings.Builder
	for i := range 45 {
		fmt.Fprintf(&many, `a%d: analyzeText(language: "ar", text: $t) { tokens } `, i)
	}
	return []body{
		{"a search of all names", asked(`{ search(query: "` + strings.Repeat("الرييس وبالرئيس محمد علي حسن ", 6) + `") { totalCount edges { score } } }`)},
		{"a text of one name", asked(`{ analyzeText(language: "en", text: "` + strings.Repeat("Iraq ", 39_000) + `") { mentions { entity { __typename } } } }`)},
		{"a text of ambiguous names", asked(`{ analyzeText(language: "en", text: "` + strings.Repeat("Congolese Iraq. ", 12_400) + `") { mentions { start } } }`)},
		{"a text of titles", asked(`{ analyzeText(language: "ar", text: "` + strings.Repeat("الخارجية وزير الخارجية. ", 8_000) + `") { mentions { start } } }`)},
		{"the words of many texts", asked(`query($t: String = "` + strings.Repeat("و ", 99_000) + `") { ` + many.String() + "}")},
	}
}

// tooLong returns bodies with values longer than any valid ones, which should be neither
// read nor repeated at length.
func tooLong(t testing.TB) []body {
	with := func(declared, query, value string) string {
		return testserver.Encode(t, map[string]any{"query": "query($v: " + declared + ") { " + query + " }", "variables": map[string]any{"v": value}})
	}
	digits := strings.Repeat("9", 4000)
	cursor := []byte(`["ARTICLE x",1` + strings.Repeat(",1", 2000) + "]")
	cursor = binary.BigEndian.AppendUint32(cursor, crc32.ChecksumIEEE(cursor))
	return []body{
		{"a language", with("Language!", `country(by: {code: "FR"}) { name(language: $v) }`, "en"+strings.Repeat("-abcdefgh", 400))},
		{"a day", with("Date!", `country(by: {code: "FR"}) { officials(on: $v) { totalCount } }`, digits)},
		{"an instant", with("DateTime!", "articles(filter: {publishedAt: {gt: $v}}) { totalCount }", digits)},
		{"an id", with("ID!", "node(id: $v) { id }", digits)},
		{"a cursor", with("String!", "articles(after: $v) { totalCount }", base64.RawURLEncoding.EncodeToString(cursor))},
		{"a number", testserver.Encode(t, map[string]any{"query": "{ articles(first: " + digits + ") { totalCount } }"})},
		{"the name of an operation", testserver.Encode(t, map[string]any{"query": "{ __typename }", "operationName": strings.Repeat("x", 4000)})},
	}
}

// memoryOfATest is the memory of the program in these tests, in kB.
const memoryOfATest = 512 << 10

// onLittleMemory starts the program with 512 MiB of memory. It needs Linux, where ulimit -d
// bounds the memory of a process and /proc shows its peak, and no race detector, which
// takes more memory.
func onLittleMemory(t *testing.T) *testserver.Process {
	t.Helper()
	if runtime.GOOS != "linux" || testserver.Raced {
		t.Skip("this test needs Linux, and a program without the race detector")
	}
	return testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"), withMemory(memoryOfATest)...)
}

func TestLessMemoryThanNeededEndsTheProgram(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || testserver.Raced {
		t.Skip("this test needs Linux, and a program without the race detector")
	}
	version := testserver.Program(t, "version")
	arguments := append(withMemory(32<<10), version.Args...)
	bounded := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
	bounded.Env = version.Env
	if output, err := bounded.CombinedOutput(); err == nil {
		t.Errorf("with 32 MiB, the program printed %q, want it out of memory, or the bound has no effect", output)
	}
}

// Laborious requests, all at once and each twice, are answered or refused, and the server
// still answers afterwards.
func TestLaboriousRequestsNeedLittleMemory(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	p := onLittleMemory(t)
	var all sync.WaitGroup
	for range 2 {
		for _, b := range laborious(t) {
			all.Go(func() {
				r := p.Send(t, http.MethodPost, "", b.text, testserver.AsJSON)
				if code := r.Code(); r.Status != http.StatusOK && code != "LIMIT_EXCEEDED" && code != "UNAVAILABLE" {
					t.Errorf("%s = %d %.300s, want 200, LIMIT_EXCEEDED or UNAVAILABLE", b.name, r.Status, r.Body)
				}
			})
		}
	}
	all.Wait()
	if r := p.Send(t, http.MethodPost, "", testserver.Encode(t, map[string]any{"query": "{ __typename }"}), testserver.AsJSON); r.Status != http.StatusOK {
		t.Errorf("a request afterwards = %d %.300s, want 200", r.Status, r.Body)
	}
}

// Requests over each limit are refused quickly and in few words, one by one and all at
// once, and several large answers at once fit into memory.
func TestExcessiveRequestsNeedLittleMemory(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	p := onLittleMemory(t)
	refused := func(b body) {
		if r := p.Send(t, http.MethodPost, "", b.text, testserver.AsJSON); r.Code() != "LIMIT_EXCEEDED" {
			t.Errorf("%s = %d %.300s, want LIMIT_EXCEEDED", b.name, r.Status, r.Body)
		}
	}
	// soon fails the test if f takes over a second of processor time. Usually it takes some
	// milliseconds; see BenchmarkRefusals.
	soon := func(b body, f func()) {
		before := worked(t, p)
		f()
		if took := worked(t, p) - before; took > time.Second {
			t.Errorf("%s took %s of processor time, want at most 1s", b.name, took)
		}
	}
	all := excessive(t)
	for _, b := range all {
		soon(b, func() { refused(b) })
	}
	for _, b := range tooLong(t) {
		soon(b, func() {
			r := p.Send(t, http.MethodPost, "", b.text, testserver.AsJSON)
			if code := r.Code(); code != "INVALID" && code != "INVALID_CURSOR" && code != "GRAPHQL_VALIDATION_FAILED" || len(r.Body) > 1000 {
				t.Errorf("%s that is too long = %d %.300s of %d bytes, want a refusal of at most 1000 bytes", b.name, r.Status, r.Body, len(r.Body))
			}
		})
	}
	var together sync.WaitGroup
	for _, b := range all {
		together.Go(func() { refused(b) })
	}
	together.Wait()
	answers := make(chan testserver.Reply, 8)
	for range cap(answers) {
		together.Go(func() { answers <- p.Send(t, http.MethodPost, "", large(t), testserver.AsJSON) })
	}
	together.Wait()
	close(answers)
	served := 0
	for r := range answers {
		if r.Code() == nil {
			served++
		} else if r.Code() != "UNAVAILABLE" {
			t.Errorf("a large answer beside others = %d %.300s, want data or UNAVAILABLE", r.Status, r.Body)
		}
	}
	if served == 0 {
		t.Error("none of the large answers was served")
	}
	createTopic(t, p, "سياسة")
	wantTopic(t, p, "سياسة")
	if had := memory(t, p); had >= memoryOfATest {
		t.Errorf("peak memory = %d kB, want less than %d", had, memoryOfATest)
	} else {
		t.Logf("peak memory = %d MiB", had>>10)
	}
}

// BenchmarkRefusals measures the time of refusals over HTTP. ×plain is the time as a
// multiple of that of { __typename }.
func BenchmarkRefusals(b *testing.B) {
	s := testserver.Start(b)
	for _, e := range excessive(b) {
		b.Run(e.name, func(b *testing.B) {
			var took, plainTook, best time.Duration
			for b.Loop() {
				began := time.Now()
				r := s.Send(b, http.MethodPost, "", e.text, testserver.AsJSON)
				this := time.Since(began)
				b.StopTimer()
				if r.Code() != "LIMIT_EXCEEDED" {
					b.Fatalf("%d %.300s, want LIMIT_EXCEEDED", r.Status, r.Body)
				}
				if took += this; best == 0 || this < best {
					best = this
				}
				began = time.Now()
				s.Send(b, http.MethodPost, "", `{"query":"{ __typename }"}`, testserver.AsJSON)
				plainTook += time.Since(began)
				b.StartTimer()
			}
			b.ReportMetric(float64(best.Microseconds())/1000, "best-ms")
			b.ReportMetric(float64(took)/float64(plainTook), "×plain")
		})
	}
}

// withMemory returns the words to put before a command to bound its memory, in kB.
func withMemory(most int) []string {
	return []string{"sh", "-c", fmt.Sprintf(`ulimit -d %d && exec "$@"`, most), "sh"}
}

// worked returns the processor time that a process has taken.
func worked(t *testing.T, p *testserver.Process) time.Duration {
	t.Helper()
	text := proc(t, p, "stat")
	fields := strings.Fields(text[strings.LastIndex(text, ")")+1:]) // from the third field on; see proc_pid_stat(5)
	total := 0
	for _, ticks := range fields[11:13] { // utime, stime
		n, err := strconv.Atoi(ticks)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	return time.Duration(total) * (time.Second / 100)
}

// memory returns the peak memory of a process so far, in kB.
func memory(t *testing.T, p *testserver.Process) int {
	t.Helper()
	_, after, _ := strings.Cut(proc(t, p, "status"), "VmHWM:")
	most, err := strconv.Atoi(strings.Fields(after + " -")[0])
	if err != nil {
		t.Fatal(err)
	}
	return most
}

func proc(t *testing.T, p *testserver.Process, name string) string {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", p.Command.Process.Pid, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
