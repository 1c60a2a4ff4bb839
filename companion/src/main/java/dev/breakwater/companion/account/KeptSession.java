/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The session of a store, renewed when it must be. Whoever renews holds the store, looks whether
 * another was faster, and has the next tokens stored before anybody uses them.
 *
 * <p>A crash between the server's exchange and the store loses the session: log in again.
 */
final class KeptSession {

    private final Calls calls;
    private final SessionStore store;
    private final InstantSource clock;

    KeptSession(Calls calls, SessionStore store, InstantSource clock) {
        this.calls = calls;
        this.store = store;
        this.clock = clock;
    }

    /** A token that is worth sending. */
    String token() throws Stopped, IOException, InterruptedException {
        Session session = store.read().orElseThrow(KeptSession::nobody);
        return session.isFresh(clock.instant())
                ? session.accessToken()
                : tokenInsteadOf(session.accessToken());
    }

    /** The server's clock decides, and a server that was restarted knows no earlier token. */
    String tokenInsteadOf(String refused) throws Stopped, IOException, InterruptedException {
        try (SessionStore.Hold hold = store.hold()) {
            Session kept = hold.session().orElseThrow(KeptSession::nobody);
            boolean anotherWasFaster =
                    !kept.accessToken().equals(refused) && kept.isFresh(clock.instant());
            if (anotherWasFaster) {
                return kept.accessToken();
            }
            ObjectNode shown =
                    JsonNodeFactory.instance.objectNode().put("refreshToken", kept.refreshToken());
            Answer answer =
                    calls.send(Call.postWithoutKey(shown, "sessions", "refresh"), Optional.empty());
            if (answer.isProblem("session-over")) {
                throw over(kept);
            }
            if (!answer.succeeded()) {
                throw Stopped.refused(answer.refusal());
            }
            return stored(hold, answer);
        }
    }

    /** Sends what the server answers with other tokens, which replace those of before. */
    void exchange(Call call) throws Stopped, IOException, InterruptedException {
        String _ = token();
        try (SessionStore.Hold hold = store.hold()) {
            Session kept = hold.session().orElseThrow(KeptSession::nobody);
            Answer answer = calls.send(call, Optional.of(kept.accessToken()));
            if (answer.isProblem("authentication-needed")) {
                throw over(kept);
            }
            if (!answer.succeeded()) {
                throw Stopped.refused(answer.refusal());
            }
            String _ = stored(hold, answer);
        }
    }

    void forget() throws IOException, InterruptedException {
        try (SessionStore.Hold hold = store.hold()) {
            hold.forget();
        }
    }

    private static String stored(SessionStore.Hold hold, Answer answer)
            throws Stopped, IOException {
        try {
            Session next = Session.of(answer.json());
            hold.store(next);
            return next.accessToken();
        } catch (IllegalArgumentException unreadable) {
            throw Asking.notUnderstood(unreadable);
        }
    }

    Stopped over() throws IOException {
        return store.read().map(KeptSession::over).orElseGet(KeptSession::nobody);
    }

    private static Stopped over(Session ended) {
        return Stopped.loggedOut("The session of " + ended.email() + " is over; log in again.");
    }

    private static Stopped nobody() {
        return Stopped.loggedOut("Nobody is logged in.");
    }
}
