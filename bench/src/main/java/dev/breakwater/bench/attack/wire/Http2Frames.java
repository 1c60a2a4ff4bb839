/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Frames of HTTP/2 (RFC 9113 section 4.1), sound ones and others, as bytes. */
public final class Http2Frames {

    /** RFC 9113 section 3.4, and empty SETTINGS after it. */
    public static byte[] preface() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        bytes.writeBytes(frame(SETTINGS, 0, 0));
        return bytes.toByteArray();
    }

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;
    private static final int HEADER_BYTES = 9;
    private static final String PATH = "/api/v1/ca/chain";

    private Http2Frames() {}

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** A whole request (RFC 7541: GET, https, and two literals that are not indexed). */
    public static byte[] request(int stream) {
        return frame(HEADERS, END_STREAM | END_HEADERS, stream, headerBlock());
    }

    /** A request whose header block has no end. */
    public static byte[] endlessRequest(int stream) {
        return frame(HEADERS, END_STREAM, stream, headerBlock());
    }

    private static byte[] headerBlock() {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x82);
        block.write(0x87);
        literal(block, 0x04, PATH);
        literal(block, 0x01, "localhost");
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(US_ASCII));
    }

    /** More of a header block, without its end: one short header that is not indexed. */
    public static byte[] continuation(int stream) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x00);
        block.write(1);
        block.write('x');
        block.write(1);
        block.write('y');
        return frame(CONTINUATION, 0, stream, block.toByteArray());
    }

    /** A header block that goes on with nothing. */
    public static byte[] emptyContinuation(int stream) {
        return frame(CONTINUATION, 0, stream);
    }

    /** The client gives a stream up. */
    public static byte[] cancel(int stream) {
        return frame(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) CANCEL);
    }

    /** An increment of nothing, for which the server has to reset the stream (section 6.9). */
    public static byte[] emptyWindow(int stream) {
        return frame(WINDOW_UPDATE, 0, stream, new byte[4]);
    }

    /** An increment beyond what a window may be, for which it has to as well (section 6.9.1). */
    public static byte[] overflowingWindow(int stream) {
        return frame(WINDOW_UPDATE, 0, stream, (byte) 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff);
    }

    /** DATA behind the end of the stream (section 5.1). */
    public static byte[] dataAfterEnd(int stream) {
        return frame(DATA, 0, stream, (byte) 'x');
    }

    /** A stream that depends on itself (RFC 7540 section 5.3.1). */
    public static byte[] selfDependence(int stream) {
        return frame(
                PRIORITY,
                0,
                stream,
                (byte) (stream >> 24),
                (byte) (stream >> 16),
                (byte) (stream >> 8),
                (byte) stream,
                (byte) 0);
    }

    /** A PING that wants an answer. */
    public static byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    /** SETTINGS that want an acknowledgement. */
    public static byte[] settings() {
        return frame(SETTINGS, 0, 0, (byte) 0, (byte) 3, (byte) 0, (byte) 0, (byte) 0, (byte) 9);
    }
}
