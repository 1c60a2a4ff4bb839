/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.TimeOrderedUuid;
import java.util.UUID;

/** The server's name for one product: a kind of device that an organization makes. */
public record ProductId(UUID uuid) {

    /** A fresh id. */
    public static ProductId fresh() {
        return new ProductId(TimeOrderedUuid.fresh());
    }

    /**
     * Reads the canonical text form.
     *
     * @throws IllegalArgumentException if the text is not 36 characters of a UUID in lower case
     */
    public static ProductId parse(String text) {
        return new ProductId(TimeOrderedUuid.parse(text, "product id"));
    }

    @Override
    public String toString() {
        return uuid.toString();
    }
}
