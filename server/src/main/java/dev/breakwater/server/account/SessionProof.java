/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.account;

import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;

/**
 * What is known of somebody whose access token was good at this moment.
 *
 * @param session the session the token was given to
 * @param role what the member may do now, whatever it was when the token was given
 * @param strength how well the member has proven who they are
 * @param recent whether they did so, by whatever they have, a short while ago
 * @param secret 32 bytes that stay the same for the session and that the server does not keep
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record SessionProof(
        CallerId session,
        OrganizationId organization,
        MemberId member,
        Role role,
        Strength strength,
        boolean recent,
        byte[] secret) {

    /** How well somebody has proven who they are. */
    public enum Strength {
        /** Less than their organization demands: they may see to their own account only. */
        TOO_LITTLE,
        /** As well as they need to for everyday things. */
        USUAL,
        /** By a second factor, a short while ago. */
        FRESH
    }

    @Override
    public String toString() {
        return "session %s of member %s".formatted(session, member);
    }
}
