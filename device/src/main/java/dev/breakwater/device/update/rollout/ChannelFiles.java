/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.rollout;

import dev.breakwater.device.UpdateLine;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files over the device's channel, piece by piece: one request is under way at a time, and an
 * answer to an earlier one is passed over. For one download at a time.
 */
final class ChannelFiles implements UpdateFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelFiles.class);

    /**
     * How long an answer may take; the request waits in the outbox while there is no connection.
     */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(25);

    private record Awaited(int request, CompletableFuture<FileChunk> answer) {}

    private final UpdateLine line;
    private final AtomicReference<@Nullable Awaited> awaited = new AtomicReference<>();
    private int lastRequest;

    ChannelFiles(UpdateLine line) {
        this.line = line;
    }

    /** An answer came; called by the connection's thread. */
    void arrived(byte[] payload) {
        try {
            FileChunk chunk = FileChunk.parse(payload);
            @Nullable Awaited waiting = awaited.get();
            if (waiting == null || waiting.request() != chunk.request()) {
                LOG.debug("Passed over the answer to an earlier request");
            } else {
                boolean _ = waiting.answer().complete(chunk);
            }
        } catch (MalformedMessage malformed) {
            LOG.warn("Ignored a malformed piece of a file: {}", malformed.getMessage());
        }
    }

    @Override
    public Optional<InputStream> open(UpdateFile file, long offset) throws IOException {
        return switch (ask(file, offset)) {
            case FileChunk.Piece piece -> Optional.of(new Pieces(file, piece));
            case FileChunk.NotFound _ -> Optional.empty();
            case FileChunk.Later later ->
                    throw new SourceBusy(Duration.ofSeconds(later.waitSeconds()));
        };
    }

    private synchronized FileChunk ask(UpdateFile file, long offset) throws IOException {
        lastRequest = lastRequest == Integer.MAX_VALUE ? 1 : lastRequest + 1;
        Awaited waiting = new Awaited(lastRequest, new CompletableFuture<>());
        awaited.set(waiting);
        try {
            line.ask(new FileRequest(lastRequest, file, offset, FileRequest.LENGTH_MAX));
            FileChunk answer = waiting.answer().get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
            if (answer instanceof FileChunk.Piece piece && piece.offset() != offset) {
                throw new IOException("the server gave another piece than was asked for");
            }
            return answer;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the updater was stopped");
        } catch (TimeoutException silent) {
            throw new IOException(
                    "no piece came over the channel within %d s".formatted(ANSWER_MAX.toSeconds()),
                    silent);
        } catch (ExecutionException closed) {
            throw new IOException("the download was ended", closed);
        } finally {
            awaited.set(null);
        }
    }

    /** A file as its pieces come. */
    private final class Pieces extends InputStream {

        private final UpdateFile file;
        private final long length;
        private ByteBuffer current;
        private long next;
        private volatile boolean closed;

        Pieces(UpdateFile file, FileChunk.Piece first) {
            this.file = file;
            this.length = first.fileLength();
            this.current = first.content();
            this.next = first.offset() + current.remaining();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int from, int most) throws IOException {
            if (most == 0) {
                return 0;
            }
            while (!current.hasRemaining()) {
                if (closed) {
                    throw new IOException("the download was ended");
                }
                if (next >= length) {
                    return -1;
                }
                current = piece();
            }
            int count = Math.min(most, current.remaining());
            current.get(target, from, count);
            return count;
        }

        private ByteBuffer piece() throws IOException {
            switch (ask(file, next)) {
                case FileChunk.Piece piece -> {
                    if (piece.fileLength() != length) {
                        throw new IOException("the file has changed while it was fetched");
                    }
                    ByteBuffer content = piece.content();
                    next += content.remaining();
                    return content;
                }
                case FileChunk.NotFound _ ->
                        throw new IOException("the file is gone while it was fetched");
                case FileChunk.Later later ->
                        throw new SourceBusy(Duration.ofSeconds(later.waitSeconds()));
            }
        }

        @Override
        public void close() {
            closed = true;
            @Nullable Awaited waiting = awaited.get();
            if (waiting != null) {
                boolean _ =
                        waiting.answer()
                                .completeExceptionally(new IOException("the download was ended"));
            }
        }
    }
}
