/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.OwnLinks;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Log-ins that were begun here and wait for the provider's answer. Kept in memory only: after a
 * restart people begin again. When there are too many, the oldest goes. Thread-safe.
 */
final class Flows {

    /** How long somebody may take at the provider. */
    static final Duration LIFE = Duration.ofMinutes(10);

    private static final int SECRET_BYTES = 32;

    private final Clock clock;
    private final Map<String, Flow> open;

    Flows(Limits limits, Clock clock) {
        this.clock = clock;
        int openMax = limits.of(Limit.OIDC_LOG_INS_OPEN);
        this.open =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<String, Flow> eldest) {
                        return size() > openMax;
                    }
                };
    }

    /** What the answer is for. */
    sealed interface Purpose {

        /** To begin a session, in this organization if one is named. */
        record LogIn(Optional<OrganizationId> organization) implements Purpose {}

        /** To link the identity to a member. */
        record Link(OwnLinks.Wish wish) implements Purpose {}
    }

    /**
     * One of them.
     *
     * @param state comes back with the answer
     * @param nonce comes back within the ID token
     * @param verifier shown to the provider with the code (RFC 7636)
     * @param browser of the secret that the browser holds
     */
    record Flow(
            String state,
            String nonce,
            String verifier,
            SecretDigest browser,
            Purpose purpose,
            Instant expiresAt) {

        boolean isOf(String browserSecret) {
            return browser.matches(SecretDigest.of(browserSecret));
        }

        @Override
        public String toString() {
            return "log-in for " + purpose;
        }
    }

    /** A log-in that has begun, and the secret that its browser is given. */
    record Begun(Flow flow, String browserSecret) {

        @Override
        public String toString() {
            return "begun " + flow;
        }
    }

    synchronized Begun begin(Purpose purpose) {
        String browserSecret = random();
        Flow flow =
                new Flow(
                        random(),
                        random(),
                        random(),
                        SecretDigest.of(browserSecret),
                        purpose,
                        clock.instant().plus(LIFE));
        open.put(flow.state(), flow);
        return new Begun(flow, browserSecret);
    }

    /** Takes one out for good: an answer counts once, whatever becomes of it. */
    synchronized Optional<Flow> take(String state) {
        return Optional.ofNullable(open.remove(state))
                .filter(flow -> clock.instant().isBefore(flow.expiresAt()));
    }

    private static String random() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(SecureBytes.fresh(SECRET_BYTES));
    }
}
