#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the command otelmq as a user does, and compares what it prints with the files in data/.
#
#     view_golden.sh OTELMQ DATA            compares
#     view_golden.sh OTELMQ DATA --update   writes the files anew; read the difference before use
# shellcheck disable=SC2086 # $orders is several words
set -u

otelmq=$1
data=$2
update=${3:-}
failures=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$data" || exit 1
unset NO_COLOR COLUMNS
LC_ALL=C.UTF-8
export LC_ALL
orders="shop.jsonl validator.jsonl billing.jsonl notifier.jsonl"

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# golden FILE STATUS ARGUMENT...: what it prints (errors behind the rest) is the content of FILE.
golden() {
    file=$1
    wanted=$2
    shift 2
    "$otelmq" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    cat "$work/err" >>"$work/out"
    [ "$status" = "$wanted" ] || fail "$file: exit status $status, not $wanted"
    if [ "$update" = --update ]; then
        cp "$work/out" "$file"
    else
        diff -u "$file" "$work/out" || fail "$file: not as expected"
    fi
}

# says STATUS TEXT ARGUMENT...: TEXT is in what it prints.
says() {
    wanted=$1
    text=$2
    shift 2
    "$otelmq" "$@" >"$work/out" 2>&1 </dev/null
    status=$?
    [ "$status" = "$wanted" ] || fail "otelmq $*: exit status $status, not $wanted"
    if ! grep -qF -e "$text" "$work/out"; then
        fail "otelmq $*: does not say '$text' but: $(cat "$work/out")"
    fi
}

# The drawing, in each of the layouts.
golden waterfall_40.txt 0 view --width 40 $orders
golden waterfall_80.txt 0 view --width 80 $orders
golden waterfall_200.txt 0 view --width 200 $orders
golden waterfall_color.txt 0 view --color always --width 100 $orders
golden hostile_80.txt 0 view --width 80 hostile.jsonl
golden hostile_200.txt 0 view --width 200 hostile.jsonl
LC_ALL=C
golden waterfall_ascii.txt 0 view $orders
golden hostile_ascii.txt 0 view --width 80 hostile.jsonl
LC_ALL=C.UTF-8
COLUMNS=60
export COLUMNS
golden waterfall_60.txt 0 view $orders
unset COLUMNS
golden summary_100.txt 0 view --summary $orders
golden summary_40.txt 0 view --summary --width 40 $orders
golden broken.txt 2 view broken.jsonl
golden control.txt 2 view control.jsonl
golden help.txt 0 view --help

# ASCII takes no more room than there is either; here a byte is a cell.
for width in 30 31 45 63 64 80 89 90 120 200; do
    LC_ALL=C "$otelmq" view --width $width $orders hostile.jsonl >"$work/out"
    LC_ALL=C "$otelmq" view --summary --width $width $orders hostile.jsonl >>"$work/out"
    LC_ALL=C awk -v width=$width '/[^ -~]/ || length($0) > width {exit 1}' "$work/out" ||
        fail "ASCII in $width columns: a line is too long or not ASCII"
done

# Totals for scripts.
says 0 "2 traces, 4 services, 17 spans, 0 orphans" view --check $orders
says 1 "2 traces, 3 services, 13 spans, 1 orphans" view --check \
    shop.jsonl validator.jsonl notifier.jsonl
says 0 "0 traces, 0 services, 0 spans, 0 orphans" view --check /dev/null

# Choosing traces.
says 0 "ValidationError: order-1: quantity -3 is not positive" view --errors $orders
says 0 "1 traces, 2 services, 5 spans, 0 orphans" view --check --errors $orders
says 0 "1 traces, 2 services, 5 spans, 0 orphans" view --check --find order-1 $orders
says 0 "1 traces, 4 services, 12 spans, 0 orphans" view --check --find "charge card" $orders
says 1 "1 traces, 1 services, 8 spans, 1 orphans" view --check --find "(no name)" hostile.jsonl
says 1 "no trace is like that" view --find "no such text" $orders
says 1 "no trace is like that" view --trace 0123456789 $orders
says 0 "1 more trace, beyond --limit" view --limit 1 $orders
says 1 "1 traces, 1 services, 8 spans, 1 orphans" view --check \
    --trace 00000000000000000000000000000ABC hostile.jsonl
says 1 "5 traces" view --check --trace 0 hostile.jsonl

# Wrong usage and unreadable input.
says 1 "there are no spans in the input" view /dev/null
says 2 "cannot read no/such.jsonl: No such file or directory" view no/such.jsonl
says 2 "cannot read .: Is a directory" view .
says 2 "17 spans" view --check no/such.jsonl $orders
says 2 "no FILE given" view
says 2 "unknown option '--colour'; see otelmq view --help" view --colour $orders
says 2 "unknown option '-x'" view -x $orders
says 2 "option '--trace' needs a value" view --trace
says 2 "--trace 'xyz' is not the beginning of a trace id" view --trace xyz $orders
says 2 "--width '12' is not a number of at least 30" view --width 12 $orders
says 2 "--limit 'many' is not a number of at least 1" view --limit many $orders
says 2 "--color 'red' is not auto, always or never" view --color red $orders
says 2 "unknown command 'draw'; see otelmq --help" draw
says 2 "unknown option '--verbose'; see otelmq --help" --verbose
says 2 "no command given"
says 0 "view" --help
says 0 "otelmq 0." --version

# Standard input is one of the files, and what comes twice counts once.
cat $orders | "$otelmq" view --check - >"$work/out" || fail "standard input: exit status $?"
grep -qxF "2 traces, 4 services, 17 spans, 0 orphans" "$work/out" || fail "standard input"
says 0 "2 traces, 4 services, 17 spans, 0 orphans" view --check $orders shop.jsonl
says 0 "4 spans came more than once" view --check $orders shop.jsonl

# A full disk is not silently ignored.
if [ -w /dev/full ]; then
    "$otelmq" view $orders >/dev/full 2>"$work/out"
    [ $? = 2 ] || fail "full disk: exit status"
    grep -qF "cannot write: No space left on device" "$work/out" || fail "full disk: message"
fi

[ "$failures" = 0 ] || exit 1
