#!/usr/bin/env bash
# Everything CI runs: formatter, sizes, compilation, all tests, and the demo played unattended on the packaged distribution.
# Installs the Debian packages the tests drive when it may; otherwise names them, and says at the end what was left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

# program:package, each of which some test holds ours against
needed=(openssl:openssl curl:curl certtool:gnutls-bin pki:strongswan-pki softhsm2-util:softhsm2 mosquitto_pub:mosquitto-clients)

missing_packages() {
    local entry
    for entry in "${needed[@]}"; do
        command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry##*:}"
    done
}

missing=$(missing_packages | paste -sd' ' -)
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests drive: $missing"
    # shellcheck disable=SC2086 # a list of package names
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
        >/dev/null 2>&1 || echo "Installing failed; going on without." >&2
    missing=$(missing_packages | paste -sd' ' -)
fi

run_maven spotless:check checkstyle:check verify "$@"
./breakwater demo --check

if [ -n "$missing" ]; then
    echo "LEFT OUT: the tests that need the Debian packages $missing; install them (apt-get install $missing) and run again."
fi
