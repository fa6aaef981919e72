#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The pipeline of examples/pipeline/ over a RabbitMQ and an embedded Kafka of its own, with brokers
that fail and orders that are broken: test_pipeline.py EXAMPLES RABBITMQ_CONTROL [unittest options].
EXAMPLES is the folder of the built examples, RABBITMQ_CONTROL is tools/services/rabbitmq."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import traces
from processes import Program, start_kafka

ORDERS = Path(__file__).resolve().parents[2] / "examples" / "pipeline" / "orders.jsonl"
QUEUES = ("orders.new", "orders.rejected", "orders.paid")
CONSUMERS = ("validator", "billing", "notifier")
PROBLEMS = {"no items", "negative quantity", "unknown currency", "missing customer"}

examples = Path()
rabbitmq_control = Path()


def control_rabbitmq(verb, folder):
    return subprocess.run([rabbitmq_control, verb, folder], check=True, capture_output=True,
                          text=True, timeout=150).stdout.strip()


def read_orders(count=None):
    return ORDERS.read_text().splitlines()[:count]


def is_valid(line):
    order = json.loads(line)
    return (order.get("customer") and order["currency"] in ("EUR", "USD", "GBP", "CHF") and
            order["items"] and all(item["quantity"] > 0 for item in order["items"]))


def ids_of(lines, is_wanted=lambda line: True):
    return {json.loads(line)["id"] for line in lines if is_wanted(line)}


class Pipeline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="otelmq-pipeline-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.rabbitmq = Path(cls.folder.name) / "rabbitmq"
        cls.addClassCleanup(control_rabbitmq, "stop", cls.rabbitmq)
        cls.url = control_rabbitmq("start", cls.rabbitmq)

    def setUp(self):
        for queue in QUEUES:  # with what an earlier test left
            subprocess.run(["amqp-delete-queue", "-u", self.url, "-q", queue], check=False,
                           capture_output=True)
        self.work = Path(tempfile.mkdtemp(prefix="run-", dir=self.folder.name))
        self.kafka, self.kafka_brokers = start_kafka(self.work, examples / "embedded_kafka")
        self.addCleanup(self.kafka.end)

    def start(self, name, *arguments, **changes):
        variables = {"RABBITMQ_URL": self.url, "KAFKA_BROKERS": self.kafka_brokers,
                     "OTEL_TRACES_EXPORTER": "otlp/file",
                     "OTELMQ_OTLP_FILE": self.work / f"{name}.jsonl", **changes}
        program = Program(self.work, name, [examples / "pipeline" / name, *arguments], **variables)
        self.addCleanup(program.end)
        return program

    def start_consumers(self, **changes):
        return [self.start(name, **changes) for name in CONSUMERS]

    def feed(self, shop, lines):
        shop.process.stdin.write("".join(line + "\n" for line in lines))
        shop.process.stdin.flush()

    def end_of(self, shop):
        shop.process.stdin.close()
        self.assertEqual(shop.wait(), 0, shop.errors())

    def wait_for_published(self, shop, count):
        shop.wait_for(lambda output, _: output.count(" published\n") >= count, f"{count} orders")

    def notified(self):
        lines = (self.work / "notifier.out").read_text()
        return Counter(int(found) for found in re.findall(r"^notifier: order (\d+): paid", lines,
                                                          re.MULTILINE))

    def rejected(self):
        lines = (self.work / "validator.out").read_text()
        return {int(order): problem for order, problem in
                re.findall(r"^validator: order (\d+) rejected: (.*)$", lines, re.MULTILINE)}

    def wait_for_end(self, consumers, lines):
        """Every order has come out at one end of the pipeline."""
        validator, _, notifier = consumers
        notifier.wait_for(lambda *_: ids_of(lines, is_valid) <= set(self.notified()),
                          "every valid order")
        validator.wait_for(lambda *_: len(self.rejected()) == len(lines) -
                           len(ids_of(lines, is_valid)), "every invalid order")

    def stop_all(self, programs):
        for program in programs:
            self.assertEqual(program.stop(), 0, f"{program.name}: {program.errors()}")

    def spans(self):
        return traces.read_spans(sorted(self.work.glob("*.jsonl")))

    def test_every_order_is_one_trace_and_arrives_exactly_once(self):
        lines = read_orders()
        consumers = self.start_consumers()
        shop = self.start("shop", ORDERS)
        self.assertEqual(shop.wait(), 0, shop.errors())
        self.wait_for_end(consumers, lines)
        self.stop_all(consumers)

        self.assertEqual(self.notified(), Counter(ids_of(lines, is_valid)))
        self.assertEqual(set(self.rejected().values()), PROBLEMS)
        spans = self.spans()
        self.assertEqual(traces.orphans(spans), [])
        services = Counter(frozenset(span["service"] for span in trace)
                           for trace in traces.by_trace(spans).values())
        valid = len(ids_of(lines, is_valid))
        self.assertEqual(services, {frozenset(("shop", *CONSUMERS)): valid,
                                    frozenset(("shop", "validator")): len(lines) - valid})

    def test_the_tier_that_the_shop_sets_is_read_by_the_notifier(self):
        lines = [line for line in read_orders() if is_valid(line)][:12]
        consumers = self.start_consumers()
        shop = self.start("shop")
        self.feed(shop, lines)
        self.end_of(shop)
        self.wait_for_end(consumers, lines)
        for order in map(json.loads, lines):
            tier = order["customer"].get("tier", "unknown")
            self.assertIn(f"notifier: order {order['id']}: paid, {tier} customer\n",
                          consumers[2].output())
        self.stop_all(consumers)

    def test_a_rejected_order_has_error_spans_and_lies_in_the_dead_letter_queue(self):
        order = {"id": 1, "customer": {"name": "Ada"}, "currency": "EUR", "items": []}
        validator = self.start("validator", "--count", "1")
        shop = self.start("shop")
        self.feed(shop, [json.dumps(order)])
        self.end_of(shop)
        self.assertEqual(validator.wait(), 0)
        self.assertEqual(self.rejected(), {1: "no items"})
        for name in ("validate order", "process orders:order.new:orders.new"):
            span = [span for span in self.spans() if name.startswith(span["name"])][0]
            self.assertEqual(span["status"], {"code": 2, "message": "no items"})
        dead = subprocess.run(["amqp-get", "-u", self.url, "-q", "orders.rejected"],
                              capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(dead.stdout), order)

    def break_rabbitmq_in_the_middle(self, break_it):
        lines = read_orders(120)
        consumers = self.start_consumers()
        shop = self.start("shop")
        self.feed(shop, lines[:40])
        self.wait_for_published(shop, 40)
        consumers[2].wait_for(lambda *_: self.notified(), "a first order")
        break_it()
        self.feed(shop, lines[40:])
        self.end_of(shop)
        self.wait_for_end(consumers, lines)
        self.assertEqual(set(self.notified()), ids_of(lines, is_valid))
        for program in (shop, consumers[0], consumers[2]):
            self.assertIn(f"{program.name}: connected again to RabbitMQ at ", program.output())
        self.stop_all(consumers)
        roots = [span for span in self.spans() if span["name"] == "place order"]
        self.assertEqual(len({span["traceId"] for span in roots}), len(lines))
        self.assertEqual(traces.orphans(self.spans()), [])

    def test_every_valid_order_arrives_when_rabbitmq_restarts_in_the_middle(self):
        self.break_rabbitmq_in_the_middle(lambda: control_rabbitmq("restart", self.rabbitmq))

    def test_every_valid_order_arrives_when_rabbitmq_crashes_in_the_middle(self):
        def crash():
            control_rabbitmq("kill", self.rabbitmq)
            control_rabbitmq("start", self.rabbitmq)
        self.break_rabbitmq_in_the_middle(crash)

    def test_every_valid_order_arrives_when_kafka_does_not_answer_for_a_while(self):
        lines = read_orders(30)
        consumers = self.start_consumers()
        shop = self.start("shop")
        self.feed(shop, lines[:5])
        consumers[2].wait_for(lambda *_: self.notified(), "a first order")
        self.kafka.process.send_signal(signal.SIGSTOP)
        self.feed(shop, lines[5:])
        self.end_of(shop)
        consumers[0].wait_for(lambda _, errors: "Kafka did not take the order: " in errors,
                              "says that Kafka does not answer")
        self.kafka.process.send_signal(signal.SIGCONT)
        self.wait_for_end(consumers, lines)
        self.stop_all(consumers)

    def test_services_that_are_stopped_in_the_middle_and_started_again_lose_no_order(self):
        lines = read_orders()
        consumers = self.start_consumers()
        shop = self.start("shop", ORDERS)
        self.assertEqual(shop.wait(), 0)
        consumers[2].wait_for(lambda *_: self.notified(), "a first order")
        self.stop_all(consumers)
        notified, rejected = self.notified(), self.rejected()
        consumers = self.start_consumers()
        valid = ids_of(lines, is_valid)
        consumers[2].wait_for(lambda *_: set(self.notified() + notified) == valid,
                              "every valid order")
        self.stop_all(consumers)
        self.assertEqual(self.notified() + notified, Counter(valid))
        self.assertEqual(len(self.rejected()) + len(rejected), len(lines) - len(valid))

    def test_an_order_that_was_published_during_the_outage_is_published_again(self):
        lines = [line for line in read_orders() if is_valid(line)][:10]
        shop = self.start("shop")
        self.feed(shop, lines[:1])
        self.wait_for_published(shop, 1)
        control_rabbitmq("stop", self.rabbitmq)
        self.feed(shop, lines[1:])
        shop.wait_for(lambda _, errors: "waiting; start it, or set RABBITMQ_URL" in errors,
                      "says that there is no broker")
        control_rabbitmq("start", self.rabbitmq)
        self.end_of(shop)
        consumers = self.start_consumers()
        self.wait_for_end(consumers, lines)
        self.stop_all(consumers)

    def test_services_wait_for_brokers_that_are_not_up_yet(self):
        control_rabbitmq("stop", self.rabbitmq)
        notifier = self.start("notifier")
        notifier.wait_for(lambda _, errors: errors.count("no RabbitMQ at 127.0.0.1") >= 2,
                          "says twice that there is no broker")
        validator = self.start("validator", KAFKA_BROKERS="127.0.0.1:9")
        validator.wait_for(lambda _, errors: "no Kafka broker at 127.0.0.1:9" in errors,
                           "says that there is no Kafka")
        control_rabbitmq("start", self.rabbitmq)
        notifier.wait_for(lambda output, _: "connected to RabbitMQ" in output, "connects")
        self.stop_all([notifier, validator])

    def test_wrong_credentials_and_an_unknown_vhost_end_a_service_with_the_remedy(self):
        address = self.url.split("@")[1].rstrip("/")
        for url, words in ((f"amqp://guest:secret7@{address}/", "check user and password"),
                           (f"amqp://guest:guest@{address}/nowhere", "check the vhost"),
                           ("nonsense", "RABBITMQ_URL must look like amqp://")):
            for name in ("shop", "notifier"):
                program = self.start(name, RABBITMQ_URL=url)
                self.assertEqual(program.wait(), 1)
                self.assertIn(words, program.errors())
                self.assertNotIn("secret7", program.errors() + program.output())

    def test_broken_lines_are_named_and_skipped_and_the_others_published(self):
        good = [line for line in read_orders() if is_valid(line)][:2]
        orders = self.work / "some.jsonl"
        orders.write_text("\n".join([good[0], '{"id": 5', "", "[]", '{"id": "x"}', good[0],
                                     "\0", good[1]]))
        shop = self.start("shop", orders)
        self.assertEqual(shop.wait(), 0)
        for number, problem in ((2, "not JSON"), (4, "not a JSON object"), (5, "no id"),
                                (6, "an order of this id was published before"),
                                (7, "not JSON")):
            self.assertIn(f"shop: {orders}:{number}: {problem}; skipped\n", shop.errors())
        self.assertIn("shop: 2 orders published, 5 lines skipped\n", shop.output())

    def test_a_message_that_is_no_order_does_not_stop_the_validator(self):
        line = [line for line in read_orders() if is_valid(line)][0]
        consumers = self.start_consumers()
        consumers[0].wait_for(lambda output, _: "connected to RabbitMQ" in output, "connects")
        subprocess.run(["amqp-publish", "-u", self.url, "-e", "orders", "-r", "order.new",
                        "-b", "no order"], check=True)
        shop = self.start("shop")
        self.feed(shop, [line])
        self.end_of(shop)
        self.wait_for_end(consumers, [line])
        self.assertIn("validator: message rejected: not JSON\n", consumers[0].errors())
        self.stop_all(consumers)

    def test_a_collector_that_is_down_costs_no_order(self):
        lines = read_orders(20)
        down = {"OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
                "OTEL_EXPORTER_OTLP_TIMEOUT": "500"}
        consumers = self.start_consumers(**down)
        shop = self.start("shop", ORDERS, "--limit", "20", **down)
        self.assertEqual(shop.wait(), 0)
        self.wait_for_end(consumers, lines)
        self.stop_all(consumers)
        self.assertEqual(self.notified(), Counter(ids_of(lines, is_valid)))
        self.assertRegex(shop.output(), r"shop: 0 spans exported, 40 failed, 0 dropped\n")


if __name__ == "__main__":
    examples, rabbitmq_control = (Path(word).resolve() for word in sys.argv[1:3])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
