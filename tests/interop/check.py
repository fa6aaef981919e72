#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""otelmq against the clients of other languages on a real broker:

    check.py BROKER c=COMMAND LANGUAGE=COMMAND...

otelmq publishes to each language and consumes from it, with the message's span as the parent and
with links only; then one trace goes through all of them. README.md describes the programs. Prints a
line for each pair, and fails when anything differs."""

import os
import shlex
import subprocess
import sys

from compare import Pair, one_trace, published_by, reads_stale

MESSAGES = 5
PATIENCE_S = 60

failures = 0
passes = 0


class Trouble(Exception):
    """A program that did not do its part."""


def run(command, *arguments):
    """What the program printed, line by line."""
    whole = [*shlex.split(command), *arguments]
    try:
        done = subprocess.run(whole, capture_output=True, text=True, encoding="utf-8",
                              stdin=subprocess.DEVNULL, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired as late:
        said = (late.stderr or b"").decode(errors="replace")
        raise Trouble(f"{' '.join(arguments)}: not done after {PATIENCE_S} s\n{said}") from None
    if done.returncode != 0:
        raise Trouble(f"{' '.join(arguments)}: ended with {done.returncode}\n{done.stderr}")
    return done.stdout.splitlines()


def report(name, find):
    """find gives a pair with what it has found, or raises Trouble."""
    global failures, passes
    try:
        checked, problems = find()
    except Trouble as trouble:
        checked, problems = [], [str(trouble)]
    verdict = "FAILED" if problems else "ok"
    print(f"{name}: {MESSAGES} messages{''.join(', ' + what for what in checked)}: {verdict}",
          flush=True)
    for problem in problems:
        print(f"  {problem}", flush=True)
    failures += bool(problems)
    passes += not problems


def check_pair(broker, programs, queue, producer, consumer, action):
    sent = run(programs[producer], "publish", queue, str(MESSAGES))
    received = run(programs[consumer], action, queue, str(MESSAGES))
    pair = Pair(broker, producer, consumer, is_linked=action == "consume-linked")
    problems = published_by(producer, sent, MESSAGES) + pair.compare(sent, received, MESSAGES)
    return pair.checked, problems


def check_chain(broker, programs, prefix, stations):
    """Each station but the last publishes, inside its process span, to the queue of the next."""
    queues = [f"{prefix}-{number}" for number in range(1, len(stations))]
    said = [run(programs[stations[0]], "publish", queues[0], str(MESSAGES))]
    problems = []
    for index, queue in enumerate(queues):
        producer, consumer = stations[index : index + 2]
        said.append(run(programs[consumer], "consume", queue, str(MESSAGES),
                        *queues[index + 1:][:1]))
        is_stale = reads_stale(broker, producer, consumer)
        author = index - 1 if is_stale else index
        pair = Pair(broker, stations[author], consumer, copies=2 if is_stale else 1)
        problems += [f"{producer} -> {consumer}: {problem}"
                     for problem in pair.compare(said[author], said[-1], MESSAGES)]
    return [*pair.checked, "one trace"], problems + one_trace(said[0], said[-1])


def main():
    broker, *given = sys.argv[1:]
    programs = dict(argument.split("=", 1) for argument in given)
    others = [language for language in programs if language != "c"]
    prefix = f"interop-{os.getpid()}"
    ways = [("c", "c", "consume"), ("c", "c", "consume-linked")]
    for other in others:
        ways += [("c", other, "consume"), (other, "c", "consume"), (other, "c", "consume-linked")]
    for producer, consumer, action in ways:
        linked = " (link only)" if action == "consume-linked" else ""
        queue = f"{prefix}-{producer}-{consumer}-{action}"
        report(f"{producer} -> {consumer}{linked}",
               lambda: check_pair(broker, programs, queue, producer, consumer, action))
    if len(others) > 1:
        stations = ["c", *others, "c"]
        report(" -> ".join(stations), lambda: check_chain(broker, programs, prefix, stations))
    print(f"interop {broker}: {passes} passed, {failures} failed")
    sys.exit(1 if failures else 0)


main()
