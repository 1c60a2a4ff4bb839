/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All sockets of the network namespace a process is in, whoever has them, as the kernel tells
 * whoever may ask it (proc_pid_net(5)). Read apart from the product's own reading of the same
 * tables.
 *
 * @param listening TCP sockets that listen and UDP sockets that take datagrams from anybody
 * @param connections where TCP connections that are established lead to
 */
record KernelSockets(List<String> listening, List<String> connections) {

    private static final String ESTABLISHED = "01";
    private static final String LISTEN = "0A";
    private static final String UDP_UNCONNECTED = "07";

    static KernelSockets of(long process) throws IOException {
        List<String> listening = new ArrayList<>();
        List<String> connections = new ArrayList<>();
        for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + process + "/net", protocol));
            for (String line : lines.subList(1, lines.size())) {
                String[] columns = line.strip().split("\\s+", -1);
                String state = columns[3];
                if (state.equals(protocol.startsWith("tcp") ? LISTEN : UDP_UNCONNECTED)) {
                    listening.add(protocol + " " + columns[1]);
                } else if (state.equals(ESTABLISHED) && protocol.startsWith("tcp")) {
                    connections.add(readable(columns[2]));
                }
            }
        }
        return new KernelSockets(List.copyOf(listening), List.copyOf(connections));
    }

    /** An IPv4 address, mapped or not, which ends with four octets in little-endian order. */
    private static String readable(String text) {
        int colon = text.indexOf(':');
        StringBuilder address = new StringBuilder();
        for (int end = colon; end > colon - 8; end -= 2) {
            address.append(address.isEmpty() ? "" : ".")
                    .append(Integer.parseInt(text.substring(end - 2, end), 16));
        }
        return address + ":" + Integer.parseInt(text.substring(colon + 1), 16);
    }
}
