/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

/**
 * What a network's members share: a passphrase of 8 to 63 printable ASCII characters, or the key
 * itself in 64 hexadecimal digits (IEEE 802.11 annex J.4). Never printed.
 *
 * @param secret the characters, blanks included
 */
public record WifiPassphrase(String secret) {

    /** Refuses anything outside the forms above, and quotes none of it. */
    public WifiPassphrase {
        if (!secret.matches("[ -~]{8,63}|[0-9A-Fa-f]{64}")) {
            throw new IllegalArgumentException(
                    "a passphrase of a network is 8 to 63 printable ASCII characters, or 64 hexadecimal digits");
        }
    }

    /** Whether it is the key itself, which only WPA2 takes. */
    public boolean isKey() {
        return secret.length() == 64;
    }

    @Override
    public String toString() {
        return "WifiPassphrase[REDACTED]";
    }
}
