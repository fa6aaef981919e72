# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run test: all tests by ctest, those of RabbitMQ against a private one.

test_build=
test_work=
ctest_options=()

parse_test_options() {
  local sanitize=${OTELMQ_SANITIZE:-}
  test_build=build/test
  [ -z "${CC:-}" ] || test_build+=-$(basename "$CC")
  [ -z "$sanitize" ] || test_build+=-${sanitize//,/-}
  if [ "${1:-}" = --build ]; then
    [ $# -ge 2 ] || usage_error "--build needs a directory"
    test_build=$2
    shift 2
  fi
  ctest_options=("$@")
}

# More at a time than there are processors, because most of the time goes by waiting for brokers.
run_ctest() {
  attended ctest --test-dir "$test_build" --output-on-failure --no-tests=error \
    -j $((2 * $(nproc))) "${ctest_options[@]}"
}

run_test() {
  parse_test_options "$@"
  install_packages test
  build "$test_build" -DOTELMQ_TESTS=ON -DOTELMQ_WERROR=ON -DOTELMQ_SANITIZE="${OTELMQ_SANITIZE:-}"
  test_work=$(mktemp -d "$test_build/brokers-XXXXXX")
  cleanups+=(remove_test_work)
  provide_rabbitmq "$PWD/$test_work/rabbitmq"
  run_ctest
}

remove_test_work() {
  rm -rf "$test_work"
}
