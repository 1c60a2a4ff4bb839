/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import dev.breakwater.device.identity.PinnedTls;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * MQTT over WebSocket over TLS: path {@code /mqtt}, subprotocol {@code mqtt}, binary frames whose
 * borders mean nothing (MQTT 5 section 6).
 */
final class WebSocketTransport implements Transport {

    private final HttpClient client;
    private final WebSocket socket;
    private final Received received;
    private ByteBuffer unread = ByteBuffer.allocate(0);

    private WebSocketTransport(HttpClient client, WebSocket socket, Received received) {
        this.client = client;
        this.socket = socket;
        this.received = received;
    }

    static WebSocketTransport connect(
            String host, int port, SSLContext context, Duration connectMax)
            throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(connectMax)
                        .sslContext(context)
                        .sslParameters(PinnedTls.parameters())
                        .build();
        Received received = new Received();
        try {
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .subprotocols("mqtt")
                            .buildAsync(uri(host, port), received)
                            .get(connectMax.toMillis(), TimeUnit.MILLISECONDS);
            if (!socket.getSubprotocol().equals("mqtt")) {
                socket.abort();
                throw new IOException("the server does not speak MQTT on its WebSocket");
            }
            return new WebSocketTransport(client, socket, received);
        } catch (IOException | InterruptedException failed) {
            client.shutdownNow();
            throw failed;
        } catch (ExecutionException failed) {
            client.shutdownNow();
            throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (TimeoutException slow) {
            client.shutdownNow();
            throw new IOException(
                    "no WebSocket stood within %d seconds".formatted(connectMax.toSeconds()), slow);
        }
    }

    private static URI uri(String host, int port) throws IOException {
        try {
            return new URI("wss", null, host, port, "/mqtt", null, null);
        } catch (URISyntaxException malformed) {
            throw new IOException(host + " is not the name of a host", malformed);
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        try {
            socket.sendBinary(bytes, true).get();
        } catch (ExecutionException failed) {
            throw new IOException(String.valueOf(failed.getCause()), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing", interrupted);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        while (!unread.hasRemaining()) {
            switch (received.take()) {
                case Event.Bytes(var bytes) -> {
                    unread = bytes;
                    // Only now may the next frame come: a slow reader slows the server down.
                    socket.request(1);
                }
                case Event.End() -> {
                    return -1;
                }
                case Event.Failure(var cause) -> throw new IOException(cause.toString(), cause);
            }
        }
        int length = Math.min(into.remaining(), unread.remaining());
        into.put(unread.slice(unread.position(), length));
        unread.position(unread.position() + length);
        return length;
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        received.end();
    }

    /** What the listener of the JDK's WebSocket was told. */
    private sealed interface Event {

        record Bytes(ByteBuffer bytes) implements Event {}

        record End() implements Event {}

        record Failure(Throwable cause) implements Event {}
    }

    /** Hands the frames from the JDK's callbacks to the reading thread; at most one is waiting. */
    private static final class Received implements WebSocket.Listener {

        private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();

        Event take() throws IOException {
            try {
                Event event = events.take();
                if (!(event instanceof Event.Bytes)) {
                    // Whoever reads again after the end finds the end again.
                    events.add(event);
                }
                return event;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", interrupted);
            }
        }

        void end() {
            events.add(new Event.End());
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
            events.add(new Event.Bytes(copy));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            events.add(
                    new Event.Failure(
                            new EOFException("the server sent text, which MQTT never does")));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            end();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add(new Event.Failure(error));
        }
    }
}
