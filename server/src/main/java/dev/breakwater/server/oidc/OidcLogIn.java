/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.oidc;

import dev.breakwater.server.account.AuthenticatedCaller;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.member.LinkedIdentity;
import dev.breakwater.server.member.LogIn;
import dev.breakwater.server.member.Membership;
import dev.breakwater.server.member.OwnLinks;
import dev.breakwater.server.member.ProviderLogIn;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The life of a log-in through the provider: {@link #begin} sends a browser there, {@link #finish}
 * takes it back. Blocks.
 *
 * <ol>
 *   <li>State, nonce and PKCE verifier are made, and a secret that the browser keeps as a cookie.
 *   <li>The browser comes back with code and state. The state is used up; the cookie must be the
 *       one of this state (or an attacker could log somebody in as the attacker, or have them link
 *       the attacker's account); the issuer must be the provider (mix-up).
 *   <li>The code is exchanged with the verifier, which stops codes that were stolen or slipped in.
 *   <li>{@link IdTokenCheck} judges the ID token.
 *   <li>Issuer and subject are looked up among the links of members. An unknown identity is
 *       refused; that its e-mail address is a member's would be the provider's word about something
 *       the member has not confirmed, so it is not even asked for.
 * </ol>
 */
public final class OidcLogIn implements AutoCloseable {

    private final ProviderSettings settings;
    private final Provider provider;
    private final Flows flows;
    private final ProviderLogIn logIn;
    private final OwnLinks links;

    private OidcLogIn(
            ProviderSettings settings,
            Provider provider,
            Flows flows,
            ProviderLogIn logIn,
            OwnLinks links) {
        this.settings = settings;
        this.provider = provider;
        this.flows = flows;
        this.logIn = logIn;
        this.links = links;
    }

    /** Wires it; the provider is asked when somebody wants to log in, not before. */
    public static OidcLogIn through(
            ProviderSettings settings, Membership membership, Limits limits, Clock clock) {
        return new OidcLogIn(
                settings,
                new Provider(settings, limits, clock),
                new Flows(limits, clock),
                membership.providerLogIn(),
                membership.links());
    }

    /** What people know the provider by. */
    public String name() {
        return settings.name();
    }

    /** The provider's identifier. */
    public String issuer() {
        return settings.issuer();
    }

    /** What became of the wish to go to the provider. */
    public sealed interface Beginning {

        /**
         * The browser goes there.
         *
         * @param browserSecret for a cookie of this browser, and nobody else
         */
        record Begun(URI authorization, String browserSecret, Instant expiresAt)
                implements Beginning {

            @Override
            public String toString() {
                return "begun until " + expiresAt;
            }
        }

        /** The provider cannot be used; why is for the operator. */
        record Unavailable(RefusalReason reason, String why) implements Beginning {}
    }

    /** What became of a browser's return. */
    public sealed interface Outcome {

        /** The identity is proven, and {@link LogIn} has decided what it is worth. */
        record Proven(LogIn.Outcome outcome) implements Outcome {}

        /** The identity is linked now. */
        record Linked(LinkedIdentity link) implements Outcome {}

        /**
         * It did not go through.
         *
         * @param organization whose log shows it, when it is known
         * @param details for the operator
         */
        record Refused(
                RefusalReason reason,
                Optional<OrganizationId> organization,
                Map<String, String> details)
                implements Outcome {}

        /** There have been too many attempts; it was not looked at. */
        record TooSoon(Duration left) implements Outcome {}
    }

    /**
     * What a browser brought along, none of it believed.
     *
     * @param browserSecret of the cookie
     */
    public record Answer(
            Optional<String> state,
            Optional<String> code,
            Optional<String> issuer,
            Optional<String> error,
            Optional<String> browserSecret) {

        @Override
        public String toString() {
            return "answer of the provider";
        }
    }

    /**
     * Begins a log-in.
     *
     * @param organization which one, for somebody who belongs to several
     */
    public Beginning begin(Optional<OrganizationId> organization) {
        return begin(new Flows.Purpose.LogIn(organization));
    }

    /** Begins to link; the caller has shown all that it takes. */
    public Beginning beginLink(AuthenticatedCaller caller) {
        return begin(new Flows.Purpose.Link(OwnLinks.Wish.of(caller)));
    }

    private Beginning begin(Flows.Purpose purpose) {
        try {
            // Asked first, so that nothing is kept for a provider that cannot be reached.
            ProviderMetadata _ = provider.metadata();
            Flows.Begun begun = flows.begin(purpose);
            return new Beginning.Begun(
                    provider.authorization(begun.flow()),
                    begun.browserSecret(),
                    begun.flow().expiresAt());
        } catch (OidcRefused unavailable) {
            return new Beginning.Unavailable(unavailable.reason(), unavailable.why());
        }
    }

    /**
     * Takes a browser back.
     *
     * @param source the network it comes from
     * @param admitted whether an organization takes its members from there
     */
    public Outcome finish(Answer answer, String source, Predicate<OrganizationId> admitted) {
        Optional<Duration> wait = logIn.begin(source);
        if (wait.isPresent()) {
            return new Outcome.TooSoon(wait.get());
        }
        Optional<OrganizationId> organization = Optional.empty();
        try {
            Flows.Flow flow = flow(answer);
            organization = organizationOf(flow.purpose());
            provider.requireIssuer(answer.issuer());
            IdTokenCheck.ProvenIdentity proven = provider.redeem(code(answer), flow);
            Outcome outcome = proven(flow.purpose(), proven, source, admitted);
            if (!(outcome instanceof Outcome.Refused)) {
                logIn.forgive(source);
            }
            return outcome;
        } catch (OidcRefused refused) {
            if (refused.reason() == RefusalReason.OIDC_PROVIDER_UNAVAILABLE) {
                // Which is nobody's attempt at anything.
                logIn.forgive(source);
            }
            return new Outcome.Refused(
                    refused.reason(), organization, Map.of("why", refused.why()));
        }
    }

    private Flows.Flow flow(Answer answer) throws OidcRefused {
        Optional<Flows.Flow> flow = answer.state().flatMap(flows::take);
        if (flow.isEmpty()) {
            throw new OidcRefused(
                    RefusalReason.OIDC_STATE_REFUSED,
                    "no log-in with this state waits for an answer");
        }
        if (answer.browserSecret().filter(flow.get()::isOf).isEmpty()) {
            throw new OidcRefused(
                    RefusalReason.OIDC_BROWSER_REFUSED, "the log-in was begun in another browser");
        }
        return flow.get();
    }

    private static String code(Answer answer) throws OidcRefused {
        if (answer.error().isPresent()) {
            throw new OidcRefused(
                    RefusalReason.OIDC_CODE_REFUSED,
                    "the provider refused: " + Provider.error(answer.error().get()));
        }
        return answer.code()
                .orElseThrow(
                        () -> new OidcRefused(RefusalReason.OIDC_CODE_REFUSED, "there is no code"));
    }

    private Outcome proven(
            Flows.Purpose purpose,
            IdTokenCheck.ProvenIdentity proven,
            String source,
            Predicate<OrganizationId> admitted) {
        return switch (purpose) {
            case Flows.Purpose.LogIn(Optional<OrganizationId> organization) ->
                    loggedIn(
                            logIn.goOn(
                                    proven.identity(),
                                    organization,
                                    proven.hasSecondFactor(),
                                    source,
                                    admitted));
            case Flows.Purpose.Link(OwnLinks.Wish wish) ->
                    switch (links.link(wish, proven.identity())) {
                        case OwnLinks.Linking.Done(LinkedIdentity link) -> new Outcome.Linked(link);
                        case OwnLinks.Linking.Refused(String why) ->
                                new Outcome.Refused(
                                        RefusalReason.OIDC_LINK_REFUSED,
                                        Optional.of(wish.organization()),
                                        Map.of("member", wish.member().toString(), "why", why));
                    };
        };
    }

    private static Outcome loggedIn(LogIn.Outcome outcome) {
        return outcome instanceof LogIn.Outcome.Refused refused
                ? new Outcome.Refused(
                        RefusalReason.OIDC_IDENTITY_REFUSED,
                        refused.organization(),
                        refused.details())
                : new Outcome.Proven(outcome);
    }

    private static Optional<OrganizationId> organizationOf(Flows.Purpose purpose) {
        return switch (purpose) {
            // Anybody can begin one and name any organization; its log is not theirs to fill.
            case Flows.Purpose.LogIn _ -> Optional.empty();
            case Flows.Purpose.Link(OwnLinks.Wish wish) -> Optional.of(wish.organization());
        };
    }

    @Override
    public void close() {
        provider.close();
    }
}
