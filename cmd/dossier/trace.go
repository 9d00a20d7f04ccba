package main

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

// startSubmission starts the span that all work on a batch belongs to.
func startSubmission(ctx context.Context) (context.Context, trace.Span) {
	return otel.Tracer("dossier").Start(ctx, "submit", trace.WithSpanKind(trace.SpanKindProducer))
}
