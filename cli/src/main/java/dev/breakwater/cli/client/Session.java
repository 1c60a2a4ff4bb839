/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * Somebody who is logged in.
 *
 * @param email who; said when the session is over
 * @param refreshToken good for one use, to get the next two tokens; a secret
 * @param accessToken what requests show; a secret
 * @param accessTokenEnds when the server stops taking the access token
 */
public record Session(
        String email, String refreshToken, String accessToken, Instant accessTokenEnds) {

    /** A token that ends while its request travels is refused, so it is not sent at all. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    /** Reads the tokens that a server answers a log-in or a renewal with. */
    static Session of(JsonNode tokens) {
        try {
            return new Session(
                    text(tokens, "/member/email"),
                    text(tokens, "/refreshToken"),
                    text(tokens, "/accessToken"),
                    Instant.parse(text(tokens, "/accessTokenExpiresAt")));
        } catch (DateTimeException noTime) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE, "the server says no time that can be read", noTime);
        }
    }

    private static String text(JsonNode tokens, String pointer) {
        String text = tokens.at(pointer).asString("");
        if (text.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.UNREACHABLE,
                    "the server began a session and gave no "
                            + pointer.substring(1)
                            + "; is it a newer Breakwater?");
        }
        return text;
    }

    /** Whether the access token is worth sending. */
    boolean isFresh(Instant now) {
        return now.plus(MARGIN).isBefore(accessTokenEnds);
    }

    @Override
    public String toString() {
        return "Session[email=" + email + ", tokens=[REDACTED]]";
    }
}
