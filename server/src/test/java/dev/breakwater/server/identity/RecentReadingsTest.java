/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the registry remembers, and that it admits nobody by it who is out. */
final class RecentReadingsTest {

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
    void remembersWhatItReadAsLongAsNothingChanges() {
        admitted(tank);
        credentials.afterNextFind(() -> fail("the store was asked again"));

        assertThat(registry.confirm(admitted(tank))).isTrue();
    }

    @Test
    void readsAgainWhatIsOld() {
        admitted(tank);
        credentials.readAs(RecentReadingsTest::withRevokedCredential);

        assertThat(admitted(tank).id()).isEqualTo(tank.id());
        world.clock.advance(world.limits.seconds(Limit.REGISTRY_READING_SECONDS));

        refused(RefusalReason.CERTIFICATE_REVOKED);
    }

    @Test
    void forgetsWhatItReadWhenTheDeviceOrItsOrganizationChanges() {
        admitted(tank);
        world.change(tank, DeviceStatus.SUSPENDED);
        refused(RefusalReason.DEVICE_SUSPENDED);

        world.change(tank, DeviceStatus.ACTIVE);
        admitted(tank);
        new OrganizationLifecycle(world.organizations, world.sessions, world.registryVersion)
                .disable(world.organization, "unpaid", EnrollmentWorld.OPERATOR);

        refused(RefusalReason.ORGANIZATION_DISABLED);
    }

    /** Or else a fleet that connects with new certificates would have everybody read again. */
    @Test
    void remembersADeviceWhileOthersChange() {
        Enrolled other = world.enrolled("tank-2");
        admitted(tank);
        registry.confirm(admitted(other));
        world.change(other, DeviceStatus.REVOKED);
        credentials.afterNextFind(() -> fail("the store was asked again"));

        assertThat(admitted(tank).id()).isEqualTo(tank.id());
    }

    /** The look-up began before the change and is kept after it: it must serve nobody. */
    @Test
    void doesNotRememberALookUpThatAChangeHasOvertaken() {
        credentials.afterNextFind(() -> world.change(tank, DeviceStatus.REVOKED));
        AuthenticatedDevice overtaken = admitted(tank);

        refused(RefusalReason.DEVICE_REVOKED);
        assertThat(registry.confirm(overtaken)).isFalse();
    }

    /** Revoked in the store, while the version has not risen: the reading serves, in vain. */
    @Test
    void closesWhoeverComesInByAReadingWhileTheyAreBeingRevoked() {
        admitted(tank);
        RecordingSession session = new RecordingSession(tank.id(), world.organization);
        HookedDevices devices =
                new HookedDevices(
                        world.devices,
                        () -> {
                            AuthenticatedDevice early = admitted(tank);
                            world.sessions.attach(session);
                            assertThat(registry.confirm(early)).isTrue();
                        });

        new DeviceLifecycle(devices, world.sessions, world.registryVersion)
                .change(
                        world.organization,
                        tank.id(),
                        DeviceStatus.REVOKED,
                        "the test says so",
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR);

        assertThat(session.farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
        assertThat(world.sessions.count()).isZero();
        refused(RefusalReason.DEVICE_REVOKED);
    }

    /** The same, and the version rises before it is asked for. */
    @Test
    void doesNotConfirmWhoeverCameByAReadingWhileTheyWereBeingRevoked() {
        admitted(tank);
        List<AuthenticatedDevice> early = new ArrayList<>();
        HookedDevices devices = new HookedDevices(world.devices, () -> early.add(admitted(tank)));

        new DeviceLifecycle(devices, world.sessions, world.registryVersion)
                .change(
                        world.organization,
                        tank.id(),
                        DeviceStatus.REVOKED,
                        "the test says so",
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR);

        assertThat(registry.confirm(early.getFirst())).isFalse();
    }

    private AuthenticatedDevice admitted(Enrolled device) {
        Admission admission = registry.admit(device.identity().leaf());
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        return ((Admission.Admitted) admission).device();
    }

    private void refused(RefusalReason reason) {
        assertThat(registry.admit(tank.identity().leaf()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
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
