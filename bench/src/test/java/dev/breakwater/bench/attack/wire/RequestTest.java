/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestTest {

    private static String text(Request request) {
        return new String(request.bytes(), ISO_8859_1);
    }

    @Test
    void addsHostAndLengthWhereNobodyStatesThem() {
        assertThat(text(Request.of("POST", "/a", "X-One: 1").carrying("{}")))
                .isEqualTo(
                        "POST /a HTTP/1.1\r\nHost: localhost\r\nX-One: 1\r\nContent-Length: 2\r\n\r\n{}");
    }

    @Test
    void leavesLengthsAloneThatSomebodyStates() {
        Request lying =
                Request.of("POST", "/a")
                        .carrying("{}")
                        .with("Content-Length: 7")
                        .with("Transfer-Encoding: chunked");
        assertThat(text(lying))
                .isEqualTo(
                        "POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n{}");
    }

    @Test
    void sendsTwoHostsOrNone() {
        assertThat(text(Request.of("GET", "/", "Host: a", "Host: b")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
        assertThat(text(Request.of("GET", "/").with(Request.NO_HOST)))
                .isEqualTo("GET / HTTP/1.1\r\n\r\n");
    }

    @Test
    void sendsWhatNoLibraryWould() {
        assertThat(text(Request.of("G\u0000T", "/%zz?a b").with("X-Folded: a\r\n b")))
                .isEqualTo(
                        "G\u0000T /%zz?a b HTTP/1.1\r\nHost: localhost\r\nX-Folded: a\r\n b\r\n\r\n");
    }

    @Test
    void replacesACredential() {
        assertThat(Request.of("GET", "/").as("one").as("two").headers())
                .containsExactly("Authorization: Bearer two");
    }
}
