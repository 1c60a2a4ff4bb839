/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a restart the registry knows who was connected, and admits nobody by it who is out. */
final class RecollectionTest {

    @TempDir Path directory;

    @Test
    void remembersWhoWasConnectedAndMayComeIn() throws Exception {
        try (EnrollmentWorld world = new EnrollmentWorld(directory)) {
            Enrolled connected = connected(world, "tank-1");
            Enrolled suspended = connected(world, "tank-2");
            Enrolled never = world.enrolled("tank-3");
            writeNotes(world);
            world.change(suspended, DeviceStatus.SUSPENDED);

            DeviceRegistry restarted = restarted(world);
            assertThat(restarted.recall(connected.identity().leaf())).isEmpty();
            restarted.recollect();

            assertThat(restarted.recall(connected.identity().leaf()))
                    .hasValueSatisfying(
                            device -> assertThat(device.id()).isEqualTo(connected.id()));
            assertThat(restarted.recall(suspended.identity().leaf())).isEmpty();
            assertThat(restarted.recall(never.identity().leaf())).isEmpty();
        }
    }

    @Test
    void forgetsADeviceThatIsSuspendedAfterwards() throws Exception {
        try (EnrollmentWorld world = new EnrollmentWorld(directory)) {
            Enrolled tank = connected(world, "tank-1");
            writeNotes(world);
            DeviceRegistry restarted = restarted(world);
            restarted.recollect();
            assertThat(restarted.recall(tank.identity().leaf())).isPresent();
            world.change(tank, DeviceStatus.SUSPENDED);
            assertThat(restarted.recall(tank.identity().leaf())).isEmpty();
            assertThat(restarted.admit(tank.identity().leaf()))
                    .isInstanceOf(Admission.Refused.class);
        }
    }

    /** Another registry on the same store. */
    private static DeviceRegistry restarted(EnrollmentWorld world) {
        return new DeviceRegistry(
                world.credentials,
                world.authority.issuers(),
                world.lifecycle,
                world.limits,
                world.clock,
                world.registryVersion);
    }

    /** When devices connected is handed on; what is written behind it waits for both. */
    private static void writeNotes(EnrollmentWorld world) {
        world.credentials.close();
        world.enrolled("behind-the-notes");
    }

    private static Enrolled connected(EnrollmentWorld world, String serial) {
        Enrolled device = world.enrolled(serial);
        Admission admission = world.registry.admit(device.identity().leaf());
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        assertThat(world.registry.confirm(((Admission.Admitted) admission).device())).isTrue();
        return device;
    }
}
