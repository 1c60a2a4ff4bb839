/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One connection for HTTP/1.1. What is sent are the caller's bytes, sound or not; answers are read
 * strictly. One thread at a time.
 */
public final class HttpsLine implements AutoCloseable {

    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final int LINE_BYTES_MAX = 16_384;
    private static final Duration FOR_A_BEGINNING = Duration.ofMillis(300);

    private final Socket socket;
    private final InputStream in;

    /** HTTP over a connection that is open. */
    public HttpsLine(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** A new connection with TLS. */
    public static HttpsLine open(TlsLine tls, InetAddress source, int port, Duration patience)
            throws IOException {
        return new HttpsLine(tls.open(source, port, patience, "http/1.1"));
    }

    /** Sends bytes as they are. */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** How long to wait for the next bytes. */
    public void patience(Duration duration) throws IOException {
        socket.setSoTimeout(Math.toIntExact(duration.toMillis()));
    }

    /**
     * Reads the next answer. Of a stream of events, which has no end, what comes at once is read:
     * nothing else can be asked for on this line then.
     *
     * @param toHead whether the request was one for the head alone
     * @throws EOFException if the server has closed
     */
    public Answer answer(boolean toHead) throws IOException {
        int status = status(line());
        while (status == 100) {
            var _ = headers();
            status = status(line());
        }
        Map<String, List<String>> headers = headers();
        boolean hasBody = !toHead && status != 204 && status != 304;
        return new Answer(status, headers, hasBody ? body(headers) : "");
    }

    private static int status(String line) throws ProtocolException {
        if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
            throw new ProtocolException("'" + line + "' begins no answer");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("'" + line + "' is no header");
            }
            headers.computeIfAbsent(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String body(Map<String, List<String>> headers) throws IOException {
        boolean chunked = headers.getOrDefault("transfer-encoding", List.of()).contains("chunked");
        if (Answer.isStream(headers)) {
            return chunked ? beginning() : "";
        }
        if (chunked) {
            return chunks();
        }
        List<String> length = headers.getOrDefault("content-length", List.of());
        return new String(
                length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length.getFirst())),
                UTF_8);
    }

    /** The first chunk of a stream, if it does not keep us waiting. */
    private String beginning() throws IOException {
        patience(FOR_A_BEGINNING);
        try {
            int size = chunk();
            return size == 0 ? "" : new String(exactly(size), UTF_8);
        } catch (SocketTimeoutException silent) {
            return "";
        }
    }

    private String chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            body.writeBytes(exactly(size));
            var _ = line();
        }
        return body.toString(UTF_8);
    }

    private int chunk() throws IOException {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
            var _ = line();
        }
        return size;
    }

    private byte[] exactly(int length) throws IOException {
        if (length > BODY_BYTES_MAX) {
            throw new ProtocolException("an answer of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer ended early");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (line.size() > LINE_BYTES_MAX) {
                throw new ProtocolException("a line of the answer has no end");
            }
            line.write(b);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
