/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Tries every port before anything is opened, so that a start that cannot succeed writes nothing. A
 * port that is lost between here and its listener is still refused there.
 */
final class PortsInUse {

    private PortsInUse() {}

    static void refuse(Listeners wanted) throws StartRefused {
        String host = wanted.bindAddress();
        refuse(host, wanted.channel(), "listeners.channel");
        refuse(host, wanted.enrollment(), "listeners.enrollment");
        refuse(host, wanted.api(), "listeners.api");
        String loopback = InetAddress.getLoopbackAddress().getHostAddress();
        refuse(loopback, wanted.operations(), "listeners.operations");
    }

    private static void refuse(String host, int port, String setting) throws StartRefused {
        try (ServerSocket probe = new ServerSocket()) {
            // As the listeners do: connections of a server just stopped must not count as use.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port), 1);
        } catch (IOException unusable) {
            throw new StartRefused(
                    "port %d on %s cannot be used: %s; free it or name another one in %s"
                            .formatted(port, host, unusable.getMessage(), setting),
                    unusable);
        }
    }
}
