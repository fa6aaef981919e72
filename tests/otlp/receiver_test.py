# SPDX-License-Identifier: Apache-2.0
"""What emit_spans exports, read by OpenTelemetry's own protobuf package.

Usage: receiver_test.py EMIT_SPANS
"""

import base64
import gzip
import http.server
import json
import math
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

import trustme
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

EMIT_SPANS = sys.argv.pop(1)
REMOTE_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
REMOTE_SPAN = "00f067aa0ba902b7"


class Receiver(http.server.ThreadingHTTPServer):
    """An OTLP/HTTP receiver on a port that the kernel chooses."""

    def __init__(self, tls=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.scheme = "https" if tls else "http"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.thread = threading.Thread(target=self.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, *_):
        """A client that breaks off is what some tests are about."""

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers, body))
        answer = trace_service_pb2.ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


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
    value = getattr(any_value, kind)
    return [value_of(element) for element in value.values] if kind == "array_value" else value


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


def ids_to_base64(node):
    """OTLP JSON has hexadecimal ids, where protobuf's own JSON has base64."""
    if isinstance(node, list):
        return [ids_to_base64(element) for element in node]
    if not isinstance(node, dict):
        return node
    ids = ("traceId", "spanId", "parentSpanId")
    return {
        key: base64.b64encode(bytes.fromhex(value)).decode() if key in ids else ids_to_base64(value)
        for key, value in node.items()
    }


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


class Http(Expectations, unittest.TestCase):
    def received(self, **variables):
        with Receiver() as receiver:
            emit(OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, **variables)
        self.assertEqual(len(receiver.requests), 1)
        return receiver.requests[0]

    def test_spans_arrive_as_protobuf(self):
        path, headers, body = self.received()
        self.assertEqual(path, "/v1/traces")
        self.assertEqual(headers["Content-Type"], "application/x-protobuf")
        self.assertIn("OTel-OTLP-Exporter-C/", headers["User-Agent"])
        self.check(trace_service_pb2.ExportTraceServiceRequest.FromString(body))

    def test_spans_arrive_compressed(self):
        _, headers, body = self.received(OTEL_EXPORTER_OTLP_TRACES_COMPRESSION="gzip")
        self.assertEqual(headers["Content-Encoding"], "gzip")
        self.check(trace_service_pb2.ExportTraceServiceRequest.FromString(gzip.decompress(body)))

    def test_headers_of_the_environment_arrive(self):
        _, headers, _ = self.received(OTEL_EXPORTER_OTLP_HEADERS="x-key=a%20b,x-other=1")
        self.assertEqual((headers["x-key"], headers["x-other"]), ("a b", "1"))


class Tls(Expectations, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.ca = trustme.CA()
        self.ca_file = self.file("ca.pem", self.ca.cert_pem)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert("127.0.0.1").configure_cert(self.tls)

    def file(self, name, *blobs):
        path = os.path.join(self.folder, name)
        for blob in blobs:
            blob.write_to_path(path, append=True)
        return path

    def test_the_certificate_of_the_environment_is_trusted(self):
        with Receiver(self.tls) as receiver:
            emit(
                OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
                OTEL_EXPORTER_OTLP_CERTIFICATE=self.ca_file,
            )
        request = trace_service_pb2.ExportTraceServiceRequest
        self.check(request.FromString(receiver.requests[0][2]))

    def test_an_unknown_certificate_is_refused_with_a_message(self):
        other_ca_file = self.file("other.pem", trustme.CA().cert_pem)
        with Receiver(self.tls) as receiver:
            run = run_emit(
                OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
                OTEL_EXPORTER_OTLP_CERTIFICATE=other_ca_file,
            )
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(b"3 spans were lost", run.stderr)
        self.assertIn(b"certificate", run.stderr)
        self.assertEqual(receiver.requests, [])

    def test_the_client_certificate_of_the_environment_is_presented(self):
        client = self.ca.issue_cert("emit@example.org")
        self.ca.configure_trust(self.tls)
        self.tls.verify_mode = ssl.CERT_REQUIRED
        with Receiver(self.tls) as receiver:
            emit(
                OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
                OTEL_EXPORTER_OTLP_CERTIFICATE=self.ca_file,
                OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=self.file("c.pem", *client.cert_chain_pems),
                OTEL_EXPORTER_OTLP_CLIENT_KEY=self.file("k.pem", client.private_key_pem),
            )
        self.assertEqual(len(receiver.requests), 1)


class Json(Expectations, unittest.TestCase):
    def check_line(self, text):
        self.assertTrue(text.endswith("\n"))
        self.assertEqual(text.count("\n"), 1)
        self.check(json_format.ParseDict(ids_to_base64(json.loads(text)), trace_pb2.TracesData()))

    def test_spans_are_written_to_standard_output(self):
        self.check_line(emit(OTEL_TRACES_EXPORTER="otlp/stdout").decode())

    def test_spans_are_written_to_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "spans.jsonl")
            emit(OTEL_TRACES_EXPORTER="otlp/file", OTELMQ_OTLP_FILE=path)
            with open(path, encoding="utf-8") as file:
                self.check_line(file.read())


if __name__ == "__main__":
    unittest.main(verbosity=2)
