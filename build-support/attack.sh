#!/usr/bin/env bash
# Attacks the packaged server, on loopback, and ends with 5 when a figure is missed. Installs the Debian packages of the
# programs that attack when it may; a program that is not there is a figure missed, but with --for-checks, where it is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

# program:package
needed=(
    wrk:wrk
    h2load:nghttp2-client
    slowhttptest:slowhttptest
    sqlmap:sqlmap
    wapiti:wapiti
    ffuf:ffuf
    hydra:hydra
    testssl:testssl.sh
    sslscan:sslscan
    nmap:nmap
)

if [[ " $* " == *" --for-checks "* ]]; then
    needed=(sqlmap:sqlmap ffuf:ffuf hydra:hydra sslscan:sslscan nmap:nmap)
fi

missing_packages() {
    local entry
    for entry in "${needed[@]}"; do
        command -v "${entry%%:*}" >/dev/null || printf '%s\n' "${entry#*:}"
    done
}

if [[ " $* " != *" help "* ]]; then
    missing=$(missing_packages | paste -sd' ' -)
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing what attacks: $missing" >&2
        # shellcheck disable=SC2086 # a list of package names
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
            >/dev/null 2>&1 || echo "Installing failed; going on without." >&2
    fi
    distribution=cli/target/breakwater/complete
    if [ ! -f "$distribution" ] ||
        [ -n "$(find pom.xml */pom.xml */src/main -not -path 'bench/*' -newer "$distribution" -print -quit)" ]; then
        build-support/package.sh
    fi
fi

stamp=bench/target/complete
if [ ! -f "$stamp" ] || [ -n "$(find pom.xml */pom.xml */src/main -newer "$stamp" -print -quit)" ]; then
    echo "Building the attacks ..." >&2
    run_maven -q package -Dmaven.test.skip=true -pl bench -am
    touch "$stamp"
fi

# What a result is about: the commit, and whether the sources are its own to the letter. The page is written by attacks.
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
if [ "$commit" != unknown ] && [ -n "$(git status --porcelain -- . ':!docs/security-tests.md')" ]; then
    commit=$commit-dirty
fi

# Attackers hold as many connections as they may, and so does the server that is started from here.
ulimit -n "$(ulimit -Hn)"
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx1g -XX:+UseCompactObjectHeaders \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Dio.netty.tryReflectionSetAccessible=false -Dbreakwater.root="$PWD" -Dbreakwater.commit="$commit" \
    -cp "bench/target/classes:bench/target/lib/*" dev.breakwater.bench.attack.Assault "$@"
