#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Functions of at most 60 lines, their median at most 10 and 90th percentile at most 30 (the tests
aside, whose tables are long); files of at most 400 lines and 100 columns; the license in each first
line."""

import re
import statistics

from sources import files, finish, read

FUNCTION_LIMIT = 60
MEDIAN_LIMIT = 10
TENTH_LIMIT = 30
FILE_LIMIT = 400
COLUMN_LIMIT = 100
SPDX = "/* SPDX-License-Identifier: Apache-2.0 */"

problems = []
shipped_lengths = []


def signature_start(lines, brace):
    """The first line of the signature above the brace of a function's body."""
    start = brace
    while start > 0 and re.match(r"^[A-Za-z_ ].*[^;{}/]$", lines[start - 1]):
        start -= 1
    return start


def is_switch_only(body):
    """A flat switch maps values, and may be as long as there are values."""
    inside = [line for line in body if re.match(r"^ {4}\S", line)]
    return bool(inside) and inside[0].startswith("    switch (") and len(inside) <= 60


def functions(lines):
    """(name line, length, body) of each function: in this style its braces stand in column 0."""
    brace = None
    for number, line in enumerate(lines):
        if line == "{":
            brace = number
        elif line == "}" and brace is not None:
            start = signature_start(lines, brace)
            yield start, number - start + 1, lines[brace + 1 : number]
            brace = None


def check_functions(path, lines):
    for start, length, body in functions(lines):
        if path.parts[0] != "tests":
            shipped_lengths.append(length)
        if length > FUNCTION_LIMIT and not is_switch_only(body):
            problems.append(f"{path}:{start + 1}: a function of {length} lines")


def check_file(path):
    lines = read(path).splitlines()
    if len(lines) > FILE_LIMIT:
        problems.append(f"{path}: {len(lines)} lines")
    if path.suffix in (".c", ".h") and lines[:1] != [SPDX]:
        problems.append(f"{path}:1: not {SPDX}")
    if path.suffix in (".c", ".h"):
        check_functions(path, lines)
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMN_LIMIT:
                problems.append(f"{path}:{number}: {len(line)} columns")


for source in files("*.c", "*.h", "*.py", "*.sh", "*.cmake", "*CMakeLists.txt", "run", ".ci/*"):
    check_file(source)

median = statistics.median(shipped_lengths)
tenth = statistics.quantiles(shipped_lengths, n=10)[-1]
if median > MEDIAN_LIMIT:
    problems.append(f"the median length of a function is {median}")
if tenth > TENTH_LIMIT:
    problems.append(f"a tenth of the functions is longer than {tenth:.0f} lines")
finish("sizes", problems,
       f"{len(shipped_lengths)} functions, median {median:.0f}, 90th percentile {tenth:.0f} lines")
