#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Interrupts ./run demo at several moments, as Ctrl-C in a terminal and as SIGTERM to the script
alone, and asserts that it ends soon, leaves no process behind and no directory of its work. The
build must be up to date, or the early moments all hit the compiler."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MARK = f"OTELMQ_INTERRUPT_CHECK={os.getpid()}"
PATIENCE_S = 45

# What it has said when it is interrupted, and how long after.
MOMENTS = [("Building", 0.0), ("private RabbitMQ", 0.05), ("private RabbitMQ", 1.5),
           ("embedded Kafka", 0.0), ("then the shop", 0.1), ("then the shop", 2.0),
           ("Stopping the services", 0.1)]

problems = []


def survivors():
    """Processes of the demo: its own children carry the mark, RabbitMQ's have their home in it."""
    home = f"HOME={ROOT}/build/demo-"
    found = []
    for folder in Path("/proc").iterdir():
        try:
            environment = (folder / "environ").read_bytes().decode(errors="replace").split("\0")
            if MARK in environment or any(entry.startswith(home) for entry in environment):
                found.append((folder / "cmdline").read_bytes().decode().replace("\0", " "))
        except (OSError, ValueError):
            continue  # it has just ended, or is somebody else's
    return found


def wait_for_line(demo, words):
    for line in demo.stderr:
        if words in line:
            return
    problems.append(f"the demo never said '{words}'")


def interrupt(demo, is_terminal):
    if is_terminal:
        os.killpg(demo.pid, signal.SIGINT)
    else:
        demo.send_signal(signal.SIGTERM)


def wait_for_end(demo, name):
    begin = time.monotonic()
    try:
        demo.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        problems.append(f"{name}: still running after {PATIENCE_S} s")
        os.killpg(demo.pid, signal.SIGKILL)
        demo.communicate()
    if demo.returncode not in (130, 143):
        problems.append(f"{name}: ended with {demo.returncode}")
    return time.monotonic() - begin


def check_moment(words, delay, is_terminal):
    name = f"{'Ctrl-C' if is_terminal else 'SIGTERM'} {delay} s after '{words}'"
    before = set(ROOT.glob("build/demo-*"))
    key, value = MARK.split("=")
    demo = subprocess.Popen([str(ROOT / "run"), "demo", "--orders", "20"], text=True,
                            env={**os.environ, key: value}, start_new_session=True,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for_line(demo, words)
    time.sleep(delay)
    interrupt(demo, is_terminal)
    seconds = wait_for_end(demo, name)
    left = survivors()
    if left:
        problems.append(f"{name}: left {left}")
    for folder in set(ROOT.glob("build/demo-*")) - before:
        problems.append(f"{name}: left {folder.relative_to(ROOT)}")
    print(f"{name}: ended after {seconds:.1f} s", flush=True)


# What a shell runs in the background ignores Ctrl-C, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)
for moment_words, moment_delay in MOMENTS:
    check_moment(moment_words, moment_delay, is_terminal=True)
    check_moment(moment_words, moment_delay, is_terminal=False)
for problem in problems:
    print(re.sub(r"\s+", " ", problem))
print(f"check_interrupt: {len(problems)} problems; {2 * len(MOMENTS)} moments")
sys.exit(1 if problems else 0)
