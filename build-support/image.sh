#!/usr/bin/env bash
# Writes the container image to image/target/breakwater-oci.tar: an OCI archive, made without a daemon, a registry or a
# base image. In it are a Java that holds only the modules the server uses, the C library that this Java needs, from the
# packages of the Debian that builds it, and the distribution. No shell, no package manager, no other program.
# With --check it also runs what it wrote (build-support/image-check.sh; as root).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

# What jdeps finds that the jars use, and what is found by name only: PKCS#11 tokens, and Kerberos in PostgreSQL's driver.
# Without java.desktop, which draws the labels of devices and nothing else: `breakwater label draw` says so.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml
modules+=,jdk.crypto.cryptoki,jdk.httpserver,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

# All that the runtime and the native libraries in our jars ask for. The names of hosts are looked up by the last two.
libraries="libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libresolv.so.2 libnss_dns.so.2"

distribution=cli/target/breakwater
target=image/target
root=$target/root
archive=$target/breakwater-oci.tar

for program in apt-get dpkg dpkg-deb; do
    if ! command -v "$program" >/dev/null; then
        echo "The image takes its C library from Debian's packages, and there is no $program here: build it on a Debian or Ubuntu, such as in a container." >&2
        exit 3
    fi
done
./breakwater --version >&2 # builds the distribution when it is missing or older than the sources
run_maven -q package -Dmaven.test.skip=true -pl image

rm -rf "$root" "$target/packages" "$target/unpacked" "$target/java"
mkdir -p "$root/opt/breakwater" "$root/etc" "$target/packages" "$target/unpacked"

echo "Staging the C library ..." >&2
fetch_packages() {
    (cd "$target/packages" && apt-get download -q libc6 libc-bin >/dev/null 2>&1)
}
# The lists of a machine that was never brought up to date name no packages, or ones that are gone.
fetch_packages || { [ "$(id -u)" = 0 ] && apt-get update -q >/dev/null 2>&1 && fetch_packages; } || {
    echo "The packages libc6 and libc-bin cannot be fetched: run apt-get update, and look at the network." >&2
    exit 1
}
for package in "$target"/packages/*.deb; do
    dpkg-deb -x "$package" "$target/unpacked"
done
architecture=$(dpkg --print-architecture)
case $architecture in
    amd64) triplet=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2 ;;
    arm64) triplet=aarch64-linux-gnu loader=lib/ld-linux-aarch64.so.1 ;;
    *) echo "There is no image for $architecture, only for amd64 and arm64." >&2; exit 3 ;;
esac
stage_library() { # its name, and where it goes
    local found
    found=$(find "$target/unpacked" -name "$1" \( -type f -o -type l \) -path "*/$triplet/*" | head -1)
    install -D -m 0755 "$found" "$root/$2" # install follows links
}
for library in $libraries; do
    stage_library "$library" "lib/$triplet/$library"
done
stage_library "${loader##*/}" "$loader"
mkdir -p "$root/usr/lib/locale" "$root/usr/share/doc/libc6"
cp -r "$target/unpacked/usr/lib/locale/C.utf8" "$root/usr/lib/locale/"
cp "$target/unpacked/usr/share/doc/libc6/copyright" "$root/usr/share/doc/libc6/"
# So that a scanner of images knows what to look for.
mkdir -p "$root/var/lib/dpkg/status.d"
dpkg-deb -f "$target"/packages/libc6_*.deb > "$root/var/lib/dpkg/status.d/libc6"
printf 'root:x:0:0:root:/:/none\nbreakwater:x:10001:10001:breakwater:/var/lib/breakwater:/none\n' > "$root/etc/passwd"
printf 'root:x:0:\nbreakwater:x:10001:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"

echo "Staging Java ..." >&2
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --no-man-pages --no-header-files --output "$target/java"
cp -rL "$target/java" "$root/opt/java" # jlink links licences that are the same to each other

echo "Staging Breakwater ..." >&2
cp -r "$distribution/lib" "$distribution/classpath" "$distribution/java-options" "$root/opt/breakwater/"
# One file of arguments instead of a script: there is nothing in the image that could run a script.
{
    cat "$distribution/java-options"
    echo -XX:AOTCache=/opt/breakwater/breakwater.aot
    echo -cp
    sed "s#\(^\|:\)lib/#\1/opt/breakwater/lib/#g" "$distribution/classpath"
    echo dev.breakwater.cli.Breakwater
} > "$root/opt/breakwater/arguments"
# The start-up cache knows its files by size and time, and the image has this time for all of them.
find "$root" -exec touch -h -d @1 {} +
if ! "$root/opt/java/bin/java" -XX:AOTCacheOutput="$target/breakwater.aot" @"$root/opt/breakwater/java-options" \
    -cp "$(distribution_classpath "$PWD/$root/opt/breakwater")" \
    dev.breakwater.cli.Breakwater demo --check > "$target/training.log" 2>&1; then
    tail -20 "$target/training.log" >&2
    echo "The distribution does not run with the Java of the image: is a module missing?" >&2
    exit 1
fi
install -m 0644 "$target/breakwater.aot" "$root/opt/breakwater/breakwater.aot"

version=$(basename "$distribution"/lib/breakwater-cli-*.jar .jar)
version=${version#breakwater-cli-}
"$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -cp "$target/classes:$target/lib/*" dev.breakwater.image.ContainerImage \
    "$root" "$version" "$architecture" "$target/cache" "$archive"
echo "Wrote $archive (breakwater:$version, linux/$architecture, $(du -m "$archive" | cut -f1) MiB)." >&2

if [ "${1:-}" = --check ]; then
    exec build-support/image-check.sh "$archive"
fi
