/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import java.net.InetAddress;

/**
 * A network that somebody opens.
 *
 * @param name as those around hear it
 * @param passphrase what lets them in
 * @param where the namespace of whoever opens it
 * @param prefix the first three octets of its addresses, such as {@code 192.168.4}; whoever opens
 *     it has number 1, and those who join get the numbers from 2
 * @param givesAddresses whether those who join get one, and their way to everywhere else with it
 */
public record AirNetwork(
        Ssid name,
        WifiPassphrase passphrase,
        Namespace where,
        String prefix,
        boolean givesAddresses) {

    private static final int LINES = 4;

    /** Refuses a prefix that is none. */
    public AirNetwork {
        if (!prefix.matches("[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")) {
            throw new IllegalArgumentException("a prefix is three octets, not " + prefix);
        }
    }

    /** The address of whoever opened it. */
    public InetAddress address() {
        return InetAddress.ofLiteral(prefix + ".1");
    }

    String text() {
        return String.join(
                "\n", passphrase.secret(), where.name(), prefix, Boolean.toString(givesAddresses));
    }

    static AirNetwork parse(Ssid name, String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != LINES) {
            throw new IllegalArgumentException("a network is " + LINES + " lines");
        }
        return new AirNetwork(
                name,
                new WifiPassphrase(lines[0]),
                Namespace.named(lines[1]),
                lines[2],
                Boolean.parseBoolean(lines[3]));
    }
}
