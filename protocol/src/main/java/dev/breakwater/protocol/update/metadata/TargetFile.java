/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a file is.
 *
 * @param length its bytes
 * @param hashes its hashes
 * @param custom what the product says of it; without members if nothing
 */
public record TargetFile(long length, FileHashes hashes, ObjectNode custom) {

    /** Refuses lengths out of reach. */
    public TargetFile {
        if (length < 0 || length > MetadataLimits.NUMBER_MAX) {
            throw new IllegalArgumentException(
                    "a target's length must be 0 to " + MetadataLimits.NUMBER_MAX);
        }
        custom = custom.deepCopy();
    }

    @Override
    public ObjectNode custom() {
        return custom.deepCopy();
    }
}
