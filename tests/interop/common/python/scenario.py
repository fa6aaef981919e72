# SPDX-License-Identifier: Apache-2.0
"""What every program here does alike: the trace that a message belongs to, its baggage, and the JSON
line that tells of it. ../../README.md describes both."""

import json
import secrets

from opentelemetry import baggage, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

UNSAMPLED = 4  # of the messages, the one whose trace nobody records


def context_of(index):
    """The context in which message number index is published. Baggage has no metadata here."""
    flags = TraceFlags.DEFAULT if index == UNSAMPLED else TraceFlags.SAMPLED
    caller = SpanContext(
        trace_id=secrets.randbits(128) | 1,
        span_id=secrets.randbits(64) | 1,
        is_remote=True,
        trace_flags=TraceFlags(flags),
        trace_state=TraceState([("interop", "python"), ("vendor", "00f067aa0ba902b7")]),
    )
    context = trace.set_span_in_context(NonRecordingSpan(caller))
    context = baggage.set_baggage("tenant", "Jörg & Söhne", context)
    context = baggage.set_baggage("filter", 'a,b;c=d "e" \\f 100% 1+1', context)
    context = baggage.set_baggage("plan", "gold", context)
    return baggage.set_baggage("order", str(index), context)


def tell_published(body, span):
    """The span whose context is in the message."""
    _tell("published", body, span)


def tell_processed(body, span):
    """The span of the processing, and who its parent is when it is recorded."""
    parent = getattr(span, "parent", None)
    _tell("processed", body, span, {
        "parent_span_id": trace.format_span_id(parent.span_id) if parent else None,
        "links": [_ids(link.context) for link in getattr(span, "links", ())],
    })


def _tell(event, body, span, more=None):
    context = span.get_span_context()
    line = {"event": event, "body": body, **_ids(context), **(more or {})}
    line["sampled"] = context.trace_flags.sampled
    line["baggage"] = {key: {"value": value, "metadata": ""}
                       for key, value in baggage.get_all().items()}
    print(json.dumps(line), flush=True)


def _ids(context):
    return {
        "trace_id": trace.format_trace_id(context.trace_id),
        "span_id": trace.format_span_id(context.span_id),
        "tracestate": context.trace_state.to_header(),
    }
