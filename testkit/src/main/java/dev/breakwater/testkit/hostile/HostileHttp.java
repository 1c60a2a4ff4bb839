/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.stream.Stream;

/**
 * Requests that are no HTTP/1.1 (RFC 9112), or that two readers read differently, which is how
 * requests are smuggled. A strict server answers each with a status of 400 or above, or with
 * nothing (RFC 9112 section 2.2 leaves it to a server whether it takes line feeds alone); none of
 * the bytes after it may become a request of its own.
 */
public final class HostileHttp {

    private HostileHttp() {}

    /** Malformed requests with an empty line at their end, for any server. */
    public static Stream<Sample<byte[]>> heads() {
        return Stream.of(
                bytes("a version of HTTP that comes otherwise", "GET / HTTP/2.0\r\n\r\n"),
                bytes("no version", "GET /\r\n\r\n"),
                bytes("a method in lower case", "get / HTTP/1.1\r\n\r\n"),
                bytes("two blanks", "GET  / HTTP/1.1\r\n\r\n"),
                bytes("a tab for a blank", "GET\t/ HTTP/1.1\r\n\r\n"),
                bytes("a NUL in the target", "GET /\u0000 HTTP/1.1\r\n\r\n"),
                bytes("a byte outside ASCII in the target", "GET /\u00e4 HTTP/1.1\r\n\r\n"),
                bytes("an empty line first", "\r\n\r\n"),
                bytes("line feeds alone", "GET / HTTP/1.1\n\n"),
                bytes("one line feed alone", "GET / HTTP/1.1\r\nHost: a\n\r\n"),
                bytes("a carriage return alone", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
                bytes("a folded line", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
                bytes("a blank before a colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
                bytes("a header without a name", "GET / HTTP/1.1\r\n: a\r\n\r\n"),
                bytes("a header without a colon", "GET / HTTP/1.1\r\nHost\r\n\r\n"),
                bytes("a control character in a value", "GET / HTTP/1.1\r\nHost: a\u0001\r\n\r\n"),
                bytes("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                bytes(
                        "two lengths",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\nx"));
    }

    /** Bodies whose end two readers see in different places. */
    public static Stream<Sample<byte[]>> smuggled() {
        return Stream.of(
                bytes(
                        "a length and chunks",
                        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"),
                bytes(
                        "a coding that is none",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
                bytes(
                        "a coding hidden by a tab",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\nContent-Length: 3\r\n\r\n0\r\n"),
                bytes(
                        "a chunk longer than 64 bits",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx"));
    }

    /**
     * Heads beyond any limit.
     *
     * @param headBytesMax the server's limit, 256 to a million
     */
    public static Stream<Sample<byte[]>> oversized(int headBytesMax) {
        if (headBytesMax < 256 || headBytesMax > 1_000_000) {
            throw new IllegalArgumentException(
                    "a limit of a head is 256 to a million bytes, not " + headBytesMax);
        }
        String line = "GET / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                bytes("one long header", line + "X: " + "x".repeat(headBytesMax) + "\r\n\r\n"),
                bytes("many short headers", line + "X: y\r\n".repeat(headBytesMax / 6) + "\r\n"),
                bytes("a long target", "GET /" + "x".repeat(headBytesMax) + " HTTP/1.1\r\n\r\n"),
                bytes("a head without end", line + "X: " + "x".repeat(2 * headBytesMax)));
    }

    static Sample<byte[]> bytes(String what, String text) {
        return new Sample<>(what, text.getBytes(ISO_8859_1));
    }
}
