/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells the browsers and command lines from which a member has logged in before from everybody
 * else. Failures from a known one count for themselves, and it waits for nobody else's: so a
 * stranger who fails on purpose keeps no member out (OWASP, device cookies). Whoever steals such a
 * secret gains the guesses of one source more, and no other way in. Blocks.
 */
final class KnownSources {

    private final KnownSourceStore store;
    private final GuessDelay delay;
    private final Limits limits;
    private final Clock clock;

    KnownSources(KnownSourceStore store, GuessDelay.Terms terms, Limits limits, Clock clock) {
        this.store = store;
        this.delay = new GuessDelay(terms, clock);
        this.limits = limits;
        this.clock = clock;
    }

    /** Whether the secret is one of this member's. */
    boolean isKnown(Member member, KnownSourceSecret secret) {
        return store.isKnown(member.organization(), member.id(), secret.digest(), clock.instant());
    }

    /** Begins an attempt from a known source; how long it has to wait, if it has to. */
    Optional<Duration> begin(KnownSourceSecret secret) {
        return delay.begin(secret.digest().hex());
    }

    void succeeded(KnownSourceSecret secret) {
        delay.succeeded(secret.digest().hex());
    }

    /**
     * Remembers where a member has just logged in.
     *
     * @return the secret to hold there: the one that was shown, if it is good, or a new one
     */
    KnownSource remember(Member member, Optional<KnownSourceSecret> shown) {
        Optional<KnownSourceSecret> known = shown.filter(secret -> isKnown(member, secret));
        KnownSourceSecret secret = known.orElseGet(KnownSourceSecret::fresh);
        Instant now = clock.instant();
        Instant expiresAt = now.plus(limits.seconds(Limit.KNOWN_SOURCE_SECONDS));
        store.remember(
                member.organization(),
                member.id(),
                secret.digest(),
                now,
                expiresAt,
                limits.of(Limit.KNOWN_SOURCES_PER_MEMBER));
        return new KnownSource(secret, known.isEmpty(), expiresAt);
    }
}
