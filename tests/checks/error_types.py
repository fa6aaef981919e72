#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""error.type is a closed list: docs/rabbitmq.md has the names of amqp/errors.c, those that amqp/ gives
to spans itself, and no others; docs/kafka.md has those that kafka/ gives itself, and no others beside
librdkafka's own, which begin with an underscore or a capital."""

import re

from sources import files, finish, read

RABBITMQ = "docs/rabbitmq.md"
KAFKA = "docs/kafka.md"
ERRORS = "amqp/errors.c"
OTHER = "_OTHER"
# Lower-case words in the sources that are no error: names of operations and of other things.
NO_ERRORS_OF_RABBITMQ = {"publish", "create", "return", "commit", "rollback", "receive", "process",
                         "ack", "rabbitmq", "baggage", "tracestate", "reason", "count", "x-death",
                         "x-first-death-queue", "x-first-death-reason", "x-delivery-count",
                         "x-acquired-count", "x-stream-offset"}
NO_ERRORS_OF_KAFKA = {"send", "create", "begin", "send_offsets", "commit", "abort", "poll",
                      "process", "accept", "acknowledge", "explicit", "kafka", "otelmq",
                      "otelmq-run", "baggage", "tracestate", "true", "false", "otelmq-error",
                      "otelmq-retry-count", "otelmq-retry-at", "otelmq-topic", "otelmq-partition",
                      "otelmq-offset", "otelmq-group"}

problems = []


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def names_of_codes():
    names = re.findall(r'\{AMQP_\w+, "([^"]+)"\}', read(ERRORS))
    return set(names) | {OTHER}


def words_of(paths):
    words = set()
    for path in paths:
        words |= set(re.findall(r'"([a-z]+(?:[-_][a-z]+)*)"', without_comments(read(path))))
    return words


def documented(document):
    """The names in the text of the section, and those in the first column of its table."""
    section = read(document).split("\n## error.type\n")[1].split("\n## ")[0]
    lines = section.splitlines()
    text = "\n".join(line for line in lines if not line.startswith("|"))
    rows = [re.match(r"\| `([^`]+)` \|", line) for line in lines]
    return set(re.findall(r"`([^`]+)`", text)), {row[1] for row in rows if row}


def compare(document, what, found, expected):
    for name in sorted(found - expected):
        problems.append(f"{document}: {name}: {what} has no such name")
    for name in sorted(expected - found):
        problems.append(f"{document}: {name}: is not there, and {what} has it")


codes, own = documented(RABBITMQ)
compare(RABBITMQ, ERRORS, codes, names_of_codes())
sources = [path for path in files("amqp/*.c") if str(path) != ERRORS]
compare(RABBITMQ, "amqp/", own, words_of(sources) - NO_ERRORS_OF_RABBITMQ)

listed = documented(KAFKA)[1]
own_of_kafka = {name for name in listed if name[0].islower()}
sources = [path for path in files("kafka/*.c") if path.parts[1] != "plugin"]
compare(KAFKA, "kafka/", own_of_kafka, words_of(sources) - NO_ERRORS_OF_KAFKA)

finish("error types", problems,
       f"{len(codes)} of codes, {len(own)} and {len(own_of_kafka)} of our own")
