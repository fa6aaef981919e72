#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/compliance.md has every row of OpenTelemetry's compliance matrix that concerns tracing; what
it names exists: functions and variables in the sources, and test functions in registered tests."""

import re

from registered_tests import registered_tests
from sources import ROOT, finish, read

DOCUMENT = "docs/compliance.md"
SECTIONS = {"Traces": 64, "Baggage": 2, "Resource": 7, "Context Propagation": 19,
            "Environment Variables": 19, "Exporters": 19}
YES_AT_LEAST = 128
REASON_AT_LEAST = 40  # characters
SOURCES = ("core", "carriers", "amqp", "kafka", "tools")

problems = []


def attributes_at_the_start_are_documented_as_preferred():
    """A row that asks for documentation and nothing else."""
    return "Attributes that are known at the start belong into otelmq_span_options" in comments(
        "core/include/otelmq/span.h")


def that_there_is_no_null_is_documented():
    return "There is no null for an attribute: OTELMQ_VALUE_NONE is invalid there" in comments(
        "core/include/otelmq/value.h")


def comments(path):
    """The text with the line breaks of comments taken out."""
    return re.sub(r"\s*\n\s*\*?\s*", " ", read(path))


def rows_of(text):
    """[(section, [cell])] of the tables, their heads aside."""
    section = None
    for line in text.splitlines():
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("|") and not re.match(r"\| *(row|-+) *\|", line):
            yield section, [cell.strip() for cell in line.strip("|").split("|")]


def check_counts(rows):
    found = list(dict.fromkeys(section for section, _ in rows))
    if found != list(SECTIONS):
        problems.append(f"{DOCUMENT}: the sections are {found}")
    for section, expected in SECTIONS.items():
        names = [cells[0] for of, cells in rows if of == section]
        if len(names) != expected:
            problems.append(f"{DOCUMENT}: {section} has {len(names)} rows, not {expected}")
        for name in sorted({name for name in names if names.count(name) > 1}):
            problems.append(f"{DOCUMENT}: {section}: {name}: is there twice")


def quoted(cell):
    return re.findall(r"`([^`]+)`", cell)


def check_names(row, cell, sources):
    """`function`, `struct.field` or `VARIABLE`: its words must stand together in one source."""
    for name in quoted(cell):
        if not any(words.issuperset(name.split(".")) for words in sources):
            problems.append(f"{row}: {name}: is nowhere in the sources")


def defines(path, function):
    """Whether it is a cmocka test there (an unused one would not compile), or a Python one."""
    pattern = rf"^ *def {function}\(" if path.suffix == ".py" else rf"^static void {function}\(void \*"
    return re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def check_tests(row, cell, tests):
    for test in quoted(cell):
        program, _, function = test.partition(": ")
        if program not in tests:
            problems.append(f"{row}: {test}: no such test program")
        elif not any(defines(path, function) for path in tests[program]):
            problems.append(f"{row}: {test}: no such test in it")


def check_documentation():
    for check in (attributes_at_the_start_are_documented_as_preferred,
                  that_there_is_no_null_is_documented):
        if not check():
            problems.append(f"{check.__name__}: no")


def check_row(section, cells, sources, tests):
    row = f"{DOCUMENT}: {section}: {cells[0]}"
    if len(cells) != 4 or cells[1] not in ("yes", "no"):
        problems.append(f"{row}: is not: | row | yes or no | by | shown by |")
        return
    if cells[1] == "yes" and not (quoted(cells[2]) and quoted(cells[3])):
        problems.append(f"{row}: a yes without what does it or a test")
    if cells[1] == "no" and len(cells[2]) < REASON_AT_LEAST:
        problems.append(f"{row}: a no without its reason")
    check_names(row, cells[2], sources)
    check_tests(row, cells[3], tests)


def check_document():
    rows = list(rows_of(read(DOCUMENT)))
    sources = [set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) for folder in SOURCES
               for path in (ROOT / folder).rglob("*.[ch]")]
    tests = registered_tests()
    check_counts(rows)
    for section, cells in rows:
        check_row(section, cells, sources, tests)
    yes = sum(cells[1:2] == ["yes"] for _, cells in rows)
    if yes < YES_AT_LEAST:
        problems.append(f"{DOCUMENT}: {yes} yes, fewer than {YES_AT_LEAST}")
    return f"{yes} of {len(rows)} yes"


check_documentation()
finish("compliance", problems, check_document())
