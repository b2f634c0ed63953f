package changes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// whole selects the fields of a node itself. Fields that follow from other nodes, such as
// the children of a topic, change with those.
const whole = `fragment whole on Node {
	__typename id
	... on Article {
		slug externalId language title summary body byline sourceName sourceUrl status publishedAt version createdAt updatedAt wordCount
		officials { id } countries { id } topics { id } appearances { role official { id } }
	}
	... on Official { slug externalId wikidataId names { value language } aliases { text language kind } country { id } version createdAt updatedAt }
	... on Country { code names { value language } aliases { text language kind } version updatedAt }
	... on Topic { slug externalId mediaTopic names { value language } aliases { text language kind } parent { id } version createdAt updatedAt }
	... on Office { slug externalId kind titles { value language } country { id } singleSeat version createdAt updatedAt }
	... on Tenure { official { id } office { id } startedOn endedOn acting sourceUrl }
}`

// told is a change with its node, as a replica receives it.
type told struct {
	Cursor, NodeID string
	Node           json.RawMessage
}

// tryPost sends a query to a server that may be down, and decodes its data. If the answer
// has errors, tryPost returns the first code as an error.
func tryPost[T any](url, query string, vars variables, headers ...header) (data T, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
	if err != nil {
		return data, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), testserver.Soon)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/graphql", bytes.NewReader(body))
	if err != nil {
		return data, err
	}
	request.Header.Set("Content-Type", "application/json")
	for _, h := range headers {
		request.Header.Set(h[0], h[1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return data, err
	}
	defer response.Body.Close()
	var a struct {
		Data   json.RawMessage
		Errors []struct{ Extensions struct{ Code string } }
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return data, err
	}
	if len(a.Errors) > 0 {
		return data, errors.New(a.Errors[0].Extensions.Code)
	}
	return data, json.Unmarshal(a.Data, &data)
}

// replica keeps a copy of all nodes that it may see, by the change log alone: page by page
// to the end, and then by a subscription until that breaks.
type replica struct {
	name    string
	headers []header
	url     *atomic.Value // of the running server, a string
	random  *rand.Rand

	cursor         string
	nodes          map[string]string // by id
	applied, begun int
	streams        atomic.Int64 // changes received by subscription
}

func (r *replica) apply(c told) {
	r.cursor = c.Cursor
	r.applied++
	if string(c.Node) == "null" {
		delete(r.nodes, c.NodeID)
		return
	}
	r.nodes[c.NodeID] = string(c.Node)
}

// catchUp reads pages to the end of the log, and reports whether that succeeded.
func (r *replica) catchUp() bool {
	type page struct {
		Changes struct {
			Nodes    []told
			PageInfo struct {
				HasNextPage bool
				EndCursor   string
			}
		}
	}
	for {
		vars := variables{"first": 1 + r.random.IntN(100)}
		if r.cursor != "" {
			vars["after"] = r.cursor
		}
		got, err := tryPost[page](r.url.Load().(string), `query($after: String, $first: Int) {
			changes(after: $after, first: $first) { nodes { cursor nodeId node { ...whole } } pageInfo { hasNextPage endCursor } } } `+whole, vars, r.headers...)
		if err != nil {
			r.expired(err.Error())
			return false
		}
		for _, c := range got.Changes.Nodes {
			r.apply(c)
		}
		r.cursor = got.Changes.PageInfo.EndCursor
		if !got.Changes.PageInfo.HasNextPage {
			return true
		}
	}
}

// expired starts over if the cursor is too old.
func (r *replica) expired(code string) {
	if strings.Contains(code, "CURSOR_EXPIRED") {
		r.cursor, r.nodes = "", map[string]string{}
		r.begun++
	}
}

// follow follows a subscription for a while, or until the server is down.
func (r *replica) follow(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(100+r.random.IntN(900))*time.Millisecond)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, strings.Replace(r.url.Load().(string), "http", "ws", 1)+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	conn.SetReadLimit(-1)
	said := map[string]string{}
	for _, h := range r.headers {
		said[h[0]] = h[1]
	}
	subscription := map[string]any{"query": `subscription($after: String) { changes(after: $after) { cursor nodeId node { ...whole } } } ` + whole, "variables": variables{"after": r.cursor}}
	for _, message := range []map[string]any{{"type": "connection_init", "payload": said}, {"type": "subscribe", "id": "1", "payload": subscription}} {
		text, err := json.Marshal(message)
		if err != nil || conn.Write(ctx, websocket.MessageText, text) != nil {
			return
		}
		if message["id"] == nil {
			if _, _, err := conn.Read(ctx); err != nil { // connection_ack
				return
			}
		}
	}
	for {
		_, text, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var f struct {
			Type    string
			Payload json.RawMessage
		}
		var event struct {
			Data   struct{ Changes told }
			Errors []json.RawMessage
		}
		if json.Unmarshal(text, &f) != nil || f.Type != "next" || json.Unmarshal(f.Payload, &event) != nil || len(event.Errors) > 0 {
			r.expired(string(text))
			return
		}
		r.apply(event.Data.Changes)
		r.streams.Add(1)
	}
}

// run keeps the copy until ctx ends, and then brings it up to date.
func (r *replica) run(ctx context.Context) {
	for ctx.Err() == nil {
		if r.catchUp() {
			r.follow(ctx)
			continue
		}
		time.Sleep(20 * time.Millisecond) // the server may be down
	}
}

// scribe writes at random.
type scribe struct {
	url    *atomic.Value
	token  header
	random *rand.Rand
	name   string
	count  int

	mu  *sync.Mutex
	ids map[string][]string // by noun, shared by all scribes
}

func (w *scribe) some(noun string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ids := w.ids[noun]; len(ids) > 0 {
		return ids[w.random.IntN(len(ids))]
	}
	return ""
}

func (w *scribe) several(noun string) []string {
	var several []string
	for range w.random.IntN(3) {
		if id := w.some(noun); id != "" && !slices.Contains(several, id) {
			several = append(several, id)
		}
	}
	return several
}

func (w *scribe) orNone(noun string) any {
	if id := w.some(noun); id != "" && w.random.IntN(3) > 0 {
		return id
	}
	return nil
}

// input returns a random input to create or update a node of the noun.
func (w *scribe) input(noun string) variables {
	w.count++
	name := fmt.Sprint(w.name, " ", w.count)
	switch noun {
	case "Article":
		return variables{"title": name, "body": strings.Repeat(name+" ", w.random.IntN(20)), "officials": w.several("Official"), "countries": w.several("Country"), "topics": w.several("Topic"), "publish": w.random.IntN(2) == 0}
	case "Official":
		return variables{"names": testserver.Names("ar", "مسؤول "+name), "country": w.orNone("Country")}
	case "Topic":
		return variables{"names": testserver.Names("en", name), "parent": w.orNone("Topic")}
	case "Office":
		return variables{"titles": testserver.Names("en", name), "kind": "MINISTER", "country": w.orNone("Country"), "singleSeat": false}
	case "Tenure":
		return variables{"startedOn": fmt.Sprint(1950 + w.random.IntN(70)), "acting": w.random.IntN(2) == 0}
	}
	return variables{"names": testserver.Names("en", name)} // a country
}

// write sends one mutation and ignores its errors.
func (w *scribe) write() {
	noun := []string{"Article", "Article", "Article", "Official", "Topic", "Office", "Tenure", "Country"}[w.random.IntN(8)]
	field := strings.ToLower(noun)
	vars := variables{"id": w.some(noun)}
	var query string
	switch what := w.random.IntN(10); {
	case noun == "Article" && what < 4 && vars["id"] != "":
		query = `mutation($id: ID!) { write: ` + []string{"publish", "unpublish"}[w.random.IntN(2)] + `Article(id: $id) { errors { code } } }`
	case noun != "Country" && (what < 6 || vars["id"] == ""):
		input := w.input(noun)
		if noun == "Article" {
			input["language"] = []string{"en", "ar", "fr"}[w.random.IntN(3)]
		}
		if noun == "Tenure" {
			input["official"], input["office"] = w.some("Official"), w.some("Office")
		}
		vars = variables{"input": input}
		query = fmt.Sprintf(`mutation($input: Create%sInput!) { write: create%[1]s(input: $input) { node: %s { id } errors { code } } }`, noun, field)
	case noun != "Country" && what == 6:
		query = fmt.Sprintf(`mutation($id: ID!) { write: delete%s(id: $id) { errors { code } } }`, noun)
	default:
		vars["input"] = w.input(noun)
		query = fmt.Sprintf(`mutation($id: ID!, $input: Update%sInput!) { write: update%[1]s(id: $id, input: $input) { errors { code } } }`, noun)
	}
	type payload struct {
		Write struct{ Node *struct{ ID string } }
	}
	got, err := tryPost[payload](w.url.Load().(string), query, vars, w.token)
	if err == nil && got.Write.Node != nil {
		w.mu.Lock()
		w.ids[noun] = append(w.ids[noun], got.Write.Node.ID)
		w.mu.Unlock()
	}
	if err != nil {
		time.Sleep(5 * time.Millisecond) // the server may be down
	}
	time.Sleep(time.Duration(w.random.IntN(10)) * time.Millisecond) // so that others get their turns
}

// haveListened reports whether all replicas have followed a subscription.
func haveListened(replicas []*replica) bool {
	return !slices.ContainsFunc(replicas, func(r *replica) bool { return r.streams.Load() == 0 })
}

// A replica that is kept by the log alone ends up with exactly the nodes that the API
// returns, for readers and for editors, although the server was killed again and again and
// the log was compacted all the time.
func TestReplicasConverge(t *testing.T) {
	t.Parallel()
	tier.Long(t)
	dsn := string(testserver.NewDatabase(t))
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := func(i uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, i)) }
	url := &atomic.Value{}
	serve := func() *testserver.Process {
		p := testserver.Launch(t, dsn, "env", "DIWAN_KEEP_CHANGES=300ms")
		url.Store(p.URL)
		return p
	}
	p := serve()
	admin := header{"Authorization", "Bearer " + p.Token}
	countries := testserver.Ask[struct {
		Countries struct{ Nodes []testserver.Node }
	}](t, &p.Server, `{ countries(first: 5) { nodes { id } } }`, nil)
	ids := map[string][]string{}
	for _, c := range countries.Countries.Nodes {
		ids["Country"] = append(ids["Country"], c.ID)
	}

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing, copying sync.WaitGroup
	var mu sync.Mutex
	done := make(chan struct{})
	for i := range 3 {
		w := &scribe{url: url, token: admin, random: random(uint64(i)), name: fmt.Sprint("w", i), mu: &mu, ids: ids}
		writing.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					w.write()
				}
			}
		})
	}
	var replicas []*replica
	for i, headers := range [][]header{nil, {admin, testserver.SeeDrafts}, nil, {admin, testserver.SeeDrafts}} {
		r := &replica{name: []string{"a reader", "an editor"}[i%2], headers: headers, url: url, random: random(uint64(10 + i)), nodes: map[string]string{}}
		replicas = append(replicas, r)
		copying.Go(func() { r.run(ctx) })
	}
	pauses := random(99)
	for rounds := 0; rounds < 6 || rounds < 30 && !haveListened(replicas); rounds++ {
		time.Sleep(time.Duration(200+pauses.IntN(1300)) * time.Millisecond)
		p.Signal(t, os.Kill)
		p.Wait(t)
		time.Sleep(time.Duration(pauses.IntN(300)) * time.Millisecond)
		p = serve()
	}
	time.Sleep(500 * time.Millisecond)
	close(done)
	writing.Wait()
	stop()
	copying.Wait()

	begun := 0
	for _, r := range replicas {
		testserver.Until(t, "the end of the log", r.catchUp)
		want := readEverything(t, &p.Server, r.headers...)
		for _, id := range slices.Sorted(maps.Keys(want)) {
			if got := r.nodes[id]; got != want[id] {
				t.Errorf("%s has %s\nwant %s", r.name, got, want[id])
			}
			delete(r.nodes, id)
		}
		for _, id := range slices.Sorted(maps.Keys(r.nodes)) {
			t.Errorf("%s has %s, which the API does not return", r.name, r.nodes[id])
		}
		t.Logf("%s: %d nodes from %d changes, %d of them by subscription; started over %d times", r.name, len(want), r.applied, r.streams.Load(), r.begun)
		if len(want) < 220 || r.applied < len(want) || r.streams.Load() == 0 {
			t.Errorf("%s has seen too few nodes or changes to prove anything", r.name)
		}
		begun += r.begun
	}
	if begun == 0 {
		t.Log("no cursor of a replica expired")
	}
}

// readEverything returns all nodes that the API returns, by id.
func readEverything(t testing.TB, s *testserver.Server, headers ...header) map[string]string {
	t.Helper()
	type list struct {
		Nodes []struct {
			ID      string
			Tenures []testserver.Node
		}
		PageInfo struct {
			HasNextPage bool
			EndCursor   string
		}
	}
	var ids []string
	for noun, more := range map[string]string{"articles": "", "officials": "", "countries": "", "topics": "", "offices": "tenures { id }"} {
		vars := variables{}
		for next := true; next; {
			page := testserver.Ask[struct{ List list }](t, s, `query($after: String) { list: `+noun+`(first: 100, after: $after) { nodes { id `+more+` } pageInfo { hasNextPage endCursor } } }`, vars, headers...).List
			for _, node := range page.Nodes {
				ids = append(ids, node.ID)
				for _, tenure := range node.Tenures {
					ids = append(ids, tenure.ID)
				}
			}
			next, vars["after"] = page.PageInfo.HasNextPage, page.PageInfo.EndCursor
		}
	}
	all := map[string]string{}
	for some := range slices.Chunk(ids, 100) {
		nodes := testserver.Ask[struct{ Nodes []json.RawMessage }](t, s, `query($ids: [ID!]!) { nodes(ids: $ids) { ...whole } } `+whole, variables{"ids": some}, headers...).Nodes
		for i, node := range nodes {
			all[some[i]] = string(node)
		}
	}
	return all
}
