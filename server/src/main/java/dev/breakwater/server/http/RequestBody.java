/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request's body, read within a size, a total time and at a least rate. */
public sealed interface RequestBody {

    /** All of it. */
    final class Complete implements RequestBody {

        private final byte[] bytes;

        private Complete(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes, not copied: the reader owns them. */
        public byte[] bytes() {
            return bytes;
        }
    }

    /** It is larger than the limit; at most the limit was read. */
    record TooLarge(int bytesMax) implements RequestBody {}

    /** It did not arrive in time, or too slowly. */
    record TooSlow() implements RequestBody {}

    /** The client went away, or broke the framing. */
    record Broken() implements RequestBody {}

    /**
     * Reads the body; blocks, for as long as it comes at the pace. A declared length over the limit
     * is refused before a byte is read.
     */
    static RequestBody read(Request request, int bytesMax, Pace pace) {
        if (request.getLength() > bytesMax) {
            return new TooLarge(bytesMax);
        }
        RequestBody body = readAtPace(request, bytesMax, pace);
        RequestPlace.worksAgain(request);
        return body;
    }

    private static RequestBody readAtPace(Request request, int bytesMax, Pace pace) {
        long beganNanos = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            long deadlineNanos = beganNanos + pace.forBody(body.size()).toNanos();
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                RequestPlace.awaitsClient(request);
                if (!awaitContent(request, deadlineNanos)) {
                    return new TooSlow();
                }
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return new Broken();
            }
            ByteBuffer bytes = chunk.getByteBuffer();
            boolean fits = body.size() + bytes.remaining() <= bytesMax;
            if (fits) {
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(copy);
                body.writeBytes(copy);
            }
            chunk.release();
            if (!fits) {
                return new TooLarge(bytesMax);
            }
            if (chunk.isLast()) {
                return new Complete(body.toByteArray());
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                return new TooSlow();
            }
        }
    }

    /** As much of a refused request's body as is thrown away to let its client read why. */
    int DISCARDED_BYTES_MAX = 1_048_576;

    /** And for as long. */
    Duration DISCARDING_MAX = Duration.ofSeconds(1);

    /**
     * Sees to what nobody has read of a body, before the reply is written: throws it away, within
     * bounds, for a connection that is closed while its client still sends is reset, and the reply
     * is lost on the way. Blocks.
     *
     * <p>Beyond the bounds Jetty closes behind the reply, and must say so, or the client's next
     * request on this connection is lost (RFC 9112 section 9.6).
     *
     * @param status the reply's; of a body that was too slow the rest is not waited for
     */
    public static void settle(Request request, int status, HttpFields.Mutable replyHeaders) {
        boolean readToItsEnd = status != HttpStatus.REQUEST_TIMEOUT_408 && discard(request);
        if (!readToItsEnd
                && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
            replyHeaders.put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Returns whether it has come to its end, and the connection can go on. */
    private static boolean discard(Request request) {
        if (request.getLength() > DISCARDED_BYTES_MAX) {
            return request.consumeAvailable();
        }
        long deadlineNanos = System.nanoTime() + DISCARDING_MAX.toNanos();
        long discarded = 0;
        while (discarded <= DISCARDED_BYTES_MAX && System.nanoTime() - deadlineNanos < 0) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                if (!awaitContent(request, deadlineNanos)) {
                    return false;
                }
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                return false;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) {
                return true;
            }
        }
        return false;
    }

    private static boolean awaitContent(Request request, long deadlineNanos) {
        CountDownLatch available = new CountDownLatch(1);
        request.demand(available::countDown);
        try {
            return available.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
