# SPDX-License-Identifier: Apache-2.0
"""What emit_spans exports, read by OpenTelemetry's own protobuf package.

Usage: receiver_test.py EMIT_SPANS
"""

import gzip
import http.server
import json
import os
import ssl
import tempfile
import threading
import unittest

import trustme
from emitted import Expectations, emit, run_emit
from google.protobuf import json_format
from hex_ids import ids_to_base64
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.trace.v1 import trace_pb2


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

    def test_spans_arrive_as_json(self):
        path, headers, body = self.received(OTEL_EXPORTER_OTLP_PROTOCOL="http/json")
        self.assertEqual(path, "/v1/traces")
        self.assertEqual(headers["Content-Type"], "application/json")
        request = trace_service_pb2.ExportTraceServiceRequest()
        self.check(json_format.ParseDict(ids_to_base64(json.loads(body)), request))

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
