/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/**
 * Lets outside programs that know no streams of events ask for one: whoever connects here, without
 * TLS, gets the answer's status, its media type and the beginning of its body, as a whole one. The
 * head of a request passes as it is, from the next source each time.
 */
public final class StreamFront implements AutoCloseable {

    private static final int BACKLOG = 1_024;
    private static final int HEAD_BYTES_MAX = 65_536;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String END = "\r\n\r\n";

    private final ServerSocket listener;
    private final TlsLine tls;
    private final Sources sources;
    private final int target;

    private StreamFront(ServerSocket listener, TlsLine tls, Sources sources, int target) {
        this.listener = listener;
        this.tls = tls;
        this.sources = sources;
        this.target = target;
    }

    /** Begins to answer for this port of the loopback address. */
    public static StreamFront to(int target, TlsLine tls, Sources sources) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
        StreamFront front = new StreamFront(listener, tls, sources, target);
        Thread.ofVirtual().start(front::accept);
        return front;
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> answer(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void answer(Socket client) {
        try (client;
                HttpsLine server = HttpsLine.open(tls, sources.next(), target, PATIENCE)) {
            client.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            server.send(head(client.getInputStream()));
            Answer answer = server.answer(false);
            byte[] body = answer.body().getBytes(UTF_8);
            String head =
                    "HTTP/1.1 %d Answered\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                            .formatted(
                                    answer.status(),
                                    answer.header("Content-Type").orElse("text/plain"),
                                    body.length);
            client.getOutputStream().write(head.getBytes(ISO_8859_1));
            client.getOutputStream().write(body);
        } catch (IOException cut) {
            return;
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (int matched = 0; matched < END.length(); ) {
            int b = in.read();
            if (b < 0 || head.size() == HEAD_BYTES_MAX) {
                throw new IOException("the request's head has no end");
            }
            head.write(b);
            if (b == END.charAt(matched)) {
                matched++;
            } else {
                matched = b == END.charAt(0) ? 1 : 0;
            }
        }
        return head.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
