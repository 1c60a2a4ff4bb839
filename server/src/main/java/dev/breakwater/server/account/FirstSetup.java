/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.identity.Organization;
import dev.breakwater.server.limits.Limits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * From an empty server to its first administrator. There is no default account to forget about: who
 * can read the server's own output at its first start is the administrator.
 */
public final class FirstSetup {

    /** How long a setup code is good. */
    public static final Duration CODE_LIFE = Duration.ofHours(24);

    private final AccountStore store;
    private final Limits limits;
    private final Clock clock;

    /** Wires the setup. */
    public FirstSetup(AccountStore store, Limits limits, Clock clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** What the server's start has to say about the setup. */
    public sealed interface Announcement {

        /** Print this code: it is stored as a hash and cannot be shown again. */
        record NewCode(SetupCode code, Instant expiresAt) implements Announcement {}

        /** The code that an earlier start printed is still good. */
        record CodeWaiting(Instant expiresAt) implements Announcement {}

        /** There is an organization already. */
        record NotNeeded() implements Announcement {}
    }

    /** What became of an attempt. */
    public sealed interface Outcome {

        /** The organization and its administrator's token exist. */
        record Done(Organization organization, IssuedToken token) implements Outcome {}

        /** The code is wrong, expired or used. */
        record CodeRefused() implements Outcome {}
    }

    /** To be called at every start; makes a code when one is needed. */
    public Announcement announce() {
        if (store.anyOrganization()) {
            return new Announcement.NotNeeded();
        }
        Optional<Instant> expiry = store.setupCodeExpiry();
        return expiry.isPresent() && clock.instant().isBefore(expiry.get())
                ? new Announcement.CodeWaiting(expiry.get())
                : renew();
    }

    /** Makes a new code and ends the one before it, for an operator who has lost that one. */
    public Announcement renew() {
        if (store.anyOrganization()) {
            return new Announcement.NotNeeded();
        }
        SetupCode code = SetupCode.fresh();
        Instant now = clock.instant();
        Instant expiresAt = now.plus(CODE_LIFE);
        store.replaceSetupCode(code.digest(), now, expiresAt);
        return new Announcement.NewCode(code, expiresAt);
    }

    /** Uses the code up. */
    public Outcome complete(String code, String organizationName, String tokenName) {
        Instant now = clock.instant();
        Organization organization = Organization.fresh(organizationName, now);
        IssuedToken token =
                Accounts.issue(
                        organization.id(), tokenName, Role.OWNER, Accounts.firstLife(limits), now);
        AccountStore.FirstToken first =
                Accounts.first(organization, token, new Actor.Unproven("setup code"));
        boolean done = store.completeSetup(SetupCode.typed(code).digest(), now, first);
        return done ? new Outcome.Done(organization, token) : new Outcome.CodeRefused();
    }
}
