# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run interop: otelmq on a real broker against the clients of other languages, each with the
# OpenTelemetry that its users have. The programs are in tests/interop/<broker>/<language>; what they
# need comes from the package registries of their languages, in the versions that stand there.

readonly interop_build=build/interop
readonly interop_brokers=(rabbitmq kafka)
readonly interop_languages=(java go python)

interop_work=
interop_broker=
interop_chosen=()

is_one_of() {
  local word=$1
  shift
  printf '%s\n' "$@" | grep -qxF -- "$word"
}

parse_interop_options() {
  interop_broker=${1:-rabbitmq}
  is_one_of "$interop_broker" "${interop_brokers[@]}" ||
    usage_error "interop $interop_broker: the broker is one of ${interop_brokers[*]}"
  interop_chosen=("${@:2}")
  [ ${#interop_chosen[@]} -gt 0 ] || interop_chosen=("${interop_languages[@]}")
  local language
  for language in "${interop_chosen[@]}"; do
    is_one_of "$language" "${interop_languages[@]}" ||
      usage_error "interop: no language '$language'; there are ${interop_languages[*]}"
  done
}

install_interop_packages() {
  local language
  install_packages interop
  install_packages "$interop_broker"
  for language in "${interop_chosen[@]}"; do
    install_packages "interop-$language"
  done
}

# Of everything else in the tree nothing is needed.
build_interop_c() {
  configure $interop_build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_TESTS=ON -DOTELMQ_OTLP=OFF \
    -DOTELMQ_TOOLS=OFF -DOTELMQ_EXAMPLES=OFF
  compile $interop_build "interop_$interop_broker"
}

# What a command says is shown only when it fails: attended_quietly LOG COMMAND...
attended_quietly() {
  local log=$1
  shift
  if ! attended "$@" >"$log" 2>&1; then
    cat "$log" >&2
    die "'$*' failed; the above is in $log"
  fi
}

# Each of these leaves its output, and nothing else, in the directory $2: source, output
build_interop_python() {
  cmp -s "$1/requirements.txt" "$2/requirements.txt" && return
  rm -rf "$2"
  attended_quietly "$2.log" python3 -m venv "$2"
  attended_quietly "$2.log" "$2/bin/pip" install --disable-pip-version-check --no-deps \
    -r "$1/requirements.txt"
  cp "$1/requirements.txt" "$2/"
}

# Maven leaves the jars of former versions where they are, and all of them are on the class path.
build_interop_java() {
  cmp -s "$1/pom.xml" "$2/pom.xml" || rm -rf "$2"
  attended_quietly "$2.log" mvn -q -B -f "$1/pom.xml" -DbuildDirectory="$PWD/$2" process-classes
  cp "$1/pom.xml" "$2/"
}

build_interop_go() {
  attended_quietly "$2.log" env --chdir="$1" go build -buildvcs=false -o "$PWD/$2/interop" .
}

# What check.py runs: LANGUAGE=COMMAND.
interop_command() {
  local output=$interop_build/$interop_broker-$1 source=tests/interop/$interop_broker/$1
  case $1 in
    c) printf 'c=%s' "$interop_build/tests/interop/interop_$interop_broker" ;;
    python) printf 'python=%s -B %s' "$output/bin/python3" "$source/interop.py" ;;
    java) printf 'java=java -cp %s Interop' "$output/classes:$output/dependency/*" ;;
    go) printf 'go=%s' "$output/interop" ;;
  esac
}

build_interop() {
  local language
  say "Building in $interop_build"
  lock_build $interop_build
  build_interop_c
  for language in "${interop_chosen[@]}"; do
    say "Building the $language client of $interop_broker"
    "build_interop_$language" "tests/interop/$interop_broker/$language" \
      "$interop_build/$interop_broker-$language"
  done
  unlock_build
}

provide_interop_broker() {
  case $interop_broker in
    rabbitmq) provide_rabbitmq "$1" ;;
    kafka) provide_apache_kafka "$1" ;;
  esac
}

remove_interop_work() {
  rm -rf "$interop_work"
}

run_interop() {
  local commands=() language
  parse_interop_options "$@"
  install_interop_packages
  build_interop
  interop_work=$(mktemp -d $interop_build/broker-XXXXXX)
  cleanups+=(remove_interop_work)
  provide_interop_broker "$PWD/$interop_work/$interop_broker"
  clear_otel_environment
  for language in c "${interop_chosen[@]}"; do
    commands+=("$(interop_command "$language")")
  done
  attended env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests/interop/common/python \
    python3 tests/interop/check.py "$interop_broker" "${commands[@]}"
}
