# SPDX-License-Identifier: Apache-2.0
"""Runs emit_spans, and knows what has to arrive, whatever the way. For test programs that have the
path of emit_spans as their first argument.
"""

import math
import os
import subprocess
import sys

from opentelemetry.proto.trace.v1 import trace_pb2

EMIT_SPANS = sys.argv.pop(1)
REMOTE_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REMOTE_SPAN = "00f067aa0ba902b7"


def run_emit(**variables):
    """Runs emit_spans under these variables; returns how it ended."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OTEL")}
    environment.update(variables, no_proxy="127.0.0.1")
    return subprocess.run([EMIT_SPANS], env=environment, capture_output=True, timeout=60)


def emit(**variables):
    """Runs emit_spans, which must say nothing is wrong; returns what it wrote."""
    run = run_emit(**variables)
    if run.returncode != 0 or run.stderr:
        raise AssertionError(f"emit_spans: {run.returncode}: {run.stderr.decode()}")
    return run.stdout


def value_of(any_value):
    kind = any_value.WhichOneof("value")
    if kind is None:
        return None
    value = getattr(any_value, kind)
    if kind == "array_value":
        return [value_of(element) for element in value.values]
    return attributes_of(value.values) if kind == "kvlist_value" else value


def attributes_of(key_values):
    return {pair.key: value_of(pair.value) for pair in key_values}


def spans_of(data):
    """All spans by name, each with the name of its scope."""
    return {
        span.name: (span, scope_spans.scope)
        for resource_spans in data.resource_spans
        for scope_spans in resource_spans.scope_spans
        for span in scope_spans.spans
    }


def nested(depth):
    """Maps in each other, as deep as they are exported; what stands deeper would be refused."""
    value = 1
    for _ in range(depth):
        value = {"k": value}
    return value


class Expectations:
    """What has to arrive, whatever the way."""

    def check(self, data):
        self.check_resource(data)
        spans = spans_of(data)
        self.assertEqual(set(spans), {"process orders", "root", "child"})
        self.check_full(*spans["process orders"])
        self.check_tree(spans)

    def check_resource(self, data):
        self.assertEqual(len(data.resource_spans), 1)
        self.assertEqual(len(data.resource_spans[0].scope_spans), 2)
        attributes = attributes_of(data.resource_spans[0].resource.attributes)
        self.assertEqual(attributes["service.name"], "emit")
        self.assertIsInstance(attributes["process.pid"], int)
        self.assertEqual(attributes["telemetry.sdk.language"], "c")

    def check_full(self, span, scope):
        self.assertEqual((scope.name, scope.version), ("orders", "1.2.3"))
        self.assertEqual(attributes_of(scope.attributes), {"part": "billing"})
        self.assertEqual(span.trace_id.hex(), REMOTE_TRACE)
        self.assertEqual(span.parent_span_id.hex(), REMOTE_SPAN)
        self.assertEqual(len(span.span_id), 8)
        self.assertEqual(span.trace_state, "vendor=value")
        self.assertEqual(span.flags & ~2, 0x301)
        self.assertEqual(span.kind, trace_pb2.Span.SPAN_KIND_CONSUMER)
        self.assertEqual(span.start_time_unix_nano, 1700000000000000001)
        self.assertEqual(span.end_time_unix_nano, 1700000000000000009)
        self.assertEqual(span.status.code, trace_pb2.Status.STATUS_CODE_ERROR)
        self.assertEqual(span.status.message, "no items")
        self.check_attributes(attributes_of(span.attributes))
        self.check_event(span.events)
        self.check_link(span.links)

    def check_attributes(self, attributes):
        self.assertEqual(
            attributes,
            {
                "string": 'grüß "dich"\n',
                "bad": "bad \ufffd byte",
                "bool": False,
                "int": -42,
                "double": 0.5,
                "infinite": math.inf,
                "strings": ["a", ""],
                "bools": [True, False],
                "ints": [-(2**63), 0, 2**63 - 1],
                "doubles": [0.1, -1e300],
                "empty": [],
                "bytes": b"\0\xff",
                "values": [1, None, "two", {"city": "Ulm"}],
                "map": {"city": "Ulm"},
                "deep": nested(30),
            },
        )

    def check_event(self, events):
        self.assertEqual([event.name for event in events], ["validated"])
        self.assertEqual(events[0].time_unix_nano, 1700000000000000002)
        self.assertEqual(attributes_of(events[0].attributes), {"note": 7})

    def check_link(self, links):
        self.assertEqual(len(links), 1)
        self.assertEqual(links[0].trace_id.hex(), REMOTE_TRACE)
        self.assertEqual(links[0].span_id.hex(), REMOTE_SPAN)
        self.assertEqual(links[0].trace_state, "vendor=value")
        self.assertEqual(links[0].flags, 0x301)
        self.assertEqual(attributes_of(links[0].attributes), {"note": 7})

    def check_tree(self, spans):
        root, scope = spans["root"]
        child, _ = spans["child"]
        self.assertEqual((scope.name, scope.version), ("other", ""))
        self.assertEqual(root.parent_span_id, b"")
        self.assertEqual(root.kind, trace_pb2.Span.SPAN_KIND_INTERNAL)
        self.assertEqual(child.trace_id, root.trace_id)
        self.assertEqual(child.parent_span_id, root.span_id)
        self.assertEqual(child.kind, trace_pb2.Span.SPAN_KIND_PRODUCER)
        self.assertEqual(child.status.code, trace_pb2.Status.STATUS_CODE_OK)
        self.assertEqual(child.flags & ~2, 0x101)
        self.assertLessEqual(root.start_time_unix_nano, child.start_time_unix_nano)
        self.assertLessEqual(child.end_time_unix_nano, root.end_time_unix_nano)
