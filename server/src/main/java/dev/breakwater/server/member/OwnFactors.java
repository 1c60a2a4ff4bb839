/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.Challenges.Challenge;
import dev.breakwater.server.member.Challenges.Purpose;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What members do with their second factors: add, confirm, remove, and prove them again. Whoever
 * already has one needs it to add another. Blocks.
 */
public final class OwnFactors {

    private final FactorStore store;
    private final SecondFactors judge;
    private final Passkeys passkeys;
    private final Challenges challenges;
    private final MemberSessions sessions;
    private final Limits limits;
    private final Clock clock;

    OwnFactors(
            FactorStore store,
            SecondFactors judge,
            Passkeys passkeys,
            Challenges challenges,
            MemberSessions sessions,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.judge = judge;
        this.passkeys = passkeys;
        this.challenges = challenges;
        this.sessions = sessions;
        this.limits = limits;
        this.clock = clock;
    }

    /** What became of the wish for a new factor. */
    public sealed interface Adding {

        /**
         * A TOTP factor waits for its first code.
         *
         * @param secret for the app, shown this once
         */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Begun(Factor factor, byte[] secret) implements Adding {

            @Override
            public String toString() {
                return "begun " + factor;
            }
        }

        /**
         * The factor counts; with the first one come recovery codes, shown this once.
         *
         * @param granted what the session goes on with
         */
        record Done(Factor factor, List<RecoveryCode> recoveryCodes, MemberSessions.Granted granted)
                implements Adding {}

        /** The factor counts, and the session has ended meanwhile. */
        record SessionOver() implements Adding {}

        /** The member has as many as may be, or the passkey is known already. */
        record TooMany(int factorsMax) implements Adding {}

        /** The member has no such factor. */
        record NoSuchFactor() implements Adding {}

        /** The code or the authenticator's answer is wrong, or comes too late. */
        record Wrong() implements Adding {}
    }

    /** What became of the wish to take a member's factors away. */
    public sealed interface Resetting {

        /** The member has none. */
        record Done() implements Resetting {}

        /** The organization has no such member. */
        record NoSuchMember() implements Resetting {}

        /** The member's role gives what the caller has not. */
        record BeyondCaller(Set<Permission> beyond) implements Resetting {}
    }

    /** What became of a proof within a session. */
    public sealed interface Proving {

        /** The session is trusted with more for a while, and goes on with these. */
        record Done(MemberSessions.Granted granted) implements Proving {}

        /** The session has ended meanwhile. */
        record SessionOver() implements Proving {}

        /** The proof is wrong. */
        record Wrong() implements Proving {}

        /** It was not looked at. */
        record TooSoon(Duration left) implements Proving {}
    }

    /** The member's factors, those that wait for a first code included. */
    public List<Factor> factors(AuthenticatedCaller caller) {
        return store.factors(caller.organization(), memberOf(caller));
    }

    /** How many recovery codes the member has left. */
    public int recoveryCodesLeft(AuthenticatedCaller caller) {
        return store.recoveryCodesLeft(caller.organization(), memberOf(caller));
    }

    /** Whether the member has a factor that counts. */
    public boolean hasFactor(AuthenticatedCaller caller) {
        return !judge.counting(caller.organization(), memberOf(caller)).isEmpty();
    }

    /** Begins a TOTP factor. */
    public Adding beginTotp(AuthenticatedCaller caller, String name) {
        byte[] secret = Totp.freshSecret();
        Factor factor = fresh(caller, Factor.Kind.TOTP, name, Optional.empty());
        int max = limits.of(Limit.FACTORS_PER_MEMBER);
        byte[] sealed = judge.seal(factor.id(), secret);
        return store.begin(caller.organization(), factor, sealed, max)
                ? new Adding.Begun(factor, secret)
                : new Adding.TooMany(max);
    }

    /** Lets a TOTP factor count, once it shows a right code; that is a proof like any other. */
    public Adding confirmTotp(AuthenticatedCaller caller, FactorId id, String code) {
        MemberId member = memberOf(caller);
        Optional<FactorStore.Known> known = store.factor(caller.organization(), member, id);
        if (known.isEmpty()) {
            return new Adding.NoSuchFactor();
        }
        OptionalLong step = judge.step(known.get(), code);
        if (step.isEmpty()) {
            return new Adding.Wrong();
        }
        List<RecoveryCode> codes = RecoveryCode.fresh();
        Optional<FactorStore.Confirmed> confirmed =
                store.confirm(
                        caller.organization(),
                        member,
                        id,
                        step.getAsLong(),
                        digests(codes),
                        clock.instant(),
                        added(caller, id, Factor.Kind.TOTP));
        return done(caller, confirmed, codes);
    }

    /** Asks for a new passkey; empty where the server has no name to bind it to. */
    public Optional<PasskeyQuestion> beginPasskey(AuthenticatedCaller caller) {
        return question(caller, Purpose.REGISTRATION);
    }

    /** Stores the passkey that an authenticator made in answer. */
    public Adding addPasskey(
            AuthenticatedCaller caller,
            String challenge,
            String name,
            byte[] attestationObject,
            byte[] clientData) {
        Optional<Challenge> asked =
                challenges
                        .attempt(challenge, Purpose.REGISTRATION)
                        .filter(found -> found.of().equals(Optional.of(of(caller))));
        Optional<Passkey> passkey =
                asked.flatMap(
                        found ->
                                passkeys.register(
                                        new Passkeys.Registration(attestationObject, clientData),
                                        found.bytes()));
        if (passkey.isEmpty()) {
            return new Adding.Wrong();
        }
        challenges.answered(asked.get());
        Factor factor = fresh(caller, Factor.Kind.PASSKEY, name, Optional.of(clock.instant()));
        List<RecoveryCode> codes = RecoveryCode.fresh();
        int max = limits.of(Limit.FACTORS_PER_MEMBER);
        Optional<FactorStore.Confirmed> confirmed =
                store.addPasskey(
                        caller.organization(),
                        factor,
                        passkey.get(),
                        digests(codes),
                        max,
                        added(caller, factor.id(), Factor.Kind.PASSKEY));
        return confirmed.isEmpty() ? new Adding.TooMany(max) : done(caller, confirmed, codes);
    }

    private Adding done(
            AuthenticatedCaller caller,
            Optional<FactorStore.Confirmed> confirmed,
            List<RecoveryCode> codes) {
        if (confirmed.isEmpty()) {
            return new Adding.Wrong();
        }
        List<RecoveryCode> taken = confirmed.get().codesTaken() ? codes : List.of();
        return sessions.proven(caller, "a new factor")
                .<Adding>map(granted -> new Adding.Done(confirmed.get().factor(), taken, granted))
                .orElseGet(Adding.SessionOver::new);
    }

    /** Removes a factor; false if the member has no such. */
    public boolean remove(AuthenticatedCaller caller, FactorId id) {
        AuditEvent event =
                event(
                        caller,
                        AuditAction.MEMBER_FACTOR_REMOVED,
                        memberOf(caller),
                        Map.of("factor", id.toString()));
        return store.remove(caller.organization(), memberOf(caller), id, event);
    }

    /** Takes all factors from a member who has lost them and cannot do more than the caller. */
    public Resetting reset(AuthenticatedCaller caller, MemberId id) {
        AuditEvent event = event(caller, AuditAction.MEMBER_FACTORS_RESET, id, Map.of());
        Predicate<Member> allowed = member -> Members.beyond(caller, member.role()).isEmpty();
        return switch (store.removeAll(caller.organization(), id, allowed, event)) {
            case FactorStore.Removal.Done() -> new Resetting.Done();
            case FactorStore.Removal.NoSuchMember() -> new Resetting.NoSuchMember();
            case FactorStore.Removal.Forbidden(Member member) ->
                    new Resetting.BeyondCaller(Members.beyond(caller, member.role()));
        };
    }

    /** New recovery codes; the old ones are good no longer. */
    public List<RecoveryCode> renewRecoveryCodes(AuthenticatedCaller caller) {
        List<RecoveryCode> codes = RecoveryCode.fresh();
        store.replaceRecoveryCodes(
                caller.organization(),
                memberOf(caller),
                digests(codes),
                event(
                        caller,
                        AuditAction.MEMBER_RECOVERY_CODES_RENEWED,
                        memberOf(caller),
                        Map.of()));
        return codes;
    }

    /** Asks one of the member's passkeys; empty where the server has no name for passkeys. */
    public Optional<PasskeyQuestion> askToStepUp(AuthenticatedCaller caller) {
        return question(caller, Purpose.STEP_UP);
    }

    /** Proves a factor once more, so that the session is trusted with more for a while. */
    public Proving stepUp(
            AuthenticatedCaller caller, SecondFactorProof proof, Optional<String> challenge) {
        Optional<Challenge> asked =
                challenge
                        .flatMap(id -> challenges.attempt(id, Purpose.STEP_UP))
                        .filter(found -> found.of().equals(Optional.of(of(caller))));
        return switch (judge.judge(caller.organization(), memberOf(caller), proof, asked)) {
            case SecondFactors.Verdict.Proven(String how) -> {
                asked.ifPresent(challenges::answered);
                yield sessions.proven(caller, how)
                        .<Proving>map(Proving.Done::new)
                        .orElseGet(Proving.SessionOver::new);
            }
            case SecondFactors.Verdict.Wrong() -> new Proving.Wrong();
            case SecondFactors.Verdict.TooSoon(Duration left) -> new Proving.TooSoon(left);
        };
    }

    private Optional<PasskeyQuestion> question(AuthenticatedCaller caller, Purpose purpose) {
        if (passkeys.party().id().isEmpty()) {
            return Optional.empty();
        }
        Challenge asked = challenges.ask(purpose, Optional.of(of(caller)));
        return Optional.of(
                new PasskeyQuestion(
                        asked.id(),
                        passkeys.party(),
                        asked.bytes(),
                        store.credentialIds(caller.organization(), memberOf(caller))));
    }

    private static Challenges.Of of(AuthenticatedCaller caller) {
        return new Challenges.Of(caller.organization(), memberOf(caller));
    }

    private Factor fresh(
            AuthenticatedCaller caller,
            Factor.Kind kind,
            String name,
            Optional<Instant> confirmedAt) {
        return new Factor(
                FactorId.fresh(),
                memberOf(caller),
                kind,
                name,
                clock.instant(),
                confirmedAt,
                Optional.empty());
    }

    private static List<SecretDigest> digests(List<RecoveryCode> codes) {
        return codes.stream().map(RecoveryCode::digest).toList();
    }

    private static AuditEvent added(AuthenticatedCaller caller, FactorId id, Factor.Kind kind) {
        return event(
                caller,
                AuditAction.MEMBER_FACTOR_ADDED,
                memberOf(caller),
                Map.of("factor", id.toString(), "kind", kind.code()));
    }

    private static AuditEvent event(
            AuthenticatedCaller caller,
            AuditAction action,
            MemberId member,
            Map<String, String> details) {
        OrganizationId organization = caller.organization();
        return AuditEvent.of(organization, caller.actor(), action, "member:" + member, details);
    }

    /** Only members have the permissions for their own things. */
    private static MemberId memberOf(AuthenticatedCaller caller) {
        return caller.member().orElseThrow();
    }
}
