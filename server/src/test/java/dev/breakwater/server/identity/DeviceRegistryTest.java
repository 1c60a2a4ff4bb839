/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestIdentity;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the registry admits, on a real database; the doors are tested with real TLS elsewhere. */
final class DeviceRegistryTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private HookedCredentials credentials;
    private DeviceRegistry registry;
    private Enrolled tank;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        credentials = new HookedCredentials(world.credentials);
        registry =
                new DeviceRegistry(
                        credentials,
                        world.authority.issuers(),
                        world.lifecycle,
                        world.limits,
                        world.clock,
                        world.registryVersion);
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void admitsAnEnrolledDeviceByItsCertificateAlone() {
        AuthenticatedDevice device = admitted(tank);

        assertThat(device.id()).isEqualTo(tank.id());
        assertThat(device.serial()).isEqualTo(tank.serial());
        assertThat(device.organization()).isEqualTo(world.organization);
        assertThat(device.notAfter()).isEqualTo(tank.identity().leaf().getNotAfter().toInstant());
    }

    @Test
    void tellsEveryKindOfUnregisteredCertificateApart() {
        ForgedIdentities forged = world.forged(tank);
        Map<RefusalReason, TestIdentity> kinds = new EnumMap<>(RefusalReason.class);
        kinds.put(RefusalReason.CERTIFICATE_SELF_SIGNED, forged.selfSigned());
        kinds.put(RefusalReason.CERTIFICATE_FROM_OTHER_CA, forged.otherAuthority());
        kinds.put(RefusalReason.CERTIFICATE_SIGNATURE_FORGED, forged.otherAuthorityOfTheSameName());
        kinds.put(RefusalReason.CERTIFICATE_UNREGISTERED, forged.sameCommonName());
        kinds.put(RefusalReason.CERTIFICATE_EXPIRED, forged.expired());
        kinds.put(RefusalReason.CERTIFICATE_NOT_YET_VALID, forged.notYetValid());
        kinds.put(RefusalReason.CERTIFICATE_WRONG_USAGE, forged.wrongExtendedKeyUsage());
        kinds.put(RefusalReason.CERTIFICATE_OF_CA, forged.authorityAsLeaf());

        kinds.forEach(
                (reason, identity) -> {
                    Admission.Refused refused = refused(identity);
                    assertThat(refused.reason()).isEqualTo(reason);
                    assertThat(refused.organization()).isEmpty();
                    assertThat(refused.device()).isEmpty();
                    assertThat(refused.details())
                            .containsOnlyKeys("fingerprint", "subject", "issuer", "not-after");
                });
    }

    /** Java 15 to 18 took such a signature for valid over any content (CVE-2022-21449). */
    @Test
    void takesASignatureOfZerosForForged() {
        assertThat(refused(world.forged(tank).zeroSignature()).reason())
                .isEqualTo(RefusalReason.CERTIFICATE_SIGNATURE_FORGED);
    }

    @Test
    void refusesTheAuthoritysOwnCertificates() {
        for (X509Certificate issuer : world.authority.issuers()) {
            assertThat(registry.admit(issuer))
                    .isInstanceOfSatisfying(
                            Admission.Refused.class,
                            refused ->
                                    assertThat(refused.reason())
                                            .isEqualTo(RefusalReason.CERTIFICATE_OF_CA));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SUSPENDED, DEVICE_SUSPENDED",
        "QUARANTINED, DEVICE_QUARANTINED",
        "REVOKED, DEVICE_REVOKED"
    })
    void refusesADeviceThatIsOff(DeviceStatus status, RefusalReason reason) {
        world.change(tank, status);

        refusedAsKnown(reason);
    }

    @Test
    void admitsASuspendedDeviceAgainOnceItIsReinstated() {
        world.change(tank, DeviceStatus.SUSPENDED);
        world.change(tank, DeviceStatus.ACTIVE);

        assertThat(admitted(tank).id()).isEqualTo(tank.id());
    }

    @Test
    void refusesDevicesOfADisabledOrganizationOnly() {
        Enrolled foreign = world.enrolledElsewhere("tank-1");
        organizations().disable(world.organization, "unpaid", EnrollmentWorld.OPERATOR);

        refusedAsKnown(RefusalReason.ORGANIZATION_DISABLED);
        assertThat(admitted(foreign).organization()).isEqualTo(foreign.organization());
    }

    @Test
    void refusesACertificateBeforeItBeginsAndFromTheMomentItEnds() {
        X509Certificate leaf = tank.identity().leaf();

        world.clock.set(leaf.getNotBefore().toInstant());
        assertThat(admitted(tank).id()).isEqualTo(tank.id());
        world.clock.advance(Duration.ofSeconds(-1));
        refusedAsKnown(RefusalReason.CERTIFICATE_NOT_YET_VALID);

        world.clock.set(leaf.getNotAfter().toInstant().minusSeconds(1));
        assertThat(admitted(tank).id()).isEqualTo(tank.id());
        world.clock.advance(Duration.ofSeconds(1));
        refusedAsKnown(RefusalReason.CERTIFICATE_EXPIRED);
    }

    /** No operation revokes one certificate of an active device yet, so the reading is turned. */
    @Test
    void refusesARevokedCertificateOfAnActiveDevice() {
        credentials.readAs(DeviceRegistryTest::withRevokedCredential);

        refusedAsKnown(RefusalReason.CERTIFICATE_REVOKED);
    }

    @Test
    void keepsTheOldCertificateGoodUntilItsSuccessorHasConnected() {
        Enrolled next = world.renewed(tank);

        assertThat(registry.confirm(admitted(tank))).isTrue();
        assertThat(registry.confirm(admitted(next))).isTrue();
        assertThat(registry.confirm(admitted(next))).isTrue();

        assertThat(world.actions()).containsSubsequence("credential.confirmed", "device.enrolled");
        assertThat(world.actions().stream().filter("credential.confirmed"::equals)).hasSize(2);
    }

    /** A copy of the device, or the device itself with a thief's renewal: nobody can tell. */
    @Test
    void quarantinesBothHoldersWhenASupersededCertificateIsUsed() {
        Enrolled next = world.renewed(tank);
        RecordingSession session = new RecordingSession(tank.id(), world.organization);
        world.sessions.attach(session);
        assertThat(registry.confirm(admitted(next))).isTrue();

        refusedAsKnown(RefusalReason.CERTIFICATE_SUPERSEDED);

        assertThat(session.farewells()).containsExactly(FarewellReason.DEVICE_QUARANTINED);
        assertThat(refused(next.identity()).reason()).isEqualTo(RefusalReason.DEVICE_QUARANTINED);
        Device device = world.devices.device(world.organization, tank.id()).orElseThrow();
        assertThat(device.status()).isEqualTo(DeviceStatus.QUARANTINED);
        assertThat(device.statusReason())
                .isEqualTo(
                        "certificate generation 1 was used after generation 2 had connected:"
                                + " a clone is suspected");
        AuditEntry entry = world.audit.entries(world.organization, Long.MAX_VALUE, 1).getFirst();
        assertThat(entry.action()).isEqualTo("device.quarantined");
        assertThat(entry.actor()).isEqualTo("server");
        assertThat(entry.details()).containsEntry("reason", device.statusReason());
    }

    /** Two holders connect at once: the older was looked up before the newer was confirmed. */
    @Test
    void doesNotConfirmAGenerationWhoseSuccessorConnectedInBetween() {
        Enrolled next = world.renewed(tank);
        AuthenticatedDevice older = admitted(tank);
        AuthenticatedDevice newer = admitted(next);

        assertThat(registry.confirm(newer)).isTrue();

        assertThat(registry.confirm(older)).isFalse();
    }

    @Test
    void doesNotConfirmADeviceRevokedSinceItsLookUp() {
        credentials.afterNextFind(() -> world.change(tank, DeviceStatus.REVOKED));
        AuthenticatedDevice device = admitted(tank);

        assertThat(registry.confirm(device)).isFalse();

        assertThat(world.actions()).doesNotContain("credential.confirmed");
    }

    @Test
    void doesNotConfirmADeviceWhoseCertificateEndedWhenAnotherChangeMakesItLookAgain() {
        AuthenticatedDevice device = admitted(tank);
        world.change(world.enrolled("tank-2"), DeviceStatus.SUSPENDED);
        world.clock.set(device.notAfter());

        assertThat(registry.confirm(device)).isFalse();
    }

    @Test
    void confirmsADeviceWhileAnotherOneIsRevoked() {
        AuthenticatedDevice device = admitted(tank);
        world.change(world.enrolled("tank-2"), DeviceStatus.REVOKED);

        assertThat(registry.confirm(device)).isTrue();
    }

    /** Attached, then revoked, then compared: the session is closed and not confirmed either. */
    @Test
    void closesAndDoesNotConfirmASessionRevokedBetweenAttachingAndConfirming() {
        AuthenticatedDevice device = admitted(tank);
        RecordingSession session = new RecordingSession(tank.id(), world.organization);
        world.sessions.attach(session);
        world.change(tank, DeviceStatus.REVOKED);

        assertThat(session.farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
        assertThat(registry.confirm(device)).isFalse();
    }

    /** The comparison has passed already, so the session must be found and closed. */
    @Test
    void closesASessionRevokedWhileItsConfirmationIsWritten() {
        AuthenticatedDevice device = admitted(tank);
        RecordingSession session = new RecordingSession(tank.id(), world.organization);
        world.sessions.attach(session);
        credentials.afterNextConfirmation(() -> world.change(tank, DeviceStatus.REVOKED));

        registry.confirm(device);

        assertThat(session.farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
    }

    private OrganizationLifecycle organizations() {
        return new OrganizationLifecycle(
                world.organizations, world.sessions, world.registryVersion);
    }

    private AuthenticatedDevice admitted(Enrolled device) {
        Admission admission = registry.admit(device.identity().leaf());
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        return ((Admission.Admitted) admission).device();
    }

    private Admission.Refused refused(TestIdentity identity) {
        Admission admission = registry.admit(identity.leaf());
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        return (Admission.Refused) admission;
    }

    private void refusedAsKnown(RefusalReason reason) {
        Admission.Refused refused = refused(tank.identity());
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(refused.organization()).contains(world.organization);
        assertThat(refused.device()).contains(tank.id());
        assertThat(refused.details())
                .containsOnlyKeys("fingerprint", "subject", "issuer", "not-after");
    }

    private static CredentialRecord withRevokedCredential(CredentialRecord read) {
        Credential good = (Credential) read.credential();
        Credential revoked =
                new Credential(
                        good.fingerprint(),
                        good.organization(),
                        good.device(),
                        good.serialNumber(),
                        good.publicKeySha256(),
                        good.generation(),
                        good.notBefore(),
                        good.notAfter(),
                        CredentialStatus.REVOKED,
                        good.assurance(),
                        good.attestedAt());
        return new CredentialRecord(
                revoked, read.device(), read.organizationEnabled(), read.quota(), read.risk());
    }
}
