# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What the private brokers of this folder share: processes with a pid file and a log in a directory
# of theirs. Whoever sources it sets broker_name, which begins each message; broker_mark, the
# environment variable in which each process carries its directory; and STOP_TIMEOUT_S.

say() {
  printf '%s: %s\n' "$broker_name" "$*" >&2
}

# Every process of ours carries its directory in its environment, so that a number that the system
# gave to another process since then is not taken for ours.
is_running() {
  local pid
  pid=$(cat "$1" 2>/dev/null) || return 1
  [ -n "$pid" ] && tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" |
    grep -xF -- "$broker_mark=${1%/*}" >/dev/null
} 2>/dev/null

wait_until_gone() {
  local file=$1 tenths=$2
  while is_running "$file"; do
    [ "$tenths" -gt 0 ] || return 1
    tenths=$((tenths - 1))
    sleep 0.1
  done
}

# Sends a signal to the process of a pid file, if there is one: signal_process NAME FILE
signal_process() {
  ! is_running "$2" || kill "-$1" "$(cat "$2")" 2>/dev/null || true
}

# Ends the process of a pid file: with SIGTERM first, with SIGKILL when that does not do. A process
# that is suspended hears the former only when it goes on.
end_process() {
  local file=$1
  if is_running "$file"; then
    signal_process TERM "$file"
    signal_process CONT "$file"
    if ! wait_until_gone "$file" $((STOP_TIMEOUT_S * 10)); then
      say "process $(cat "$file") did not stop within $STOP_TIMEOUT_S s: killed"
      kill_process "$file"
    fi
  fi
  rm -f "$file"
}

# Lets the process of a pid file die at once, as in a crash.
kill_process() {
  signal_process KILL "$1"
  wait_until_gone "$1" 50 || true
  rm -f "$1"
}

# What was launched a moment ago may not carry its mark yet, but is still a child.
end_children() {
  local pid
  for pid in $(jobs -p); do
    kill -TERM "$pid" 2>/dev/null || true
  done
}

# Below the range from which the system gives ports to outgoing connections.
free_port() {
  local port
  while :; do
    port=$((10000 + (RANDOM * 32768 + RANDOM) % 22000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
}

# Waits for a line in the log of a process; fails when the process ends before, or when SECONDS
# comes to the deadline: wait_for_line LINE LOG PID_FILE DEADLINE
wait_for_line() {
  local begin=$SECONDS told=$SECONDS
  until grep -qF -- "$1" "$2"; do
    kill -0 "$(cat "$3")" 2>/dev/null || return 1
    if [ $SECONDS -ge "$4" ]; then
      say "not ready after $((SECONDS - begin)) s"
      return 1
    fi
    if [ $((SECONDS - told)) -ge 5 ]; then
      told=$SECONDS
      say "still starting ($((SECONDS - begin)) s)"
    fi
    sleep 0.1
  done
}

show_log_end() {
  say "the end of $1:"
  tail -n 25 "$1" >&2 || true
}
