/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.breakwater.ca.ledger.LedgerFailed;
import dev.breakwater.server.identity.AttestedKey;
import dev.breakwater.server.identity.Credential;
import dev.breakwater.server.identity.CredentialFingerprint;
import dev.breakwater.server.identity.CredentialRecord;
import dev.breakwater.server.identity.CredentialStore;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.risk.Assurance;
import dev.breakwater.server.store.EnrolledDevices.Enrolled;
import dev.breakwater.testkit.pki.TestKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link CredentialStore} does, on every database. */
abstract class CredentialStoreContract extends StoreContract {

    private static final String TPM = "ab".repeat(32);
    private static final String OTHER_TPM = "cd".repeat(32);

    private EnrolledDevices enrolled;
    private SqlCredentialStore credentials;
    private Enrolled device;

    @BeforeEach
    void enroll() throws Exception {
        enrolled = new EnrolledDevices(this);
        credentials = new SqlCredentialStore(database, audit);
        device = enrolled.enroll(organization, product(organization, "tank"), "tank-1");
    }

    @Test
    void findsACertificateWithItsDeviceAndOrganization() {
        CredentialRecord record = credentials.find(device.fingerprint()).orElseThrow();

        assertThat(record.device().id()).isEqualTo(device.id());
        assertThat(record.credential().generation()).isEqualTo(1);
        assertThat(record.credential().notAfter())
                .isEqualTo(device.identity().leaf().getNotAfter().toInstant());
        assertThat(((Credential) record.credential()).publicKeySha256())
                .isEqualTo(EnrolledDevices.key(device.identity().keys()).hex());
        assertThat(record.organizationEnabled()).isTrue();
    }

    @Test
    void seesThatTheOrganizationIsDisabled() {
        organizations.enable(organization, false, event(organization, "organization.disabled"));

        assertThat(credentials.find(device.fingerprint()))
                .map(CredentialRecord::organizationEnabled)
                .contains(false);
    }

    @Test
    void doesNotFindWhatWasNeverRegistered() {
        assertThat(credentials.find(CredentialFingerprint.of(new byte[] {1}))).isEmpty();
    }

    @Test
    void givesARenewedCertificateTheNextGeneration() throws Exception {
        Enrolled sameKey = enrolled.renew(device, serial("tank-1"), device.identity().keys());
        Enrolled newKey = enrolled.renew(sameKey, serial("tank-1"), TestKeys.p256());

        assertThat(credentials.ofDevice(organization, device.id()))
                .extracting(Credential::generation, Credential::fingerprint)
                .containsExactly(
                        tuple(3, newKey.fingerprint()),
                        tuple(2, sameKey.fingerprint()),
                        tuple(1, device.fingerprint()));
        assertThat(credentials.ofDevice(organization, device.id(), Optional.of(3), 1))
                .extracting(Credential::generation)
                .containsExactly(2);
        assertThat(credentials.ofDevice(otherOrganization, device.id())).isEmpty();
        assertThat(actions(organization)).contains("credential.renewed");
    }

    @Test
    void refusesToRenewForADeviceThatIsOffByNow() {
        devices.changeStatus(
                organization,
                device.id(),
                DeviceStatus.SUSPENDED,
                "because",
                Optional.empty(),
                event(organization, "device.suspended"));

        assertThatThrownBy(() -> enrolled.renew(device, serial("tank-1"), device.identity().keys()))
                .isInstanceOf(LedgerFailed.class)
                .hasMessageContaining("not active any more");
        assertThat(credentials.ofDevice(organization, device.id())).hasSize(1);
    }

    @Test
    void confirmsAGenerationUpwardsOnly() {
        credentials.confirm(organization, device.id(), 2, event(organization, "confirmed-2"));
        credentials.confirm(organization, device.id(), 1, event(organization, "confirmed-1"));
        credentials.confirm(otherOrganization, device.id(), 9, event(organization, "confirmed-9"));

        assertThat(devices.device(organization, device.id()))
                .map(Device::confirmedGeneration)
                .contains(2);
        assertThat(actions(organization))
                .contains("confirmed-2")
                .doesNotContain("confirmed-1", "confirmed-9");
    }

    private AttestedKey.Recording attest(
            OrganizationId of, Credential credential, String tpm, String action) {
        return credentials.attest(of, credential, tpm, clock.instant(), event(of, action));
    }

    private Credential newest(Enrolled of) {
        return credentials.ofDevice(organization, of.id()).getFirst();
    }

    @Test
    void recordsThatAKeyIsAttestedAndSince() {
        assertThat(newest(device))
                .returns(Assurance.SOFTWARE_KEY, Credential::assurance)
                .returns(Optional.empty(), Credential::attestedAt);

        assertThat(attest(organization, newest(device), TPM, "attested"))
                .isEqualTo(AttestedKey.Recording.ATTESTED);

        assertThat(newest(device))
                .returns(Assurance.ATTESTED, Credential::assurance)
                .returns(Optional.of(clock.instant()), Credential::attestedAt);
        assertThat(credentials.find(device.fingerprint()).orElseThrow().credential().assurance())
                .isEqualTo(Assurance.ATTESTED);
        assertThat(actions(organization)).filteredOn("attested"::equals).hasSize(1);
    }

    /** Or an identity could be moved into hardware that somebody else holds. */
    @Test
    void refusesAnotherTpmForADeviceForEver() throws Exception {
        attest(organization, newest(device), TPM, "attested");
        Enrolled renewed = enrolled.renew(device, serial("tank-1"), TestKeys.p256());

        assertThat(attest(organization, newest(renewed), OTHER_TPM, "moved"))
                .isEqualTo(AttestedKey.Recording.OTHER_TPM);
        assertThat(newest(renewed).attestedAt()).isEmpty();
        assertThat(actions(organization)).doesNotContain("moved");
        assertThat(attest(organization, newest(renewed), TPM, "attested-again"))
                .isEqualTo(AttestedKey.Recording.ATTESTED);
        assertThat(actions(organization)).contains("attested-again");
    }

    @Test
    void attestsTheOneCertificateAndNoOtherDevice() throws Exception {
        Enrolled second = enrolled.enroll(organization, product(organization, "two"), "tank-2");
        Enrolled renewed = enrolled.renew(device, serial("tank-1"), TestKeys.p256());
        attest(organization, newest(renewed), TPM, "attested");

        assertThat(credentials.ofDevice(organization, device.id()))
                .extracting(Credential::generation, Credential::assurance)
                .containsExactly(tuple(2, Assurance.ATTESTED), tuple(1, Assurance.SOFTWARE_KEY));
        assertThat(newest(second).assurance()).isEqualTo(Assurance.SOFTWARE_KEY);
        // Each device has a first TPM of its own.
        assertThat(attest(organization, newest(second), OTHER_TPM, "attested"))
                .isEqualTo(AttestedKey.Recording.ATTESTED);
    }

    @Test
    void attestsNothingForADeviceThatIsOffNorForAnotherOrganization() {
        Credential credential = newest(device);
        assertThat(attest(otherOrganization, credential, TPM, "attested"))
                .isEqualTo(AttestedKey.Recording.NOT_ACTIVE);
        devices.changeStatus(
                organization,
                device.id(),
                DeviceStatus.SUSPENDED,
                "because",
                Optional.empty(),
                event(organization, "device.suspended"));

        assertThat(attest(organization, credential, TPM, "attested"))
                .isEqualTo(AttestedKey.Recording.NOT_ACTIVE);
        assertThat(newest(device))
                .returns(Assurance.SOFTWARE_KEY, Credential::assurance)
                .returns(Optional.empty(), Credential::attestedAt);
        assertThat(actions(organization)).doesNotContain("attested");
        assertThat(actions(otherOrganization)).doesNotContain("attested");
    }

    @Test
    void notesWhenADeviceConnected() {
        credentials.noteConnected(organization, device.id(), clock.instant());
        clock.advance(Duration.ofSeconds(1));
        credentials.noteConnected(organization, device.id(), clock.instant());
        credentials.close();
        // A write behind it is durable only after it.
        credentials.confirm(organization, device.id(), 1, event(organization, "confirmed"));

        assertThat(devices.device(organization, device.id()).flatMap(Device::lastConnectedAt))
                .contains(clock.instant());
    }

    @Test
    void writesByItselfALittleLaterWhenADeviceConnected() {
        credentials.noteConnected(organization, device.id(), clock.instant());

        Instant patience = Instant.now().plusSeconds(20);
        while (devices.device(organization, device.id())
                .orElseThrow()
                .lastConnectedAt()
                .isEmpty()) {
            assertThat(Instant.now()).as("it was never written").isBefore(patience);
            Thread.onSpinWait();
        }
    }
}
