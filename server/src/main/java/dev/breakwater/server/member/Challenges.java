/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the server has asked somebody to answer within five minutes. Kept in memory only: after a
 * restart people begin again. Thread-safe.
 */
final class Challenges {

    static final Duration LIFE = Duration.ofMinutes(5);

    /** So many answers are looked at; then the challenge is gone. */
    static final int TRIES = 5;

    private static final int OPEN_MAX = 65_536;
    private static final int BYTES = 32;

    private final Clock clock;
    private final Map<String, Asked> open =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
                    return size() > OPEN_MAX;
                }
            };

    Challenges(Clock clock) {
        this.clock = clock;
    }

    /** What an answer is for. */
    enum Purpose {
        /** A password was right; the second factor is missing. */
        LOG_IN,
        /** A passkey alone, whoever it is. */
        PASSKEY_LOG_IN,
        /** A session is to be trusted with more for a while. */
        STEP_UP,
        /** A new passkey. */
        REGISTRATION
    }

    /** Somebody the answer must come from. */
    record Of(OrganizationId organization, MemberId member) {}

    /**
     * A challenge.
     *
     * @param id names it, and is a secret of whoever was asked
     * @param bytes what an authenticator signs
     * @param of empty when the answer will tell
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Challenge(String id, Purpose purpose, byte[] bytes, Optional<Of> of, Instant expiresAt) {

        @Override
        public String toString() {
            return "challenge for " + purpose;
        }
    }

    private static final class Asked {
        private final Challenge challenge;
        private int tries;

        Asked(Challenge challenge) {
            this.challenge = challenge;
        }
    }

    synchronized Challenge ask(Purpose purpose, Optional<Of> of) {
        String id = "bwc_" + HexFormat.of().formatHex(random());
        Challenge challenge = new Challenge(id, purpose, random(), of, clock.instant().plus(LIFE));
        open.put(id, new Asked(challenge));
        return challenge;
    }

    /** Looks at a challenge in order to try an answer; the tries are counted. */
    synchronized Optional<Challenge> attempt(String id, Purpose purpose) {
        Asked asked = open.get(id);
        if (asked == null || asked.challenge.purpose() != purpose) {
            return Optional.empty();
        }
        asked.tries++;
        boolean over = !clock.instant().isBefore(asked.challenge.expiresAt());
        if (over || asked.tries >= TRIES) {
            open.remove(id);
        }
        return over ? Optional.empty() : Optional.of(asked.challenge);
    }

    /** An answer was right: no second one is looked at. */
    synchronized void answered(Challenge challenge) {
        open.remove(challenge.id());
    }

    private static byte[] random() {
        return SecureBytes.fresh(BYTES);
    }
}
