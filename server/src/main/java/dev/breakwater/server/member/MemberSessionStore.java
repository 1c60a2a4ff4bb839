/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.account.SecretDigest;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where people's sessions are kept. What changes something is durable, with its audit entry, when
 * it returns.
 */
public interface MemberSessionStore {

    /**
     * Begins a session. Of a member who has as many live ones as may be the oldest ends.
     *
     * @param lasting of the refresh token's secret that stays
     * @param passing of the one that changes
     */
    void begin(
            OrganizationId organization,
            MemberSession session,
            SecretDigest lasting,
            SecretDigest passing,
            int liveMax,
            AuditEvent event);

    /** A session with all that decides whether it is good. */
    @Unscoped("the token is what tells whose it is")
    Optional<Known> session(SessionId id);

    /**
     * Exchanges the passing secret.
     *
     * @return false if it is another one by now: of two who use a token at the same time one wins
     */
    boolean exchange(
            OrganizationId organization,
            SessionId id,
            SecretDigest before,
            SecretDigest after,
            Instant at);

    /** What somebody proves once more within a session. */
    enum Proven {
        /** A second factor. */
        SECOND_FACTOR,
        /** The password, for want of a second factor. */
        PASSWORD
    }

    /**
     * Notes that something was proven within a session, which goes on with other secrets.
     *
     * @return whether the session goes on
     */
    boolean prove(
            OrganizationId organization,
            SessionId id,
            Proven what,
            SecretDigest lasting,
            SecretDigest passing,
            Instant at,
            AuditEvent event);

    /**
     * Ends a member's session; one that has ended stays as it is, without another audit entry.
     *
     * @return whether the member has such a session
     */
    boolean end(
            OrganizationId organization,
            MemberId member,
            SessionId id,
            Instant at,
            AuditEvent event);

    /**
     * Ends all of a member's sessions but one, and forgets the member's known sources; returns how
     * many sessions went on until now.
     */
    int endOthers(
            OrganizationId organization,
            MemberId member,
            SessionId kept,
            Instant at,
            AuditEvent event);

    /** A member's sessions that go on, the youngest first. */
    List<MemberSession> live(
            OrganizationId organization, MemberId member, Instant now, int countMax);

    /** What is known of a session. */
    record Known(
            MemberSession session,
            Member member,
            boolean organizationEnabled,
            boolean secondFactorRequired,
            SecretDigest lasting,
            SecretDigest passing) {}
}
