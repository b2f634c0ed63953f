package databases

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/tests/testserver"
)

// certificate returns a self-signed certificate for an address, and the path of the root
// certificate that verifies it.
func certificate(t *testing.T, address string) (own tls.Certificate, root string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	root = filepath.Join(t.TempDir(), "root.crt")
	if err := os.WriteFile(root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{signed}, PrivateKey: key}, root
}

// speakTLS makes the wire a server with TLS, and returns a counter of the encrypted
// connections. The wire closes all others.
func (n *wire) speakTLS(own tls.Certificate) (encrypted *atomic.Int64) {
	encrypted = &atomic.Int64{}
	wanted := []byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f} // SSLRequest
	n.mu.Lock()
	defer n.mu.Unlock()
	n.encrypt = func(client net.Conn) (net.Conn, error) {
		asked := make([]byte, len(wanted))
		if _, err := io.ReadFull(client, asked); err != nil || !bytes.Equal(asked, wanted) {
			return nil, errors.Join(err, errors.New("it does not ask for TLS"))
		}
		if _, err := client.Write([]byte("S")); err != nil {
			return nil, err
		}
		c := tls.Server(client, &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12})
		if err := c.Handshake(); err != nil {
			return nil, err
		}
		encrypted.Add(1)
		return c, nil
	}
	return encrypted
}

// The URL's sslmode decides whether connections are encrypted, and how the server's
// certificate is verified.
func TestSSLModeDecidesAboutTLS(t *testing.T) {
	t.Parallel()
	own, root := certificate(t, "127.0.0.1")
	elsewhere, otherRoot := certificate(t, "192.0.2.1")
	for _, c := range []struct {
		name    string
		server  tls.Certificate
		options string
		refused string
	}{
		{"require takes any certificate", elsewhere, "sslmode=require", ""},
		{"verify-full takes the host's own", own, "sslmode=verify-full&sslrootcert=" + root, ""},
		{"verify-ca takes another host's of the same root", elsewhere, "sslmode=verify-ca&sslrootcert=" + otherRoot, ""},
		{"verify-full refuses another host's", elsewhere, "sslmode=verify-full&sslrootcert=" + otherRoot, "certificate"},
		{"verify-full refuses one of another root", own, "sslmode=verify-full&sslrootcert=" + otherRoot, "certificate"},
		{"verify-ca refuses one of another root", own, "sslmode=verify-ca&sslrootcert=" + otherRoot, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newWire(t)
			encrypted := n.speakTLS(c.server)
			dsn := strings.Replace(n.url(), "sslmode=disable", c.options, 1)
			log := &testserver.Log{}
			a, err := app.New(t.Context(), app.Config{Listen: "127.0.0.1:0", Database: dsn, DatabaseWait: time.Minute, Log: log.Logger()})
			if c.refused == "" {
				if err != nil {
					t.Fatal(err)
				}
				if err := a.Close(); err != nil || encrypted.Load() < 2 {
					t.Errorf("%d connections were encrypted, %v, want at least 2", encrypted.Load(), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.refused) || !strings.Contains(err.Error(), "sslmode") || len(log.Lines("trying again")) != 0 {
				t.Errorf("New = %v, log %s, want an error at once that names the %s", err, log, c.refused)
			}
		})
	}
}
