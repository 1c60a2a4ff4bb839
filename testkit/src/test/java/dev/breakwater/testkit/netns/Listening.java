/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;

/** Listens on TCP port 50007 and UDP port 5353 until its input ends. */
final class Listening {

    private Listening() {}

    public static void main(String[] words) throws IOException {
        try (ServerSocket tcp = new ServerSocket(50_007);
                DatagramSocket udp = new DatagramSocket(5353)) {
            System.out.println(tcp.isBound() && udp.isBound() ? "listening" : "deaf");
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
