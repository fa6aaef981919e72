# SPDX-License-Identifier: Apache-2.0
"""What the producer of a message says of it, held against what its consumer says."""

import json
from urllib.parse import quote, unquote

# The baggage of every message, and the number of the message as "order".
BAGGAGE = {
    "tenant": {"value": "Jörg & Söhne", "metadata": ""},
    "filter": {"value": 'a,b;c=d "e" \\f 100% 1+1', "metadata": ""},
    "plan": {"value": "gold", "metadata": "ttl=60;internal"},
}
TRACESTATE = "interop={},vendor=00f067aa0ba902b7"
UNSAMPLED = "4"
FIELDS = ["traceparent", "tracestate", "baggage"]
TEXT_KINDS = {"S", "bytes"}  # AMQP's long string, and what Kafka has only

# (broker, language) whose instrumentation gives each process span a new trace with a link.
LINKING = {("kafka", "python")}
# Whose instrumentation adds its headers to those that a message brought along, and ...
APPENDING = {("kafka", "python")}
# ... who then reads the first of each name, as OpenTelemetry says that a carrier should.
READING_FIRST = {("kafka", "c"), ("kafka", "go")}
# Whose SDK percent-encodes the metadata of baggage, which nobody decodes but Python.
ENCODING_METADATA = {("kafka", "java")}


def reads_stale(broker, producer, consumer):
    """Whether consumer, of what producer sends on, sees the context of the message before."""
    return (broker, producer) in APPENDING and (broker, consumer) in READING_FIRST


def lines_of(event, printed):
    """{body: line}, and the problem when a message is there twice."""
    lines = [json.loads(line) for line in printed]
    lines = [line for line in lines if line["event"] == event]
    return {line["body"]: line for line in lines}, len(lines)


def published_by(language, printed, count):
    """Problems of the first producer: it must have published what the scenario says."""
    published, number = lines_of("published", printed)
    problems = [] if number == count else [f"{number} of {count} messages were published"]
    for body, line in published.items():
        expected = {**BAGGAGE, "order": {"value": body, "metadata": ""}}
        if language == "python":
            expected = {key: {**entry, "metadata": ""} for key, entry in expected.items()}
        problems += differences(body, {
            "baggage": (line["baggage"], expected),
            "tracestate": (line["tracestate"], TRACESTATE.format(language)),
            "sampled": (line["sampled"], body != UNSAMPLED),
        })
    return problems


def differences(body, compared):
    return [f"message {body}: {what} is {found!r}, not {expected!r}"
            for what, (found, expected) in compared.items() if found != expected]


def one_trace(sent, received):
    """Problems of a chain from its first producer to its last consumer: each message, one trace."""
    first, _ = lines_of("published", sent)
    last, _ = lines_of("processed", received)
    return [problem for body in first.keys() & last.keys() for problem in differences(body, {
        "trace at the end": (last[body]["trace_id"], first[body]["trace_id"])})]


class Pair:
    """
    A producer and a consumer; is_linked: the consumer starts new traces, with links; copies: how
    often the message has each of the headers.
    """

    def __init__(self, broker, producer, consumer, is_linked=False, copies=1):
        self.producer = producer
        self.consumer = consumer
        self.encodes_metadata = (broker, producer) in ENCODING_METADATA
        self.links_by_itself = (broker, consumer) in LINKING
        self.is_linked = is_linked or self.links_by_itself
        self.copies = copies
        self.checked = []

    def compare(self, sent, received, count):
        published, sent_count = lines_of("published", sent)
        processed, received_count = lines_of("processed", received)
        self.checked = []
        if not sent_count == received_count == count == len(processed):
            return [f"{sent_count} messages were sent, and {received_count} processed"]
        if published.keys() != processed.keys():
            return [f"{sorted(published)} were sent, and {sorted(processed)} processed"]
        problems = []
        for body in sorted(published):
            problems += differences(body, self.facts(published[body], processed[body]))
        return problems

    def facts(self, sent, received):
        """What was found, and what is right."""
        compared = {}
        if self.is_linked:
            compared |= self.new_trace(sent, received)
        else:
            compared |= self.same_trace(sent, received)
        if self.consumer == "c" or self.is_linked:
            compared |= self.link(sent, received)
        if self.consumer == "c":
            compared["headers"] = (self.text_headers(received), sorted(FIELDS * self.copies))
        compared["baggage"] = (received["baggage"], self.arriving_baggage(sent["baggage"]))
        self.checked += [what for what in compared if what not in self.checked]
        return compared

    @staticmethod
    def same_trace(sent, received):
        compared = {
            "trace": (received["trace_id"], sent["trace_id"]),
            "sampled": (received["sampled"], sent["sampled"]),
            "tracestate": (received["tracestate"], sent["tracestate"]),
        }
        if sent["sampled"]:
            parent = received["parent_span_id"]
            if "receive" in received:
                compared["parent's"] = (parent, received["receive"]["span_id"])
                parent = received["receive"]["parent_span_id"]
            compared["parent"] = (parent, sent["span_id"])
        return compared

    def new_trace(self, sent, received):
        compared = {"new trace": (received["trace_id"] != sent["trace_id"], True)}
        if not self.links_by_itself:
            compared["root"] = (received.get("parent_span_id"), None)
        return compared

    def link(self, sent, received):
        """Of a span that is not recorded there is nothing to see."""
        if "links" not in received:
            return {"sampled": (received["sampled"], False)}
        expected = {key: sent[key] for key in ("trace_id", "span_id", "tracestate")}
        found = received["links"]
        if sent["span_id"] is None:
            found = [{**link, "span_id": None} for link in found]
        return {"link": (found, [expected])}

    @staticmethod
    def text_headers(received):
        """The names of our headers that came as text."""
        return sorted(name for name, kind in received["headers"]
                      if name in FIELDS and kind in TEXT_KINDS)

    def arriving_baggage(self, sent):
        return {key: self.arriving_entry(entry) for key, entry in sent.items()}

    def arriving_entry(self, entry):
        """
        Python's SDK writes a space as a plus, which W3C Baggage reads as a plus, reads a plus as a
        space, and takes the metadata for a part of the value. Go's SDK is the one that leaves a plus
        as it is, where C and Java encode it.
        """
        value, metadata = entry["value"], entry["metadata"]
        if self.encodes_metadata:
            metadata = quote(metadata, safe="")
        if self.producer == "python":
            value = value.replace(" ", "+")
        if self.consumer == "python":
            value = value.replace("+", " ") if self.producer == "go" else value
            value, metadata = ";".join(filter(None, [value, unquote(metadata)])), ""
        return {"value": value, "metadata": metadata}
