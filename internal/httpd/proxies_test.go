package httpd

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestClientsBehindProxies(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"127.0.0.1", "10.0.0.0/8", "fd00::/8"})
	if err != nil {
		t.Fatal(err)
	}
	const proxy = "127.0.0.1:9000"
	cases := []struct {
		name, peer string
		headers    []string // names and values
		want       string   // "" if it is the peer
	}{
		{"the client of a proxy", proxy, []string{"X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},
		{"by the newer header", proxy, []string{"Forwarded", "for=203.0.113.7;proto=https;by=10.0.0.1"}, "203.0.113.7"},
		{"whatever the order and the case of its pairs", proxy, []string{"Forwarded", `Proto=http; FOR="203.0.113.7:4711"`}, "203.0.113.7"},
		{"a client with IPv6", proxy, []string{"X-Forwarded-For", "2001:db8::7"}, "2001:db8::7"},
		{"in brackets, with a port", proxy, []string{"X-Forwarded-For", "[2001:db8::7]:443"}, "2001:db8::7"},
		{"in quotes", proxy, []string{"Forwarded", `for="[2001:db8::7]:443"`}, "2001:db8::7"},
		{"in quotes, without a port", proxy, []string{"Forwarded", `for="[2001:db8::7]"`}, "2001:db8::7"},
		{"IPv4 within IPv6", proxy, []string{"X-Forwarded-For", "::ffff:203.0.113.7"}, "203.0.113.7"},
		{"with a port, as Azure has it", proxy, []string{"X-Forwarded-For", "203.0.113.7:1234"}, "203.0.113.7"},
		{"what a client made up is to the left", proxy, []string{"X-Forwarded-For", "198.51.100.1, 203.0.113.7"}, "203.0.113.7"},
		{"in the newer header, too", proxy, []string{"Forwarded", "for=198.51.100.1, for=203.0.113.7"}, "203.0.113.7"},
		{"in a header of its own", proxy, []string{"X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},
		{"garbage that a client made up", proxy, []string{"X-Forwarded-For", "<script>, ,203.0.113.7"}, "203.0.113.7"},
		{"several proxies", "10.9.9.9:1", []string{"X-Forwarded-For", "203.0.113.7, fd00::1, 10.1.1.1"}, "203.0.113.7"},
		{"behind one that is not trusted", proxy, []string{"X-Forwarded-For", "203.0.113.7, 192.0.2.1, 10.1.1.1"}, "192.0.2.1"},
		{"a client beside the proxies", proxy, []string{"X-Forwarded-For", "10.2.2.2, 10.1.1.1"}, "10.2.2.2"},
		{"both headers agree", proxy, []string{"X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7"}, "203.0.113.7"},
		{"a proxy on IPv4 within IPv6", "[::ffff:127.0.0.1]:9000", []string{"X-Forwarded-For", "203.0.113.7"}, "203.0.113.7"},

		{"a peer that is not trusted", "192.0.2.9:1", []string{"X-Forwarded-For", "203.0.113.7"}, ""},
		{"not by the newer header, either", "192.0.2.9:1", []string{"Forwarded", "for=203.0.113.7"}, ""},
		{"a peer without an address", "pipe", []string{"X-Forwarded-For", "203.0.113.7"}, ""},
		{"no header", proxy, nil, ""},
		{"an empty one", proxy, []string{"X-Forwarded-For", " , "}, ""},
		{"the headers disagree: the client wrote one of them", proxy, []string{"X-Forwarded-For", "203.0.113.7", "Forwarded", "for=198.51.100.1"}, ""},
		{"or one of them is garbage", proxy, []string{"X-Forwarded-For", "203.0.113.7", "Forwarded", "for="}, ""},
		{"garbage", proxy, []string{"X-Forwarded-For", "203.0.113.7, unknown"}, ""},
		{"garbage behind a trusted hop", proxy, []string{"X-Forwarded-For", "203.0.113.7, nginx, 10.1.1.1"}, ""},
		{"a hidden client", proxy, []string{"Forwarded", "for=_hidden"}, ""},
		{"an unknown one", proxy, []string{"Forwarded", `for=203.0.113.7, for="unknown"`}, ""},
		{"a hop that names nobody", proxy, []string{"Forwarded", "for=203.0.113.7, proto=https"}, ""},
		{"a hop that names two", proxy, []string{"Forwarded", "for=203.0.113.7;for=198.51.100.1"}, ""},
		{"a quote that a client left open", proxy, []string{"Forwarded", `for="198.51.100.1, for=203.0.113.7`}, ""},
		{"and that the proxy's closes", proxy, []string{"Forwarded", `for="198.51.100.1, for="[2001:db8::7]"`}, ""},
		{"a pair that does not end", proxy, []string{"Forwarded", "for=203.0.113.7, for=198.51.100.1;"}, ""},
		{"the address of nobody", proxy, []string{"X-Forwarded-For", "0.0.0.0"}, ""},
		{"a number", proxy, []string{"X-Forwarded-For", "3405803783"}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, nil, func(config *Config) { config.Proxies = proxies })
			r := httptest.NewRequest("GET", "/graphql", nil)
			r.RemoteAddr = c.peer
			for i := 0; i < len(c.headers); i += 2 {
				r.Header.Add(c.headers[i], c.headers[i+1])
			}
			e.ServeHTTP(httptest.NewRecorder(), r)
			want := c.want
			if want == "" {
				want = c.peer
			}
			if e.seen.RemoteAddr != want {
				t.Errorf("client of %s with %q = %s, want %s", c.peer, c.headers, e.seen.RemoteAddr, want)
			}
			if !strings.Contains(e.log.String(), `"address":"`+want+`"`) {
				t.Errorf("log = %s, want the address %s", &e.log, want)
			}
		})
	}
}

func TestWithoutTrustedProxiesHeadersSayNothing(t *testing.T) {
	t.Parallel()
	e := newEdge(t, nil)
	e.ask("GET", "/graphql", "", "X-Forwarded-For", "203.0.113.7", "Forwarded", "for=203.0.113.7")
	if got := e.seen.RemoteAddr; got != "192.0.2.1:1234" {
		t.Errorf("address = %s, want that of the peer", got)
	}
}

// Clients behind a proxy are counted each for itself.
func TestRatePerAddressBehindAProxy(t *testing.T) {
	t.Parallel()
	proxies, err := ParseProxies([]string{"192.0.2.1"}) // httptest's
	if err != nil {
		t.Fatal(err)
	}
	e := newEdge(t, nil, func(c *Config) { c.RatePerAddress, c.Proxies = 1, proxies })
	for _, client := range []string{"203.0.113.7", "203.0.113.8", "2001:db8::1"} {
		for _, want := range []int{200, 429} {
			if w := e.ask("POST", "/graphql", "{}", "X-Forwarded-For", client); w.Code != want {
				t.Errorf("response to %s = %d, want %d", client, w.Code, want)
			}
		}
	}
	if w := e.ask("POST", "/graphql", "{}", "X-Forwarded-For", "2001:db8::2"); w.Code != 429 {
		t.Errorf("response to an address of the same /64 = %d, want 429", w.Code)
	}
}

func TestParseProxies(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"127.0.0.1": "127.0.0.1/32", "10.1.2.3/8": "10.0.0.0/8", "::1": "::1/128", "fd00::1/8": "fd00::/8",
		"::ffff:10.0.0.1": "10.0.0.1/32", "::ffff:10.0.0.0/104": "10.0.0.0/8", "0.0.0.0/0": "0.0.0.0/0",
		"": "", "nginx": "", "10.0.0.0/33": "", "10.0.0": "", "127.0.0.1:80": "", "*": "",
	} {
		got, err := ParseProxies([]string{in})
		if want == "" {
			if err == nil || !strings.Contains(err.Error(), "is neither an address nor a network") {
				t.Errorf("ParseProxies(%q) = %v, %v, want an error", in, got, err)
			}
			continue
		}
		if err != nil || got[0].String() != want {
			t.Errorf("ParseProxies(%q) = %v, %v, want %s", in, got, err, want)
		}
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add(`for=192.0.2.60;proto=http;by=203.0.113.43, for="[2001:db8::1]:4711"`)
	f.Add(`for="a\\"b, for=c";by="d;for=e"`)
	f.Add(`for=;,=";"`)
	f.Fuzz(func(t *testing.T, made string) {
		// Whatever a client makes up, what the proxy adds to it is found, or nothing is.
		hops := forwardedHops(made + ", for=203.0.113.7")
		if len(hops) > 0 && hops[len(hops)-1] != "203.0.113.7" {
			t.Errorf("last hop behind %q = %q, want that of the proxy", made, hops[len(hops)-1])
		}
	})
}
