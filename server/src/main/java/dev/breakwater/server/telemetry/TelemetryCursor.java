/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * A place between two readings of one device, opaque to whoever carries it. It grants nothing: a
 * query sees only the device it names, wherever a cursor points.
 */
public record TelemetryCursor(Instant at, long sequence) {

    private static final int BYTES = 2 * Long.BYTES;

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it is not one that this server wrote
     */
    public static TelemetryCursor parse(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            if (bytes.length == BYTES) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                Instant at = Instant.EPOCH.plus(buffer.getLong(), ChronoUnit.MICROS);
                return new TelemetryCursor(at, buffer.getLong());
            }
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException(malformed(), notBase64);
        }
        throw new IllegalArgumentException(malformed());
    }

    private static String malformed() {
        return "a cursor must be one that an earlier answer gave";
    }

    @Override
    public String toString() {
        byte[] bytes =
                ByteBuffer.allocate(BYTES)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at))
                        .putLong(sequence)
                        .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
