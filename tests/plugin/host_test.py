# SPDX-License-Identifier: Apache-2.0
"""The plugin in C programs of ours: how they fork, exit, and what they meet that is missing.

Usage: host_test.py plugin=... kafka=... host=... static_host=... exporting_host=...
    traced=...
"""

import re

from plugin_case import CONSUMER, PATHS, PLUGIN, PRODUCER, PluginCase, main
from receiver import Receiver

MANY_MESSAGES = 1500


def numbers(word, text):
    return [int(number) for number in re.findall(rf"^{word}: (\d+)$", text, re.MULTILINE)]


class Host(PluginCase):
    def test_a_produced_message_is_traced_and_continued(self):
        self.host("produce", OTEL_SERVICE_NAME="host")
        send = self.one("send")
        self.check_send(send)
        self.assertEqual(send.service, "host")
        self.continue_trace(send)

    def test_the_endpoint_can_be_a_property(self):
        with Receiver() as other:
            self.host("produce", f"otelmq.otlp.endpoint={other.url}/v1/traces")
        self.assertEqual(len(other.spans), 1)
        self.assertEqual(self.receiver.spans, [])

    def test_an_endpoint_that_cannot_be_used_is_refused(self):
        run = self.host("produce", "otelmq.otlp.endpoint=collector:4318", check=False)
        self.assertEqual(run.returncode, 1)
        self.assertIn("otelmq.otlp.endpoint must be a URL as http://collector:4318/", run.stderr)

    def test_without_an_exporter_for_the_endpoint_spans_go_nowhere(self):
        run = self.host(
            "change-protocol",
            "otelmq.otlp.endpoint=collector:4317",
            check=False,
            OTEL_EXPORTER_OTLP_PROTOCOL="grpc",
            OTEL_LOG_LEVEL="error",
        )
        self.assertEqual(run.returncode, 0)
        self.assertIn('The endpoint "collector:4317" is not an http or https URL.', run.stderr)
        self.assertEqual(self.receiver.spans, [])

    def test_a_disabled_client_is_not_traced(self):
        self.host("produce", "otelmq.enabled=false")
        self.assertEqual(self.receiver.spans, [])

    def test_a_copied_configuration_keeps_the_properties(self):
        self.host("duplicate", "otelmq.service.name=copied")
        self.assertEqual(self.one("send").service, "copied")
        self.host("duplicate", "otelmq.enabled=false")
        self.one("send")

    def test_many_configurations_come_and_go(self):
        self.host("reload")
        self.one("send")

    def test_process_spans_join_what_is_sent_on(self):
        self.host("pipeline", "otelmq.process.spans=true")
        sends = self.receiver.named(f"send {self.topic}")
        processes = self.receiver.named(f"process {self.topic}")
        nexts = self.receiver.named(f"send {self.topic}-next")
        self.assertEqual((len(sends), len(processes), len(nexts)), (2, 2, 2))
        for send in sends:
            [process] = [span for span in processes if span.trace_id == send.trace_id]
            [after] = [span for span in nexts if span.trace_id == send.trace_id]
            self.assertEqual((process.kind, process.parent_id), (CONSUMER, send.span_id))
            self.assertEqual(after.parent_id, process.span_id)

    def test_sizes_and_queue_times_are_recorded_when_they_are_asked_for(self):
        self.host("pipeline", "otelmq.record.queue.time=true", "otelmq.record.sizes=true")
        polls = self.receiver.named(f"poll {self.topic}")
        self.assertEqual(len(polls), 2)
        for poll in polls:
            self.assertGreaterEqual(poll.attributes["kafka.record.queue_time_ms"], 0)
            self.assertGreater(poll.attributes["messaging.message.envelope.size"], 0)

    def test_without_process_spans_nothing_is_a_child_of_a_message(self):
        self.host("pipeline", "otelmq.receive.spans=false")
        self.assertEqual({span.kind for span in self.receiver.spans}, {PRODUCER})
        self.assertEqual(len({span.trace_id for span in self.receiver.spans}), 4)


class Ends(PluginCase):
    def test_a_program_that_exits_with_a_full_queue_exports_it(self):
        self.host("exit")
        self.assertEqual(len(self.receiver.named(f"send {self.topic}")), MANY_MESSAGES)

    def test_the_last_client_is_flushed_before_a_program_leaves_by_underscore_exit(self):
        self.host("_exit")
        self.one("send")

    def test_nobody_waits_for_a_collector_that_hangs(self):
        with Receiver(hangs=True) as hanging:
            self.host("exit", "otelmq.flush.timeout.ms=200", receiver=hanging)
            self.host("_exit", "otelmq.flush.timeout.ms=200", receiver=hanging)
            self.host("_exit", "otelmq.flush.timeout.ms=0", receiver=hanging)

    def test_a_missing_collector_is_met_in_silence(self):
        with Receiver() as closed:
            pass
        self.host("exit", first=(), receiver=closed)
        run = self.host("exit", first=(), receiver=closed, OTEL_LOG_LEVEL="warn", check=False)
        self.assertEqual(run.returncode, 0)
        self.assertIn("otelmq: ", run.stderr)
        self.assertLess(len(run.stderr.splitlines()), 20)

    def test_a_wrong_environment_is_met_in_silence(self):
        self.host("produce", OTEL_TRACES_EXPORTER="nonsense", OTEL_PROPAGATORS="nonsense")
        self.host("produce", OTEL_CONFIG_FILE="/nonexistent/otel.yaml", check=False)


class Forks(PluginCase):
    def test_a_configuration_starts_no_thread(self):
        self.assertEqual(numbers("threads", self.host("configure").stdout), [1])

    def test_the_children_of_a_prefork_server_export_their_own_spans(self):
        children = numbers("child", self.host("prefork").stdout)
        spans = self.receiver.named(f"send {self.topic}")
        self.assertEqual(len(children), 3)
        self.assertEqual(sorted(span.pid for span in spans), sorted(children))

    def test_a_child_of_a_traced_process_exports_its_own_spans(self):
        # LeakSanitizer would look for the parent's threads in the child.
        output = self.host("fork", ASAN_OPTIONS="detect_leaks=0").stdout
        [parent], [child] = numbers("parent", output), numbers("child", output)
        pids = [span.pid for span in self.receiver.named(f"send {self.topic}")]
        self.assertEqual(sorted(pids), sorted([parent, parent, child]))


class Others(PluginCase):
    def test_a_static_program_goes_on_untraced_after_one_line(self):
        run = self.host("reload", program="static_host", first=(), check=False)
        self.assertEqual(run.returncode, 0)
        [line] = run.stderr.splitlines()
        self.assertRegex(
            line,
            r"^otelmq-kafka-plugin: Nothing is traced of the librdkafka in .*static_plugin_host: "
            r"it does not export rd_kafka_\w+\.$",
        )
        self.assertEqual(self.receiver.spans, [])

    def test_a_static_program_that_exports_its_librdkafka_is_traced(self):
        self.host("produce", program="exporting_host")
        self.check_send(self.one("send"))

    def test_the_tracing_of_the_application_itself_goes_first(self):
        self.run_program(
            PATHS["traced"],
            f"plugin.library.paths={PLUGIN}",
            f"bootstrap.servers={self.servers}",
            "otelmq.service.name=plugin",
            "produce",
            self.topic,
            OTEL_SERVICE_NAME="application",
        )
        self.assertEqual(self.one("send").service, "application")


if __name__ == "__main__":
    main()
