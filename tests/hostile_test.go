package tests

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

	"github.com/diwan-cms/diwan/tests/testserver"
)

// attack is a request that asks for too much.
type attack struct{ name, body string }

// attacks are some of each kind, small ones and ones as large as a body may be.
func attacks(t testing.TB) []attack {
	const whole = 4 << 20
	asked := func(query string) string { return testserver.Encode(t, map[string]any{"query": query}) }
	numbered := func(times int, format string) string {
		var all strings.Builder
		for i := range times {
			all.WriteString(strings.ReplaceAll(format, "#", strconv.Itoa(i)))
		}
		return all.String()
	}
	nested := func(levels int) string {
		return asked("{ topics { nodes { " + strings.Repeat("parent { ", levels) + "id" + strings.Repeat(" }", levels) + " } } }")
	}
	topics := func(fields string) string { return asked("{ topics { nodes { " + fields + "} } }") }
	// fragments spread the next one each: # is its number.
	fragments := func(times int, spreads string) string {
		var all strings.Builder
		for i := range times {
			fmt.Fprintf(&all, " fragment f%d on Topic { %s }", i, strings.ReplaceAll(spreads, "#", strconv.Itoa(i+1)))
		}
		return fmt.Sprintf("{ topics { nodes { ...f0 } } }%s fragment f%d on Topic { id }", &all, times)
	}
	const page = "articles(first: 100) { nodes { topics { articles(first: 100) { nodes { countries { articles(first: 100) { nodes { id } } } } } } } }"
	return []attack{
		{"one wrong text in many operations", asked(`fragment f on Query { articles(first: "` + strings.Repeat("z", 3<<20) + `") { totalCount } }` + numbered(3000, " query q# { ...f }"))},
		{"fragments in many operations", asked(numbered(900, "query q# { topics { nodes { ...f } } } ") + "fragment f on Topic { " + strings.Repeat("id ", 300) + "}")},
		{"JSON-LD, aliased", asked("{ articles(first: 100) { nodes { related(first: 20) { related(first: 5) { " + numbered(190, "a#: jsonLd ") + "} } } } }")},
		{"long aliases", asked("{ articles(first: 100) { nodes { related(first: 20) { related(first: 5) { " + numbered(190, strings.Repeat("x", 110)+"#: version ") + "} } } } }")},
		{"names, aliased", asked("{ countries(first: 100) { nodes { " + numbered(190, "a#: names { value language direction isFallback } ") + "} } }")},
		{"lists in place of variables", asked("query a($a: [ArticleFilter!] = [" + strings.Repeat("{}", 4000) + "]) { articles(filter: {and: $a}) { totalCount } } query b { __typename }")},
		{"a long search", asked(`{ topics(search: "` + strings.Repeat("a ", whole/2-200) + `") { totalCount } }`)},
		{"nested", nested(150)},
		{"nested, as deep as is parsed", nested(990)},
		{"nested, a whole body", asked(strings.Repeat("{a", whole/2-100))},
		{"nested lists, a whole body", asked("{ a(b: " + strings.Repeat("[", whole-100))},
		{"aliased", topics(numbered(250, "a#: slug "))},
		{"aliased, as often as is parsed", topics(numbered(6600, "a#: slug "))},
		{"aliased, a whole body", topics(numbered(270_000, "a#: slug "))},
		{"aliased at the root", asked("{ " + numbered(100, "a#: topics { totalCount } ") + "}")},
		{"repeated", topics(strings.Repeat("id ", 1990))},
		{"repeated, as often as is parsed", topics(strings.Repeat("id ", 19_900))},
		{"repeated, a whole body", topics(strings.Repeat("id ", whole/3-100))},
		{"repeated by fragments", asked("{ topics { nodes { " + strings.Repeat("...f ", 300) + "} } } fragment f on Topic { id slug names { value } }")},
		{"multiplied", asked("{ " + page + " }")},
		{"multiplied, 45 times", asked("{ " + numbered(45, "a#: "+page) + " }")},
		{"multiplied, a whole body", asked("{ " + page + strings.Repeat(" ", whole-200) + " }")},
		{"fragments that double", asked(fragments(30, "...f# ...f#"))},
		{"fragments that double, as many as are parsed", asked(fragments(1200, "id slug ...f# ...f#"))},
		{"fragments that double, a whole body", asked(fragments(80_000, "...f# ...f#"))},
		{"fragments in a row", asked(fragments(1900, "...f#"))},
		{"fragments in a circle", asked(strings.Replace(fragments(1900, "...f#"), "{ id }", "{ ...f0 }", 1))},
		{"a long name", topics(strings.Repeat("x", whole-200))},
		{"many long names", topics(numbered(1900, strings.Repeat("x", 2000)+"# "))},
		{"comments, a whole body", asked(strings.Repeat("#\n", whole/3-100) + "{ __typename }")},
		{"lists in variables, a whole body", `{"query":"{ __typename }","variables":{"a":` + strings.Repeat("[", whole-100) + `}}`},
		{"values in variables, a whole body", `{"query":"{ __typename }","variables":{"a":[0` + strings.Repeat(",0", whole/2-100) + `]}}`},
		{"values in variables, as many as are read", `{"query":"query($a: [ID!]!) { nodes(ids: $a) { id } }","variables":{"a":[""` + strings.Repeat(`,""`, 199_900) + `]}}`},
	}
}

// large asks for as much as one may, 80,000 values in a megabyte.
func large(t testing.TB) string {
	var named strings.Builder
	for i := range 80 {
		fmt.Fprintf(&named, "a%d: names { value language direction } ", i)
	}
	return testserver.Encode(t, map[string]any{"query": "{ countries(first: 100) { nodes { " + named.String() + "} } }"})
}

// laborious are requests that are within the limits, or just beyond, and ask for
// as much work with texts as they can.
func laborious(t testing.TB) []attack {
	asked := func(query string) string { return testserver.Encode(t, map[string]any{"query": query}) }
	var many strings.Builder
	for i := range 45 {
		fmt.Fprintf(&many, `a%d: analyzeText(language: "ar", text: $t) { tokens } `, i)
	}
	return []attack{
		{"a search of all names", asked(`{ search(query: "` + strings.Repeat("الرييس وبالرئيس محمد علي حسن ", 6) + `") { totalCount edges { score } } }`)},
		{"a text of one name", asked(`{ analyzeText(language: "en", text: "` + strings.Repeat("Iraq ", 39_000) + `") { mentions { entity { __typename } } } }`)},
		{"a text of ambiguous names", asked(`{ analyzeText(language: "en", text: "` + strings.Repeat("Congolese Iraq. ", 12_400) + `") { mentions { start } } }`)},
		{"a text of titles", asked(`{ analyzeText(language: "ar", text: "` + strings.Repeat("الخارجية وزير الخارجية. ", 8_000) + `") { mentions { start } } }`)},
		{"a text of one letter doubled", asked(`{ analyzeText(language: "ar", text: "الع` + strings.Repeat("ّ", 190_000) + `راق") { mentions { start } } }`)},
		{"the words of many texts", asked(`query($t: String = "` + strings.Repeat("و ", 99_000) + `") { ` + many.String() + "}")},
	}
}

// tooLong are requests with values of which little should be read.
func tooLong(t testing.TB) []attack {
	with := func(declared, query, value string) string {
		return testserver.Encode(t, map[string]any{"query": "query($v: " + declared + ") { " + query + " }", "variables": map[string]any{"v": value}})
	}
	const most = 3 << 20
	var named strings.Builder
	for i := range 190 {
		fmt.Fprintf(&named, "a%d: name(language: $v) ", i)
	}
	cursor := []byte(`["ARTICLE x",1` + strings.Repeat(",1", most/3) + "]")
	cursor = binary.BigEndian.AppendUint32(cursor, crc32.ChecksumIEEE(cursor))
	return []attack{
		{"a long language", with("Language!", `country(by: {code: "FR"}) { name(language: $v) }`, "en"+strings.Repeat("-abcdefgh", most/9))},
		{"a long language, read often", with("Language!", "countries(first: 100) { nodes { "+named.String()+"} }", "en"+strings.Repeat("-abcdefgh", 1200))},
		{"a long day", with("Date!", `country(by: {code: "FR"}) { officials(on: $v) { totalCount } }`, strings.Repeat("9", most))},
		{"a long instant", with("DateTime!", "articles(filter: {publishedAt: {gt: $v}}) { totalCount }", strings.Repeat("9", most))},
		{"a long id", with("ID!", "node(id: $v) { id }", strings.Repeat("9", most))},
		{"a long cursor", with("String!", "articles(after: $v) { totalCount }", base64.RawURLEncoding.EncodeToString(cursor))},
		{"a long number", testserver.Encode(t, map[string]any{"query": "{ articles(first: " + strings.Repeat("9", most) + ") { totalCount } }"})},
		{"a long name of an operation", testserver.Encode(t, map[string]any{"query": "{ __typename }", "operationName": strings.Repeat("x", most)})},
	}
}

// TestLaborOnLittleMemory sends them all at once, twice, to the program with 512
// MiB: each is answered or refused, and others are answered as before.
func TestLaborOnLittleMemory(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux bounds all the memory of a process by ulimit -d")
	}
	p := testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"), withMemory(512<<10)...)
	var all sync.WaitGroup
	for range 2 {
		for _, a := range laborious(t) {
			all.Go(func() {
				r := p.Send(t, http.MethodPost, "", a.body, testserver.AsJSON)
				if code := r.Code(); r.Status != http.StatusOK && code != "LIMIT_EXCEEDED" && code != "UNAVAILABLE" {
					t.Errorf("%s = %d %.300s", a.name, r.Status, r.Body)
				}
			})
		}
	}
	all.Wait()
	if r := p.Send(t, http.MethodPost, "", testserver.Encode(t, map[string]any{"query": "{ __typename }"}), testserver.AsJSON); r.Status != http.StatusOK {
		t.Errorf("afterwards it answers %d %.300s", r.Status, r.Body)
	}
}

// TestAttacksOnLittleMemory sends them to the program, which has 512 MiB: each is
// refused, and others are answered as before.
func TestAttacksOnLittleMemory(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux bounds all the memory of a process by ulimit -d, and tells what it had in /proc")
	}
	const most = 512 << 10 // kB
	t.Run("the bound is one", func(t *testing.T) {
		t.Parallel()
		version := testserver.Program(t, "version")
		arguments := append(withMemory(32<<10), version.Args...)
		bounded := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
		bounded.Env = version.Env
		if output, err := bounded.CombinedOutput(); err == nil {
			t.Errorf("with 32 MiB it printed %q, want it out of memory", output)
		}
	})
	p := testserver.Launch(t, filepath.Join(t.TempDir(), "diwan.db"), withMemory(most)...)
	refused := func(a attack) {
		if r := p.Send(t, http.MethodPost, "", a.body, testserver.AsJSON); r.Code() != "LIMIT_EXCEEDED" {
			t.Errorf("%s = %d %.300s, want LIMIT_EXCEEDED", a.name, r.Status, r.Body)
		}
	}
	all := attacks(t)
	for _, a := range all {
		before := worked(t, p)
		refused(a)
		if took := worked(t, p) - before; took > time.Second { // usually some 30 ms, see BenchmarkAttacks
			t.Errorf("%s took %s of a processor, want much less than 1s", a.name, took)
		}
	}
	for _, a := range tooLong(t) {
		before := worked(t, p)
		r := p.Send(t, http.MethodPost, "", a.body, testserver.AsJSON)
		if code := r.Code(); code != "INVALID" && code != "INVALID_CURSOR" && code != "GRAPHQL_VALIDATION_FAILED" || len(r.Body) > 60_000 {
			t.Errorf("%s = %d %.300s of %d bytes, want it refused in few words", a.name, r.Status, r.Body, len(r.Body))
		}
		if took := worked(t, p) - before; took > time.Second {
			t.Errorf("%s took %s of a processor, want much less than 1s", a.name, took)
		}
	}
	var together sync.WaitGroup
	for _, a := range all {
		together.Go(func() { refused(a) })
	}
	together.Wait()
	answers := make(chan testserver.Reply, 32)
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
			t.Errorf("a large answer beside others = %d %.300s, want it, or UNAVAILABLE", r.Status, r.Body)
		}
	}
	if served == 0 {
		t.Error("of large answers at once none was served")
	}
	createTopic(t, p, "سياسة")
	wantTopic(t, p, "سياسة")
	if had := memory(t, p); had >= most {
		t.Errorf("at most it had %d kB of memory, want less than %d", had, most)
	} else {
		t.Logf("at most it had %d MiB of memory", had>>10)
	}
}

// BenchmarkAttacks measures how long refusals take over HTTP. ×plain is the time as
// a multiple of what a query that asks for nothing took between them.
func BenchmarkAttacks(b *testing.B) {
	s := testserver.Start(b)
	for _, a := range attacks(b) {
		b.Run(a.name, func(b *testing.B) {
			var took, plainTook, best time.Duration
			for b.Loop() {
				began := time.Now()
				r := s.Send(b, http.MethodPost, "", a.body, testserver.AsJSON)
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

// withMemory is what to put before a command that may have so many kB of memory,
// whoever runs it.
func withMemory(most int) []string {
	return []string{"sh", "-c", fmt.Sprintf(`ulimit -d %d && exec "$@"`, most), "sh"}
}

// worked is how long processors have worked for a process.
func worked(t *testing.T, p *testserver.Process) time.Duration {
	t.Helper()
	text := proc(t, p, "stat")
	fields := strings.Fields(text[strings.LastIndex(text, ")")+1:]) // from the third on, see proc_pid_stat(5)
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

// memory is the most memory that a process had so far, in kB.
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
