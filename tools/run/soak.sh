# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run soak: a load on a real broker at full speed, for as long as is asked, while the collector
# comes, goes, and hangs. The programs are in tests/soak.

readonly soak_build=build/soak
readonly soak_brokers=(rabbitmq kafka)
# The collector is up for so many seconds, and then away, or hangs, for so many.
readonly soak_up_s=7 soak_down_s=3

soak_broker=
soak_seconds=
soak_work=
soak_port=0
soak_lives=0 # of the collector
soak_told=0  # lines of the load's output that are shown already

parse_soak_options() {
  soak_broker=${1:-}
  [ $# -eq 2 ] || usage_error "soak needs a broker and a number of minutes"
  is_one_of "$soak_broker" "${soak_brokers[@]}" ||
    usage_error "soak $soak_broker: the broker is one of ${soak_brokers[*]}"
  [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage_error "soak: '$2' is no number of minutes"
  soak_seconds=$(awk -v minutes="$2" 'BEGIN { printf "%d", minutes * 60 + 0.5 }')
  [ "$soak_seconds" -gt 0 ] || usage_error "soak: '$2' minutes are too few"
}

build_soak() {
  say "Building in $soak_build"
  lock_build $soak_build
  configure $soak_build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_TESTS=ON -DOTELMQ_TOOLS=OFF \
    -DOTELMQ_EXAMPLES=OFF
  compile $soak_build soak_collector "soak_$soak_broker"
  unlock_build
}

# On the port that it had before, so that the exporter finds it again.
start_collector() {
  local log=$soak_work/collector-$soak_lives.log tenths=100
  soak_lives=$((soak_lives + 1))
  start_service collector "$log" $soak_build/tests/soak/soak_collector "$soak_port"
  until soak_port=$(sed -n 's/^port //p' "$log") && [ -n "$soak_port" ]; do
    tenths=$((tenths - 1))
    if [ $tenths -eq 0 ] || ! is_service_running collector; then
      cat "$log" >&2
      die "the collector did not start"
    fi
    sleep 0.1
  done
}

# It goes on by itself, so that it can be ended whatever happens here.
hang_collector() {
  local pid=${services[collector]}
  kill -STOP "$pid"
  (
    sleep $soak_down_s
    kill -CONT "$pid"
  ) &
}

show_load() {
  local lines
  mapfile -t -s "$soak_told" lines <"$soak_work/load.log"
  soak_told=$((soak_told + ${#lines[@]}))
  [ ${#lines[@]} -eq 0 ] || printf '%s\n' "${lines[@]}"
}

# Once a second while the load runs: what is with the collector in this second.
disturb_collector() {
  local period=$((soak_up_s + soak_down_s))
  local phase=$(($1 % (2 * period)))
  case $phase in
    "$soak_up_s") stop_services collector ;;
    "$period") start_collector ;;
    "$((period + soak_up_s))") hang_collector ;;
  esac
}

# The load gives the collector time for what is queued at its end, so that must be there then.
watch_load() {
  local second
  for ((second = 1; second <= soak_seconds - soak_down_s; second++)); do
    sleep 1
    show_load
    is_service_running load || return 0
    disturb_collector $second
  done
  [ -n "${services[collector]:-}" ] || start_collector
  while is_service_running load; do
    sleep 1
    show_load
  done
}

# The collector may have received more, what it could not answer before it went, but never less.
check_received() {
  local received exported
  received=$(sed -n 's/^received //p' "$soak_work"/collector-*.log | awk '{ n += $1 } END { print n + 0 }')
  exported=$(sed -n 's/^spans: .* = \([0-9]*\) exported.*/\1/p' "$soak_work/load.log")
  printf 'collector: received %d spans, %d of them exported, in %d lives\n' \
    "$received" "${exported:-0}" $soak_lives
  [ "$received" -ge "${exported:-0}" ] || {
    printf 'FAILED: the collector has not received all that was exported\n'
    return 1
  }
}

provide_soak_broker() {
  case $soak_broker in
    rabbitmq) provide_rabbitmq "$1" ;;
    kafka) provide_apache_kafka "$1" ;;
  esac
}

remove_soak_work() {
  rm -rf "$soak_work"
}

run_soak() {
  local status=0
  parse_soak_options "$@"
  install_packages test
  [ "$soak_broker" != kafka ] || [ -n "${KAFKA_BROKERS:-}" ] || install_packages kafka
  build_soak
  soak_work=$(mktemp -d $soak_build/soak-XXXXXX)
  cleanups+=(remove_soak_work)
  provide_soak_broker "$PWD/$soak_work/$soak_broker"
  clear_otel_environment
  start_collector
  export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$soak_port OTEL_EXPORTER_OTLP_TIMEOUT=2000
  say "The load runs for $soak_seconds s"
  start_service load "$soak_work/load.log" \
    "$soak_build/tests/soak/soak_$soak_broker" "$soak_seconds"
  watch_load
  wait_for_service load || status=1
  show_load
  stop_services collector || status=1
  check_received || status=1
  return $status
}
