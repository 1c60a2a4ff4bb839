/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which editions of the files of targets belong together (section 4.4).
 *
 * @param version which edition
 * @param expires from when on it must not be believed
 * @param editions by the name of the role, without the ending of the file
 */
public record Snapshot(long version, Instant expires, Map<String, FileEdition> editions)
        implements Metadata {

    /** Refuses versions and expiries out of reach. */
    public Snapshot {
        Editions.require(version, expires);
        editions = Collections.unmodifiableMap(new TreeMap<>(editions));
    }

    /** What it says of a role's file; empty if it does not list it. */
    public Optional<FileEdition> editionOf(String role) {
        return Optional.ofNullable(editions.get(role));
    }
}
