/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not behave, at the HTTPS server of a device that waits to be set up. */
@Timeout(60)
class SetupEndpointTest {

    /** Short, for those who wait for its end. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    @TempDir Path directory;
    private EndpointBench device;

    @BeforeEach
    void setUp() throws Exception {
        device = new EndpointBench(directory, SetupMode.TRIES_MAX);
    }

    @AfterEach
    void tearDown() {
        device.close();
    }

    @Test
    void takesWhatIsRightAndEndsTheConnection() throws Exception {
        assertThat(device.exchange(device.post(EndpointBench.body())))
                .startsWith("HTTP/1.1 202 ")
                .contains("Connection: close\r\n", "\"state\":\"joining\"");
        assertThat(device.desk().next()).contains(SetupBench.request("Meer", "hush-hush"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /|404",
                "GET /v1/device?x=1|404",
                "GET /v1/device/../setup|404",
                "GET /v1/setup|405",
                "POST /v1/device|405",
                "DELETE /v1/networks|405",
                "PUT /v1/setup|405"
            })
    void refusesOtherPagesAndOtherWaysWithoutCountingThem(String requestLine, int status)
            throws Exception {
        assertThat(device.exchange(device.head(requestLine)))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\"error\":");
        device.assertThatItStillAnswers(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: tank.example\r\n", "Host: 127.0.0.1\r\n", ""})
    void isCalledByItsAddressAndNotByTheNameOfAPageThatResolvesToIt(String host) throws Exception {
        assertThat(device.exchange("GET /v1/device HTTP/1.1\r\n" + host + "\r\n"))
                .startsWith("HTTP/1.1 421 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '!',
            value = {
                "{}|has the member ssid",
                "[]|must be a JSON object",
                "{\"ssid\":\"TWVlcg\"|well-formed JSON",
                "null|must be a JSON object",
                "{\"ssid\":1,\"passphrase\":\"hush-hush\",\"ticket\":\"a.b.c.d.e\",\"server\":{}}|has the member ssid"
            })
    void countsBodiesThatAreNoSetUpAsWrongTries(String body, String words) throws Exception {
        assertThat(device.exchange(device.post(body))).startsWith("HTTP/1.1 400 ").contains(words);
        device.assertThatItStillAnswers(9);
    }

    @Test
    void countsWhatIsWrongInOneMemberAndQuotesNoneOfIt() throws Exception {
        List<String> wrong =
                List.of(
                        EndpointBench.body().replace("\"TWVlcg\"", "\"\""),
                        EndpointBench.body().replace("\"TWVlcg\"", "\"" + "A".repeat(44) + "\""),
                        EndpointBench.body().replace("hush-hush", "hush"),
                        EndpointBench.body().replace("\"host\"", "\"hosts\""),
                        EndpointBench.body().replace("127.0.0.1", "127.0.0.1/"),
                        EndpointBench.body().replace(":8883", ":0"),
                        EndpointBench.body().replace(":8883", ":8883.5"),
                        EndpointBench.body().replace("{\"ssid\"", "{\"proof\":\"hush\",\"ssid\""),
                        EndpointBench.body().replace("{\"ssid\"", "{\"ssid\":\"TWVlcg\",\"ssid\""));
        int left = SetupMode.TRIES_MAX;
        for (String body : wrong) {
            assertThat(body).isNotEqualTo(EndpointBench.body());
            assertThat(device.exchange(device.post(body)))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain("hush", SetupBench.TICKET.text());
            left--;
            device.assertThatItStillAnswers(left);
        }
    }

    @Test
    void countsTruncatedTicketsAsWrongTries() throws Exception {
        String ticket = SetupBench.TICKET.text();
        List<String> cut =
                List.of(
                        "",
                        ticket.substring(0, ticket.lastIndexOf('.')),
                        ticket.substring(0, ticket.lastIndexOf('.') + 1),
                        ticket + ".",
                        ticket + "=",
                        "x".repeat(4097));
        for (String text : cut) {
            assertThat(device.exchange(device.post(EndpointBench.body().replace(ticket, text))))
                    .startsWith("HTTP/1.1 400 ")
                    .contains("a ticket is five parts");
        }
        device.assertThatItStillAnswers(10 - cut.size());
    }

    @Test
    void waitsNoLongerAfterTenWrongTries() throws Exception {
        for (int i = 0; i < SetupMode.TRIES_MAX; i++) {
            assertThat(device.exchange(device.post("{}"))).startsWith("HTTP/1.1 400 ");
        }
        assertThat(device.exchange(device.post(EndpointBench.body()))).startsWith("HTTP/1.1 403 ");
        assertThat(device.desk().next()).isEmpty();
        assertThat(device.desk().outcome()).isEqualTo(new SetupOutcome.TriesSpent());
    }

    @Test
    void readsNoBodyThatSaysItIsTooLong() throws Exception {
        assertThat(
                        device.exchange(
                                device.post("")
                                        .replace("Content-Length: 0", "Content-Length: 10485760")))
                .startsWith("HTTP/1.1 413 ");
        device.assertThatItStillAnswers(9);
    }

    @Test
    void letsNobodySendTenMegabytes() throws Exception {
        long sent = 0;
        try (SSLSocket socket = SetupBench.connect(device.where())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    device.head(
                                    "POST /v1/setup",
                                    "Content-Type: application/json\r\n",
                                    "Content-Length: 10485760\r\n")
                            .getBytes(UTF_8));
            byte[] kilobytes = new byte[16 * 1024];
            for (int i = 0; i < 640; i++) {
                out.write(kilobytes);
                sent += kilobytes.length;
            }
        } catch (IOException cutOff) {
            assertThat(sent).isLessThan(10 * 1024 * 1024);
        }
        // What the kernels between us take is not known, but it is less than all.
        assertThat(sent).isLessThan(10 * 1024 * 1024);
        device.assertThatItStillAnswers(9);
    }

    @Test
    void takesTheLongestBodyAndNoByteMore() throws Exception {
        String longest = EndpointBench.body() + " ".repeat(8192 - EndpointBench.body().length());
        assertThat(device.exchange(device.post(longest + " "))).startsWith("HTTP/1.1 413 ");
        assertThat(device.exchange(device.post(longest))).startsWith("HTTP/1.1 202 ");
    }

    @Test
    void takesBodiesOfJsonAlone() throws Exception {
        assertThat(
                        device.exchange(
                                device.post(EndpointBench.body())
                                        .replace("application/json", "text/plain")))
                .startsWith("HTTP/1.1 415 ");
    }

    @Test
    void waitsForNoClientLongerThanItsTime() throws Exception {
        device.close();
        device.listen(SHORT);
        List<String> begun =
                List.of(
                        "",
                        "POST /v1/se",
                        device.post(EndpointBench.body())
                                .substring(0, device.post(EndpointBench.body()).length() - 1));
        for (String part : begun) {
            try (SSLSocket socket = SetupBench.connect(device.where())) {
                socket.getOutputStream().write(part.getBytes(UTF_8));
                socket.startHandshake();
                assertThatItEnds(socket.getInputStream());
            }
        }
        try (Socket silent = new Socket(device.where().getAddress(), device.where().getPort())) {
            silent.setSoTimeout((int) SetupBench.PATIENCE.toMillis());
            assertThatItEnds(silent.getInputStream());
        }
        device.assertThatItStillAnswers(10);
    }

    @Test
    void countsTheTimeOfAWholeRequestAndNotOfAByte() throws Exception {
        device.close();
        device.listen(SHORT);
        long begin = System.nanoTime();
        try (SSLSocket socket = SetupBench.connect(device.where())) {
            String request = device.post(EndpointBench.body());
            assertThatThrownBy(
                            () -> {
                                for (byte octet : request.getBytes(UTF_8)) {
                                    socket.getOutputStream().write(octet);
                                    socket.setSoTimeout(50);
                                    assertThat(readOrWait(socket.getInputStream())).isFalse();
                                }
                            })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SHORT.multipliedBy(4));
        device.assertThatItStillAnswers(10);
    }

    /** Whether the stream has ended; waits for as long as the socket does. */
    private static boolean readOrWait(InputStream in) throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException nothingYet) {
            return false;
        }
    }

    private static void assertThatItEnds(InputStream in) {
        int octet;
        try {
            octet = in.read();
        } catch (IOException reset) {
            octet = -1;
        }
        assertThat(octet).isEqualTo(-1);
    }

    @Test
    void hasRoomForFourAndClosesTheFifthAtOnce() throws Exception {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < SetupEndpoint.CONNECTIONS_MAX; i++) {
            SSLSocket socket = SetupBench.connect(device.where());
            socket.startHandshake();
            idle.add(socket);
        }
        try (Socket fifth = new Socket(device.where().getAddress(), device.where().getPort())) {
            fifth.setSoTimeout((int) SetupBench.PATIENCE.toMillis());
            assertThatItEnds(fifth.getInputStream());
        }
        for (Socket socket : idle) {
            socket.close();
        }
        device.assertThatItAnswersAgain();
    }

    @Test
    void losesNothingOverAClientThatDisconnectsAtAnyStep() throws Exception {
        new Socket(device.where().getAddress(), device.where().getPort()).close();
        try (Socket greeting = new Socket(device.where().getAddress(), device.where().getPort())) {
            // The beginning of a ClientHello of 512 bytes.
            greeting.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0, 1});
        }
        try (SSLSocket proven = SetupBench.connect(device.where())) {
            proven.startHandshake();
        }
        String request = device.post(EndpointBench.body());
        int headLength = request.indexOf("\r\n\r\n") + 4;
        for (int length : new int[] {1, 14, 30, headLength, headLength + 1, request.length() - 1}) {
            try (SSLSocket cut = SetupBench.connect(device.where())) {
                cut.getOutputStream().write(request.substring(0, length).getBytes(UTF_8));
            }
        }
        device.assertThatItAnswersAgain();
    }

    @Test
    void goesOnThoughTheClientDoesNotReadTheReply() throws Exception {
        try (SSLSocket gone = SetupBench.connect(device.where())) {
            gone.getOutputStream().write(device.post(EndpointBench.body()).getBytes(UTF_8));
        }
        assertThat(device.desk().next()).contains(SetupBench.request("Meer", "hush-hush"));
    }

    @Test
    void listensNoMoreWhenItIsFinished() throws Exception {
        device.close();
        SetupBench.assertThatNobodyListens(device.where());
    }
}
