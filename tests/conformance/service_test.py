# SPDX-License-Identifier: Apache-2.0
"""w3c_service as a client over a socket sees it, and the service that it calls back.

Usage: service_test.py W3C_SERVICE
"""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import unittest

SERVICE = sys.argv.pop(1)
TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
VALID = f"00-{TRACE}-{SPAN}-01"
PATIENCE_S = 20


def start_service(*arguments, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OTEL_")}
    # A proxy must not be asked for what is on this machine.
    environment.update(variables, http_proxy="http://127.0.0.1:9")
    return subprocess.Popen([SERVICE, *arguments], env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Service:
    """A running service on a port that the kernel chooses."""

    def __init__(self, **variables):
        self.process = start_service("0", **variables)
        self.ready = self.process.stdout.readline()
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)/test$", self.ready)[1])
        self.output = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.output is None:
            self.process.send_signal(signal.SIGTERM)
            if self.wait() != 0:
                raise AssertionError(f"the service ended with {self.process.returncode}")

    def wait(self):
        """The exit status, once it has ended after a signal."""
        self.output, errors = self.process.communicate(timeout=PATIENCE_S)
        sys.stderr.write(errors)
        return self.process.returncode


class Callee(http.server.ThreadingHTTPServer):
    """What is called back: keeps each request, and answers once enough of them wait."""

    def __init__(self, at_once=1, status=200):
        super().__init__(("127.0.0.1", 0), CalleeHandler)
        self.calls = []
        self.status = status
        self.barrier = threading.Barrier(at_once)
        self.has_call = threading.Event()
        self.thread = threading.Thread(target=self.serve_forever, args=(0.02,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def tasks(self, count):
        return [{"url": f"http://127.0.0.1:{self.server_port}/{i}", "arguments": [i]}
                for i in range(count)]


class CalleeHandler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(Call(self.path, self.headers, body))
        self.server.has_call.set()
        self.server.barrier.wait(PATIENCE_S)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"null")

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


class Call:
    """A request that came back."""

    def __init__(self, path, headers, body):
        self.path = path
        self.body = json.loads(body)
        self.headers = headers
        self.traceparents = headers.get_all("traceparent", [])
        self.tracestates = headers.get_all("tracestate", [])

    @property
    def trace(self):
        return self.traceparents[0].split("-")[1]

    @property
    def span(self):
        return self.traceparents[0].split("-")[2]


def send_raw(service, lines, body, method="POST", path="/test"):
    """The lines are header fields, sent as they are; returns a connection to read from."""
    connection = socket.create_connection(("127.0.0.1", service.port), PATIENCE_S)
    head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
            f"Content-Length: {len(body)}", *lines, "", ""]
    connection.sendall("\r\n".join(head).encode() + body)
    return connection


def receive(connection):
    """Status, head, and the body read as JSON."""
    with connection:
        text = b""
        while piece := connection.recv(65536):
            text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode(), json.loads(body)


def post(service, lines, tasks):
    return receive(send_raw(service, lines, json.dumps(tasks).encode()))


class Propagation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service()
        cls.addClassCleanup(cls.service.__exit__)

    def call_back(self, lines, count=1):
        with Callee(at_once=count) as callee:
            tasks = callee.tasks(count)
            status, head, answer = post(self.service, lines, tasks)
        self.assertEqual(status, 200)
        self.assertIn("application/json", head)
        self.assertEqual(answer, [{"url": task["url"], "status": 200} for task in tasks])
        self.assertEqual(len(callee.calls), count)
        for call in callee.calls:
            self.assertEqual(len(call.traceparents), 1)
            self.assertRegex(call.traceparents[0], "^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$")
        return callee.calls

    def test_the_trace_goes_on_in_a_span_of_its_own(self):
        (call,) = self.call_back([f"traceparent: {VALID}"])
        self.assertEqual(call.trace, TRACE)
        self.assertNotEqual(call.span, SPAN)
        self.assertEqual(call.tracestates, [])

    def test_the_arguments_are_posted_as_json(self):
        (call,) = self.call_back([])
        self.assertEqual((call.path, call.body), ("/0", [0]))
        self.assertEqual(call.headers["Content-Type"], "application/json")

    def test_repeated_tracestate_lines_are_one_list(self):
        (call,) = self.call_back([f"traceparent: {VALID}", "tracestate: foo=1", "tracestate: ",
                                  "tracestate: bar=2,red=3"])
        self.assertEqual(call.tracestates, ["foo=1,bar=2,red=3"])

    def test_repeated_traceparent_lines_start_a_new_trace(self):
        (call,) = self.call_back([f"traceparent: {VALID}", f"Traceparent: {VALID}",
                                  "tracestate: foo=1"])
        self.assertNotEqual(call.trace, TRACE)
        self.assertEqual(call.tracestates, [])

    def test_the_case_of_header_names_does_not_matter(self):
        (call,) = self.call_back([f"tRaCePaReNt: {VALID}", "TRACESTATE: foo=1",
                                  "TraceState: bar=2"])
        self.assertEqual(call.trace, TRACE)
        self.assertEqual(call.tracestates, ["foo=1,bar=2"])

    def test_white_space_around_values_does_not_matter(self):
        (call,) = self.call_back([f"traceparent:\t {VALID} \t", "tracestate: \tfoo=1\t ,\t bar=2 "])
        self.assertEqual(call.trace, TRACE)
        self.assertEqual(call.tracestates, ["foo=1,bar=2"])

    def test_three_calls_of_one_request_are_three_spans_under_way_at_once(self):
        calls = self.call_back([f"traceparent: {VALID}"], count=3)
        self.assertEqual({call.trace for call in calls}, {TRACE})
        self.assertEqual(len({call.span for call in calls} - {SPAN}), 3)
        self.assertEqual({call.path for call in calls}, {"/0", "/1", "/2"})

    def test_without_traceparent_there_is_a_new_trace_and_no_tracestate(self):
        first, second = (self.call_back(["tracestate: foo=1"])[0] for _ in range(2))
        self.assertNotEqual(first.trace, second.trace)
        self.assertEqual(first.tracestates + second.tracestates, [])

    def test_baggage_is_passed_on(self):
        (call,) = self.call_back(["baggage: tenant=blue"])
        self.assertEqual(call.headers.get_all("baggage"), ["tenant=blue"])

    def test_requests_are_served_at_once(self):
        with Callee(at_once=2) as callee:
            body = json.dumps(callee.tasks(1)).encode()
            connections = [send_raw(self.service, [], body) for _ in range(2)]
            self.assertEqual([receive(connection)[0] for connection in connections], [200, 200])

    def test_what_became_of_a_call_is_told(self):
        with socket.socket() as silent, Callee(status=500) as callee:
            silent.bind(("127.0.0.1", 0))  # and nobody listens
            refused = {"url": f"http://127.0.0.1:{silent.getsockname()[1]}/", "arguments": []}
            status, _, answer = post(self.service, [], callee.tasks(1) + [refused])
        self.assertEqual(status, 200)
        self.assertEqual(answer[0]["status"], 500)
        self.assertEqual(answer[1]["url"], refused["url"])
        self.assertIn("connect", answer[1]["error"])


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Service()
        cls.addClassCleanup(cls.service.__exit__)

    def check(self, expected, why, body=b"[]", **request):
        status, head, answer = receive(send_raw(self.service, [], body, **request))
        self.assertEqual(status, expected)
        self.assertIn("application/json", head)
        self.assertRegex(answer["error"], why)
        return head

    def test_a_body_that_is_not_what_is_asked_for_says_why(self):
        for body, why in [
            (b"", "not JSON"),
            (b"[{", "not JSON: line 1"),
            (b"\xff\x00", "not JSON"),
            (b"[]]", "not JSON"),
            (b"{}", "not a JSON array"),
            (b"null", "not a JSON array"),
            (b"[7]", 'Element 0 .* no string "url"'),
            (b'[{"url": 7, "arguments": []}]', 'Element 0 .* no string "url"'),
            (b'[{"url": "http://127.0.0.1:1/"}]', 'Element 0 .* no "arguments"'),
            (b'[{"url": "", "arguments": []}]', "Element 0 .* URL other than"),
            (b"[" * 5000, "not JSON"),
            (b"[" + b",".join([b"7"] * 65) + b"]", "65 elements; 64 are allowed"),
        ]:
            with self.subTest(body[:60]):
                self.check(400, why, body)

    def test_only_this_machine_is_called_and_nobody_when_one_url_is_refused(self):
        with Callee() as callee:
            good = callee.tasks(1)[0]
            port = callee.server_port
            for url in ["http://example.org/", "http://10.0.0.1/", "http://[::2]/",
                        "http://0.0.0.0/", "http://127.0.0.1.example.org/",
                        "http://127.0.0.1@example.org/",
                        f"https://127.0.0.1:{port}/", f"ftp://127.0.0.1:{port}/",
                        f"127.0.0.1:{port}", "file:///etc/hostname", "http:///x", "/x"]:
                with self.subTest(url):
                    body = json.dumps([good, {"url": url, "arguments": []}]).encode()
                    self.check(400, "Element 1 of the body has a URL other than", body)
            self.assertEqual(callee.calls, [])

    def test_this_machine_may_be_called_by_its_names(self):
        with Callee() as callee:
            url = f"http://localhost:{callee.server_port}/"
            _, _, answer = post(self.service, [], [{"url": url, "arguments": {}}])
            self.assertEqual(answer, [{"url": url, "status": 200}])
            url = f"http://[::1]:{callee.server_port}/"
            status, _, answer = post(self.service, [], [{"url": url, "arguments": None}])
        # Nobody listens there, but it was tried.
        self.assertEqual((status, answer[0]["url"]), (200, url))
        self.assertIn("connect", answer[0]["error"])

    def test_a_body_without_elements_calls_nobody(self):
        self.assertEqual(post(self.service, [], [])[::2], (200, []))

    def test_a_body_that_is_too_long_is_not_kept(self):
        longest = b"[]" + b" " * (65536 - 2)
        self.assertEqual(receive(send_raw(self.service, [], longest))[0], 200)
        self.check(413, "longer than 65536 bytes", longest + b" ")
        self.check(413, "longer than 65536 bytes", longest * 20)

    def test_there_is_one_path_and_one_method(self):
        self.check(404, "only /test", path="/")
        self.check(404, "only /test", path="/test/more")
        self.assertIn("Allow: POST", self.check(405, "POST only", method="GET"))
        self.assertIn("Allow: POST", self.check(405, "POST only", method="PUT"))
        self.assertEqual(receive(send_raw(self.service, [], b"[]", path="/test?x=1"))[0], 200)


class Life(unittest.TestCase):
    def test_a_signal_ends_it_well(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number), Service() as service:
                service.process.send_signal(number)
                self.assertEqual(service.wait(), 0)
                self.assertEqual(service.output, "")

    def test_a_request_under_way_is_answered_before_it_ends(self):
        with Service() as service, Callee(at_once=2) as callee:
            connection = send_raw(service, [], json.dumps(callee.tasks(1)).encode())
            self.assertTrue(callee.has_call.wait(PATIENCE_S))
            service.process.send_signal(signal.SIGTERM)
            callee.barrier.wait(PATIENCE_S)
            self.assertEqual(receive(connection)[0], 200)
            self.assertEqual(service.wait(), 0)

    def test_a_port_that_is_taken_is_told(self):
        with Service() as service:
            second = start_service(str(service.port))
            _, errors = second.communicate(timeout=PATIENCE_S)
        self.assertEqual(second.returncode, 1)
        self.assertRegex(errors, f"cannot serve at port {service.port} .*in use")

    def test_an_argument_that_is_no_port_is_told(self):
        for arguments in [(), ("x",), ("65536",), ("-1",), ("80x",), ("1", "2"), ("",), (" 1",)]:
            with self.subTest(arguments):
                process = start_service(*arguments)
                _, errors = process.communicate(timeout=PATIENCE_S)
                self.assertEqual(process.returncode, 2)
                self.assertIn("usage: w3c_service PORT", errors)

    def test_it_records_a_span_for_each_request_and_each_call(self):
        with Service(OTEL_TRACES_EXPORTER="console") as service:
            with Callee() as callee:
                post(service, [f"traceparent: {VALID}"], callee.tasks(2))
        spans = [line for line in service.output.splitlines() if TRACE in line]
        self.assertEqual(len(spans), 3, service.output)
        self.assertEqual(len([s for s in spans if "POST /test" in s and "server" in s.lower()]), 1)
        self.assertEqual(len([s for s in spans if "client" in s.lower()]), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
