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
import java.util.function.Predicate;

/**
 * Where second factors are kept. What changes something is durable, with its audit entry, when it
 * returns.
 */
public interface FactorStore {

    /** A member's factors, the oldest first. */
    List<Factor> factors(OrganizationId organization, MemberId member);

    /** One factor with what verifies it. */
    Optional<Known> factor(OrganizationId organization, MemberId member, FactorId id);

    /** The TOTP factors that count. */
    List<Known> confirmedTotp(OrganizationId organization, MemberId member);

    /** The passkey with this credential id, whoever has it. */
    @Unscoped("the credential is what tells whose it is")
    Optional<KnownPasskey> passkey(String credentialId);

    /** The credential ids of a member's passkeys. */
    List<String> credentialIds(OrganizationId organization, MemberId member);

    /** Stores a factor that does not count yet; false if the member has as many as may be. */
    boolean begin(OrganizationId organization, Factor factor, byte[] sealedSecret, int factorsMax);

    /**
     * Lets a TOTP factor count, once it has shown a code.
     *
     * @param step the code's; no earlier one proves anything later
     * @param codes recovery codes for a member who has none yet
     * @return what became of it; empty if the member has no such factor or it counts already
     */
    Optional<Confirmed> confirm(
            OrganizationId organization,
            MemberId member,
            FactorId id,
            long step,
            List<SecretDigest> codes,
            Instant at,
            AuditEvent event);

    /**
     * Stores a passkey, which counts at once; empty if there are too many or it is known already.
     */
    Optional<Confirmed> addPasskey(
            OrganizationId organization,
            Factor factor,
            Passkey passkey,
            List<SecretDigest> codes,
            int factorsMax,
            AuditEvent event);

    /**
     * Uses a step up.
     *
     * @return false if it, or a later one, was used: of two who show a code at the same time one
     *     wins
     */
    boolean useStep(
            OrganizationId organization, MemberId member, FactorId id, long step, Instant at);

    /** Notes a passkey's use; false if its counter did not rise, as a copy's would not. */
    boolean usePasskey(
            OrganizationId organization, MemberId member, FactorId id, long signCount, Instant at);

    /** Uses a recovery code up; false if the member has no such. */
    boolean useRecoveryCode(OrganizationId organization, MemberId member, SecretDigest code);

    /** How many recovery codes are left. */
    int recoveryCodesLeft(OrganizationId organization, MemberId member);

    /** Replaces all recovery codes. */
    void replaceRecoveryCodes(
            OrganizationId organization,
            MemberId member,
            List<SecretDigest> codes,
            AuditEvent event);

    /** Removes a factor, and with the last one the recovery codes; false if there is no such. */
    boolean remove(OrganizationId organization, MemberId member, FactorId id, AuditEvent event);

    /**
     * Removes all factors and recovery codes.
     *
     * @param allowed judges the member as it is in the very transaction that removes them
     */
    Removal removeAll(
            OrganizationId organization,
            MemberId member,
            Predicate<Member> allowed,
            AuditEvent event);

    /** What became of the wish to remove all of a member's factors. */
    sealed interface Removal {

        /** They are gone. */
        record Done() implements Removal {}

        /** The organization has no such member. */
        record NoSuchMember() implements Removal {}

        /** Whoever asked may not do it to this member as it is. */
        record Forbidden(Member member) implements Removal {}
    }

    /** A TOTP factor with what verifies it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(Factor factor, byte[] sealedSecret, long lastStep) {}

    /** A passkey with whose it is. */
    record KnownPasskey(Factor factor, OrganizationId organization, Passkey passkey) {}

    /** What a factor's beginning to count has brought. */
    record Confirmed(Factor factor, boolean codesTaken) {}
}
