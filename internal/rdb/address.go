package rdb

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/dossier-legal/dossier"
)

// address says how to reach a server. It is shown without what is secret.
type address struct {
	flag  string   // the setting it comes from
	shown string   // the address without user, password and parameters
	hosts []string // host:port, a socket's path, or every Sentinel
	// master is the name by which Sentinels know the server; "" without them.
	master                         string
	user, password                 string
	sentinelUser, sentinelPassword string
	tls                            *tls.Config // nil without TLS
	// dial reaches the embedded server; nil for one somewhere else.
	dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// String returns the address without password; "embedded" for the embedded
// server.
func (a address) String() string {
	if a.dial != nil {
		return "embedded"
	}
	return a.shown
}

// about names the setting and the address, for errors.
func (a address) about() string { return fmt.Sprintf("%s (%s)", a.flag, a) }

// refused is the error of an address. Its text never holds a part of the
// address: any part may be a password in the wrong place.
func refused(flag, format string, args ...any) *dossier.Error {
	return dossier.Errorf(dossier.CodeInvalidInput, format, args...).About(flag)
}

func parseAddress(raw, flag string) (address, error) {
	first, others, rest := splitHosts(raw)
	u, err := url.Parse(first)
	// An @ behind the hosts is that of a password that holds a /, ? or #.
	if err != nil || strings.ContainsAny(rest, "@#") {
		return address{}, notAnAddress(flag) // err would show the address
	}
	a := address{flag: flag, user: u.User.Username()}
	a.password, _ = u.User.Password()
	scheme, sentinel := strings.CutSuffix(u.Scheme, "-sentinel")
	query := u.Query()
	switch {
	case scheme == "unix" && !sentinel && u.Host == "" && len(others) == 0 && len(u.Path) > 1:
		a.hosts = []string{u.Path}
		a.shown = "unix://" + u.Path
	case (scheme == "redis" || scheme == "rediss") && u.Hostname() != "":
		if err := a.network(u, others, sentinel, query); err != nil {
			return address{}, err
		}
	default:
		return address{}, notAnAddress(flag)
	}
	if scheme == "rediss" {
		if a.tls, err = tlsConfig(flag, query); err != nil {
			return address{}, err
		}
	}
	if unknown := slices.Sorted(maps.Keys(query)); len(unknown) > 0 {
		return address{}, refused(flag, "a Redis address of this kind has no parameter %s", strings.Join(unknown, ", ")).
			WithCure("leave it out")
	}
	return a, nil
}

func notAnAddress(flag string) error {
	return refused(flag, "this is not a Redis address").
		WithCure("write it as redis://user:password@host:6379, special characters of the password as %XX")
}

// splitHosts takes all hosts but the first out of an address with several, and
// says what follows the hosts.
func splitHosts(raw string) (first string, others []string, rest string) {
	scheme, authority, _ := strings.Cut(raw, "://")
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority, rest = authority[:i], authority[i:]
	}
	start := strings.LastIndex(authority, "@") + 1
	hosts := strings.Split(authority[start:], ",")
	return scheme + "://" + authority[:start] + hosts[0] + rest, hosts[1:], rest
}

// network reads the parts of a server, or of Sentinels, in a network.
func (a *address) network(u *url.URL, others []string, sentinel bool, query url.Values) error {
	port := "6379"
	if sentinel {
		port = "26379"
		a.master = take(query, "master")
		a.sentinelUser, a.sentinelPassword = take(query, "sentinel_user"), take(query, "sentinel_password")
	}
	switch {
	case sentinel && a.master == "":
		return refused(a.flag, "the Sentinels need the name of the server they watch over").WithCure("add ?master=NAME")
	case !sentinel && len(others) > 0:
		return refused(a.flag, "these are several servers").
			WithCure("name one, or their Sentinels as redis-sentinel://host1,host2/?master=NAME")
	case strings.Trim(u.Path, "/") != "":
		return refused(a.flag, "the address names a database; dossier chooses them itself").
			WithCure("leave out what follows the port")
	}
	for _, h := range append([]string{u.Host}, others...) {
		part, err := url.Parse("//" + h)
		if err != nil || part.Hostname() == "" {
			return notAnAddress(a.flag)
		}
		if part.Port() == "" {
			h = net.JoinHostPort(part.Hostname(), port)
		}
		a.hosts = append(a.hosts, h)
	}
	a.shown = u.Scheme + "://" + strings.Join(a.hosts, ",")
	if sentinel {
		a.shown += "/?master=" + a.master
	}
	return nil
}

// take removes a parameter from the query and returns it.
func take(query url.Values, name string) string {
	v := query.Get(name)
	query.Del(name)
	return v
}

// tlsConfig reads the certificates that the query names. Without tls_ca the
// system's authorities count; without tls_server_name the host's name does.
func tlsConfig(flag string, query url.Values) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: take(query, "tls_server_name")}
	if path := take(query, "tls_ca"); path != "" {
		pem, err := os.ReadFile(path)
		if err != nil {
			return nil, refused(flag, "tls_ca: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, refused(flag, "tls_ca: %s holds no certificate", path).WithCure("name a PEM file")
		}
	}
	cert, key := take(query, "tls_cert"), take(query, "tls_key")
	if cert == "" && key == "" {
		return c, nil
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, refused(flag, "tls_cert and tls_key: %w", err).WithCure("name the PEM files of a certificate and its key")
	}
	c.Certificates = []tls.Certificate{pair}
	return c, nil
}
