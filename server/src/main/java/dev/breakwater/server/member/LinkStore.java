/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.util.List;

/**
 * Where the links to identity providers are kept. What changes something is durable, with its audit
 * entry, when it returns.
 */
public interface LinkStore {

    /** A member's links, the oldest first. */
    List<LinkedIdentity> links(OrganizationId organization, MemberId member);

    /** Who of whatever organization logs in by this identity, disabled members included. */
    @Unscoped("the provider's word is what tells whose it is")
    List<MemberStore.Known> linked(OutsideIdentity identity, int countMax);

    /** Stores a link. */
    Linking link(OrganizationId organization, LinkedIdentity link, AuditEvent event);

    /** Removes a link; false if the member has no such. */
    boolean unlink(OrganizationId organization, MemberId member, LinkId id, AuditEvent event);

    /** What became of a link. */
    enum Linking {
        /** It counts. */
        STORED,
        /** The identity is linked to a member of the organization already, this one or another. */
        IDENTITY_TAKEN,
        /** The member has an account at this provider already. */
        MEMBER_HAS_ONE
    }
}
