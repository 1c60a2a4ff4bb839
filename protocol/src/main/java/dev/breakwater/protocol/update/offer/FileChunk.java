/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import java.nio.ByteBuffer;

/**
 * The answer to a {@link FileRequest}, on {@code me/update/chunk}. Binary, big-endian:
 *
 * <pre>
 * byte  0       1, the edition of this format
 * byte  1       0 data, 1 not found, 2 later
 * bytes 2..5    the request that it answers
 * bytes 6..13   data: the offset of the first byte; otherwise 0
 * bytes 14..21  data: the length of the whole file; later: seconds until another try; otherwise 0
 * bytes 22..    data: the bytes, none at or behind the file's end; otherwise none
 * </pre>
 */
public sealed interface FileChunk {

    /** What precedes the bytes. */
    int HEADER_BYTES = 22;

    /** The longest payload. */
    int BYTES_MAX = HEADER_BYTES + FileRequest.LENGTH_MAX;

    /** The longest time that a server asks a device to wait: a day. */
    int WAIT_SECONDS_MAX = 24 * 60 * 60;

    /** The request that it answers. */
    int request();

    /** The payload. */
    byte[] toBytes();

    /**
     * Reads an answer.
     *
     * @throws MalformedMessage if it has another form or another edition
     */
    static FileChunk parse(byte[] payload) throws MalformedMessage {
        return Chunks.read(ByteBuffer.wrap(payload));
    }

    /**
     * A piece of the file.
     *
     * @param offset where it begins in the file
     * @param fileLength the length of the whole file
     * @param content the bytes, at most {@value FileRequest#LENGTH_MAX}; a read-only view, empty at
     *     the end of the file only
     */
    record Piece(int request, long offset, long fileLength, ByteBuffer content)
            implements FileChunk {

        /** Refuses bytes that lie outside the file, and none where there would be some. */
        public Piece {
            Chunks.requireRequest(request);
            content = content.asReadOnlyBuffer();
            int count = content.remaining();
            if (count > FileRequest.LENGTH_MAX) {
                throw new IllegalArgumentException(
                        "a piece of a file is at most %d bytes".formatted(FileRequest.LENGTH_MAX));
            }
            if (offset < 0 || fileLength < 0 || (count > 0 && count > fileLength - offset)) {
                throw new IllegalArgumentException("a piece of a file lies within the file");
            }
            if (count == 0 && offset < fileLength) {
                throw new IllegalArgumentException(
                        "a piece of a file is empty only at the file's end");
            }
        }

        @Override
        public ByteBuffer content() {
            return content.duplicate();
        }

        @Override
        public byte[] toBytes() {
            return Chunks.write(0, request, offset, fileLength, content.duplicate());
        }
    }

    /** There is no such file for this device. */
    record NotFound(int request) implements FileChunk {

        /** Refuses a count below 0. */
        public NotFound {
            Chunks.requireRequest(request);
        }

        @Override
        public byte[] toBytes() {
            return Chunks.write(1, request, 0, 0, ByteBuffer.allocate(0));
        }
    }

    /**
     * The server has no capacity for it now.
     *
     * @param waitSeconds when to ask again, 1 to {@value #WAIT_SECONDS_MAX} seconds
     */
    record Later(int request, int waitSeconds) implements FileChunk {

        /** Refuses what is outside the limits. */
        public Later {
            Chunks.requireRequest(request);
            if (waitSeconds < 1 || waitSeconds > WAIT_SECONDS_MAX) {
                throw new IllegalArgumentException(
                        "a wait is 1 to %d seconds".formatted(WAIT_SECONDS_MAX));
            }
        }

        @Override
        public byte[] toBytes() {
            return Chunks.write(2, request, 0, waitSeconds, ByteBuffer.allocate(0));
        }
    }
}
