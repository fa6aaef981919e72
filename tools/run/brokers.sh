# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The brokers that a command starts for itself, unless the environment names some.

rabbitmq_dir=

stop_rabbitmq() {
  [ -z "$rabbitmq_dir" ] || tools/services/rabbitmq stop "$rabbitmq_dir"
}

# Exports RABBITMQ_URL.
provide_rabbitmq() {
  if [ -n "${RABBITMQ_URL:-}" ]; then
    say "Using the RabbitMQ of RABBITMQ_URL"
    return
  fi
  say "Starting a private RabbitMQ"
  rabbitmq_dir=$1
  cleanups+=(stop_rabbitmq)
  attended tools/services/rabbitmq start "$rabbitmq_dir" >/dev/null ||
    die "RabbitMQ did not start"
  RABBITMQ_URL=$(cat "$rabbitmq_dir/url")
  export RABBITMQ_URL
}

# Exports KAFKA_BROKERS: provide_kafka PROGRAM DIR
provide_kafka() {
  if [ -n "${KAFKA_BROKERS:-}" ]; then
    say "Using the Kafka of KAFKA_BROKERS"
    return
  fi
  say "Starting an embedded Kafka"
  start_service kafka "$2/kafka.log" "$1"
  local tenths=100
  until KAFKA_BROKERS=$(grep -m 1 -E '^[^ ]+:[0-9]+' "$2/kafka.log"); do
    tenths=$((tenths - 1))
    if [ $tenths -eq 0 ] || ! is_service_running kafka; then
      cat "$2/kafka.log" >&2
      die "the embedded Kafka did not start"
    fi
    sleep 0.1
  done
  export KAFKA_BROKERS
}
