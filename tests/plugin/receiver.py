# SPDX-License-Identifier: Apache-2.0
"""An OTLP/HTTP receiver that keeps the spans it is sent."""

import http.server
import threading

from opentelemetry.proto.collector.trace.v1 import trace_service_pb2


def value_of(any_value):
    kind = any_value.WhichOneof("value")
    value = getattr(any_value, kind) if kind else None
    return [value_of(item) for item in value.values] if kind == "array_value" else value


def attributes_of(pairs):
    return {pair.key: value_of(pair.value) for pair in pairs}


class Span:
    """A span with the attributes of its resource."""

    def __init__(self, span, resource):
        self.name = span.name
        self.kind = span.kind
        self.trace_id = span.trace_id.hex()
        self.span_id = span.span_id.hex()
        self.parent_id = span.parent_span_id.hex()
        self.links = [(link.trace_id.hex(), link.span_id.hex()) for link in span.links]
        self.attributes = attributes_of(span.attributes)
        self.service = resource["service.name"]
        self.pid = resource["process.pid"]


class Receiver(http.server.ThreadingHTTPServer):
    """On a port that the kernel chooses. One that hangs reads the requests, and answers none before
    it is closed."""

    daemon_threads = True

    def __init__(self, hangs=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.hangs = hangs
        self.spans = []
        self.closing = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, *_):
        """A program that ends does not wait for its answer."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def keep(self, body):
        request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        for part in request.resource_spans:
            resource = attributes_of(part.resource.attributes)
            for scope in part.scope_spans:
                self.spans.extend(Span(span, resource) for span in scope.spans)

    def named(self, name):
        return [span for span in self.spans if span.name == name]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.hangs:
            self.server.closing.wait()
            return
        self.server.keep(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass
