#!/usr/bin/env bash
# Rehearses what must not go wrong, longer than the tests do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

usage() {
    cat <<'TEXT'
./build drill kill [ROUNDS]      kill -9 a server under load, 200 times unless said otherwise, and count what it lost
./build drill hostile [ROUNDS]   send hostile bytes to all four ports, 100 rounds unless said otherwise, while others use them
./build drill powercut           cut a device's power before every write of enrolling, renewing, updating and erasing, and start it again
./build drill update             attack an updater that was just shipped, is up to date, behind or long asleep; cut its power at every write; give it an image of 1 GiB; roll bad releases out to simulated fleets
./build drill rollout [DEVICES] [KILLS]
                                 update a fleet in waves, 10,000 devices unless said otherwise, while the server is killed 50 times: no device updated twice, none forgotten, 20 ms of its CPU each
./build drill wipe               erase a device full of canaries, cut short at every write, and look for them
./build drill theft              read a stolen device's whole storage, with and without its keys, and start a copy beside it
./build drill tls [MESSAGES]     record inside TLS, with both sides' keys, what a device seals and what it is sent, 300 messages of each kind unless said otherwise
./build drill revoke [SESSIONS]  revoke a connected fleet, 1,000 devices unless said otherwise, and have one reported stolen: p99 within 100 ms, nobody comes back
TEXT
}

# The count that was asked for, or a sentence why it is none.
count() {
    case "$1" in
        ''|*[!0-9]*) echo "drill: '$1' is not a number" >&2; exit 2 ;;
        *) printf '%s' "$1" ;;
    esac
}

# Runs one test class; its own words are all that is shown.
run_drill() {
    local test=$1
    shift
    run_maven -q test -pl cli -am -Dtest="$test" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dtest.patience='55 m' -Dtest.patienceOfAll.seconds=3600 "$@"
}

# The same against the packaged distribution, which is built first.
run_drill_on_distribution() {
    build-support/package.sh
    run_drill "$@" -Dbreakwater.distribution="$PWD/cli/target/breakwater"
}

# Runs test classes of the device's agent, which say their figures; needs no server.
run_drill_of_device() {
    local tests=$1
    run_maven -q test -pl device -am -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false \
        -Dbreakwater.drill=true -Dtest.patience='55 m' -Dtest.patienceOfAll.seconds=3600
}

case "${1:-help}" in
    powercut)
        run_drill_of_device 'PowerCutLivesTest,UpdatePowerCutsTest,CredentialSlotsTest,WrongUnlocksTest,ErasureTest'
        ;;
    update)
        # What attackers do is in testkit, the slots are the device's, the waves the server's; figures that are missed fail.
        run_maven -q test -pl device,server -am -Dsurefire.failIfNoSpecifiedTests=false \
            -Dtest='UpdateAttacksTest,TrustStorePowerCutsTest,UpdateIncidentsTest,UpdatePowerCutsTest,UpdateMediumTest,DownloadMemoryTest,SimulatedRolloutTest,RolloutIncidentsTest' \
            -Dbreakwater.drill=true -Dtest.patience='55 m' -Dtest.patienceOfAll.seconds=3600
        ;;
    rollout)
        devices=$(count "${2:-10000}")
        kills=$(count "${3:-50}")
        # CPU time means something only on the collector and the compilers that a server runs with.
        run_maven -q test -pl server -am -Dsurefire.failIfNoSpecifiedTests=false \
            -Dtest='KilledRolloutTest,RolloutRestartTest,BrickedFleetTest' \
            -Dbreakwater.devices="$devices" -Dbreakwater.kills="$kills" -Dbreakwater.cpuMillisMax=20 \
            -Dbreakwater.javaOptions="@$PWD/cli/src/main/distribution/java-options" \
            -Dtest.patience='55 m' -Dtest.patienceOfAll.seconds=3600
        ;;
    wipe)
        run_drill_of_device 'WipedImageTest,ErasureTest'
        ;;
    theft)
        run_drill 'StolenDeviceTest,CopiedDeviceTest' -Dbreakwater.drill=true \
            -Dbreakwater.cloneMillisMax=1000 -Dbreakwater.returns=8
        ;;
    tls)
        messages=$(count "${2:-300}")
        run_drill BrokenTlsTest -Dbreakwater.drill=true -Dbreakwater.messages="$messages"
        ;;
    kill)
        rounds=$(count "${2:-200}")
        run_drill_on_distribution KilledServerTest -Dbreakwater.kills="$rounds"
        ;;
    hostile)
        rounds=$(count "${2:-100}")
        run_drill_on_distribution HostileBytesTest -Dbreakwater.hostile-rounds="$rounds"
        ;;
    revoke)
        sessions=$(count "${2:-1000}")
        # Times mean something only on the collector and the compilers that a server runs with.
        BREAKWATER_LOG=WARN run_drill 'RevokedFleetTest,StolenFleetTest' -Dbreakwater.sessions="$sessions" \
            -Dbreakwater.latencyMillisMax=100 -Dtest.jvm="@$PWD/cli/src/main/distribution/java-options"
        ;;
    help|-h|--help) usage ;;
    *) echo "drill: '$1' is not a drill; ./build drill help lists them" >&2; exit 2 ;;
esac
