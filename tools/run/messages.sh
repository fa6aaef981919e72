# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What ./run says: progress and trouble on standard error, results on standard output.

say() {
  printf '%s\n' "$*" >&2
}

die() {
  end_progress
  printf './run: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf './run: %s; see ./run help\n' "$*" >&2
  exit 2
}

# One line that is written over again on a terminal; elsewhere a line every few seconds.
progress_is_open=
progress_told_at=-10
progress() {
  if [ -t 2 ]; then
    printf '\r%s\033[K' "$*" >&2
    progress_is_open=yes
  elif [ $((SECONDS - progress_told_at)) -ge 5 ]; then
    progress_told_at=$SECONDS
    say "$*"
  fi
}

end_progress() {
  [ -z "$progress_is_open" ] || printf '\n' >&2
  progress_is_open=
}
