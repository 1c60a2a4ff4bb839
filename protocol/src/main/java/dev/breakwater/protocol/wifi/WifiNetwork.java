/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.wifi;

/**
 * A network somebody hears.
 *
 * @param ssid its name
 * @param signalPercent how well it is heard, 0 to 100
 * @param security how it keeps strangers out
 */
public record WifiNetwork(Ssid ssid, int signalPercent, WifiSecurity security) {

    /** Refuses signals outside 0 to 100. */
    public WifiNetwork {
        if (signalPercent < 0 || signalPercent > 100) {
            throw new IllegalArgumentException("a signal is 0 to 100, not " + signalPercent);
        }
    }
}
