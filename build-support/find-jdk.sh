# Sourced by ./build and ./breakwater: finds a JDK 25, exports JAVA_HOME, defines run_maven. Says one sentence and ends
# when there is none.

is_jdk_25() {
    [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25[."]' "$1/release"
}

find_jdk() {
    local candidate
    for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/jdk* /opt/java/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
            export JAVA_HOME="$candidate"
            return 0
        fi
    done
    echo "Breakwater needs a JDK 25 and found none in JAVA_HOME or the usual folders: install one (for example Temurin 25) or set JAVA_HOME to it." >&2
    exit 3
}

# The jars of a distribution, in the order of the training run: in another order the start-up cache is not used.
distribution_classpath() {
    sed "s#\(^\|:\)lib/#\1$1/lib/#g" "$1/classpath"
}

run_maven() {
    if ! command -v mvn >/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "Installing Maven ..." >&2
            apt-get install -y -q maven >/dev/null
        else
            echo "Breakwater builds with Maven 3.8 or later and found no mvn on the PATH: install it (Debian: apt-get install maven)." >&2
            exit 3
        fi
    fi
    mvn -B --no-transfer-progress "$@"
}

find_jdk
