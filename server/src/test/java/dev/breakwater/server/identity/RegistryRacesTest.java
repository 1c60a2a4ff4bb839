/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.session.RecordingSession;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device connects over and over, by several threads, while it is suspended and reinstated: what
 * {@code RegistryVersion} says in words, without any step held still.
 */
final class RegistryRacesTest {

    private static final int SUSPENSIONS = 100;
    private static final int CONNECTORS = 3;
    private static final int OVER = -1;

    @TempDir Path directory;

    /** Odd from the moment a suspension has returned until it is about to be lifted. */
    private final AtomicInteger turn = new AtomicInteger();

    @Test
    void neverConfirmsADeviceWhoseSuspensionHasReturnedAndLeavesNoSessionBehind() throws Exception {
        try (EnrollmentWorld world = new EnrollmentWorld(directory);
                ExecutorService threads = Executors.newFixedThreadPool(CONNECTORS)) {
            Enrolled tank = world.enrolled("tank-1");
            List<Future<Integer>> connectors =
                    IntStream.range(0, CONNECTORS)
                            .mapToObj(_ -> threads.submit(() -> connect(world, tank)))
                            .toList();
            try {
                suspendAndReinstate(world, tank);
            } finally {
                turn.set(OVER);
            }

            int confirmed = 0;
            for (Future<Integer> connector : connectors) {
                confirmed += connector.get();
            }
            assertThat(confirmed).as("the race was none").isPositive();
            assertThat(world.sessions.count()).isZero();
        }
    }

    private void suspendAndReinstate(EnrollmentWorld world, Enrolled tank) {
        for (int i = 0; i < SUSPENSIONS; i++) {
            world.change(tank, DeviceStatus.SUSPENDED);
            turn.incrementAndGet();
            assertThat(world.registry.admit(tank.identity().leaf()))
                    .isInstanceOf(Admission.Refused.class);
            turn.incrementAndGet();
            world.change(tank, DeviceStatus.ACTIVE);
        }
        world.change(tank, DeviceStatus.SUSPENDED);
    }

    /** As the channel does it; returns how often the device came in. */
    private int connect(EnrollmentWorld world, Enrolled tank) {
        int confirmed = 0;
        for (int before = turn.get(); before != OVER; before = turn.get()) {
            if (world.registry.admit(tank.identity().leaf())
                    instanceof Admission.Admitted(AuthenticatedDevice device)) {
                RecordingSession session = new RecordingSession(tank.id(), world.organization);
                world.sessions.attach(session);
                if (world.registry.confirm(device)) {
                    confirmed++;
                    assertThat(turn.get() == before && before % 2 == 1)
                            .as("confirmed while it was suspended")
                            .isFalse();
                } else {
                    world.sessions.detach(session);
                }
            }
        }
        return confirmed;
    }
}
