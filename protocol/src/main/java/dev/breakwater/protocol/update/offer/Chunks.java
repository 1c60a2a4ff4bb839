/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import dev.breakwater.protocol.message.MalformedMessage;
import java.nio.ByteBuffer;

/** The bytes of a {@link FileChunk}. */
final class Chunks {

    private static final byte EDITION = 1;

    private Chunks() {}

    static void requireRequest(int request) {
        if (request < 0) {
            throw new IllegalArgumentException("a request's count is 0 or more");
        }
    }

    static byte[] write(int kind, int request, long offset, long number, ByteBuffer content) {
        return ByteBuffer.allocate(FileChunk.HEADER_BYTES + content.remaining())
                .put(EDITION)
                .put((byte) kind)
                .putInt(request)
                .putLong(offset)
                .putLong(number)
                .put(content)
                .array();
    }

    static FileChunk read(ByteBuffer payload) throws MalformedMessage {
        if (payload.remaining() < FileChunk.HEADER_BYTES
                || payload.remaining() > FileChunk.BYTES_MAX) {
            throw new MalformedMessage(
                    "a piece of a file is a payload of %d to %d bytes"
                            .formatted(FileChunk.HEADER_BYTES, FileChunk.BYTES_MAX));
        }
        if (payload.get() != EDITION) {
            throw new MalformedMessage("a piece of a file is of edition " + EDITION);
        }
        byte kind = payload.get();
        int request = payload.getInt();
        long offset = payload.getLong();
        long number = payload.getLong();
        try {
            return switch (kind) {
                case 0 -> new FileChunk.Piece(request, offset, number, payload.slice());
                case 1 -> {
                    requireNothingElse(offset == 0 && number == 0 && !payload.hasRemaining());
                    yield new FileChunk.NotFound(request);
                }
                case 2 -> {
                    requireNothingElse(offset == 0 && !payload.hasRemaining());
                    yield new FileChunk.Later(request, Math.toIntExact(number));
                }
                default ->
                        throw new MalformedMessage(
                                "a piece of a file is data, not found, or later");
            };
        } catch (IllegalArgumentException | ArithmeticException outsideLimits) {
            throw new MalformedMessage(
                    "a piece of a file: " + outsideLimits.getMessage(), outsideLimits);
        }
    }

    private static void requireNothingElse(boolean nothingElse) throws MalformedMessage {
        if (!nothingElse) {
            throw new MalformedMessage("an answer without data has no offset and no bytes");
        }
    }
}
