/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What a member does with their own password: show it once more, and change it. Blocks. */
public final class OwnPassword {

    private final MemberStore store;
    private final LogIn logIn;
    private final MemberSessions sessions;
    private final PasswordWords words;
    private final Passwords passwords;
    private final PasswordRules rules = new PasswordRules();
    private final Clock clock;

    OwnPassword(
            MemberStore store,
            LogIn logIn,
            MemberSessions sessions,
            PasswordWords words,
            Passwords passwords,
            Clock clock) {
        this.store = store;
        this.logIn = logIn;
        this.sessions = sessions;
        this.words = words;
        this.passwords = passwords;
        this.clock = clock;
    }

    /** What became of it. */
    public sealed interface Outcome {

        /** The password is the member's, or the new one counts. */
        record Done() implements Outcome {}

        /** The password is the member's, and the session goes on with these. */
        record Proven(MemberSessions.Granted granted) implements Outcome {}

        /** The session has ended meanwhile. */
        record SessionOver() implements Outcome {}

        /** It is not the member's. */
        record Wrong() implements Outcome {}

        /** It was not looked at. */
        record TooSoon(Duration left) implements Outcome {}

        /** The new one is not taken. */
        record Refused(String why) implements Outcome {}
    }

    /** Whether it is the caller's. */
    public Outcome prove(AuthenticatedCaller caller, String password) {
        return outcome(logIn.reprove(member(caller), caller.id(), password));
    }

    /** Shows it once more, so that the session may do to its own account what needs that. */
    public Outcome stepUp(AuthenticatedCaller caller, String password) {
        Outcome outcome = prove(caller, password);
        return outcome instanceof Outcome.Done
                ? sessions.passwordShown(caller)
                        .<Outcome>map(Outcome.Proven::new)
                        .orElseGet(Outcome.SessionOver::new)
                : outcome;
    }

    /** Changes it, and ends all of the member's sessions but this one. */
    public Outcome change(AuthenticatedCaller caller, String current, String next) {
        Member member = member(caller);
        LogIn.Reproof proof = logIn.reprove(member, caller.id(), current);
        if (!(proof instanceof LogIn.Reproof.Right)) {
            return outcome(proof);
        }
        Optional<String> why =
                rules.refusal(next, words.of(member.organization(), member.email(), member.name()));
        if (why.isPresent()) {
            return new Outcome.Refused(why.get());
        }
        store.changePassword(
                member.organization(),
                member.id(),
                passwords.hash(next),
                new SessionId(caller.id().uuid()),
                clock.instant(),
                AuditEvent.of(
                        member.organization(),
                        caller.actor(),
                        AuditAction.MEMBER_PASSWORD_CHANGED,
                        "member:" + member.id(),
                        Map.of()));
        return new Outcome.Done();
    }

    private static Outcome outcome(LogIn.Reproof proof) {
        return switch (proof) {
            case LogIn.Reproof.Right() -> new Outcome.Done();
            case LogIn.Reproof.Wrong() -> new Outcome.Wrong();
            case LogIn.Reproof.TooSoon(Duration left) -> new Outcome.TooSoon(left);
        };
    }

    private Member member(AuthenticatedCaller caller) {
        return store.member(caller.organization(), caller.member().orElseThrow()).orElseThrow();
    }
}
