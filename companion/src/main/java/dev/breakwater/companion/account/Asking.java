/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.IOException;
import java.util.Optional;

/** Asks one server on behalf of whoever is logged in, and reads what it answers. */
final class Asking {

    private final Calls calls;
    private final KeptSession session;

    Asking(Calls calls, KeptSession session) {
        this.calls = calls;
        this.session = session;
    }

    /** Makes a value of an answer; what is missing in it is an {@link IllegalArgumentException}. */
    @FunctionalInterface
    interface Reading<T> {
        T read(Answer answer);
    }

    /** Takes part in a request and may end it early. */
    @FunctionalInterface
    interface Step<T> {
        T take() throws Stopped, IOException, InterruptedException;
    }

    Calls calls() {
        return calls;
    }

    KeptSession session() {
        return session;
    }

    <T> Outcome<T> ask(Call call, Reading<T> reading) throws IOException, InterruptedException {
        return outcome(() -> read(answer(call), reading));
    }

    /** Asks for something of which there is nothing to read. */
    Outcome<Nothing> tell(Call call) throws IOException, InterruptedException {
        return ask(call, _ -> Nothing.NOTHING);
    }

    static <T> Outcome<T> outcome(Step<T> step) throws IOException, InterruptedException {
        try {
            return new Outcome.Done<>(step.take());
        } catch (Stopped stopped) {
            return stopped.outcome();
        }
    }

    static <T> T read(Answer answer, Reading<T> reading) throws Stopped {
        try {
            return reading.read(answer);
        } catch (IllegalArgumentException unreadable) {
            throw notUnderstood(unreadable);
        }
    }

    static Stopped notUnderstood(IllegalArgumentException cause) {
        return Stopped.unreachable(
                "The server answered with something this app does not understand ("
                        + cause.getMessage()
                        + "); is it a Breakwater, and the app new enough?",
                cause);
    }

    /** A request that is refused for who asks has done nothing, so it may be sent once more. */
    private Answer answer(Call call) throws Stopped, IOException, InterruptedException {
        String token = session.token();
        Answer answer = calls.send(call, Optional.of(token));
        if (answer.isProblem("authentication-needed")) {
            answer = calls.send(call, Optional.of(session.tokenInsteadOf(token)));
        }
        return required(answer);
    }

    private Answer required(Answer answer) throws Stopped, IOException {
        if (answer.succeeded()) {
            return answer;
        }
        if (answer.isProblem("authentication-needed")) {
            throw session.over();
        }
        if (answer.isProblem("step-up-needed")) {
            throw Stopped.proofNeeded(ProofKind.SECOND_FACTOR);
        }
        if (answer.isProblem("password-needed")) {
            throw Stopped.proofNeeded(ProofKind.PASSWORD);
        }
        throw Stopped.refused(answer.refusal());
    }
}
