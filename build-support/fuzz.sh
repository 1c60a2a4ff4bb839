#!/usr/bin/env bash
# Runs the fuzz targets, each for a budget of CPU time, and says what came of it. What they learn stays in target/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

usage() {
    cat <<'TEXT'
./build fuzz [TARGET] [--minutes N]   run every fuzz target, or those whose name contains TARGET, for N minutes of CPU time
                                      each, 10 unless said otherwise; ends non-zero when one finds something
./build fuzz list                     the targets
TEXT
}

# Module, class and method of every method that is marked @FuzzTest, one target a line.
targets() {
    grep -rl --include='*FuzzTest.java' '@FuzzTest' protocol/src/test server/src/test | sort | while read -r file; do
        class=${file#*/src/test/java/}
        class=${class%.java}
        sed -n '/@FuzzTest/{n;s/^ *void \([A-Za-z0-9]*\)(.*/\1/p;}' "$file" | while read -r method; do
            echo "${file%%/*} ${class//\//.} $method"
        done
    done
}

cpu_seconds() {
    ps -o cputimes= -p "$1" 2>/dev/null | tr -d ' ' || true
}

last_number() {
    grep -o "$2[: ]*[0-9]*" "$1" | tail -1 | grep -o '[0-9]*$' || echo 0
}

# Fuzzes one target in the background until its CPU time is used up.
run_target() {
    local module=$1 class=$2 method=$3 budget=$4
    local work="$PWD/target/fuzz/${class##*.}.$method"
    rm -rf "$work/findings"
    mkdir -p "$work/corpus" "$work/findings"
    # Branches of the parsers that ours sit on count as well: they are where the deep inputs are.
    local instrumented='dev.breakwater.**:io.netty.handler.codec.**:tools.jackson.**'
    local classpath="$module/target/test-classes:$module/target/classes:$(cat "$module/target/fuzz-classpath")"
    nice -n 19 "$JAVA_HOME/bin/java" -Xmx768m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -cp "$classpath" com.code_intelligence.jazzer.Jazzer \
        --instrumentation_includes="$instrumented" --custom_hook_excludes="$instrumented" \
        --target_class="$class" --target_method="$method" --reproducer_path="$work/findings" \
        -artifact_prefix="$work/findings/" -max_len=8192 -timeout=30 -rss_limit_mb=0 -print_final_stats=1 \
        "$work/corpus" >"$work/log" 2>&1 &
    local pid=$! used=0
    while kill -0 "$pid" 2>/dev/null; do
        sleep 1
        local now
        now=$(cpu_seconds "$pid")
        used=${now:-$used}
        if [ "$used" -ge "$budget" ]; then
            kill -INT "$pid" 2>/dev/null || true
            break
        fi
    done
    local status=0
    wait "$pid" || status=$?
    local verdict="nothing"
    # 72: interrupted, which is how a run without a finding ends here.
    if [ "$status" -ne 72 ] || [ -n "$(ls -A "$work/findings")" ]; then
        verdict="FOUND SOMETHING (status $status): $work/findings, $work/log"
    fi
    printf '%-62s %7s %12s %7s %8s  %s\n' "${class##*.}.$method" "$((used / 60)):$(printf %02d $((used % 60)))" \
        "$(last_number "$work/log" number_of_executed_units)" "$(last_number "$work/log" cov)" \
        "$(last_number "$work/log" ft)" "$verdict" | tee -a target/fuzz/results
    [ "$verdict" = nothing ]
}

wanted=""
minutes=10
while [ $# -gt 0 ]; do
    case "$1" in
        list) targets | sed 's/.*\.\([A-Za-z0-9]*\) /\1./'; exit 0 ;;
        help|-h|--help) usage; exit 0 ;;
        --minutes) minutes=${2:?"--minutes needs a number"}; shift ;;
        -*) echo "fuzz: '$1' is not an option; ./build fuzz help lists them" >&2; exit 2 ;;
        *) wanted=$1 ;;
    esac
    shift
done
case "$minutes" in
    ''|*[!0-9]*|0) echo "fuzz: '$minutes' is not a number of minutes" >&2; exit 2 ;;
esac
chosen=$(targets | awk -v wanted="$wanted" '{ n = $2; sub(/.*\./, "", n); if (index(n "." $3, wanted)) print }')
if [ -z "$chosen" ]; then
    echo "fuzz: no target is called '$wanted'; ./build fuzz list names them" >&2
    exit 2
fi

run_maven -q test-compile dependency:build-classpath -pl protocol,server -am -Dmdep.includeScope=test \
    -Dmdep.outputFile='${project.build.directory}/fuzz-classpath'
mkdir -p target/fuzz
printf '%-62s %7s %12s %7s %8s  %s\n' target "cpu min" executions edges features found | tee -a target/fuzz/results
failed=0
while read -r module class method; do
    run_target "$module" "$class" "$method" $((minutes * 60)) || failed=1
done <<<"$chosen"
exit "$failed"
