# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run demo: the pipeline of examples/pipeline/ as separate processes over a real RabbitMQ and a
# Kafka. Each demo works in a directory of its own, so that several may run at a time; the last one
# to end leaves its spans and logs in build/demo.

readonly demo_build=build/release
readonly demo_orders=examples/pipeline/orders.jsonl
readonly demo_services=(shop validator billing notifier)
readonly demo_patience_s=45 # without any progress

demo_work=
demo_failed=
demo_files=() # of the spans

remove_demo_work() {
  if [ -n "$demo_failed" ]; then
    rm -rf "$demo_work/rabbitmq"
    say "The logs and spans are left in $demo_work"
  else
    rm -rf "$demo_work"
  fi
}

parse_demo_options() {
  demo_limit=
  while [ $# -gt 0 ]; do
    case $1 in
      --orders) demo_limit=${2:-} ;;
      --orders=*) demo_limit=${1#*=} ;;
      *) usage_error "demo: unknown option '$1'" ;;
    esac
    [[ $demo_limit =~ ^[1-9][0-9]{0,8}$ ]] ||
      usage_error "--orders needs a number above 0, not '$demo_limit'"
    [ "$1" != --orders ] || shift
    shift
  done
}

fail_demo() {
  local name
  end_progress
  demo_failed=yes
  for name in "${demo_services[@]}"; do
    if [ -s "$demo_work/$name.log" ]; then
      say "--- the end of $name.log"
      uniq "$demo_work/$name.log" | tail -n 12 >&2
    fi
  done
  die "$*"
}

# Variables that the user has set for other programs would change what the demo shows.
clear_otel_environment() {
  local name
  for name in "${!OTEL_@}" "${!OTELMQ_OTLP@}"; do
    unset "$name"
  done
}

start_demo_service() {
  local name=$1
  shift
  start_service "$name" "$demo_work/$name.log" \
    env OTEL_TRACES_EXPORTER=otlp/file OTELMQ_OTLP_FILE="$demo_work/$name.jsonl" \
    "$demo_build/examples/pipeline/$name" "$@"
}

# How many lines of a service's log match.
count_in_log() {
  grep -cE "$2" "$demo_work/$1.log" 2>/dev/null || true
}

count_published() {
  count_in_log shop '^shop: order [0-9]+ published'
}

count_done() {
  printf '%s\n' $(($(count_in_log notifier '^notifier: order [0-9]+: ') + \
    $(count_in_log validator '^validator: order [0-9]+ rejected')))
}

check_demo_services() {
  local name
  for name in validator billing notifier; do
    is_service_running "$name" || fail_demo "$name ended too early"
  done
}

# Joining a consumer group takes seconds, which would stretch the traces of the first orders.
wait_for_consumers() {
  local begin=$SECONDS
  until [ "$(count_in_log billing ' partitions assigned$')" -gt 0 ]; do
    progress "billing joins its consumer group: $((SECONDS - begin)) s"
    check_demo_services
    [ $((SECONDS - begin)) -lt $demo_patience_s ] ||
      fail_demo "billing was assigned no partition in $demo_patience_s s"
    sleep 0.1
  done
  end_progress
}

# Until the shop has published all orders and each of them has come out at an end of the pipeline.
wait_for_orders() {
  local done_before=-1 moved_at=$SECONDS published finished
  while :; do
    published=$(count_published)
    finished=$(count_done)
    progress "orders: $published published, $finished notified or rejected"
    is_service_running shop || [ "$finished" -lt "$(count_published)" ] || break
    check_demo_services
    if [ "$finished" -ne "$done_before" ]; then
      done_before=$finished
      moved_at=$SECONDS
    fi
    [ $((SECONDS - moved_at)) -lt $demo_patience_s ] ||
      fail_demo "nothing moved for $demo_patience_s s: $finished of $published orders came through"
    sleep 0.1
  done
  end_progress
}

run_pipeline() {
  local limit=()
  [ -z "$demo_limit" ] || limit=(--limit "$demo_limit")
  clear_otel_environment
  say "Starting validator, billing and notifier, and then the shop"
  start_demo_service validator
  start_demo_service billing
  start_demo_service notifier
  wait_for_consumers
  start_demo_service shop "$demo_orders" "${limit[@]}"
  wait_for_orders
  say "Stopping the services"
  stop_services "${demo_services[@]}" || fail_demo "a service did not end well"
}

stop_demo_brokers() {
  if [ -n "${services[kafka]:-}" ]; then
    stop_services kafka || fail_demo "the embedded Kafka did not end well"
  fi
  stop_rabbitmq
}

view() {
  "$demo_build/tools/otelmq" view "$@" || fail_demo "otelmq view $1 failed"
}

# The first trace of those that an option selects: draw_first HEADING VIEW_ARGUMENT...
draw_first() {
  local heading=$1 id
  shift
  id=$(view --limit 1 --color never "$@" | sed -nE 's/^trace ([0-9a-f]{32}).*/\1/p')
  printf '\n%s:\n\n' "$heading"
  view --trace "$id" "${demo_files[@]}"
}

draw_demo() {
  demo_files=("${demo_services[@]/%/.jsonl}")
  demo_files=("${demo_files[@]/#/$demo_work/}")
  draw_first 'A valid order' --find 'notify customer' "${demo_files[@]}"
  if [ "$(count_in_log validator '^validator: order [0-9]+ rejected')" -gt 0 ]; then
    draw_first 'A rejected order' --errors "${demo_files[@]}"
  fi
  printf '\n'
  view --summary "${demo_files[@]}"
}

# The sum of a number that each service's last line has before a word, as in "12 dropped".
sum_of_logs() {
  local name number sum=0
  for name in "${demo_services[@]}"; do
    number=$(sed -nE "s/^$name: (.*, )?([0-9]+) $1(,.*)?\$/\\2/p" "$demo_work/$name.log" | tail -n 1)
    [ -n "$number" ] || fail_demo "$name did not say how many spans it ${1##* }"
    sum=$((sum + number))
  done
  printf '%s\n' "$sum"
}

count_brokers() {
  grep -ohE '"messaging\.system", ?"value": ?\{ ?"stringValue": ?"[a-z]+"' "$demo_work"/*.jsonl |
    sort -u | wc -l
}

# Reads "T traces, V services, S spans, O orphans" of the viewer, and adds what it cannot know.
print_totals() {
  local check orders brokers dropped exported
  check=$("$demo_build/tools/otelmq" view --check "${demo_files[@]}") || true
  [[ $check =~ ^([0-9]+)\ traces,\ ([0-9]+)\ services,\ ([0-9]+)\ spans,\ ([0-9]+)\ orphans$ ]] ||
    fail_demo "otelmq view --check answered '$check'"
  local traces=${BASH_REMATCH[1]} processes=${BASH_REMATCH[2]} spans=${BASH_REMATCH[3]}
  local orphans=${BASH_REMATCH[4]}
  orders=$(count_published)
  brokers=$(count_brokers)
  exported=$(sum_of_logs 'spans exported')
  dropped=$(($(sum_of_logs failed) + $(sum_of_logs dropped)))
  demo_verdict="demo: $orders orders, $traces traces, $processes services, $brokers brokers, \
$spans spans, $orphans orphans, $dropped dropped"
  demo_expected="demo: $orders orders, $orders traces, 4 services, 2 brokers, \
$exported spans, 0 orphans, 0 dropped"
}

# Only under the lock, because two demos may end at the same moment.
publish_demo_files() {
  mkdir -p build/demo
  exec 7>build/demo/.lock
  attended flock 7
  rm -f build/demo/*.jsonl build/demo/*.log
  mv "$demo_work"/*.jsonl "$demo_work"/*.log build/demo/
  exec 7>&-
}

run_demo() {
  parse_demo_options "$@"
  install_packages demo
  build $demo_build -DOTELMQ_TESTS=OFF
  demo_work=$(mktemp -d build/demo-XXXXXX)
  cleanups+=(remove_demo_work)
  provide_rabbitmq "$demo_work/rabbitmq"
  provide_kafka "$demo_build/examples/embedded_kafka" "$demo_work"
  run_pipeline
  stop_demo_brokers
  draw_demo
  print_totals
  [ "$demo_verdict" = "$demo_expected" ] ||
    fail_demo "the counts are off: '$demo_verdict' instead of '$demo_expected'"
  publish_demo_files
  printf '\nEach service'\''s spans are in build/demo/\n%s\n' "$demo_verdict"
}
