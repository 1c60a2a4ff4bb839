/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The server's side of WebSocket (RFC 6455), as much as MQTT needs: binary frames and close. */
final class WebSocketFrames implements ByteFrames {

    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int HEAD_BYTES_MAX = 8192;
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final int CONTINUATION = 0x0;
    private static final int BINARY = 0x2;

    private final DataInputStream in;
    private final OutputStream out;

    private WebSocketFrames(DataInputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Answers the handshake of section 4.2; path and subprotocol must be those of MQTT. */
    static WebSocketFrames upgrade(InputStream in, OutputStream out) throws IOException {
        String[] lines = readHead(in).split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>();
        for (int index = 1; index < lines.length; index++) {
            int colon = lines[index].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[index].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[index].substring(colon + 1).strip());
            }
        }
        if (!lines[0].equals("GET /mqtt HTTP/1.1")
                || !headers.getOrDefault("sec-websocket-protocol", "").equals("mqtt")) {
            out.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            throw new IOException("not a WebSocket of MQTT: " + lines[0]);
        }
        String accept = accept(headers.getOrDefault("sec-websocket-key", ""));
        out.write(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Protocol: mqtt\r\nSec-WebSocket-Accept: "
                                + accept
                                + "\r\n\r\n")
                        .getBytes(US_ASCII));
        out.flush();
        return new WebSocketFrames(new DataInputStream(in), out);
    }

    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > HEAD_BYTES_MAX) {
                throw new EOFException("no end of the HTTP head");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static String accept(String key) throws IOException {
        try {
            // SHA-1 is what RFC 6455 section 4.2.2 says; it protects nothing here.
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder()
                    .encodeToString(digest.digest((key + ACCEPT_SUFFIX).getBytes(US_ASCII)));
        } catch (GeneralSecurityException missing) {
            throw new IOException(missing);
        }
    }

    @Override
    public byte[] read() throws IOException {
        try {
            while (true) {
                int opcode = in.readUnsignedByte() & 0x0F;
                byte[] content = unmask();
                if (opcode != BINARY && opcode != CONTINUATION) {
                    return new byte[0];
                }
                if (content.length > 0) {
                    return content;
                }
            }
        } catch (EOFException ended) {
            return new byte[0];
        }
    }

    private byte[] unmask() throws IOException {
        int second = in.readUnsignedByte();
        long length = second & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if ((second & 0x80) == 0 || length < 0 || length > FRAME_BYTES_MAX) {
            throw new IOException("a client's frame is masked and of at most 1 MiB");
        }
        byte[] mask = in.readNBytes(4);
        byte[] content = in.readNBytes((int) length);
        for (int index = 0; index < content.length; index++) {
            content[index] ^= mask[index % 4];
        }
        return content;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        // In two frames that end in the middle of a packet: frames mean nothing to MQTT.
        int half = bytes.length / 2;
        frame(BINARY, bytes, 0, half, false);
        frame(CONTINUATION, bytes, half, bytes.length - half, true);
        out.flush();
    }

    private void frame(int opcode, byte[] bytes, int offset, int length, boolean last)
            throws IOException {
        out.write((last ? 0x80 : 0) | opcode);
        if (length < 126) {
            out.write(length);
        } else if (length < 65_536) {
            out.write(126);
            out.write(length >>> 8);
            out.write(length);
        } else {
            throw new IOException("a scripted frame is shorter than 64 KiB");
        }
        out.write(bytes, offset, length);
    }
}
