// Package otlp sends spans to a collector of traces with the OpenTelemetry
// protocol: protobuf over HTTP.
//
// The exporter of the OpenTelemetry project does the same, but brings gRPC and
// generated code for all signals, which is 2.6 MB of the program. Spans need a
// dozen messages, which encode.go writes directly.
package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// firstPause is the pause before the first retry. It doubles with each retry.
const firstPause = time.Second

// maxResponse bounds how much of a response is read, in bytes.
const maxResponse = 64 << 10

// Exporter sends finished spans to a collector. It implements
// [sdktrace.SpanExporter] and may be used by many goroutines.
type Exporter struct {
	settings
	client *http.Client
}

// New returns an exporter with the settings of the standard variables
// OTEL_EXPORTER_OTLP_…, which getenv reads, or nil if they name no collector. The
// error names the variable that is wrong.
func New(getenv func(string) string) (*Exporter, error) {
	s, err := readSettings(getenv)
	if err != nil || s.url == "" {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() // it is documented to be one
	transport.TLSClientConfig = s.tls
	return &Exporter{settings: s, client: &http.Client{Transport: transport}}, nil
}

// ExportSpans sends the spans. It retries while the collector is unreachable or
// asks for patience, until the timeout of the settings or the end of ctx. It fails
// if the collector rejected spans.
func (e *Exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body := []byte(encode(spans))
	if e.compress {
		var err error
		if body, err = compress(body); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	for pause := firstPause; ; pause *= 2 {
		asked, err := e.send(ctx, body)
		if _, temporary := errors.AsType[temporaryError](err); !temporary {
			return err
		}
		select {
		case <-time.After(max(pause, asked)):
		case <-ctx.Done():
			return fmt.Errorf("cannot send %d spans to %s: %w", len(spans), e.url, err)
		}
	}
}

// Shutdown closes the idle connections to the collector.
func (e *Exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

func compress(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

// temporaryError is an error that a retry may mend.
type temporaryError struct{ error }

func (e temporaryError) Unwrap() error { return e.error }

// send posts the body once. After a temporary error it returns the pause that the
// collector asks for, or 0.
func (e *Exporter) send(ctx context.Context, body []byte) (asked time.Duration, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header = e.headers.Clone()
	req.Header.Set("Content-Type", "application/x-protobuf")
	if e.compress {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return 0, temporaryError{err}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	if err != nil {
		return 0, temporaryError{err}
	}
	switch resp.StatusCode {
	case http.StatusOK, http.StatusAccepted, http.StatusNoContent:
		return 0, rejected(answer)
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After")) // absent, or a date: the usual pause
		return time.Duration(min(max(seconds, 0), 3600)) * time.Second, temporaryError{fmt.Errorf("the collector answers %s", resp.Status)}
	}
	return 0, fmt.Errorf("the collector at %s answers %s", e.url, resp.Status)
}
