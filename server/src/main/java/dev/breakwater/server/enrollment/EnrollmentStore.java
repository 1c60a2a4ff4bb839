/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.ca.ledger.KeyFingerprint;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.server.refusal.RefusalReason;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where enrollment codes and their uses are kept. What changes something is durable, with its audit
 * entry, when it returns.
 */
public interface EnrollmentStore {

    /** Stores a code with its serials and the hash of its secret. */
    EnrollmentCode addCode(
            EnrollmentCode code, String secretSha256, Set<DeviceSerial> serials, AuditEvent event);

    /** A code with the hash of its secret, for whoever shows its text. */
    @Unscoped("the code is what tells whose it is")
    Optional<StoredCode> codeOfHolder(EnrollmentCodeId id);

    /** One code. */
    Optional<EnrollmentCode> code(OrganizationId organization, EnrollmentCodeId id);

    /** Codes in order of their ids, after {@code after}. */
    List<EnrollmentCode> codes(
            OrganizationId organization, Optional<EnrollmentCodeId> after, int countMax);

    /** The serials of a code in alphabetical order, after {@code after}. */
    List<DeviceSerial> serials(
            OrganizationId organization,
            EnrollmentCodeId id,
            Optional<DeviceSerial> after,
            int countMax);

    /** Whether a code is for a serial. */
    boolean lists(OrganizationId organization, EnrollmentCodeId id, DeviceSerial serial);

    /** Withdraws a code; one that is withdrawn already stays as it is. Empty if there is none. */
    Optional<EnrollmentCode> withdraw(
            OrganizationId organization, EnrollmentCodeId id, Instant at, AuditEvent event);

    /** What a serial has done with a code so far. */
    Optional<Redemption> redemption(
            OrganizationId organization, EnrollmentCodeId code, DeviceSerial serial);

    /**
     * The id under which this serial and key began to enroll before, with another code, without
     * getting a certificate: the key belongs to that id.
     */
    Optional<DeviceId> unfinished(
            OrganizationId organization, DeviceSerial serial, KeyFingerprint key);

    /**
     * Binds code, serial and key, if at this moment the code is open, lists the serial, no device
     * has the serial and nobody has bound it with this code.
     *
     * @param pendingMax how many enrollments of the organization may wait for an operator
     */
    Binding bind(Redemption redemption, int pendingMax, AuditEvent event);

    /** Enrollments that wait for an operator, in order of their ids, after {@code after}. */
    List<Redemption> pending(
            OrganizationId organization, Optional<RedemptionId> after, int countMax);

    /** One use of a code. */
    Optional<Redemption> redemption(OrganizationId organization, RedemptionId id);

    /** Lets a pending enrollment go on, or ends it. Empty if none of that id is pending. */
    Optional<Redemption> decide(
            OrganizationId organization,
            RedemptionId id,
            boolean approved,
            String decidedBy,
            Instant at,
            AuditEvent event);

    /** A recorded certificate. */
    Optional<X509Certificate> certificate(
            OrganizationId organization, CredentialFingerprint fingerprint);

    /**
     * A code as its holder's claim is judged.
     *
     * @param secretSha256 64 lower-case hexadecimal digits
     */
    record StoredCode(EnrollmentCode code, String secretSha256) {
        @Override
        public String toString() {
            return "StoredCode[" + code.id() + "]";
        }
    }

    /** What became of a request to bind. */
    sealed interface Binding {

        /** It is bound, and this is how it stands. */
        record Bound(Redemption redemption) implements Binding {}

        /** It is not. */
        record NotBound(RefusalReason reason) implements Binding {}
    }
}
