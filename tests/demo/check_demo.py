#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads what ./run demo left, with nothing of otelmq, and asserts what its last line promises:
check_demo.py DIR LAST_LINE ORDERS"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

SERVICES = {"shop", "validator", "billing", "notifier"}
NO_PARENT = (None, "")
CONSUMER = 5
PRODUCER = 4
LINE = re.compile(r"demo: (\d+) orders, (\d+) traces, (\d+) services, (\d+) brokers, "
                  r"(\d+) spans, (\d+) orphans, (\d+) dropped")
INT64_TEXT = re.compile(r"-?\d+")

problems = []


def expect(condition, message):
    if not condition:
        problems.append(message)


def value_of(any_value, where):
    """The value behind OTLP's AnyValue, whose 64-bit numbers are strings in JSON."""
    (kind, value), = any_value.items()
    if kind == "intValue":
        expect(isinstance(value, str) and INT64_TEXT.fullmatch(value), f"{where}: intValue {value!r}")
        return int(value)
    if kind == "arrayValue":
        return [value_of(item, where) for item in value.get("values", [])]
    kinds = {"stringValue": str, "boolValue": bool, "doubleValue": (int, float)}
    expect(kind in kinds and isinstance(value, kinds[kind]), f"{where}: {kind} {value!r}")
    return value


def attributes_of(holder, where):
    pairs = [(entry["key"], value_of(entry["value"], where)) for entry in holder.get("attributes", [])]
    expect(len(dict(pairs)) == len(pairs), f"{where}: an attribute twice")
    return dict(pairs)


def check_id(text, digits, where):
    expect(isinstance(text, str) and re.fullmatch(rf"[0-9a-f]{{{digits}}}", text) and
           set(text) != {"0"}, f"{where}: {text!r} is not an id of {digits} hexadecimal digits")


def check_time(span, key, where):
    expect(isinstance(span.get(key), str) and span[key].isdigit(), f"{where}: {key} is no string")


def check_form(span, where):
    check_id(span["traceId"], 32, where)
    check_id(span["spanId"], 16, where)
    if span.get("parentSpanId") not in NO_PARENT:
        check_id(span["parentSpanId"], 16, where)
    expect(type(span.get("kind")) is int, f"{where}: kind is no integer")
    expect(type(span.get("status", {}).get("code", 0)) is int, f"{where}: status is no integer")
    for key in ("startTimeUnixNano", "endTimeUnixNano"):
        check_time(span, key, where)
    for event in span.get("events", []):
        check_time(event, "timeUnixNano", where)
    for link in span.get("links", []):
        check_id(link["traceId"], 32, where)
        check_id(link["spanId"], 16, where)


def read_spans(directory):
    """All spans, each with its service and its attributes as a dictionary beside it."""
    for path in sorted(Path(directory).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path.name}:{number}"
            for resource in json.loads(line)["resourceSpans"]:
                service = attributes_of(resource["resource"], where)["service.name"]
                expect(service == path.stem, f"{where}: service {service}")
                for scope in resource["scopeSpans"]:
                    for span in scope["spans"]:
                        check_form(span, where)
                        yield {**span, "service": service, "at": f"{where} '{span['name']}'",
                               "values": attributes_of(span, where)}


def check_links(spans, by_id):
    """A process span links to the span that sent the message, in another service."""
    for span in spans:
        if span["values"].get("messaging.operation.type") != "process":
            continue
        expect(span["kind"] == CONSUMER, f"{span['at']}: kind {span['kind']}")
        links = [by_id.get((link["traceId"], link["spanId"])) for link in span.get("links", [])]
        senders = [sender for sender in links if sender and sender["kind"] == PRODUCER]
        expect(senders, f"{span['at']}: no link to a span that sent it")
        for sender in senders:
            expect(sender["values"].get("messaging.operation.type") in ("send", "create") and
                   sender["service"] != span["service"], f"{span['at']}: links to {sender['at']}")


def count_orphans(spans, by_id):
    orphans = 0
    for span in spans:
        references = [(link["traceId"], link["spanId"]) for link in span.get("links", [])]
        if span.get("parentSpanId") not in NO_PARENT:
            references.append((span["traceId"], span["parentSpanId"]))
        orphans += any(reference not in by_id for reference in references)
    return orphans


def check_traces(traces):
    """A valid order went through all services, a rejected one ended with an error in the second."""
    kinds = Counter()
    for trace_id, spans in traces.items():
        services = {span["service"] for span in spans}
        has_error = any(span.get("status", {}).get("code") == 2 for span in spans)
        kinds["rejected" if has_error else "valid"] += 1
        expected = {"shop", "validator"} if has_error else SERVICES
        expect(services == expected, f"trace {trace_id}: {sorted(services)}, error: {has_error}")
        orders = {span["values"]["order.id"] for span in spans if "order.id" in span["values"]}
        expect(len(orders) == 1, f"trace {trace_id}: the orders {sorted(orders)}")
    expect(kinds["valid"] > 0, "no valid order")
    expect(kinds["rejected"] > 0, "no rejected order")
    return kinds


def main(directory, last_line, orders):
    spans = list(read_spans(directory))
    by_id = {(span["traceId"], span["spanId"]): span for span in spans}
    traces = defaultdict(list)
    for span in spans:
        traces[span["traceId"]].append(span)
    expect(len(by_id) == len(spans), "a span id twice")
    check_links(spans, by_id)
    kinds = check_traces(traces)
    brokers = {span["values"]["messaging.system"] for span in spans
               if "messaging.system" in span["values"]}
    counted = (int(orders), len(traces), len({span["service"] for span in spans}), len(brokers),
               len(spans), count_orphans(spans, by_id), 0)
    match = LINE.fullmatch(last_line)
    expect(match, f"the last line is '{last_line}'")
    if match:
        said = tuple(int(number) for number in match.groups())
        expect(said == counted, f"the last line says {said}, the files {counted}")
        expect(counted[1] == counted[0] and counted[2:4] == (4, 2) and counted[5] == 0,
               f"not one trace an order, 4 services, 2 brokers and no orphan: {counted}")
    for problem in problems:
        print(problem)
    print(f"check_demo: {len(problems)} problems; {kinds['valid']} valid and {kinds['rejected']} "
          f"rejected orders, {len(spans)} spans")
    sys.exit(1 if problems else 0)


main(*sys.argv[1:])
