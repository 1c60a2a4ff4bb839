/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.testkit.hostile.Sample;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
    }

    @Test
    void readsTheHeadAndNoByteMore() throws Exception {
        InputStream in =
                bytes(
                        "POST /v1/setup HTTP/1.1\r\nHost: a:1\r\nContent-LENGTH:\t4 \r\nX:\r\n\r\nbody");
        HttpRequest request = HttpRequest.read(in);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.path()).isEqualTo("/v1/setup");
        assertThat(request.header("host")).contains("a:1");
        assertThat(request.header("x")).contains("");
        assertThat(request.header("y")).isEmpty();
        assertThat(request.contentLength()).isEqualTo(4);
        assertThat(in.readAllBytes()).isEqualTo("body".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileHttp#heads")
    void refusesWhatTwoReadersCouldReadDifferently(Sample<byte[]> head) {
        assertThatThrownBy(() -> HttpRequest.read(new ByteArrayInputStream(head.value())))
                .isInstanceOfSatisfying(
                        HttpRefused.class, refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.0\r\n\r\n", "GET https://a/ HTTP/1.1\r\n\r\n"})
    void refusesOtherFormsOfHttp(String head) {
        assertThatThrownBy(() -> HttpRequest.read(bytes(head)))
                .isInstanceOfSatisfying(
                        HttpRefused.class, refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "Expect: 100-continue"})
    void refusesOtherWaysToSendABody(String header) {
        assertThatThrownBy(
                        () -> HttpRequest.read(bytes("POST / HTTP/1.1\r\n" + header + "\r\n\r\n")))
                .isInstanceOfSatisfying(
                        HttpRefused.class, refused -> assertThat(refused.status()).isEqualTo(501));
    }

    @Test
    void readsNoHeadBeyondItsBounds() {
        String longHeader = "X: " + "x".repeat(HttpRequest.HEAD_BYTES_MAX);
        assertThatThrownBy(() -> HttpRequest.read(bytes("GET / HTTP/1.1\r\n" + longHeader)))
                .isInstanceOfSatisfying(
                        HttpRefused.class, refused -> assertThat(refused.status()).isEqualTo(431));
        StringBuilder many = new StringBuilder("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 33; i++) {
            many.append("X").append(i).append(": x\r\n");
        }
        assertThatThrownBy(() -> HttpRequest.read(bytes(many + "\r\n")))
                .isInstanceOfSatisfying(
                        HttpRefused.class, refused -> assertThat(refused.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileLengths#announced")
    void refusesLengthsThatAreNoNumber(Sample<String> length) {
        assertThatThrownBy(
                        () ->
                                HttpRequest.read(
                                                bytes(
                                                        "POST / HTTP/1.1\r\nContent-Length: "
                                                                + length.value()
                                                                + "\r\n\r\n"))
                                        .contentLength())
                .isInstanceOf(HttpRefused.class);
    }

    @Test
    void saysThatARequestEndedWhereverItEnds() {
        String whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for (int length = 0; length < whole.length(); length++) {
            InputStream cut = bytes(whole.substring(0, length));
            assertThatThrownBy(() -> HttpRequest.read(cut)).isInstanceOf(EOFException.class);
        }
    }
}
