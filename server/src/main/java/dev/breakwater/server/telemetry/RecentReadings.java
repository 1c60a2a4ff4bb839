/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A device's last readings and events, by the packet identifiers they came with. A message that
 * comes again is one of them if identifier, kind and payload are the same; two of the same content
 * with different identifiers are two.
 *
 * <p>An identifier that is free again may be used at once for the next message. If that one has the
 * same content, never arrives, and is sent again on a new connection, it cannot be told from the
 * one before, and is taken for it: two equal readings become one. {@link
 * dev.breakwater.server.limits.Limit#TELEMETRY_REPEAT_SECONDS} bounds how far apart the two may be;
 * a time or a number in the payload rules it out.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class RecentReadings {

    /** Stands for the kind of event of what is none. */
    public static final String TELEMETRY = "";

    private final Map<Integer, Copy> byPacketId = new HashMap<>();

    /** The last message that used an identifier. */
    @SuppressWarnings("ArrayRecordComponent") // compared by hand
    private record Copy(String eventType, byte[] digest) {}

    /**
     * Adds a reading; the newest comes first.
     *
     * @param eventType {@link #TELEMETRY} for telemetry
     */
    public void addOlder(String eventType, int packetId, byte[] payload) {
        byPacketId.computeIfAbsent(packetId, _ -> new Copy(eventType, digest(payload)));
    }

    /** Whether the message is one of them; it is not any more afterwards. */
    public boolean claim(String eventType, int packetId, byte[] payload) {
        Copy copy = byPacketId.get(packetId);
        boolean same =
                copy != null
                        && copy.eventType.equals(eventType)
                        && Arrays.equals(copy.digest, digest(payload));
        if (same) {
            byPacketId.remove(packetId);
        }
        return same;
    }

    private static byte[] digest(byte[] payload) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(payload);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
