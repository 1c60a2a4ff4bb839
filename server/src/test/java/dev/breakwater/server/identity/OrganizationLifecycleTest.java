/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.RecordingSession;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OrganizationLifecycleTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private OrganizationLifecycle lifecycle;
    private Enrolled tank;

    @BeforeEach
    void open() throws Exception {
        world = new EnrollmentWorld(directory);
        lifecycle =
                new OrganizationLifecycle(
                        world.organizations, world.sessions, world.registryVersion);
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void endsTheSessionsOfTheOrganizationsDevicesAndNoOthers() {
        RecordingSession own = attach(tank);
        RecordingSession foreign = attach(world.enrolledElsewhere("tank-1"));

        assertThat(lifecycle.disable(world.organization, "unpaid", EnrollmentWorld.OPERATOR))
                .map(Organization::enabled)
                .contains(false);

        assertThat(own.farewells()).containsExactly(FarewellReason.ORGANIZATION_DISABLED);
        assertThat(foreign.farewells()).isEmpty();
        AuditEntry entry = world.audit.entries(world.organization, Long.MAX_VALUE, 1).getFirst();
        assertThat(entry.action()).isEqualTo("organization.disabled");
        assertThat(entry.details()).containsEntry("reason", "unpaid");
    }

    @Test
    void leavesNoAdmissionInFlightUnseen() {
        AuthenticatedDevice device = admitted();
        lifecycle.disable(world.organization, "unpaid", EnrollmentWorld.OPERATOR);

        assertThat(world.registry.confirm(device)).isFalse();
    }

    @Test
    void letsTheDevicesInAgain() {
        lifecycle.disable(world.organization, "unpaid", EnrollmentWorld.OPERATOR);
        lifecycle.enable(world.organization, "paid", EnrollmentWorld.OPERATOR);

        assertThat(admitted().id()).isEqualTo(tank.id());
        assertThat(world.actions()).startsWith("organization.enabled", "organization.disabled");
    }

    @Test
    void knowsNoOrganizationThatIsNotThere() {
        long before = world.registryVersion.current();

        assertThat(lifecycle.disable(OrganizationId.fresh(), "unpaid", EnrollmentWorld.OPERATOR))
                .isEmpty();

        assertThat(world.registryVersion.current()).isEqualTo(before);
    }

    private RecordingSession attach(Enrolled device) {
        RecordingSession session = new RecordingSession(device.id(), device.organization());
        world.sessions.attach(session);
        return session;
    }

    private AuthenticatedDevice admitted() {
        return ((Admission.Admitted) world.registry.admit(tank.identity().leaf())).device();
    }
}
