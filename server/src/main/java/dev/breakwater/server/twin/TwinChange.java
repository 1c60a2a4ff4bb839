/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

/** What became of a patch. */
public sealed interface TwinChange {

    /** It changed the twin, which stands like this now. */
    record Changed(Twin twin) implements TwinChange {}

    /** The twin was like that already; nothing was stored, no version has grown. */
    record Unchanged(Twin twin) implements TwinChange {}

    /** The organization has no such device. */
    record NoSuchDevice() implements TwinChange {}

    /** Somebody else changed the desired state first. */
    record VersionMismatch(Twin current) implements TwinChange {}

    /**
     * The patch, or the state after it, exceeds a limit.
     *
     * @param why which one, for whoever sent the patch
     */
    record TooLarge(String why) implements TwinChange {}
}
