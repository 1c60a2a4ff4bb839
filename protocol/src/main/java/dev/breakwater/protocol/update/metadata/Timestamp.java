/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;

/**
 * Which snapshot is the newest (section 4.6).
 *
 * @param version which edition
 * @param expires from when on it must not be believed
 * @param snapshot what the file of the snapshot is
 */
public record Timestamp(long version, Instant expires, FileEdition snapshot) implements Metadata {

    /** Refuses versions and expiries out of reach. */
    public Timestamp {
        Editions.require(version, expires);
    }
}
