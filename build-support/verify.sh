#!/usr/bin/env bash
# Everything CI runs: formatter, sizes, compilation, all tests, the demo played unattended on the packaged distribution, those
# attacks on it whose figures hold on a busy machine too, and the container image started.
# Installs the Debian packages the tests drive when it may; otherwise names them, and says at the end what was left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh

# program:package:the tests that hold ours against it
needed=(
    openssl:openssl:"IndependentVerifiersTest, CertificateRequestTest, StockClientsTest"
    curl:curl:StockClientsTest
    certtool:gnutls-bin:IndependentVerifiersTest
    "pki:strongswan-pki libstrongswan-standard-plugins":"IndependentVerifiersTest, StockClientsTest"
    softhsm2-util:softhsm2:"Pkcs11KeyStoreTest, Pkcs11KeysTest, TokenTankTest"
    pkcs11-tool:opensc:"Pkcs11KeyStoreTest, Pkcs11KeysTest, TokenTankTest"
    swtpm:"swtpm libtss2-tcti-swtpm0":"Pkcs11KeysTest, TokenTankTest (TPM)"
    swtpm_setup:swtpm-tools:"TpmKeysTest, TpmAttestationTest, TpmTest"
    socat:socat:"TpmKeysTest (a character device)"
    tpm2-abrmd:"tpm2-abrmd libtss2-tcti-tabrmd0":"Pkcs11KeysTest, TokenTankTest (TPM)"
    dbus-daemon:dbus:"Pkcs11KeysTest, TokenTankTest (TPM), NetworkManagerTest"
    tpm2_create:tpm2-tools:"Pkcs11KeysTest, TokenTankTest (TPM), TpmAttestationTest"
    tpm2_ptool:"libtpm2-pkcs11-tools libtpm2-pkcs11-1":"Pkcs11KeysTest, TokenTankTest (TPM)"
    mosquitto_pub:mosquitto-clients:StockProgramTest
    ip:iproute2:"VanishedPeerTest, AirTest, SetUpAcrossNetworksTest"
    script:bsdutils:SetUpAcrossNetworksTest
    fw_printenv:libubootenv-tool:BootSelectorTest
    nmcli:network-manager:NetworkManagerTest
    systemd-analyze:systemd:"ServiceUnitTest, NetworkManagerTest"
    strace:strace:"ServiceUnitTest (system calls)"
    jq:jq:"the check of the container image"
    npm:npm:"StockProgramTest (MQTT.js), the lint of the API's document"
)

missing_packages() {
    local entry program rest
    for entry in "${needed[@]}"; do
        program=${entry%%:*}
        rest=${entry#*:}
        command -v "$program" >/dev/null || printf '%s\n' "${rest%%:*}"
    done
}

say_what_is_left_out() {
    local entry program rest
    for entry in "${needed[@]}"; do
        program=${entry%%:*}
        rest=${entry#*:}
        command -v "$program" >/dev/null ||
            echo "LEFT OUT: ${rest#*:}, for want of $program (apt-get install ${rest%%:*})"
    done
}

# NetworkManager, once installed, takes over the network of a machine that runs services: whoever wants that installs it.
installable() {
    if [ -d /run/systemd/system ]; then missing_packages | sed "/^network-manager$/d"; else missing_packages; fi
}

missing=$(installable | paste -sd' ' -)
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests drive: $missing"
    # shellcheck disable=SC2086 # a list of package names
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } \
        >/dev/null 2>&1 || echo "Installing failed; going on without." >&2
    missing=$(missing_packages | paste -sd' ' -)
fi

# All modules first: what is out of form should not be found behind the tests of another module.
run_maven spotless:check checkstyle:check
run_maven verify "$@"
build-support/lint-contract.sh
touch bench/target/complete
./breakwater demo --check
build-support/attack.sh --for-checks
if [ "$(id -u)" = 0 ] && command -v dpkg-deb >/dev/null; then
    build-support/image.sh --check
else
    echo "LEFT OUT: the container image, which is made of Debian's packages and tried in a chroot, as root"
fi

say_what_is_left_out
