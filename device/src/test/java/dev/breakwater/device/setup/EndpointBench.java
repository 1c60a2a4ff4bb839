/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.OfferedNetworks;
import dev.breakwater.protocol.setup.exchange.SetupState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** The HTTPS server of a device that waits to be set up, and clients that say what they like. */
final class EndpointBench implements AutoCloseable {

    /** Longer than any request here takes on a busy machine. */
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private final SetupBench bench;
    private final int tries;
    private SetupDesk desk;
    private SetupEndpoint endpoint;

    EndpointBench(Path directory, int tries) throws IOException {
        this.bench = new SetupBench(directory, true);
        this.tries = tries;
        listen(AMPLE);
    }

    /** Listens, anew if it did before, with another desk. */
    void listen(Duration requestMax) throws IOException {
        desk =
                new SetupDesk(
                        new DeviceReport(
                                SetupBench.SERIAL,
                                "Fish tank",
                                "1.4.0",
                                SetupState.WAITING,
                                Optional.empty(),
                                tries,
                                900),
                        bench.clock,
                        new SetupWatcher() {
                            @Override
                            public void reachable(InetSocketAddress at) {}

                            @Override
                            public void reached(SetupState state) {}
                        });
        endpoint =
                SetupEndpoint.listen(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        PinnedTls.ofSetupServer(bench.identity),
                        new SetupPages(desk, () -> new OfferedNetworks(List.of())),
                        requestMax);
    }

    InetSocketAddress where() {
        return endpoint.address();
    }

    SetupDesk desk() {
        return desk;
    }

    String head(String requestLine, String... headers) {
        return requestLine
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + where().getPort()
                + "\r\n"
                + String.join("", headers)
                + "\r\n";
    }

    String post(String body) {
        return head(
                        "POST /v1/setup",
                        "Content-Type: application/json\r\n",
                        "Content-Length: " + body.getBytes(UTF_8).length + "\r\n")
                + body;
    }

    /** A body that is taken. */
    static String body() {
        return new String(SetupBench.request("Meer", "hush-hush").toJson(), UTF_8);
    }

    String exchange(String request) throws IOException {
        return exchange(where(), request.getBytes(UTF_8));
    }

    /** Says something to whoever answers there, and reads all of the answer. */
    String exchange(InetSocketAddress at, byte[] request) throws IOException {
        try (SSLSocket socket = SetupBench.connect(at)) {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    void assertThatItStillAnswers(int triesLeft) throws IOException {
        assertThat(exchange(head("GET /v1/device")))
                .startsWith("HTTP/1.1 200 ")
                .contains("\"state\":\"waiting\"", "\"triesLeft\":" + triesLeft);
    }

    /** A place is given back a moment after its client has gone. */
    void assertThatItAnswersAgain() throws IOException {
        long end = System.nanoTime() + SetupBench.PATIENCE.toNanos();
        while (true) {
            try {
                assertThatItStillAnswers(tries);
                return;
            } catch (IOException | AssertionError full) {
                if (System.nanoTime() > end) {
                    throw full;
                }
            }
        }
    }

    @Override
    public void close() {
        endpoint.finish();
    }
}
