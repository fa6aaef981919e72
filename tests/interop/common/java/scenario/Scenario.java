// SPDX-License-Identifier: Apache-2.0
package scenario;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What every program here does alike: the trace that a message belongs to, its baggage, and the JSON
 * line that tells of it. ../../../README.md describes both.
 */
public final class Scenario {
    /** Of the messages, the one whose trace nobody records. */
    private static final int UNSAMPLED = 4;

    private Scenario() {}

    /** The SDK with the W3C propagators. Without a processor it would record nothing. */
    public static OpenTelemetry setUp() {
        var discard = SimpleSpanProcessor.create(SpanExporter.composite());
        return OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(discard).build())
                .setPropagators(ContextPropagators.create(TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(),
                        W3CBaggagePropagator.getInstance())))
                .build();
    }

    /** The context in which message number index is published. */
    public static Context contextOf(int index) {
        var ids = IdGenerator.random();
        var caller = SpanContext.createFromRemoteParent(
                ids.generateTraceId(),
                ids.generateSpanId(),
                index == UNSAMPLED ? TraceFlags.getDefault() : TraceFlags.getSampled(),
                TraceState.builder()
                        .put("vendor", "00f067aa0ba902b7")
                        .put("interop", "java")
                        .build());
        var baggage = Baggage.builder()
                .put("tenant", "Jörg & Söhne")
                .put("filter", "a,b;c=d \"e\" \\f 100% 1+1")
                .put("plan", "gold", BaggageEntryMetadata.create("ttl=60;internal"))
                .put("order", Integer.toString(index))
                .build();
        return Context.root().with(Span.wrap(caller)).with(baggage);
    }

    /** Tells of the span whose context is in the message. */
    public static void tellPublished(Context context, String body) {
        tell(context, body, new TreeMap<>(Map.of("event", "published")));
    }

    /** Tells of the span of the processing, and who its parent is when it is recorded. */
    public static void tellProcessed(Context context, String body) {
        var line = new TreeMap<String, Object>(Map.of("event", "processed"));
        if (Span.fromContext(context) instanceof ReadableSpan span) {
            line.put("parent_span_id", span.getParentSpanContext().getSpanId());
            line.put("links", span.toSpanData().getLinks().stream()
                    .map(link -> ids(link.getSpanContext()))
                    .toList());
        }
        tell(context, body, line);
    }

    private static void tell(Context context, String body, Map<String, Object> line) {
        var span = Span.fromContext(context).getSpanContext();
        var entries = new TreeMap<String, Object>();
        Baggage.fromContext(context).forEach((key, entry) -> entries.put(key, Map.of(
                "value", entry.getValue(), "metadata", entry.getMetadata().getValue())));
        line.put("body", body);
        line.put("sampled", span.isSampled());
        line.put("baggage", entries);
        line.putAll(ids(span));
        System.out.println(Json.write(line));
    }

    private static Map<String, String> ids(SpanContext span) {
        var state = span.getTraceState().asMap().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
        return Map.of("trace_id", span.getTraceId(), "span_id", span.getSpanId(),
                "tracestate", state);
    }
}
