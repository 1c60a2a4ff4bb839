/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.io.Serial;

/** Ends a request early, with what its caller is told. Never leaves this package. */
final class Stopped extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final transient Outcome<?> outcome;

    private Stopped(Outcome<?> outcome, Throwable cause) {
        super(cause);
        this.outcome = outcome;
    }

    private Stopped(Outcome<?> outcome) {
        this.outcome = outcome;
    }

    static Stopped refused(Refusal refusal) {
        return new Stopped(new Outcome.Refused<>(refusal));
    }

    static Stopped proofNeeded(ProofKind kind) {
        return new Stopped(new Outcome.ProofNeeded<>(kind));
    }

    static Stopped loggedOut(String sentence) {
        return new Stopped(new Outcome.LoggedOut<>(sentence));
    }

    static Stopped unreachable(String sentence, Throwable cause) {
        return new Stopped(new Outcome.Unreachable<>(sentence), cause);
    }

    /** For whoever waited for a T. */
    <T> Outcome<T> outcome() {
        return switch (outcome) {
            case Outcome.Done<?> _ ->
                    throw new IllegalStateException("what is done is not stopped");
            case Outcome.Refused<?>(var refusal) -> new Outcome.Refused<>(refusal);
            case Outcome.ProofNeeded<?>(var kind) -> new Outcome.ProofNeeded<>(kind);
            case Outcome.LoggedOut<?>(var sentence) -> new Outcome.LoggedOut<>(sentence);
            case Outcome.Unreachable<?>(var sentence) -> new Outcome.Unreachable<>(sentence);
        };
    }
}
