/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.load;

/** The one group that a client offers for the TLS key exchange. */
public enum KeyExchange {
    /** ECDHE and ML-KEM-768 together: closed to whoever records today and computes tomorrow. */
    HYBRID("X25519MLKEM768"),
    /** ECDHE alone, which is what peers without ML-KEM can do. */
    CLASSICAL("x25519");

    private final String group;

    KeyExchange(String group) {
        this.group = group;
    }

    /** The name that TLS libraries know it by. */
    public String group() {
        return group;
    }
}
