# SPDX-License-Identifier: Apache-2.0
"""Programs that a test starts, reads and ends: no process outlives the test."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_S = 60


def environment(**changes):
    """That of the test without what the user has set for other programs."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OTEL")}
    return {**kept, **{key: str(value) for key, value in changes.items()}}


def wait_until(condition, what, patience_s=PATIENCE_S):
    """Waits for condition() to be true, and returns what it gave."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {patience_s} s")


class Program:
    """A program in the background, its output in files of one folder."""

    def __init__(self, folder, name, command, **changes):
        self.name = name
        self.out_path = Path(folder) / f"{name}.out"
        self.err_path = Path(folder) / f"{name}.err"
        with self.out_path.open("w") as out, self.err_path.open("w") as err:
            self.process = subprocess.Popen([str(word) for word in command], text=True,
                                            stdin=subprocess.PIPE, stdout=out, stderr=err,
                                            env=environment(**changes))

    def output(self):
        return self.out_path.read_text()

    def errors(self):
        return self.err_path.read_text()

    def wait_for(self, condition, what):
        """Waits for condition(output, errors), and fails at once when the program has ended."""
        def is_so():
            has_ended = self.process.poll() is not None
            if condition(self.output(), self.errors()):
                return True
            if has_ended:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}: {what}\n"
                                     f"{self.output()}{self.errors()}")
            return False
        try:
            wait_until(is_so, f"{self.name}: {what}")
        except AssertionError:
            print(f"--- {self.name}\n{self.output()[-2000:]}\n{self.errors()[-2000:]}",
                  file=sys.stderr)
            raise

    def wait(self):
        """Its exit code, once it ends by itself."""
        return self.process.wait(timeout=PATIENCE_S)

    def stop(self):
        """Its exit code after SIGTERM."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def end(self):
        """For the clean-up: ends it one way or the other."""
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def start_kafka(folder, program):
    """An embedded Kafka, and its address."""
    kafka = Program(folder, "kafka", [program])
    kafka.wait_for(lambda output, _: output.endswith("\n"), "prints its address")
    return kafka, kafka.output().strip()


def run(command, text=None, **changes):
    """A program that ends by itself: exit code, standard output, standard error."""
    result = subprocess.run([str(word) for word in command], input=text, capture_output=True,
                            text=True, timeout=PATIENCE_S, env=environment(**changes))
    return result.returncode, result.stdout, result.stderr
