/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.time.Instant;

/** What a file of metadata says, and does not prove. */
public sealed interface Metadata permits Root, Timestamp, Snapshot, Targets {

    /** Which edition of it this is; 1 or more. */
    long version();

    /** From when on it must not be believed; whole seconds. */
    Instant expires();

    /** The kind of file, as {@code _type} has it. */
    default TopRole type() {
        return switch (this) {
            case Root _ -> TopRole.ROOT;
            case Timestamp _ -> TopRole.TIMESTAMP;
            case Snapshot _ -> TopRole.SNAPSHOT;
            case Targets _ -> TopRole.TARGETS;
        };
    }
}
