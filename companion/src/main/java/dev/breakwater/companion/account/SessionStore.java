/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.IOException;
import java.util.Optional;

/**
 * Where an app keeps its session: what the platform has for secrets, readable by the app alone.
 *
 * <p>A refresh token is good for one use, and a second use ends the session, because it looks like
 * theft. So whoever renews holds the store, and what it has stored is on disk when {@code store}
 * returns. Safe for use by many threads, and by many processes if the app has many.
 */
public interface SessionStore {

    /** The session as it stands; empty if nobody is logged in. */
    Optional<Session> read() throws IOException;

    /** Waits until nobody else changes the session, and holds it for one change. */
    Hold hold() throws IOException, InterruptedException;

    /** The session, which nobody else changes until this is closed. */
    interface Hold extends AutoCloseable {

        /** The session as it stands. */
        Optional<Session> session() throws IOException;

        /** Keeps another one in its place. */
        void store(Session next) throws IOException;

        /** Keeps none any more. */
        void forget() throws IOException;

        @Override
        void close() throws IOException;
    }
}
