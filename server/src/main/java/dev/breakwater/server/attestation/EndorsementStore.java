/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import java.util.List;
import java.util.Optional;

/** Where the allow-lists of organizations are kept. Methods block; what returns is durable. */
public interface EndorsementStore {

    /** What came of entering something. */
    enum Entering {
        /** It is in the list now. */
        ENTERED,
        /** It was in the list before, and nothing has changed. */
        KNOWN,
        /** The list is as long as it may be. */
        LIST_FULL
    }

    /** Enters a root, with its entry in the audit log. */
    Entering enter(EndorsementAuthority authority, int entriesMax, AuditEvent event);

    /** Enters a key, with its entry in the audit log. */
    Entering enter(EndorsementKey key, int entriesMax, AuditEvent event);

    /** A part of an organization's roots, in the order of their fingerprints. */
    List<EndorsementAuthority> authorities(
            OrganizationId organization, Optional<ListedSha256> after, int countMax);

    /** A part of an organization's keys, in the order of their fingerprints. */
    List<EndorsementKey> keys(
            OrganizationId organization, Optional<ListedSha256> after, int countMax);

    /** Whether an organization has listed this key. */
    boolean lists(OrganizationId organization, ListedSha256 key);

    /** Takes a root out; false if it is not in the list. */
    boolean removeAuthority(OrganizationId organization, ListedSha256 sha256, AuditEvent event);

    /** Takes a key out; false if it is not in the list. */
    boolean removeKey(OrganizationId organization, ListedSha256 sha256, AuditEvent event);
}
