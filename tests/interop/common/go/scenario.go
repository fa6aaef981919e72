// SPDX-License-Identifier: Apache-2.0

// Package scenario is what every program here does alike: the trace that a message belongs to, its
// baggage, and the JSON line that tells of it. ../../README.md describes both.
package scenario

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Of the messages, the one whose trace nobody records.
const unsampled = 4

// SetUp makes the SDK and the W3C propagators those of the process.
func SetUp() {
	otel.SetTracerProvider(sdk.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{}))
}

// ContextOf is the context in which message number index is published.
func ContextOf(index int) (context.Context, error) {
	state, err := trace.ParseTraceState("interop=go,vendor=00f067aa0ba902b7")
	if err != nil {
		return nil, err
	}
	caller := trace.SpanContextConfig{TraceState: state, Remote: true}
	rand.Read(caller.TraceID[:])
	rand.Read(caller.SpanID[:])
	if index != unsampled {
		caller.TraceFlags = trace.FlagsSampled
	}
	ctx := trace.ContextWithSpanContext(context.Background(), trace.NewSpanContext(caller))
	entries, err := baggageOf(index)
	return baggage.ContextWithBaggage(ctx, entries), err
}

func baggageOf(index int) (baggage.Baggage, error) {
	values := map[string]string{
		"tenant": "Jörg & Söhne",
		"filter": `a,b;c=d "e" \f 100% 1+1`,
		"order":  strconv.Itoa(index),
	}
	lifetime, err := baggage.NewKeyValueProperty("ttl", "60")
	if err != nil {
		return baggage.Baggage{}, err
	}
	internal, err := baggage.NewKeyProperty("internal")
	if err != nil {
		return baggage.Baggage{}, err
	}
	plan, err := baggage.NewMember("plan", "gold", lifetime, internal)
	if err != nil {
		return baggage.Baggage{}, err
	}
	members := []baggage.Member{plan}
	for key, value := range values {
		member, err := baggage.NewMember(key, url.PathEscape(value))
		if err != nil {
			return baggage.Baggage{}, err
		}
		members = append(members, member)
	}
	return baggage.New(members...)
}

type ids struct {
	TraceID    string `json:"trace_id"`
	SpanID     string `json:"span_id"`
	Tracestate string `json:"tracestate"`
}

type entry struct {
	Value    string `json:"value"`
	Metadata string `json:"metadata"`
}

type receive struct {
	SpanID string `json:"span_id"`
	Parent string `json:"parent_span_id"`
}

type line struct {
	Event string `json:"event"`
	Body  string `json:"body"`
	ids
	Parent  *string          `json:"parent_span_id"`
	Links   []ids            `json:"links"`
	Receive *receive         `json:"receive,omitempty"`
	Sampled bool             `json:"sampled"`
	Baggage map[string]entry `json:"baggage"`
}

// TellPublished tells of the span whose context is in the message.
func TellPublished(ctx context.Context, body string) error {
	return tell(ctx, line{Event: "published", Body: body})
}

// TellProcessed tells of the span of the processing, and who its parent is when it is recorded.
func TellProcessed(ctx context.Context, body string) error {
	return tell(ctx, line{Event: "processed", Body: body})
}

// TellProcessedAfterReceive tells of both where a receive span is between the message's and that of
// the processing.
func TellProcessedAfterReceive(ctx, received context.Context, body string) error {
	told := line{Event: "processed", Body: body}
	if span, ok := trace.SpanFromContext(received).(sdk.ReadOnlySpan); ok {
		told.Receive = &receive{
			span.SpanContext().SpanID().String(), span.Parent().SpanID().String()}
	}
	return tell(ctx, told)
}

func tell(ctx context.Context, told line) error {
	span := trace.SpanFromContext(ctx)
	told.ids = idsOf(span.SpanContext())
	told.Sampled = span.SpanContext().IsSampled()
	if recorded, ok := span.(sdk.ReadOnlySpan); ok {
		parent := recorded.Parent().SpanID().String()
		told.Parent = &parent
		for _, link := range recorded.Links() {
			told.Links = append(told.Links, idsOf(link.SpanContext))
		}
	}
	told.Baggage = entriesOf(baggage.FromContext(ctx))
	return json.NewEncoder(os.Stdout).Encode(told)
}

func idsOf(of trace.SpanContext) ids {
	return ids{of.TraceID().String(), of.SpanID().String(), of.TraceState().String()}
}

func entriesOf(all baggage.Baggage) map[string]entry {
	entries := map[string]entry{}
	for _, member := range all.Members() {
		var metadata []string
		for _, property := range member.Properties() {
			metadata = append(metadata, property.String())
		}
		entries[member.Key()] = entry{member.Value(), strings.Join(metadata, ";")}
	}
	return entries
}
