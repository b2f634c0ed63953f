package edge

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/internal/tier"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// TestBehindNginx puts nginx in front, with TLS and below a path, as the guide configures it,
// whether it passes the path on or takes it away.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]string{"the path is passed on": "", "the path is taken away": "/"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNginx(t)
			s := testserver.Start(t, func(c *app.Config) {
				c.TrustedProxies, c.PublicURL = []string{"127.0.0.1"}, n.url
				c.Streams.PerAddress = 2
			})
			n.start(t, s.URL+end)

			if page, html := n.fetch(t, "/", ""); page.StatusCode != 200 || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") {
				t.Errorf("GET %s/ = %d %s, want the page", n.url, page.StatusCode, html)
			}
			query := `{"query":"{ country(by: {code: \"IQ\"}) { name } }"}`
			if answer, body := n.fetch(t, "/graphql", query); answer.StatusCode != 200 || !strings.Contains(body, "Iraq") {
				t.Errorf("POST %s/graphql = %d %s, want Iraq", n.url, answer.StatusCode, body)
			}

			// Each reader counts for itself, whatever it says about itself.
			for _, reader := range []string{"127.0.0.2", "127.0.0.3", "127.0.0.4"} {
				for i, want := range []int{200, 200, 429} {
					if got := n.listen(t, reader, fmt.Sprintf("203.0.113.%d", i)); got != want {
						t.Errorf("event stream %d of %s = %d, want %d", i+1, reader, got, want)
					}
				}
			}

			// A page of the public address may open a socket, though nginx names another host.
			origin := strings.TrimSuffix(n.url, "/cms")
			conn, response, err := websocket.Dial(t.Context(), strings.Replace(n.url, "https", "wss", 1)+"/graphql", &websocket.DialOptions{
				HTTPClient: n.client("127.0.0.5"), HTTPHeader: http.Header{"Origin": {origin}}, Subprotocols: []string{"graphql-transport-ws"},
			})
			if err != nil {
				t.Fatalf("open a socket from %s: %v, %v", origin, err, response)
			}
			_ = conn.CloseNow()
		})
	}
}

// nginx is a server of that kind, with a certificate that its clients trust.
type nginx struct {
	url    string // of what it serves, below /cms
	port   string
	folder string
	roots  *x509.CertPool
}

func newNginx(t *testing.T) *nginx {
	t.Helper()
	tier.Long(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	n := &nginx{url: "https://127.0.0.1:" + port + "/cms", port: port, folder: t.TempDir(), roots: x509.NewCertPool()}
	n.certify(t)
	return n
}

// certify writes a certificate and its key.
func (n *nginx) certify(t *testing.T) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})
	n.write(t, "cert.pem", string(public))
	n.write(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	n.roots.AppendCertsFromPEM(public)
}

func (n *nginx) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(n.folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start runs nginx by the configuration of the guide, in front of what has this address.
func (n *nginx) start(t *testing.T, to string) {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		program = "/usr/sbin/nginx" // Debian's, which is not in every PATH
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("nginx is not installed: apt-get install nginx")
	}
	guide, err := os.ReadFile(testserver.File("docs", "guides", "behind-a-proxy.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(guide), "```nginx\n")
	block, _, _ = strings.Cut(block, "```")
	for _, edit := range [][2]string{
		{"listen 443 ssl", "listen 127.0.0.1:" + n.port + " ssl"},
		{"/etc/ssl/news.example.org.pem", n.folder + "/cert.pem"},
		{"/etc/ssl/news.example.org.key", n.folder + "/key.pem"},
		{"location / {", "location /cms/ {"},
		{"http://127.0.0.1:8080", to},
	} {
		if strings.Count(block, edit[0]) != 1 {
			t.Fatalf("the guide's configuration has %q %d times, want once:\n%s", edit[0], strings.Count(block, edit[0]), block)
		}
		block = strings.ReplaceAll(block, edit[0], edit[1])
	}
	var paths strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&paths, "%s_temp_path %s/%s;\n", kind, n.folder, kind)
	}
	n.write(t, "nginx.conf", fmt.Sprintf("daemon off;\nmaster_process off;\npid %s/pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n%s%s}\n", n.folder, paths.String(), block))

	ctx, stop := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, "-p", n.folder, "-c", n.folder+"/nginx.conf", "-e", "stderr")
	command.Stderr = t.Output()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = command.Wait() // it was killed
	})
	testserver.Until(t, "nginx to answer", func() bool {
		conn, err := net.Dial("tcp", "127.0.0.1:"+n.port)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	})
}

// client returns a client with an address of its own on this machine.
func (n *nginx) client(address string) *http.Client {
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: n.roots}}}
}

// fetch gets a path below the public address, or posts a body there.
func (n *nginx) fetch(t *testing.T, path, body string) (*http.Response, string) {
	t.Helper()
	method := http.MethodGet
	if body != "" {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, n.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.client("127.0.0.1").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(answer)
}

// listen opens an event stream from an address, which claims to be another, and leaves it
// open. It returns the status.
func (n *nginx) listen(t *testing.T, address, claimed string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/graphql?query=subscription%7Bchanges%7Bcursor%7D%7D", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("X-Forwarded-For", claimed)
	response, err := n.client(address).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response.StatusCode
}
