/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * An owner who is logged in. Tokens are secrets, and never printed.
 *
 * @param email who
 * @param refreshToken good for one use, to get the next two tokens
 * @param accessToken what requests show
 * @param accessTokenEnds when the server stops taking the access token
 */
public record Session(
        String email, String refreshToken, String accessToken, Instant accessTokenEnds) {

    /** A token that ends while its request travels is refused, so it is not sent at all. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    /**
     * Reads the tokens that a server answers with.
     *
     * @throws IllegalArgumentException if one is missing
     */
    static Session of(JsonNode tokens) {
        return new Session(
                Values.text(tokens.path("member"), "email"),
                Values.text(tokens, "refreshToken"),
                Values.text(tokens, "accessToken"),
                Values.time(tokens, "accessTokenExpiresAt"));
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
