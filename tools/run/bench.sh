# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run bench: builds with optimisation, and measures what otelmq costs. The figures of two runs are
# not to be compared, only those within one: each way of doing it is run in turns with the others.

readonly bench_build=build/bench
bench_part=
bench_work=
bench_options=()

parse_bench_options() {
  case ${1:-core} in
    core | rabbitmq | kafka) bench_part=${1:-core} ;;
    *) usage_error "bench $1: there is core, rabbitmq and kafka" ;;
  esac
  bench_options=("${@:2}")
}

build_bench() {
  say "Building in $bench_build"
  lock_build $bench_build
  configure $bench_build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_TESTS=ON \
    -DOTELMQ_EXAMPLES=OFF -DOTELMQ_TOOLS=OFF
  compile $bench_build "bench_$bench_part"
  unlock_build
}

remove_bench_work() {
  rm -rf "$bench_work"
}

run_bench() {
  parse_bench_options "$@"
  install_packages test
  build_bench
  if [ "$bench_part" = rabbitmq ]; then
    bench_work=$(mktemp -d $bench_build/broker-XXXXXX)
    cleanups+=(remove_bench_work)
    provide_rabbitmq "$PWD/$bench_work/rabbitmq"
  fi
  attended "$bench_build/tests/bench/bench_$bench_part" "${bench_options[@]}"
}
