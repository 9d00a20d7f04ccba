package main

import (
	"context"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/dossier-legal/dossier"
)

// startTracing sends spans to the collector that the standard variable
// OTEL_EXPORTER_OTLP_ENDPOINT names; without it nothing is sent. stop sends what
// is left.
func startTracing(ctx context.Context) (stop func(), err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return func() {}, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "cannot send traces: %w", err).
			About("OTEL_EXPORTER_OTLP_ENDPOINT").WithCure("write it as http://host:4318, or leave it out")
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "dossier"), attribute.String("service.version", build()))))
	otel.SetTracerProvider(provider)
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = provider.Shutdown(ctx) // traces that cannot be sent are lost, and nothing else
	}, nil
}

// startSubmission starts the span that all work on a batch belongs to.
func startSubmission(ctx context.Context) (context.Context, trace.Span) {
	return otel.Tracer("dossier").Start(ctx, "submit", trace.WithSpanKind(trace.SpanKindProducer))
}
