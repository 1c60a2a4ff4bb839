/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where credentials are kept. Reads see everything that was durable when they began. */
public interface CredentialStore {

    /** The certificate with this fingerprint, with its device and the state of its organization. */
    @Unscoped("the certificate is what tells whose it is")
    Optional<CredentialRecord> find(CredentialFingerprint fingerprint);

    /** The token with this fingerprint, as with certificates. */
    @Unscoped("the token is what tells whose it is")
    Optional<CredentialRecord> findToken(CredentialFingerprint fingerprint);

    /** Whether any device has a token. */
    @Unscoped("the channel serves all organizations, and asks before it knows whose device comes")
    boolean hasTokens();

    /**
     * The present certificates of the devices that connected last, those first: whoever comes back
     * after the server was away. Reads through all devices.
     */
    @Unscoped("the channel serves all organizations, and each certificate tells whose it is")
    List<CredentialRecord> connectedLast(int countMax);

    /** The newest thousand certificates a device ever had, newest generation first. */
    List<Credential> ofDevice(OrganizationId organization, DeviceId device);

    /**
     * A part of all certificates a device ever had, newest generation first.
     *
     * @param below only those of a lower generation; empty for the newest
     */
    List<Credential> ofDevice(
            OrganizationId organization, DeviceId device, Optional<Integer> below, int countMax);

    /**
     * Notes that a device has connected with a generation for the first time: from now on an older
     * one is a sign of a clone. Durable when it returns; a lower generation than the one noted
     * changes nothing.
     */
    void confirm(OrganizationId organization, DeviceId device, int generation, AuditEvent event);

    /**
     * Records that the key of a credential is attested. Durable when it returns, with its entry in
     * the audit log if it counts. The first TPM that attests a key of a device is the only one that
     * attests further ones: a device's identity does not move into another TPM.
     *
     * @param endorsementSha256 which TPM it is
     */
    AttestedKey.Recording attest(
            OrganizationId organization,
            Credential credential,
            String endorsementSha256,
            Instant at,
            AuditEvent event);

    /**
     * Notes when a device connected. Returns at once; it may be seen a second later, a crash may
     * lose it, and nothing depends on it.
     */
    void noteConnected(OrganizationId organization, DeviceId device, Instant at);
}
