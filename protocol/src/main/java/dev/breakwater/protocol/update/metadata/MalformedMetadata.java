/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

/**
 * A file of metadata was refused for its form. The text says which rule was not kept and quotes
 * nothing of the file but names that the format itself defines.
 */
public final class MalformedMetadata extends Exception {

    private static final long serialVersionUID = 1L;

    /** The text says which form was wanted. */
    public MalformedMetadata(String message) {
        super(message);
    }

    /** As above, with what it was found by. */
    public MalformedMetadata(String message, Throwable cause) {
        super(message, cause);
    }
}
