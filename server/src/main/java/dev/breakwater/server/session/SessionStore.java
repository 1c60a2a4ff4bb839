/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.durability.Completion;
import dev.breakwater.server.organization.Unscoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where sessions are kept that outlive their connection. Whoever holds a session no more changes
 * nothing: each change compares the epoch in the transaction that makes it.
 */
public interface SessionStore {

    /**
     * Makes {@code holder} the one who may write, and returns what was kept. Blocks.
     *
     * @param cleanStart whether what was kept is forgotten instead
     * @param expiry how long the session is to outlive this connection; with zero nothing is kept
     *     any longer, and what was kept is the caller's
     * @param now what had expired by then is forgotten
     */
    Optional<KeptState> open(
            SessionHolder holder, boolean cleanStart, Duration expiry, Instant now);

    /** Makes a change without waiting. */
    void submit(SessionHolder holder, SessionChange change, Completion<Object> completion);

    /**
     * Makes a change in the same transaction as whatever {@code submitting} submits first to
     * whatever store: both are durable, or neither is. If the holder holds the session no more,
     * that is neither.
     *
     * @param submitting runs once, on this thread
     * @return false if it submitted nothing, and nothing was changed
     */
    boolean submitAlongside(SessionHolder holder, SessionChange change, Runnable submitting);

    /**
     * After a restart nobody is connected: the time of those who were begins to run. Blocks.
     *
     * @return who has a kept session
     */
    @Unscoped("a restart ends the connections of all organizations")
    List<DeviceId> disconnectAll(Instant now);

    /**
     * Forgets sessions that have expired. Blocks.
     *
     * @return how many it forgot, at most {@code countMax}
     */
    @Unscoped("time passes for all organizations")
    int deleteExpired(Instant now, int countMax);
}
