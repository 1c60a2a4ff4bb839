#!/usr/bin/env bash
# Assembles the distribution in cli/target/breakwater: jars, and a cache of loaded and linked classes (JEP 483, 514, 515) made
# by a training run, which is what lets the server listen within its start-up time. Prints one progress line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

distribution=cli/target/breakwater
log=$(mktemp)
trap 'rm -f "$log"' EXIT

progress() {
    if [ -t 2 ]; then printf '\r\033[K%s' "$1" >&2; else printf '%s\n' "$1" >&2; fi
}

rm -f "$distribution/complete"
progress "Building Breakwater ..."
if ! run_maven package -Dmaven.test.skip=true -pl cli -am > >(tee "$log" | while IFS= read -r line; do
    case "$line" in
        *"Building breakwater-"*) module=${line#*breakwater-}; progress "Building Breakwater: ${module%% *} ..." ;;
    esac
done) 2>&1; then
    progress ""
    grep -E '^\[(ERROR|WARNING)\]' "$log" | head -40 >&2 || true
    echo "The build failed." >&2
    exit 1
fi

progress "Building Breakwater: training the start-up cache ..."
jars=$(cd "$distribution/lib" && printf 'lib/%s\n' *.jar | LC_ALL=C sort | paste -sd: -)
printf '%s\n' "$jars" > "$distribution/classpath"
chmod 755 "$distribution/bin/breakwater"
if ! "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$distribution/breakwater.aot" \
    -cp "$(distribution_classpath "$PWD/$distribution")" @"$distribution/java-options" \
    dev.breakwater.cli.Breakwater demo --check >"$log" 2>&1; then
    progress ""
    tail -20 "$log" >&2
    echo "The training run failed; the distribution works without its cache, only slower to start." >&2
    rm -f "$distribution/breakwater.aot"
fi
date -u +%FT%TZ > "$distribution/complete"
progress "Built Breakwater."
if [ -t 2 ]; then printf '\n' >&2; fi
