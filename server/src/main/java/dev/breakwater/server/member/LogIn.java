/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * From an address and a password to a session. One attempt costs one password hash, whether or not
 * there is such a member, and gets one answer for everything that may be wrong. Blocks.
 */
public final class LogIn {

    private static final int KEYS_MAX = 65_536;

    /** 4 and then one after 1, 2, 4, 8, 16 and 32 minutes: nine in the first hour. */
    private static final GuessDelay.Terms OF_ADDRESS =
            new GuessDelay.Terms(4, Duration.ofMinutes(1), Duration.ofHours(1), KEYS_MAX);

    /** Many people may share an address of the network. */
    private static final GuessDelay.Terms OF_SOURCE =
            new GuessDelay.Terms(20, Duration.ofSeconds(1), Duration.ofMinutes(15), KEYS_MAX);

    private final MemberStore store;
    private final MemberSessions sessions;
    private final Passwords passwords;
    private final Limits limits;
    private final GuessDelay ofAddress;
    private final GuessDelay ofSource;

    LogIn(
            MemberStore store,
            MemberSessions sessions,
            Passwords passwords,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.sessions = sessions;
        this.passwords = passwords;
        this.limits = limits;
        this.ofAddress = new GuessDelay(OF_ADDRESS, clock);
        this.ofSource = new GuessDelay(OF_SOURCE, clock);
    }

    /** What became of an attempt. */
    public sealed interface Outcome {

        /** The session has begun. */
        record Done(MemberSessions.Granted granted) implements Outcome {}

        /**
         * It has not, and nobody is told why.
         *
         * @param organization whose log shows it, when the address is a member's
         * @param details for the operator
         */
        record Refused(Optional<OrganizationId> organization, Map<String, String> details)
                implements Outcome {}

        /**
         * The organization does not take its members from there.
         *
         * @param details for the operator
         */
        record Elsewhere(OrganizationId organization, Map<String, String> details)
                implements Outcome {}

        /** There have been too many attempts; the password was not looked at. */
        record TooSoon(Duration left) implements Outcome {}
    }

    /**
     * Tries.
     *
     * @param source the network the attempt comes from
     * @param admitted whether an organization takes its members from there
     * @param organization which one, for somebody who belongs to several
     */
    public Outcome attempt(
            String address,
            String password,
            Optional<OrganizationId> organization,
            String source,
            Predicate<OrganizationId> admitted) {
        Optional<Email> email = Email.parse(address);
        // What is no address is delayed like one, and under one key: it is nobody's.
        String key = email.map(Email::text).orElse("");
        Optional<Duration> wait = ofSource.wait(source).or(() -> ofAddress.begin(key));
        if (wait.isPresent()) {
            return new Outcome.TooSoon(wait.get());
        }
        Optional<MemberStore.Known> known = email.flatMap(of -> known(of, organization));
        String shown = password.length() <= PasswordRules.CHARACTERS_MAX * 2 ? password : "";
        boolean proven = passwords.matches(shown, known.map(MemberStore.Known::password));
        if (proven && known.get().organizationEnabled() && !isDisabled(known.get())) {
            OrganizationId of = known.get().member().organization();
            if (!admitted.test(of)) {
                // Nothing is said of the password, for whoever is elsewhere may have guessed it.
                ofSource.failed(source);
                return new Outcome.Elsewhere(
                        of, Map.of("member", known.get().member().id().toString()));
            }
            ofAddress.succeeded(key);
            return new Outcome.Done(sessions.begin(known.get().member(), source));
        }
        ofSource.failed(source);
        return new Outcome.Refused(
                known.map(of -> of.member().organization()), details(known, proven));
    }

    private static boolean isDisabled(MemberStore.Known known) {
        return known.member().disabledAt().isPresent();
    }

    private Optional<MemberStore.Known> known(Email email, Optional<OrganizationId> organization) {
        List<MemberStore.Known> all =
                store.withEmail(email, limits.of(Limit.MEMBERSHIPS_PER_ADDRESS)).stream()
                        .filter(
                                one ->
                                        organization.isEmpty()
                                                || organization
                                                        .get()
                                                        .equals(one.member().organization()))
                        .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private static Map<String, String> details(Optional<MemberStore.Known> known, boolean proven) {
        if (known.isEmpty()) {
            return Map.of("why", "no such member");
        }
        return Map.of(
                "member",
                known.get().member().id().toString(),
                "why",
                proven ? "the member or the organization is disabled" : "the password is wrong");
    }
}
