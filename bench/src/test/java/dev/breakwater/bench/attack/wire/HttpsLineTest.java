/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class HttpsLineTest {

    /** A line whose server says this and closes. */
    private static HttpsLine hearing(String answers) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
            try (Socket server = listener.accept()) {
                server.getOutputStream().write(answers.getBytes(UTF_8));
            }
            return new HttpsLine(client);
        }
    }

    @Test
    void readsAnswersInTurn() throws IOException {
        try (HttpsLine line =
                hearing(
                        "HTTP/1.1 100 Continue\r\n\r\n"
                                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-One: a\r\n\r\n{}"
                                + "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                                + "HTTP/1.1 204 No Content\r\n\r\n")) {
            Answer first = line.answer(false);
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.body()).isEqualTo("{}");
            assertThat(first.header("x-ONE")).contains("a");
            assertThat(line.answer(false).body()).isEqualTo("abc");
            assertThat(line.answer(false).status()).isEqualTo(204);
            assertThatThrownBy(() -> line.answer(false)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void readsTheBeginningOfAStreamAndNoMore() throws IOException {
        String head =
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream;charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n";
        try (HttpsLine line = hearing(head + "5\r\n: 7\n\n\r\n4\r\nmore\r\n")) {
            Answer answer = line.answer(false);
            assertThat(answer.body()).isEqualTo(": 7\n\n");
            assertThat(answer.isStream()).isTrue();
            assertThat(answer.keepsConnection()).isFalse();
        }
    }

    @Test
    void doesNotWaitForAStreamThatIsSilent() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket server = listener.accept();
                HttpsLine line = new HttpsLine(client)) {
            server.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    .getBytes(UTF_8));
            assertThat(line.answer(false).body()).isEmpty();
        }
    }

    @Test
    void refusesWhatIsNoAnswer() throws IOException {
        try (HttpsLine line = hearing("SSH-2.0-x\r\n")) {
            assertThatThrownBy(() -> line.answer(false)).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void doesNotTakeHalfABodyForAWholeOne() throws IOException {
        try (HttpsLine line = hearing("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")) {
            assertThatThrownBy(() -> line.answer(false)).isInstanceOf(EOFException.class);
        }
    }
}
