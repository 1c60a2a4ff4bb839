#!/usr/bin/env bash
# Rehearses what must not go wrong, longer than the tests do it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

usage() {
    cat <<'TEXT'
./build drill revoke [SESSIONS]  revoke a connected fleet, 1,000 devices unless said otherwise: p99 within 100 ms, nobody comes back
TEXT
}

case "${1:-help}" in
    revoke)
        sessions=${2:-1000}
        case "$sessions" in
            ''|*[!0-9]*) echo "drill: '$sessions' is not a number of sessions" >&2; exit 2 ;;
        esac
        # Times mean something only on the collector and the compilers that a server runs with.
        BREAKWATER_LOG=WARN run_maven -q test -pl cli -am -Dtest=RevokedFleetTest -Dsurefire.failIfNoSpecifiedTests=false \
            -Dbreakwater.sessions="$sessions" -Dbreakwater.latencyMillisMax=100 \
            -Dtest.jvm="@$PWD/cli/src/main/distribution/java-options"
        ;;
    help|-h|--help) usage ;;
    *) echo "drill: '$1' is not a drill; ./build drill help lists them" >&2; exit 2 ;;
esac
