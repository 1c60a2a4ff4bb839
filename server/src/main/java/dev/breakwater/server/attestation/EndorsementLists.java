/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.OrganizationId;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whom an organization believes that a key is in a TPM: makers by their root, single TPMs by their
 * endorsement key. Empty lists believe nobody. What is taken out counts for no attestation from
 * then on; credentials that were attested before stay so, and each says in the audit log by which
 * entry. Methods block.
 */
public final class EndorsementLists {

    private final EndorsementStore store;
    private final int authoritiesMax;
    private final int keysMax;
    private final Clock clock;

    /** Wires them. */
    public EndorsementLists(EndorsementStore store, Limits limits, Clock clock) {
        this.store = store;
        this.authoritiesMax = limits.of(Limit.ENDORSEMENT_AUTHORITIES_PER_ORGANIZATION);
        this.keysMax = limits.of(Limit.ENDORSEMENT_KEYS_PER_ORGANIZATION);
        this.clock = clock;
    }

    /** What came of entering something. */
    public sealed interface Entry<T> {
        /** It is in the list. */
        record Entered<T>(T entry) implements Entry<T> {}

        /** It was there already. */
        record Known<T>() implements Entry<T> {}

        /** The list is as long as it may be. */
        record ListFull<T>(int entriesMax) implements Entry<T> {}
    }

    /**
     * Enters the root of a maker of TPMs.
     *
     * @param pem one self-signed certificate of an authority
     * @throws IllegalArgumentException if it is none, with what is wrong
     */
    public Entry<EndorsementAuthority> enterAuthority(
            OrganizationId organization, String pem, String note, Actor actor) {
        X509Certificate certificate = EndorsementAuthority.read(pem);
        ListedSha256 sha256;
        try {
            sha256 = ListedSha256.of(certificate.getEncoded());
        } catch (CertificateEncodingException unreadable) {
            throw new IllegalArgumentException("the certificate cannot be read", unreadable);
        }
        EndorsementAuthority authority =
                new EndorsementAuthority(
                        organization, sha256, certificate, note, clock.instant(), actor.toString());
        AuditEvent event =
                event(
                        organization,
                        actor,
                        AuditAction.ENDORSEMENT_AUTHORITY_ENTERED,
                        "endorsement-authority:" + sha256,
                        Map.of("subject", certificate.getSubjectX500Principal().getName()));
        return entry(store.enter(authority, authoritiesMax, event), authority, authoritiesMax);
    }

    /** Enters a single endorsement key. */
    public Entry<EndorsementKey> enterKey(
            OrganizationId organization, ListedSha256 sha256, String note, Actor actor) {
        EndorsementKey key =
                new EndorsementKey(organization, sha256, note, clock.instant(), actor.toString());
        AuditEvent event =
                event(
                        organization,
                        actor,
                        AuditAction.ENDORSEMENT_KEY_ENTERED,
                        "endorsement-key:" + sha256,
                        Map.of());
        return entry(store.enter(key, keysMax, event), key, keysMax);
    }

    private static <T> Entry<T> entry(EndorsementStore.Entering entering, T entry, int max) {
        return switch (entering) {
            case ENTERED -> new Entry.Entered<>(entry);
            case KNOWN -> new Entry.Known<>();
            case LIST_FULL -> new Entry.ListFull<>(max);
        };
    }

    /** A part of an organization's roots, in the order of their fingerprints. */
    public List<EndorsementAuthority> authorities(
            OrganizationId organization, Optional<ListedSha256> after, int countMax) {
        return store.authorities(organization, after, countMax);
    }

    /** A part of an organization's keys, in the order of their fingerprints. */
    public List<EndorsementKey> keys(
            OrganizationId organization, Optional<ListedSha256> after, int countMax) {
        return store.keys(organization, after, countMax);
    }

    /** Takes a root out; false if it is not in the list. */
    public boolean removeAuthority(OrganizationId organization, ListedSha256 sha256, Actor actor) {
        return store.removeAuthority(
                organization,
                sha256,
                event(
                        organization,
                        actor,
                        AuditAction.ENDORSEMENT_AUTHORITY_REMOVED,
                        "endorsement-authority:" + sha256,
                        Map.of()));
    }

    /** Takes a key out; false if it is not in the list. */
    public boolean removeKey(OrganizationId organization, ListedSha256 sha256, Actor actor) {
        return store.removeKey(
                organization,
                sha256,
                event(
                        organization,
                        actor,
                        AuditAction.ENDORSEMENT_KEY_REMOVED,
                        "endorsement-key:" + sha256,
                        Map.of()));
    }

    private static AuditEvent event(
            OrganizationId organization,
            Actor actor,
            AuditAction action,
            String subject,
            Map<String, String> details) {
        return AuditEvent.of(organization, actor, action, subject, details);
    }
}
