# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The brokers that a command starts for itself, unless the environment names some.

rabbitmq_dir=

stop_rabbitmq() {
  [ -z "$rabbitmq_dir" ] || tools/services/rabbitmq stop "$rabbitmq_dir"
}

# Exports RABBITMQ_URL; with --tls, also RABBITMQ_TLS_URL. For the one that it starts, also
# RABBITMQ_CTL, a command that is its rabbitmqctl, and with --tls RABBITMQ_TLS_CA, the certificate
# to trust: provide_rabbitmq DIR [--tls]
provide_rabbitmq() {
  if [ -n "${RABBITMQ_URL:-}" ]; then
    say "Using the RabbitMQ of RABBITMQ_URL"
    export RABBITMQ_TLS_URL=${RABBITMQ_TLS_URL:-none}
    return
  fi
  say "Starting a private RabbitMQ"
  rabbitmq_dir=$1
  cleanups+=(stop_rabbitmq)
  attended tools/services/rabbitmq start "$@" >/dev/null ||
    die "RabbitMQ did not start"
  RABBITMQ_URL=$(cat "$rabbitmq_dir/url")
  RABBITMQ_CTL="$PWD/tools/services/rabbitmq ctl $rabbitmq_dir"
  export RABBITMQ_URL RABBITMQ_CTL
  if [ "${2:-}" = --tls ]; then
    RABBITMQ_TLS_URL=$(tools/services/rabbitmq url "$@")
    RABBITMQ_TLS_CA=$rabbitmq_dir/tls/ca.pem
    export RABBITMQ_TLS_URL RABBITMQ_TLS_CA
  fi
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
