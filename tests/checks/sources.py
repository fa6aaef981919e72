# SPDX-License-Identifier: Apache-2.0
"""The files that the checks look at, and how a check reports."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*patterns):
    """The files of the repository that match, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    paths = (Path(line) for line in sorted(set(listed.stdout.splitlines())))
    return [path for path in paths if (ROOT / path).is_file()]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def finish(name, problems, summary):
    """Prints what was found, and ends the check with its exit status."""
    for problem in problems:
        print(problem)
    print(f"{name}: {len(problems)} problems; {summary}")
    sys.exit(1 if problems else 0)
