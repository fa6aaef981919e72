# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What ./run starts and, whatever happens, stops. Each process gets a session of its own, so that a
# Ctrl-C in the terminal reaches it only through here, in the right order.

declare -A services=() # name -> pid
attended_pid=
cleanups=() # functions, the last one first

# Runs a command in the foreground of the script, yet so that a signal is acted on at once and not
# only at the end of the command.
attended() {
  local status=0
  setsid "$@" &
  attended_pid=$!
  wait $attended_pid || status=$?
  attended_pid=
  return $status
}

# Starts a service with its output in a log file: start_service NAME LOG COMMAND...
start_service() {
  local name=$1 log=$2
  shift 2
  : >"$log"
  setsid "$@" </dev/null >>"$log" 2>&1 &
  services[$name]=$!
}

is_service_running() {
  kill -0 "${services[$1]}" 2>/dev/null
}

# Asks services to end, and waits for each; one that does not within 20 s is killed. Fails unless
# all ended well: stop_services NAME...
stop_services() {
  local name status=0
  for name in "$@"; do
    kill -TERM "${services[$name]}" 2>/dev/null || true
  done
  for name in "$@"; do
    wait_for_service "$name" || status=1
  done
  return $status
}

wait_for_service() {
  local name=$1 pid=${services[$1]} tenths=200 status=0
  while kill -0 "$pid" 2>/dev/null && [ $tenths -gt 0 ]; do
    tenths=$((tenths - 1))
    sleep 0.1
  done
  if [ $tenths -eq 0 ]; then
    say "$name did not stop within 20 s: killed"
    kill -KILL "$pid" 2>/dev/null || true
  fi
  wait "$pid" || status=$?
  unset "services[$name]"
  [ $status -eq 0 ] || say "$name ended with status $status"
  return $status
}

# The whole group, because what is attended can be a tree as deep as a build.
stop_attended() {
  [ -n "$attended_pid" ] || return 0
  kill -TERM -- "-$attended_pid" 2>/dev/null || kill -TERM "$attended_pid" 2>/dev/null || true
  wait "$attended_pid" 2>/dev/null || true
  attended_pid=
}

# A signal can come between the start of a process and the line that notes its number.
stop_unnoted() {
  local pid
  for pid in $(jobs -p); do
    kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

on_exit() {
  local status=$? i
  trap '' INT TERM HUP
  end_progress
  stop_attended
  stop_services "${!services[@]}" 2>/dev/null || true
  stop_unnoted
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do
    "${cleanups[$i]}" || true
  done
  exit $status
}

trap on_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
