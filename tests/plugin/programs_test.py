# SPDX-License-Identifier: Apache-2.0
"""Programs as they are installed, traced by the plugin.

Usage: programs_test.py plugin=... kafka=... traced=... kcat=... system_python=...
"""

import os
import sys

from plugin_case import PATHS, PATIENT, PLUGIN, PluginCase, main

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Programs(PluginCase):
    def kcat(self, *arguments, **options):
        return self.run_program(
            PATHS["kcat"],
            *("-q", "-b", self.servers, "-t", self.topic, "-p", "0"),
            *("-X", f"plugin.library.paths={PLUGIN}", "-X", PATIENT),
            *arguments,
            **options,
        )

    def test_kcat_produces_and_consumes(self):
        self.kcat("-P", "-X", "otelmq.service.name=kcat-producer", stdin="hello\n")
        send = self.one("send")
        self.check_send(send)
        self.assertEqual(send.service, "kcat-producer")
        run = self.kcat("-C", "-o", "beginning", "-e", "-f", "%s %h", OTEL_SERVICE_NAME="kcat")
        self.assertEqual(run.stdout, f"hello traceparent=00-{send.trace_id}-{send.span_id}-03")
        poll = self.one("poll")
        self.check_poll(poll, send)
        self.assertEqual(poll.service, "kcat")
        self.continue_trace(send)

    def test_kcat_says_which_property_is_wrong(self):
        run = self.kcat("-P", "-X", "otelmq.servce.name=x", stdin="hello\n", check=False)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn('No such property of otelmq: "otelmq.servce.name"', run.stderr)
        self.assertIn("otelmq.service.name", run.stderr.split("there are")[1])

    def python(self, python):
        """Returns the version of librdkafka that it ran on."""
        script = os.path.join(FOLDER, "confluent_client.py")
        run = self.run_program(python, "-B", script, self.servers, PLUGIN, self.topic)
        version, headers = run.stdout.split()
        self.assertEqual(headers, "x-own,traceparent")
        send = self.one("send")
        self.check_send(send)
        self.assertEqual(send.attributes["messaging.header.x-own"], ["kept"])
        self.check_poll(self.one("poll"), send)
        self.continue_trace(send)
        return version

    def test_the_python_client_of_the_system(self):
        self.python(PATHS["system_python"])

    def test_the_newest_python_client_with_its_own_librdkafka(self):
        self.assertEqual(self.python(sys.executable), "2.16.0")

    def test_a_second_librdkafka_in_the_process_is_left_alone(self):
        script = os.path.join(FOLDER, "second_copy.py")
        run = self.run_program(
            sys.executable, "-B", script, self.servers, PLUGIN, self.topic, check=False
        )
        self.assertEqual(run.returncode, 0)
        [line] = run.stderr.splitlines()
        self.assertIn("Nothing is traced of the librdkafka in", line)
        self.assertIn("librdkafka.so.1: another one is traced in this process already", line)
        self.check_send(self.one("send"))


if __name__ == "__main__":
    main()
