/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.netns;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What of a device can be reached from a network: a connection to each of its 65,535 TCP ports, and
 * a datagram to the UDP ports that devices are found listening on.
 *
 * <pre>{@code
 * PortScan.Result found = PortScan.from(phone, InetAddress.ofLiteral("192.168.4.2"));
 * assertThat(found.isNothing()).isTrue();
 * }</pre>
 *
 * <p>A port that refuses is shut; one that says nothing is not known to be, and stands in the
 * result. The scan of an address where all are silent ends early, with few ports shut. The kernel
 * of the device may be sparing with refusals of datagrams: let it say all of them ({@code
 * ipv4/icmp_ratelimit} 0).
 */
public final class PortScan {

    /** The last of the ports. */
    public static final int PORT_MAX = 65_535;

    /** Names, addresses, time, files, management, discovery, calls and tunnels. */
    private static final List<Integer> UDP =
            List.of(
                    7, 19, 53, 67, 68, 69, 111, 123, 137, 138, 161, 162, 500, 514, 520, 546, 547,
                    1194, 1434, 1812, 1900, 2049, 3478, 3702, 4500, 5060, 5353, 5355, 5540, 5683,
                    5684, 8443, 8883, 51_820);

    /**
     * After so many silent ports and none that refuses, nobody is there: it takes a day to ask all.
     */
    private static final int SILENT_MAX = 32;

    private static final int ANSWER_MILLIS_MAX = 1_000;
    private static final int THREADS = 8;
    private static final int SCAN_SECONDS_MAX = 120;

    /** Sorts the ports of a result after the protocol and the number. */
    private final SortedMap<String, String> notShut = new TreeMap<>();

    private final AtomicInteger shut = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final InetAddress address;

    private PortScan(InetAddress address) {
        this.address = address;
    }

    /**
     * What was found.
     *
     * @param shut how many ports refused
     * @param notShut each other port, such as {@code tcp 8443}, and what it did: open, silent or
     *     out of reach
     */
    public record Result(int shut, SortedMap<String, String> notShut) {

        /** Whether every port refused: a device that cannot be reached at all is not shut. */
        public boolean isNothing() {
            return notShut.isEmpty() && shut == PORT_MAX + UDP.size();
        }

        /** Whether every port refused but this one, which is open. */
        public boolean isOnly(int tcpPort) {
            return notShut.equals(new TreeMap<>(Map.of("tcp " + tcpPort, "open")))
                    && shut == PORT_MAX + UDP.size() - 1;
        }
    }

    /**
     * Scans an address from within a namespace.
     *
     * @throws IOException if the scan cannot be made or takes longer than two minutes
     */
    public static Result from(Namespace namespace, InetAddress address)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                namespace.command(
                                        List.of(
                                                Path.of(
                                                                System.getProperty("java.home"),
                                                                "bin",
                                                                "java")
                                                        .toString(),
                                                "-XX:TieredStopAtLevel=1",
                                                "-XX:+UseSerialGC",
                                                "-Xmx64m",
                                                "-cp",
                                                System.getProperty("java.class.path"),
                                                PortScan.class.getName(),
                                                address.getHostAddress())))
                        .redirectErrorStream(true)
                        .start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(SCAN_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the scan failed: " + said);
            }
            return parse(said);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Result parse(String said) throws IOException {
        int shut = -1;
        SortedMap<String, String> notShut = new TreeMap<>();
        for (String line : said.lines().toList()) {
            String[] words = line.split(" ", 3);
            switch (words[0]) {
                case "shut" -> shut = Integer.parseInt(words[1]);
                case "tcp", "udp" -> notShut.put(words[0] + " " + words[1], words[2]);
                default -> throw new IOException("the scan says: " + said);
            }
        }
        return new Result(shut, notShut);
    }

    /** Scans from here; the only word is the address. */
    public static void main(String[] words) throws InterruptedException, ExecutionException {
        PortScan scan = new PortScan(InetAddress.ofLiteral(words[0]));
        List<Future<?>> parts = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int port : UDP) {
                parts.add(threads.submit(() -> scan.datagram(port)));
            }
            for (int thread = 0; thread < THREADS; thread++) {
                int first = 1 + thread;
                parts.add(
                        threads.submit(
                                () -> {
                                    for (int port = first;
                                            port <= PORT_MAX && !scan.isVain();
                                            port += THREADS) {
                                        scan.connection(port);
                                    }
                                }));
            }
            for (Future<?> part : parts) {
                var _ = part.get();
            }
        }
        System.out.println("shut " + scan.shut);
        scan.notShut.forEach((port, what) -> System.out.println(port + " " + what));
    }

    private boolean isVain() {
        return unanswered.get() >= SILENT_MAX && shut.get() == 0;
    }

    private void connection(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), ANSWER_MILLIS_MAX);
            found("tcp", port, "open");
        } catch (SocketTimeoutException silent) {
            unanswered.incrementAndGet();
            found("tcp", port, "silent");
        } catch (ConnectException refused) {
            if (String.valueOf(refused.getMessage()).contains("refused")) {
                shut.incrementAndGet();
            } else {
                found("tcp", port, "out of reach");
            }
        } catch (IOException noRoute) {
            found("tcp", port, "out of reach");
        }
    }

    private void datagram(int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address, port);
            socket.setSoTimeout(ANSWER_MILLIS_MAX);
            socket.send(new DatagramPacket(new byte[1], 1));
            socket.receive(new DatagramPacket(new byte[1], 1));
            found("udp", port, "open");
        } catch (PortUnreachableException refused) {
            shut.incrementAndGet();
        } catch (SocketTimeoutException silent) {
            found("udp", port, "open or silent");
        } catch (IOException noRoute) {
            found("udp", port, "out of reach");
        } catch (UncheckedIOException notConnected) {
            found("udp", port, "out of reach");
        }
    }

    private synchronized void found(String protocol, int port, String what) {
        notShut.put(protocol + " " + port, what);
    }
}
