# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages that each command needs, and their installation. A|B means that either will
# do, and that A is installed when neither is there.

readonly build_packages=(
  libc6-dev cmake ninja-build 'pkgconf|pkg-config' librabbitmq-dev librdkafka-dev
  libprotobuf-c-dev protobuf-c-compiler 'libcurl4-openssl-dev|libcurl4-gnutls-dev' zlib1g-dev
  libjansson-dev libyaml-dev
)
readonly test_packages=(
  libcmocka-dev libmicrohttpd-dev python3 python3-venv python3-confluent-kafka openssl amqp-tools
  'kcat|kafkacat' valgrind libc6-dbg
)
# libclang-rt holds clang's sanitizers; the compiler only recommends it.
readonly fuzz_packages=(clang libclang-rt-dev)
readonly ci_packages=(g++ clang-format shellcheck "${fuzz_packages[@]}")

compiler_package() {
  case ${CC:-gcc} in
    *clang*) printf 'clang\n' ;;
    *) printf 'gcc\n' ;;
  esac
}

# Tools that many have from elsewhere: a package only when its command is not there.
package_unless() {
  command -v "$1" >/dev/null || printf '%s\n' "$2"
}

# The packages for one of: build, rabbitmq, kafka, librdkafka, demo, test, w3c, fuzz, interop (without
# brokers and other languages, for one of these, and for all), ci.
packages_for() {
  case $1 in
    build) printf '%s\n' "$(compiler_package)" "${build_packages[@]}" ;;
    rabbitmq) printf 'rabbitmq-server\n' ;;
    librdkafka) printf '%s\n' gcc g++ make && package_unless npm npm ;;
    kafka) package_unless java default-jre-headless && package_unless mvn maven ;;
    demo) packages_for build && packages_for rabbitmq ;;
    test) packages_for demo && printf '%s\n' "${test_packages[@]}" ;;
    w3c) packages_for build && printf '%s\n' libmicrohttpd-dev libcmocka-dev ;;
    fuzz) packages_for build && printf '%s\n' "${fuzz_packages[@]}" ;;
    interop) packages_for build && printf '%s\n' python3 libcmocka-dev ;;
    interop-python) printf 'python3-venv\n' ;;
    interop-java) package_unless javac default-jdk-headless && package_unless mvn maven ;;
    interop-go) package_unless go golang-go ;;
    interop-all) packages_for_all_interop ;;
    ci)
      packages_for test && packages_for kafka && packages_for librdkafka
      packages_for interop-all
      printf '%s\n' "${ci_packages[@]}"
      ;;
  esac
}

packages_for_all_interop() {
  local part
  for part in interop rabbitmq kafka interop-python interop-java interop-go; do
    packages_for $part
  done
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Of the packages on standard input, those to install.
missing_packages() {
  local line alternatives alternative
  while read -r line; do
    IFS='|' read -ra alternatives <<<"$line"
    for alternative in "${alternatives[@]}"; do
      ! is_installed "$alternative" || continue 2
    done
    printf '%s\n' "${alternatives[0]}"
  done
}

refuse_without_apt() {
  say "There is no apt-get here. Install the following, or what your distribution calls them, and"
  say "run this again with OTELMQ_NO_INSTALL=1:"
  packages_for "$1" | sed 's/|/ or /g; s/^/  /' >&2
  exit 1
}

# Installs what one of the commands needs and is not there yet.
install_packages() {
  local missing as_root=()
  [ "${OTELMQ_NO_INSTALL:-}" != 1 ] || return 0
  command -v apt-get >/dev/null || refuse_without_apt "$1"
  mapfile -t missing < <(packages_for "$1" | missing_packages)
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "not root, and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing with ${as_root[*]:+${as_root[*]} }apt-get: ${missing[*]}"
  "${as_root[@]}" tools/run/install-packages "${missing[@]}" >&2 ||
    die "the packages could not be installed: ${missing[*]}"
}
