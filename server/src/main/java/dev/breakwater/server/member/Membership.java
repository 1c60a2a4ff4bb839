/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;

/**
 * All that people need of the server: to come in, to prove who they are, to go on.
 *
 * @param members who there is
 * @param logIn how a session begins
 * @param providerLogIn how one does for whom an identity provider stands
 * @param sessions how it goes on and ends
 * @param factors what a member has, beside the password
 * @param password what a member knows
 * @param links by whose word a member may log in besides
 * @param resets how somebody comes back who knows it no longer
 * @param party what passkeys and pages are bound to
 */
public record Membership(
        Members members,
        LogIn logIn,
        ProviderLogIn providerLogIn,
        MemberSessions sessions,
        OwnFactors factors,
        OwnPassword password,
        OwnLinks links,
        PasswordResets resets,
        RelyingParty party) {

    /** Where all of it is kept. */
    public record Stores(
            MemberStore members,
            MemberSessionStore sessions,
            FactorStore factors,
            LinkStore links,
            PasswordResetStore resets,
            KnownSourceStore knownSources) {}

    /**
     * Wires it; access tokens of an earlier process are not good any more.
     *
     * @param sealingKey seals what must be kept and not be read
     * @param party what passkeys are bound to
     */
    public static Membership over(
            Stores stores, SealingKey sealingKey, RelyingParty party, Limits limits, Clock clock) {
        Passwords passwords = new Passwords();
        Passkeys passkeys = new Passkeys(party);
        Challenges challenges = new Challenges(clock);
        SecondFactors judge =
                new SecondFactors(stores.factors(), passkeys, sealingKey, limits, clock);
        PasswordWords words = new PasswordWords(stores.members());
        MemberSessions sessions = new MemberSessions(stores.sessions(), limits, clock);
        LogIn logIn =
                new LogIn(
                        stores.members(),
                        sessions,
                        passwords,
                        judge,
                        passkeys,
                        stores.factors(),
                        challenges,
                        stores.knownSources(),
                        limits,
                        clock);
        return new Membership(
                new Members(stores.members(), words, passwords, limits, clock),
                logIn,
                new ProviderLogIn(logIn, stores.links(), sessions, limits),
                sessions,
                new OwnFactors(
                        stores.factors(), judge, passkeys, challenges, sessions, limits, clock),
                new OwnPassword(stores.members(), logIn, sessions, words, passwords, clock),
                new OwnLinks(stores.links(), stores.members(), stores.sessions(), clock),
                new PasswordResets(stores.resets(), words, logIn, passwords, clock),
                party);
    }
}
