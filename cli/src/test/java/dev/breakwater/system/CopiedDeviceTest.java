/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.Refusal;
import dev.breakwater.fishtank.FishTankFirmware;
import dev.breakwater.fishtank.hardware.SimulatedTank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a device with software keys and their wrapping key, beside the original. */
@Tag("system")
@Timeout(240)
final class CopiedDeviceTest {

    private static final String TANK = "TANK-0013";
    private static final int RETURNS = Integer.getInteger("breakwater.returns", 3);
    private static final Duration LONGEST =
            Duration.ofMillis(Integer.getInteger("breakwater.cloneMillisMax", 20_000));

    @TempDir Path directory;

    @Test
    void isNoticedAtItsFirstConnectionAndBothAreOff() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            StolenDevice original = provisioned(server, administrator);
            Heard first = new Heard();
            Heard second = new Heard();
            try (FishTankFirmware tank = start(original, first)) {
                assertThat(tank).isNotNull();
                first.await(AgentState.Connected.class::isInstance);
                StolenDevice copy = original.copyWithWrappingKeys(directory.resolve("elsewhere"));
                try (FishTankFirmware clone = start(copy, second)) {
                    assertThat(clone).isNotNull();
                    second.await(AgentState.Connecting.class::isInstance);
                    Duration took = awaitFinding(administrator);
                    say(
                            "theft, copy beside its original: %d ms from before the copy's CONNECT to the stored finding"
                                    .formatted(took.toMillis()));
                    assertThat(took).isLessThan(LONGEST);
                    first.await(CopiedDeviceTest::isOff);
                    second.await(CopiedDeviceTest::isOff);
                }
                assertStaysOff(copy);
            }
            assertStaysOff(original);
            assertThat(administrator.device(TANK).path("status").asString())
                    .isEqualTo("quarantined");
            say("theft, copy beside its original: device quarantined, both off, neither back");
        }
    }

    /** Without this, the alarm would say nothing: whoever comes back alone is no copy. */
    @Test
    void isNoSuspicionAgainstADeviceThatComesBack() throws Exception {
        try (ServerProcess server = ServerProcess.start(ServerPlace.in(directory));
                Administrator administrator = Administrator.setUp(server)) {
            StolenDevice tank = provisioned(server, administrator);
            for (int round = 0; round < RETURNS; round++) {
                Heard heard = new Heard();
                try (FishTankFirmware running = start(tank, heard)) {
                    assertThat(running).isNotNull();
                    heard.await(AgentState.Connected.class::isInstance);
                }
            }
            assertThat(administrator.findings("clone")).isEmpty();
            assertThat(administrator.device(TANK).path("status").asString()).isEqualTo("active");
            say("theft, control: %d honest returns, 0 findings".formatted(RETURNS));
        }
    }

    private static boolean isOff(AgentState state) {
        return state instanceof AgentState.Refused(Refusal reason, _)
                && reason.kind() == Refusal.Kind.NOT_AUTHORIZED;
    }

    private static void assertStaysOff(StolenDevice device) throws Exception {
        Heard heard = new Heard();
        try (FishTankFirmware again = start(device, heard)) {
            assertThat(again).isNotNull();
            heard.await(
                    state -> {
                        assertThat(state).isNotInstanceOf(AgentState.Connected.class);
                        return state instanceof AgentState.Refused;
                    });
        }
    }

    /** From the moment in which the copy began to connect. */
    private static Duration awaitFinding(Administrator administrator) throws InterruptedException {
        long began = System.nanoTime();
        while (administrator.findings("clone").isEmpty()) {
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private StolenDevice provisioned(ServerProcess server, Administrator administrator)
            throws IOException {
        String product = administrator.createProduct("Coral tank");
        String code = administrator.createEnrollmentCode(product, List.of(TANK));
        StolenDevice tank = new StolenDevice(Files.createDirectory(directory.resolve("device")));
        Files.writeString(tank.provisioning(), server.provisioning(TANK, code));
        return tank;
    }

    private static FishTankFirmware start(StolenDevice device, AgentListener listener)
            throws IOException {
        return FishTankFirmware.start(
                new ProvisioningFile(device.provisioning()),
                device.data(),
                new SimulatedTank(Clock.systemUTC(), 1).hardware(),
                listener,
                AgentEnvironment.ofSystem());
    }

    /** What a tank has told of itself. */
    private static final class Heard implements AgentListener {

        private final BlockingQueue<AgentState> states = new LinkedBlockingQueue<>();

        @Override
        public void stateChanged(AgentState state) {
            states.add(state);
        }

        void await(Predicate<AgentState> wanted) throws InterruptedException {
            for (AgentState state = next(); !wanted.test(state); state = next()) {
                assertThat(state).isNotInstanceOf(AgentState.Stopped.class);
            }
        }

        private AgentState next() throws InterruptedException {
            AgentState state = states.poll(60, TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("the tank says nothing more");
            }
            return state;
        }
    }

    private static void say(String figure) {
        if (Boolean.getBoolean("breakwater.drill")) {
            System.out.println(figure);
        }
    }
}
