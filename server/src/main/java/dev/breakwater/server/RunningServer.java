/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server;

import dev.breakwater.server.account.FirstSetup;
import java.security.cert.X509Certificate;

/**
 * A server that listens. Closing it tells the devices, commits what was accepted, and gives
 * everything back.
 */
public final class RunningServer implements AutoCloseable {

    private final OpenParts parts;
    private final Listeners listeners;
    private final X509Certificate root;
    private final FirstSetup.Announcement setup;

    RunningServer(
            OpenParts parts,
            Listeners listeners,
            X509Certificate root,
            FirstSetup.Announcement setup) {
        this.parts = parts;
        this.listeners = listeners;
        this.root = root;
        this.setup = setup;
    }

    /** Addresses and ports in use. */
    public Listeners listeners() {
        return listeners;
    }

    /** The trust anchor, whose fingerprint devices and people get out of band. */
    public X509Certificate root() {
        return root;
    }

    /** What the operator must be told about the first administrator. */
    public FirstSetup.Announcement setup() {
        return setup;
    }

    @Override
    public void close() {
        parts.close();
    }
}
