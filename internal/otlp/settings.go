package otlp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// settings are the values of the variables OTEL_EXPORTER_OTLP_….
type settings struct {
	url      string // of the collector, "" for none
	headers  http.Header
	timeout  time.Duration // of one export, retries included
	compress bool
	tls      *tls.Config // nil for the defaults
}

// variables reads a setting. The variable for traces takes precedence over the
// one for all signals.
type variables func(string) string

// value returns the value of a setting and the variable that it comes from.
func (v variables) value(name string) (value, variable string) {
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_TRACES_", "OTEL_EXPORTER_OTLP_"} {
		if value := v(prefix + name); value != "" {
			return value, prefix + name
		}
	}
	return "", "OTEL_EXPORTER_OTLP_" + name
}

// readSettings reads the variables. The error names the one that is wrong.
func readSettings(getenv func(string) string) (settings, error) {
	v := variables(getenv)
	s := settings{timeout: 10 * time.Second, headers: http.Header{}}
	for _, read := range []struct {
		name string
		into func(value, variable string) error
	}{
		{"ENDPOINT", s.setEndpoint},
		{"HEADERS", s.setHeaders},
		{"TIMEOUT", s.setTimeout},
		{"COMPRESSION", s.setCompression},
		{"PROTOCOL", checkProtocol},
	} {
		value, variable := v.value(read.name)
		if value == "" {
			continue
		}
		if err := read.into(value, variable); err != nil {
			return settings{}, fmt.Errorf("%s: %w", variable, err)
		}
	}
	var err error
	s.tls, err = certificates(v)
	return s, err
}

// setEndpoint takes the address of a collector, to which the path of traces is
// added, or the full address for traces.
func (s *settings) setEndpoint(value, variable string) error {
	u, err := url.Parse(value)
	switch {
	case err != nil:
		return err
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%q is not an address like http://host:4318", value)
	case !strings.Contains(variable, "TRACES"):
		u = u.JoinPath("v1/traces")
	}
	s.url = u.String()
	return nil
}

// setHeaders takes key=value,key=value with percent-encoded values.
func (s *settings) setHeaders(value, _ string) error {
	for pair := range strings.SplitSeq(value, ",") {
		key, encoded, ok := strings.Cut(pair, "=")
		decoded, err := url.PathUnescape(strings.TrimSpace(encoded))
		if !ok || err != nil || strings.TrimSpace(key) == "" {
			return errors.New("write it as key=value,key=value") // without the value, which may be a secret
		}
		s.headers.Set(strings.TrimSpace(key), decoded)
	}
	return nil
}

// setTimeout takes milliseconds.
func (s *settings) setTimeout(value, _ string) error {
	ms, err := strconv.ParseUint(value, 10, 31)
	if err != nil || ms == 0 {
		return fmt.Errorf("%q is not a number of milliseconds", value)
	}
	s.timeout = time.Duration(ms) * time.Millisecond
	return nil
}

// setCompression takes "gzip" or "none".
func (s *settings) setCompression(value, _ string) error {
	if value != "gzip" && value != "none" {
		return fmt.Errorf("%q is neither gzip nor none", value)
	}
	s.compress = value == "gzip"
	return nil
}

// checkProtocol refuses the protocols that this package does not have.
func checkProtocol(value, _ string) error {
	if value != "http/protobuf" {
		return fmt.Errorf("%q is not supported; spans are sent as http/protobuf", value)
	}
	return nil
}

// certificates returns the TLS settings, or nil if no certificate is configured.
func certificates(v variables) (*tls.Config, error) {
	authority, variable := v.value("CERTIFICATE")
	client, _ := v.value("CLIENT_CERTIFICATE")
	key, keyVariable := v.value("CLIENT_KEY")
	if authority == "" && client == "" && key == "" {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if authority != "" {
		pem, err := os.ReadFile(authority)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", variable, err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: %s has no certificate", variable, authority)
		}
	}
	if client != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(client, key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", keyVariable, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
