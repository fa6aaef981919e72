# SPDX-License-Identifier: Apache-2.0
"""What the tests of the plugin have in common: an embedded Kafka, a receiver, and programs that are
run with the plugin. The paths come as arguments, NAME=PATH.
"""

import contextlib
import os
import subprocess
import sys
import unittest

from receiver import Receiver

PATHS = dict(argument.split("=", 1) for argument in sys.argv[1:])
PLUGIN = PATHS["plugin"]
INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = 1, 2, 3, 4, 5

# A stalled machine may take longer to export than the second that the plugin waits by default.
PATIENT = "otelmq.flush.timeout.ms=60000"


def environment(receiver, **variables):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("OTEL")}
    url = receiver.url if receiver else "http://127.0.0.1:1"
    return {**kept, "no_proxy": "127.0.0.1", "OTEL_EXPORTER_OTLP_ENDPOINT": url, **variables}


class PluginCase(unittest.TestCase):
    """Each test has its own topic, named as itself."""

    @classmethod
    def setUpClass(cls):
        cls.kafka = subprocess.Popen([PATHS["kafka"]], stdout=subprocess.PIPE, text=True)
        cls.servers = cls.kafka.stdout.readline().strip()

    @classmethod
    def tearDownClass(cls):
        cls.kafka.terminate()
        cls.kafka.wait()
        cls.kafka.stdout.close()

    def setUp(self):
        self.topic = self.id().rsplit(".", 1)[1]
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.receiver = stack.enter_context(Receiver())

    def run_program(self, *command, receiver=None, stdin=None, check=True, **variables):
        """Runs the command; when check, it must end well, and say nothing on standard error."""
        run = subprocess.run(
            command,
            env=environment(receiver or self.receiver, **variables),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=100,
        )
        if check:
            self.assertEqual((run.returncode, run.stderr), (0, ""))
        return run

    def host(self, command, *properties, program="host", topic=None, first=(PATIENT,), **options):
        """Properties may set again what one of the first has set."""
        return self.run_program(
            PATHS[program],
            f"plugin.library.paths={PLUGIN}",
            f"bootstrap.servers={self.servers}",
            *first,
            *properties,
            command,
            topic or self.topic,
            **options,
        )

    def continue_trace(self, send):
        """A C consumer that uses otelmq itself must go on in the trace of the send span."""
        self.run_program(
            PATHS["traced"],
            f"bootstrap.servers={self.servers}",
            "consume",
            self.topic,
            OTEL_SERVICE_NAME="continues",
        )
        [process] = self.receiver.named(f"process {self.topic}")
        self.assertEqual(process.service, "continues")
        self.assertEqual((process.trace_id, process.parent_id), (send.trace_id, send.span_id))

    def one(self, name):
        spans = self.receiver.named(f"{name} {self.topic}")
        self.assertEqual(len(spans), 1, [span.name for span in self.receiver.spans])
        return spans[0]

    def check_send(self, send):
        self.assertEqual((send.kind, send.parent_id), (PRODUCER, ""))
        self.assertEqual(send.attributes["messaging.system"], "kafka")
        self.assertEqual(send.attributes["messaging.destination.name"], self.topic)
        self.assertEqual(send.attributes["messaging.destination.partition.id"], "0")
        self.assertEqual(send.attributes["messaging.kafka.offset"], 0)

    def check_poll(self, poll, send):
        self.assertEqual(poll.kind, CLIENT)
        self.assertEqual(poll.links, [(send.trace_id, send.span_id)])
        self.assertEqual(poll.attributes["messaging.kafka.offset"], 0)


def main():
    unittest.main(argv=sys.argv[:1], module="__main__", verbosity=2)
