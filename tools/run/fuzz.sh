# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run fuzz: builds the fuzz targets with clang, and runs as many at once as there are processors.

readonly fuzz_build=build/fuzz
fuzz_seconds=60
fuzz_targets=()

parse_fuzz_options() {
  if [ $# -gt 0 ]; then
    [[ $1 =~ ^[1-9][0-9]*$ ]] ||
      usage_error "fuzz $1: the seconds come first, then the targets, as in fuzz 60 baggage"
    fuzz_seconds=$1
    shift
  fi
  fuzz_targets=("$@")
}

build_fuzz_targets() {
  case ${CC:-} in
    *clang*) ;;
    *) export CC=clang ;;
  esac
  say "Building in $fuzz_build"
  lock_build $fuzz_build
  configure $fuzz_build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_FUZZ=ON \
    -DOTELMQ_SANITIZE=fuzzer-no-link,address,undefined -DOTELMQ_WERROR=ON \
    -DOTELMQ_TESTS=OFF -DOTELMQ_EXAMPLES=OFF -DOTELMQ_AMQP=OFF -DOTELMQ_KAFKA=OFF
  compile $fuzz_build fuzz-targets
  unlock_build
}

# All of them when none was asked for.
choose_fuzz_targets() {
  local known target
  mapfile -t known <$fuzz_build/tests/fuzz/targets
  for target in "${fuzz_targets[@]}"; do
    printf '%s\n' "${known[@]}" | grep -qxF -- "$target" ||
      die "no fuzz target $target; there are ${known[*]}"
  done
  [ ${#fuzz_targets[@]} -gt 0 ] || fuzz_targets=("${known[@]}")
  printf '%s\n' "${fuzz_targets[@]}" >$fuzz_build/chosen
}

# Prints the sum, and fails unless every target passed.
sum_up_fuzz() {
  local passed=0 target
  for target in "${fuzz_targets[@]}"; do
    [ "$(cat "$fuzz_build/results/$target" 2>/dev/null)" != passed ] || passed=$((passed + 1))
  done
  printf '%d passed, %d failed\n' $passed $((${#fuzz_targets[@]} - passed))
  [ $passed -eq ${#fuzz_targets[@]} ]
}

run_fuzz() {
  parse_fuzz_options "$@"
  install_packages fuzz
  build_fuzz_targets
  choose_fuzz_targets
  rm -rf $fuzz_build/results
  say "Running ${#fuzz_targets[@]} targets for $fuzz_seconds s each, $(nproc) at once"
  attended xargs -a $fuzz_build/chosen -n 1 -P "$(nproc)" \
    tools/run/fuzz-target $fuzz_build "$fuzz_seconds" || true
  sum_up_fuzz
}
