package otlp

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// environment returns a getenv that knows the pairs only.
func environment(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values["OTEL_EXPORTER_OTLP_"+pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

// record sends two spans, one in the other, through an exporter with these
// settings, and returns the error of sending them.
func record(t *testing.T, pairs ...string) error {
	t.Helper()
	e, err := New(environment(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	keeping := &keep{to: e}
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(keeping),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "test"))))
	ctx, outer := provider.Tracer("a").Start(t.Context(), "outer", trace.WithSpanKind(trace.SpanKindProducer))
	_, inner := provider.Tracer("b").Start(ctx, "inner", trace.WithAttributes(
		attribute.String("empty", ""), attribute.Int("n", -3), attribute.Bool("yes", true), attribute.Float64("f", 1.5)),
		trace.WithLinks(trace.Link{SpanContext: outer.SpanContext()}))
	inner.AddEvent("happened", trace.WithAttributes(attribute.Int("k", 0)))
	inner.SetStatus(codes.Error, "went wrong")
	inner.End()
	outer.End()
	if err := e.ExportSpans(context.Background(), keeping.spans); err != nil {
		return err
	}
	return provider.Shutdown(context.Background())
}

// keep collects spans, which are then exported together.
type keep struct {
	to    *Exporter
	spans []sdktrace.ReadOnlySpan
}

func (k *keep) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	k.spans = append(k.spans, spans...)
	return nil
}

func (k *keep) Shutdown(ctx context.Context) error { return k.to.Shutdown(ctx) }

// collector answers with status and body, and keeps what it was sent last.
type collector struct {
	*httptest.Server
	requests atomic.Int32
	path     string
	header   http.Header
	sent     tracepb.TracesData
}

func newCollector(t *testing.T, answer func(n int, w http.ResponseWriter)) *collector {
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.path, c.header = r.URL.Path, r.Header
		var body io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(r.Body); err != nil {
				t.Error(err)
			}
		}
		b, err := io.ReadAll(body)
		if err := cmp.Or(err, proto.Unmarshal(b, &c.sent)); err != nil {
			t.Error(err)
		}
		answer(int(c.requests.Add(1)), w)
	}))
	t.Cleanup(c.Close)
	return c
}

func accept(int, http.ResponseWriter) {}

// A collector reads from the messages what was recorded.
func TestCollectorReadsTheSpans(t *testing.T) {
	c := newCollector(t, accept)
	if err := record(t, "ENDPOINT", c.URL+"/base", "HEADERS", "Authorization=Bearer%20x,X-A=1", "COMPRESSION", "gzip"); err != nil {
		t.Fatal(err)
	}
	if c.path != "/base/v1/traces" || c.header.Get("Authorization") != "Bearer x" || c.header.Get("X-A") != "1" {
		t.Errorf("sent to %s with %v", c.path, c.header)
	}
	groups := c.sent.GetResourceSpans()
	if len(groups) != 1 || len(groups[0].GetScopeSpans()) != 2 {
		t.Fatalf("%v", groups)
	}
	if name := groups[0].GetResource().GetAttributes()[0]; name.GetKey() != "service.name" || name.GetValue().GetStringValue() != "test" {
		t.Errorf("resource %v", name)
	}
	inner, outer := groups[0].GetScopeSpans()[0].GetSpans()[0], groups[0].GetScopeSpans()[1].GetSpans()[0]
	if groups[0].GetScopeSpans()[0].GetScope().GetName() != "b" || inner.GetName() != "inner" || outer.GetName() != "outer" {
		t.Errorf("%v", groups)
	}
	if string(inner.GetParentSpanId()) != string(outer.GetSpanId()) || string(inner.GetTraceId()) != string(outer.GetTraceId()) || len(outer.GetParentSpanId()) != 0 {
		t.Errorf("inner %v of outer %v", inner, outer)
	}
	if outer.GetKind() != tracepb.Span_SPAN_KIND_PRODUCER || inner.GetStatus().GetCode() != tracepb.Status_STATUS_CODE_ERROR || inner.GetStatus().GetMessage() != "went wrong" {
		t.Errorf("kind %v, status %v", outer.GetKind(), inner.GetStatus())
	}
	if inner.GetStartTimeUnixNano() == 0 || inner.GetEndTimeUnixNano() < inner.GetStartTimeUnixNano() || inner.GetFlags() != 0x101 {
		t.Errorf("%v", inner)
	}
	values := map[string]any{}
	for _, kv := range inner.GetAttributes() {
		values[kv.GetKey()] = kv.GetValue().String()
	}
	for key, want := range map[string]string{"empty": `string_value:""`, "n": "int_value:-3", "yes": "bool_value:true", "f": "double_value:1.5"} {
		if values[key] != want {
			t.Errorf("%s is %v, want %s", key, values[key], want)
		}
	}
	if e := inner.GetEvents(); len(e) != 1 || e[0].GetName() != "happened" || e[0].GetAttributes()[0].GetValue().String() != "int_value:0" {
		t.Errorf("events %v", e)
	}
	if l := inner.GetLinks(); len(l) != 1 || string(l[0].GetSpanId()) != string(outer.GetSpanId()) {
		t.Errorf("links %v", l)
	}
}

// A busy collector is asked again; one that refuses is not.
func TestOnlyTemporaryErrorsAreRetried(t *testing.T) {
	busy := newCollector(t, func(n int, w http.ResponseWriter) {
		if n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	if err := record(t, "TRACES_ENDPOINT", busy.URL+"/here"); err != nil || busy.requests.Load() != 2 || busy.path != "/here" {
		t.Errorf("%v after %d requests to %s", err, busy.requests.Load(), busy.path)
	}
	refusing := newCollector(t, func(_ int, w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) })
	if err := record(t, "ENDPOINT", refusing.URL); err == nil || refusing.requests.Load() != 1 {
		t.Errorf("%v after %d requests", err, refusing.requests.Load())
	}
}

func TestTimeoutBoundsRetries(t *testing.T) {
	down := newCollector(t, func(_ int, w http.ResponseWriter) {
		w.Header().Set("Retry-After", "3000")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	err := record(t, "ENDPOINT", down.URL, "TIMEOUT", "200")
	if err == nil || !strings.Contains(err.Error(), "429") || down.requests.Load() != 1 {
		t.Errorf("%v after %d requests", err, down.requests.Load())
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if e, err := New(environment("ENDPOINT", down.URL)); err != nil || e.ExportSpans(ctx, nil) != nil {
		t.Error("nothing to send is an error")
	}
}

// Spans that the collector rejects are not lost silently.
func TestRejectedSpansAreReported(t *testing.T) {
	c := newCollector(t, func(_ int, w http.ResponseWriter) {
		var partial, m message
		partial.number(1, 2)
		partial.text(2, "too old")
		m.embed(1, partial)
		_, _ = w.Write(m)
	})
	if err := record(t, "ENDPOINT", c.URL); err == nil || !strings.Contains(err.Error(), "rejected 2 spans: too old") {
		t.Error(err)
	}
	for _, harmless := range []string{"", "{}", "ok", "\n\x00", "\xff\xff"} {
		if err := rejected([]byte(harmless)); err != nil {
			t.Errorf("%q: %v", harmless, err)
		}
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	if e, err := New(environment()); e != nil || err != nil {
		t.Errorf("without a collector: %v, %v", e, err)
	}
	for _, c := range [][2]string{
		{"ENDPOINT", "collector:4318"},
		{"ENDPOINT", "grpc://collector"},
		{"HEADERS", "secret"},
		{"TIMEOUT", "10s"},
		{"COMPRESSION", "zip"},
		{"PROTOCOL", "grpc"},
		{"CERTIFICATE", "/nowhere/ca.pem"},
		{"CLIENT_KEY", "/nowhere/key.pem"},
	} {
		_, err := New(environment(c[0], c[1]))
		if err == nil || !strings.HasPrefix(err.Error(), "OTEL_EXPORTER_OTLP_"+c[0]+": ") {
			t.Errorf("%s=%s: %v", c[0], c[1], err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
	if !errors.Is(temporaryError{io.EOF}, io.EOF) {
		t.Error("the cause of a temporary error is lost")
	}
}
