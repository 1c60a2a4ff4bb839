#!/usr/bin/env bash
# Rehearses what must not go wrong, longer than the tests do, on the packaged distribution.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

usage() {
    cat <<'TEXT'
./build drill kill [ROUNDS]       kill -9 a server under load, 200 times unless said otherwise, and count what it lost
./build drill hostile [ROUNDS]    send hostile bytes to all four ports, 100 rounds unless said otherwise, while others use them
TEXT
}

rounds() {
    case "$1" in
        ''|*[!0-9]*) echo "drill: '$1' is not a number of rounds" >&2; exit 2 ;;
        *) printf '%s' "$1" ;;
    esac
}

# Runs one test class against the packaged distribution; its own words are all that is shown.
run_drill() {
    local test=$1
    shift
    build-support/package.sh
    run_maven -q test -pl cli -am -Dtest="$test" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dbreakwater.distribution="$PWD/cli/target/breakwater" "$@"
}

case "${1:-help}" in
    kill)
        rounds=$(rounds "${2:-200}")
        run_drill KilledServerTest -Dbreakwater.kills="$rounds"
        ;;
    hostile)
        rounds=$(rounds "${2:-100}")
        run_drill HostileBytesTest -Dbreakwater.hostile-rounds="$rounds"
        ;;
    help|-h|--help) usage ;;
    *) echo "drill: '$1' is not a drill; ./build drill help lists them" >&2; exit 2 ;;
esac
