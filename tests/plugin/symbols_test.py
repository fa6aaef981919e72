# SPDX-License-Identifier: Apache-2.0
"""What the plugin's file shows to the dynamic linker.

Usage: symbols_test.py NM PLUGIN SOURCES
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

NM, PLUGIN, SOURCES = sys.argv[1:]


def symbols(*options):
    output = subprocess.check_output([NM, "-D", *options, PLUGIN], text=True)
    return [line.split()[-1] for line in output.splitlines()]


class Symbols(unittest.TestCase):
    def test_conf_init_is_all_that_it_exports(self):
        self.assertEqual(symbols("--defined-only"), ["conf_init"])

    def test_it_needs_no_librdkafka(self):
        needed = [name for name in symbols("--undefined-only") if name.startswith("rd_kafka")]
        self.assertEqual(needed, [])

    def test_the_table_has_what_is_redirected_and_no_more(self):
        folder = Path(SOURCES) / "kafka" / "plugin"
        listed = re.findall(r"X\((rd_kafka_\w+)\)", (folder / "rdkafka_table.h").read_text())
        redirected = re.findall(r"#define (rd_kafka_\w+)", (folder / "rdkafka_calls.h").read_text())
        self.assertEqual(listed, sorted(set(listed)))
        self.assertEqual(set(redirected) - set(listed), set())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
