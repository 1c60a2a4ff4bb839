/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.util.Optional;
import java.util.concurrent.Semaphore;

/** A session that ends with the app. */
public final class InMemorySessionStore implements SessionStore {

    private final Semaphore turn = new Semaphore(1);
    private volatile Optional<Session> kept = Optional.empty();

    @Override
    public Optional<Session> read() {
        return kept;
    }

    @Override
    public Hold hold() throws InterruptedException {
        turn.acquire();
        return new Held();
    }

    private final class Held implements Hold {

        @Override
        public Optional<Session> session() {
            return kept;
        }

        @Override
        public void store(Session next) {
            kept = Optional.of(next);
        }

        @Override
        public void forget() {
            kept = Optional.empty();
        }

        @Override
        public void close() {
            turn.release();
        }
    }
}
