package redistest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// TLS starts a redis-server that speaks TLS only and wants to see a
// certificate. It returns its address, with the parameters that a client needs,
// and without.
func TLS(t testing.TB) (url, bare string) {
	t.Helper()
	dir := t.TempDir()
	writeCertificates(t, dir)
	file := func(name string) string { return filepath.Join(dir, name) }
	s := launch(t, func(port int) []string {
		return []string{
			"--tls-port", fmt.Sprint(port), "--port", "0", "--bind", "127.0.0.1", "--save", "", "--dir", dir,
			"--tls-ca-cert-file", file("ca.pem"), "--tls-cert-file", file("cert.pem"), "--tls-key-file", file("key.pem"),
		}
	})
	bare = strings.Replace(s.URL, "redis:", "rediss:", 1)
	return bare + "?tls_ca=" + file("ca.pem") + "&tls_cert=" + file("cert.pem") + "&tls_key=" + file("key.pem"), bare
}

// writeCertificates makes an authority (ca.pem) and a certificate of 127.0.0.1
// (cert.pem, key.pem) for both sides.
func writeCertificates(t testing.TB, dir string) {
	t.Helper()
	caKey, key := newKey(t), newKey(t)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, filepath.Join(dir, "ca.pem"), "CERTIFICATE", sign(t, ca, ca, caKey, caKey))
	writePEM(t, filepath.Join(dir, "cert.pem"), "CERTIFICATE", sign(t, leaf, ca, key, caKey))
	writePEM(t, filepath.Join(dir, "key.pem"), "EC PRIVATE KEY", private)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, c, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func writePEM(t testing.TB, path, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Sentinel starts a server with a replica, and a Sentinel that watches over them
// under the name "dossier". It returns the Sentinel's address for a client and
// the two servers.
func Sentinel(t testing.TB) (url string, primary, replica *Server) {
	t.Helper()
	primary = Launch(t, "--repl-diskless-sync-delay", "0")
	replica = Launch(t, "--replicaof", "127.0.0.1", fmt.Sprint(primary.Port))
	waitFor(t, replica, "replication", "master_link_status:up")
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("bind 127.0.0.1\nsentinel monitor dossier 127.0.0.1 %d 1\n", primary.Port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := launch(t, func(port int) []string { return []string{conf, "--sentinel", "--port", fmt.Sprint(port)} })
	waitFor(t, s, "sentinel", "slaves=1")
	return fmt.Sprintf("redis-sentinel://127.0.0.1:%d/?master=dossier", s.Port), primary, replica
}

// Cluster starts a Redis Cluster of one server, which has one database.
func Cluster(t testing.TB) string {
	t.Helper()
	s := Launch(t, "--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(freePort(t)))
	c := s.client()
	defer c.Close()
	if err := c.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the cluster is in order", func() bool {
		return strings.Contains(c.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	})
	return s.URL
}

func (s *Server) client() *redis.Client {
	return redis.NewClient(&redis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", s.Port)})
}

// waitFor waits until a section of the server's INFO holds the text.
func waitFor(t testing.TB, s *Server, section, text string) {
	t.Helper()
	c := s.client()
	defer c.Close()
	waitUntil(t, text, func() bool { return strings.Contains(c.Info(t.Context(), section).Val(), text) })
}

func waitUntil(t testing.TB, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain until ", what)
		}
	}
}
