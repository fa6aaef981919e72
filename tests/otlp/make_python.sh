#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a Python environment with the packages that the tests need, unless it is there already.
# Usage: make_python.sh PYTHON FOLDER REQUIREMENTS
set -eu

python=$1
folder=$2
requirements=$3

fail() {
    echo "make_python.sh: $*" >&2
    exit 1
}

if cmp -s "$requirements" "$folder/made-from.txt"; then
    exit 0
fi
rm -rf "$folder"
"$python" -m venv "$folder" ||
    fail "$python cannot make an environment: install python3-venv (Debian), then test again."
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" ||
    fail "the packages of $requirements could not be installed: is PyPI within reach?"
cp "$requirements" "$folder/made-from.txt"
