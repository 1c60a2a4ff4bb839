/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.trust;

import java.io.IOException;
import java.util.Optional;

/**
 * What a client trusts from one update to the next, a file a role. What is read is checked like
 * anything else, but for one thing: a root that is signed by its own keys is believed, so a device
 * keeps its store where nobody else writes.
 */
public interface TrustStore {

    /**
     * The file of a role; empty if none is kept.
     *
     * @param role its name, which may hold any characters
     */
    Optional<byte[]> read(String role) throws IOException;

    /**
     * Keeps a file; when this returns it survives a power cut, and before that the older one does.
     */
    void write(String role, byte[] file) throws IOException;

    /** Forgets a role's file; when this returns a power cut does not bring it back. */
    void remove(String role) throws IOException;
}
