package otlp

import (
	"fmt"
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protowire"
)

// message is an encoded protobuf message. Its methods append a field; like all of
// protobuf, they leave out the empty value.
type message []byte

func (m *message) tag(field protowire.Number, typ protowire.Type) {
	*m = protowire.AppendTag(*m, field, typ)
}

func (m *message) bytes(field protowire.Number, b []byte) {
	if len(b) > 0 {
		m.embed(field, b)
	}
}

// embed appends a message even if it is empty, which differs from none.
func (m *message) embed(field protowire.Number, b message) {
	m.tag(field, protowire.BytesType)
	*m = protowire.AppendBytes(*m, b)
}

func (m *message) text(field protowire.Number, s string) { m.bytes(field, []byte(s)) }

func (m *message) number(field protowire.Number, n uint64) {
	if n > 0 {
		m.tag(field, protowire.VarintType)
		*m = protowire.AppendVarint(*m, n)
	}
}

func (m *message) time(field protowire.Number, t time.Time) {
	if !t.IsZero() {
		m.tag(field, protowire.Fixed64Type)
		*m = protowire.AppendFixed64(*m, uint64(t.UnixNano()))
	}
}

// encode returns an ExportTraceServiceRequest: resources, in them scopes, in them
// spans, each group in the order of its first span. The field numbers are those of
// opentelemetry/proto/trace/v1/trace.proto.
func encode(spans []sdktrace.ReadOnlySpan) message {
	type place struct {
		resource attribute.Distinct
		scope    instrumentation.Scope
	}
	var resources []attribute.Distinct
	scopes := map[attribute.Distinct][]place{}
	members := map[place][]sdktrace.ReadOnlySpan{}
	for _, s := range spans {
		p := place{s.Resource().Equivalent(), s.InstrumentationScope()}
		if scopes[p.resource] == nil {
			resources = append(resources, p.resource)
		}
		if members[p] == nil {
			scopes[p.resource] = append(scopes[p.resource], p)
		}
		members[p] = append(members[p], s)
	}
	var request message
	for _, r := range resources {
		first := members[scopes[r][0]][0].Resource()
		var group, resource message
		resource.attributes(1, first.Attributes())
		group.embed(1, resource)
		for _, p := range scopes[r] {
			group.embed(2, scopeSpans(p.scope, members[p]))
		}
		group.text(3, first.SchemaURL())
		request.embed(1, group)
	}
	return request
}

// scopeSpans encodes the spans of one instrumentation scope.
func scopeSpans(scope instrumentation.Scope, spans []sdktrace.ReadOnlySpan) message {
	var m, s message
	s.text(1, scope.Name)
	s.text(2, scope.Version)
	s.attributes(3, scope.Attributes.ToSlice())
	m.embed(1, s)
	for _, span := range spans {
		m.embed(2, encodeSpan(span))
	}
	m.text(3, scope.SchemaURL)
	return m
}

// encodeSpan encodes a Span. The numbers of kinds agree with those of the
// protocol.
func encodeSpan(s sdktrace.ReadOnlySpan) message {
	var m message
	traceID, spanID := s.SpanContext().TraceID(), s.SpanContext().SpanID()
	m.bytes(1, traceID[:])
	m.bytes(2, spanID[:])
	m.text(3, s.SpanContext().TraceState().String())
	if parent := s.Parent().SpanID(); parent.IsValid() {
		m.bytes(4, parent[:])
	}
	m.text(5, s.Name())
	m.number(6, uint64(s.SpanKind()))
	m.time(7, s.StartTime())
	m.time(8, s.EndTime())
	m.attributes(9, s.Attributes())
	m.number(10, uint64(s.DroppedAttributes()))
	for _, e := range s.Events() {
		var event message
		event.time(1, e.Time)
		event.text(2, e.Name)
		event.attributes(3, e.Attributes)
		event.number(4, uint64(e.DroppedAttributeCount))
		m.embed(11, event)
	}
	m.number(12, uint64(s.DroppedEvents()))
	for _, l := range s.Links() {
		m.embed(13, encodeLink(l))
	}
	m.number(14, uint64(s.DroppedLinks()))
	var status message
	status.text(2, s.Status().Description)
	status.number(3, statusCode[s.Status().Code])
	m.embed(15, status)
	m.flags(16, s.SpanContext(), s.Parent())
	return m
}

// statusCode maps the codes of the library to those of the protocol.
var statusCode = map[codes.Code]uint64{codes.Unset: 0, codes.Ok: 1, codes.Error: 2}

func encodeLink(l sdktrace.Link) message {
	var m message
	traceID, spanID := l.SpanContext.TraceID(), l.SpanContext.SpanID()
	m.bytes(1, traceID[:])
	m.bytes(2, spanID[:])
	m.text(3, l.SpanContext.TraceState().String())
	m.attributes(4, l.Attributes)
	m.number(5, uint64(l.DroppedAttributeCount))
	m.flags(6, l.SpanContext, l.SpanContext)
	return m
}

// flags appends the W3C flags of a span, and whether the span that it refers to is
// in another process.
func (m *message) flags(field protowire.Number, of, referred trace.SpanContext) {
	const hasIsRemote, isRemote = 0x100, 0x200
	flags := uint32(of.TraceFlags()) | hasIsRemote
	if referred.IsRemote() {
		flags |= isRemote
	}
	m.tag(field, protowire.Fixed32Type)
	*m = protowire.AppendFixed32(*m, flags)
}

// attributes appends a KeyValue for each attribute.
func (m *message) attributes(field protowire.Number, list []attribute.KeyValue) {
	for _, kv := range list {
		var pair message
		pair.text(1, string(kv.Key))
		pair.embed(2, anyValue(kv.Value))
		m.embed(field, pair)
	}
}

// anyValue encodes an AnyValue, in which empty values count. Lists, which dossier
// does not use, become their text.
func anyValue(v attribute.Value) message {
	var m message
	switch v.Type() {
	case attribute.BOOL:
		m.tag(2, protowire.VarintType)
		m = protowire.AppendVarint(m, protowire.EncodeBool(v.AsBool()))
	case attribute.INT64:
		m.tag(3, protowire.VarintType)
		m = protowire.AppendVarint(m, uint64(v.AsInt64()))
	case attribute.FLOAT64:
		m.tag(4, protowire.Fixed64Type)
		m = protowire.AppendFixed64(m, math.Float64bits(v.AsFloat64()))
	default:
		m.embed(1, []byte(v.String()))
	}
	return m
}

// rejected returns an error if an ExportTraceServiceResponse says that spans were
// rejected. A response that is no such message says nothing, as from collectors
// that answer in another format.
func rejected(response []byte) error {
	partial, _ := field(response, 1)
	count, text := uint64(0), ""
	if value, typ := field(partial, 1); typ == protowire.VarintType {
		count, _ = protowire.ConsumeVarint(value)
	}
	if value, typ := field(partial, 2); typ == protowire.BytesType {
		text = string(value)
	}
	if count == 0 {
		return nil
	}
	return fmt.Errorf("the collector rejected %d spans: %s", count, text)
}

// field returns the first value of a field of an encoded message: the bytes of a
// BytesType, the encoded value of another type, nil if there is none.
func field(m []byte, want protowire.Number) ([]byte, protowire.Type) {
	for len(m) > 0 {
		number, typ, n := protowire.ConsumeTag(m)
		if n < 0 {
			return nil, 0
		}
		size := protowire.ConsumeFieldValue(number, typ, m[n:])
		if size < 0 {
			return nil, 0
		}
		value := m[n : n+size]
		if number == want && typ == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		if number == want {
			return value, typ
		}
		m = m[n+size:]
	}
	return nil, 0
}
