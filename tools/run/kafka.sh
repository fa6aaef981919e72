# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run kafka: a private Apache Kafka to try things with; the tests have one of their own.

run_kafka() {
  [ $# -gt 0 ] || usage_error "kafka needs start or stop"
  case $1 in
    start)
      check_kafka_options "${@:2}"
      install_packages kafka
      exec tools/services/kafka start build/kafka/cluster "${@:2}"
      ;;
    stop)
      [ $# -eq 1 ] || usage_error "kafka stop: unknown option '$2'"
      exec tools/services/kafka stop build/kafka/cluster
      ;;
    *) usage_error "kafka $1: there is start and stop" ;;
  esac
}

check_kafka_options() {
  case $* in
    '' | '--brokers '[13] | --brokers=[13]) ;;
    --brokers*) usage_error "--brokers is 1 or 3" ;;
    *) usage_error "kafka start: unknown option '$1'" ;;
  esac
}

apache_kafka_dir=

stop_apache_kafka() {
  [ -z "$apache_kafka_dir" ] || tools/services/kafka stop "$apache_kafka_dir"
}

# Exports KAFKA_BROKERS: provide_apache_kafka DIR
provide_apache_kafka() {
  if [ -n "${KAFKA_BROKERS:-}" ]; then
    say "Using the Kafka of KAFKA_BROKERS"
    return
  fi
  say "Starting a private Apache Kafka"
  apache_kafka_dir=$1
  cleanups+=(stop_apache_kafka)
  attended tools/services/kafka start "$apache_kafka_dir" >/dev/null ||
    die "Apache Kafka did not start"
  KAFKA_BROKERS=$(cat "$apache_kafka_dir/bootstrap")
  export KAFKA_BROKERS
}
