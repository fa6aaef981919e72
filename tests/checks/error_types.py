#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""error.type of RabbitMQ's spans is a closed list: docs/rabbitmq.md has the names of amqp/errors.c,
those that amqp/ gives to spans itself, and no others."""

import re

from sources import files, finish, read

DOCUMENT = "docs/rabbitmq.md"
ERRORS = "amqp/errors.c"
OTHER = "_OTHER"
# Lower-case words in the sources that are no error: names of operations and of other things.
NO_ERRORS = {"publish", "create", "return", "commit", "rollback", "receive", "process", "ack",
             "rabbitmq", "baggage", "tracestate", "reason", "count", "x-death",
             "x-first-death-queue", "x-first-death-reason", "x-delivery-count",
             "x-acquired-count", "x-stream-offset"}

problems = []


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def names_of_codes():
    names = re.findall(r'\{AMQP_\w+, "([^"]+)"\}', read(ERRORS))
    return set(names) | {OTHER}


def words_of_sources():
    words = set()
    for path in files("amqp/*.c"):
        if str(path) != ERRORS:
            words |= set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', without_comments(read(path))))
    return words


def documented():
    """The names in the text of the section, and those in the first column of its table."""
    section = read(DOCUMENT).split("\n## error.type\n")[1].split("\n## ")[0]
    lines = section.splitlines()
    text = "\n".join(line for line in lines if not line.startswith("|"))
    rows = [re.match(r"\| `([^`]+)` \|", line) for line in lines]
    return set(re.findall(r"`([^`]+)`", text)), {row[1] for row in rows if row}


def compare(what, found, expected):
    for name in sorted(found - expected):
        problems.append(f"{DOCUMENT}: {name}: {what} has no such name")
    for name in sorted(expected - found):
        problems.append(f"{DOCUMENT}: {name}: is not there, and {what} has it")


codes, own = documented()
compare(ERRORS, codes, names_of_codes())
compare("amqp/", own, words_of_sources() - NO_ERRORS)
finish("error types", problems, f"{len(codes)} of codes, {len(own)} of our own")
