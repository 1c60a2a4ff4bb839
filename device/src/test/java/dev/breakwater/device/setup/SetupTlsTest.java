/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device that waits to be set up speaks below HTTP. */
@Timeout(60)
class SetupTlsTest {

    @TempDir Path directory;
    private SetupBench bench;
    private InetSocketAddress where;

    @BeforeEach
    void setUp() throws Exception {
        bench = new SetupBench(directory, true);
        where = bench.start();
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /v1/device HTTP/1.1\r\n\r\n", "\u0000\u0001\u0002", "SSH-2.0-x\r\n"})
    void speaksTlsOrNotAtAll(String bytes) throws Exception {
        try (Socket plain = new Socket(where.getAddress(), where.getPort())) {
            plain.setSoTimeout((int) SetupBench.PATIENCE.toMillis());
            plain.getOutputStream().write(bytes.getBytes(UTF_8));
            byte[] answer;
            try {
                answer = plain.getInputStream().readAllBytes();
            } catch (IOException reset) {
                answer = new byte[0];
            }
            // An alert at most, and no word of HTTP.
            assertThat(new String(answer, UTF_8)).doesNotContain("HTTP");
        }
        assertThat(bench.phone(where).report().triesLeft()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1", "TLSv1.1"})
    void speaksNoOldTls(String version) throws Exception {
        try (SSLSocket socket = SetupBench.connect(where)) {
            assertThatThrownBy(
                            () -> {
                                socket.setEnabledProtocols(new String[] {version});
                                socket.startHandshake();
                            })
                    .isInstanceOf(IOException.class);
        }
    }
}
