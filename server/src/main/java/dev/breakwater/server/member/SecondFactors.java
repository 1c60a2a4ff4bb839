/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.sealing.SealBroken;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.Challenges.Challenge;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Judges second factors. A member's wrong answers, whatever the factor, make the next one wait, so
 * that six digits cannot be tried out; each right answer is good once. Blocks.
 */
final class SecondFactors {

    private final FactorStore store;
    private final Passkeys passkeys;
    private final SealingKey sealingKey;
    private final GuessDelay delay;
    private final Clock clock;

    SecondFactors(
            FactorStore store,
            Passkeys passkeys,
            SealingKey sealingKey,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.passkeys = passkeys;
        this.sealingKey = sealingKey;
        this.delay = new GuessDelay(GuessDelay.Terms.of(limits), clock);
        this.clock = clock;
    }

    /** What a proof comes to. */
    sealed interface Verdict {

        /** It is the member's. */
        record Proven(String how) implements Verdict {}

        /** It is not. */
        record Wrong() implements Verdict {}

        /** It was not looked at. */
        record TooSoon(Duration left) implements Verdict {}
    }

    /** The factors of a member that count. */
    List<Factor> counting(OrganizationId organization, MemberId member) {
        return store.factors(organization, member).stream()
                .filter(factor -> factor.confirmedAt().isPresent())
                .toList();
    }

    /**
     * Judges a proof.
     *
     * @param challenge what a passkey must have signed; without one no passkey proves anything
     */
    Verdict judge(
            OrganizationId organization,
            MemberId member,
            SecondFactorProof proof,
            Optional<Challenge> challenge) {
        String key = member.toString();
        Optional<Duration> wait = delay.begin(key);
        if (wait.isPresent()) {
            return new Verdict.TooSoon(wait.get());
        }
        boolean proven =
                switch (proof) {
                    case SecondFactorProof.Totp(String code) -> totp(organization, member, code);
                    case SecondFactorProof.Recovery(String code) ->
                            store.useRecoveryCode(
                                    organization, member, RecoveryCode.shown(code).digest());
                    case SecondFactorProof.Signed signed ->
                            challenge.isPresent()
                                    && passkey(signed, challenge.get())
                                            .filter(of -> of.member().equals(member))
                                            .isPresent();
                };
        if (!proven) {
            return new Verdict.Wrong();
        }
        delay.succeeded(key);
        return new Verdict.Proven(
                switch (proof) {
                    case SecondFactorProof.Totp _ -> "totp";
                    case SecondFactorProof.Recovery _ -> "recovery-code";
                    case SecondFactorProof.Signed _ -> "passkey";
                });
    }

    private boolean totp(OrganizationId organization, MemberId member, String code) {
        for (FactorStore.Known known : store.confirmedTotp(organization, member)) {
            OptionalLong step = step(known, code);
            if (step.isPresent()) {
                return store.useStep(
                        organization,
                        member,
                        known.factor().id(),
                        step.getAsLong(),
                        clock.instant());
            }
        }
        return false;
    }

    /** The step at which a TOTP factor shows this code. */
    OptionalLong step(FactorStore.Known known, String code) {
        byte[] secret;
        try {
            secret = sealingKey.open(known.sealedSecret(), context(known.factor().id()));
        } catch (SealBroken broken) {
            throw new IllegalStateException(
                    "the secret of factor " + known.factor().id() + " cannot be opened", broken);
        }
        try {
            return Totp.step(secret, code, clock.instant(), known.lastStep());
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    byte[] seal(FactorId factor, byte[] secret) {
        return sealingKey.seal(secret, context(factor));
    }

    private static byte[] context(FactorId factor) {
        return ("second factor " + factor).getBytes(StandardCharsets.UTF_8);
    }

    /** Whose passkey signed the challenge; a passkey's use is noted. */
    Optional<Challenges.Of> passkey(SecondFactorProof.Signed signed, Challenge challenge) {
        Optional<FactorStore.KnownPasskey> known = store.passkey(signed.credentialId());
        if (known.isEmpty()) {
            return Optional.empty();
        }
        OptionalLong count = passkeys.verify(signed, known.get().passkey(), challenge.bytes());
        Factor factor = known.get().factor();
        OrganizationId organization = known.get().organization();
        boolean used =
                count.isPresent()
                        && store.usePasskey(
                                organization,
                                factor.member(),
                                factor.id(),
                                count.getAsLong(),
                                clock.instant());
        return used
                ? Optional.of(new Challenges.Of(organization, factor.member()))
                : Optional.empty();
    }
}
