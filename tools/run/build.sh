# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Configures and compiles, one build at a time in each directory.

lock_build() {
  mkdir -p "$1"
  exec 8>"$1/.lock"
  if ! flock -n 8; then
    say "Another ./run is building in $1; waiting for it."
    attended flock 8
  fi
}

unlock_build() {
  exec 8>&-
}

# A compiler other than the one that the directory was configured for starts it afresh.
compiler_changed() {
  local cached
  cached=$(sed -n 's/^CMAKE_C_COMPILER:[^=]*=//p' "$1/CMakeCache.txt" 2>/dev/null) || return 1
  [ -n "$cached" ] && [ "$cached" != "$(command -v "${CC:-$cached}")" ]
}

configure() {
  local dir=$1 log=$1/configure.log
  shift
  ! compiler_changed "$dir" || rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles"
  if ! attended cmake -G Ninja -S . -B "$dir" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "cmake failed; the above is in $log"
  fi
}

# Ninja's own progress is for a terminal; elsewhere its warnings and errors are enough.
# compile DIR [TARGET...]
compile() {
  local quiet=()
  [ -t 2 ] || quiet=(--quiet)
  attended ninja -C "$1" "${quiet[@]}" "${@:2}" >&2 || die "the build in $1 failed"
}

# build DIR [CMAKE OPTION...]
build() {
  local dir=$1
  shift
  say "Building in $dir"
  lock_build "$dir"
  configure "$dir" -DCMAKE_BUILD_TYPE=RelWithDebInfo "$@"
  compile "$dir"
  unlock_build
}
