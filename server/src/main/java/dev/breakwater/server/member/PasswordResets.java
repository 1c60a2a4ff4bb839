/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.account.Permission;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How a member who forgot their password comes back. Somebody who may, and who is sure of the
 * person, has a secret made; whoever has it sets a password, once, and logs in as always: a second
 * factor that is there is asked for as before, so that the secret alone opens nothing that two
 * factors protect. Blocks.
 */
public final class PasswordResets {

    /** How long a secret is good. */
    public static final Duration LIFE = Duration.ofHours(24);

    private final PasswordResetStore store;
    private final PasswordWords words;
    private final LogIn logIn;
    private final Passwords passwords;
    private final PasswordRules rules = new PasswordRules();
    private final Clock clock;

    PasswordResets(
            PasswordResetStore store,
            PasswordWords words,
            LogIn logIn,
            Passwords passwords,
            Clock clock) {
        this.store = store;
        this.words = words;
        this.logIn = logIn;
        this.passwords = passwords;
        this.clock = clock;
    }

    /** What became of the wish for a secret. */
    public sealed interface Issuing {

        /** It is good from now on; it is shown this once. */
        record Done(Member member, PasswordResetCode code, Instant expiresAt) implements Issuing {}

        /** The organization has no such member. */
        record NoSuchMember() implements Issuing {}

        /** The member's role gives what the caller has not. */
        record BeyondCaller(Set<Permission> beyond) implements Issuing {}

        /** Whoever has a session changes their password in it, and shows the one they have. */
        record OneSelf() implements Issuing {}

        /** The member is kept out. */
        record Disabled() implements Issuing {}
    }

    /** What became of a secret that was shown. */
    public sealed interface Setting {

        /** The new password counts. */
        record Done(Member member) implements Setting {}

        /** The secret is wrong, used, replaced or expired. */
        record CodeRefused() implements Setting {}

        /** The password is not taken; the secret is still good. */
        record PasswordRefused(String why) implements Setting {}
    }

    /** Makes a secret for a member who cannot do more than the caller. */
    public Issuing issue(AuthenticatedCaller caller, MemberId id) {
        if (caller.member().equals(Optional.of(id))) {
            return new Issuing.OneSelf();
        }
        Predicate<Member> allowed = member -> Members.beyond(caller, member.role()).isEmpty();
        PasswordResetCode code = PasswordResetCode.fresh();
        Instant now = clock.instant();
        Instant expiresAt = now.plus(LIFE);
        PasswordResetStore.Issued issued =
                store.issue(
                        caller.organization(),
                        id,
                        code.digest(),
                        now,
                        expiresAt,
                        allowed,
                        issued(caller.organization(), caller.actor(), id, expiresAt));
        return switch (issued) {
            case PasswordResetStore.Issued.Stored(Member member) ->
                    new Issuing.Done(member, code, expiresAt);
            case PasswordResetStore.Issued.NoSuchMember() -> new Issuing.NoSuchMember();
            case PasswordResetStore.Issued.Forbidden(Member member) ->
                    new Issuing.BeyondCaller(Members.beyond(caller, member.role()));
            case PasswordResetStore.Issued.Disabled() -> new Issuing.Disabled();
        };
    }

    static AuditEvent issued(
            OrganizationId organization, Actor actor, MemberId id, Instant expiresAt) {
        return AuditEvent.of(
                organization,
                actor,
                AuditAction.MEMBER_PASSWORD_RESET_ISSUED,
                "member:" + id,
                Map.of("expiresAt", expiresAt.toString()));
    }

    /** Sets the password of whoever has the secret, and ends all their sessions. */
    public Setting set(String shown, String password) {
        PasswordResetCode code = PasswordResetCode.shown(shown);
        Optional<Member> found = store.member(code.digest(), clock.instant());
        if (found.isEmpty()) {
            return new Setting.CodeRefused();
        }
        Member member = found.get();
        Optional<String> why =
                rules.refusal(
                        password, words.of(member.organization(), member.email(), member.name()));
        if (why.isPresent()) {
            return new Setting.PasswordRefused(why.get());
        }
        AuditEvent event =
                AuditEvent.of(
                        member.organization(),
                        new Actor.Person(member.id().toString()),
                        AuditAction.MEMBER_PASSWORD_RESET,
                        "member:" + member.id(),
                        Map.of());
        boolean used =
                store.use(
                        member.organization(),
                        member.id(),
                        code.digest(),
                        passwords.hash(password),
                        clock.instant(),
                        event);
        if (!used) {
            return new Setting.CodeRefused();
        }
        // Whoever forgot it has failed often enough to be made to wait.
        logIn.forgetFailures(member.email());
        return new Setting.Done(member);
    }
}
