# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run test: all tests by ctest, those of RabbitMQ against a private one. ./run test kafka: those
# on Apache Kafka, against a private one. ./run test librdkafka: those of Kafka with a librdkafka that
# is newer than Debian's.

readonly apache_kafka_tests=apache-kafka # their label, and the configuration of those with no other
readonly own_nodes_tests=own-nodes       # the label of those that start brokers

test_what= # kafka, librdkafka; empty: all
test_build=
test_build_options=()
test_work=
ctest_options=()

parse_test_options() {
  local sanitize=${OTELMQ_SANITIZE:-}
  case ${1:-} in
    kafka | librdkafka)
      test_what=$1
      shift
      ;;
  esac
  test_build=build/test
  [ "$test_what" != librdkafka ] || test_build+=-librdkafka
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

# run_some_ctest WHAT_IS_LEFT_OUT [CTEST OPTION...]
run_some_ctest() {
  local status=0
  run_ctest "${@:2}" || status=$?
  say "not run: the tests $1 (./run test kafka runs them, and needs Java and Maven)"
  return $status
}

can_start_apache_kafka() {
  command -v java >/dev/null && command -v mvn >/dev/null
}

# On the Kafka of KAFKA_BROKERS: run_ctest_there [CTEST OPTION...]
run_ctest_there() {
  if can_start_apache_kafka; then
    run_ctest -C $apache_kafka_tests "$@"
  else
    run_some_ctest "that start a Kafka of their own" -C $apache_kafka_tests \
      -LE "^$own_nodes_tests\$" "$@"
  fi
}

# What the tests on Kafka find in librdkafka's mock cluster too, they find in one of their own here.
test_on_private_brokers() {
  provide_rabbitmq "$PWD/$test_work/rabbitmq" --tls
  if [ -n "${KAFKA_BROKERS:-}" ]; then
    run_ctest_there
  else
    run_some_ctest "on Apache Kafka"
  fi
}

test_on_apache_kafka() {
  if [ -n "${KAFKA_BROKERS:-}" ]; then
    run_ctest_there -L "^$apache_kafka_tests\$"
  elif can_start_apache_kafka || [ -n "${CI:-}" ]; then
    provide_apache_kafka "$PWD/$test_work/kafka"
    run_ctest -C $apache_kafka_tests -L "^$apache_kafka_tests\$"
  else
    say "There is no Java, or no Maven: the embedded Kafka takes the place of Apache Kafka"
    run_some_ctest "on Apache Kafka" -L '^kafka$' -LE '^rabbitmq$'
  fi
}

# Most of them on mock clusters; what is said about share groups there, Apache Kafka must say, too.
test_with_newest_librdkafka() {
  provide_apache_kafka "$PWD/$test_work/kafka"
  run_ctest -C librdkafka -L '^kafka$'
}

# Sets test_build_options, and what the tests need is installed.
prepare_tests() {
  test_build_options=(-DOTELMQ_TESTS=ON -DOTELMQ_WERROR=ON
    -DOTELMQ_SANITIZE="${OTELMQ_SANITIZE:-}")
  install_packages test
  [ -z "$test_what" ] || [ -n "${KAFKA_BROKERS:-}" ] || install_packages kafka
  if [ "$test_what" = librdkafka ]; then
    install_packages librdkafka
    attended tools/librdkafka/build build/librdkafka || die "there is no newer librdkafka"
    export PKG_CONFIG_PATH=$PWD/build/librdkafka/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    test_build_options+=(-DOTELMQ_AMQP=OFF)
  fi
}

run_test() {
  parse_test_options "$@"
  prepare_tests
  build "$test_build" "${test_build_options[@]}"
  test_work=$(mktemp -d "$test_build/brokers-XXXXXX")
  cleanups+=(remove_test_work)
  case $test_what in
    kafka) test_on_apache_kafka ;;
    librdkafka) test_with_newest_librdkafka ;;
    *) test_on_private_brokers ;;
  esac
}

remove_test_work() {
  rm -rf "$test_work"
}
