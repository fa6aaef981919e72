# SPDX-License-Identifier: Apache-2.0
"""Reads OTLP JSON lines with nothing of otelmq."""

import json
from collections import defaultdict


def attributes_of(holder):
    return {entry["key"]: next(iter(entry["value"].values()))
            for entry in holder.get("attributes", [])}


def read_spans(paths):
    """The spans of all files, each with its service's name under "service"."""
    spans = []
    for path in paths:
        for line in path.read_text().splitlines():
            for resource_spans in json.loads(line)["resourceSpans"]:
                service = attributes_of(resource_spans["resource"])["service.name"]
                for scope_spans in resource_spans["scopeSpans"]:
                    spans += [{**span, "service": service} for span in scope_spans["spans"]]
    return spans


def by_trace(spans):
    traces = defaultdict(list)
    for span in spans:
        traces[span["traceId"]].append(span)
    return traces


def orphans(spans):
    """Spans whose parent, or what they link to, is not among spans."""
    known = {(span["traceId"], span["spanId"]) for span in spans}
    return [span for span in spans
            if (span.get("parentSpanId") and
                (span["traceId"], span["parentSpanId"]) not in known) or
            any((link["traceId"], link["spanId"]) not in known for link in span.get("links", []))]


def find(spans, name):
    """The one span of this name."""
    found = [span for span in spans if span["name"] == name]
    assert len(found) == 1, f"{len(found)} spans '{name}' in {[span['name'] for span in spans]}"
    return found[0]
