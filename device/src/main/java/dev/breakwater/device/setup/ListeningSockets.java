/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * What this process listens on, as the kernel tells it (Linux, proc_pid_net(5)): TCP sockets in the
 * state LISTEN, and UDP sockets that take datagrams from anybody. A product may look at it in its
 * self-test; {@link SetupMode} leaves none behind.
 */
public final class ListeningSockets {

    /**
     * One of them.
     *
     * @param protocol tcp, tcp6, udp or udp6
     * @param address where it listens
     */
    public record Listening(String protocol, InetSocketAddress address) {}

    private static final String TCP_LISTEN = "0A";

    /** An unconnected UDP socket has the number that TCP calls CLOSE. */
    private static final String UDP_UNCONNECTED = "07";

    private static final int INODE = 9;

    private ListeningSockets() {}

    /**
     * Those of this process.
     *
     * @throws IOException if the kernel does not tell
     */
    public static List<Listening> ofThisProcess() throws IOException {
        Set<String> inodes = socketsOf(Path.of("/proc/self/fd"));
        List<Listening> found = new ArrayList<>();
        for (String protocol : List.of("tcp", "tcp6", "udp", "udp6")) {
            Path table = Path.of("/proc/self/net", protocol);
            if (Files.exists(table)) {
                found.addAll(listening(protocol, Files.readAllLines(table), inodes));
            }
        }
        return found;
    }

    /** Reads one of the kernel's tables. */
    static List<Listening> listening(String protocol, List<String> table, Set<String> inodes)
            throws IOException {
        String state = protocol.startsWith("tcp") ? TCP_LISTEN : UDP_UNCONNECTED;
        List<Listening> found = new ArrayList<>();
        for (String line : table.subList(Math.min(1, table.size()), table.size())) {
            String[] columns = line.strip().split("\\s+", -1);
            if (columns.length > INODE
                    && columns[3].equals(state)
                    && inodes.contains(columns[INODE])) {
                found.add(new Listening(protocol, address(columns[1])));
            }
        }
        return found;
    }

    private static Set<String> socketsOf(Path descriptors) throws IOException {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
            for (Path link : links) {
                String target = target(link);
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring("socket:[".length(), target.length() - 1));
                }
            }
        }
        return Collections.unmodifiableSet(inodes);
    }

    /** What a descriptor stands for; nothing if it was closed since, as the folder's own was. */
    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedSince) {
            return "";
        }
    }

    /** An address as words of 32 bits in the order of this machine's bytes, and a port. */
    private static InetSocketAddress address(String text) throws IOException {
        int colon = text.indexOf(':');
        byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
        byte[] address = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
            address[i] = words[little ? (i & ~3) + 3 - (i & 3) : i];
        }
        return new InetSocketAddress(
                InetAddress.getByAddress(address),
                HexFormat.fromHexDigits(text.substring(colon + 1)));
    }
}
