#!/usr/bin/env bash
# Runs the server of a container image as a container runtime would, and asks it whether it is ready: the layers of the
# archive unpacked, a root file system that is read only, the image's entry point, command, user and environment, no
# network but a loopback of its own. Needs root, for chroot; leaves nothing behind.
set -euo pipefail
archive=$(realpath "${1:?usage: image-check.sh ARCHIVE}")
if [ "$(id -u)" != 0 ]; then
    echo "The image is tried in a chroot, for which this must be root." >&2
    exit 3
fi
for program in unshare chroot ip curl jq; do
    command -v "$program" >/dev/null || { echo "The check of the image needs $program." >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/archive" "$work/root" "$work/data" "$work/etc" "$work/secrets"
tar -xf "$archive" -C "$work/archive"
blob() { echo "$work/archive/blobs/${1/://}"; }
for entry in $(cd "$work/archive/blobs/sha256" && ls); do
    echo "$entry  $work/archive/blobs/sha256/$entry"
done | sha256sum --check --quiet
manifest=$(blob "$(jq -r '.manifests[0].digest' "$work/archive/index.json")")
config=$(blob "$(jq -r .config.digest "$manifest")")
for layer in $(jq -r '.layers[].digest' "$manifest"); do
    tar --warning=no-unknown-keyword -xzf "$(blob "$layer")" -C "$work/root"
done
if find "$work/root" \( -perm /6000 -o -name '*sh' -path '*/bin/*' \) | grep .; then
    echo "The image holds a shell or a file that gives rights away." >&2
    exit 1
fi
mapfile -t command < <(jq -r '.config | (.Entrypoint + .Cmd)[]' "$config")
mapfile -t environment < <(jq -r '.config.Env[]' "$config")
user=$(jq -r .config.User "$config")
jq -r '.config.Volumes | keys[]' "$config" | grep -qx /var/lib/breakwater

# What the operator brings: settings, a key, a volume.
cat > "$work/etc/breakwater.toml" <<'TOML'
data-directory = "/var/lib/breakwater"
[sealing-key]
systemd-credential = "sealing-key"
TOML
head -c 32 /dev/urandom | base64 > "$work/secrets/sealing-key"
chown "root:${user#*:}" "$work/secrets/sealing-key" # as Kubernetes does
chmod 0440 "$work/secrets/sealing-key"
chown "$user" "$work/data"
chmod 0700 "$work/data"
chmod 0755 "$work"

export work user
unshare --net --mount --pid --fork --kill-child bash -euo pipefail -s -- "${#environment[@]}" "${environment[@]}" "${command[@]}" <<'INSIDE'
count=$1; shift
environment=("${@:1:$count}"); shift "$count"
ip link set lo up
mount --bind "$work/root" "$work/root"
mkdir -p "$work/root/proc" "$work/root/dev" "$work/root/run/secrets"
touch "$work/root/dev/null" "$work/root/dev/urandom" "$work/root/dev/random"
mount -t proc proc "$work/root/proc"
for device in null urandom random; do mount --bind "/dev/$device" "$work/root/dev/$device"; done
printf '127.0.0.1 localhost %s\n' "$(uname -n)" > "$work/root/etc/hosts" # as every container runtime does
mount -t tmpfs -o mode=1777,size=64m tmpfs "$work/root/tmp"
mount --bind "$work/data" "$work/root/var/lib/breakwater"
mount --bind "$work/etc" "$work/root/etc/breakwater"
mount --bind "$work/secrets" "$work/root/run/secrets"
mount -o remount,bind,ro "$work/root"

chroot=$(command -v chroot)
# Fails if the start-up cache cannot be used, for which Java otherwise only starts slower.
env -i "${environment[@]}" "$chroot" --userspec="$user" "$work/root" "$1" -XX:AOTMode=on "$2" --version
env -i "${environment[@]}" "$chroot" --userspec="$user" "$work/root" "$@" > "$work/out" 2> "$work/err" &
server=$!
for _ in $(seq 120); do
    if curl -fsS http://127.0.0.1:9090/readyz > "$work/ready" 2>/dev/null; then
        head -1 "$work/out"
        cat "$work/ready"
        if find "$work/data" -perm /077 ! -name BREAKWATER | grep .; then
            echo "Others may read what the server of the image writes." >&2
            exit 1
        fi
        kill "$server"
        ended=0; wait "$server" || ended=$?
        [ "$ended" = 143 ] && exit 0
        echo "The server of the image ended with $ended." >&2
        exit 1
    fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
done
echo "The server of the image is not ready:" >&2
cat "$work/out" "$work/err" >&2
exit 1
INSIDE
echo "The image starts as $user on a read-only root file system, is ready, and stops."
