/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.io.IOException;
import java.security.MessageDigest;

/**
 * Where versions of the device's software lie. An artifact goes through these steps, each of which
 * is durable when its method returns: {@link #land}, {@link #settle}, {@link #verify}, {@link
 * #markStaged}, and, once it has proved itself, {@link #markConfirmed}. The caller never names the
 * slot that runs or the one that is confirmed, except to {@link #markConfirmed}. For one thread at
 * a time.
 */
public interface Slots {

    /** The longest artifact that a slot takes. */
    long lengthBytesMax(Slot slot) throws IOException;

    /** Forgets what lies in the slot; nothing happens if that is nothing. */
    void clear(Slot slot) throws IOException;

    /**
     * Begins or goes on to receive an artifact.
     *
     * @param offset how many bytes are on the medium already, as {@link Landing#sync} said
     * @param digest is fed those bytes, read back from the medium
     * @throws IOException if fewer than that are there
     */
    Landing land(Slot slot, Artifact artifact, long offset, MessageDigest digest)
            throws IOException;

    /**
     * Makes what landed whole ready to be booted; called after its hash was right.
     *
     * @throws ArtifactRefused if it can never be
     */
    void settle(Slot slot, Artifact artifact) throws IOException, ArtifactRefused;

    /**
     * Reads what lies in the slot and compares it with what was ordered.
     *
     * @throws ArtifactRefused if it is anything else
     */
    void verify(Slot slot, Artifact artifact) throws IOException, ArtifactRefused;

    /**
     * Notes that the slot holds something whole that has not proved itself, for the day on which
     * the {@link BootSelector} cannot be read.
     *
     * @param counter of the release
     */
    void markStaged(Slot slot, long counter) throws IOException;

    /** Notes that what lies in the slot has proved itself, and frees what only an update needs. */
    void markConfirmed(Slot slot) throws IOException;
}
