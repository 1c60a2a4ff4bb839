/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

import java.util.UUID;

/**
 * The server's name for one device, given at enrollment and kept for life. It stands in the
 * device's certificates as the subject alternative name {@code urn:uuid:<device id>} (RFC 9562
 * section 4).
 *
 * @param uuid never the nil UUID
 */
public record DeviceId(UUID uuid) implements Comparable<DeviceId> {

    /**
     * Refuses the nil UUID, which stands for "none" in other systems and must not become a device
     * here.
     */
    public DeviceId {
        if (uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0) {
            throw new IllegalArgumentException("a device id must not be the nil UUID");
        }
    }

    /** A fresh id, ordered by time of creation (UUID version 7). */
    public static DeviceId fresh() {
        return new DeviceId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static DeviceId parse(String text) {
        return new DeviceId(TimeOrderedUuid.parse(text, "device id"));
    }

    /** The subject alternative name that carries this id in a certificate. */
    public String urn() {
        return "urn:uuid:" + uuid;
    }

    @Override
    public int compareTo(DeviceId other) {
        return uuid.compareTo(other.uuid);
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
