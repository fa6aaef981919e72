# SPDX-License-Identifier: Apache-2.0
"""emit_spans exports to a gRPC server of another implementation, which takes or refuses the spans.

Usage: grpc_test.py EMIT_SPANS
"""

import http.server
import os
import socket
import tempfile
import threading
import time
import unittest
from concurrent import futures

import grpc
import trustme
from emitted import Expectations, emit, run_emit
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

MIB = 1024 * 1024
Response = trace_service_pb2.ExportTraceServiceResponse


class Server(trace_service_pb2_grpc.TraceServiceServicer):
    """An OTLP/gRPC receiver; answers are functions of the call, the last one stays."""

    def __init__(self, *answers, address="127.0.0.1:0", credentials=None, compression=None):
        self.answers = list(answers)
        self.requests = []
        self.metadata = []
        self.times = []
        self.server = grpc.server(
            futures.ThreadPoolExecutor(4),
            compression=compression,
            options=[("grpc.max_send_message_length", 100 * MIB)],
        )
        trace_service_pb2_grpc.add_TraceServiceServicer_to_server(self, self.server)
        if credentials:
            self.port = self.server.add_secure_port(address, credentials)
        else:
            self.port = self.server.add_insecure_port(address)

    def Export(self, request, context):
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata()))
        self.times.append((time.monotonic(), context.time_remaining()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(context)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.stop(0).wait()

    @property
    def variables(self):
        return {
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self.port}",
        }


def accept(_):
    return Response()


def partly(message):
    def answer(_):
        response = Response()
        response.partial_success.rejected_spans = 1
        response.partial_success.error_message = message
        return response

    return answer


def refuse(code, message="", retry_delay_s=None):
    def answer(context):
        if retry_delay_s is not None:
            info = error_details_pb2.RetryInfo(
                retry_delay=duration_pb2.Duration(seconds=retry_delay_s)
            )
            detail = any_pb2.Any()
            detail.Pack(info)
            status = status_pb2.Status(code=code.value[0], message=message, details=[detail])
            context.set_trailing_metadata(
                (("grpc-status-details-bin", status.SerializeToString()),)
            )
        context.abort(code, message)

    return answer


class CuttingProxy:
    """Forwards connections to the port; cuts the first one after this many of its bytes."""

    def __init__(self, port, cut_after):
        self.port = port
        self.cut_after = cut_after
        self.connections = 0
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.accept_all)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def accept_all(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self.port))
            self.sockets += [client, server]
            limit = self.cut_after if self.connections == 1 else None
            for source, target, most in ((client, server, limit), (server, client, None)):
                threading.Thread(target=self.forward, args=(source, target, most)).start()

    def forward(self, source, target, most):
        forwarded = 0
        try:
            # Not a byte more: the server would answer a request that came in one piece.
            while data := source.recv(65536 if most is None else most - forwarded):
                target.sendall(data)
                forwarded += len(data)
                if forwarded == most:
                    break
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        for each in self.sockets:
            each.close()


class Http1(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Accepted(Expectations, unittest.TestCase):
    def check_one(self, server):
        self.assertEqual(len(server.requests), 1)
        self.check(server.requests[0])

    def test_spans_arrive(self):
        with Server(accept) as server:
            emit(**server.variables)
        self.check_one(server)
        self.assertIn("OTel-OTLP-Exporter-C/", server.metadata[0]["user-agent"])

    def test_spans_arrive_compressed(self):
        with Server(accept) as server:
            emit(**server.variables, OTEL_EXPORTER_OTLP_COMPRESSION="gzip")
        self.check_one(server)

    def test_many_batches_arrive_one_after_the_other(self):
        with Server(accept) as server:
            emit(**server.variables, OTEL_BSP_MAX_EXPORT_BATCH_SIZE="1")
        self.assertEqual(len(server.requests), 3)

    def test_headers_of_the_environment_arrive(self):
        with Server(accept) as server:
            emit(**server.variables, OTEL_EXPORTER_OTLP_HEADERS="X-Key=a%20b")
        self.assertEqual(server.metadata[0]["x-key"], "a b")

    def test_the_deadline_arrives(self):
        with Server(accept) as server:
            emit(**server.variables, OTEL_EXPORTER_OTLP_TIMEOUT="7000")
        self.assertLessEqual(server.times[0][1], 7)

    def test_a_path_of_the_endpoint_is_ignored(self):
        with Server(accept) as server:
            variables = server.variables
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] += "/some/path?query"
            emit(**variables)
        self.check_one(server)

    def test_an_endpoint_without_a_scheme_may_be_insecure(self):
        with Server(accept) as server:
            emit(
                OTEL_EXPORTER_OTLP_TRACES_PROTOCOL="grpc",
                OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"127.0.0.1:{server.port}",
                OTEL_EXPORTER_OTLP_TRACES_INSECURE="true",
            )
        self.check_one(server)

    def test_spans_arrive_over_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder:
            address = f"unix://{folder}/otlp.sock"
            with Server(accept, address=address) as server:
                emit(OTEL_EXPORTER_OTLP_PROTOCOL="grpc", OTEL_EXPORTER_OTLP_ENDPOINT=address)
        self.check_one(server)

    def test_a_compressed_answer_is_read(self):
        answer = partly("no name " + 30 * "x")
        with Server(answer, compression=grpc.Compression.Gzip) as server:
            run = run_emit(**server.variables)
        self.assertIn(b"refused 1 of 3 spans: no name xxx", run.stderr)

    def test_a_partial_success_is_told_and_not_sent_again(self):
        with Server(partly("no name")) as server:
            run = run_emit(**server.variables)
        self.assertEqual(len(server.requests), 1)
        self.assertIn(b"refused 1 of 3 spans: no name.", run.stderr)


class Tls(Expectations, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.ca = trustme.CA()

    def file(self, name, *blobs):
        path = os.path.join(self.folder, name)
        for blob in blobs:
            blob.write_to_path(path, append=True)
        return path

    def credentials(self, **arguments):
        own = self.ca.issue_cert("127.0.0.1")
        chain = b"".join(blob.bytes() for blob in own.cert_chain_pems)
        return grpc.ssl_server_credentials([(own.private_key_pem.bytes(), chain)], **arguments)

    def variables(self, server):
        return dict(
            server.variables,
            OTEL_EXPORTER_OTLP_ENDPOINT=f"https://127.0.0.1:{server.port}",
            OTEL_EXPORTER_OTLP_CERTIFICATE=self.file("ca.pem", self.ca.cert_pem),
        )

    def test_spans_arrive_over_tls(self):
        with Server(accept, credentials=self.credentials()) as server:
            emit(**self.variables(server))
        self.check(server.requests[0])

    def test_one_connection_serves_many_batches(self):
        with Server(accept, credentials=self.credentials()) as server:
            with CuttingProxy(server.port, None) as proxy:
                variables = self.variables(server)
                variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = proxy.url.replace("http:", "https:")
                emit(**variables, OTEL_BSP_MAX_EXPORT_BATCH_SIZE="1")
        self.assertEqual(len(server.requests), 3)
        self.assertEqual(proxy.connections, 1)

    def test_no_scheme_means_tls(self):
        with Server(accept, credentials=self.credentials()) as server:
            variables = self.variables(server)
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"127.0.0.1:{server.port}"
            emit(**variables)
        self.check(server.requests[0])

    def test_the_client_certificate_is_presented(self):
        client = self.ca.issue_cert("emit@example.org")
        credentials = self.credentials(
            root_certificates=self.ca.cert_pem.bytes(), require_client_auth=True
        )
        with Server(accept, credentials=credentials) as server:
            emit(
                **self.variables(server),
                OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=self.file("c.pem", *client.cert_chain_pems),
                OTEL_EXPORTER_OTLP_CLIENT_KEY=self.file("k.pem", client.private_key_pem),
            )
        self.check(server.requests[0])


class Refused(Expectations, unittest.TestCase):
    def assert_lost(self, run, reason):
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(b"3 spans were lost", run.stderr)
        self.assertIn(reason.encode(), run.stderr)

    def assert_sent_again(self, run, server):
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(b"3 spans are sent again", run.stderr)
        self.assertEqual(len(server.requests), 2)
        self.assertEqual(server.requests[0], server.requests[1])
        self.check(server.requests[1])

    def test_unavailable_is_tried_again(self):
        with Server(refuse(grpc.StatusCode.UNAVAILABLE, "going down"), accept) as server:
            run = run_emit(**server.variables)
        self.assert_sent_again(run, server)
        self.assertIn(b"gRPC status UNAVAILABLE (14), going down", run.stderr)

    def test_exhausted_with_retry_info_is_tried_again_when_it_says(self):
        answer = refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "slowly", retry_delay_s=2)
        with Server(answer, accept) as server:
            run = run_emit(**server.variables)
        self.assert_sent_again(run, server)
        self.assertGreaterEqual(server.times[1][0] - server.times[0][0], 2)

    def test_exhausted_without_retry_info_is_final(self):
        with Server(refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "too large")) as server:
            run = run_emit(**server.variables)
        self.assert_lost(run, "gRPC status RESOURCE_EXHAUSTED (8), too large.")
        self.assertEqual(len(server.requests), 1)

    def test_an_invalid_argument_is_final_and_its_message_is_shown(self):
        with Server(refuse(grpc.StatusCode.INVALID_ARGUMENT, "50% für\nnichts")) as server:
            run = run_emit(**server.variables)
        self.assert_lost(run, "gRPC status INVALID_ARGUMENT (3), 50% für nichts.")
        self.assertEqual(len(server.requests), 1)

    def test_a_server_that_never_answers_is_given_up_at_the_deadline(self):
        released = threading.Event()
        with Server(lambda _: released.wait(60)) as server:
            run = run_emit(**server.variables, OTEL_EXPORTER_OTLP_TIMEOUT="300")
            released.set()
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(b"3 spans were lost", run.stderr)

    def test_a_server_that_never_says_anything_is_given_up_at_the_deadline(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            run = run_emit(
                OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}",
                OTEL_EXPORTER_OTLP_TIMEOUT="300",
            )
        self.assert_lost(run, "did not answer in time")

    def test_a_connection_that_is_cut_in_the_middle_is_made_again(self):
        for cut_after in (1, 100, 400):
            with self.subTest(cut_after=cut_after), Server(accept) as server:
                with CuttingProxy(server.port, cut_after) as proxy:
                    variables = dict(server.variables, OTEL_EXPORTER_OTLP_ENDPOINT=proxy.url)
                    run = run_emit(**variables)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertIn(b"3 spans are sent again", run.stderr)
                self.assertEqual(proxy.connections, 2)
                self.check(server.requests[-1])

    def test_an_answer_over_the_limit_is_final(self):
        for compression in (None, grpc.Compression.Gzip):
            with Server(partly(5 * MIB * "x"), compression=compression) as server:
                run = run_emit(**server.variables)
            self.assert_lost(run, "gave an answer of more than 4194304 bytes.")
            self.assertEqual(len(server.requests), 1)

    def test_a_server_without_the_service_refuses(self):
        server = grpc.server(futures.ThreadPoolExecutor(1))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        run = run_emit(
            OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
        )
        server.stop(0).wait()
        self.assert_lost(run, "gRPC status UNIMPLEMENTED (12)")

    def test_a_server_without_http_2_is_given_up_at_the_deadline(self):
        with http.server.HTTPServer(("127.0.0.1", 0), Http1) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            run = run_emit(
                OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
                OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}",
                OTEL_EXPORTER_OTLP_TIMEOUT="1500",
            )
            server.shutdown()
            thread.join()
        self.assertNotEqual(run.returncode, 0)
        self.assertIn(b"3 spans were lost", run.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
