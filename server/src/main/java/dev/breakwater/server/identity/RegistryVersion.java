/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the changes that may take somebody's right to be connected: how a revocation cannot slip
 * between the look-up of a device and the beginning of its session. There is one per server, shared
 * by the registry, which compares it, and by all who change the registry. Thread-safe; no method
 * blocks.
 *
 * <p>Whoever changes the registry keeps to this order: the change is durable, then the version
 * rises, then live sessions are closed. Whoever connects keeps to this one: the version is read,
 * the credential is looked up, the session is attached to the live sessions, then the version is
 * compared ({@link DeviceRegistry#confirm}). Wherever the steps of the two meet, the device is out:
 *
 * <ul>
 *   <li>durable before the look-up: the look-up refuses;
 *   <li>durable after the look-up, risen before the comparison: the comparison differs, the
 *       credential is looked up again, and this look-up refuses;
 *   <li>risen after the comparison: the session was attached before that, so it is found among the
 *       live ones and closed.
 * </ul>
 *
 * <p>The count lives in memory, starts at zero and means nothing to another process: a restart ends
 * every session and every admission in flight with it.
 */
public final class RegistryVersion {

    private final AtomicLong changes = new AtomicLong();

    /** How many changes there have been. */
    long current() {
        return changes.get();
    }

    /** Called after a change is durable and before sessions are closed. */
    void rise() {
        changes.incrementAndGet();
    }
}
