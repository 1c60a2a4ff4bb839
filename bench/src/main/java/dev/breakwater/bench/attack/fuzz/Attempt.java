/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import java.util.Optional;

/**
 * One request of an attacker.
 *
 * @param kind what is wrong with it
 * @param expected what it may be answered with
 */
public record Attempt(String kind, String operation, Request request, Expected expected) {

    /** RFC 9110 section 15.6.6: a refusal of the request, whatever its first digit says. */
    private static final int VERSION_NOT_SUPPORTED = 505;

    /** What an attempt may be answered with. */
    public enum Expected {
        /** The request breaks the contract: a refusal, or the end of the connection. */
        REFUSED,
        /** The credential proves nothing. */
        UNAUTHENTICATED,
        /** The caller lacks the permission. */
        NOT_PERMITTED,
        /** The thing is somebody else's, and looks as if it were not there. */
        NOT_FOUND,
        /** The request may be fine or not; only the server must not stumble. */
        HARMLESS;

        private boolean allows(int status) {
            boolean refused = (status >= 400 && status < 500) || status == VERSION_NOT_SUPPORTED;
            return switch (this) {
                case REFUSED -> refused;
                case UNAUTHENTICATED -> status == 401 || status == 400;
                case NOT_PERMITTED -> status == 403;
                case NOT_FOUND -> status == 404;
                case HARMLESS -> refused || status / 100 == 2;
            };
        }
    }

    /** Why it is not right that the server closed instead; empty when it is. */
    public Optional<String> faultOfSilence() {
        boolean mayClose = expected == Expected.REFUSED || expected == Expected.HARMLESS;
        return mayClose
                ? Optional.empty()
                : Optional.of("%s of %s was not answered".formatted(kind, operation));
    }

    /** Why an answer is not as it must be; empty when it is. */
    public Optional<String> fault(Answer answer) {
        int status = answer.status();
        if (expected.allows(status)) {
            return Optional.empty();
        }
        return Optional.of(
                "%s of %s was answered with %d, expected %s"
                        .formatted(kind, operation, status, expected));
    }

    /** Whether the answer tells of a defect or of a server that cannot. */
    public static boolean isServerError(Answer answer) {
        return answer.status() >= 500 && answer.status() != VERSION_NOT_SUPPORTED;
    }
}
