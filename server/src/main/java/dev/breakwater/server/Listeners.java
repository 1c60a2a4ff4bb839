/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

/**
 * Where the server listens; one port per audience, TLS only but for the operators' loopback port. A
 * port of 0 lets the system choose, which tests and the demo use.
 *
 * @param bindAddress the address of the three public listeners, e.g. {@code 0.0.0.0}
 * @param channel MQTT over TLS and over WebSocket, for devices
 * @param enrollment EST over HTTPS, for devices
 * @param api HTTPS for people and apps
 * @param operations health and metrics, on the loopback address only
 */
public record Listeners(String bindAddress, int channel, int enrollment, int api, int operations) {

    /** The ports of the documentation, on all addresses. */
    public static final Listeners DEFAULT = new Listeners("0.0.0.0", 8883, 8884, 8443, 9090);

    /** Free ports on the loopback address. */
    public static final Listeners LOOPBACK_ANY = new Listeners("127.0.0.1", 0, 0, 0, 0);

    /** Refuses what is no port. */
    public Listeners {
        for (int port : new int[] {channel, enrollment, api, operations}) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
            }
        }
    }
}
