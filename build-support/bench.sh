#!/usr/bin/env bash
# Measures the packaged server, and peers beside it. ./breakwater bench calls this with a distribution built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

stamp=bench/target/complete
if [ ! -f "$stamp" ] || [ -n "$(find pom.xml */pom.xml */src/main -newer "$stamp" -print -quit)" ]; then
    echo "Building the benchmarks ..." >&2
    run_maven -q package -Dmaven.test.skip=true -pl bench -am
    touch "$stamp"
fi

# Peers that are Java libraries are fetched when they are asked for, and kept apart from everything of ours.
for peer in artemis hivemq; do
    if [[ " $* " == *"$peer"* ]] && [ ! -d "bench/target/peers/$peer" ]; then
        echo "Fetching $peer ..." >&2
        run_maven -q -f "build-support/peers/$peer/pom.xml" dependency:copy-dependencies
    fi
done

# The load shares the machine with what it measures: one collector thread, and no more memory than it needs.
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xms512m -Xmx3g -XX:+UseCompactObjectHeaders \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Dio.netty.tryReflectionSetAccessible=false -Dbreakwater.root="$PWD" \
    -cp "$PWD/bench/target/classes:$PWD/bench/target/lib/*" dev.breakwater.bench.Bench "$@"
