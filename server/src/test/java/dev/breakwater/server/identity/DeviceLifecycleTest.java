/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.command.CommandCreation;
import dev.breakwater.server.command.CommandState;
import dev.breakwater.server.command.CommandStore;
import dev.breakwater.server.command.Commands;
import dev.breakwater.server.command.DeviceCommand;
import dev.breakwater.server.command.NewCommand;
import dev.breakwater.server.durability.StorageUnavailable;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.envelope.SealedCommands;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import dev.breakwater.server.store.SqlCommandStore;
import dev.breakwater.server.store.SqlDeviceStore;
import dev.breakwater.server.store.SqlSealingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** How devices are taken off and brought back, on a real database. */
final class DeviceLifecycleTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private Enrolled tank;
    private RecordingSession session;

    @BeforeEach
    void connectADevice() throws Exception {
        world = new EnrollmentWorld(directory);
        tank = world.enrolled("tank-1");
        session = attach(tank);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "SUSPENDED, DEVICE_SUSPENDED, device.suspended",
        "QUARANTINED, DEVICE_QUARANTINED, device.quarantined",
        "REVOKED, DEVICE_REVOKED, device.revoked"
    })
    void takesADeviceOffWithReasonAuditEntryAndFarewell(
            DeviceStatus status, FarewellReason farewell, String action) {
        RecordingSession bystander = attach(world.enrolled("tank-2"));
        long before = world.registryVersion.current();

        Device device = changed(world.change(tank, status));

        assertThat(device.status()).isEqualTo(status);
        assertThat(device.statusReason()).isEqualTo("the test says so");
        assertThat(session.farewells()).containsExactly(farewell);
        assertThat(bystander.farewells()).isEmpty();
        assertThat(world.registryVersion.current()).isEqualTo(before + 1);
        AuditEntry entry = newestEntry();
        assertThat(entry.action()).isEqualTo(action);
        assertThat(entry.actor()).isEqualTo(EnrollmentWorld.OPERATOR.toString());
        assertThat(entry.details()).containsEntry("reason", "the test says so");
    }

    @ParameterizedTest
    @CsvSource({"SUSPENDED", "QUARANTINED"})
    void reinstatesWithoutEndingTheSession(DeviceStatus off) {
        world.change(tank, off);
        RecordingSession next = attach(tank);

        Device device = changed(world.change(tank, DeviceStatus.ACTIVE));

        assertThat(device.status()).isEqualTo(DeviceStatus.ACTIVE);
        assertThat(next.farewells()).isEmpty();
        assertThat(newestEntry().action()).isEqualTo("device.reinstated");
    }

    @Test
    void neverBringsARevokedDeviceBack() {
        world.change(tank, DeviceStatus.REVOKED);
        long before = world.registryVersion.current();

        for (DeviceStatus status :
                List.of(DeviceStatus.ACTIVE, DeviceStatus.SUSPENDED, DeviceStatus.QUARANTINED)) {
            assertThat(world.change(tank, status))
                    .isInstanceOfSatisfying(
                            StatusChange.NotPossible.class,
                            refused ->
                                    assertThat(refused.current().status())
                                            .isEqualTo(DeviceStatus.REVOKED));
        }

        assertThat(newestEntry().action()).isEqualTo("device.revoked");
        assertThat(world.registryVersion.current()).isEqualTo(before);
    }

    @Test
    void changesNothingWhenSomebodyElseWasFirst() {
        Device seen = device(tank.id());
        world.change(tank, DeviceStatus.SUSPENDED);
        world.change(tank, DeviceStatus.ACTIVE);
        RecordingSession next = attach(tank);

        StatusChange outcome =
                world.lifecycle.change(
                        world.organization,
                        tank.id(),
                        DeviceStatus.REVOKED,
                        "stolen",
                        Optional.of(seen.version()),
                        EnrollmentWorld.OPERATOR);

        assertThat(outcome).isEqualTo(new StatusChange.VersionMismatch(device(tank.id())));
        assertThat(next.farewells()).isEmpty();
        assertThat(device(tank.id()).status()).isEqualTo(DeviceStatus.ACTIVE);
    }

    @Test
    void touchesNoDeviceOfAnotherOrganization() {
        StatusChange outcome =
                world.lifecycle.change(
                        OrganizationId.fresh(),
                        tank.id(),
                        DeviceStatus.REVOKED,
                        "stolen",
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR);

        assertThat(outcome).isEqualTo(new StatusChange.NoSuchDevice());
        assertThat(session.farewells()).isEmpty();
    }

    /** That it is one transaction is held by the contract of the device store. */
    @Test
    void revokesAllCertificatesAndDropsWhatWaitsForTheDevice() {
        world.renewed(tank);
        SqlCommandStore waiting = new SqlCommandStore(world.database, world.audit, world.clock);
        DeviceLifecycle lifecycle =
                lifecycle(
                        new SqlDeviceStore(
                                world.database, world.audit, world.clock, List.of(waiting)));
        try (Commands commands = commands(waiting)) {
            DeviceCommand command = feed(commands);

            revoke(lifecycle);

            assertThat(waiting.find(world.organization, command.id()))
                    .map(DeviceCommand::state)
                    .contains(CommandState.DROPPED);
        }
        assertThat(world.credentials.ofDevice(world.organization, tank.id()))
                .hasSize(2)
                .allMatch(credential -> credential.status() == CredentialStatus.REVOKED);
        assertThat(world.actions()).startsWith("device.revoked", "command.dropped");
    }

    /** Nobody knows whether it was stored, so whoever connects now is looked up afresh. */
    @Test
    void leavesTheSessionAloneButTrustsNoReadingWhenTheChangeFails() {
        long before = world.registryVersion.current();
        world.database.close();

        assertThatThrownBy(() -> world.change(tank, DeviceStatus.REVOKED))
                .isInstanceOf(StorageUnavailable.class);

        assertThat(session.farewells()).isEmpty();
        assertThat(world.registryVersion.current()).isEqualTo(before + 1);
    }

    /** Durable, but the version has not risen: the comparison is blind, the closing is not. */
    @Test
    void closesASessionThatIsAttachedAndConfirmedBeforeTheVersionRises() {
        AuthenticatedDevice device = admitted();
        List<RecordingSession> late = new ArrayList<>();
        List<Boolean> confirmed = new ArrayList<>();
        DeviceStore devices =
                new HookedDevices(
                        world.devices,
                        () -> {
                            late.add(attach(tank));
                            confirmed.add(world.registry.confirm(device));
                        });

        revoke(lifecycle(devices));

        assertThat(confirmed).containsExactly(true);
        assertThat(late.getFirst().farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
    }

    /** The version has risen, and the session is about to be closed: both hold. */
    @Test
    void doesNotConfirmASessionThatIsBeingClosed() {
        AuthenticatedDevice device = admitted();
        List<Boolean> confirmed = new ArrayList<>();
        RecordingSession dying =
                new RecordingSession(
                        tank.id(),
                        world.organization,
                        () -> confirmed.add(world.registry.confirm(device)));
        world.sessions.attach(dying);

        world.change(tank, DeviceStatus.REVOKED);

        assertThat(dying.farewells()).containsExactly(FarewellReason.DEVICE_REVOKED);
        assertThat(confirmed).containsExactly(false);
    }

    @Test
    void refusesALookUpFromTheMomentTheChangeIsDurable() {
        List<Admission> seen = new ArrayList<>();
        DeviceStore devices =
                new HookedDevices(
                        world.devices,
                        () -> seen.add(world.registry.admit(tank.identity().leaf())));

        revoke(lifecycle(devices));

        assertThat(seen).singleElement().isInstanceOf(Admission.Refused.class);
    }

    private DeviceLifecycle lifecycle(DeviceStore devices) {
        return new DeviceLifecycle(devices, world.sessions, world.registryVersion);
    }

    private void revoke(DeviceLifecycle lifecycle) {
        changed(
                lifecycle.change(
                        world.organization,
                        tank.id(),
                        DeviceStatus.REVOKED,
                        "stolen",
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR));
    }

    private DeviceCommand feed(Commands commands) {
        NewCommand feed =
                new NewCommand(
                        "feed",
                        JsonMapper.shared().createObjectNode(),
                        Duration.ofSeconds(10),
                        Duration.ofHours(1));
        CommandCreation creation =
                commands.create(world.organization, tank.id(), feed, EnrollmentWorld.OPERATOR);
        assertThat(creation).isInstanceOf(CommandCreation.Created.class);
        return ((CommandCreation.Created) creation).command();
    }

    private RecordingSession attach(Enrolled device) {
        RecordingSession attached = new RecordingSession(device.id(), device.organization());
        world.sessions.attach(attached);
        return attached;
    }

    private AuthenticatedDevice admitted() {
        return ((Admission.Admitted) world.registry.admit(tank.identity().leaf())).device();
    }

    private Device device(DeviceId id) {
        return world.devices.device(world.organization, id).orElseThrow();
    }

    private AuditEntry newestEntry() {
        return world.audit.entries(world.organization, Long.MAX_VALUE, 1).getFirst();
    }

    private static Device changed(StatusChange outcome) {
        assertThat(outcome).isInstanceOf(StatusChange.Changed.class);
        return ((StatusChange.Changed) outcome).device();
    }

    private Commands commands(CommandStore store) {
        return new Commands(
                store,
                new SealedCommands(new SqlSealingStore(world.database, world.audit), world.clock),
                world.sessions,
                world.limits,
                world.clock);
    }
}
