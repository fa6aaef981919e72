# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ./run w3c-service PORT: the service that the test suite of W3C Trace Context drives, in the
# foreground until it is interrupted.

readonly w3c_build=build/w3c

# Of everything else in the tree nothing is needed.
build_w3c_service() {
  say "Building in $w3c_build"
  lock_build $w3c_build
  configure $w3c_build -DCMAKE_BUILD_TYPE=RelWithDebInfo -DOTELMQ_TESTS=ON -DOTELMQ_OTLP=OFF \
    -DOTELMQ_AMQP=OFF -DOTELMQ_KAFKA=OFF -DOTELMQ_TOOLS=OFF -DOTELMQ_EXAMPLES=OFF
  compile $w3c_build w3c_service
  unlock_build
}

is_port() {
  [[ $1 =~ ^[0-9]{1,5}$ ]] && [ "$((10#$1))" -le 65535 ]
}

run_w3c_service() {
  [ $# -eq 1 ] || usage_error "w3c-service needs a PORT"
  is_port "$1" ||
    usage_error "w3c-service: '$1' is no port: 1 to 65535, or 0 for any that is free"
  install_packages w3c
  build_w3c_service
  exec $w3c_build/tests/conformance/w3c_service "$1"
}
