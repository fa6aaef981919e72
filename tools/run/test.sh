# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run test: all tests by ctest, those of RabbitMQ against a private one. ./run test kafka: those
# on Apache Kafka, against a private one.

readonly apache_kafka_tests=apache-kafka # their label, and the configuration of those with no other

test_apache_kafka=
test_build=
test_work=
ctest_options=()

parse_test_options() {
  local sanitize=${OTELMQ_SANITIZE:-}
  if [ "${1:-}" = kafka ]; then
    test_apache_kafka=yes
    shift
  fi
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
    -j $((2 * $(nproc))) "$@" "${ctest_options[@]}"
}

# What the tests on Kafka find in librdkafka's mock cluster too, they find in one of their own here.
test_on_private_brokers() {
  local status=0
  provide_rabbitmq "$PWD/$test_work/rabbitmq" --tls
  if [ -n "${KAFKA_BROKERS:-}" ]; then
    run_ctest -C $apache_kafka_tests
    return
  fi
  run_ctest || status=$?
  say "not run: the tests on Apache Kafka (./run test kafka runs them, and needs Maven)"
  return $status
}

test_on_apache_kafka() {
  provide_apache_kafka "$PWD/$test_work/kafka"
  run_ctest -C $apache_kafka_tests -L "^$apache_kafka_tests\$"
}

run_test() {
  parse_test_options "$@"
  install_packages test
  [ -z "$test_apache_kafka" ] || [ -n "${KAFKA_BROKERS:-}" ] || install_packages kafka
  build "$test_build" -DOTELMQ_TESTS=ON -DOTELMQ_WERROR=ON -DOTELMQ_SANITIZE="${OTELMQ_SANITIZE:-}"
  test_work=$(mktemp -d "$test_build/brokers-XXXXXX")
  cleanups+=(remove_test_work)
  if [ -n "$test_apache_kafka" ]; then
    test_on_apache_kafka
  else
    test_on_private_brokers
  fi
}

remove_test_work() {
  rm -rf "$test_work"
}
