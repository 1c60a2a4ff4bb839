/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.CallerId;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * From an address and a password to a session. One attempt costs one password hash, whether or not
 * there is such a member, and gets one answer for everything that may be wrong. Blocks.
 */
public final class LogIn {

    private static final int KEYS_MAX = 65_536;
    static final String DISABLED = "the member or the organization is disabled";

    /** Many people may share an address of the network. */
    private static final GuessDelay.Terms OF_SOURCE =
            new GuessDelay.Terms(20, Duration.ofSeconds(1), Duration.ofMinutes(15), KEYS_MAX);

    private final MemberStore store;
    private final MemberSessions sessions;
    private final Passwords passwords;
    private final SecondFactors secondFactors;
    private final Passkeys passkeys;
    private final FactorStore factors;
    private final Challenges challenges;
    private final Limits limits;
    private final GuessDelay ofAddress;
    private final GuessDelay ofSource;
    private final GuessDelay ofSession;
    private final KnownSources knownSources;

    LogIn(
            MemberStore store,
            MemberSessions sessions,
            Passwords passwords,
            SecondFactors secondFactors,
            Passkeys passkeys,
            FactorStore factors,
            Challenges challenges,
            KnownSourceStore knownSources,
            Limits limits,
            Clock clock) {
        this.store = store;
        this.sessions = sessions;
        this.passwords = passwords;
        this.secondFactors = secondFactors;
        this.passkeys = passkeys;
        this.factors = factors;
        this.challenges = challenges;
        this.limits = limits;
        GuessDelay.Terms terms = GuessDelay.Terms.of(limits);
        this.ofAddress = new GuessDelay(terms, clock);
        this.ofSource = new GuessDelay(OF_SOURCE, clock);
        this.ofSession = new GuessDelay(terms, clock);
        this.knownSources = new KnownSources(knownSources, terms, limits, clock);
    }

    /** What became of an attempt. */
    public sealed interface Outcome {

        /**
         * The session has begun.
         *
         * @param source where, which is known from here on; empty for a browser that came from a
         *     provider's page, for it leaves behind by what it would be known
         */
        record Done(MemberSessions.Granted granted, Optional<KnownSource> source)
                implements Outcome {}

        /**
         * The password, or a provider's word, was right, and the member has a second factor.
         *
         * @param kinds which kinds of it
         * @param question what a passkey is asked
         */
        record SecondFactorNeeded(
                Set<Factor.Kind> kinds, PasskeyQuestion question, Instant expiresAt)
                implements Outcome {}

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
     * Where an attempt comes from.
     *
     * @param source the network
     * @param known what shows that its member has logged in there before
     */
    public record From(String source, Optional<KnownSourceSecret> known) {}

    /**
     * Tries. From a known source neither a stranger's failures count nor those of its network.
     *
     * @param admitted whether an organization takes its members from there
     * @param organization which one, for somebody who belongs to several
     */
    public Outcome attempt(
            String address,
            String password,
            Optional<OrganizationId> organization,
            From from,
            Predicate<OrganizationId> admitted) {
        Optional<Email> email = Email.parse(address);
        // What is no address is delayed like one, and under one key: it is nobody's.
        String key = email.map(Email::text).orElse("");
        Optional<KnownSourceSecret> here =
                from.known().filter(secret -> isKnown(email, organization, secret));
        Optional<Duration> wait =
                here.isPresent()
                        ? knownSources.begin(here.get())
                        : ofSource.begin(from.source()).or(() -> ofAddress.begin(key));
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
                return new Outcome.Elsewhere(
                        of, Map.of("member", known.get().member().id().toString()));
            }
            if (here.isPresent()) {
                knownSources.succeeded(here.get());
            } else {
                ofAddress.succeeded(key);
                ofSource.forgive(from.source());
            }
            return passwordProven(known.get().member(), from);
        }
        return new Outcome.Refused(
                known.map(of -> of.member().organization()), details(known, proven));
    }

    /** Begins an attempt that counts as a failure of its source until it is forgiven. */
    Optional<Duration> beginFrom(String source) {
        return ofSource.begin(source);
    }

    /** Takes back that an attempt counted. */
    void forgive(String source) {
        ofSource.forgive(source);
    }

    private boolean isKnown(
            Optional<Email> email,
            Optional<OrganizationId> organization,
            KnownSourceSecret secret) {
        return email.flatMap(of -> known(of, organization))
                .filter(known -> knownSources.isKnown(known.member(), secret))
                .isPresent();
    }

    private Outcome begin(Member member, From from, Optional<String> how) {
        return new Outcome.Done(
                sessions.begin(member, from.source(), how),
                Optional.of(knownSources.remember(member, from.known())));
    }

    private Outcome passwordProven(Member member, From from) {
        return askFor(member, () -> begin(member, from, Optional.empty()));
    }

    /** Asks for the second factor; begins the session of whoever has none. */
    Outcome askFor(Member member, Supplier<Outcome> session) {
        Set<Factor.Kind> kinds =
                secondFactors.counting(member.organization(), member.id()).stream()
                        .map(Factor::kind)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Factor.Kind.class)));
        if (kinds.isEmpty()) {
            return session.get();
        }
        Challenges.Of of = new Challenges.Of(member.organization(), member.id());
        Challenges.Challenge asked = challenges.ask(Challenges.Purpose.LOG_IN, Optional.of(of));
        return new Outcome.SecondFactorNeeded(
                kinds,
                question(asked, factors.credentialIds(of.organization(), of.member())),
                asked.expiresAt());
    }

    /** Asks for a passkey that is to log its member in; empty where the server has no name. */
    public Optional<PasskeyQuestion> askPasskey() {
        return passkeys.party().id().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        question(
                                challenges.ask(Challenges.Purpose.PASSKEY_LOG_IN, Optional.empty()),
                                List.of()));
    }

    private PasskeyQuestion question(Challenges.Challenge asked, List<String> credentialIds) {
        return new PasskeyQuestion(asked.id(), passkeys.party(), asked.bytes(), credentialIds);
    }

    /**
     * Goes on with the second factor, or with a passkey alone.
     *
     * @param challenge the question that this answers
     * @param admitted whether an organization takes its members from there
     */
    public Outcome prove(
            String challenge,
            SecondFactorProof proof,
            From from,
            Predicate<OrganizationId> admitted) {
        Optional<Challenges.Challenge> asked =
                challenges.attempt(challenge, Challenges.Purpose.LOG_IN);
        if (asked.isPresent()) {
            return second(asked.get(), asked.get().of().orElseThrow(), proof, from, admitted);
        }
        Optional<Challenges.Challenge> alone =
                challenges.attempt(challenge, Challenges.Purpose.PASSKEY_LOG_IN);
        if (alone.isEmpty() || !(proof instanceof SecondFactorProof.Signed signed)) {
            return new Outcome.Refused(Optional.empty(), Map.of("why", "no such challenge"));
        }
        return secondFactors
                .passkey(signed, alone.get())
                .map(of -> admit(alone.get(), of, "passkey", from, admitted))
                .orElseGet(
                        () ->
                                new Outcome.Refused(
                                        Optional.empty(), Map.of("why", "no such passkey")));
    }

    private Outcome second(
            Challenges.Challenge asked,
            Challenges.Of of,
            SecondFactorProof proof,
            From from,
            Predicate<OrganizationId> admitted) {
        return switch (secondFactors.judge(
                of.organization(), of.member(), proof, Optional.of(asked))) {
            case SecondFactors.Verdict.Proven(String how) -> admit(asked, of, how, from, admitted);
            case SecondFactors.Verdict.Wrong() ->
                    new Outcome.Refused(
                            Optional.of(of.organization()),
                            Map.of(
                                    "member",
                                    of.member().toString(),
                                    "why",
                                    "the second factor is wrong"));
            case SecondFactors.Verdict.TooSoon(Duration left) -> new Outcome.TooSoon(left);
        };
    }

    /** Within the five minutes the member may have been disabled. */
    private Outcome admit(
            Challenges.Challenge asked,
            Challenges.Of of,
            String how,
            From from,
            Predicate<OrganizationId> admitted) {
        challenges.answered(asked);
        if (!admitted.test(of.organization())) {
            return new Outcome.Elsewhere(
                    of.organization(), Map.of("member", of.member().toString()));
        }
        Optional<MemberStore.Known> known =
                store.known(of.organization(), of.member())
                        .filter(found -> found.organizationEnabled() && !isDisabled(found));
        return known.map(found -> begin(found.member(), from, Optional.of(how)))
                .orElseGet(
                        () ->
                                new Outcome.Refused(
                                        Optional.of(of.organization()),
                                        Map.of("member", of.member().toString(), "why", DISABLED)));
    }

    /** Lets somebody who has just come back by another way try again at once. */
    void forgetFailures(Email email) {
        ofAddress.succeeded(email.text());
    }

    /**
     * Whether a member's password is this one. Guesses wait as they do at the log-in, and for those
     * of the same session only: no stranger keeps a member from changing the password.
     */
    Reproof reprove(Member member, CallerId session, String password) {
        String key = session.toString();
        Optional<Duration> wait = ofSession.begin(key);
        if (wait.isPresent()) {
            return new Reproof.TooSoon(wait.get());
        }
        Optional<PasswordHash> stored =
                store.known(member.organization(), member.id()).map(MemberStore.Known::password);
        if (!passwords.matches(password, stored)) {
            return new Reproof.Wrong();
        }
        ofSession.succeeded(key);
        return new Reproof.Right();
    }

    /** What a member's password, asked for once more, comes to. */
    sealed interface Reproof {

        /** It is the member's. */
        record Right() implements Reproof {}

        /** It is not. */
        record Wrong() implements Reproof {}

        /** It was not looked at. */
        record TooSoon(Duration left) implements Reproof {}
    }

    static boolean isDisabled(MemberStore.Known known) {
        return known.member().disabledAt().isPresent();
    }

    private Optional<MemberStore.Known> known(Email email, Optional<OrganizationId> organization) {
        return only(store.withEmail(email, limits.of(Limit.MEMBERSHIPS_PER_ADDRESS)), organization);
    }

    static Optional<MemberStore.Known> only(
            List<MemberStore.Known> known, Optional<OrganizationId> organization) {
        List<MemberStore.Known> meant =
                known.stream()
                        .filter(
                                one ->
                                        organization.isEmpty()
                                                || organization
                                                        .get()
                                                        .equals(one.member().organization()))
                        .toList();
        return meant.size() == 1 ? Optional.of(meant.getFirst()) : Optional.empty();
    }

    private static Map<String, String> details(Optional<MemberStore.Known> known, boolean proven) {
        if (known.isEmpty()) {
            return Map.of("why", "no such member");
        }
        return Map.of(
                "member",
                known.get().member().id().toString(),
                "why",
                proven ? DISABLED : "the password is wrong");
    }
}
