/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

/**
 * What became of a request to the server. Every sentence is for the owner to read; the server's own
 * words in it are no longer than {@value Refusal#CHARS_MAX} characters and free of control
 * characters.
 *
 * @param <T> what it brings if it succeeds
 */
public sealed interface Outcome<T> {

    /** The server did what was asked. */
    record Done<T>(T value) implements Outcome<T> {}

    /** The server refused, and nothing was changed. */
    record Refused<T>(Refusal refusal) implements Outcome<T> {}

    /**
     * The server wants to be shown once more who it is; then the same is to be asked again.
     *
     * @param kind what {@link Account#prove} is to be given
     */
    record ProofNeeded<T>(ProofKind kind) implements Outcome<T> {}

    /** Nobody is logged in, or the session has ended: the owner has to log in. */
    record LoggedOut<T>(String sentence) implements Outcome<T> {}

    /**
     * There was no answer, or none that could be understood. The sentence says so if what was asked
     * may have been done all the same.
     */
    record Unreachable<T>(String sentence) implements Outcome<T> {}
}
