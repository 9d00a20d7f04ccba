package main

import (
	"context"
	"os"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/dossier-legal/dossier"
	"github.com/dossier-legal/dossier/internal/build"
	"github.com/dossier-legal/dossier/internal/otlp"
)

// startTracing sends spans to the collector that the standard variable
// OTEL_EXPORTER_OTLP_ENDPOINT names. Without the variable nothing is sent. stop
// sends the remaining spans.
func startTracing(ctx context.Context) (stop func(), err error) {
	exporter, err := otlp.New(os.Getenv)
	switch {
	case err != nil:
		return nil, dossier.Errorf(dossier.CodeInvalidInput, "cannot send traces: %w", err).
			WithCure("correct the variable, or remove OTEL_EXPORTER_OTLP_ENDPOINT to send no traces")
	case exporter == nil:
		return func() {}, nil
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "dossier"), attribute.String("service.version", build.Name()))))
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
