#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every example as its header says, against the RabbitMQ of RABBITMQ_URL and an embedded Kafka
of its own, and reads what a user sees: test_examples.py [--under "COMMAND"] EXAMPLES [unittest
options]. EXAMPLES is the folder of the built examples; COMMAND, as "valgrind -q", runs each."""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import unittest
import uuid
from pathlib import Path

import traces
from processes import Program, run, start_kafka

FOREIGN_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
FOREIGN_SPAN = "00f067aa0ba902b7"
TRACEPARENT = f"00-{FOREIGN_TRACE}-{FOREIGN_SPAN}-01"
TRACE_ID = re.compile(r"in trace ([0-9a-f]{32})")

examples = Path()
under = []


def trace_id_of(text):
    found = TRACE_ID.findall(text)
    assert found, f"no trace id in {text!r}"
    return found[0]


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="otelmq-examples-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "spans.jsonl"
        self.variables = {"OTEL_TRACES_EXPORTER": "otlp/file", "OTELMQ_OTLP_FILE": self.file}

    def run_example(self, name, *arguments, text=None, result=0, **changes):
        """Its standard output and standard error, once it has ended with result."""
        code, output, errors = run([*under, examples / name, *arguments], text,
                                   **{**self.variables, **changes})
        self.assertEqual(code, result, f"{name}: {output}{errors}")
        return output, errors

    def start_example(self, name, *arguments):
        program = Program(self.folder, name, [*under, examples / name, *arguments],
                          **self.variables)
        self.addCleanup(program.end)
        return program

    def spans(self):
        return traces.read_spans([self.file])

    def check_tree(self, names):
        """The spans of the one trace, child behind parent as in names: {child: parent}."""
        spans = self.spans()
        self.assertEqual(len(traces.by_trace(spans)), 1)
        self.assertEqual(traces.orphans(spans), [])
        for child, parent in names.items():
            self.assertEqual(traces.find(spans, child).get("parentSpanId"),
                             traces.find(spans, parent)["spanId"], f"{child} below {parent}")


class WithoutBroker(Examples):
    def test_manual_spans_nest_and_carry_events(self):
        output, _ = self.run_example("manual_spans", "17")
        self.assertEqual(output, "order 17: paid\n")
        self.check_tree({"validate order": "process order", "reserve items": "process order",
                         "charge card": "process order"})
        events = traces.find(self.spans(), "reserve items")["events"]
        self.assertEqual([traces.attributes_of(event)["item.sku"] for event in events],
                         ["teapot", "cup"])

    def test_manual_spans_show_a_declined_card_as_errors(self):
        output, _ = self.run_example("manual_spans", "17", "--declined")
        self.assertEqual(output, "order 17: not paid\n")
        for name in ("charge card", "process order"):
            self.assertEqual(traces.find(self.spans(), name)["status"]["code"], 2)

    def test_custom_carrier_joins_both_sides_in_one_trace(self):
        output, _ = self.run_example("custom_carrier")
        self.assertEqual(len(set(TRACE_ID.findall(output))), 1, output)
        self.check_tree({"process mail": "send mail"})
        self.assertEqual({span["service"] for span in self.spans()}, {"sender", "receiver"})

    def test_envelope_carries_the_trace_and_keeps_the_payload(self):
        payload = {"order": 17, "note": "Grüße"}
        wrapped, wrap_log = self.run_example("envelope", "wrap", json.dumps(payload))
        envelope = json.loads(wrapped)
        self.assertEqual(set(envelope), {"payload", "trace_context"})
        unwrapped, unwrap_log = self.run_example("envelope", "unwrap", text=wrapped)
        self.assertEqual(json.loads(unwrapped), payload)
        self.assertEqual(trace_id_of(wrap_log), trace_id_of(unwrap_log))
        self.check_tree({"process envelope": "send envelope"})

    def test_envelope_without_or_with_bad_context_starts_a_trace(self):
        for context in (None, {}, {"traceparent": "nonsense"}, {"traceparent": 5}, "text"):
            envelope = {"payload": 1} if context is None else {"payload": 1,
                                                               "trace_context": context}
            output, log = self.run_example("envelope", "unwrap", text=json.dumps(envelope))
            self.assertEqual(output, "1\n")
            self.assertNotEqual(trace_id_of(log), "0" * 32)

    def test_envelope_refuses_what_is_none(self):
        for text in ("", "{", "{}", "[1]"):
            _, errors = self.run_example("envelope", "unwrap", text=text, result=1)
            self.assertIn("no envelope", errors)
        _, errors = self.run_example("envelope", "wrap", "{", result=1)
        self.assertIn("the payload is not JSON", errors)

    def test_custom_exporter_writes_a_line_for_each_span(self):
        path = self.folder / "spans.csv"
        self.run_example("custom_exporter", path)
        rows = [line.split(",") for line in path.read_text().splitlines()]
        self.assertEqual([row[4] for row in rows], ["check stock", "charge card", "place order"])
        self.assertEqual({row[2] for row in rows[:2]}, {rows[2][1]})
        self.assertEqual([row[6] for row in rows], ["fine", "failed", "fine"])

    def test_custom_exporter_says_when_its_file_cannot_be_opened(self):
        _, errors = self.run_example("custom_exporter", "/nowhere/spans.csv", result=1)
        self.assertIn("/nowhere/spans.csv: No such file or directory", errors)

    def test_wrong_arguments_give_the_usage(self):
        for name in ("rabbitmq_publisher", "rabbitmq_consumer", "rabbitmq_worker", "kafka_producer",
                     "kafka_consumer", "kafka_worker", "envelope", "manual_spans",
                     "custom_exporter"):
            _, errors = self.run_example(name, result=2)
            self.assertRegex(errors, r"usage: \S+")
        for name in ("rabbitmq_consumer", "kafka_consumer"):
            for arguments in (("q", "--count"), ("q", "--count", "0"), ("q", "--limit", "1")):
                self.run_example(name, *arguments, result=2)


class WithRabbitMq(Examples):
    def setUp(self):
        super().setUp()
        self.url = os.environ.get("RABBITMQ_URL")
        if not self.url:
            self.fail("RABBITMQ_URL is not set: `./run test` starts a private RabbitMQ")
        self.queue = f"examples-{uuid.uuid4().hex}"
        self.amqp("amqp-declare-queue", "-q", self.queue)
        self.addCleanup(self.amqp, "amqp-delete-queue", "-q", self.queue)

    def amqp(self, tool, *arguments):
        return subprocess.run([tool, "-u", self.url.rstrip("/"), *arguments], check=True,
                              capture_output=True, text=True).stdout


class RabbitMq(WithRabbitMq):
    def test_publisher_and_consumer_share_one_trace(self):
        published, _ = self.run_example("rabbitmq_publisher", "", self.queue, '{"order": 17}')
        consumed, _ = self.run_example("rabbitmq_consumer", self.queue, "--count", "1")
        self.assertEqual(consumed, f'{{"order": 17}} in trace {trace_id_of(published)}\n')
        name = self.queue
        self.check_tree({f"publish {name}": "place order", f"process {name}": f"publish {name}",
                         f"ack {name}": f"process {name}"})

    def test_consumer_continues_the_trace_of_a_foreign_client(self):
        self.amqp("amqp-publish", "-e", "", "-r", self.queue, "-H", f"traceparent: {TRACEPARENT}",
                  "-b", "hello")
        output, _ = self.run_example("rabbitmq_consumer", self.queue, "--count", "1")
        self.assertEqual(output, f"hello in trace {FOREIGN_TRACE}\n")
        process = traces.find(self.spans(), f"process {self.queue}")
        self.assertEqual(process["parentSpanId"], FOREIGN_SPAN)
        self.assertEqual([link["spanId"] for link in process["links"]], [FOREIGN_SPAN])

    def test_consumer_survives_a_malformed_context(self):
        for header in ("traceparent: 00-zz-11-01", "traceparent: ", "tracestate: ,=,",
                       "baggage: %%%=;;,", "traceparent: " + "0" * 5000):
            self.amqp("amqp-publish", "-e", "", "-r", self.queue, "-H", header, "-b", "hello")
        output, _ = self.run_example("rabbitmq_consumer", self.queue, "--count", "5")
        self.assertEqual(len(set(TRACE_ID.findall(output))), 5, output)

    def test_consumer_stops_at_sigterm(self):
        consumer = self.start_example("rabbitmq_consumer", self.queue)
        self.run_example("rabbitmq_publisher", "", self.queue, "hello")
        consumer.wait_for(lambda output, _: "hello in trace" in output, "prints the message")
        self.assertEqual(consumer.stop(), 0, consumer.errors())

    def test_worker_publishes_a_result_for_each_message_in_its_trace(self):
        target = f"{self.queue}-results"
        self.amqp("amqp-declare-queue", "-q", target)
        self.addCleanup(self.amqp, "amqp-delete-queue", "-q", target)
        published, _ = self.run_example("rabbitmq_publisher", "", self.queue, "hello")
        worker = self.start_example("rabbitmq_worker", self.queue, target)
        consumed, _ = self.run_example("rabbitmq_consumer", target, "--count", "1")
        worker.wait_for(lambda output, _: output == "hello\n", "prints the message")
        self.assertEqual(worker.stop(), 0, worker.errors())
        self.assertEqual(consumed, f"hello in trace {trace_id_of(published)}\n")
        process = f"process {self.queue}"
        self.check_tree({process: f"publish {self.queue}", f"publish {target}": process,
                         f"ack {self.queue}": process, f"process {target}": f"publish {target}"})

    def test_worker_keeps_a_message_whose_result_no_queue_takes(self):
        self.run_example("rabbitmq_publisher", "", self.queue, "hello")
        worker = self.start_example("rabbitmq_worker", self.queue, "nowhere")
        worker.wait_for(lambda _, errors: "is there a queue nowhere?" in errors, "says so")
        self.assertEqual(worker.stop(), 0, worker.errors())
        output, _ = self.run_example("rabbitmq_consumer", self.queue, "--count", "1")
        self.assertRegex(output, "hello in trace")

    def test_worker_goes_on_when_its_queue_is_there_again(self):
        worker = self.start_example("rabbitmq_worker", self.queue, "nowhere")
        self.amqp("amqp-publish", "-r", self.queue, "-b", "hello")
        worker.wait_for(lambda _, errors: "is there a queue nowhere?" in errors, "consumes")
        self.amqp("amqp-delete-queue", "-q", self.queue)
        worker.wait_for(lambda _, errors: f"no queue {self.queue} (" in errors, "says so")
        self.amqp("amqp-declare-queue", "-q", self.queue)
        self.amqp("amqp-publish", "-r", self.queue, "-b", "hello")
        worker.wait_for(lambda _, errors: errors.rfind("nowhere?") > errors.rfind("no queue"),
                        "consumes again")
        self.assertEqual(worker.stop(), 0, worker.errors())

    def test_each_mistake_names_its_remedy(self):
        address = self.url.split("@")[-1].split("/")[0]
        publisher = ("rabbitmq_publisher", "", self.queue, "hello")
        consumer = ("rabbitmq_consumer", self.queue)
        bridge = ("bridge", self.queue, "topic")
        mistakes = [
            (publisher, "amqp://127.0.0.1:9/", "No broker at 127.0.0.1:9"),
            (consumer, "amqp://127.0.0.1:9/", "No broker at 127.0.0.1:9"),
            (bridge, "amqp://127.0.0.1:9/", "no broker"),
            (publisher, "nonsense", "must look like amqp://user:password@host:port/vhost"),
            (consumer, "nonsense", "must look like amqp://user:password@host:port/vhost"),
            (publisher, f"amqp://guest:secret7@{address}/", "ACCESS_REFUSED"),
            (consumer, f"amqp://guest:secret7@{address}/", "Check the user, the password"),
            (bridge, f"amqp://guest:secret7@{address}/", "wrong user, password or vhost"),
            (publisher, f"amqp://{address}/nowhere", "vhost nowhere not found"),
            (consumer, f"amqp://{address}/nowhere", "vhost nowhere not found"),
            (("rabbitmq_publisher", "nowhere", "key", "hello"), self.url, "no exchange 'nowhere'"),
            (("rabbitmq_publisher", "", "nowhere", "hello"), self.url, "No queue is bound there"),
            (("rabbitmq_consumer", "nowhere"), self.url, "no queue 'nowhere'"),
            (("bridge", "nowhere", "topic"), self.url, "no such queue"),
            (("rabbitmq_worker", "nowhere", "x"), "nonsense", "at RABBITMQ_URL: start one"),
        ]
        for command, url, words in mistakes:
            with self.subTest(command=command[0], words=words):
                output, errors = self.run_example(*command, result=1, RABBITMQ_URL=url)
                self.assertIn(words, errors)
                self.assertNotIn("secret7", output + errors)


class Kafka(WithRabbitMq):
    def setUp(self):
        super().setUp()
        kafka, self.variables["KAFKA_BROKERS"] = start_kafka(self.folder,
                                                             examples / "embedded_kafka")
        self.addCleanup(kafka.end)

    def test_producer_and_consumer_share_one_trace(self):
        produced, _ = self.run_example("kafka_producer", "orders", "customer-4", '{"order": 17}')
        consumed, _ = self.run_example("kafka_consumer", "orders", "--count", "1")
        self.assertEqual(consumed, f'{{"order": 17}} in trace {trace_id_of(produced)}\n')
        self.check_tree({"send orders": "place order", "process orders": "send orders",
                         "commit orders": "process orders"})

    def test_kafka_consumer_continues_the_trace_of_a_foreign_client(self):
        subprocess.run(["kcat", "-P", "-b", self.variables["KAFKA_BROKERS"], "-t", "orders", "-H",
                        f"traceparent={TRACEPARENT}"], input="hello\n", text=True, check=True,
                       capture_output=True)
        output, _ = self.run_example("kafka_consumer", "orders", "--count", "1")
        self.assertEqual(output, f"hello in trace {FOREIGN_TRACE}\n")
        self.assertEqual(traces.find(self.spans(), "process orders")["parentSpanId"], FOREIGN_SPAN)

    def test_kafka_worker_sends_on_what_it_cannot_handle_in_its_trace(self):
        subprocess.run(["kcat", "-P", "-b", self.variables["KAFKA_BROKERS"], "-t", "orders", "-H",
                        f"traceparent={TRACEPARENT}"], input="17\nhello\n", text=True, check=True,
                       capture_output=True)
        worker = self.start_example("kafka_worker", "orders", "orders-dead")
        output, _ = self.run_example("kafka_consumer", "orders-dead", "--count", "1")
        self.assertEqual(output, f"hello in trace {FOREIGN_TRACE}\n")
        worker.wait_for(lambda output, _: output == "17\n", "prints the number")
        self.assertEqual(worker.stop(), 0, worker.errors())
        self.assertEqual(worker.errors().count("hello is no number"), 3)
        spans = self.spans()
        send = traces.find(spans, "send orders-dead")
        self.assertEqual(send["links"][0]["spanId"], FOREIGN_SPAN)
        self.assertIn("commit orders", [span["name"] for span in spans])

    def test_bridge_keeps_the_trace_from_rabbitmq_to_kafka(self):
        published, _ = self.run_example("rabbitmq_publisher", "", self.queue, "hello")
        self.run_example("bridge", self.queue, "orders", "--count", "1")
        consumed, _ = self.run_example("kafka_consumer", "orders", "--count", "1")
        self.assertEqual(consumed, f"hello in trace {trace_id_of(published)}\n")
        self.check_tree({f"process {self.queue}": f"publish {self.queue}",
                         "send orders": f"process {self.queue}",
                         "process orders": "send orders"})

    def test_bridge_and_kafka_consumer_stop_at_sigterm(self):
        bridge = self.start_example("bridge", self.queue, "orders")
        consumer = self.start_example("kafka_consumer", "orders")
        self.run_example("rabbitmq_publisher", "", self.queue, "hello")
        bridge.wait_for(lambda output, _: output == "forwarded 1\n", "forwards the message")
        consumer.wait_for(lambda output, _: "hello in trace" in output, "prints the message")
        for program in (bridge, consumer):
            self.assertEqual(program.stop(), 0, program.errors())

    def test_no_kafka_at_the_address_is_said(self):
        _, errors = self.run_example("kafka_producer", "orders", "key", "value", result=1,
                                     KAFKA_BROKERS="127.0.0.1:9")
        self.assertIn("No broker at 127.0.0.1:9: start Kafka, or set KAFKA_BROKERS.", errors)
        consumer = Program(self.folder, "consumer", [*under, examples / "kafka_consumer", "orders"],
                           **{**self.variables, "KAFKA_BROKERS": "127.0.0.1:9"})
        self.addCleanup(consumer.end)
        consumer.wait_for(lambda _, errors: "Is it running, and KAFKA_BROKERS right?" in errors,
                          "names the remedy")
        self.assertEqual(consumer.stop(), 0)


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[0] == "--under":
        under = shlex.split(words[1])
        words = words[2:]
    examples = Path(words[0]).resolve()
    unittest.main(argv=[sys.argv[0], *words[1:]], verbosity=2)
